import { describe, expect, it } from 'vitest';
import { runDashboard } from '../../src/displays/ink/dashboard/run-dashboard.js';
import { DASHBOARD_KEYS } from '../../src/displays/ink/keys.js';
import { worstFirst } from '../../src/engine/fleet-view.js';
import { createInterrupts } from '../../src/engine/interrupts.js';
import { fakeSource, makeDetail, makeTenant, makeView, manyTenants, NOW, type FakeSource } from '../support/fleet.js';
import { KEYS, openVirtualTerminal, type VirtualTerminal } from './support/virtual-terminal.js';

const fleet = makeView(worstFirst(manyTenants()));

interface Open {
  terminal: VirtualTerminal;
  source: FakeSource;
  interrupts: ReturnType<typeof createInterrupts>;
  left: Promise<void>;
}

const openDashboard = async (columns = 80, rows = 24, view = fleet, options: { tenant?: string } = {}): Promise<Open> => {
  const terminal = openVirtualTerminal(columns, rows);
  terminal.stdout.write('what was there before\r\n');
  const source = fakeSource(view);
  const interrupts = createInterrupts();
  const left = runDashboard({ source, interrupts, color: true, sandbox: true, terminal, now: () => NOW, ...(options.tenant === undefined ? {} : { tenant: options.tenant }) });
  await terminal.shows('ionos-tenants  main');
  return { terminal, source, interrupts, left };
};

