/** Moments of a run: the address follows the step, and links lead to it. */

import { expect, open, openStill, player, test } from './book.js';

/** The address of a moment. */
const at = (/** @type {string} */ id) => new RegExp(`spawn\\.html#example-3@${id}$`);

/**
 * A link as an author writes it, below a heading of the chapter.
 *
 * @param {import('@playwright/test').Page} page
 * @param {string} id
 * @param {string} below
 */
async function write(page, id, below) {
  await page.getByRole('heading', { name: below, exact: true }).evaluate((heading, id) => {
    heading.insertAdjacentHTML('afterend', `<p><a href="#example-3@${id}">to ${id}</a></p>`);
  }, id);
  return page.getByRole('link', { name: `to ${id}`, exact: true });
}

/** @param {import('@playwright/test').Page} page */
const scrolled = (page) => page.evaluate(() => scrollY);

test('the address follows the step, and no step is an entry in the history', async ({ page }) => {
  const { button, count, scrubTo } = await openStill(page);
  const entries = await page.evaluate(() => history.length);
  await page.clock.runFor(1000);
  await expect(page, 'nobody has stepped').toHaveURL(/spawn\.html$/);
  await button('Step forward').click();
  await expect(page, 'it may be passed in a hurry').toHaveURL(/spawn\.html$/);
  await page.clock.runFor(300);
  await button('Step forward').click();
  await page.clock.runFor(300);
  await expect(page, 'it was').toHaveURL(/spawn\.html$/);
  await page.clock.runFor(100);
  await expect(page).toHaveURL(at('fetch-data-2-spawned'));
  await scrubTo(await count());
  await page.clock.runFor(400);
  await expect(page).toHaveURL(at('main-ends'));
  expect(await page.evaluate(() => history.length)).toBe(entries);
});

test('a reload comes back to the step, and opens nothing', async ({ page }) => {
  const { host, scrubTo, words } = await openStill(page);
  await scrubTo(9);
  await page.clock.runFor(400);
  const id = await host.getAttribute('data-step');
  const picture = await player(page).picture();
  await page.reload();
  await expect(host).toHaveAttribute('data-step', id ?? '');
  expect((await player(page).picture()).html).toBe(picture.html);
  await expect(words).not.toHaveAttribute('open');
});

test('a shared link shows the step and focuses its caption', async ({ page }) => {
  await page.goto('spawn.html#example-3@main-suspends-2');
  const { caption, host, words } = player(page);
  await expect(host).toHaveAttribute('data-step', 'main-suspends-2');
  await expect(caption).toBeFocused();
  await expect(caption).toBeInViewport({ ratio: 1 });
  await expect(words).not.toHaveAttribute('open');
  await page.keyboard.press('ArrowRight');
  await expect(host, 'its keys work from there').not.toHaveAttribute(
    'data-step',
    'main-suspends-2',
  );
});

test('a link may come encoded', async ({ page }) => {
  await page.goto('spawn.html#example-3%40main-suspends-2');
  const { caption, host } = player(page);
  await expect(host).toHaveAttribute('data-step', 'main-suspends-2');
  await expect(caption).toBeFocused();
  await expect(page).toHaveURL(at('main-suspends-2'));
});

test('a link leads to the caption in a very low window too', async ({ page }) => {
  // 1280 by 1024 at a zoom of 400 % (WCAG 1.4.10).
  await page.setViewportSize({ width: 320, height: 256 });
  await page.goto('spawn.html#example-3@fetch-data-1-timer-fires-1');
  const { caption } = player(page);
  await expect(caption).toBeFocused();
  await expect(caption).toBeInViewport({ ratio: 1 });
});

test('a click on a link moves the player, also a second time', async ({ page }) => {
  const { caption, host, step, scrubTo } = await openStill(page);
  const link = await write(page, 'main-suspends-1', 'Why');
  for (const time of ['first', 'second', 'third']) {
    await link.click();
    await expect(host, time).toHaveAttribute('data-step', 'main-suspends-1');
    await expect(caption, time).toBeFocused();
    await expect(caption, time).toBeInViewport({ ratio: 1 });
    await expect(page, time).toHaveURL(at('main-suspends-1'));
    await scrubTo(2);
    expect(await step()).toBe(2);
    // The second click comes before the address has changed, the third after it.
    if (time === 'second') await page.clock.runFor(400);
  }
  await link.click();
  await page.clock.runFor(1000);
  await expect(page).toHaveURL(at('main-suspends-1'));
});

