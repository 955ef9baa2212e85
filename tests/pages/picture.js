/**
 * Takes the picture of a player for a page that cannot have one: the introduction, a README.
 *
 *   CHROMIUM=chromium node tests/pages/picture.js book/spawn.html example-3@fetch-data-1-ends FILE.png
 *   CHROMIUM=chromium node tests/pages/picture.js book/spawn.html example-3@fetch-data-1-ends FILE.png .what-ifs
 *
 * The page has to be built before. The picture is 750 px wide, in the light theme, at that moment. With
 * a selector it is of that element, a question half answered. `--dark` takes it in the navy theme,
 * `--phone` as wide as a phone, at the density of one.
 */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { LAUNCH } from './browser.js';

const { values, positionals } = parseArgs({
  options: { dark: { type: 'boolean' }, phone: { type: 'boolean' } },
  allowPositionals: true,
});
const [page, moment, file, selector] = positionals;
if (!file || !process.env.CHROMIUM) {
  console.error(
    'CHROMIUM=BROWSER node tests/pages/picture.js [--dark] [--phone] PAGE.html MOMENT FILE.png [SELECTOR]',
  );
  process.exit(1);
}

const browser = await chromium.launch(LAUNCH);
try {
  const tab = await browser.newPage({
    viewport: { width: values.phone ? 390 : 800, height: 1000 },
    deviceScaleFactor: values.phone ? 2 : 1,
    colorScheme: values.dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  // What is to be predicted is hidden until then.
  const listing = moment.split('@')[0];
  const isQuestion = selector === 'form.predict';
  await tab.addInitScript(
    ([key, value]) => localStorage.setItem(key, value),
    [`predict-${listing}`, isQuestion ? '' : 'Skipped.'],
  );
  await tab.goto(`${pathToFileURL(resolve(page))}#${moment}`);
  const title = `${listing}@title`;
  const player = tab.locator('replay-run.is-playable', { has: tab.locator(`[id="${title}"]`) });
  // Where the focus is would look like a part of the player.
  await player.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
  const lines = tab.locator('form.predict li:nth-of-type(3n + 1)').getByRole('checkbox');
  for (const line of isQuestion ? await lines.all() : []) await line.check();
  // It stays above whatever is scrolled to.
  await tab.addStyleTag({ content: '#mdbook-menu-bar { display: none }' });
  const part = selector ? tab.locator(selector) : player;
  await part.screenshot({ path: file, animations: 'disabled' });
} finally {
  await browser.close();
}
