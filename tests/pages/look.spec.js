/** What holds in every theme and at every width: nothing is out of reach, nothing jumps. */

import { expect, open, test, violations } from './book.js';

/** A program without a runtime, and one with tasks: the two kinds of panes. */
for (const chapter of ['one-after-another', 'spawn']) {
  test(`${chapter}: axe finds nothing in the player, at rest and at five steps`, async ({
    page,
  }) => {
    const { openWords, scrubTo, count } = await open(page, chapter);
    expect(await violations(page, 'replay-run')).toEqual([]);
    await openWords();
    const steps = await count();
    for (const part of [1, 2, 3, 4, 5]) {
      const step = Math.round((steps * part) / 5);
      await scrubTo(step);
      expect(await violations(page, 'replay-run'), `step ${step}`).toEqual([]);
    }
  });

  test(`${chapter}: no step moves the page, and nothing sticks out of it`, async ({ page }) => {
    const { host, count } = await open(page, chapter);
    const { width: own } = page.viewportSize() ?? { width: 0 };
    // On a phone also as narrow as a page may become (WCAG 1.4.10).
    for (const width of own < 600 ? [own, 320] : [own]) {
      await page.setViewportSize({ width, height: 800 });
      const seen = await host.evaluate((element) => {
        const range = element.querySelector('input');
        if (!range) throw new Error('no range');
        const root = document.documentElement;
        const pictures = [];
        for (let step = 1; step <= Number(range.max); step++) {
          range.value = String(step);
          range.dispatchEvent(new Event('input'));
          const { height } = element.getBoundingClientRect();
          pictures.push({ height, over: root.scrollWidth - root.clientWidth });
        }
        return pictures;
      });
      expect(seen).toHaveLength(await count());
      for (const [i, picture] of seen.entries()) {
        const { height } = seen[0];
        expect(picture, `step ${i + 1} at ${width} px`).toEqual({ height, over: 0 });
      }
    }
  });
}

test('axe finds nothing in the tabs', async ({ page }) => {
  await open(page, 'spawn');
  expect(await violations(page, '.code-tabs')).toEqual([]);
});

test('the player takes the room that was kept for it', async ({ page }) => {
  await page.route('**/replay-*.js', (route) => route.fulfill({ body: '' }));
  const { host } = await open(page, 'spawn');
  const height = () => host.evaluate((element) => element.getBoundingClientRect().height);
  const before = await height();
  await page.unroute('**/replay-*.js');
  await page.reload();
  await expect(host).toHaveClass(/is-playable/);
  expect(await height()).toBe(before);
});
