/** What stock mdBook's pages lack; CONTRIBUTING.md says why. Loaded after book.js. */
(() => {
  'use strict';

  document.getElementById('mdbook-menu-bar')?.setAttribute('role', 'banner');

  const skip = document.querySelector('.skip-link');
  if (skip) {
    document.body.prepend(skip);
    // Tab goes on from what was scrolled to last, which was the table of contents.
    if (scrollY === 0) skip.scrollIntoView({ block: 'nearest' });
  }

  const label = document.getElementById('mdbook-sidebar-toggle');
  const sidebar = document.getElementById('mdbook-sidebar-toggle-anchor');
  if (label && sidebar instanceof HTMLInputElement) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = label.className;
    button.title = label.title;
    button.ariaLabel = label.ariaLabel;
    button.setAttribute('aria-controls', 'mdbook-sidebar');
    button.append(...label.childNodes);
    label.after(button);
    label.classList.add('hidden');
    button.addEventListener('click', () => label.click());
    const tell = () => {
      button.ariaExpanded = String(sidebar.checked);
    };
    sidebar.addEventListener('change', tell);
    tell();
  }

  // The first link to a chapter is in the table of contents.
  for (const link of document.links) {
    if (!/prev|next/.test(link.rel)) continue;
    const chapter = [...document.links].find(({ href }) => href === link.href);
    link.title += `: ${chapter?.textContent.trim()}`;
    link.ariaLabel = link.title;
  }

  // Tabs see to their own code, of which one block is hidden.
  const blocks = [...document.querySelectorAll('code')].filter((code) =>
    code.matches('pre > :not([role=tabpanel] *)'),
  );
  const overflow = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute('tabindex', '0');
      else target.removeAttribute('tabindex');
    }
  });
  for (const code of blocks) {
    overflow.observe(code);
    code.addEventListener('keydown', (event) => {
      if (/^Arrow(Left|Right)$/.test(event.key)) event.stopPropagation();
    });
  }

  // A path is divided between its names, and a long name between its words.
  for (const code of document.querySelectorAll('td code')) {
    code.innerHTML = code.innerHTML.replace(/\b(\.|::)\b|(_|[a-z](?=[A-Z]))(?=\w{8})/g, '$&<wbr>');
  }

  /** @type {(pre: Element, hidden?: boolean) => string} book.js asks it what to copy. */
  const whole = Reflect.get(window, 'playground_text');
  /** @type {typeof whole} */
  const commandsOf = (pre, hidden) => {
    const text = whole(pre, hidden);
    if (!pre.querySelector('.language-console')) return text;
    const commands = text.split('\n').filter((line) => line.startsWith('$ '));
    return commands.map((line) => line.slice(2)).join('\n');
  };
  Reflect.set(window, 'playground_text', commandsOf);
})();
