import { readdirSync, readFileSync } from 'node:fs';
import { CommanderError, type Command } from 'commander';
import { expect, it } from 'vitest';
import { buildProgram } from '../../src/cli/program.js';

const root = new URL('../../', import.meta.url);
const PAGES = ['README.md', 'charts/README.md', 'terraform/README.md', ...readdirSync(new URL('docs', root)).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];

/** How documents call the program, where it is called: followed by one space and a word, or by nothing. */
const CALL = /(?<![\w./-])(?:npx ionos-tenants|node dist\/main\.js|ionos-tenants)(?: (?=[\w<[-])|$)/;
/** What stands for a tenant. */
const TENANT = /^(?:acme|globex|<name>|\[name\])$/;

/** The program with every command doing nothing. */
const silent = (): Command => {
  const program = buildProgram(() => undefined);
  const quiet = (command: Command, isProgram: boolean): void => {
    command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    if (!isProgram && command.commands.length === 0) command.action(() => undefined);
    for (const each of command.commands) quiet(each, false);
  };
  quiet(program, true);
  return program;
};

const NAMES = new Set(silent().commands.flatMap((command) => [command.name(), ...command.aliases()]));

/** Words as a shell gives them to the program: up to a comment, a pipe or a redirection. */
const wordsOf = (line: string): string[] => (line.split(/ #| \||\)? > /)[0]?.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));

/** Command lines of a document: whole ones with the program's name, fenced or between back quotes; and those that prose names by a command. */
const commandLines = (page: string): { whole: string[]; named: string[] } => {
  const text = readFileSync(new URL(page, root), 'utf8');
  const fences = [...text.matchAll(/^\s*```\w*\n([\s\S]*?)^\s*```$/gm)].flatMap(([, block = '']) => block.replaceAll('\\\n', ' ').split('\n'));
  const quoted = [...text.replaceAll(/^\s*```\w*\n[\s\S]*?^\s*```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  const whole = [...fences, ...quoted].flatMap((line) => {
    const call = CALL.exec(line);
    return call === null ? [] : [line.slice(call.index + call[0].length)];
  });
  const named = quoted.filter((span) => {
    const [first = '', second] = span.split(' ');
    return second !== undefined && (NAMES.has(first) || (/^[a-z]+$/.test(first) && TENANT.test(second)));
  });
  return { whole: [...new Set(whole)], named: [...new Set(named)] };
};

/** Prose may leave out what everybody has to add: `platform adopt` touches no release. */
const INCOMPLETE = ['commander.missingArgument', 'commander.missingMandatoryOptionValue', 'commander.optionMissingArgument'];

/** Why the program would not take it; undefined where it does. What stands in a place (`<shell>`) is not judged. */
const complaint = async (line: string, passed: readonly string[] = []): Promise<string | undefined> => {
  const words = wordsOf(line);
  if (words[0] === 'help') return NAMES.has(words[1] ?? '') || words[1]?.startsWith('<') === true ? undefined : `no command ${words[1]}`;
  if (words.length === 0) return undefined;
  try {
    await silent().parseAsync(words, { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 || ['commander.invalidArgument', ...passed].includes(error.code) ? undefined : error.message;
  }
};

it.each(PAGES)('%s names only commands and flags that there are', async (page) => {
  const { whole, named } = commandLines(page);
  const judged = await Promise.all([...whole.map(async (line) => ({ line, why: await complaint(line) })), ...named.map(async (line) => ({ line, why: await complaint(line, INCOMPLETE) }))]);
  expect(judged.filter(({ why }) => why !== undefined)).toEqual([]);
});

it('finds the lines, and tells those that would be refused', async () => {
  const { whole, named } = commandLines('README.md');
  expect(whole).toEqual(expect.arrayContaining(['create acme --preset small --dry-run', 'whoami --json | tail -n 1', 'credentials acme --sandbox']));
  expect(named).toEqual(expect.arrayContaining(['platform adopt --kubeconfig <file>', 'create -f acme.yaml', 'update <name>']));
  expect(commandLines('docs/networking.md').whole).toContain('update acme -f tenant.yaml');
  for (const line of ['plan acme -f tenant.yaml', 'update acme --isolatoin namespace', 'platform remove', 'credentials', 'create acme globex']) {
    expect(await complaint(line, line === 'credentials' ? [] : INCOMPLETE), line).toBeTypeOf('string');
  }
});
