/** The highlighting that mdBook loads as highlight.js, with the languages of this book's blocks only. */

const hljs = require('highlight.js/lib/core');

hljs.registerLanguage('plaintext', require('highlight.js/lib/languages/plaintext'));
hljs.registerLanguage('python', require('highlight.js/lib/languages/python'));
hljs.registerLanguage('rust', require('highlight.js/lib/languages/rust'));
hljs.registerLanguage('shell', require('highlight.js/lib/languages/shell'));
// In commands of two or three words, colours would single one out.
hljs.registerAliases(['sh', 'bash'], { languageName: 'plaintext' });

Reflect.set(window, 'hljs', hljs);
