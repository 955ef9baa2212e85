/**
 * The picture in the recorder's manual, from the page itself:
 * `mdbook build && npm --prefix tests/pages ci && node tests/pages/picture.js`.
 */

import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

const from = (/** @type {string} */ path) => new URL(path, import.meta.url);
const page = from('../../book/spawn.html#example-3@fetch-data-1-ends');
const picture = fileURLToPath(from('../../tools/recorder/example-3.png'));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--allow-file-access-from-files'],
});
const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } });
await tab.goto(page.href);
// Where the address leads is marked as having the focus.
await tab.evaluate(
  () => document.activeElement instanceof HTMLElement && document.activeElement.blur(),
);
await tab.locator('replay-run').screenshot({ path: picture });
await browser.close();
