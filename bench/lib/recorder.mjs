// Puts recording copies of tools in front of PATH: each call leaves a folder with its arguments, the names of its variables,
// and copies of the files of values that it was given, which may be gone a moment later.
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const wrapper = (tool, path, folder) => `#!/bin/sh
call=$(mktemp -d '${folder}/'"$(date +%s%N)"'-XXXXXX')
printf '%s' '${tool}' > "$call/tool"
printf '%s' "$PWD" > "$call/cwd"
for argument in "$@"; do printf '%s\\0' "$argument"; done > "$call/arguments"
env | sed -n 's/^\\([A-Za-z_][A-Za-z_0-9]*\\)=.*/\\1/p' > "$call/variables"
for argument in "$@"; do
  case $argument in --values=* | -var-file=*) cp "\${argument#*=}" "$call/values" ;; esac
done
exec '${path}' "$@"
`;

/** Makes `<folder>/bin` with a recording copy of each tool (`tools` maps names to paths). */
export const installRecorder = async (folder, tools) => {
  const bin = join(folder, 'bin');
  const calls = join(folder, 'calls');
  await mkdir(bin, { recursive: true });
  await mkdir(calls, { recursive: true });
  for (const [name, path] of Object.entries(tools)) {
    await writeFile(join(bin, name), wrapper(name, path, calls));
    await chmod(join(bin, name), 0o755);
  }
  return {
    bin,
    /** All calls in the order in which they began. */
    async read() {
      const names = (await readdir(calls)).sort();
      return Promise.all(
        names.map(async (name) => {
          const text = (file) => readFile(join(calls, name, file), 'utf8');
          const values = await text('values').catch(() => undefined);
          return {
            tool: await text('tool'),
            cwd: await text('cwd'),
            arguments: (await text('arguments')).split('\0').slice(0, -1),
            variables: (await text('variables')).trim().split('\n'),
            values,
          };
        }),
      );
    },
  };
};

/** Commands that only ask a tool for its version: no operator types them, and they are never counted. */
export const isWork = (call) => call.arguments[0] !== 'version';

/** A call without what differs from run to run: folders and file names, and the order of flags. Flags, names and settings stay. */
export const essence = (call) => {
  const words = call.arguments.map((argument) => {
    if (argument.startsWith('/')) return /\/charts\/[^/]+$/.test(argument) ? `charts/${basename(argument)}` : '<file>';
    return argument.replace(/=\/.*$/, '=<file>').replace(/(ionos-tenants\.io\/digest=).*/, '$1<digest>');
  });
  const isFlag = (word) => word.startsWith('-');
  return [call.tool, ...words.filter((word) => !isFlag(word)), ...words.filter(isFlag).sort()].join(' ');
};

/** Variables that a tool listens to; those of the shell around it, and those of other tools, are left out. */
export const settings = (call) => call.variables.filter((name) => LISTENS_TO[call.tool].test(name)).sort();

const LISTENS_TO = { terraform: /^(IONOS_(?!TENANTS)|TF_|KUBE|CHECKPOINT)/, helm: /^(KUBE|HELM_)/ };
