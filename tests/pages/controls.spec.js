/** Every way to a step, and that all ways lead to the same picture. */

import { expect, open, openStill, player, test } from './book.js';

test('it shows the first step and does not start by itself', async ({ page }) => {
  await page.clock.install();
  const { step, button } = await open(page, 'spawn');
  await page.clock.runFor(60_000);
  expect(await step()).toBe(1);
  await expect(button('Play')).toBeVisible();
  await expect(button('First step')).toHaveAttribute('aria-disabled', 'true');
});

test('back, forward and scrubbing reach the same picture at every step', async ({ page }) => {
  const { picture, button, scrubTo, count } = await open(page, 'spawn');
  const steps = await count();
  const forward = [await picture()];
  for (let step = 2; step <= steps; step++) {
    await button('Step forward').click();
    forward.push(await picture());
  }
  expect(new Set(forward.map(({ html }) => html)).size).toBe(steps);
  for (let step = steps - 1; step >= 1; step--) {
    await button('Step back').click();
    expect(await picture(), `back to ${step}`).toEqual(forward[step - 1]);
  }
  // All over the place, so that every step is reached from far away.
  for (let i = 0; i < steps; i++) {
    const step = ((i * 11) % steps) + 1;
    await scrubTo(step);
    expect(await picture(), `scrubbed to ${step}`).toEqual(forward[step - 1]);
  }
});

test('a mouse reaches the ends and stops there', async ({ page }) => {
  const { step, button, count, caption } = await open(page, 'spawn');
  await button('Last step').click();
  expect(await step()).toBe(await count());
  await expect(caption).toHaveText('main returns, and the program ends after 2 s.');
  // Disabled for assistive technology only: it keeps the focus, and a click does nothing.
  await button('Step forward').click({ force: true });
  expect(await step()).toBe(await count());
  await button('First step').click();
  await button('Step back').click({ force: true });
  expect(await step()).toBe(1);
});

test('keys step from every control', async ({ page }) => {
  const { step, button, count, range } = await open(page, 'spawn');
  for (const control of [button('First step'), button('Last step'), range]) {
    await control.focus();
    await page.keyboard.press('Home');
    expect(await step()).toBe(1);
    await page.keyboard.press('ArrowLeft');
    expect(await step()).toBe(1);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await step()).toBe(3);
    await page.keyboard.press('ArrowLeft');
    expect(await step()).toBe(2);
    await page.keyboard.press('End');
    expect(await step()).toBe(await count());
    await page.keyboard.press('ArrowRight');
    expect(await step()).toBe(await count());
    await expect(control).toBeFocused();
  }
});

test('Tab reaches every control, and Enter and Space press a button', async ({ page }) => {
  const { step, button, range } = await open(page, 'spawn');
  await button('First step').focus();
  for (const name of ['Step back', 'Play', 'Step forward', 'Last step']) {
    await page.keyboard.press('Tab');
    await expect(button(name)).toBeFocused();
  }
  await page.keyboard.press('Tab');
  await expect(range).toBeFocused();
  await button('Step forward').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Space');
  expect(await step()).toBe(3);
});

test('a click anywhere in the player is enough for the keys', async ({ page }) => {
  const { step, host } = await open(page, 'spawn');
  await host.locator('figcaption').click();
  await page.keyboard.press('ArrowRight');
  expect(await step()).toBe(2);
});

