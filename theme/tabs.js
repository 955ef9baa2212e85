/**
 * Puts a Rust block and the Python block directly after it into one group of two tabs, a program
 * as well as its output, after the tabs pattern of the WAI-ARIA Authoring Practices.
 *
 * The chapters hold plain fences and nothing for this script: where it does not run, both blocks
 * stand one below the other. It is no component for tabs in general: it knows these two languages,
 * and remembers no choice, because a reader compares one pair at a time.
 *
 * In tabs.css: a tab is wider than its label when bold, so that selecting moves nothing; outlines lie
 * inside, or the page's own scroll container would cut them off; the copy button, which mdBook shows
 * to the mouse only, is shown at once, or it would come too late for a quick Tab; paper shows both
 * blocks with their labels; and until this script has run or will not come, the second block of a pair
 * keeps out of the way, lest the page jump when it goes.
 */
(() => {
  'use strict';

  /**
   * @typedef {object} Kind
   * @property {string} name the accessible name of the tab list
   * @property {[Language, Language]} languages in the order of the blocks
   *
   * @typedef {object} Language
   * @property {string} label
   * @property {(code: HTMLElement) => boolean} isOf
   *
   * @typedef {object} Block
   * @property {HTMLPreElement} pre
   * @property {HTMLElement} code
   */

  /** The page that holds the whole book; some hosts drop the suffix. */
  const isPrintPage = /\/print(\.html)?$/.test(location.pathname);

  /** @type {Kind[]} */
  const KINDS = [
    {
      name: 'Program',
      languages: [
        { label: 'Rust', isOf: (code) => code.classList.contains('language-rust') },
        { label: 'Python', isOf: (code) => code.classList.contains('language-python') },
      ],
    },
    {
      name: 'Output',
      languages: [
        { label: 'Rust', isOf: (code) => isSession(code, '$ cargo run') },
        { label: 'Python', isOf: (code) => isSession(code, '$ python3') },
      ],
    },
  ];

  /**
   * @param {HTMLElement} code
   * @param {string} command
   */
  function isSession(code, command) {
    return code.classList.contains('language-console') && code.textContent.startsWith(command);
  }

  /**
   * @param {Node | null} node
   * @returns {Block | null}
   */
  function asBlock(node) {
    if (!(node instanceof HTMLPreElement)) return null;
    /** @type {HTMLElement | null} */
    const code = node.querySelector(':scope > code');
    return code && { pre: node, code };
  }

  /**
   * Looks at nodes, not only at elements: a comment between two fences is how an author keeps them
   * apart, and in a tight list bare text can stand there.
   *
   * @param {Block} block
   */
  function blockAfter({ pre }) {
    let node = pre.nextSibling;
    while (node instanceof Text && node.data.trim() === '') node = node.nextSibling;
    return asBlock(node);
  }

  /**
   * @param {Element} element
   * @param {boolean} on
   */
  function setTabStop(element, on) {
    if (on) element.setAttribute('tabindex', '0');
    else element.removeAttribute('tabindex');
  }

  /**
   * @param {Block} block
   * @param {string} label
   */
  function buildPanel({ pre }, label) {
    const panel = document.createElement('div');
    panel.className = 'code-tabs-panel';
    panel.dataset.label = label;
    // mdBook puts its buttons before the code. After it, Tab reaches them from the code.
    const buttons = pre.querySelector(':scope > .buttons');
    if (buttons) pre.append(buttons);
    pre.before(panel);
    panel.append(pre);
    return panel;
  }

  /**
   * @param {Block[]} blocks
   * @param {Kind} kind
   * @param {string} id unique in the page
   */
  function buildGroup(blocks, kind, id) {
    const group = document.createElement('div');
    group.className = 'code-tabs';
    blocks[0].pre.before(group);
    const panels = blocks.map((block, i) => buildPanel(block, kind.languages[i].label));
    group.append(...panels);

    // That page is there to be printed: the labels that the style sheet shows will do.
    if (isPrintPage) return;

    const tabList = document.createElement('div');
    tabList.setAttribute('role', 'tablist');
    tabList.setAttribute('aria-label', kind.name);

    const tabs = panels.map((panel, i) => {
      const tab = document.createElement('button');
      tab.type = 'button';
      tab.id = `${id}-tab-${i + 1}`;
      tab.textContent = kind.languages[i].label;
      tab.setAttribute('role', 'tab');
      panel.id = `${id}-panel-${i + 1}`;
      panel.setAttribute('role', 'tabpanel');
      tab.setAttribute('aria-controls', panel.id);
      panel.setAttribute('aria-labelledby', tab.id);
      tab.addEventListener('click', () => select(i));
      // The browser is about to show a match, from find-in-page or a link, in the hidden panel.
      panel.addEventListener('beforematch', () => select(i));
      return tab;
    });

    let selected = 0;

    /** @param {number} index */
    function select(index) {
      selected = index;
      tabs.forEach((tab, i) => {
        tab.setAttribute('aria-selected', String(i === index));
        tab.tabIndex = i === index ? 0 : -1;
        if (i === index) {
          panels[i].removeAttribute('hidden');
          panels[i].removeAttribute('aria-hidden');
        } else {
          // Browsers that do not know the value take it for plain `hidden`. Those that do hide what
          // is in the panel; the panel itself would still be announced, empty.
          panels[i].setAttribute('hidden', 'until-found');
          panels[i].setAttribute('aria-hidden', 'true');
        }
      });
      updateTabStops();
    }

    /**
     * Code that scrolls must be reachable to be scrolled; in a panel without such code there is
     * nothing to focus, so the panel is. Never in a hidden panel, which still has a box to focus.
     */
    function updateTabStops() {
      blocks.forEach(({ code }, i) => {
        const shown = i === selected;
        const scrolls = shown && code.scrollWidth > code.clientWidth;
        setTabStop(code, scrolls);
        setTabStop(panels[i], shown && !scrolls);
      });
    }

    // mdBook listens on the document and turns the page on a plain Left or Right, even if the
    // default was prevented: keys that mean something here must not get there.
    group.addEventListener('keydown', (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;

      if (event.target instanceof HTMLButtonElement && tabs.includes(event.target)) {
        const last = tabs.length - 1;
        let index;
        if (event.key === 'ArrowLeft') index = selected === 0 ? last : selected - 1;
        else if (event.key === 'ArrowRight') index = selected === last ? 0 : selected + 1;
        else if (event.key === 'Home') index = 0;
        else if (event.key === 'End') index = last;
        else return;

        event.preventDefault();
        event.stopPropagation();
        select(index);
        tabs[index].focus();
      } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
        // Left to the browser, which scrolls the code.
        if (blocks.some(({ code }) => code === event.target)) event.stopPropagation();
      }
    });

    tabList.append(...tabs);
    group.prepend(tabList);
    select(selected);

    const observer = new ResizeObserver(updateTabStops);
    for (const { code } of blocks) observer.observe(code);
  }

  /** Does for a link into a hidden panel what browsers that know `until-found` do themselves. */
  function showTarget() {
    const target = document.querySelector(':target');
    const panel = target?.closest('.code-tabs-panel[hidden]');
    if (!panel) return;
    panel.dispatchEvent(new Event('beforematch'));
    target?.scrollIntoView();
  }

  let count = 0;
  for (const pre of document.querySelectorAll('main pre')) {
    const first = asBlock(pre);
    const second = first && blockAfter(first);
    if (!first || !second) continue;
    const kind = KINDS.find(
      ({ languages: [rust, python] }) => rust.isOf(first.code) && python.isOf(second.code),
    );
    if (kind) buildGroup([first, second], kind, `code-tabs-${++count}`);
  }

  document.documentElement.classList.add('code-tabs-built');
  addEventListener('load', showTarget);
  addEventListener('hashchange', showTarget);
})();
