/** Without the player: a page without JavaScript, and the one that is printed. */

import { CHAPTERS, expect, player, test } from './book.js';

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  for (const chapter of CHAPTERS) {
    test(`${chapter}: program, output, timeline and transcript`, async ({ page }) => {
      await page.goto(`${chapter}.html`);
      const { host, range, openWords } = player(page);
      await expect(range).toBeHidden();
      await expect(host.getByRole('button').first()).toBeHidden();
      await expect(host.locator('.replay-code')).toContainText('fn main()');
      await expect(host.locator('.replay-timeline svg').first()).toBeVisible();
      const consoles = await page.locator('code.language-console').allTextContents();
      const printed = await host.locator('.replay-output pre').innerText();
      expect(consoles.some((text) => text.includes(printed.trim()))).toBe(true);
      await openWords();
      await expect(host.getByRole('row').first()).toBeVisible();
      expect(await host.getByRole('row').count()).toBeGreaterThan(5);
    });
  }
});

test('no player starts on the page with the whole book', async ({ page }) => {
  await page.goto('print.html');
  const { host, range } = player(page);
  // The chapter on blocking shows a second run.
  await expect(page.locator('replay-run:not(details *)')).toHaveCount(CHAPTERS.length + 1);
  await expect(range).toHaveCount(0);
  await expect(host.locator('.replay-output')).toContainText('Done with 1');
});

test('on paper a run is whole', async ({ page }) => {
  await page.goto('spawn.html');
  await page.emulateMedia({ media: 'print' });
  const { host, range } = player(page);
  await expect(range).toHaveCount(0);
  await expect(host.locator('.replay-output span').last()).toBeVisible();
});
