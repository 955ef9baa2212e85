/** Predictions: what a reader is asked before a run and its output are shown. */

import { expect, open, PREDICTED, player, test } from './book.js';

test.use({ hasSkipped: false });

/** What Example 3 prints, but for the time at its end. */
const LINES = [
  'Do something with 1...',
  'Do something with 2...',
  'Done with 1',
  'Task 1 fully completed',
  'Done with 2',
  'Task 2 fully completed',
  '["Result of 1", "Result of 2"]',
];

/**
 * The console block with what a listing prints.
 *
 * @param {import('@playwright/test').Page} page
 * @param {string} listing
 */
const block = (page, listing) => page.getByText(new RegExp(`^\\$ cargo run -p ${listing}\\s`));

/** @param {import('@playwright/test').Page} page */
function prediction(page) {
  const form = page.locator('form.predict');
  return {
    form,
    line: (/** @type {string} */ text) => form.getByRole('checkbox', { name: text }),
    time: (/** @type {string} */ text) => form.getByRole('radio', { name: text, exact: true }),
    button: (/** @type {string} */ name) => form.getByRole('button', { name, exact: true }),
    outcome: form.getByRole('status'),
    answer: form.locator('details'),
    numbers: form.locator('li b'),
    output: block(page, 'example-3'),
  };
}

/** @param {import('@playwright/test').Page} page */
async function openSpawn(page) {
  const { host } = await open(page, 'spawn');
  return { host, ...prediction(page) };
}

test('player and output are hidden until it is answered', async ({ page }) => {
  const { host, form, line, time, button, outcome, answer, output } = await openSpawn(page);
  await expect(form).toBeVisible();
  const figure = host.locator('figure');
  for (const hidden of [figure, output, answer, button('Try again')]) {
    await expect(hidden).toBeHidden();
  }
  await expect(page.getByRole('radio', { name: 'as it is' })).toBeHidden();
  await expect(page.getByText('$ cargo run -p when-does-it-start')).toBeVisible();
  for (const text of LINES) await line(text).check();
  await time('2.00').check();
  await expect(figure).toBeHidden();
  await button('Compare').click();
  await expect(outcome).toHaveText('Right.');
  for (const shown of [figure, output, answer.locator('pre'), button('Try again')]) {
    await expect(shown).toBeVisible();
  }
  await expect(line(LINES[0])).toBeDisabled();
  await expect(button('Compare')).toBeHidden();
  await expect(button('Skip')).toBeHidden();
});

test('the lines are numbered as they are chosen, and again when one is taken back', async ({
  page,
}) => {
  const { form, line, numbers } = await openSpawn(page);
  const order = await form.locator('li samp').allTextContents();
  expect([...order].sort()).toEqual([...LINES].sort());
  expect(order).not.toEqual(LINES);
  await expect(numbers).toHaveText(order.map(() => ''));
  for (const text of LINES) await line(text).check();
  await expect(numbers).toHaveText(order.map((text) => `${LINES.indexOf(text) + 1}`));
  await line(LINES[2]).uncheck();
  await expect(numbers).toHaveText(
    order.map((text) => {
      const place = LINES.indexOf(text);
      return place === 2 ? '' : `${place + (place < 2 ? 1 : 0)}`;
    }),
  );
});

test('a wrong order and a wrong time are told as wrong', async ({ page }) => {
  const { host, line, time, button, outcome, answer, numbers } = await openSpawn(page);
  const wrong = [...LINES];
  [wrong[3], wrong[4]] = [wrong[4], wrong[3]];
  for (const text of wrong) await line(text).check();
  await time('3.00').check();
  await button('Compare').click();
  await expect(outcome).toHaveText(
    'Not quite: line 4 is “Task 1 fully completed”, not “Done with 2”; it takes 2.00 seconds.',
  );
  await expect(answer.locator('pre')).toHaveText([...LINES, 'Finished in 2.00 seconds'].join('\n'));
  await expect(host.locator('figure')).toBeVisible();
  await button('Try again').click();
  await expect(host.locator('figure')).toBeHidden();
  await expect(outcome).toHaveText('');
  await expect(numbers).toHaveText(LINES.map(() => ''));
  for (const text of LINES) await line(text).check();
  await time('3.00').check();
  await button('Compare').click();
  await expect(outcome).toHaveText('Not quite: it takes 2.00 seconds.');
});

test('nothing is compared before all is answered', async ({ page }) => {
  const { host, line, time, button, outcome } = await openSpawn(page);
  for (const text of LINES.slice(1)) await line(text).check();
  await time('2.00').check();
  await button('Compare').click();
  await expect(outcome).toHaveText('');
  await expect(host.locator('figure')).toBeHidden();
  await line(LINES[0]).check();
  await button('Compare').click();
  await expect(outcome).toContainText('Not quite: line 1 is “Do something with 1...”');
});

test('one click skips, and that is remembered for this listing alone', async ({ page }) => {
  const { host, form, button, outcome, answer, output } = await openSpawn(page);
  const figure = host.locator('figure');
  await button('Skip').click();
  for (const time of ['at once', 'after a reload']) {
    await expect(figure, time).toBeVisible();
    await expect(output, time).toBeVisible();
    await expect(outcome, time).toHaveText('Skipped.');
    await expect(form.locator('li').first(), time).toBeHidden();
    await expect(answer, time).not.toHaveAttribute('open');
    await page.reload();
  }
  await open(page, 'await-order');
  await expect(figure).toBeHidden();
  await open(page, 'spawn');
  await button('Try again').click();
  await expect(figure).toBeHidden();
  await page.reload();
  await expect(form).toBeVisible();
  await expect(figure).toBeHidden();
});

