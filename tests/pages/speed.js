/**
 * How long a step of the player keeps the main thread, from the press of the button: until the new
 * step stands on the page, which is script, style and layout; and until its frame is over, which is
 * the browser's painting too. Run by `cargo bench`; prints one line a chapter and rate of
 * throttling: its name, the rate, the median and the 95th percentile of the step and those of the
 * frame, in milliseconds of the thread's own time, then the same four of the clock's time, the
 * steps, and how much the player moved the page when it started (CLS). What else the machine does,
 * counts only on the clock.
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
    // Later, words that come and go would count, which a reader asked for.
    const shift = await page.evaluate(() => document.documentElement.dataset.shift ?? '0');
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate });
    const tracer = await browser.newBrowserCDPSession();
    /** @type {any[]} */
    const traced = [];
    tracer.on('Tracing.dataCollected', ({ value }) => traced.push(...value));
    await tracer.send('Tracing.start', {
      transferMode: 'ReportEvents',
      traceConfig: { includedCategories: ['blink.user_timing'], excludedCategories: ['*'] },
    });
    await host.evaluate(async (element, rounds) => {
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
        performance.mark('press');
        act();
        // What is not laid out yet is laid out now.
        element.getBoundingClientRect();
        performance.mark('laid-out');
        const { port1, port2 } = new MessageChannel();
        await new Promise((resolve) => {
          port1.onmessage = resolve;
          port2.postMessage(null);
        });
        performance.mark('painted');
      };
      const steps = Number(element.querySelector('input')?.max);
      for (let round = 0; round < rounds; round++) {
        button('first').click();
        await rest();
        for (let step = 1; step < steps; step++) {
          await time(() => button('forward').click());
          await rest();
        }
      }
    }, ROUNDS);
    const isTraced = new Promise((resolve) => tracer.once('Tracing.tracingComplete', resolve));
    await tracer.send('Tracing.end');
    await isTraced;
    const marks = (/** @type {string} */ name) =>
      traced.filter((event) => event.name === name).sort((a, b) => a.ts - b.ts);
    const starts = marks('press');
    const figures = ['tts', 'ts'].flatMap((clock) =>
      ['laid-out', 'painted'].flatMap((name) => {
        const ends = marks(name);
        const times = starts.map((start, i) => (ends[i][clock] - start[clock]) / 1000);
        times.sort((a, b) => a - b);
        return [0.5, 0.95].map((share) => times[Math.floor(times.length * share)].toFixed(1));
      }),
    );
    console.log([chapter, rate, ...figures, starts.length, shift].join('\t'));
    await page.close();
  }
}
await browser.close();
