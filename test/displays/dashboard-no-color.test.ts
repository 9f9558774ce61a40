import { expect, it } from 'vitest';
import { runDashboard } from '../../src/displays/ink/dashboard/run-dashboard.js';
import { createInterrupts } from '../../src/engine/interrupts.js';
import { fakeSource, makeTenant, makeView } from '../support/fleet.js';
import { openVirtualTerminal } from './support/virtual-terminal.js';

// In a file of its own: ink's colour library decides once, when it is loaded.
it('writes no colour where none is wanted, and is as clear without', async () => {
  const terminal = openVirtualTerminal(80, 24);
  const view = makeView([makeTenant('acme', { health: 'failed', reason: 'mariadb-0: crash loop' })]);
  const left = runDashboard({ source: fakeSource(view), interrupts: createInterrupts(), color: false, sandbox: true, terminal });
  await terminal.shows('✖ failed');
  await terminal.shows('SANDBOX');
  terminal.type('q');
  await left;
   
  expect(terminal.bytes()).not.toMatch(/\u001b\[(?:[0-9;]*;)?(?:3\d|4\d|9\d|10\d)m/);
});
