/** Steps that contradict their page: it says so and shows what does not depend on them. */

import { expect, player, test } from './book.js';

/** @type {Record<string, [harm: (json: string) => string, words: string]>} */
const HARMS = {
  'half of the steps': [(json) => json.slice(0, json.length / 2), 'JSON'],
  'no step': [() => '[]', '0 of 29'],
  'a step too few': [
    (json) => json.replace(/,\{"here":false,"tasks":\[0,0,0\],"wide":80\}/, ''),
    '28 of 29',
  ],
  'no steps at all': [() => 'null', 'null'],
  'a line that is not there': [(json) => json.replace(/"line":4\b/, '"line":99'), 'line 99 of 25'],
  'a card that is not there': [
    (json) =>
      json.replace(/"tasks":\[\[/, '"tasks":[["ready","",[]],["ready","",[]],["ready","",[]],['),
    'task 4 of 3',
  ],
  'a cause that is not there': [
    (json) => json.replace(/(\]\],"[^"]*"),\d+/, '$1,500'),
    'step 500 of 28',
  ],
  'output that is not there': [(json) => json.replace(/"out":1\b/, '"out":"all"'), 'output all'],
};

for (const [name, [harm, words]] of Object.entries(HARMS)) {
  test(`${name}: the page says so and shows the rest`, async ({ page }) => {
    await page.route('**/spawn.html', async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(
        /(<script type="application\/json">)(.*?)(<\/script>)/s,
        (_, open, json, close) => {
          expect(harm(json), 'harm is done').not.toBe(json);
          return open + harm(json) + close;
        },
      );
      await route.fulfill({ response, body });
    });
    await page.goto('spawn.html#example-3@main-suspends-2');
    const { host, range, caption } = player(page);
    const alert = host.getByRole('alert');
    await expect(alert).toContainText('This run cannot be played');
    await expect(alert).toContainText(words);
    await expect(range).toHaveCount(0);
    await expect(caption).toHaveCount(0);
    await expect(host.getByRole('button')).toHaveCount(0);
    await expect(host.locator('.replay-code')).toContainText('fetch_data(param: u64)');
    await expect(host.locator('.replay-output')).toContainText('Finished in 2.00 seconds');
    await expect(host.locator('.replay-output span').last()).toBeVisible();
    await expect(host.locator('.replay-timeline svg').first()).toBeVisible();
    // The link leads to the words, since there is no step.
    await expect(page.locator('[id="example-3@main-suspends-2"]')).toBeInViewport();
    // Keys are the page's again.
    expect(await host.evaluate((element) => element.classList.contains('is-playable'))).toBe(false);
  });
}
