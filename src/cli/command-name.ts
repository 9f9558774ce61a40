import { basename } from 'node:path';

/** How this program was started, so that printed commands work as they are. */
export const commandName = (argv: readonly string[], env: Readonly<Record<string, string | undefined>>): string => {
  if (env.npm_lifecycle_event === 'npx' || env.npm_command === 'exec') return 'npx ionos-tenants';
  const script = argv[1] ?? 'ionos-tenants';
  return basename(script) === 'main.js' ? `node ${script.startsWith(`${process.cwd()}/`) ? script.slice(process.cwd().length + 1) : script}` : 'ionos-tenants';
};
