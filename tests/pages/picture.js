/**
 * Takes the picture of a player for a page that cannot have one: the introduction, a README.
 *
 *   CHROMIUM=chromium node tests/pages/picture.js book/spawn.html example-3@fetch-data-1-ends FILE.png
 *
 * The page has to be built before. The picture is 760 px wide, in the light theme, at that moment.
 */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';

const [page, moment, file] = process.argv.slice(2);
if (!file || !process.env.CHROMIUM) {
  console.error('CHROMIUM=BROWSER node tests/pages/picture.js PAGE.html MOMENT FILE.png');
  process.exit(1);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const tab = await browser.newPage({
    viewport: { width: 800, height: 1000 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  await tab.goto(`${pathToFileURL(resolve(page))}#${moment}`);
  const title = `${moment.split('@')[0]}@title`;
  const player = tab.locator('replay-run.is-playable', { has: tab.locator(`[id="${title}"]`) });
  // Where the focus is would look like a part of the player.
  await player.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
  await player.screenshot({ path: file, animations: 'disabled' });
} finally {
  await browser.close();
}
