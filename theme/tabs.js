/**
 * Puts a Rust block and the Python block directly after it into two tabs (WAI-ARIA's pattern). The
 * chapters hold plain fences: where this does not run, both blocks stand one below the other.
 */
(() => {
  'use strict';

  /** @typedef {{ pre: HTMLPreElement, code: HTMLElement }} Block */

  /** Some hosts drop the suffix. */
  const isPrintPage = /\/print(\.html)?$/.test(location.pathname);

  /** In the order of the blocks. */
  const LANGUAGES = ['Rust', 'Python'];
  const COMMANDS = ['$ cargo run', '$ python3'];

  /**
   * The accessible name of the tab list, if the block is one for it.
   *
   * @param {Block} block
   * @param {number} language
   */
  function nameOf({ code }, language) {
    if (code.matches(`.language-${LANGUAGES[language].toLowerCase()}`)) return 'Program';
    if (code.matches('.language-console') && code.textContent.startsWith(COMMANDS[language]))
      return 'Output';
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

  /** @param {Block} block followed by no comment or text: so an author keeps two apart */
  function blockAfter({ pre }) {
    let node = pre.nextSibling;
    while (node instanceof Text && node.data.trim() === '') node = node.nextSibling;
    return asBlock(node);
  }

  /**
   * @param {Block} block
   * @param {string} label
   */
  function buildPanel({ pre }, label) {
    const panel = document.createElement('div');
    panel.className = 'code-tabs-panel';
    panel.dataset.label = label;
    // Tab reaches them from the code then.
    const buttons = pre.querySelector(':scope > .buttons');
    if (buttons) pre.append(buttons);
    pre.before(panel);
    panel.append(pre);
    return panel;
  }

  /**
   * @param {Block[]} blocks
   * @param {string} name
   * @param {string} id unique in the page
   */
  function buildGroup(blocks, name, id) {
    const group = document.createElement('div');
    group.className = 'code-tabs';
    blocks[0].pre.before(group);
    const panels = blocks.map((block, i) => buildPanel(block, LANGUAGES[i]));
    group.append(...panels);

    if (isPrintPage) return;

    const tabList = document.createElement('div');
    tabList.setAttribute('role', 'tablist');
    tabList.setAttribute('aria-label', name);

    const tabs = panels.map((panel, i) => {
      const tab = document.createElement('button');
      tab.type = 'button';
      tab.id = `${id}-tab-${i + 1}`;
      tab.textContent = LANGUAGES[i];
      tab.setAttribute('role', 'tab');
      panel.id = `${id}-panel-${i + 1}`;
      panel.setAttribute('role', 'tabpanel');
      tab.setAttribute('aria-controls', panel.id);
      panel.setAttribute('aria-labelledby', tab.id);
      tab.addEventListener('click', () => select(i));
      // Find-in-page has found something in the hidden panel.
      panel.addEventListener('beforematch', () => select(i));
      return tab;
    });

    let selected = 0;

    /** @param {number} index */
    function select(index) {
      selected = index;
      tabs.forEach((tab, i) => {
        const isShown = i === index;
        tab.ariaSelected = String(isShown);
        tab.tabIndex = isShown ? 0 : -1;
        // Where the value is known, the panel itself would still be announced, empty.
        panels[i].ariaHidden = String(!isShown);
        panels[i].setAttribute('hidden', 'until-found');
        if (isShown) panels[i].removeAttribute('hidden');
      });
      updateTabStops();
    }

    /** One thing in the shown panel has the focus: code that scrolls, or else the panel. */
    function updateTabStops() {
      blocks.forEach(({ code }, i) => {
        const isShown = i === selected;
        const scrolls = isShown && code.scrollWidth > code.clientWidth;
        code.tabIndex = scrolls ? 0 : -1;
        panels[i].tabIndex = isShown && !scrolls ? 0 : -1;
      });
    }

    // What gets to mdBook's listener turns the page.
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
        if (blocks.some(({ code }) => code === event.target)) event.stopPropagation();
      }
    });

    tabList.append(...tabs);
    group.prepend(tabList);
    select(selected);

    const observer = new ResizeObserver(updateTabStops);
    for (const { code } of blocks) observer.observe(code);
  }

  let count = 0;
  for (const pre of document.querySelectorAll('main pre')) {
    const first = asBlock(pre);
    const second = first && blockAfter(first);
    if (!first || !second) continue;
    const name = nameOf(first, 0);
    if (name && name === nameOf(second, 1)) {
      buildGroup([first, second], name, `code-tabs-${++count}`);
    }
  }
})();
