/**
 * How the tests, the figures and the pictures start Chromium: the one that CHROMIUM names.
 */
export const LAUNCH = {
  executablePath: process.env.CHROMIUM,
  // As root there is no sandbox; the pages are our own.
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
};
