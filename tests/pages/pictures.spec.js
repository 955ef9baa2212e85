/**
 * Pictures of every player for people to look at, at three of its steps: target/screenshots. What
 * they show is checked elsewhere; here, that there is something to look at.
 */

import { CHAPTERS, expect, open, test } from './book.js';

const FOLDER = new URL('../../target/screenshots/', import.meta.url).pathname;

for (const chapter of CHAPTERS) {
  test(`${chapter}: its pictures`, async ({ page }, testInfo) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const { host, count, scrubTo } = await open(page, chapter);
    // What sticks to the window would lie over what is taken from below it.
    await page.addStyleTag({
      content: '#mdbook-menu-bar, .replay-top { position: static !important }',
    });
    const steps = await count();
    const sizes = [];
    for (const share of [0, 0.5, 1]) {
      const step = Math.round(1 + (steps - 1) * share);
      await scrubTo(step);
      await host.evaluate(() => {
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      });
      const path = `${FOLDER}${chapter}-${testInfo.project.name}-step-${step}.png`;
      sizes.push((await host.screenshot({ path, animations: 'disabled' })).length);
    }
    expect(new Set(sizes).size, 'no two steps look the same').toBe(sizes.length);
  });
}
