/**
 * What Lighthouse says of pages, as of a phone. Run by `cargo bench --bench lighthouse`, by a Node
 * that Lighthouse wants: `node measure.js ROUNDS ADDRESS...`. The pages take turns, so that a busy
 * minute of the machine is none of one page. Prints one line a round and page: the address, the four
 * scores of 100, bytes and number of what was transferred; then, below `lost`, what lost points.
 */

import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';

const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];

const [rounds, ...addresses] = process.argv.slice(2);
/** @type {Set<string>} */
const lost = new Set();
for (let round = 0; round < Number(rounds); round++) {
  for (const address of addresses) {
    // An empty profile: nothing of the page is known yet.
    const browser = await launch({
      chromePath: process.env.CHROMIUM,
      chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu'],
    });
    const options = { port: browser.port, onlyCategories: CATEGORIES };
    const result = await lighthouse(address, options);
    browser.kill();
    if (!result || result.lhr.runtimeError) {
      throw new Error(`${address}: ${result?.lhr.runtimeError?.message ?? 'no result'}`);
    }
    const { audits, categories } = result.lhr;
    const scores = CATEGORIES.map((name) => Math.round((categories[name].score ?? 0) * 100));
    const requests = audits['network-requests'].details;
    const items = requests?.type === 'table' ? requests.items : [];
    const bytes = items.reduce((sum, item) => sum + Number(item.transferSize ?? 0), 0);
    console.log([address, ...scores, bytes, items.length].join('\t'));
    for (const category of Object.values(categories)) {
      for (const { id, weight } of category.auditRefs) {
        const { score } = audits[id];
        // What performance loses is time, which differs from round to round.
        if (category.id === 'performance' || weight === 0 || score === null || score === 1)
          continue;
        lost.add(`${address}\t${category.id}: ${audits[id].title} (${id})`);
      }
    }
  }
}
console.log('lost');
for (const line of lost) console.log(line);
