/** What-ifs: other recorded runs, chosen by chips above the run of the program that they change. */

import { expect, open, player, test } from './book.js';

/** @param {import('@playwright/test').Page} page */
async function openSpawn(page) {
  const { host } = await open(page, 'spawn');
  return { original: player(page, host), ...whatIfs(page) };
}

/** @param {import('@playwright/test').Page} page */
function whatIfs(page) {
  const run = (/** @type {string} */ id) => {
    const figure = page.locator(`figure[aria-labelledby="example-3-${id}@title"]`);
    return player(page, page.locator('replay-run').filter({ has: figure }));
  };
  return {
    chips: page.getByRole('group', { name: 'What if' }),
    chip: (/** @type {string} */ name) => page.getByRole('radio', { name, exact: true }),
    swapped: run('swapped-awaits'),
    blocking: run('thread-sleep'),
  };
}

/** @param {{host: import('@playwright/test').Locator}} run */
const figure = ({ host }) => host.locator('figure');

test('a chip switches source, steps, output and address', async ({ page }) => {
  await page.clock.install({ time: 0 });
  const { original, chip, swapped, blocking } = await openSpawn(page);
  await page.clock.pauseAt(3_600_000);
  await expect(figure(swapped)).toBeHidden();
  const steps = await original.count();
  await chip('await task2 first').click();
  await expect(figure(original)).toBeHidden();
  await expect(figure(swapped)).toBeVisible();
  await expect(swapped.host.locator('.replay-code li').nth(16)).toContainText('task2.await');
  expect(await swapped.count()).not.toBe(steps);
  await page.clock.runFor(400);
  await expect(page).toHaveURL(/spawn\.html#example-3-swapped-awaits@main-polled-1$/);
  await swapped.button('Last step').click();
  await expect(swapped.host.locator('.replay-output span:visible')).toHaveText([
    'Do something with 1...',
    'Do something with 2...',
    'Done with 1',
    'Done with 2',
    'Task 2 fully completed',
    'Task 1 fully completed',
    '["Result of 1", "Result of 2"]',
    'Finished in 2.00 seconds',
  ]);
  await page.clock.runFor(400);
  await expect(page).toHaveURL(/#example-3-swapped-awaits@main-ends$/);
  await chip('sleep with thread::sleep').click();
  await expect(figure(swapped)).toBeHidden();
  await expect(figure(blocking)).toBeVisible();
  await chip('as it is').click();
  await expect(figure(blocking)).toBeHidden();
  await expect(figure(original)).toBeVisible();
  await page.clock.runFor(400);
  await expect(page).toHaveURL(/#example-3@main-polled-1$/);
});

test('what changes is marked, and the difference said', async ({ page }) => {
  const { chip, swapped, blocking, original } = await openSpawn(page);
  await chip('sleep with thread::sleep').click();
  await expect(blocking.host.locator('.replay-code ins')).toHaveText([
    'use std::thread;',
    '    thread::sleep(Duration::from_secs(param));',
  ]);
  const fold = page.locator('details.what-if').filter({ has: figure(blocking) });
  await expect(
    fold.getByRole('listitem').filter({ has: page.locator('del, div > ins') }),
  ).toHaveCount(1);
  await expect(fold.locator('del')).toHaveText([
    '- tokio::time::sleep(Duration::from_secs(param)).await;',
  ]);
  await expect(fold.locator('p').first()).toHaveText(
    'This run takes 3 s instead of 2 s and prints the same lines in another order: “Done with 1” comes before “Do something with 2...”, for one. Watch: Who has the thread while a task sleeps.',
  );
  await chip('await task2 first').click();
  await expect(swapped.host.locator('.replay-code ins')).toHaveText([
    '    let result2 = task2.await.unwrap();',
    '    println!("Task 2 fully completed");',
  ]);
  await expect(original.host.locator('ins')).toHaveCount(0);
});

test('arrow keys choose, and never turn the page', async ({ page }) => {
  const { chip, original, swapped, blocking } = await openSpawn(page);
  await chip('as it is').focus();
  for (const [key, name, run] of /** @type {const} */ ([
    ['ArrowLeft', 'sleep with thread::sleep', blocking],
    ['ArrowLeft', 'await task2 first', swapped],
    ['ArrowRight', 'sleep with thread::sleep', blocking],
    ['ArrowRight', 'as it is', original],
    ['ArrowLeft', 'sleep with thread::sleep', blocking],
  ])) {
    await page.keyboard.press(key);
    await expect(chip(name)).toBeFocused();
    await expect(chip(name)).toBeChecked();
    await expect(figure(run)).toBeVisible();
    await expect(page.locator('replay-run figure:visible')).toHaveCount(1);
  }
  // From the chips the next stop is the run.
  await page.keyboard.press('Tab');
  await expect(blocking.button('First step')).toBeFocused();
});

test('a run that plays stops when another is chosen', async ({ page }) => {
  await page.clock.install({ time: 0 });
  const { chip, original } = await openSpawn(page);
  await original.button('Play').click();
  await chip('await task2 first').click();
  await page.clock.runFor(10_000);
  await expect(page).toHaveURL(/#example-3-swapped-awaits@main-polled-1$/);
  await chip('as it is').click();
  await expect(original.button('Play')).toBeVisible();
  expect(await original.step()).toBe(2);
});

test('a link to a moment of a what-if chooses it, at once, later and after a reload', async ({
  page,
}) => {
  await page.goto('spawn.html#example-3-swapped-awaits@fetch-data-1-ends');
  const { chip, swapped } = whatIfs(page);
  const original = player(page);
  for (const time of ['shared', 'reloaded']) {
    await expect(chip('await task2 first'), time).toBeChecked();
    await expect(swapped.host, time).toHaveAttribute('data-step', 'fetch-data-1-ends');
    await expect(swapped.caption, time).toBeInViewport({ ratio: 1 });
    await expect(figure(original), time).toBeHidden();
    await page.reload();
  }
  await page.getByRole('link', { name: 'They are ready' }).click();
  await expect(chip('as it is')).toBeChecked();
  await expect(original.host).toHaveAttribute('data-step', 'fetch-data-2-spawned');
  await expect(original.caption).toBeFocused();
  await page.getByRole('link', { name: 'who has the thread' }).click();
  await expect(chip('sleep with thread::sleep')).toBeChecked();
  await page.goBack();
  await expect(chip('as it is')).toBeChecked();
  await expect(figure(original)).toBeVisible();
});

test('on paper every run stands below its name, whichever was chosen', async ({ page }) => {
  const { original, chips, chip, swapped } = await openSpawn(page);
  await chip('await task2 first').click();
  await expect(figure(original)).toBeHidden();
  await page.emulateMedia({ media: 'print' });
  await expect(chips).toBeHidden();
  await expect(figure(original)).toBeVisible();
  await expect(page.getByText('What if: await task2 first')).toBeVisible();
  await expect(figure(swapped)).toBeVisible();
});

for (const how of ['without JavaScript', 'on the page with the whole book']) {
  test.describe(how, () => {
    const isPrint = how.startsWith('on');
    test.use({ javaScriptEnabled: isPrint });

    test('what-ifs are folded below the run', async ({ page }) => {
      await page.goto(isPrint ? 'print.html' : 'spawn.html');
      const { chips, swapped } = whatIfs(page);
      await expect(chips).toBeHidden();
      await expect(figure(swapped)).toBeHidden();
      await page.getByText('What if: await task2 first').click();
      await expect(figure(swapped)).toBeVisible();
      const fold = page.locator('details.what-if').filter({ has: figure(swapped) });
      await expect(fold.getByText('prints the same lines in another order')).toBeVisible();
      await expect(fold.locator('del').first()).toBeVisible();
      await expect(swapped.host.locator('.replay-output')).toContainText('Task 2 fully completed');
    });
  });
}
