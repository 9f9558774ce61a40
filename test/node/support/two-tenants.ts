import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { EngineEvent } from '../../../src/engine/events.js';
import { newOperator, type CliResult, type Operator } from '../../support/cli.js';
import { succeeded, type Success } from '../../support/outcome.js';
import { REPOSITORY } from '../../support/workspace.js';
import { addUser, logIn, type ChatUser } from './chat.js';
import { MODEL, MODEL_TOKEN, MODELS_URL, startModelServer, type Answer, type Asked, type ModelServer } from './model-server.js';
import { logInToSite, type SiteUser } from './site.js';
import { theNode, type TheNode } from './the-node.js';

export const TENANTS = ['acme', 'globex'] as const;
export type TenantName = (typeof TENANTS)[number];

/** How a tenant was created, kept for the files that did not create it. */
export interface Creation {
  /** When it began, and until the command ended. */
  startedAt: string;
  seconds: number;
  tenant: NonNullable<Success['tenant']>;
  events: EngineEvent[];
}

export interface Post {
  id: number;
  title: { rendered: string };
  content: { rendered: string };
  author: number;
  date_gmt: string;
  featured_media: number;
}

/** Who may do what in the chat is the same for all of them. */
const PASSWORD = 'Writes-in-the-chat-1';

export interface TwoTenants {
  node: TheNode;
  operator: Operator;
  /** The scripted model server of this test file, at the address that all files' servers have. */
  models: ModelServer;
  created: Readonly<Record<TenantName, Creation>>;
  /** URLs of both applications. */
  endpoints: Readonly<Record<TenantName, { wordpress: string; openwebui: string }>>;
  /** Runs the built command line on this platform, with `--json`. */
  run(...args: string[]): Promise<CliResult>;
  /** Runs `create` for this tenant with the answers that it was created with. */
  create(tenant: TenantName): Promise<CliResult>;
  /** A value of one of the tenant's Secrets. */
  secret(tenant: TenantName, name: string, key: string): Promise<string>;
  /** What the site shows everybody, through the gateway. */
  posts(tenant: TenantName): Promise<Post[]>;
  /** Logs in to the tenant's chat as its administrator. */
  admin(tenant: TenantName): Promise<ChatUser>;
  /** Logs in as an ordinary person of that name, who is added first where nobody has done so. */
  person(tenant: TenantName, name: string): Promise<ChatUser>;
  /** Logs in to the tenant's site as its administrator. */
  siteAdmin(tenant: TenantName): Promise<SiteUser>;
  /** Ends the model server. The tenants stay. */
  close(): Promise<void>;
}

const createArguments = (tenant: TenantName, tokenFile: string): string[] => [
  'create', tenant, '--yes', '--wordpress-admin-email', `web@${tenant}.example`, '--openwebui-admin-email', `chat@${tenant}.example`,
  '--models', MODEL, '--models-url', MODELS_URL, '--model-token-file', tokenFile,
];

/**
 * The platform and its two tenants, made once for a node by the built command line, with nothing bent but the images' contents: the
 * first file that asks creates them, the others find them. A tenant that is gone is created again, by this command line (path of its
 * main.js; ours by default). Every file brings its own script.
 */
export const openTwoTenants = async (script: (asked: Asked) => Answer, creator = join(REPOSITORY, 'dist/main.js')): Promise<TwoTenants> => {
  const node = theNode();
  const home = join(inject('node').folder, 'operator');
  await mkdir(home, { recursive: true });
  const [operator, models] = await Promise.all([newOperator({ home }), startModelServer(script)]);
  const tokenFile = join(home, 'model-token');
  const runBy = (main: string, ...args: string[]): Promise<CliResult> => operator.run([...args, '--platform', 'trial', '--json'], { main });
  const run: TwoTenants['run'] = (...args) => runBy(join(REPOSITORY, 'dist/main.js'), ...args);
  const create: TwoTenants['create'] = (tenant) => run(...createArguments(tenant, tokenFile));

  const isThere = async (tenant: TenantName): Promise<boolean> => (await node.call('GET', `/api/v1/namespaces/tenant-${tenant}`)).status === 200;
  const creationOf = async (tenant: TenantName): Promise<Creation> => {
    const file = join(home, `${tenant}.json`);
    const known = await readFile(file, 'utf8').catch(() => undefined);
    if (known !== undefined && (await isThere(tenant))) return JSON.parse(known) as Creation;
    const started = new Date();
    const made = await runBy(creator, ...createArguments(tenant, tokenFile));
    const { tenant: found } = succeeded(made);
    if (!found) throw new Error(`the result of create ${tenant} names no tenant`);
    const creation: Creation = { startedAt: started.toISOString(), seconds: (Date.now() - started.getTime()) / 1000, tenant: found, events: made.events };
    await writeFile(file, JSON.stringify(creation));
    return creation;
  };
  try {
    if (!(await isThere('acme'))) {
      await writeFile(tokenFile, MODEL_TOKEN, { mode: 0o600 });
      succeeded(await runBy(creator, 'platform', 'adopt', '--kubeconfig', node.kubeconfigPath, '--address', 'load-balancer'));
    }
    // One after the other, so that the seconds are those of one.
    const created = { acme: await creationOf('acme'), globex: await creationOf('globex') };
    const endpointsOf = ({ tenant: { endpoints } }: Creation): { wordpress: string; openwebui: string } => ({ wordpress: endpoints.wordpress ?? '', openwebui: endpoints.openwebui ?? '' });
    const endpoints = { acme: endpointsOf(created.acme), globex: endpointsOf(created.globex) };
    const secret: TwoTenants['secret'] = async (tenant, name, key) =>
      Buffer.from(((await node.call('GET', `/api/v1/namespaces/tenant-${tenant}/secrets/${name}`)).body as { data: Record<string, string> }).data[key] ?? '', 'base64').toString();
    const admin: TwoTenants['admin'] = async (tenant) => logIn(endpoints[tenant].openwebui, `chat@${tenant}.example`, await secret(tenant, 'openwebui', 'admin-password'));
    return {
      node, operator, models, created, endpoints, run, create, secret, admin,
      posts: async (tenant) => (await (await fetch(`${endpoints[tenant].wordpress}/wp-json/wp/v2/posts?per_page=100`)).json()) as Post[],
      siteAdmin: async (tenant) => logInToSite(endpoints[tenant].wordpress, 'admin', await secret(tenant, 'wordpress', 'admin-password')),
      async person(tenant, name) {
        const email = `${name.toLowerCase()}@${tenant}.example`;
        const logInAgain = (): Promise<ChatUser> => logIn(endpoints[tenant].openwebui, email, PASSWORD);
        return logInAgain().catch(async () => {
          await addUser(await admin(tenant), { name, email, password: PASSWORD });
          return logInAgain();
        });
      },
      close: () => models.close(),
    };
  } catch (error) {
    await models.close();
    throw error;
  }
};
