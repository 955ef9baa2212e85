/**
 * How long a step of the player keeps the main thread: the script, style, layout and paint, from
 * the press of the button to the end of its frame. Run by `cargo bench`; prints one line a chapter
 * and rate of throttling: its name, the rate, the median and the 95th percentile in milliseconds,
 * the steps, and how much the player moved the page when it started (CLS).
 */

import { chromium } from '@playwright/test';
import { LAUNCH } from './browser.js';

const ROUNDS = 5;

const browser = await chromium.launch(LAUNCH);
for (const chapter of process.argv.slice(2)) {
  for (const rate of [1, 6]) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.addInitScript(() => {
      // What is to be predicted is hidden until then.
      for (let i = 1; i <= 7; i++) localStorage.setItem(`predict-example-${i}`, 'Skipped.');
      let shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shift += /** @type {any} */ (entry).value;
        document.documentElement.dataset.shift = shift.toFixed(3);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(`${process.env.BOOK_URL}${chapter}.html`);
    const host = page.locator('replay-run.is-playable').first();
    await host.scrollIntoViewIfNeeded();
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate });
    const times = await host.evaluate(async (element, rounds) => {
      const button = (/** @type {string} */ name) => {
        const found = element.querySelector(`[data-do=${name}]`);
        if (!(found instanceof HTMLElement)) throw new Error(`no ${name}`);
        return found;
      };
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const rest = () => new Promise((resolve) => setTimeout(resolve, 30));
      /** What a frame takes from within it, since nothing waits for the screen there. */
      const time = async (/** @type {() => void} */ act) => {
        await frame();
        const start = performance.now();
        act();
        const { port1, port2 } = new MessageChannel();
        await new Promise((resolve) => {
          port1.onmessage = resolve;
          port2.postMessage(null);
        });
        return performance.now() - start;
      };
      const steps = Number(element.querySelector('input')?.max);
      const times = [];
      for (let round = 0; round < rounds; round++) {
        button('first').click();
        await rest();
        for (let step = 1; step < steps; step++) {
          times.push(await time(() => button('forward').click()));
          await rest();
        }
      }
      return times;
    }, ROUNDS);
    times.sort((a, b) => a - b);
    const at = (/** @type {number} */ share) => times[Math.floor(times.length * share)].toFixed(1);
    const shift = await page.evaluate(() => document.documentElement.dataset.shift ?? '0');
    console.log([chapter, rate, at(0.5), at(0.95), times.length, shift].join('\t'));
    await page.close();
  }
}
await browser.close();
