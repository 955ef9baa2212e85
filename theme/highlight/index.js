/** The highlighting that mdBook loads as highlight.js, with the languages of this book's blocks only. */

const hljs = require('highlight.js/lib/core');

hljs.registerLanguage('bash', require('highlight.js/lib/languages/bash'));
hljs.registerLanguage('plaintext', require('highlight.js/lib/languages/plaintext'));
hljs.registerLanguage('python', require('highlight.js/lib/languages/python'));
hljs.registerLanguage('rust', require('highlight.js/lib/languages/rust'));
hljs.registerLanguage('shell', require('highlight.js/lib/languages/shell'));

Reflect.set(window, 'hljs', hljs);
