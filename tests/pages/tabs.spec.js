/** The tabs of a Rust block and its Python original, by keyboard. */

import { expect, open, test } from './book.js';

test('arrow keys, Home and End choose a tab and never turn the page', async ({ page }) => {
  await open(page, 'spawn');
  const list = page.getByRole('tablist', { name: 'Program' }).first();
  const rust = list.getByRole('tab', { name: 'Rust' });
  const python = list.getByRole('tab', { name: 'Python' });
  await rust.focus();
  for (const [key, tab] of /** @type {const} */ ([
    ['ArrowRight', python],
    ['ArrowRight', rust],
    ['ArrowLeft', python],
    ['Home', rust],
    ['End', python],
  ])) {
    await page.keyboard.press(key);
    await expect(tab).toBeFocused();
    await expect(tab).toHaveAttribute('aria-selected', 'true');
  }
  await expect(page.locator('.code-tabs code.language-python').first()).toBeVisible();
  await expect(page.locator('.code-tabs code.language-rust').first()).toBeHidden();
  await expect(page).toHaveURL(/spawn\.html$/);
});

test('Tab goes from the tab to what it shows', async ({ page }) => {
  await open(page, 'spawn');
  const tab = page.getByRole('tab', { name: 'Rust' }).first();
  await tab.focus();
  await page.keyboard.press('Tab');
  const panel = page.getByRole('tabpanel').first();
  expect(await panel.evaluate((element) => element.contains(document.activeElement))).toBe(true);
});
