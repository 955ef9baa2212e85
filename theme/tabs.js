/**
 * Puts a Rust block and the Python block directly after it into two tabs (WAI-ARIA's pattern). The
 * chapters hold plain fences: where this does not run, both blocks stand one below the other.
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

  /** Some hosts drop the suffix. */
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

  /** @param {Block} block followed by no comment or text: so an author keeps two apart */
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
    // Tab reaches them from the code then.
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
      // Find-in-page has found something in the hidden panel.
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
          // Where the value is known, the panel itself would still be announced, empty.
          panels[i].setAttribute('hidden', 'until-found');
          panels[i].setAttribute('aria-hidden', 'true');
        }
      });
      updateTabStops();
    }

    /** One thing in the shown panel has the focus: code that scrolls, or else the panel. */
    function updateTabStops() {
      blocks.forEach(({ code }, i) => {
        const shown = i === selected;
        const scrolls = shown && code.scrollWidth > code.clientWidth;
        setTabStop(code, scrolls);
        setTabStop(panels[i], shown && !scrolls);
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
    const kind = KINDS.find(
      ({ languages: [rust, python] }) => rust.isOf(first.code) && python.isOf(second.code),
    );
    if (kind) buildGroup([first, second], kind, `code-tabs-${++count}`);
  }
})();
