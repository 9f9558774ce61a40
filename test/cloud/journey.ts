import type { TenantResult } from '../../src/engine/events.js';
import { counted } from '../../src/tenant/text.js';
import type { Commands } from './command.js';
import { measureAll } from './measurements/index.js';
import type { Notebook } from './notebook.js';
import { runProbes, wentWrong, type Probe } from './probes.js';
import { reachCloud, reachCluster } from './reach.js';
import type { Figure } from './suite.js';

export interface Findings {
  probes: Probe[];
  figures: Figure[];
  /** Seconds that each command took. */
  seconds: Record<string, number>;
}

export interface Journey {
  book: Notebook;
  commands: Commands;
  env: NodeJS.ProcessEnv;
  state: string;
  signal: AbortSignal;
  location: string;
  findings: Findings;
  say(line: string): void;
}

/** Everything between the yes and the tear-down. Throws at the first thing that is not as it must be. */
export const travel = async (journey: Journey): Promise<void> => {
  const { book, commands, env, state, signal, findings, say } = journey;
  const { platform, rehearsal } = book.notes;
  const models = env['IONOS_MODEL_TOKEN'] && !rehearsal ? [] : ['--models', 'none'];
  const timed = async (title: string, args: string[], minutes: number): Promise<TenantResult | undefined> => {
    say(title);
    const started = Date.now();
    const result = await commands.run(args, { minutes, signal });
    findings.seconds[title] = Math.round((Date.now() - started) / 1000);
    return result.tenant;
  };
  const create = async (name: string): Promise<TenantResult> => {
    await book.write({ tenants: [...book.notes.tenants, name] });
    const admin = ['--wordpress-admin-email', 'nobody@example.com', '--openwebui-admin-email', 'nobody@example.com'];
    const tenant = await timed(`create ${name}`, ['create', name, '--platform', platform, '--platform-preset', 'starter', '--location', journey.location, '--preset', 'small', ...models, ...admin, '--yes'], 75);
    if (!tenant) throw new Error(`create ${name} told nothing of the tenant`);
    return tenant;
  };
  const tenants = { acme: await create('acme'), globex: await create('globex') };
  const api = await reachCloud(env, state, rehearsal);
  const reached = await reachCluster(api, platform);
  if (!reached) throw new Error('the platform has no cluster that is ACTIVE');
  const suite = { rehearsal, platform, env, api, cluster: reached.cluster, clusterId: reached.id, tenants, signal, noteBucket: (bucket: string) => book.write({ bucket }) };

  say('probing: who reaches what');
  findings.probes = await runProbes(suite);
  const wrong = findings.probes.filter(wentWrong);
  // The figures are wanted all the same: nobody pays for a second run to get them.
  findings.figures = await measureAll(suite, say);
  if (wrong.length > 0) throw new Error(`${counted(wrong.length, 'probe')} went wrong: ${wrong.map(({ from, to, must, detail }) => `${from} to ${to} must ${must}${detail === '' ? '' : ` (${detail})`}`).join('; ')}`);

  const updated = await timed('update acme', ['update', 'acme', '--platform', platform, '--display-name', 'Acme, updated', '--yes'], 30);
  if (updated?.ip !== tenants.acme.ip) throw new Error(`the update changed the address of acme: ${tenants.acme.ip} became ${updated?.ip}`);
  for (const name of Object.keys(tenants)) {
    await timed(`delete ${name}`, ['delete', name, '--platform', platform, '--yes'], 30);
    await book.write({ tenants: book.notes.tenants.filter((each) => each !== name) });
  }
};

