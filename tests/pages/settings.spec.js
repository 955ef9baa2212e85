/** How a reader wants to step, and why a task runs or waits. */

import { expect, open, openStill, player, test } from './book.js';

/** @param {import('@playwright/test').Page} page */
const setting = (page, /** @type {string} */ name) =>
  player(page).host.getByRole('combobox', { name });

test('it stops at scheduling changes, or at every line', async ({ page }) => {
  const { button, count, step, host, words } = await open(page, 'spawn');
  const changes = await count();
  await expect(words.locator('tbody tr')).toHaveCount(changes);
  await button('Step forward').click();
  await button('Step forward').click();
  const id = await host.getAttribute('data-step');
  await setting(page, 'Step by').selectOption('every line');
  await expect(host, 'the step stays').toHaveAttribute('data-step', id ?? '');
  const all = await count();
  expect(all).toBe(changes + (await words.locator('samp').count()));
  await expect(host.locator('.replay-count')).toHaveText(`step ${await step()} of ${all}`);
  await button('Last step').click();
  expect(await step()).toBe(all);
  await setting(page, 'Step by').selectOption('scheduling change');
  expect(await step()).toBe(changes);
});

test('Shift and an arrow lead to a scheduling change from any line', async ({ page }) => {
  const { host, range, button, scrubTo, step } = await open(page, 'spawn');
  await setting(page, 'Step by').selectOption('every line');
  // What is in the run in words, and nowhere else, is a change.
  const isChange = () =>
    host.evaluate((element) => {
      const steps = JSON.parse(element.querySelector('script')?.text ?? '');
      return !('say' in steps[Number(element.querySelector('input')?.value) - 1]);
    });
  await scrubTo(2);
  expect(await isChange()).toBe(false);
  for (const control of [button('Step forward'), range]) {
    await control.focus();
    for (const [key, way] of /** @type {const} */ ([
      ['Shift+ArrowRight', 1],
      ['Shift+ArrowRight', 1],
      ['Shift+ArrowLeft', -1],
    ])) {
      const before = await step();
      await page.keyboard.press(key);
      expect(Math.sign((await step()) - before)).toBe(way);
      expect(await isChange()).toBe(true);
    }
  }
  await expect(page).toHaveURL(/spawn\.html/);
});

test('settings hold on every page, and after a reload', async ({ page }) => {
  const { count } = await open(page, 'spawn');
  const changes = await count();
  await setting(page, 'Step by').selectOption('every line');
  await setting(page, 'Speed').selectOption('4 ×');
  const all = await count();
  expect(all).toBeGreaterThan(changes);
  await page.reload();
  await expect(setting(page, 'Step by')).toHaveValue('line');
  expect(await count()).toBe(all);
  await open(page, 'await');
  await expect(setting(page, 'Step by')).toHaveValue('line');
  await expect(setting(page, 'Speed')).toHaveValue('4');
});

for (const kept of [
  '{"by":7,"speed":"x"',
  'null',
  '["line"]',
  '{"by":"nonsense","speed":"x","axis":3}',
  '{"by":null,"speed":"0","axis":{}}',
]) {
  test(`what is kept may be anything: ${kept}`, async ({ page }) => {
    await page.addInitScript((kept) => localStorage.setItem('replay-settings', kept), kept);
    const { button, step } = await openStill(page);
    await expect(setting(page, 'Step by')).toHaveValue('change');
    await expect(setting(page, 'Speed')).toHaveValue('1');
    await expect(setting(page, 'Timeline by')).toHaveValue('order');
    await button('Play').click();
    await page.clock.runFor(2499);
    expect(await step()).toBe(2);
  });
}

test('what is chosen on two pages holds on both', async ({ page, context }) => {
  await open(page, 'spawn');
  const other = await context.newPage();
  await open(other, 'await');
  await setting(other, 'Step by').selectOption('every line');
  await setting(page, 'Timeline by').selectOption('clock');
  await expect(setting(page, 'Step by')).toHaveValue('line');
  await setting(other, 'Speed').selectOption('4 ×');
  await expect(setting(other, 'Timeline by')).toHaveValue('clock');
  // What the browser says when Back shows a page as it was left.
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow')));
  await expect(setting(page, 'Speed')).toHaveValue('4');
});

test('a click into a pane leaves the keys that do nothing in it to the player', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const { host, step, button, scrubTo } = await open(page, 'spawn');
  // It scrolls down, and not sideways.
  const output = host.locator('.replay-output pre');
  const scrolls = await output.evaluate((pane) => [
    pane.scrollHeight > pane.clientHeight,
    pane.scrollWidth > pane.clientWidth,
  ]);
  expect(scrolls).toEqual([true, false]);
  await scrubTo(5);
  await output.click({ position: { x: 20, y: 10 } });
  await page.keyboard.press('ArrowRight');
  expect(await step()).toBe(6);
  await page.keyboard.press('ArrowLeft');
  expect(await step()).toBe(5);
  await page.keyboard.press('End');
  expect(await step(), 'the end of the pane').toBe(5);
  const code = host.locator('.replay-code');
  await code.click({ position: { x: 20, y: 10 } });
  await page.keyboard.press('ArrowRight');
  expect(await step(), 'the rest of a long line').toBe(5);
  await page.keyboard.press('p');
  await expect(button('Pause')).toBeVisible();
  await page.keyboard.press('p');
  await expect(button('Play')).toBeVisible();
});

