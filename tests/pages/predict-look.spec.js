/** What holds in every theme and at every width for predictions and what-ifs. */

import { expect, open, player, test, violations } from './book.js';

/** How far the page can be scrolled sideways. */
const over = (/** @type {import('@playwright/test').Page} */ page) =>
  page.evaluate(() => {
    const root = document.documentElement;
    return root.scrollWidth - root.clientWidth;
  });

/** @param {import('@playwright/test').Page} page */
async function narrow(page) {
  const { width = 0 } = page.viewportSize() ?? {};
  if (width < 600) await page.setViewportSize({ width: 320, height: 800 });
}

test.describe('a prediction', () => {
  test.use({ hasSkipped: false });

  test('axe finds nothing in it, open, chosen and answered', async ({ page }) => {
    await open(page, 'spawn');
    const form = page.locator('form.predict');
    expect(await violations(page, '.predict')).toEqual([]);
    for (const line of await form.getByRole('checkbox').all()) await line.check();
    await form.getByRole('radio', { name: '3.00' }).check();
    expect(await violations(page, '.predict')).toEqual([]);
    await form.getByRole('button', { name: 'Compare' }).click();
    expect(await violations(page, '.predict')).toEqual([]);
  });

  test('choosing moves nothing, and nothing sticks out of the page', async ({ page }) => {
    await narrow(page);
    await open(page, 'spawn');
    const form = page.locator('form.predict');
    const boxes = () =>
      form.locator('.chip:visible').evaluateAll((chips) =>
        chips.map((chip) => {
          const { x, y, width, height } = chip.getBoundingClientRect();
          return [x, y + scrollY, width, height].map(Math.round);
        }),
      );
    const before = await boxes();
    expect(before.length).toBe(13);
    for (const line of await form.getByRole('checkbox').all()) await line.check();
    expect(await boxes()).toEqual(before);
    expect(await over(page)).toBe(0);
    await form.getByRole('radio', { name: '3.00' }).check();
    await form.getByRole('button', { name: 'Compare' }).click();
    expect(await over(page)).toBe(0);
  });
});

test('axe finds nothing in a what-if, and nothing sticks out of the page', async ({ page }) => {
  await open(page, 'spawn');
  for (const name of ['await task2 first', 'sleep with thread::sleep']) {
    await page.getByRole('radio', { name }).click();
    const run = player(page, page.locator('details[open] replay-run'));
    await run.scrubTo(12);
    expect(await violations(page, '.what-ifs'), name).toEqual([]);
  }
  await narrow(page);
  expect(await over(page)).toBe(0);
});
