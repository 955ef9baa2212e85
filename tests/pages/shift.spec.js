/** Nothing moves while a page starts: what scripts make or hide has its room before they come. */

import { CHAPTERS, expect, test } from './book.js';

/**
 * Opens a chapter and lets its scripts run only when it has been painted without them, so that how
 * fast they come decides nothing.
 *
 * @param {import('@playwright/test').Page} page
 * @param {string} chapter
 * @param {() => Promise<void>} beforeScripts
 */
async function openSlowly(page, chapter, beforeScripts) {
  /** @type {() => void} */
  let release = () => {};
  const isPainted = new Promise((resolve) => {
    release = () => resolve(undefined);
  });
  // The one in the head is what stock mdBook paints nothing without.
  await page.route(/^(?!.*\/toc-).*\.js$/, async (route) => {
    await isPainted;
    await route.fallback();
  });
  await page.goto(`${chapter}.html`, { waitUntil: 'commit' });
  const verified = page.locator('.verified');
  await expect(verified, 'the whole page is there').toBeAttached();
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length);
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))),
  );
  await beforeScripts();
  release();
  await page.waitForLoadState();
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))),
  );
}

/** What has moved, and from where to where; small is what nobody sees. */
function watchShifts() {
  /** @type {string[]} */
  const shifts = [];
  Reflect.set(window, 'shifts', shifts);
  const box = (/** @type {DOMRectReadOnly} */ { x, y, width, height }) =>
    [x, y, width, height].map(Math.round).join(' ');
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { value, sources } = /** @type {any} */ (entry);
      for (const { node, previousRect, currentRect } of sources) {
        const what = (node?.outerHTML ?? node?.data ?? '').slice(0, 60);
        shifts.push(`${value}: ${what}: ${box(previousRect)} to ${box(currentRect)}`);
      }
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

for (const hasSkipped of [false, true]) {
  test.describe(hasSkipped ? 'with predictions skipped' : 'on the first visit', () => {
    test.use({ hasSkipped });

    for (const chapter of CHAPTERS) {
      for (const width of [1280, 390]) {
        test(`${chapter}: nothing moves when it starts, ${width} px wide`, async ({ page }) => {
          await page.setViewportSize({ width, height: 900 });
          await page.addInitScript(watchShifts);
          await openSlowly(page, chapter, async () => {});
          expect(await page.evaluate(() => Reflect.get(window, 'shifts'))).toEqual([]);
        });
      }
    }
  });
}

for (const chapter of CHAPTERS) {
  test(`${chapter}: the player has its room before it starts`, async ({ page }) => {
    const sizes = () =>
      page.locator('figure.replay:visible').evaluateAll((figures) =>
        figures.map((figure) => {
          const top = figure.getBoundingClientRect().top;
          const parts = [figure, ...figure.children, ...figure.querySelectorAll('section')];
          const shown = parts.filter((part) => part.getClientRects().length > 0);
          return shown.map((part) => {
            const box = part.getBoundingClientRect();
            return [part.className, box.top - top, box.height];
          });
        }),
      );
    /** @type {any} */
    let before;
    await openSlowly(page, chapter, async () => {
      before = await sizes();
    });
    expect(before).not.toEqual([]);
    expect(await sizes()).toEqual(before);
  });
}
