/** The page around the chapter, without a mouse. */

import { expect, test } from './book.js';

test('the first Tab offers the way to the chapter', async ({ page }) => {
  await page.goto('spawn.html');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the chapter' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#mdbook-content$/);
  await page.keyboard.press('Tab');
  const inside = await page.evaluate(() => document.activeElement?.closest('main') !== null);
  expect(inside).toBe(true);
});

test('keys open and close the table of contents, and say so', async ({ page }) => {
  await page.goto('spawn.html');
  const toggle = page.getByRole('button', { name: 'Toggle Table of Contents' });
  const contents = page.getByRole('navigation', { name: 'Table of contents' });
  await expect(toggle).toHaveAttribute('aria-expanded', 'true');
  await toggle.focus();
  await page.keyboard.press('Enter');
  await expect(contents).toBeHidden();
  await expect(toggle).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('Space');
  await expect(contents).toBeVisible();
  await expect(contents.getByRole('link', { name: /Example 1/ })).toBeVisible();
  await expect(toggle).toHaveAttribute('aria-expanded', 'true');
  await expect(toggle).toBeFocused();
});

test('keys choose a theme and open the search', async ({ page }) => {
  await page.goto('spawn.html');
  await page.getByRole('button', { name: 'Change theme' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveClass(/ayu/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
});

test('Tab reaches the copy button of every block in sight', async ({ page }) => {
  await page.goto('introduction.html');
  const buttons = page.locator('pre > .buttons > .clip-button');
  const count = await buttons.count();
  expect(count).toBeGreaterThan(0);
  await page.locator('main a').first().focus();
  const seen = new Set();
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const at = await buttons.evaluateAll((all) => all.indexOf(document.activeElement ?? all[0]));
    if (at < 0) continue;
    seen.add(at);
    await expect(buttons.nth(at).locator('..')).toHaveCSS('opacity', '1');
  }
  expect(seen.size).toBe(count);
});

test('an arrow key scrolls a program that is too wide, and does not turn the page', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto('words.html');
  const wide = page.locator('pre > code[tabindex="0"]').first();
  await wide.focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => wide.evaluate((code) => code.scrollLeft)).toBeGreaterThan(0);
  await expect(page).toHaveURL(/words\.html$/);
});

test('what is copied from a console block is its commands', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('spawn.html');
  const block = page.locator('pre:has(> .language-console)').first();
  await block.hover();
  await block.getByRole('button', { name: 'Copy to clipboard' }).click();
  await expect(block.locator('.tooltiptext')).toHaveText('Copied!');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('cargo run -p example-3');
});

test('the arrows say which chapter they lead to', async ({ page }) => {
  await page.goto('spawn.html');
  const next = page.locator('a[rel~=next]:visible');
  expect(await next.count()).toBeGreaterThan(0);
  for (const link of await next.all()) {
    await expect(link).toHaveAccessibleName(/^Next chapter: .*Example 4/);
  }
});

/** What readers search for, and a page that answers. */
const SOUGHT = [
  ['example-3', /^spawn\.html/],
  ['dropped-handle', /^spawn\.html/],
  ['E0373', /^messages\.html/],
  ['asyncio.gather', /^four-ways\.html/],
  // asyncio's names lead to Tokio's, with the module or without. The search knows how a word begins.
  ...[
    'asyncio.run',
    'asyncio.to_thread',
    'as_completed',
    'create_task',
    'Event',
    'gather',
    'Lock',
    'Queue',
    'run_in_executor',
    'sleep',
    'TaskGroup',
    'to_thread',
    'wait_for',
  ].map((name) => [name, /^map\.html/]),
  ['Semaphore', /^project\.html/],
];

for (const [sought, answer] of /** @type {[string, RegExp][]} */ (SOUGHT)) {
  test(`the search finds ${sought}`, async ({ page }) => {
    await page.goto('introduction.html');
    await page.keyboard.press('/');
    // The index is loaded on first use, and what is typed before is not looked for.
    await expect(page.locator('#mdbook-searchbar-outer')).not.toHaveClass(/searching/);
    await page.getByRole('searchbox').pressSequentially(sought);
    const found = page.locator('#mdbook-searchresults a');
    await expect(found.first()).toBeVisible();
    const paths = await found.evaluateAll((links) =>
      links.map((link) => link.getAttribute('href')?.split('/').pop()),
    );
    expect(paths.some((path) => answer.test(path ?? ''))).toBe(true);
    for (const trail of await found.allInnerTexts()) {
      // Below the chapter, whose title may be its first heading too.
      const [, ...headings] = trail.split('»').map((name) => name.trim());
      expect(headings, 'where it stands').toEqual([...new Set(headings)]);
    }
  });
}
