/**
 * How tests/pages.rs runs these tests: it builds and serves the book, finds the browser, and says
 * where both are. By hand: `BOOK_URL=http://127.0.0.1:3000/ CHROMIUM=... npx playwright test`.
 */
import { defineConfig } from '@playwright/test';
import { LAUNCH } from './browser.js';

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

/** What does not depend on theme or width is tested once. */
const LOOK = /(look|pictures)\.spec\.js/;

/** These try all themes themselves. */
const READING = /reading\.spec\.js/;

export default defineConfig({
  // Where git and the linter do not look.
  outputDir: 'node_modules/.results',
  forbidOnly: true,
  fullyParallel: true,
  workers: 2,
  retries: 0,
  // Only a test that hangs should meet it: how fast a machine is decides nothing here.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  use: {
    baseURL: process.env.BOOK_URL,
    browserName: 'chromium',
    launchOptions: LAUNCH,
  },
  projects: [
    { name: 'light', metadata: { theme: 'light' }, use: { viewport: WIDE }, testIgnore: /touch/ },
    { name: 'navy', metadata: { theme: 'navy' }, use: { viewport: WIDE }, testMatch: LOOK },
    {
      name: 'light-phone',
      metadata: { theme: 'light' },
      use: { viewport: PHONE, hasTouch: true, isMobile: true },
      testMatch: [LOOK, READING, /touch\.spec\.js/],
    },
    {
      name: 'navy-phone',
      metadata: { theme: 'navy' },
      use: { viewport: PHONE, hasTouch: true, isMobile: true },
      testMatch: LOOK,
    },
  ],
});
