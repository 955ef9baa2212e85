/**
 * Predictions, and the what-ifs of a run. Where this script does not run, nothing is hidden, and
 * answers and what-ifs are folded. It runs after tabs.js and before replay.js, which tells of the
 * run that a link leads to.
 */
(() => {
  'use strict';

  // The page with the whole book is for print.
  if (/\/print(\.html)?$/.test(location.pathname)) return;

  /** @param {HTMLFormElement} form */
  function ask(form) {
    const { of, time } = form.dataset;
    const key = `predict-${of}`;
    const told = localStorage.getItem(key) ?? '';
    /** @type {NodeListOf<HTMLInputElement>} */
    const lines = form.querySelectorAll('[type=checkbox]');
    const [compare, skip, again] = form.querySelectorAll('button');
    const [question] = form.getElementsByTagName('fieldset');
    const [status] = form.getElementsByTagName('output');
    const [answer] = form.getElementsByTagName('details');
    const hidden = [`[id="${of}@title"]`, `.${key}`].map((selector) => {
      const inside = document.querySelector(selector);
      return inside?.closest('.what-ifs, .code-tabs') ?? inside?.closest('replay-run, pre');
    });
    /** @type {HTMLInputElement[]} in the reader's order */
    let chosen = [];

    /** @param {boolean} isHidden */
    function hide(isHidden) {
      for (const element of hidden) element?.classList.toggle('is-hidden', isHidden);
      document.dispatchEvent(new Event('replay-shown'));
    }

    /** @param {string} outcome empty while the question is open */
    function set(outcome) {
      const isOver = !!outcome;
      question.disabled = compare.hidden = skip.hidden = isOver;
      again.hidden = answer.hidden = !isOver;
      // What was answered before is forgotten, but for how it ended.
      answer.open = isOver && !!form.querySelector(':checked');
      question.hidden = isOver && !answer.open;
      status.value = outcome;
      hide(!isOver);
      try {
        localStorage.setItem(key, outcome);
      } catch {
        // There is no room, and it will be asked again.
      }
    }

    function number() {
      for (const line of lines) {
        const place = chosen.indexOf(line) + 1;
        if (line.nextElementSibling) line.nextElementSibling.textContent = `${place || ''}`;
      }
    }

    form.addEventListener('change', ({ target }) => {
      const line = /** @type {HTMLInputElement} */ (target);
      if (line.type === 'radio') return;
      chosen = chosen.filter((other) => other !== line);
      if (line.checked) chosen.push(line);
      number();
    });

    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const right = answer.querySelector('pre')?.textContent.split('\n') ?? [];
      const said = new FormData(form).get('time') ?? time;
      const at = chosen.findIndex(({ value }, i) => value !== right[i]);
      const faults = at < 0 ? [] : [`line ${at + 1} is “${right[at]}”, not “${chosen[at].value}”`];
      if (said !== time) faults.push(`it takes ${time} seconds`);
      set(faults.length ? `Not quite: ${faults.join('; ')}.` : 'Right.');
      again.focus();
    });

    skip.addEventListener('click', () => {
      form.reset();
      set('Skipped.');
      again.focus();
    });

    again.addEventListener('click', () => {
      form.reset();
      chosen = [];
      number();
      set('');
      form.querySelector('input')?.focus();
    });

    document.addEventListener('replay-asked', ({ target }) => {
      if (hidden[0]?.contains(/** @type {Node} */ (target))) hide(false);
    });

    compare.parentElement?.removeAttribute('hidden');
    set(told);
  }

  /** @param {Element} set of a run and its what-ifs, below their chips */
  function offer(set) {
    const chips = [...set.children[0].getElementsByTagName('input')];
    const runs = [...set.children].slice(1);
    // HTML, or where to copy it from.
    for (const live of set.querySelectorAll('script.replay-live')) {
      const html = JSON.parse(live.textContent);
      live.outerHTML = html[0] === '<' ? html : (set.querySelector(html)?.outerHTML ?? '');
    }

    /** @param {number} index */
    function choose(index) {
      chips[index].checked = true;
      runs.forEach((run, i) => {
        run.toggleAttribute(i ? 'open' : 'hidden', (i === index) === i > 0);
      });
    }

    chips.forEach((chip, i) => {
      chip.addEventListener('change', () => {
        choose(i);
        // Panes that were hidden could not scroll, and the address is to name this run.
        runs[i].querySelector('[type=range]')?.dispatchEvent(new Event('input'));
      });
    });
    set.addEventListener('replay-asked', ({ target }) => {
      choose(runs.findIndex((run) => run.contains(/** @type {Node} */ (target))));
    });
  }

  document.documentElement.classList.add('predict-built');
  for (const set of document.querySelectorAll('.what-ifs')) offer(set);
  // Where nothing can be remembered, the first throws and nothing is asked.
  for (const form of document.forms) if (form.matches('.predict')) ask(form);
})();
