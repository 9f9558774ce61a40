import { describe, expect, it } from 'vitest';
import type { EngineEvent, Failure } from '../../src/engine/events.js';
import type { Proposal } from '../../src/engine/proposal.js';
import { removalConfirmation } from '../../src/displays/removal-facts.js';
import { completeTenant } from '../../src/tenant/spec.js';
import { REMOVAL } from '../terminal/scenes.js';
import { openOnScreen } from './support/ink-display.js';
import { recordedCreate } from './support/recorded-run.js';
import { KEYS } from './support/virtual-terminal.js';

const proposal: Proposal = {
  operation: 'create',
  changes: [],
  tenant: completeTenant({ name: 'acme', displayName: 'Acme GmbH' }, { adminEmail: 'owner@acme.example' }),
  platform: 'main',
  platformIsNew: true,
  stacks: [{ stack: 'tenant', changes: [{ address: 'module.address.ionoscloud_ipblock.this', action: 'create' }] }],
  releases: ['ionos-tenants-system/tenant-acme', 'tenant-acme/wordpress'],
  costEur30d: { low: 7.76, high: 16.13 },
  platformCostEur30d: { low: 135.68, high: 206.52 },
  priceDate: '2026-11-23',
};

const at = '2026-11-23T12:00:00.000Z';
const failure: Failure = { code: 'pods-stuck', what: 'wordpress does not come up', why: 'image cannot be pulled', next: ['kubectl -n tenant-acme describe pods'] };
const failed = (task: string, title: string): EngineEvent => ({ type: 'task', at, task, title, state: 'failed', elapsedMs: 1000, failure });