test('a link pressed by key stops a run that plays', async ({ page }) => {
  const { host, button } = await openStill(page);
  const link = await write(page, 'main-suspends-1', 'Why');
  await button('Play').click();
  await link.press('Enter');
  await page.clock.runFor(10_000);
  await expect(host).toHaveAttribute('data-step', 'main-suspends-1');
  await expect(button('Play')).toBeVisible();
});

test('the page stays where it is if the player is in view', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 1600 });
  const { host } = await open(page, 'spawn');
  const link = await write(page, 'main-suspends-1', 'Watch it');
  await link.evaluate((element) => {
    scrollTo({ top: element.getBoundingClientRect().top - 100, behavior: 'instant' });
  });
  const before = await scrolled(page);
  expect(before).toBeGreaterThan(0);
  await link.click();
  await expect(host).toHaveAttribute('data-step', 'main-suspends-1');
  expect(await scrolled(page)).toBe(before);
});

test('the way back leads to the text that was left, and to its step', async ({ page }) => {
  const { host, caption } = await open(page, 'spawn');
  const first = await write(page, 'main-suspends-1', 'Why');
  const second = await write(page, 'main-suspends-2', 'In short');
  await first.click();
  await expect(caption).toBeFocused();
  await second.scrollIntoViewIfNeeded();
  const left = await scrolled(page);
  await second.click();
  await expect(host).toHaveAttribute('data-step', 'main-suspends-2');
  await expect(caption).toBeInViewport({ ratio: 1 });
  await page.goBack();
  await expect(host).toHaveAttribute('data-step', 'main-suspends-1');
  await expect.poll(() => scrolled(page)).toBe(left);
});

for (const chapter of ['spawn', 'await-order']) {
  test(`${chapter}: every link of the text leads to its step`, async ({ page }) => {
    await open(page, chapter);
    const links = await page.locator('main a[href*="@"]:not([href$="@what-if"])').all();
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      const [, listing, id] = (await link.getAttribute('href'))?.match(/#(.*)@(.*)/) ?? [];
      const title = page.locator(`[id="${listing}@title"]`);
      const { host, caption } = player(page, page.locator('replay-run').filter({ has: title }));
      await link.click();
      await expect(host).toHaveAttribute('data-step', id);
      await expect(caption).toBeFocused();
    }
  });
}

test('a search that marks words of the page anew leaves each caption whole', async ({ page }) => {
  // mdBook marks what was searched for again whenever the address changes.
  await page.goto('spawn.html?highlight=main');
  await expect(page.locator('main mark').first()).toBeVisible();
  const { caption, host, button } = player(page);
  await page.getByRole('link', { name: 'They are ready' }).click();
  await expect(caption).toBeFocused();
  const state = host.locator('.replay-tasks div li .replay-state').first();
  for (const said of [/^main awaits task1.*is free\.$/, /^The thread is free.*begins\.$/]) {
    await button('Step forward').click();
    await expect(caption).toHaveText(said);
    await expect(state).toHaveText('suspended');
  }
});

test('a translator that replaces the text leaves each caption whole', async ({ page }) => {
  const { caption, host, button } = await open(page, 'spawn');
  // As Chrome's does: each text stands in an element of its own from then on.
  await host.evaluate((element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      const font = document.createElement('font');
      text.parentNode?.replaceChild(font, text);
      font.append(text.textContent ?? '');
    }
  });
  await button('Step forward').click();
  await button('Step forward').click();
  await expect(caption).toHaveText(
    'main spawns fetch_data(2), a new task. It is ready, but main still has the thread.',
  );
  const card = host.locator('.replay-tasks div li').first();
  await expect(card.locator('.replay-state')).toHaveText('running');
  await expect(host.locator('.replay-count .replay-now')).toHaveText('step 3 of 20');
});
