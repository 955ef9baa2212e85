/** The whole book as one document, on paper. */

import { expect, test } from './book.js';

/** Between the margins of a sheet of Letter, which is the shorter, in CSS pixels. */
const SHEET = { width: 740, height: 980 };

test.beforeEach(async ({ page }) => {
  // Not the dialog for the printer.
  await page.addInitScript(() => {
    window.print = () => {};
  });
  await page.setViewportSize(SHEET);
  await page.goto('print.html');
  await page.emulateMedia({ media: 'print' });
});

test('every block is of a language that theme/highlight knows', async ({ page }) => {
  /** @type {string[]} */
  const said = [];
  page.on('console', (message) => said.push(message.text()));
  await page.reload();
  // Of one that it does not know, highlight.js says so and colours nothing.
  expect(said.filter((text) => text.includes('find the language'))).toEqual([]);
});

test('nothing on paper waits for a finger', async ({ page }) => {
  const controls = page.locator(':is(button, input, select, textarea, [role=tab], .take):visible');
  expect(await controls.evaluateAll((all) => all.map((one) => one.outerHTML))).toEqual([]);
  const folded = page.locator('main details:not(.replay-help) > :not(summary)');
  expect(await folded.count()).toBeGreaterThan(0);
  const unread = await folded.evaluateAll((all) =>
    all
      .filter((one) => !one.closest('.predict, .take, .replay-live, .what-if .replay-panes'))
      .filter((one) => !one.checkVisibility({ contentVisibilityAuto: true }))
      .map((one) => one.outerHTML.slice(0, 200)),
  );
  expect(unread, 'what is folded on a screen').toEqual([]);
});

test('nothing scrolls, and nothing is cut at the edge of the paper', async ({ page }) => {
  const cut = await page.evaluate(() => {
    const main = document.querySelector('main');
    const edge = main?.getBoundingClientRect().right ?? 0;
    return (
      [...(main?.querySelectorAll('*') ?? [])]
        .filter((one) => one instanceof HTMLElement && one.checkVisibility())
        // A timeline's words are placed by it, beside what they name.
        .filter((one) => !one.closest('.replay-timeline'))
        .filter((one) => {
          const { overflowX } = getComputedStyle(one);
          const isCut = overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1;
          return isCut || one.getBoundingClientRect().right > edge + 1;
        })
        .map((one) => `${one.outerHTML.slice(0, 120)}: ${one.textContent?.slice(0, 60)}`)
    );
  });
  expect(cut).toEqual([]);
});

for (const theme of ['light', 'navy']) {
  test(`${theme}: it is ink on white`, async ({ page }) => {
    await page.evaluate((id) => document.getElementById(id)?.click(), `mdbook-theme-${theme}`);
    const pale = await page.evaluate(() => {
      const texts = document.querySelectorAll(
        'main :is(h1, p, td, th, b, pre code, pre code span)',
      );
      const tooLight = (/** @type {string} */ colour) => {
        const [red, green, blue] = (colour.match(/[\d.]+/g) ?? []).map(Number);
        return 0.3 * red + 0.6 * green + 0.1 * blue > 160;
      };
      return [...texts]
        .filter((text) => text.checkVisibility() && tooLight(getComputedStyle(text).color))
        .map((text) => `${getComputedStyle(text).color} ${text.outerHTML.slice(0, 120)}`);
    });
    expect(pale).toEqual([]);
  });
}

test('a program stays on a sheet with its output, and no sheet is wasted', async ({ page }) => {
  const { pairs, height } = await page.evaluate((sheet) => {
    /** @type {string[]} */
    const pairs = [];
    const outputs = document.querySelectorAll('main pre:has(> .language-rust) + pre > code');
    for (const output of outputs) {
      const listing = output.parentElement?.previousElementSibling?.querySelector('code');
      const top = listing?.getBoundingClientRect().top ?? 0;
      if (!listing || output.getBoundingClientRect().bottom - top > sheet) continue;
      const mark = (/** @type {Element} */ code, /** @type {string} */ end) => {
        const link = document.createElement('a');
        link.href = `mark:${pairs.length}-${end}`;
        link.textContent = '.';
        code.append(link);
      };
      mark(listing, 'program');
      mark(output, 'output');
      pairs.push(output.textContent?.split('\n')[0] ?? '');
    }
    return { pairs, height: document.querySelector('main')?.scrollHeight ?? 0 };
  }, SHEET.height);
  expect(pairs.length).toBeGreaterThan(0);

  const pdf = (await page.pdf({ format: 'Letter', margin: inches(0.4) })).toString('latin1');
  const sheets = sheetsOf(pdf);
  const on = (/** @type {string} */ mark) => sheets.findIndex((links) => links.includes(mark));
  const apart = pairs.filter((_, i) => on(`mark:${i}-program`) !== on(`mark:${i}-output`));
  expect(on('mark:0-program')).toBeGreaterThan(0);
  expect(apart, 'parted by the end of a sheet').toEqual([]);
  // What does not fit begins the next sheet; a third of the paper is the price of that.
  expect(sheets.length).toBeLessThan((height / SHEET.height) * 1.5);
});

/** @param {number} each */
function inches(each) {
  const margin = `${each}in`;
  return { top: margin, right: margin, bottom: margin, left: margin };
}

/**
 * Where the links on each sheet lead. Chromium compresses the sheets' drawings, not what is said of them.
 *
 * @param {string} pdf
 */
function sheetsOf(pdf) {
  const links = new Map(
    [...pdf.matchAll(/(\d+) 0 obj\n<<\/Type \/Annot\n[\s\S]*?endobj/g)].map(([text, id]) => [
      id,
      text.match(/\/URI \((.*?)\)/)?.[1] ?? '',
    ]),
  );
  return [...pdf.matchAll(/\/Type \/Page\n([\s\S]*?)endobj/g)].map(([, sheet]) => {
    const ids = sheet.match(/\/Annots \[(.*?)\]/)?.[1].match(/\d+(?= 0 R)/g) ?? [];
    return ids.map((id) => links.get(id) ?? '');
  });
}
