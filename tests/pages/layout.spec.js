/** A step lays out what it changes, each in its own room, and never the page. */

import { CHAPTERS, expect, open, test } from './book.js';

for (const chapter of CHAPTERS) {
  test(`${chapter}: no step lays out the page`, async ({ page, browser }) => {
    const { host } = await open(page, chapter);
    await host.getByLabel('Step by').selectOption('line');
    await host.scrollIntoViewIfNeeded();

    const tracer = await browser.newBrowserCDPSession();
    /** @type {any[]} */
    const traced = [];
    tracer.on('Tracing.dataCollected', ({ value }) => traced.push(...value));
    await tracer.send('Tracing.start', {
      transferMode: 'ReportEvents',
      traceConfig: {
        includedCategories: ['devtools.timeline', 'blink.user_timing'],
        excludedCategories: ['*'],
      },
    });
    const steps = await host.evaluate((element) => {
      const button = (/** @type {string} */ name) => {
        const found = element.querySelector(`[data-do=${name}]`);
        if (!(found instanceof HTMLElement)) throw new Error(`no ${name}`);
        return found;
      };
      button('first').click();
      // What is to be laid out is, when somebody asks for a size.
      document.body.getBoundingClientRect();
      performance.mark('steps begin');
      const steps = Number(element.querySelector('input')?.max);
      for (let step = 1; step < steps; step++) {
        button('forward').click();
        document.body.getBoundingClientRect();
      }
      performance.mark('steps end');
      return steps - 1;
    });
    const isTraced = new Promise((resolve) => tracer.once('Tracing.tracingComplete', resolve));
    await tracer.send('Tracing.end');
    await isTraced;

    const find = (/** @type {string} */ name) => traced.find((event) => event.name === name);
    const [begin, end] = [find('steps begin'), find('steps end')];
    const layouts = traced.filter(
      ({ name, tid, pid, ts }) =>
        name === 'Layout' && tid === begin.tid && pid === begin.pid && ts > begin.ts && ts < end.ts,
    );
    expect(layouts.length, 'each step has its layout').toBeGreaterThanOrEqual(steps);
    const roots = layouts.flatMap(({ args }) => args.endData.layoutRoots);
    const names = new Set(roots.map(({ nodeName }) => nodeName));
    // The last is the range.
    const isOwnRoom = (/** @type {string} */ name) => /\breplay-now\b|^INPUT$/.test(name);
    expect([...names].filter((name) => !isOwnRoom(name))).toEqual([]);
  });
}
