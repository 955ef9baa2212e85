/** What holds in every theme and at every width: nothing is out of reach, nothing jumps. */

import { expect, open, player, test, violations } from './book.js';

const THEMES = ['light', 'rust', 'coal', 'navy', 'ayu'];

/** A program without a runtime, one with tasks, and one whose thread is blocked. */
const KINDS = ['one-after-another', 'spawn', 'blocking'];

/**
 * What the browser makes of every step, in the order of the steps.
 *
 * @param {import('@playwright/test').Page} page
 */
const heights = (page) =>
  player(page).host.evaluate((element) => {
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

for (const chapter of KINDS) {
  test(`${chapter}: axe finds nothing in the player, at rest and at several steps`, async ({
    page,
  }, testInfo) => {
    const { theme } = testInfo.project.metadata;
    // Each project has a theme of its own; one of them stands for a width and has them all.
    for (const name of testInfo.project.name === 'light' ? THEMES : [theme]) {
      await page.addInitScript((name) => localStorage.setItem('mdbook-theme', name), name);
      const { host, openWords, scrubTo, count } = await open(page, chapter);
      await expect(page.locator('html')).toHaveClass(new RegExp(`\\b${name}\\b`));
      expect(await violations(page, 'replay-run'), name).toEqual([]);
      await openWords();
      await host.locator('.replay-help summary').click();
      const steps = await count();
      for (const part of [1, 2, 3, 4, 5]) {
        const step = Math.round((steps * part) / 5);
        await scrubTo(step);
        expect(await violations(page, 'replay-run'), `${name}, step ${step}`).toEqual([]);
      }
    }
  });

  test(`${chapter}: no step moves the page, and nothing sticks out of it`, async ({ page }) => {
    const { count, host } = await open(page, chapter);
    await host.getByRole('combobox', { name: 'Step by' }).selectOption('every line');
    const { width: own } = page.viewportSize() ?? { width: 0 };
    // On a phone also as narrow as a page may become (WCAG 1.4.10); 640 is 1280 at a zoom of 200 %.
    for (const width of own < 600 ? [own, 320] : [own, 768, 640]) {
      await page.setViewportSize({ width, height: 800 });
      const seen = await heights(page);
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

test('states are told apart where the reader chooses the colours', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  const { host, button } = await open(page, 'spawn');
  await button('Step forward').click();
  const looks = await host.evaluate((element) => {
    const find = (/** @type {string} */ selector) => {
      const found = element.querySelector(selector);
      if (!found) throw new Error(`there is no ${selector}`);
      return found;
    };
    const line = getComputedStyle(find('.replay-code [aria-current]'));
    const canvas = getComputedStyle(document.body).backgroundColor;
    return {
      icon: getComputedStyle(find('.replay-state.running'), '::before').backgroundColor !== canvas,
      mark: getComputedStyle(find('.replay-marks .running')).backgroundColor !== canvas,
      line: line.outlineStyle === 'solid' && line.outlineColor !== canvas,
    };
  });
  expect(looks).toEqual({ icon: true, mark: true, line: true });
});

test('a wake is seen where the reader chooses the colours, in any theme', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('mdbook-theme', 'light'));
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  const { host } = await open(page, 'spawn');
  const wake = host.locator('.replay-drawing .wake').first();
  const { arrow, text } = await wake.evaluate((path) => ({
    arrow: getComputedStyle(path).stroke,
    text: getComputedStyle(document.body).color,
  }));
  expect(arrow).toBe(text);
});

test('no part of the help is cut off', async ({ page }) => {
  const { width: own = 0 } = page.viewportSize() ?? {};
  const { host } = await open(page, 'spawn');
  await host.locator('.replay-help summary').click();
  for (const width of own < 600 ? [own, 320] : [own, 768, 640]) {
    await page.setViewportSize({ width, height: 800 });
    const beyond = await host.evaluate((element) => {
      const edge = element.getBoundingClientRect().right;
      const parts = [...element.querySelectorAll('.replay-help *')];
      return parts
        .filter((part) => part.getBoundingClientRect().right > edge)
        .map((part) => part.outerHTML);
    });
    expect(beyond, `at ${width} px`).toEqual([]);
  }
});

test('nothing that has the focus lies below what sticks to the window', async ({ page }) => {
  await open(page, 'four-ways');
  const { host, words, openWords } = player(page);
  await openWords();
  await words.locator('div').focus();
  // Upwards, so that each comes in at the upper edge.
  const hidden = [];
  for (let count = 0; ; count++) {
    await page.keyboard.press('Shift+Tab');
    const found = await host.evaluate((element) => {
      const focused = document.activeElement;
      const top = element.querySelector('.replay-top');
      if (!focused || !top || !element.contains(focused)) return 'left';
      if (top.contains(focused)) return '';
      const { left, right, bottom } = focused.getBoundingClientRect();
      const seen = document.elementFromPoint((left + right) / 2, bottom - 3);
      return seen && focused.contains(seen) ? '' : focused.outerHTML.slice(0, 120);
    });
    if (found === 'left') {
      expect(count).toBeGreaterThan(8);
      break;
    }
    if (found) hidden.push(found);
  }
  expect(hidden).toEqual([]);
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

test('every control has a name that no other has, and there is one status line', async ({
  page,
}) => {
  const { host } = await open(page, 'spawn');
  const controls = host.locator('button:visible, input:visible, select:visible, summary:visible');
  const names = await controls.evaluateAll((all) =>
    all.map((control) => {
      const label = control.closest('label')?.firstChild?.textContent;
      return (control.getAttribute('aria-label') ?? label ?? control.textContent)?.trim();
    }),
  );
  expect(names.filter((name) => !name)).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
  await expect(host.getByRole('status')).toHaveCount(1);
  await expect(page.getByRole('figure', { name: 'Recorded run of example-3' })).toHaveCount(1);
});
