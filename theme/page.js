/**
 * What stock mdBook's pages lack for readers who use the keyboard or a screen reader, and for
 * those who copy a command. Loaded after book.js, whose parts it changes.
 */
(() => {
  'use strict';

  document.getElementById('mdbook-menu-bar')?.setAttribute('role', 'banner');

  const skip = document.querySelector('.skip-link');
  if (skip) {
    document.body.prepend(skip);
    // The table of contents has scrolled itself, and Tab goes on from what was scrolled to.
    if (scrollY === 0) skip.scrollIntoView({ block: 'nearest' });
  }

  const label = document.getElementById('mdbook-sidebar-toggle');
  const sidebar = document.getElementById('mdbook-sidebar-toggle-anchor');
  if (label && sidebar instanceof HTMLInputElement) {
    // A label for a hidden checkbox, which no key reaches: a button in its place presses it.
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

  // An arrow says that there is a next chapter, not which.
  for (const link of document.querySelectorAll('a[rel~=prev], a[rel~=next]')) {
    if (!(link instanceof HTMLAnchorElement)) continue;
    const chapters = document.querySelectorAll('#mdbook-sidebar a[href]');
    const chapter = [...chapters].find(
      (a) => a instanceof HTMLAnchorElement && a.href === link.href,
    );
    if (chapter?.textContent) {
      const title = `${link.title}: ${chapter.textContent.trim()}`;
      link.title = title;
      link.ariaLabel = title;
    }
  }

  // Tabs see to their own code, of which one block is hidden.
  const blocks = [...document.querySelectorAll('pre > code')].filter(
    (code) => !code.closest('[role=tabpanel]'),
  );
  const overflow = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute('tabindex', '0');
      else target.removeAttribute('tabindex');
    }
  });
  for (const code of blocks) {
    overflow.observe(code);
    // An arrow that scrolls a program sideways would turn the page as well.
    code.addEventListener('keydown', (event) => {
      if (event instanceof KeyboardEvent && /^Arrow(Left|Right)$/.test(event.key)) {
        event.stopPropagation();
      }
    });
  }

  // What is copied from a console block is what one would type.
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
