import { table } from './table.js';

/** What `tools` tells of one of them. */
interface Tool {
  name: string;
  version: string | null;
  path: string | null;
  source: 'path' | 'cache' | null;
  pinned: string;
  accepted: string;
  verified: boolean;
  refused: { path: string; version: string; why: string }[];
}

const FROM = { path: 'PATH', cache: 'our cache' } as const;

const row = ({ name, version, path, source, verified }: Tool): string[] =>
  path === null ? [name, '-', 'missing', '-', '-'] : [name, version ?? '', FROM[source ?? 'path'], verified ? 'when it was installed' : 'not by us', path];

/** What is missing, and what would be done about it. */
const missing = (tools: readonly Tool[]): string[] => tools.filter(({ path }) => path === null).map(({ name, pinned, accepted }) => `${name} has to be ${accepted}. The next command that needs it installs ${pinned}, or now:`);

/**
 *     TOOL       VERSION  FROM       VERIFIED               PATH
 *     terraform  1.11.4   PATH       not by us              /usr/local/bin/terraform
 *     helm       4.3.1    our cache  when it was installed  /home/anna/.cache/ionos-tenants/tools/helm/4.3.1/helm
 */
export const toolLines = ({ tools }: { tools: readonly Tool[] }): string[] => {
  const refused = tools.flatMap((tool) => tool.refused.map(({ path, version, why }) => `Not used: ${path}, version ${version}: ${why}.`));
  return ['', ...table(['TOOL', 'VERSION', 'FROM', 'VERIFIED', 'PATH'], tools.map(row)), '', ...refused, ...(tools.every(({ path }) => path !== null) ? ['The next command uses these.', ''] : missing(tools))];
};
