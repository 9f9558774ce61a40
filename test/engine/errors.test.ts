import { describe, expect, it } from 'vitest';
import { exitCodeOf, ExitCode, InstallerError, toFailure, usageError } from '../../src/engine/errors.js';
import { CancelledError } from '../../src/engine/interrupts.js';
import { SpecProblem } from '../../src/tenant/problem.js';

const foreseen = { code: 'busy', what: 'another operation works on acme', why: 'anna@laptop', next: ['Wait.'] };

describe('what is thrown, as an exit code', () => {
  it.each([
    ['a foreseen failure', new InstallerError(foreseen), 1],
    ['wrong use', usageError(foreseen), 2],
    ['input that the domain refuses', new SpecProblem({ code: 'name-malformed', what: 'x', why: 'y' }), 2],
    ['refused credentials', new InstallerError({ ...foreseen, exitCode: ExitCode.credentials }), 4],
    ['Ctrl-C', new CancelledError(), 130],
    ['a defect of ours', new TypeError('x is undefined'), 1],
    ['something that is no error', 'text', 1],
  ])('%s is %i', (_what, thrown, code) => {
    expect(exitCodeOf(thrown)).toBe(code);
  });
});

describe('what is thrown, as an operator reads it', () => {
  it('tells what, why, what to do next, and where the log is', () => {
    expect(toFailure(new InstallerError(foreseen), '/logs/run.ndjson')).toEqual({ ...foreseen, log: '/logs/run.ndjson' });
  });

  it('leaves out what there is not', () => {
    expect(toFailure(new InstallerError({ code: 'x', what: 'it broke' }))).toEqual({ code: 'x', what: 'it broke', next: [] });
  });

  it('keeps the line of a file that the domain refuses', () => {
    expect(toFailure(new SpecProblem({ code: 'file-invalid', what: 'acme.yaml:3 is wrong', why: 'unknown key', next: ['Mend it.'] }))).toMatchObject({ code: 'file-invalid', what: 'acme.yaml:3 is wrong', next: ['Mend it.'] });
  });

  it('calls a defect a defect, with its message and never a stack', () => {
    const failure = toFailure(new TypeError('x is undefined'));
    expect(failure).toMatchObject({ code: 'internal', why: 'x is undefined' });
    expect(JSON.stringify(failure)).not.toMatch(/\bat .*:\d+:\d+/);
    expect(failure.next.join(' ')).toContain('--verbose');
  });

  it('says after Ctrl-C how to go on', () => {
    expect(toFailure(new CancelledError())).toMatchObject({ code: 'cancelled', next: [expect.stringContaining('same command again')] });
  });
});