test('how it ended is remembered', async ({ page }) => {
  const { host, form, line, time, button, outcome } = await openSpawn(page);
  for (const text of LINES) await line(text).check();
  await time('2.00').check();
  await button('Compare').click();
  await page.reload();
  await expect(outcome).toHaveText('Right.');
  await expect(host.locator('figure')).toBeVisible();
  await expect(form.locator('li').first()).toBeHidden();
});

test('where there is no room to remember it, it can still be skipped', async ({ page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    };
  });
  const { host, button } = await openSpawn(page);
  const figure = host.locator('figure');
  await expect(figure).toBeHidden();
  await button('Skip').click();
  await expect(figure).toBeVisible();
  await expect(button('Try again')).toBeFocused();
});

test('a run that plays stops when it is asked again', async ({ page }) => {
  await page.clock.install({ time: 0 });
  const { host, button } = await openSpawn(page);
  await page.clock.pauseAt(3_600_000);
  await button('Skip').click();
  const { button: control, step } = player(page);
  await control('Play').click();
  await button('Try again').click();
  await page.clock.runFor(10_000);
  await button('Skip').click();
  expect(await step()).toBe(2);
  await expect(control('Play')).toBeVisible();
  await expect(host.locator('figure')).toBeVisible();
});

test('the keyboard alone answers, skips and tries again', async ({ page }) => {
  const { form, line, time, button, outcome, host } = await openSpawn(page);
  const order = await form.locator('li samp').allTextContents();
  // Tab goes through the lines as they stand; Space chooses.
  await line(order[0]).focus();
  for (const [i, text] of order.entries()) {
    if (i > 0) await page.keyboard.press('Tab');
    await expect(line(text)).toBeFocused();
    await page.keyboard.press('Space');
  }
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowRight');
  await expect(time('2.00')).toBeChecked();
  await expect(page).toHaveURL(/spawn\.html$/);
  await page.keyboard.press('Enter');
  await expect(outcome).toContainText('Not quite: line');
  await expect(button('Try again')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(form.getByRole('checkbox').first()).toBeFocused();
  await button('Skip').focus();
  await page.keyboard.press('Enter');
  await expect(host.locator('figure')).toBeVisible();
  await expect(button('Try again')).toBeFocused();
});

test('a link to a moment shows the run and leaves the question open', async ({ page }) => {
  const { host, form, button } = await openSpawn(page);
  await page.getByRole('link', { name: 'They are ready' }).click();
  await expect(host).toHaveAttribute('data-step', 'fetch-data-2-spawned');
  await expect(host.getByRole('status')).toBeFocused();
  await expect(host.getByRole('status')).toBeInViewport({ ratio: 1 });
  await expect(button('Compare')).toBeVisible();
  await page.goto('spawn.html#example-3-swapped-awaits@main-suspends-1');
  await page.reload();
  const figure = page.locator('figure[aria-labelledby="example-3-swapped-awaits@title"]');
  const other = player(page, page.locator('details replay-run').filter({ has: figure }));
  await expect(other.caption).toBeInViewport({ ratio: 1 });
  await expect(form).toBeVisible();
});

test('a run that was hidden has its panes scrolled to its step', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const { host, button } = await openSpawn(page);
  await button('Skip').click();
  const within = await host.locator('.replay-code').evaluate((code) => {
    const line = code.querySelector('[aria-current]')?.getBoundingClientRect();
    const pane = code.getBoundingClientRect();
    return line && line.top >= pane.top && line.bottom <= pane.bottom;
  });
  expect(within).toBe(true);
});

for (const [chapter, listing] of [
  ['one-after-another', 'example-1'],
  ['await', 'example-2'],
  ['await-order', 'example-4'],
  ['blocking', 'example-5'],
]) {
  test(`${chapter}: the answer is what the page says is printed`, async ({ page }) => {
    const { host } = await open(page, chapter);
    const { line, time, button, outcome } = prediction(page);
    const output = block(page, listing);
    const [, ...lines] = ((await output.textContent()) ?? '').trim().split('\n');
    const seconds = lines.pop()?.match(/\d+\.\d\d/)?.[0] ?? '';
    for (const text of lines) await line(text).check();
    await time(seconds).check();
    await expect(output).toBeHidden();
    await button('Compare').click();
    await expect(outcome).toHaveText('Right.');
    await expect(output).toBeVisible();
    await expect(host.locator('figure')).toBeVisible();
  });
}

test('on paper nothing is hidden, and nothing is asked', async ({ page }) => {
  const { host, form, output } = await openSpawn(page);
  await page.emulateMedia({ media: 'print' });
  await expect(host.locator('figure')).toBeVisible();
  await expect(output).toBeVisible();
  await expect(form).toBeHidden();
});

test('the page with the whole book asks without hiding', async ({ page }) => {
  await page.goto('print.html');
  const answers = page.locator('form.predict details');
  await expect(answers).toHaveCount(PREDICTED.length);
  await expect(page.getByRole('button', { name: 'Skip' })).toHaveCount(0);
  await expect(page.locator('replay-run figure').first()).toBeVisible();
  await answers.first().locator('summary').click();
  await expect(answers.first().locator('pre')).toBeVisible();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the question stands there, its answer folded, and nothing is hidden', async ({ page }) => {
    const { host, form, answer, output } = await openSpawn(page);
    await expect(form.getByText(LINES[6])).toHaveCount(2);
    await expect(form.getByRole('button')).toHaveCount(0);
    await expect(host.locator('figure')).toBeVisible();
    await expect(output).toBeVisible();
    await expect(answer.locator('pre')).toBeHidden();
    await answer.locator('summary').click();
    await expect(answer.locator('pre')).toHaveText(
      [...LINES, 'Finished in 2.00 seconds'].join('\n'),
    );
  });
});
