/** What every page owes its readers, whatever is on it: in every theme, without a mouse, on a phone. */

import { readFileSync } from 'node:fs';
import { axeRules, expect, test, violations } from './book.js';

const SUMMARY = readFileSync(new URL('../../src/SUMMARY.md', import.meta.url), 'utf8');
const PAGES = [
  ...[...SUMMARY.matchAll(/\]\(([^)]+)\.md\)/g)].map(([, name]) => name),
  '404',
  'print',
];

/** Stock mdBook's, as its theme menu names them. */
const THEMES = ['light', 'rust', 'coal', 'navy', 'ayu'];

/** What depends on colours, and so on the theme. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

for (const name of PAGES) {
  test(`${name}: axe finds nothing on the page, in any theme`, async ({ page }) => {
    // Not the dialog for the printer.
    await page.addInitScript(() => {
      window.print = () => {};
    });
    await page.goto(`${name}.html`);
    await settled(page);
    expect(await violations(page, 'html')).toEqual([]);
    for (const theme of THEMES) {
      await page.evaluate((id) => document.getElementById(id)?.click(), `mdbook-theme-${theme}`);
      await expect(page.locator('html')).toHaveClass(new RegExp(`\\b${theme}\\b`));
      await settled(page);
      expect(await axeRules(page, 'html', OF_COLOURS), theme).toEqual([]);
    }
  });

  test(`${name}: nothing sticks out of the page`, async ({ page }) => {
    await page.addInitScript(() => {
      window.print = () => {};
    });
    await page.goto(`${name}.html`);
    const { width: own } = page.viewportSize() ?? { width: 0 };
    for (const width of own < 600 ? [own, 320] : [own, 640]) {
      await page.setViewportSize({ width, height: 800 });
      const over = await page.evaluate(() => {
        const content = document.querySelector('#mdbook-content') ?? document.documentElement;
        const parts = [content, ...content.querySelectorAll('.table-wrapper')];
        return Math.max(...parts.map((part) => part.scrollWidth - part.clientWidth));
      });
      expect(over, `at ${width} px`).toBe(0);
    }
  });
}

for (const name of ['map', 'messages', 'libraries']) {
  test(`${name}: a name in a table is divided between its words, if at all`, async ({ page }) => {
    await page.goto(`${name}.html`);
    const divided = await page.locator('td code').evaluateAll((codes) =>
      codes.flatMap((code) => {
        // Between two texts a line may end.
        const texts = [...code.childNodes].filter((node) => node instanceof Text);
        return texts.flatMap((text) =>
          [...text.data.matchAll(/\w+/g)]
            .filter(({ 0: word, index }) => {
              const range = document.createRange();
              range.setStart(text, index);
              range.setEnd(text, index + word.length);
              return new Set([...range.getClientRects()].map((line) => line.top)).size > 1;
            })
            .map(({ 0: word }) => `${word} in ${code.textContent}`),
        );
      }),
    );
    expect(divided).toEqual([]);
  });
}

test('what a search has found is legible in any theme', async ({ page }) => {
  await page.goto('spawn.html');
  await page.keyboard.press('/');
  await expect(page.locator('#mdbook-searchbar-outer')).not.toHaveClass(/searching/);
  await page.getByRole('searchbox').pressSequentially('semaphore');
  await expect(page.locator('#mdbook-searchresults a').first()).toBeVisible();
  for (const theme of THEMES) {
    await page.evaluate((id) => document.getElementById(id)?.click(), `mdbook-theme-${theme}`);
    await expect(page.locator('html')).toHaveClass(new RegExp(`\\b${theme}\\b`));
    await settled(page);
    expect(await axeRules(page, '#mdbook-search-wrapper', OF_COLOURS), theme).toEqual([]);
  }
});

/**
 * Waits until observers of sizes have run, and ends what motion of colours there is.
 *
 * @param {import('@playwright/test').Page} page
 */
async function settled(page) {
  await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const moving = document.getAnimations().filter((motion) => motion instanceof CSSTransition);
    // Of what is hidden until it is found, none would come to its end by itself.
    for (const motion of moving) motion.finish();
  });
}
