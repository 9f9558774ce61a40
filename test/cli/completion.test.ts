import { spawn } from '@lydell/node-pty';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it, onTestFinished } from 'vitest';
import { completionScript, type Shell } from '../../src/cli/completion/completion.js';
import { placesOf } from '../../src/cli/completion/words.js';
import { buildProgram } from '../../src/cli/program.js';
import { temporaryFolder } from '../support/folder.js';

const program = buildProgram(() => undefined);
const has = (shell: string): boolean => {
  try {
    execFileSync(shell, ['-c', 'true']);
    return true;
  } catch {
    return false;
  }
};

/** The script in a folder in which `acme.yaml` and `acme notes.yaml` lie. */
const place = async (shell: Shell): Promise<{ folder: string; script: string }> => {
  const folder = await temporaryFolder();
  const script = join(folder, `completion.${shell}`);
  await writeFile(script, completionScript(program, shell));
  await mkdir(join(folder, 'files'));
  for (const name of ['acme.yaml', 'acme notes.yaml']) await writeFile(join(folder, 'files', name), '');
  return { folder: join(folder, 'files'), script };
};

/** What each shell offers after some words, the last of which is being typed. As its own completion would be asked. */
const OFFERS: Record<'bash' | 'fish', (script: string, folder: string, words: string[]) => string[]> = {
  bash: (script, cwd, words) => {
    const line = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ionos_tenants; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['--norc', '-c', line, 'bash', script, 'ionos-tenants', ...words], { cwd, encoding: 'utf8' }).split('\n').filter((each) => each !== '');
  },
  fish: (script, cwd, words) =>
    execFileSync('fish', ['--no-config', '-c', `source $argv[1]; complete -C $argv[2]`, script, ['ionos-tenants', ...words].join(' ')], { cwd, encoding: 'utf8', env: { ...process.env, HOME: cwd } })
      .split('\n')
      .filter((each) => each !== '')
      .map((each) => each.split('\t')[0] ?? ''),
};

const CASES: { typed: string; words: string[]; offered: string[] }[] = [
  { typed: 'a command', words: ['cre'], offered: ['create', 'credentials'] },
  { typed: 'a command of a command', words: ['platform', 'a'], offered: ['adopt'] },
  { typed: 'a flag', words: ['create', '--pre'], offered: ['--preset'] },
  { typed: 'a flag behind arguments and other flags', words: ['create', 'acme', '--preset', 'small', '--isol'], offered: ['--isolation'] },
  { typed: 'a preset', words: ['create', '--preset', ''], offered: ['small', 'medium', 'large'] },
  { typed: 'an isolation level', words: ['update', 'acme', '--isolation', 'n'], offered: ['namespace', 'node-pool'] },
  { typed: 'a fault', words: ['sandbox', 'fault', '42'], offered: ['422', '423', '429'] },
  { typed: 'a fault of a run', words: ['create', '--sandbox', '--fault', 'image'], offered: ['image-pull'] },
  { typed: 'a shell', words: ['completion', 'z'], offered: ['zsh'] },
  { typed: 'a flag of a command by its other name', words: ['ls', '--pl'], offered: ['--platform', '--plain'] },
  { typed: 'a tenant file', words: ['create', '-f', 'acme'], offered: ['acme.yaml', 'acme notes.yaml'] },
  { typed: 'the name of a tenant, which only its platform knows', words: ['delete', ''], offered: [] },
  { typed: 'a text', words: ['create', '--display-name', ''], offered: [] },
];

describe('bash', () => {
  it.each(CASES)('completes $typed', async ({ words, offered }) => {
    const { script, folder } = await place('bash');
    expect(OFFERS.bash(script, folder, words).sort()).toEqual([...offered].sort());
  });

  it('completes the value of a flag with an equals sign, which it takes apart', async () => {
    const { script, folder } = await place('bash');
    expect(OFFERS.bash(script, folder, ['create', '--preset', '=', 'sm'])).toEqual(['small']);
    expect(OFFERS.bash(script, folder, ['create', '--preset', '='])).toEqual(['small', 'medium', 'large']);
  });

  it('uses it for the program after it was sourced', async () => {
    const { script } = await place('bash');
    expect(execFileSync('bash', ['--norc', '-c', `source "$1"; complete -p ionos-tenants`, 'bash', script], { encoding: 'utf8' })).toBe('complete -F _ionos_tenants ionos-tenants\n');
  });
});

describe.skipIf(!has('fish'))('fish', () => {
  it.each(CASES)('completes $typed', async ({ words, offered }) => {
    const { script, folder } = await place('fish');
    // fish quotes a file's name itself.
    expect(OFFERS.fish(script, folder, words).map((each) => each.replaceAll('\\ ', ' ')).sort()).toEqual([...offered].sort());
  });
});

describe.skipIf(!has('zsh'))('zsh', () => {
  /** What stands on the line after Tab was pressed. */
  const after = async (typed: string, shows: string): Promise<void> => {
    const { script, folder } = await place('zsh');
    const zsh = spawn('zsh', ['-f', '-i'], { name: 'dumb', cols: 200, rows: 40, cwd: folder, env: { ...process.env, HOME: folder, PS1: '> ', TERM: 'dumb' } });
    onTestFinished(() => zsh.kill());
    let screen = '';
    const shown = (text: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (screen.includes(text)) resolve();
        };
        zsh.onData(look);
        look();
      });
    zsh.onData((data) => {
      screen += data;
    });
    zsh.write(`autoload -Uz compinit; compinit -u -D; source ${script}; print is "ready"\r`);
    await shown('is ready');
    zsh.write(`ionos-tenants ${typed}\t`);
    await shown(shows);
  };

  it.each([
    ['stat', 'ionos-tenants status '],
    ['platform ad', 'ionos-tenants platform adopt '],
    ['create --pres', 'ionos-tenants create --preset '],
    ['create --preset=me', 'ionos-tenants create --preset=medium '],
    ['ls --json --platf', 'ionos-tenants ls --json --platform '],
    ['sandbox fault image', 'ionos-tenants sandbox fault image-pull '],
    ['create -f acme.', 'ionos-tenants create -f acme.yaml '],
    ['create --preset ', 'large   medium  small'],
  ])('completes %j', after);
});

describe('every shell', () => {
  const everything = (command: Command): Command[] => [command, ...command.commands.flatMap(everything)];

  it.each<Shell>(['bash', 'zsh', 'fish'])('is given every command, every flag and every known value (%s)', (shell) => {
    const script = completionScript(program, shell);
    const spelled = (flag: string): string => (shell === 'fish' ? `-l ${flag.slice(2)} ` : flag);
    for (const { path, flags, commands } of placesOf(program)) {
      for (const { name } of commands) expect(script).toMatch(new RegExp(`\\b${name}\\b`));
      for (const flag of flags) {
        expect(script, path.join(' ')).toContain(spelled(flag.names[0] ?? ''));
        if (flag.value.kind === 'words') for (const word of flag.value.words) expect(script).toMatch(new RegExp(`[ ']${word}[ ']`));
      }
    }
  });

  it('is given all commands but hidden ones', () => {
    const listed = placesOf(program).map(({ path }) => path.join(' '));
    const all = everything(program).map((command) => {
      const names: string[] = [];
      for (let each: Command | null = command; each?.parent; each = each.parent) names.unshift(each.name());
      return names.join(' ');
    });
    expect(all.filter((name) => !listed.includes(name))).toEqual(['sandbox serve']);
  });
});
