/** A finger answers, skips and chooses a what-if. */

import { expect, open, player, test } from './book.js';

test.describe('a prediction', () => {
  test.use({ hasSkipped: false });

  test('taps answer it, and tap by tap it can be taken back', async ({ page }) => {
    const { host } = await open(page, 'await-order');
    const form = page.locator('form.predict');
    const lines = form.getByRole('checkbox');
    const count = await lines.count();
    expect(count).toBe(7);
    for (let i = 0; i < count; i++) await lines.nth(i).tap();
    await expect(form.locator('li b')).toHaveText(['1', '2', '3', '4', '5', '6', '7']);
    await lines.first().tap();
    await expect(form.locator('li b')).toHaveText(['', '1', '2', '3', '4', '5', '6']);
    await lines.first().tap();
    await form.getByRole('radio', { name: '2.00' }).tap();
    await form.getByRole('button', { name: 'Compare' }).tap();
    await expect(form.getByRole('status')).toContainText('Not quite: line ');
    await expect(host.locator('figure')).toBeVisible();
    await form.getByRole('button', { name: 'Try again' }).tap();
    await expect(host.locator('figure')).toBeHidden();
    await form.getByRole('button', { name: 'Skip' }).tap();
    await expect(host.locator('figure')).toBeVisible();
  });

  test('its targets are large enough for a finger', async ({ page }) => {
    await open(page, 'await-order');
    const chips = await page.locator('form.predict .chip:visible').all();
    expect(chips.length).toBe(13);
    for (const chip of chips) {
      const box = await chip.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
    }
  });
});

test('taps choose a what-if', async ({ page }) => {
  const { host } = await open(page, 'spawn');
  const chips = page.getByRole('group', { name: 'What if' });
  for (const chip of await chips.locator('.chip').all()) {
    expect((await chip.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  }
  await chips.getByText('await task2 first').tap();
  await expect(host.locator('figure')).toBeHidden();
  const swapped = player(page, page.locator('details[open] replay-run'));
  await swapped.button('Step forward').tap();
  expect(await swapped.step()).toBe(2);
  await chips.getByText('as it is').tap();
  await expect(host.locator('figure')).toBeVisible();
});