describe('the drawn display', () => {
  for (const [columns, rows] of [[80, 24], [120, 40], [60, 15]] as const) {
    it(`draws a whole run at ${columns}×${rows} without ever filling the terminal or wiping its history`, async () => {
      let clock = 0;
      const { display, terminal } = await openOnScreen(columns, rows, { now: () => clock });
      for (const event of recordedCreate()) {
        clock = Date.parse(event.at);
        display.show(event);
        // Lets ink draw, as it would between two events of a real run.
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await display.close();
      await terminal.shows('node dist/main.js list --sandbox');
      expect(terminal.bytes()).not.toContain('\u001b[3J');
      expect(terminal.bytes()).not.toContain('\u001b[2J');
      const text = terminal.text();
      for (const root of ['Preflight', 'Plan', 'Platform', 'Infrastructure', 'Guard rails', 'Secrets', 'Applications', 'Connect', 'Verify']) {
        expect(text.split('\n').filter((line) => line.startsWith(` ✔ ${root} `))).toHaveLength(1);
      }
      expect(text).toContain('✔ acme is ready');
      expect(text).toContain('http://127.0.0.1:41080');
    });
  }

  it('leaves the terminal as it was', async () => {
    const { display, terminal } = await openOnScreen();
    await terminal.shows('ionos-tenants');
    expect(terminal.isRaw()).toBe(true);
    await display.close();
    expect(terminal.isRaw()).toBe(false);
    expect(terminal.bytes().lastIndexOf('\u001b[?25h')).toBeGreaterThan(terminal.bytes().lastIndexOf('\u001b[?25l'));
  });

  it('shows the plan and takes only y or n for an answer', async () => {
    const { display, terminal } = await openOnScreen();
    const answer = display.approve(proposal);
    await terminal.shows('Create acme?');
    const screen = terminal.screen().join('\n');
    expect(screen).toContain('7.76–16.13 EUR for 30 days');
    expect(screen).toContain('135.68–206.52 EUR for 30 days');
    expect(screen).toContain('create 1 resource: ipblock');
    terminal.type(KEYS.enter);
    await terminal.shows('press y or n');
    terminal.type('y');
    expect(await answer).toBe('yes');
    // Without questions behind it, Esc is a no.
    for (const key of ['n', KEYS.escape]) {
      const next = display.approve(proposal);
      await terminal.shows('Create acme?');
      terminal.type(key);
      expect(await next).toBe('no');
    }
    await display.close();
  });

  it('offers the way back to the answers, and to save them, where there were questions', async () => {
    const { display, terminal } = await openOnScreen();
    for (const key of [KEYS.escape, 'e']) {
      const answer = display.approve(proposal, { canGoBack: true });
      await terminal.shows('Esc change answers');
      terminal.type(key);
      expect(await answer).toBe('back');
    }
    const answer = display.approve(proposal, { canGoBack: true, save: () => Promise.resolve('acme-2.yaml') });
    await terminal.shows('s save');
    terminal.type('s');
    await terminal.shows('✔ saved as acme-2.yaml');
    terminal.type('n');
    expect(await answer).toBe('no');
    await display.close();
  });

  it('takes Ctrl-C as no, and passes it on', async () => {
    const { display, terminal, interrupts } = await openOnScreen();
    const answer = display.approve(proposal);
    await terminal.shows('Create acme?');
    terminal.type(KEYS.interrupt);
    expect(await answer).toBe('no');
    expect(interrupts.presses).toBe(1);
    await display.close();
  });

  it('shows what cannot be undone, and takes exactly the expected text for a yes', async () => {
    const { display, terminal } = await openOnScreen(100, 24);
    const first = display.confirmTyped(removalConfirmation(REMOVAL, false));
    await terminal.shows('Remove acme for good');
    const screen = terminal.screen().join('\n');
    for (const words of ['tenant-acme', '2 volumes, 18 GiB: mariadb-data 8 GiB, openwebui-data 10 GiB', 'remove 1 resource: ipblock', '203.0.113.5', '7.76–16.13 EUR for 30 days', 'no backup and no export', 'Nothing has been changed yet']) expect(screen).toContain(words);
    // An Enter too many, or a y out of habit, is no answer. ink has to read them one by one.
    terminal.type(KEYS.enter);
    await new Promise((resolve) => setTimeout(resolve, 2));
    terminal.type('y');
    await terminal.shows('not acme');
    terminal.type(`${KEYS.ctrlU}acme${KEYS.enter}`);
    expect(await first).toBe(true);
    for (const keys of [`acme-2${KEYS.enter}`, KEYS.escape, KEYS.interrupt]) {
      const next = display.confirmTyped(removalConfirmation(REMOVAL, false));
      await terminal.shows('Type acme to go on');
      terminal.type(keys);
      expect(await next).toBe(false);
    }
    await display.close();
  });

  it('lets what does not fit be scrolled, with the field always in sight', async () => {
    const { display, terminal } = await openOnScreen(60, 15);
    const answer = display.confirmTyped(removalConfirmation(REMOVAL, false));
    await terminal.shows('more rows: scroll');
    expect(terminal.screen().join('\n')).not.toContain('saved before');
    while (!terminal.screen().join('\n').includes('saved before')) {
      terminal.type(KEYS.down);
      // Lets ink read each press by itself, and draw.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(terminal.screen().join('\n')).toContain('Type acme to go on');
    terminal.type(KEYS.escape);
    expect(await answer).toBe(false);
    await display.close();
  });

  it('offers to try again where it failed, and begins a new tree', async () => {
    const { display, terminal } = await openOnScreen();
    const started = (task: string, title: string): EngineEvent => ({ type: 'task', at, task, title, state: 'started' });
    for (const event of [started('onboard/applications', 'Applications'), started('onboard/applications/wordpress', 'WordPress'), failed('onboard/applications/wordpress', 'WordPress'), failed('onboard/applications', 'Applications')]) display.show(event);
    const answer = display.retry(failure);
    await terminal.shows('r retry');
    expect(terminal.screen().join('\n')).toMatch(/✖ WordPress.*\n\s+wordpress does not come up\s*\n\s+image cannot be pulled\s*\n\s+→ kubectl -n tenant-acme describe pods\s*\n\s+Log: \/var\/log\/run\.ndjson/);
    terminal.type('r');
    expect(await answer).toBe(true);
    display.show(started('onboard/preflight', 'Preflight'));
    await terminal.shows('Trying again');
    expect(terminal.screen().join('\n')).toMatch(/✖ WordPress +wordpress does not come up/);
    const second = display.retry(failure);
    await terminal.shows('q quit');
    terminal.type('q');
    expect(await second).toBe(false);
    await display.close();
  });

  it('says what a second Ctrl-C would break', async () => {
    const { display, terminal, interrupts } = await openOnScreen();
    display.show({ type: 'task', at, task: 'onboard/preflight', title: 'Preflight', state: 'started' });
    terminal.type(KEYS.interrupt);
    await terminal.shows('stopping: the running tools end cleanly');
    expect(interrupts.signal.aborted).toBe(true);
    display.show({ type: 'notice', at, level: 'warning', message: 'Still stopping.' });
    await terminal.shows('▲ Still stopping.');
    await display.close();
  });

  it('obeys a window that shrinks', async () => {
    const { display, terminal } = await openOnScreen(120, 40);
    for (const event of recordedCreate().slice(0, 45)) display.show(event);
    await terminal.shows('Platform');
    await terminal.resize(60, 15);
    await terminal.shows(/so far/);
    expect(terminal.bytes()).not.toContain('\u001b[3J');
    await display.close();
  });
});
