/** How much a reader's browser has to load for us, beyond stock mdBook. */

import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { CHAPTERS, expect, test } from './book.js';

const THEME = new URL('../../theme/', import.meta.url);
const KB = 1024;

/** @param {string | Buffer} content */
const gzipped = (content) => gzipSync(content, { level: 9 }).length;

/** Stands in for stock mdBook's of the same name. */
const HIGHLIGHT = 'highlight.js';

test('highlighting is at most 10 KB gzipped, of which stock mdBook has 45', () => {
  expect(gzipped(readFileSync(new URL(HIGHLIGHT, THEME)))).toBeLessThanOrEqual(10 * KB);
});

for (const [suffix, most] of /** @type {const} */ ([
  ['.js', 12 * KB],
  ['.css', 4 * KB],
])) {
  test(`all our ${suffix} is at most ${most / KB} KB gzipped`, () => {
    const added = readdirSync(THEME).filter((name) => name.endsWith(suffix));
    const files = added.filter((name) => name !== HIGHLIGHT);
    const sizes = files.map((name) => gzipped(readFileSync(new URL(name, THEME))));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(most);
  });
}

/** The chapters of Examples 1 to 4, whose runs a reader sees first. */
const FIRST = CHAPTERS.slice(0, 4);

for (const chapter of FIRST) {
  test(`${chapter}: the whole run is at most 4 KB gzipped`, async ({ request }) => {
    const page = await (await request.get(`${chapter}.html`)).text();
    const [run] = page.match(/<replay-run>.*?<\/replay-run>/s) ?? [];
    expect(run).toContain('application/json');
    expect(gzipped(run ?? '')).toBeLessThanOrEqual(4 * KB);
  });
}
