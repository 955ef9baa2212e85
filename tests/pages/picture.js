/**
 * Takes a picture of a part of a page, for a manual: `node picture.js PAGE SELECTOR FILE`.
 *
 * The book is served at `BOOK_URL` (what `mdbook serve` says, if it is not set), the browser is
 * `CHROMIUM`. What a page asks is half answered in its picture, and skipped in those of runs.
 */

import { chromium } from '@playwright/test';

const [, , target, selector, path] = process.argv;
const url = new URL(target, process.env.BOOK_URL ?? 'http://127.0.0.1:3000/');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
await page.goto(url.href);
const question = page.locator('form.predict');
if (selector === 'form.predict') {
  for (const line of ['Do something with 1...', 'Do something with 2...', 'Done with 1']) {
    await question.getByRole('checkbox', { name: line }).check();
  }
} else if (await question.count()) {
  await question.getByRole('button', { name: 'Skip' }).click();
}
await page.mouse.move(0, 0);
await page.locator(`${selector}:visible`).first().screenshot({ path, animations: 'disabled' });
await browser.close();
