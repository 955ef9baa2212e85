/**
 * Steps through a recorded run: the custom element that the preprocessor `replay` writes.
 *
 * All meaning is in the element already: every pane, the run in words, and the rest as JSON.
 * This script draws one step at a time and decides nothing. tools/replay/README.md says more.
 */
(() => {
  'use strict';

  /**
   * @typedef {[state: string, place: string, calls: number[][], why?: string, since?: number]} Task
   *   the lines of its calls, of what stands side by side too; and why it runs or does not
   * @typedef {[name: string, left: string, percent: number]} Outside
   *
   * @typedef {object} Step
   * @property {string} at
   * @property {string} say
   * @property {number} line the line to keep in view, from 1
   * @property {boolean} here whether it was just reached
   * @property {Task[]} tasks those that have been made; in the page 0 for what did not change
   * @property {Outside[]} outside
   * @property {number} out how many pieces of the output have been printed
   * @property {number} wide its column on the timeline by order
   * @property {number} x the place of what happens on that, before any wait
   * @property {number} c its place by the clock, in thousandths
   */

  const isPrintPage = /\/print(\.html)?$/.test(location.pathname);

  const PAUSE = 'M4 2h3v12H4zM9 2h3v12H9z';

  /** At speed 1, in milliseconds. */
  const PLAY_INTERVAL = 2500;

  /** Until the address names a step, in milliseconds: browsers allow few changes. */
  const ADDRESS_DELAY = 400;

  /** The timer for that, of all players on the page. */
  let naming = 0;

  /** In an entry of the history: going back to it must not scroll. */
  const SEEN = 'replay-seen';

  const MOST_MARKS = 4;

  /** The height of a line, in pixels: none is shown in half. */
  const LINE = 18;

  const KEPT = 'replay-settings';

  /** @type {Record<string, string>} by the names of their controls */
  const DEFAULTS = { by: 'change', speed: '1', axis: 'order' };
  const settings = { ...DEFAULTS };

  /** @type {Set<() => void>} makes each player of the page follow the settings */
  const players = new Set();

  /** @param {object} chosen just now; all else is as it was chosen last, on whatever page */
  function set(chosen) {
    try {
      Object.assign(settings, JSON.parse(localStorage.getItem(KEPT) ?? '{}'));
    } catch {
      // Nothing is kept, or it is not ours.
    }
    Object.assign(settings, chosen);
    for (const apply of players) apply();
  }

  set({});
  // A page may be shown again as it was left.
  addEventListener('pageshow', () => set({}));

  /**
   * @param {Element | null} element
   * @param {string} text
   */
  function setText(element, text) {
    const node = element?.firstChild;
    // A new node costs more, and equal text would be announced again. Marks of a search divide it.
    if (!(node instanceof Text) || node.nextSibling) element?.replaceChildren(text);
    else if (node.data !== text) node.data = text;
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
    throw new Error(`there is no ${selector}`);
  }

  /**
   * The steps; or an error, if they are not about this page.
   *
   * @param {Element[]} rows
   * @param {Step[]} told of each step what is not as before, nor in its row
   * @param {{ lines: number, cards: number, slots: number, pieces: number }} room
   */
  function parse(rows, told, { lines, cards, slots, pieces }) {
    const count = told.length;
    if (count !== rows.length) throw new Error(`${count} of ${rows.length}`);

    /** @type {(what: string, least: number, most: number, ...values: number[]) => void} */
    const check = (what, least, most, ...values) => {
      const wrong = values.findIndex((value) => !(value >= least && value <= most));
      if (wrong >= 0) throw new Error(`${what} ${values[wrong]} of ${most}`);
    };
    /** @type {Step | undefined} */
    let before;
    let end = 0;
    return rows.map((row, i) => {
      const at = `step ${i + 1} names`;
      const say = row.children[1]?.textContent;
      /** @type {Step} */
      const step = Object.assign({}, before, { say }, told[i]);
      const { line, tasks, outside, out, wide, c } = step;
      // Half of a column before it waits.
      step.x = end + 10;
      end += wide;
      check(`${at} line`, 1, lines, line);
      check(`${at} task`, 0, cards, tasks.length);
      check(`${at} timer`, 0, slots, outside.length);
      check(`${at} output`, 0, pieces, out);
      check(`${at} place`, 0, 1000, wide, c ?? 0);
      tasks.forEach((task, card) => {
        // The same object says that there is nothing to draw.
        if (!task && before) tasks[card] = before.tasks[card];
        const [, , calls, , since] = tasks[card];
        check(`${at} line`, 1, lines, ...calls.flat());
        check(`${at} step`, 0, count - 1, since ?? 0);
      });
      before = step;
      return step;
    });
  }

  class ReplayRun extends HTMLElement {
    #isStarted = false;

    connectedCallback() {
      // Moved in the page, it goes on as it was.
      if (this.#isStarted) return;
      this.#isStarted = true;
      // Without scripts, mdBook leaves the colours of all themes on.
      this.querySelector('.replay-code')?.classList.add('hljs');
      try {
        if (!isPrintPage) return start(this);
      } catch (error) {
        const words = document.createElement('p');
        words.role = 'alert';
        words.textContent = `This run cannot be played, because its steps are damaged: ${error instanceof Error ? error.message : error}. What stands below does not depend on them.`;
        this.querySelector('figcaption')?.append(words);
      }
      for (const part of this.querySelectorAll('.replay-live')) part.remove();
    }
  }

  /** @param {HTMLElement} host */
  function start(host) {
    const range = find(host, 'input', HTMLInputElement);
    const status = find(host, '[role=status]', HTMLElement);
    const clock = find(host, 'b.replay-clock', HTMLElement);
    const [nth, total] = host.querySelectorAll('.replay-count .replay-now > *');
    const code = find(host, '.replay-code', HTMLElement);
    const selects = host.querySelectorAll('select');
    const output = find(host, '.replay-output pre', HTMLElement);
    /** @type {NodeListOf<HTMLElement>} by order, and perhaps by the clock */
    const axes = host.querySelectorAll('.replay-lanes');
    /** @type {NodeListOf<HTMLElement>} */
    const heads = host.querySelectorAll('.replay-playhead');
    const help = find(host, '.replay-help', HTMLDetailsElement);
    const taskList = find(host, '.replay-tasks div', HTMLElement);
    const words = find(host, '.replay-transcript', HTMLDetailsElement);
    const lines = [...code.querySelectorAll('li')];
    const cards = [...taskList.querySelectorAll('li')];
    const slots = [...host.querySelectorAll('.replay-outside li')];
    const gutter = find(code, '.replay-now', HTMLElement);
    gutter.append(...lines.map(() => document.createElement('div')));
    const printed = [...output.children];
    const keys = cards.map((card) => card.querySelector('i')?.textContent ?? '');
    const figure = find(host, 'figure', HTMLElement);
    const rows = [...words.querySelectorAll('[id]')];
    const steps = parse(rows, JSON.parse(find(host, 'script', HTMLScriptElement).text), {
      lines: lines.length,
      cards: cards.length,
      slots: slots.length,
      pieces: printed.length,
    });
    const last = steps.length - 1;
    const { x, wide } = steps[last];
    const width = x + wide - 10;
    const hashes = rows.map(({ id }) => encodeURI(`#${id}`));
    const all = [...steps.keys()];
    const changes = all.filter((i) => rows[i].matches('tr') || i === last);

    /** @type {NodeListOf<HTMLElement>} */
    const buttons = host.querySelectorAll('[data-do]');
    for (const button of buttons) button.addEventListener('click', () => act(button.dataset.do));
    /** @type {Record<string, number>} the steps at which they do nothing */
    const ends = { first: 0, back: 0, forward: last, last };
    const [, , play] = buttons;
    const playIcon = find(play, 'path', SVGPathElement);
    const playPath = playIcon.getAttribute('d') ?? '';

    /** What need not be drawn again. */
    const drawn = {
      /** @type {(Task | null | undefined)[]} */
      tasks: cards.map(() => null),
      marks: lines.map(() => ''),
      /** @type {Element | undefined} */
      line: undefined,
    };

    /** The steps at which buttons and range stop. */
    let stops = changes;
    let now = 0;
    let timer = 0;

    /** @param {number} index */
    function go(index) {
      clearTimeout(naming);
      const { hash } = location;
      naming = setTimeout(() => {
        if (location.hash === hash) nameStep();
      }, ADDRESS_DELAY);
      now = Math.min(Math.max(index, 0), last);
      // The range says the step itself.
      status.ariaLive =
        (timer && now < last) || document.activeElement === range ? 'off' : 'polite';
      draw();
    }

    function draw() {
      const step = steps[now];
      // A link may lead to a step between two stops.
      const nearest = stops.findLastIndex((stop) => stop <= now);
      const before = steps[stops.findLast((stop) => stop < now) ?? -1]?.out ?? 0;
      host.dataset.step = hashes[now].replace(/.*@/, '');
      range.value = `${nearest + 1}`;
      range.setAttribute('aria-valuetext', `Step ${nearest + 1} of ${stops.length}: ${step.say}`);
      setText(nth, range.value);
      setText(clock, step.at);
      setText(status, step.say);
      // Not `disabled`, which would drop the focus, and then the arrow keys would turn the page.
      for (const button of buttons)
        button.ariaDisabled = `${now === ends[button.dataset.do ?? '']}`;
      cards.forEach((card, i) => {
        const task = step.tasks[i];
        if (task !== drawn.tasks[i]) drawTask(card, task);
        drawn.tasks[i] = task;
      });
      drawCode(step);
      slots.forEach((slot, i) => {
        drawOutside(slot, step.outside[i]);
      });
      printed.forEach((piece, i) => {
        const isNew = i >= before && i < step.out;
        const name = i >= step.out ? 'is-ahead' : isNew ? 'is-new' : '';
        if (piece.className !== name) piece.className = name;
      });
      heads.forEach((head, i) => {
        head.style.transform = `translateX(${placeOn(i, step) / 10}%)`;
      });
      // Last, since it asks for the layout.
      const running = step.tasks.findIndex(([state]) => state === 'running');
      show(code, lines[step.line - 1], 0.5);
      show(taskList, cards[running], 0.5);
      show(output, printed[Math.max(step.out - 1, 0)], 0.9);
    }

    /** @param {Step} step */
    function drawCode({ line, here, tasks }) {
      const current = here ? lines[line - 1] : undefined;
      if (current !== drawn.line) {
        drawn.line?.removeAttribute('aria-current');
        current?.setAttribute('aria-current', 'true');
        drawn.line = current;
      }

      /** @type {[state: string, key: string][][]} */
      const marks = lines.map(() => []);
      tasks.forEach(([state, , calls], task) => {
        for (const lines of calls) {
          lines.forEach((number, depth) => {
            const stands = depth === lines.length - 1 ? state : 'calls';
            marks[number - 1].push([stands, keys[task]]);
          });
        }
      });
      marks.forEach((marks, i) => {
        const text = marks.join();
        if (text === drawn.marks[i]) return;
        drawn.marks[i] = text;
        const more = marks.length - MOST_MARKS;
        if (more > 0) marks.splice(MOST_MARKS - 2, more + 2, ['', `+${more + 2}`]);
        const row = gutter.children[i];
        marks.forEach(([state, key], place) => {
          const mark = row.children[place] ?? row.appendChild(document.createElement('i'));
          mark.className = `replay-key ${state}`;
          setText(mark, key);
        });
        while (row.children.length > marks.length) row.lastChild?.remove();
      });
    }

    /**
     * @param {Element} card
     * @param {Task | undefined} task
     */
    function drawTask(card, task) {
      const [state, place, , words] = task ?? ['', '', []];
      card.classList.toggle('is-ahead', !task);
      const shown = find(card, '.replay-state', HTMLElement);
      shown.className = `replay-state replay-now ${state}`;
      setText(shown, state);
      setText(card.querySelector('.replay-now span'), place);
      const why = card.querySelector('button');
      // Lest the focus leave the player, and the keys turn the page.
      if (!words && why === document.activeElement) status.focus({ preventScroll: true });
      // A box that comes and goes costs more.
      why?.classList.toggle('is-ahead', !words);
      setText(why, words ?? '');
    }

    /**
     * @param {Element} slot
     * @param {Outside | undefined} outside
     */
    function drawOutside(slot, outside) {
      const [name, left, percent] = outside ?? ['', '', 0];
      slot.classList.toggle('is-ahead', !outside);
      setText(slot.querySelector('.replay-now b'), name);
      setText(slot.querySelector('.replay-now span'), left);
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
      const top = element.offsetTop - (pane.clientHeight - element.offsetHeight) * share;
      pane.scrollTop = Math.round(top / LINE) * LINE;
    }

    /** @param {boolean} isOn */
    function setPlaying(isOn) {
      if (!isOn && !timer) return;
      clearInterval(timer);
      timer = isOn ? setInterval(tick, PLAY_INTERVAL / Number(settings.speed)) : 0;
      play.ariaLabel = isOn ? 'Pause' : 'Play';
      playIcon.setAttribute('d', isOn ? PAUSE : playPath);
    }

    function tick() {
      // Nobody sees it.
      if (document.hidden || !figure.offsetHeight) return setPlaying(false);
      forward(stops);
      if (now === last) setPlaying(false);
    }

    /** @param {number[]} stops */
    function forward(stops) {
      go(stops.find((stop) => stop > now) ?? last);
    }

    /** @param {number[]} stops */
    function back(stops) {
      go(stops.findLast((stop) => stop < now) ?? 0);
    }

    /** @param {string} [what] */
    function act(what) {
      const isPlaying = !!timer;
      setPlaying(false);
      if (what === 'first') go(0);
      else if (what === 'back') back(stops);
      else if (what === 'forward') forward(stops);
      else if (what === 'last') go(last);
      else if (what === 'play' && !isPlaying) {
        setPlaying(true);
        if (now === last) go(0);
        else forward(stops);
      }
    }

    range.addEventListener('input', () => {
      setPlaying(false);
      go(stops[Number(range.value) - 1]);
    });

    /**
     * @param {number} axis 0 for order, 1 for the clock
     * @param {Step} step
     */
    function placeOn(axis, { x, c }) {
      return axis ? c : (1000 * x) / width;
    }

    axes.forEach((axis, i) => {
      axis.addEventListener('click', ({ clientX }) => {
        const { left, width } = axis.getBoundingClientRect();
        const x = (1000 * (clientX - left)) / width;
        const off = (/** @type {number} */ stop) => Math.abs(placeOn(i, steps[stop]) - x);
        setPlaying(false);
        go(stops.reduce((best, stop) => (off(stop) < off(best) ? stop : best)));
      });
    });

    cards.forEach((card, i) => {
      card.querySelector('button')?.addEventListener('click', () => {
        const since = steps[now].tasks[i]?.[4];
        if (since !== undefined) follow(since);
      });
    });

    function applySettings() {
      stops = settings.by === 'line' ? all : changes;
      range.max = String(stops.length);
      setText(total, range.max);
      for (const select of selects) {
        const { name } = select;
        select.value = settings[name];
        settings[name] = select.value ||= DEFAULTS[name];
      }
      const shown = settings.axis === 'clock' ? axes.length - 1 : 0;
      axes.forEach((axis, i) => {
        axis.hidden = i !== shown;
      });
      if (timer) setPlaying(true);
      draw();
    }

    for (const select of selects) {
      select.addEventListener('change', () => {
        set({ [select.name]: select.value });
        try {
          localStorage.setItem(KEPT, JSON.stringify(settings));
        } catch {
          // It holds for this page then.
        }
      });
    }

    // What gets to mdBook's listener turns the page.
    host.addEventListener('keydown', (event) => {
      const { key, shiftKey } = event;
      const target = /** @type {Element} */ (event.target);
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const isArrow = key === 'ArrowLeft' || key === 'ArrowRight';
      if (isArrow) event.stopPropagation();
      // What the browser does with a key comes first.
      const isPane =
        target.matches('[tabindex="0"]') &&
        (isArrow
          ? target.scrollWidth > target.clientWidth
          : key !== 'p' && target.scrollHeight > target.clientHeight);
      if (target.matches('select') || (shiftKey ? !isArrow && key !== '?' : isPane)) return;
      if (target === range && !shiftKey && key !== ' ' && key !== 'p' && key !== '?') return;
      if (key === ' ' && target.matches('button, details, summary')) return;

      if (shiftKey && isArrow) {
        setPlaying(false);
        if (key === 'ArrowLeft') back(changes);
        else forward(changes);
      } else if (key === 'ArrowLeft') act('back');
      else if (key === 'ArrowRight') act('forward');
      else if (key === 'Home') act('first');
      else if (key === 'End') act('last');
      else if (key === ' ' || key === 'p') act('play');
      else if (key === '?') {
        help.open = !help.open;
        help.querySelector('summary')?.focus();
      } else return;

      event.preventDefault();
      event.stopPropagation();
    });

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

    function ask() {
      host.dispatchEvent(new Event('replay-asked', { bubbles: true }));
    }

    /** @param {number} index of the step that a reader asked for by a link */
    function follow(index) {
      ask();
      setPlaying(false);
      go(index);
      nameStep();
      if (!isInView()) figure.scrollIntoView();
      // Reading what has the focus is announcement enough.
      status.ariaLive = 'off';
      status.focus();
    }

    /** Some who send links encode them. */
    const asked = () => hashes.indexOf(location.hash.replace('%40', '@'));

    function goToAddress() {
      const index = asked();
      if (index < 0) return;
      if (history.state !== SEEN) return follow(index);
      ask();
      setPlaying(false);
      go(index);
    }

    // Links lead to steps now; to a row, the browser would scroll by itself.
    for (const row of rows) row.removeAttribute('id');

    status.tabIndex = -1;
    host.classList.add('is-playable');
    players.add(applySettings);
    applySettings();
    if (asked() >= 0) words.open = false;
    goToAddress();
    addEventListener('hashchange', goToAddress);
    // Panes that cannot be seen do not scroll.
    document.addEventListener('replay-shown', draw);
    document.addEventListener('click', ({ target }) => {
      const link = target instanceof Element ? target.closest('a') : null;
      if (link?.pathname !== location.pathname) return;
      const index = hashes.indexOf(link.hash);
      if (index < 0) return;
      clearTimeout(naming);
      // Nothing changes then, and nobody would be told.
      if (link.hash === location.hash) follow(index);
    });
  }

  customElements.define('replay-run', ReplayRun);
})();
