/** A finger does what a mouse does. */

import { expect, open, test } from './book.js';

test('taps step, and dragging the range scrubs', async ({ page }) => {
  const { step, button, range, count, scrubTo } = await open(page, 'spawn');
  await button('Step forward').tap();
  await button('Step forward').tap();
  expect(await step()).toBe(3);
  await button('Step back').tap();
  expect(await step()).toBe(2);
  await button('Last step').tap();
  expect(await step()).toBe(await count());
  await button('First step').tap();
  await range.tap();
  const middle = await step();
  expect(Math.abs(middle - (await count()) / 2)).toBeLessThan(2);
  await scrubTo(5);
  expect(await step()).toBe(5);
});

test('targets are large enough for a finger, and stay in sight', async ({ page }) => {
  const { host, button, caption } = await open(page, 'spawn');
  for (const name of ['First step', 'Step back', 'Play', 'Step forward', 'Last step']) {
    const box = await button(name).boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
  }
  await host.locator('.replay-timeline').scrollIntoViewIfNeeded();
  await expect(button('Step forward')).toBeInViewport();
  await expect(caption).toBeInViewport();
});
