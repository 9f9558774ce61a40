import { expect, it } from 'vitest';
import { openOnScreen } from './support/ink-display.js';
import { recordedCreate } from './support/recorded-run.js';

it('writes no colour and no bold under NO_COLOR', async () => {
  process.env.NO_COLOR = '1';
  const { display, terminal } = await openOnScreen();
  for (const event of recordedCreate()) display.show(event);
  await display.close();
  await terminal.shows('acme is ready');
   
  expect(terminal.bytes()).not.toMatch(/\u001b\[[0-9;]*m/);
  expect(terminal.text()).toContain('✔ Preflight');
});
