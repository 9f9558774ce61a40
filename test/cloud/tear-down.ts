import { orUndefined } from '../../src/cluster/client.js';
import { orGone } from '../../src/cluster/remaining.js';
import { processIsAlive, type ProcessMark } from '../../src/engine/living-process.js';
import { CommandFailed, type Commands } from './command.js';
import type { Notebook } from './notebook.js';
import { reachCloud, reachCluster } from './reach.js';
import { removeBucket, s3KeysOf } from './s3.js';
import { eventually, PROBE_NAMESPACE } from './suite.js';

/** What a killed run left working is asked to stop, and waited for: it would go on making what is being removed. */
const untilStopped = async (process_: ProcessMark | undefined, signal: AbortSignal): Promise<void> => {
  if (!process_ || !processIsAlive(process_)) return;
  process.kill(process_.pid, 'SIGINT');
  await eventually(() => Promise.resolve(processIsAlive(process_) ? undefined : true), { seconds: 15 * 60, signal, what: `process ${process_.pid} of the earlier run ends` });
};

/** A command that may find its work done already. */
const orDone = async (run: Promise<unknown>, done: string): Promise<void> => {
  try {
    await run;
  } catch (error) {
    if (!(error instanceof CommandFailed) || error.code !== done) throw error;
  }
};

const removeProbes = async (book: Notebook, env: NodeJS.ProcessEnv, state: string, signal: AbortSignal): Promise<void> => {
  const { bucket, platform, rehearsal } = book.notes;
  const keys = s3KeysOf(env);
  if (bucket !== undefined && keys) await removeBucket(keys, bucket);
  else if (bucket !== undefined) throw new Error(`the bucket ${bucket} stays: set IONOS_S3_ACCESS_KEY and IONOS_S3_SECRET_KEY`);
  const found = await reachCluster(await reachCloud(env, state, rehearsal), platform);
  if (!found) return;
  const { core } = found.cluster;
  if (!(await orUndefined(core.readNamespace({ name: PROBE_NAMESPACE })))) return;
  await orGone(core.deleteNamespace({ name: PROBE_NAMESPACE }));
  const gone = async (): Promise<true | undefined> => {
    const volumes = (await core.listPersistentVolume()).items.filter(({ spec }) => spec?.claimRef?.namespace === PROBE_NAMESPACE);
    return volumes.length === 0 && !(await orUndefined(core.readNamespace({ name: PROBE_NAMESPACE }))) ? true : undefined;
  };
  await eventually(gone, { seconds: 900, signal, what: `namespace ${PROBE_NAMESPACE} and its volumes are gone` });
};

export interface TearDown {
  book: Notebook;
  commands: Commands;
  env: NodeJS.ProcessEnv;
  state: string;
  signal: AbortSignal;
  say(line: string): void;
}

/**
 * Removes what the notebook says, whatever became of it. A step that fails does not keep the later ones from being tried; at the end
 * a failure is thrown and the notebook stays, for `--clean-up`.
 */
export const tearDown = async ({ book, commands, env, state, signal, say }: TearDown): Promise<void> => {
  const { platform, tenants } = book.notes;
  const flags = ['--platform', platform, '--yes'];
  /** True when it is done. The last failure counts: it is the one nearest to what stays. */
  let failure: unknown;
  const attempt = async (what: string, step: () => Promise<unknown>): Promise<boolean> => {
    say(`removing ${what}`);
    try {
      await step();
      return true;
    } catch (error) {
      say(`  failed: ${error instanceof Error ? error.message : String(error)}`);
      failure = error;
      return false;
    }
  };
  await untilStopped(book.notes.command, signal);
  const probesGone = await attempt('what the measurements made', () => removeProbes(book, env, state, signal));
  for (const tenant of tenants) await attempt(`tenant ${tenant}`, () => orDone(commands.run(['delete', tenant, ...flags], { minutes: 30, signal }), 'tenant-missing'));
  const platformGone = await attempt(`platform ${platform}`, () => orDone(commands.run(['platform', 'delete', ...flags], { minutes: 45, signal }), 'platform-missing'));
  // Tenants of a platform that never had working nodes cannot be asked for. That it is gone proves them gone: it looks for their addresses too.
  if (!probesGone || !platformGone) throw failure;
  await book.close();
};