test('speed is how long a step stays', async ({ page }) => {
  const { step, button } = await openStill(page);
  await setting(page, 'Speed').selectOption('2 ×');
  await button('Play').click();
  await page.clock.runFor(1250);
  expect(await step()).toBe(3);
  // Also while it plays.
  await setting(page, 'Speed').selectOption('½ ×');
  await page.clock.runFor(4999);
  expect(await step()).toBe(3);
  await page.clock.runFor(1);
  expect(await step()).toBe(4);
});

test('arrow keys in a setting change the setting', async ({ page }) => {
  const { step } = await open(page, 'spawn');
  await setting(page, 'Speed').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  expect(await step()).toBe(1);
  await expect(setting(page, 'Speed')).not.toHaveValue('1');
  await expect(page).toHaveURL(/spawn\.html$/);
});

test('? opens the help and closes it', async ({ page }) => {
  const { button, host } = await open(page, 'spawn');
  const help = host.locator('.replay-help');
  await button('Play').focus();
  await page.keyboard.press('?');
  await expect(help).toHaveAttribute('open');
  await expect(help.locator('summary')).toBeFocused();
  await expect(help).toContainText('waits for the thread');
  await page.keyboard.press('?');
  await expect(help).not.toHaveAttribute('open');
  await expect(page.locator('#mdbook-help-container'), 'mdBook’s own').not.toBeVisible();
});

test('a running task says what woke it, and leads there', async ({ page }) => {
  await page.goto('spawn.html#example-3@main-polled-2');
  const { host, caption } = player(page);
  const why = host.getByRole('button', { name: 'woken by fetch_data(1)’s end' });
  await why.click();
  await expect(host).toHaveAttribute('data-step', 'fetch-data-1-ends');
  await expect(caption).toBeFocused();
  await expect(caption).toBeInViewport();
});

test('a ready task says who has the thread, by key as well', async ({ page }) => {
  await page.goto('blocking.html#example-5@thread-blocked-1');
  const { host, caption } = player(page);
  const why = host.getByRole('button', { name: 'fetch_data(1) has the thread' });
  await why.press('Enter');
  await expect(host).toHaveAttribute('data-step', 'fetch-data-1-polled-1');
  await expect(caption).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(host, 'the keys still work').not.toHaveAttribute(
    'data-step',
    'fetch-data-1-polled-1',
  );
});

test('the focus stays in the player when the button that has it goes', async ({ page }) => {
  await page.goto('blocking.html#example-5@thread-blocked-1');
  const { host, caption } = player(page);
  await host.getByRole('button', { name: 'fetch_data(1) has the thread' }).focus();
  await page.keyboard.press('End');
  await expect(caption).toBeFocused();
});

test('a suspended task shows the whole chain of what it waits for', async ({ page }) => {
  await page.goto('await-order.html#example-4@main-suspends-1');
  const { host } = player(page);
  await expect(host.locator('.replay-tasks li').first()).toContainText('→ fetch_data(2)');
});

test('a click on the timeline leads to the step that is drawn there', async ({ page }) => {
  const { host, step, count } = await open(page, 'spawn');
  const lanes = host.locator('.replay-lanes').first();
  const { width } = (await lanes.boundingBox()) ?? { width: 0 };
  await lanes.click({ position: { x: width - 2, y: 40 } });
  expect(await step()).toBe(await count());
  await lanes.click({ position: { x: 2, y: 40 } });
  expect(await step()).toBe(1);
});

test('the timeline is by order or by the clock, and both are where the step is', async ({
  page,
}) => {
  const { host, scrubTo, count } = await open(page, 'spawn');
  const [order, clock] = await host.locator('.replay-lanes').all();
  await expect(order).toBeVisible();
  await expect(clock).toBeHidden();
  const { height } = (await host.boundingBox()) ?? {};
  await setting(page, 'Timeline by').selectOption('clock');
  await expect(order).toBeHidden();
  await expect(clock).toBeVisible();
  expect((await host.boundingBox())?.height, 'nothing moves').toBe(height);
  await expect(clock).toContainText('0.5 s');
  const { width, x } = (await clock.boundingBox()) ?? { width: 0, x: 0 };
  await clock.click({ position: { x: width / 2, y: 40 } });
  await expect(host.locator('b.replay-clock')).toHaveText('1.000 s');
  const head = clock.locator('.replay-playhead');
  // As wide as the lanes, it draws 10 px at its left end; the middle of that is the place.
  const at = async () => ((await head.boundingBox())?.x ?? 0) + 5 - x;
  await expect.poll(async () => Math.abs((await at()) - width / 2)).toBeLessThan(2);
  await scrubTo(await count());
  await expect.poll(async () => Math.abs((await at()) - 0.95 * width)).toBeLessThan(2);
});
