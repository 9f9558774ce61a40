import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { REPOSITORY } from '../../support/workspace.js';

/** A real browser without a window, in the network of these tests. @throws Error when it has not been made */
export const startBrowser = (): Promise<Browser> => {
  const root = execFileSync(process.execPath, [join(REPOSITORY, 'scripts/browser.mjs'), '--path'], { encoding: 'utf8' }).trim();
  if (!existsSync(root)) throw new Error('the browser is not made yet; run node scripts/browser.mjs');
  return chromium.launch({
    executablePath: fileURLToPath(new URL('browser.sh', import.meta.url)),
    env: { PATH: process.env['PATH'] ?? '', HOME: '/tmp', LANG: 'C.UTF-8', BROWSER_ROOT: root },
    args: ['--disable-gpu'],
  });
};
