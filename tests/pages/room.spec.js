/** The room that is kept for what a step changes has room for it: nothing lies over what is below. */

import { CHAPTERS, expect, test } from './book.js';

/** A wide page, a phone, and a wide page on which text is twice as large (WCAG 1.4.4). */
const VIEWS = [
  { width: 1280, text: 1 },
  { width: 390, text: 1 },
  { width: 1280, text: 2 },
];

/** Of every step of every player on the page, what does not fit, in words. */
function overflows() {
  /** @type {string[]} */
  const found = [];
  let steps = 0;
  for (const details of document.querySelectorAll('details.what-if')) {
    details.toggleAttribute('open', true);
  }
  for (const host of document.querySelectorAll('replay-run')) {
    host.closest('[hidden]')?.removeAttribute('hidden');
    const range = host.querySelector('input');
    const rooms = [...host.querySelectorAll('.replay-now')];
    const lines = [...host.querySelectorAll('.replay-code li > *')];
    if (!range?.checkVisibility()) throw new Error(`${host.textContent} cannot be seen`);
    for (let step = 1; step <= Number(range.max); step++, steps++) {
      range.value = String(step);
      range.dispatchEvent(new Event('input'));
      const at = `${host.querySelector('figcaption strong')?.textContent}, step ${step}`;
      for (const room of rooms) {
        const { scrollHeight, clientHeight, scrollWidth, clientWidth } = room;
        // The marks lie on the lines and have no room of their own.
        if (room.closest('.replay-marks') || !room.checkVisibility()) continue;
        if (scrollHeight > clientHeight || scrollWidth > clientWidth) {
          found.push(
            `${at}: ${scrollWidth} × ${scrollHeight} in ${clientWidth} × ${clientHeight}: ${room.textContent}`,
          );
        }
      }
      host.querySelectorAll('.replay-marks div div').forEach((marks, i) => {
        const end = marks.lastElementChild?.getBoundingClientRect().right ?? 0;
        if (end > lines[i].getBoundingClientRect().left)
          found.push(`${at}: marks of line ${i + 1}`);
      });
    }
  }
  // A timeline's words, on both axes.
  for (const lanes of document.querySelectorAll('.replay-lanes')) {
    lanes.removeAttribute('hidden');
    const room = lanes.getBoundingClientRect();
    const words = [...lanes.querySelectorAll('.replay-word')]
      .filter((word) => word.checkVisibility())
      .map((word) => ({ text: word.textContent, box: word.getBoundingClientRect() }));
    words.forEach(({ text, box }, i) => {
      if (box.left < room.left || box.right > room.right) found.push(`${text} sticks out`);
      for (const other of words.slice(i + 1)) {
        const isBeside = box.right <= other.box.left || other.box.right <= box.left;
        if (!isBeside && box.top < other.box.bottom - 3 && other.box.top < box.bottom - 3) {
          found.push(`${text} lies on ${other.text}`);
        }
      }
    });
  }
  return { found, steps };
}

for (const chapter of CHAPTERS) {
  for (const { width, text } of VIEWS) {
    test(`${chapter}: each step fits, at ${width} px, text × ${text}`, async ({ page }) => {
      await page.addInitScript(() => localStorage.setItem('replay-settings', '{"by":"line"}'));
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${chapter}.html`);
      await page.addStyleTag({ content: `:root { font-size: ${62.5 * text}% }` });
      const { found, steps } = await page.evaluate(overflows);
      expect(steps).toBeGreaterThan(0);
      expect(found).toEqual([]);
    });
  }
}
