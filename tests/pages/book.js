/** What every test here has in common: a page that stays on this machine and does not complain. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test as base, expect } from '@playwright/test';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export { expect };

/** The listings that a reader is asked to predict. */
export const PREDICTED = [...[1, 2, 3, 4, 5, 6, 7].map((number) => `example-${number}`), 'permits'];

export const test = base.extend({
  /** Whether the reader has skipped all predictions, so that nothing is hidden. */
  hasSkipped: [true, { option: true }],

  context: async ({ context, baseURL, hasSkipped }, use, testInfo) => {
    const { theme } = testInfo.project.metadata;
    await context.addInitScript(
      ({ theme, skipped }) => {
        // Not on the empty page that a tab begins with.
        if (location.protocol === 'about:') return;
        localStorage.setItem('mdbook-theme', theme);
        for (const listing of skipped) localStorage.setItem(`predict-${listing}`, 'Skipped.');
      },
      { theme, skipped: hasSkipped ? PREDICTED : [] },
    );

    /** @type {string[]} */
    const faults = [];
    const { origin } = new URL(baseURL ?? '');
    await context.route('**/*', (route) => {
      const url = route.request().url();
      if (url.startsWith(`${origin}/`) || url.startsWith('data:')) return route.continue();
      faults.push(`a request for ${url}`);
      return route.abort();
    });
    context.on('console', (message) => {
      if (message.type() === 'error') faults.push(`on the console: ${message.text()}`);
    });
    context.on('weberror', (error) => faults.push(`thrown: ${error.error()}`));

    await use(context);
    expect(faults, 'every page stays on this machine and has no error').toEqual([]);
  },
});

/** The chapters with a recorded run, and how their panes differ. */
export const CHAPTERS = [
  'one-after-another',
  'await',
  'spawn',
  'await-order',
  'blocking',
  'threads',
  'four-ways',
  'project',
];

/**
 * @param {import('@playwright/test').Page} page
 * @param {string} chapter
 */
export async function open(page, chapter) {
  await page.goto(`${chapter}.html`);
  return player(page);
}

/**
 * Opens the chapter with a clock that stands still, so that only a test says how long a step stays.
 *
 * @param {import('@playwright/test').Page} page
 */
export async function openStill(page) {
  await page.clock.install({ time: 0 });
  const opened = await open(page, 'spawn');
  await page.clock.pauseAt(3_600_000);
  return opened;
}

/**
 * The player of the chapter's program, which is its first, or of a what-if of it.
 *
 * @param {import('@playwright/test').Page} page
 */
export function player(page, host = page.locator('replay-run:not(details *)').first()) {
  const range = host.getByRole('slider');
  return {
    host,
    range,
    caption: host.getByRole('status'),
    /** The run in words, which can be opened. */
    words: host.locator('.replay-transcript'),
    openWords: () => host.locator('.replay-transcript summary').click(),
    button: (/** @type {string} */ name) => host.getByRole('button', { name, exact: true }),
    /** How many steps there are. */
    count: async () => Number(await range.getAttribute('max')),
    /** The number of the step that is shown, from 1. */
    step: async () => Number(await range.inputValue()),
    /** Moves the range as dragging it does. */
    scrubTo: (/** @type {number} */ step) => range.fill(String(step)),
    /** All that a reader can see of the step: markup, and how far the panes are scrolled. */
    picture: () =>
      host.evaluate((element) => {
        const copy = /** @type {HTMLElement} */ (element.cloneNode(true));
        // Who is told of a step depends on what has the focus.
        copy.querySelector('[role=status]')?.removeAttribute('aria-live');
        const panes = [...element.querySelectorAll('[tabindex="0"]')];
        return {
          html: copy.innerHTML.replaceAll(' class=""', ''),
          range: element.querySelector('input')?.value,
          scrolled: panes.map((pane) => pane.scrollTop),
        };
      }),
  };
}

/**
 * What axe finds inside the elements that a selector names.
 *
 * @param {import('@playwright/test').Page} page
 * @param {string} selector
 */
export async function violations(page, selector) {
  return axeRules(page, selector);
}

/**
 * What some of axe's rules find, or all of them.
 *
 * @param {import('@playwright/test').Page} page
 * @param {string} selector
 * @param {string[]} [rules]
 */
export async function axeRules(page, selector, rules) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  return page.evaluate(
    async ([include, runOnly]) => {
      const options = runOnly ? { runOnly } : {};
      const { violations } = await window.axe.run({ include: [include] }, options);
      return violations.flatMap((/** @type {any} */ rule) =>
        rule.nodes.map((/** @type {any} */ node) => `${rule.id}: ${node.target} ${node.html}`),
      );
    },
    /** @type {[string, string[] | undefined]} */ ([selector, rules]),
  );
}