describe('the dashboard', () => {
  for (const [columns, rows] of [[60, 15], [80, 24], [120, 40]] as const) {
    it(`draws 300 tenants at ${columns}×${rows} on a screen of its own, and leaves a summary on the one before`, async () => {
      const { terminal, left } = await openDashboard(columns, rows);
      await terminal.shows('✖ failed');
      const screen = terminal.screen();
      expect(screen.filter((line) => line !== '').length).toBeLessThanOrEqual(rows - 1);
      expect(screen.at(-1)).toBe('');
      expect(screen.at(-2)).toMatch(/q quit$/);
      terminal.type('q');
      await left;
      await terminal.shows('Platform main: 300 tenants, 1 failed, 1 degraded, 298 ready');
      expect(terminal.text()).toContain('what was there before');
      expect(terminal.text()).toContain('t17: failed, wordpress-6f9c-x1: crash loop');
      expect(terminal.bytes()).not.toContain('\u001b[3J');
      expect(terminal.isRaw()).toBe(false);
    });
  }

  it('goes to a tenant, into a log and back', async () => {
    const { terminal, source, left } = await openDashboard();
    terminal.type(KEYS.enter);
    await terminal.shows('main · t17');
    expect(source.focused.at(-1)).toBe('t17');
    source.publish({ ...fleet, detail: makeDetail('t17') });
    await terminal.shows('EVENTS   claims   operations');
    terminal.type('\t');
    await terminal.shows('ionos-enterprise-ssd');
    terminal.type('l');
    await terminal.shows('following');
    const [log] = source.logs;
    expect(log).toMatchObject({ name: 'wordpress-6f9c-x1', container: 'wordpress', previous: false });
    log?.onLine('PHP Fatal error \u001b[31mred');
    await terminal.shows('PHP Fatal error red');
    terminal.type('c');
    await terminal.shows('wordpress-6f9c-x1  cron');
    expect(log?.signal.aborted).toBe(true);
    source.logs[1]?.end();
    await terminal.shows('the log has ended');
    terminal.type('p');
    await terminal.shows('cron, before its last restart');
    expect(source.logs[2]).toMatchObject({ container: 'cron', previous: true });
    terminal.type('q');
    await terminal.shows('ionos-enterprise-ssd');
    terminal.type('d');
    await terminal.shows('ended with 137 (OOMKilled)');
    terminal.type('q');
    await terminal.shows('ionos-enterprise-ssd');
    terminal.type('q');
    await terminal.shows('300 tenants');
    expect(source.focused.at(-1)).toBeUndefined();
    terminal.type('q');
    await left;
  });

  it('opens with a tenant that was asked for', async () => {
    const { terminal, source, left } = await openDashboard(80, 24, makeView([makeTenant('acme')]), { tenant: 'acme' });
    await terminal.shows('main · acme · small · namespace');
    expect(source.focused).toEqual(['acme']);
    terminal.type(KEYS.interrupt);
    await left;
  });

  it('filters 300 tenants while one types', async () => {
    const { terminal, left } = await openDashboard();
    terminal.type('/');
    await terminal.shows('Enter filter');
    terminal.type('t203');
    await terminal.shows('No tenant fits the filter.');
    terminal.type(KEYS.ctrlU);
    terminal.type('degraded');
    await terminal.shows('1 of 300 tenants');
    terminal.type(KEYS.enter);
    await terminal.shows('q quit');
    terminal.type('q');
    await left;
  });

  it('shows every key with ?', async () => {
    const { terminal, left } = await openDashboard();
    terminal.type('?');
    await terminal.shows('leave at once');
    for (const { key } of Object.values(DASHBOARD_KEYS)) expect(terminal.text()).toContain(key);
    expect(terminal.text()).toContain('^C');
    terminal.type('x');
    await terminal.shows('300 tenants');
    terminal.type('q');
    await left;
  });

  it('follows the size of the window, down to a notice and back', async () => {
    const { terminal, left } = await openDashboard(120, 40);
    await terminal.resize(50, 12);
    await terminal.shows('this window has 50 and 12');
    await terminal.resize(80, 24);
    await terminal.shows('QUOTA');
    expect(terminal.screen().filter((line) => line.startsWith(' ionos-tenants'))).toHaveLength(1);
    expect(terminal.screen().at(-2)).toMatch(/q quit$/);
    terminal.type('q');
    await left;
  });

  it('says that it is reading until there is something, then shows it without a key', async () => {
    const { terminal, source, left } = await openDashboard(80, 24, makeView([], { connecting: true }));
    await terminal.shows('Reading the platform');
    source.publish(makeView([makeTenant('acme', { health: 'busy', phase: 'onboarding', operation: { holder: 'op@host pid 7', operation: 'create', since: new Date(NOW - 5000).toISOString() }, reason: 'create by op@host pid 7' })]));
    await terminal.shows('● onboarding');
    await terminal.shows('create by op@host pid 7 (5 s)');
    terminal.type('q');
    await left;
  });

  it('goes on with a log whose container was started again, without showing a line twice', async () => {
    const { terminal, source, left } = await openDashboard(80, 24, { ...fleet, detail: makeDetail('t17') }, { tenant: 't17' });
    await terminal.shows('EVENTS   claims');
    terminal.type('l');
    await terminal.shows('following');
    source.logs[0]?.onLine('the first life', '2026-11-23T12:00:00.000000001Z');
    source.logs[0]?.end();
    await terminal.shows('the log has ended');
    await expect.poll(() => source.logs.length, { timeout: 10_000 }).toBe(2);
    source.logs[1]?.onLine('the first life', '2026-11-23T12:00:00.000000001Z');
    source.logs[1]?.onLine('the second life', '2026-11-23T12:00:02.000000001Z');
    await terminal.shows('the second life');
    expect(terminal.screen().filter((line) => line.includes('the first life'))).toHaveLength(1);
    terminal.type(KEYS.interrupt);
    await left;
  });

  it('writes only the rows that changed', async () => {
    const { terminal, source, left } = await openDashboard(120, 40);
    await terminal.shows('✖ failed');
    const before = terminal.bytes().length;
    const [first, ...rest] = fleet.tenants;
    source.publish({ ...fleet, tenants: [{ ...first!, pods: { ready: 2, total: 4, restarts: 8 } }, ...rest] });
    await terminal.shows('2/4');
    // The tenant's row and the totals, of 38 rows.
    expect(terminal.bytes().length - before).toBeLessThan(800);
    terminal.type('q');
    await left;
  });

  it('takes keys that come in one piece one by one', async () => {
    const { terminal, left } = await openDashboard();
    await terminal.shows('1/300');
    terminal.type('jjj');
    await terminal.shows('4/300');
    terminal.type('q');
    await left;
  });

  it('gives the screen back when it is told to stop from outside', async () => {
    const { terminal, interrupts, left } = await openDashboard();
    interrupts.press();
    await left;
    expect(terminal.bytes().lastIndexOf('\u001b[?1049l')).toBeGreaterThan(terminal.bytes().lastIndexOf('\u001b[?1049h'));
    expect(terminal.bytes().lastIndexOf('\u001b[?25h')).toBeGreaterThan(terminal.bytes().lastIndexOf('\u001b[?25l'));
    expect(terminal.isRaw()).toBe(false);
  });

  it('gives the screen back and says why when the source ends', async () => {
    const terminal = openVirtualTerminal(80, 24);
    const source = fakeSource(fleet);
    let end: (error: Error) => void = () => undefined;
    const ended = new Promise<void>((_resolve, reject) => {
      end = reject;
    });
    const left = runDashboard({ source: { ...source, ended }, interrupts: createInterrupts(), color: true, sandbox: false, terminal, now: () => NOW });
    const outcome = expect(left).rejects.toThrow('rights were taken away');
    await terminal.shows('300 tenants');
    end(new Error('rights were taken away'));
    await outcome;
    expect(terminal.bytes().endsWith('\u001b[?1049l')).toBe(true);
  });
});
