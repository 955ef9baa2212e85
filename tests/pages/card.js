/**
 * Makes the card that a link to the book shows elsewhere, of the player's picture:
 *
 *   CHROMIUM=chromium node tests/pages/card.js src/player.png src/card.png
 */

import { readFileSync } from 'node:fs';
import { argv, env, exit } from 'node:process';
import { chromium } from '@playwright/test';
import { LAUNCH } from './browser.js';

const [, , player, card] = argv;
if (!card || !env.CHROMIUM) {
  console.error('CHROMIUM=BROWSER node tests/pages/card.js PLAYER.png CARD.png');
  exit(2);
}

const STYLE = `
  body { margin: 0; height: 630px; overflow: hidden; display: grid; align-items: center;
    grid-template-columns: 440px 1fr; background: #161923; color: #e6e6ec; font: 600 58px system-ui }
  div { padding-left: 56px }
  small { display: block; margin-top: 24px; color: #b9bccb; font: 400 27px/1.4 system-ui }
  img { width: 720px; margin-left: 20px; border-radius: 8px }`;

const browser = await chromium.launch(LAUNCH);
// The size that sites cut cards to.
const page = await browser.newPage({ viewport: { width: 1200, height: 630 } });
await page.setContent(`<style>${STYLE}</style>
  <div>Async Rust, Step by Step
    <small>asyncio’s tutorial in Tokio: every run recorded, every output checked</small>
  </div>
  <img src="data:image/png;base64,${readFileSync(player).toString('base64')}">`);
await page.screenshot({ path: card });
await browser.close();
