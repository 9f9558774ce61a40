import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newOperator, type Operator } from '../support/cli.js';
import { thePackage } from '../support/package.js';
import { closeSessions, operatorEnvironment, TerminalSession, terminalEnvironment } from '../support/terminal-session.js';

/** The output of a whole `create` as somebody hears it: line by line, in order, without anything that only eyes can see. */

let operator: Operator;
let main: string;
beforeAll(async () => {
  main = join(await thePackage(), 'dist/main.js');
  operator = await newOperator();
});
afterEach(closeSessions);
afterAll(() => operator.close());

 
const ESCAPES = /\u001b/;
const SPINNERS = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏|\\]$/m;

describe.each([
  ['with a screen reader', [], { INK_SCREEN_READER: 'true' }],
  ['plainly, without colour', ['--plain', '--no-color'], {}],
] as const)('a whole create %s', (_how, flags, env) => {
  it('reads as sentences in order, says each state in words, and ends with the URLs', async () => {
    const name = flags.length === 0 ? 'heard' : 'plain';
    const session = new TerminalSession([main, 'create', name, '--models', 'none', '--yes', '--sandbox', ...flags], terminalEnvironment({ ...operatorEnvironment(operator.env), NO_COLOR: '1', ...env }), { columns: 300, rows: 50 });
    expect(await session.ended).toBe(0);
    expect(session.bytes).not.toMatch(ESCAPES);
    const lines = session.text().split('\n').filter((line) => line !== '');
    expect(lines.join('\n')).not.toMatch(SPINNERS);
    // Nothing is written over: no line starts like a frame that was drawn again.
    expect(session.bytes.replaceAll('\r\n', '\n')).not.toContain('\r');
    const at = (words: RegExp): number => lines.findIndex((line) => words.test(line));
    const order = [/^ionos-tenants /, /SANDBOX/, /STARTED.*Preflight/, /COMPLETED.*Preflight/, /COMPLETED.*Infrastructure/, /COMPLETED.*Guard rails/, /STARTED.*Applications/, /COMPLETED.*Applications/, /COMPLETED.*Verify/, new RegExp(`${name} is ready`), /WordPress +http:/, /Open WebUI +http:/].map(at);
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    // Each task that was begun is said to have ended.
    for (const line of lines) {
      const begun = /STARTED\] ([^:]+)$/.exec(line)?.[1];
      if (begun !== undefined) expect(lines.slice(lines.indexOf(line) + 1).some((other) => /COMPLETED|SKIPPED|FAILED/.test(other) && other.includes(begun)), line).toBe(true);
    }
    // A mark never stands alone for a state: the words say it.
    for (const line of lines.filter((each) => /[✔✖▲●◌↻]/.test(each))) expect(line.replace(/[^A-Za-z]/g, '').length, line).toBeGreaterThan(8);
  });
});
