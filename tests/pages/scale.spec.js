/**
 * A run far longer than any in the book: 2,000 steps, 200 tasks, a listing of 300 lines, output that
 * is long and not ASCII; and eight players on a page. Made here of the page of example-3.
 */

import { expect, player, test } from './book.js';

const STEPS = 2000;
const TASKS = 200;
const LINES = 300;
const LONG = `${'ağ日本語🦀'.repeat(2000)}\n`;

/** Grows the one player of a page, before its script runs, to what it would be for such a run. */
function grow() {
  const host = document.querySelector('replay-run');
  const script = host?.querySelector('script[type]');
  const steps = JSON.parse(script?.textContent ?? '[]');
  const repeat = (/** @type {string} */ selector, /** @type {number} */ count) => {
    const all = [...(host?.querySelectorAll(selector) ?? [])];
    for (let i = all.length; i < count; i++) all[0].after(all[0].cloneNode(true));
  };
  repeat('.replay-code li', 300);
  repeat('.replay-tasks div li', 200);
  repeat('.replay-output pre > *', 400);
  const long = host?.querySelector('.replay-output pre > *:last-child');
  if (long) long.textContent = `${'ağ日本語🦀'.repeat(2000)}\n`;
  const run = Array.from({ length: 2000 }, (_, i) => {
    const task = i % 200;
    const tasks = Array.from({ length: 200 }, (_, card) => {
      if (i > 0 && card !== task && card !== (i - 1) % 200) return 0;
      return card === task
        ? ['running', 'line 5', [[5]]]
        : ['suspended', 'line 5, awaits a sleep', [[5]]];
    });
    const line = 1 + (i % 300);
    return { ...steps[0], line, tasks, out: Math.floor(i / 5) };
  });
  run[1999].out = 400;
  const rows = run.map((_, i) => `<tr id="example-3@step-${i}"><td></td><td>Step ${i}.</td></tr>`);
  const body = host?.querySelector('tbody');
  if (body) body.innerHTML = rows.join('');
  if (script) script.textContent = JSON.stringify(run);
}

/**
 * @param {import('@playwright/test').Page} page
 * @param {string} change what to do with the page before its scripts run, as source
 */
async function openChanged(page, change) {
  await page.route('**/spawn.html', async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(
      '</replay-run>',
      `</replay-run><script>(${change})()</script>`,
    );
    await route.fulfill({ response, body });
  });
  await page.goto('spawn.html');
}

test('2,000 steps of 200 tasks in 300 lines', async ({ page }) => {
  await openChanged(page, grow.toString());
  const { host, count, scrubTo, button, picture, step } = player(page);
  await expect(host).toHaveClass(/is-playable/);
  expect(await count()).toBe(STEPS);
  const { height } = (await host.boundingBox()) ?? {};
  await scrubTo(1234);
  const there = await picture();
  const pane = host.locator('.replay-tasks > div');
  const running = host.locator('.replay-tasks div li:has(.running)');
  await expect(running).toHaveCount(1);
  await expect(running).toBeInViewport();
  await expect(host.locator('[aria-current]')).toHaveCount(1);
  await expect(
    host.locator('.replay-marks div div').nth(4).locator('.replay-key').last(),
  ).toHaveText(`+${TASKS - 2}`);
  await button('Last step').click();
  await expect(host.locator('.replay-output pre')).toContainText(LONG.slice(0, 100));
  for (const way of ['Step back', 'Step forward']) await button(way).click();
  expect(await step()).toBe(STEPS);
  await scrubTo(1234);
  expect(await picture()).toEqual(there);
  expect((await host.boundingBox())?.height, 'nothing jumps').toBe(height);
  await expect(host.locator('.replay-code li')).toHaveCount(LINES);
  const over = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  expect(await over()).toBe(0);
  await page.setViewportSize({ width: 320, height: 700 });
  await scrubTo(STEPS);
  expect(await over(), 'also where it is narrow').toBe(0);
  expect(await pane.evaluate((element) => element.scrollHeight > element.clientHeight)).toBe(true);
});

test('eight players on a page step each for itself', async ({ page }) => {
  const copy = () => {
    const host = document.querySelector('replay-run');
    for (let i = 2; i <= 8; i++) {
      const other = /** @type {HTMLElement} */ (host?.cloneNode(true));
      other.innerHTML = other.innerHTML.replaceAll('example-3@', `copy-${i}@`);
      document.querySelector('main')?.append(other);
    }
  };
  await openChanged(page, copy.toString());
  const hosts = await page.locator('replay-run.is-playable:not(details *)').all();
  expect(hosts).toHaveLength(8);
  for (const [i, host] of hosts.entries()) await host.getByRole('slider').fill(String(i + 2));
  for (const [i, host] of hosts.entries()) {
    expect(await host.getByRole('slider').inputValue()).toBe(String(i + 2));
  }
  await hosts[3].getByRole('combobox', { name: 'Step by' }).selectOption('every line');
  for (const host of hosts) await expect(host.getByRole('combobox').first()).toHaveValue('line');
  await page.evaluate(() => {
    location.hash = '#copy-5@main-suspends-2';
  });
  await expect(hosts[4]).toHaveAttribute('data-step', 'main-suspends-2');
  await expect(hosts[5]).not.toHaveAttribute('data-step', 'main-suspends-2');
});
