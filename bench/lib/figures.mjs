// What every benchmark shares: medians of interleaved runs, and a small markdown table with the command that made it.
import { cpus, loadavg, totalmem } from 'node:os';

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/**
 * Runs each measurement `rounds` times, in turns and each turn in the other direction, so that what else the machine does meets all alike.
 * `measurements` maps a name to an async function that returns a number; the result maps the name to all of its numbers.
 */
export const interleave = async (measurements, rounds) => {
  const names = Object.keys(measurements);
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) results[name].push(await measurements[name]());
  }
  return results;
};

export const seconds = (ms) => (ms / 1000).toFixed(ms < 1000 ? 3 : 2);
export const spread = (values) => `${seconds(Math.min(...values))}–${seconds(Math.max(...values))}`;

const machine = () => `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)} at the end`;

/** Prints a table under the command that makes it again. */
export const report = (command, heads, rows, notes = []) => {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const text = [`\`${command}\` on ${machine()}`, '', line(heads), line(heads.map(() => '---')), ...rows.map(line), ...(notes.length > 0 ? [''] : []), ...notes.map((note) => `- ${note}`), ''];
  process.stdout.write(`${text.join('\n')}\n`);
};

/** The value after `name` on the command line, or `fallback`. */
export const option = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at === -1 ? fallback : process.argv[at + 1];
};
