import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folders, openStage, SOURCE } from './stage.js';
import type { Stage } from './stage.js';

/** One place where a module decides something, decided wrongly: the module's own tests must notice. */
interface Mutant {
  file: string;
  title: string;
  /** The whole file with the change. */
  text: string;
}

/** What no test could notice, each with the reason. */
const GIVEN = 'only a provider that answers with another location than it was given breaks it, and a mocked one cannot';
const EQUIVALENT: Record<string, string> = {
  'modules/ip-address main.tf postcondition never fails: self.location == var.location': GIVEN,
  'modules/network main.tf postcondition never fails: self.location == var.location': GIVEN,
  'platform main.tf "try(var.storage.name, null) == var.audit_log_bucket" is always false': 'the name is the same either way; only the order differs in which bucket and cluster are made',
};

/** Where the condition of a `?` at this place begins: behind the last assignment or open bracket in front of it. */
const conditionStart = (line: string, question: number): number => {
  let depth = 0;
  for (let at = question - 1; at >= 0; at -= 1) {
    if (')]}'.includes(line[at] ?? '')) depth += 1;
    if ('([{'.includes(line[at] ?? '')) depth -= 1;
    if (depth < 0) return at + 1;
    if (depth === 0 && / = $/.test(line.slice(0, at + 1))) return at + 1;
  }
  return 0;
};

/** Every conditional decided always one way, every check of a result that always passes, every block for a list that is never written. */
const mutantsOf = (folder: string): Mutant[] =>
  readdirSync(join(SOURCE, folder)).filter((name) => name.endsWith('.tf') && name !== 'variables.tf').flatMap((file) => {
    const lines = readFileSync(join(SOURCE, folder, file), 'utf8').split('\n');
    let block = '';
    return lines.flatMap((line, index) => {
      block = /^\s*(postcondition|precondition|check|assert|dynamic)\b.*\{$/.exec(line)?.[1] ?? block;
      const mutant = (changed: string, title: string): Mutant => ({ file, title: `${file}:${index + 1} ${title}`, text: lines.with(index, changed).join('\n') });
      if (/^\s*#/.test(line)) return [];
      if (/^\s*condition\s+=/.test(line)) return [mutant(line.replace(/=\s*/, '= true || '), `${block} never fails: ${line.replace(/^.*?=\s*/, '')}`)];
      if (block === 'dynamic' && /^\s*for_each\s+=/.test(line)) {
        block = '';
        return [mutant(line.replace(/=.*$/, '= []'), `${line.trim()} is empty`)];
      }
      const question = line.indexOf(' ? ');
      if (question < 0) return [];
      const from = conditionStart(line, question);
      return ['true', 'false'].map((value) => mutant(`${line.slice(0, from)}${value}${line.slice(question)}`, `"${line.slice(from, question).trim()}" is always ${value}`));
    });
  });

/** All but those that only refuse inputs: they are many, and say nothing about branches. */
const testFiles = (folder: string): string[] =>
  readdirSync(join(SOURCE, folder, 'tests')).filter((name) => name !== 'validation.tftest.hcl').map((name) => `-filter=tests/${name}`);

const withoutLine = (title: string): string => title.replace(/:\d+ /, ' ');
const all = (await folders()).map((folder) => ({ folder, mutants: mutantsOf(folder) }));
const every = all.map(({ folder, mutants }) => ({ folder, mutants: mutants.filter(({ title }) => !(`${folder} ${withoutLine(title)}` in EQUIVALENT)) }));

it('finds the places where modules decide', () => {
  expect(every.flatMap(({ mutants }) => mutants).length).toBeGreaterThan(40);
  expect(all.flatMap(({ folder, mutants }) => mutants.map(({ title }) => `${folder} ${withoutLine(title)}`))).toEqual(expect.arrayContaining(Object.keys(EQUIVALENT)));
});

describe.each(every.filter(({ mutants }) => mutants.length > 0))('the tests of $folder notice when', ({ folder, mutants }) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
    const init = await stage.terraform(folder, 'init', '-backend=false', '-no-color');
    expect(init.exitCode, init.output).toBe(0);
  });
  afterAll(() => stage.close());

  it.each(mutants)('$title', async ({ file, text }) => {
    const right = await readFile(join(SOURCE, folder, file), 'utf8');
    await stage.write(`${folder}/${file}`, text);
    const { exitCode, output } = await stage.terraform(folder, 'test', '-no-color', ...testFiles(folder));
    await stage.write(`${folder}/${file}`, right);
    expect(exitCode, output).not.toBe(0);
  });
});
