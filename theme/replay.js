/**
 * Steps through a recorded run: the custom element that the preprocessor `replay` writes.
 *
 * All meaning is in the element already: every pane, and the steps as JSON, each a whole picture.
 * This script draws one of them at a time and decides nothing, so it cannot matter by which way a
 * reader came to a step. Where it does not run, the page shows the output, the timeline and the
 * run in words.
 */
(() => {
  'use strict';

  /**
   * @typedef {[state: string, place: string, lines: number[]]} Task
   * @typedef {[name: string, left: string, percent: number]} Outside
   *
   * @typedef {object} Step
   * @property {string} id
   * @property {string} at
   * @property {string} say
   * @property {number | null} line the line that was just reached, from 1
   * @property {number} near the line to keep in view, also when none was reached
   * @property {Task[]} tasks those that have been made
   * @property {Outside[]} outside
   * @property {number} out how many pieces of the output have been printed
   * @property {number} x thousandths of the timeline's width
   */

  /** The page that holds the whole book; some hosts drop the suffix. */
  const isPrintPage = /\/print(\.html)?$/.test(location.pathname);

  const PAUSE = 'M4 2h3v12H4zM9 2h3v12H9z';

  /** Long enough to read a sentence, in milliseconds. */
  const PLAY_INTERVAL = 2500;

  /** How long a step stays before the address names it, in milliseconds: browsers allow few changes. */
  const ADDRESS_DELAY = 400;

  /** Marks an entry of the history whose moment was shown before: going back to it must not scroll. */
  const SEEN = 'replay-seen';

  /**
   * @param {Element | null} element
   * @param {string} text
   */
  function setText(element, text) {
    // Equal text is left alone, so that nothing is announced or laid out again for it.
    if (element && element.textContent !== text) element.textContent = text;
  }

  /**
   * @template {Element} T
   * @param {ParentNode} parent
   * @param {string} selector
   * @param {new () => T} type
   */
  function find(parent, selector, type) {
    const found = parent.querySelector(selector);
    if (found instanceof type) return found;
    throw new Error(`replay: no ${selector}`);
  }

  class ReplayRun extends HTMLElement {
    #isStarted = false;

    connectedCallback() {
      // Only a script may ask for the theme's colours: without any, mdBook leaves all themes on.
      find(this, '.replay-code', HTMLElement).classList.add('hljs');
      // Moved in the page, it goes on as it was.
      if (this.#isStarted) return;
      this.#isStarted = true;
      if (isPrintPage) for (const part of this.querySelectorAll('.replay-live')) part.remove();
      else start(this);
    }
  }

  /** @param {HTMLElement} host */
  function start(host) {
    /** @type {Step[]} */
    const steps = JSON.parse(find(host, 'script', HTMLScriptElement).text);
    const range = find(host, 'input', HTMLInputElement);
    const status = find(host, '[role=status]', HTMLElement);
    const clock = find(host, '.replay-clock', HTMLElement);
    const count = find(host, '.replay-count b', HTMLElement);
    const code = find(host, '.replay-code', HTMLElement);
    const output = find(host, '.replay-output pre', HTMLElement);
    const playhead = find(host, '.replay-playhead', HTMLElement);
    const lines = [...code.querySelectorAll('li')];
    const cards = [...host.querySelectorAll('.replay-tasks li')];
    const slots = [...host.querySelectorAll('.replay-outside li')];
    const printed = [...output.children];
    const keys = cards.map((card) => card.querySelector('i')?.textContent ?? '');
    const last = steps.length - 1;
    const figure = find(host, 'figure', HTMLElement);
    const listing = figure.getAttribute('aria-labelledby')?.replace(/@title$/, '');
    /** As the browser writes them in an address. */
    const hashes = steps.map(({ id }) => encodeURI(`#${listing}@${id}`));
    /** The marks that each line has, as text. */
    const marked = lines.map(() => '');

    /** @type {Map<string, HTMLButtonElement>} */
    const buttons = new Map();
    for (const button of host.querySelectorAll('button')) {
      buttons.set(button.dataset.do ?? '', button);
      button.addEventListener('click', () => act(button.dataset.do ?? ''));
    }
    const play = find(host, '[data-do=play]', HTMLButtonElement);
    const playIcon = find(play, 'path', SVGPathElement);
    const playPath = playIcon.getAttribute('d') ?? '';

    let now = 0;
    let timer = 0;
    let naming = 0;

    /** @param {number} index */
    function go(index) {
      // Put off by every step: one that is passed in a hurry is not named.
      clearTimeout(naming);
      naming = setTimeout(nameStep, ADDRESS_DELAY);
      now = Math.min(Math.max(index, 0), last);
      // A reader who moves the range hears the step from the range itself.
      const isSilent = timer !== 0 || document.activeElement === range;
      status.setAttribute('aria-live', isSilent ? 'off' : 'polite');
      draw(steps[now]);
    }

    /** @param {Step} step */
    function draw(step) {
      host.dataset.step = step.id;
      range.value = String(now + 1);
      range.setAttribute('aria-valuetext', `Step ${now + 1} of ${steps.length}: ${step.say}`);
      setText(count, String(now + 1));
      setText(clock, step.at);
      setText(status, step.say);
      for (const name of ['first', 'back']) setDisabled(name, now === 0);
      for (const name of ['forward', 'last']) setDisabled(name, now === last);
      drawCode(step);
      cards.forEach((card, i) => {
        drawTask(card, step.tasks[i]);
      });
      slots.forEach((slot, i) => {
        drawOutside(slot, step.outside[i]);
      });
      printed.forEach((piece, i) => {
        piece.classList.toggle('is-ahead', i >= step.out);
        piece.classList.toggle('is-new', i === step.out - 1 && steps[now - 1]?.out !== step.out);
      });
      playhead.style.transform = `translateX(${step.x / 10}%)`;
      // Last, since it asks for the layout of all that was changed.
      show(code, lines[step.near - 1], 0.5);
      show(output, printed[Math.max(step.out - 1, 0)], 0.9);
    }

    /** @param {Step} step */
    function drawCode(step) {
      lines.forEach((line, i) => {
        if (i + 1 !== step.line) line.removeAttribute('aria-current');
        else line.setAttribute('aria-current', 'true');

        const marks = step.tasks.flatMap(([state, , at], task) =>
          at.flatMap((number, depth) => {
            if (number !== i + 1) return [];
            return [[depth === at.length - 1 ? state : 'calls', keys[task]]];
          }),
        );
        // Most lines have the marks that they had.
        const text = marks.join();
        if (text === marked[i]) return;
        marked[i] = text;
        line.firstElementChild?.replaceChildren(
          ...marks.map(([state, key]) => {
            const mark = document.createElement('i');
            mark.className = `replay-key ${state}`;
            mark.textContent = key;
            return mark;
          }),
        );
      });
    }

    /**
     * @param {Element} card
     * @param {Task | undefined} task
     */
    function drawTask(card, task) {
      const [state, place] = task ?? ['', ''];
      card.className = task ? state : 'is-ahead';
      setText(card.querySelector('.replay-state'), state);
      setText(card.querySelector('.replay-place'), place);
    }

    /**
     * @param {Element} slot
     * @param {Outside | undefined} outside
     */
    function drawOutside(slot, outside) {
      const [name, left, percent] = outside ?? ['', '', 0];
      slot.classList.toggle('is-ahead', !outside);
      setText(slot.querySelector('b'), name);
      setText(slot.querySelector('span'), left);
      slot.querySelector('i')?.style.setProperty('background-size', `${percent}% 100%`);
    }

    /**
     * Scrolls a pane, and nothing around it, so that an element of it can be seen.
     *
     * @param {HTMLElement} pane
     * @param {Element | undefined} element
     * @param {number} share of the room that is left to it above the element
     */
    function show(pane, element, share) {
      if (!(element instanceof HTMLElement) || pane.scrollHeight <= pane.clientHeight) return;
      pane.scrollTop = element.offsetTop - (pane.clientHeight - element.offsetHeight) * share;
    }

    /**
     * Not `disabled`, which would drop the focus, and then the arrow keys would turn the page.
     *
     * @param {string} name
     * @param {boolean} isDisabled
     */
    function setDisabled(name, isDisabled) {
      buttons.get(name)?.setAttribute('aria-disabled', String(isDisabled));
    }

    /** @param {boolean} isOn */
    function setPlaying(isOn) {
      clearInterval(timer);
      timer = isOn ? setInterval(tick, PLAY_INTERVAL) : 0;
      play.setAttribute('aria-label', isOn ? 'Pause' : 'Play');
      playIcon.setAttribute('d', isOn ? PAUSE : playPath);
    }

    function tick() {
      if (now === last - 1) setPlaying(false);
      go(now + 1);
    }

    /** @param {string} what */
    function act(what) {
      const isPlaying = timer !== 0;
      setPlaying(false);
      if (what === 'first') go(0);
      else if (what === 'back') go(now - 1);
      else if (what === 'forward') go(now + 1);
      else if (what === 'last') go(last);
      else if (what === 'play' && !isPlaying) {
        setPlaying(true);
        go(now === last ? 0 : now + 1);
      }
    }

    range.addEventListener('input', () => {
      setPlaying(false);
      go(Number(range.value) - 1);
    });

    /** @param {Element} element */
    const scrolls = (element) =>
      element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight;

    // mdBook listens on the document and turns the page on a plain Left or Right, even if the
    // default was prevented: keys that mean something here must not get there.
    host.addEventListener('keydown', (event) => {
      const { key, target } = event;
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (key === 'ArrowLeft' || key === 'ArrowRight') event.stopPropagation();
      // What the browser does with a key comes first: it moves the range, scrolls a pane, presses
      // a button, opens the transcript.
      const isPane =
        target instanceof HTMLElement && target.matches('[tabindex="0"]') && scrolls(target);
      if (isPane) return;
      if (target === range && key !== ' ' && key !== 'p') return;
      const isPressed = target instanceof HTMLButtonElement || target instanceof HTMLDetailsElement;
      if (key === ' ' && (isPressed || (target instanceof Element && target.matches('summary')))) {
        return;
      }

      if (key === 'ArrowLeft') act('back');
      else if (key === 'ArrowRight') act('forward');
      else if (key === 'Home') act('first');
      else if (key === 'End') act('last');
      else if (key === ' ' || key === 'p') act('play');
      else return;

      event.preventDefault();
      event.stopPropagation();
    });

    /** The address follows the step, so that a reload or a copied link leads back to it. */
    function nameStep() {
      history.replaceState(SEEN, '', hashes[now]);
    }

    /** Whether the caption and all panes can be seen without scrolling. */
    function isInView() {
      const { top } = find(host, '.replay-top', HTMLElement).getBoundingClientRect();
      const { bottom } = find(host, '.replay-panes', HTMLElement).getBoundingClientRect();
      const covered = document.getElementById('mdbook-menu-bar')?.getBoundingClientRect().bottom;
      return top >= Math.max(covered ?? 0, 0) && bottom <= innerHeight;
    }

    /** @param {number} index of the step that a reader asked for by a link */
    function follow(index) {
      setPlaying(false);
      go(index);
      nameStep();
      if (!isInView()) figure.scrollIntoView();
      // Reading what has the focus is announcement enough.
      status.setAttribute('aria-live', 'off');
      status.focus({ preventScroll: true });
    }

    function goToAddress() {
      const index = hashes.indexOf(location.hash);
      if (index < 0) return;
      if (history.state !== SEEN) return follow(index);
      setPlaying(false);
      go(index);
    }

    // From now on the steps are what links lead to. To a row the browser would scroll by itself,
    // and open the run in words for it.
    const words = find(host, '.replay-transcript', HTMLDetailsElement);
    for (const row of words.querySelectorAll('[id]')) row.removeAttribute('id');

    status.tabIndex = -1;
    host.classList.add('is-playable');
    draw(steps[0]);
    if (hashes.includes(location.hash)) words.open = false;
    goToAddress();
    addEventListener('hashchange', goToAddress);
    document.addEventListener('click', ({ target }) => {
      const link = target instanceof Element ? target.closest('a') : null;
      if (link?.pathname !== location.pathname) return;
      const index = hashes.indexOf(link.hash);
      if (index < 0) return;
      // Else the address could change between the click and what comes of it.
      clearTimeout(naming);
      // Nothing changes then, and nobody would be told.
      if (link.hash === location.hash) follow(index);
    });
  }

  customElements.define('replay-run', ReplayRun);
  document.documentElement.classList.add('replay-built');
})();
