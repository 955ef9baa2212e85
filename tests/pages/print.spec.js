/** The whole book as one document, on paper. */

import { expect, test } from './book.js';

test.beforeEach(async ({ page }) => {
  // Not the dialog for the printer.
  await page.addInitScript(() => {
    window.print = () => {};
  });
});

test('every block is of a language that theme/highlight knows', async ({ page }) => {
  /** @type {string[]} */
  const said = [];
  page.on('console', (message) => said.push(message.text()));
  await page.goto('print.html');
  // Of one that it does not know, highlight.js says so and colours nothing.
  expect(said.filter((text) => text.includes('find the language'))).toEqual([]);
});