test('no key in the player turns the page', async ({ page }) => {
  await page.addInitScript(() => {
    document.addEventListener('keydown', ({ key }) => {
      if (key === 'ArrowLeft' || key === 'ArrowRight') document.documentElement.dataset.out = key;
    });
  });
  const { host, button, openWords } = await open(page, 'spawn');
  await openWords();
  await button('First step').focus();
  // From the first control to the first after the player, in the order of Tab.
  const visited = [];
  while (await host.evaluate((element) => element.contains(document.activeElement))) {
    visited.push(await page.evaluate(() => document.activeElement?.tagName));
    for (const key of ['ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
    await page.keyboard.press('Tab');
  }
  expect(visited.length).toBeGreaterThan(8);
  await expect(page.locator('html')).not.toHaveAttribute('data-out');
  // With the moment, if that took longer than the address waits for.
  await expect(page).toHaveURL(/spawn\.html(#example-3@.*)?$/);
});

test('it plays to the end, can be stopped, and begins again', async ({ page }) => {
  await page.clock.install();
  const { step, button, count, caption } = await open(page, 'spawn');
  await button('Play').click();
  expect(await step()).toBe(2);
  await page.clock.runFor(2500);
  expect(await step()).toBe(3);
  await button('Pause').click();
  await page.clock.runFor(10_000);
  expect(await step()).toBe(3);
  await page.keyboard.press('p');
  await expect(caption).toHaveAttribute('aria-live', 'off');
  await page.clock.runFor(2500 * (await count()));
  expect(await step()).toBe(await count());
  await expect(button('Play')).toBeVisible();
  await expect(caption, 'the end is said').toHaveAttribute('aria-live', 'polite');
  await button('Play').click();
  expect(await step()).toBe(1);
});

test('any step stops it', async ({ page }) => {
  await page.clock.install();
  const { step, button, scrubTo } = await open(page, 'spawn');
  for (const act of [() => button('Step forward').click(), () => scrubTo(9)]) {
    await button('Play').click();
    await act();
    const at = await step();
    await page.clock.runFor(10_000);
    expect(await step()).toBe(at);
    await expect(button('Play')).toBeVisible();
  }
});

test('it stops when nobody sees it', async ({ page }) => {
  const { button, step } = await openStill(page);
  await button('Play').click();
  await page.clock.runFor(2500);
  expect(await step()).toBe(3);
  // As in a tab behind another.
  await page.evaluate(() => Object.defineProperty(document, 'hidden', { value: true }));
  await page.clock.runFor(10_000);
  expect(await step()).toBe(3);
  await expect(button('Play')).toBeVisible();
});

test('the step is said once: by the status line, or by the range', async ({ page }) => {
  await page.clock.install();
  const { caption, range, button, count } = await open(page, 'spawn');
  await button('Step forward').click();
  await expect(caption).toHaveAttribute('aria-live', 'polite');
  const said = await caption.textContent();
  await expect(range).toHaveAttribute('aria-valuetext', `Step 2 of ${await count()}: ${said}`);
  await range.focus();
  await page.keyboard.press('ArrowRight');
  await expect(caption).toHaveAttribute('aria-live', 'off');
  await button('Play').click();
  await expect(caption).toHaveAttribute('aria-live', 'off');
});

test('a link to a moment leads to its step', async ({ page }) => {
  await page.goto('spawn.html#example-3@main-suspends-2');
  const { caption, host } = player(page);
  await expect(caption).toContainText('main awaits task2');
  await expect(host).toHaveAttribute('data-step', 'main-suspends-2');
  await page.evaluate(() => {
    location.hash = '#example-3@prints-done-with-1';
  });
  await expect(caption).toHaveText('fetch_data(1) prints “Done with 1”.');
});

test('the picture of a step: code, tasks, timers, output', async ({ page }) => {
  await page.goto('spawn.html#example-3@fetch-data-1-timer-fires-1');
  const { host } = player(page);
  const cards = host.locator('.replay-tasks div li');
  await expect(cards.locator('.replay-state')).toHaveText(['suspended', 'ready', 'suspended']);
  await expect(cards.locator('.replay-place:not(.is-ahead)')).toHaveText([
    'line 17, awaits task1',
    'line 5',
    'line 5, awaits a sleep',
  ]);
  await expect(host.locator('.replay-marks div div').nth(4).locator('.replay-key')).toHaveText([
    '1',
    '2',
  ]);
  await expect(host.locator('.replay-marks div div').nth(16).locator('.replay-key')).toHaveText([
    'm',
  ]);
  await expect(host.locator('.replay-outside li:visible')).toHaveText(
    /fetch_data\(2\)1 s left of 2 s/,
  );
  await expect(host.locator('.replay-output span:visible')).toHaveText([
    'Do something with 1...',
    'Do something with 2...',
  ]);
});

test('a step is there at once: nothing moves, whether or not a reader wants motion', async ({
  page,
}) => {
  const { host } = await open(page, 'spawn');
  const moving = await host.evaluate((element) => {
    /** @type {HTMLElement | null} */
    const forward = element.querySelector('[data-do=forward]');
    forward?.click();
    return element.getAnimations({ subtree: true }).length;
  });
  expect(moving).toBe(0);
});
