// Runs one step after the other and stops at the first that fails. Ends with a table of what ran, how long and how many tests.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** One line of the table. `passed` and `failed` are there where tests were counted. */
const line = ({ title, ok, seconds, passed, failed }) =>
  `${ok ? 'ok    ' : 'FAILED'} ${title.padEnd(34)} ${seconds.toFixed(1).padStart(7)} s${passed === undefined ? '' : `  ${String(passed).padStart(5)} passed${failed > 0 ? `, ${failed} failed` : ''}`}`;

export const table = (results) => results.map(line).join('\n');

/**
 * A step is `[title, command, arguments]`. Where the command is vitest, its tests are counted. With CI_RESULTS in the environment, each
 * result is also appended to that file, as JSON. Returns the results.
 */
export const runSteps = (steps) => {
  const results = [];
  const folder = mkdtempSync(join(tmpdir(), 'steps-'));
  for (const [title, command, args] of steps) {
    console.log(`\n== ${title}: ${command} ${args.join(' ')}`);
    const report = args.includes('vitest') ? join(folder, 'tests.json') : undefined;
    const started = Date.now();
    const { status } = spawnSync(command, [...args, ...(report ? ['--reporter=default', '--reporter=json', '--reporter=./test/probes/reporter.ts', `--outputFile.json=${report}`] : [])], { cwd: root, stdio: 'inherit', env: { ...process.env, npm_config_loglevel: 'error' } });
    const result = { title, ok: status === 0, seconds: (Date.now() - started) / 1000, ...(report ? countsOf(report) : {}) };
    results.push(result);
    if (process.env.CI_RESULTS) appendFileSync(process.env.CI_RESULTS, `${JSON.stringify(result)}\n`);
    if (!result.ok) break;
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(`\n${table(results)}`);
  return results;
};

/** What vitest counted. A file that could not even be loaded has no tests, but it is a failure. */
const countsOf = (report) => {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests + testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length };
  } catch {
    return { passed: 0, failed: 1 };
  }
};
