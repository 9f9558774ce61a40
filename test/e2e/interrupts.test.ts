import { readdir } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventIs, noticesOf, survive, toolAtWork, type Moment, type Point, type Scene } from '../support/interruption.js';
import { HELM_AT_WORK, onNothing, onPlatform, PLATFORM_AT_WORK, platformWithNeighbour, TERRAFORM_AT_WORK, title } from '../support/interrupt-scenes.js';
import { leftovers } from '../support/end-state.js';
import { clusterOf, cloudOf, eventually, newOperator, snapshotOf, type CliResult, type CliRun, type Operator } from '../support/cli.js';

// Some of each kind; `npm run test:interrupts` makes all of them.

const create = (name: string): string[] => ['create', name, '--yes', '--sandbox', '--json'];
/** Fast, but slow enough that terraform waits for what it makes, and pods come up one after the other. */
const SPEED = 8;

const at = (task: RegExp, state = 'started'): Moment => ({ name: `${task.source} ${state}`, event: eventIs(task, state) });
const podsComeUp: Moment = { name: 'pods coming up', event: (event) => event.type === 'pod' && event.pod.app === 'openwebui' };
const titled = (points: Point[]): [string, Point][] => points.map((point) => [title(point), point]);
const named = (moments: Moment[], name: string): Moment => {
  const found = moments.find((moment) => moment.name === name);
  if (!found) throw new Error(`there is no moment ${name}`);
  return found;
};

/** Nothing has been changed, and the result says what to do. */
const cancelled = async (run: CliRun): Promise<CliResult> => {
  const ended = await run.finished;
  expect(ended.exitCode).toBe(130);
  expect(ended.result).toMatchObject({ ok: false, exitCode: 130, error: { code: 'cancelled', next: [expect.stringContaining('same command again') as string] } });
  return ended;
};

describe('create on a platform with another tenant', () => {
  let neighbour: Operator;
  let scene: Scene;
  beforeAll(async () => {
    neighbour = await platformWithNeighbour();
    scene = (await onPlatform(neighbour)).scene;
  });
  afterAll(() => neighbour.close());

  it.each(
    titled([
      { way: 'SIGINT twice', moment: podsComeUp, speed: SPEED },
      { way: 'SIGTERM', moment: at(/guard-rails$/, 'done'), speed: 0 },
      { way: 'SIGHUP', moment: at(/applications$/), speed: 0 },
      { way: 'both', moment: named(TERRAFORM_AT_WORK, 'terraform apply, which has made the address'), speed: SPEED },
      { way: 'tool', moment: named(HELM_AT_WORK, 'helm on openwebui, which is pending'), speed: 0 },
      { way: 'SIGKILL, repeated at once', moment: named(HELM_AT_WORK, 'helm on wordpress, which is pending'), speed: 0 },
    ]),
  )('survives %s', async (_title, point) => {
    await survive(scene, point);
  });

  describe('two of them on one tenant', () => {
    let operator: Operator;
    beforeAll(async () => {
      operator = await newOperator({ from: neighbour });
      await operator.serve();
    });
    afterAll(() => operator.close());

    it('one works, the other says who, since when and from where, and changes nothing', async () => {
      const first = await operator.start(create('acme'));
      await first.until(eventIs(/connect$/, 'started'));
      // Held still, so that every change would be the other's.
      first.child.kill('SIGSTOP');
      const cluster = await clusterOf(operator);
      const [before, cloud] = [await snapshotOf(cluster), await cloudOf(operator)];
      const second = await operator.run(create('acme'));
      expect([await snapshotOf(cluster), await cloudOf(operator)]).toEqual([before, cloud]);
      expect(second.exitCode).toBe(1);
      expect(second.result).toMatchObject({ ok: false, error: { code: 'busy', what: 'another operation works on acme', next: [expect.stringContaining('same command again') as string, expect.any(String) as string] } });
      const why = second.result.ok ? '' : second.result.error.why;
      expect(why).toMatch(new RegExp(`^${userInfo().username}@${hostname()} pid ${first.child.pid} create, since 2\\d{3}-\\d\\d-\\d\\dT`));
      first.child.kill('SIGCONT');
      expect((await first.finished).result).toMatchObject({ ok: true, changed: true });
    });

    it('a third press leaves at once, and takes the kubeconfig along', async () => {
      const run = await operator.start(create('initech'));
      // A helm that does not end: there is something to be waited for.
      const helm = await eventually(() => toolAtWork(operator, 'tenant-initech.gateway'));
      process.kill(helm.pid, 'SIGSTOP');
      const kubeconfigs = async (): Promise<string[]> => (await leftovers(operator)).filter((file) => file.endsWith('/kubeconfig'));
      expect(await kubeconfigs()).toHaveLength(1);
      for (const said of ['Interrupted', 'Still stopping']) {
        run.child.kill('SIGINT');
        await run.until((event) => event.type === 'notice' && event.message.startsWith(said));
        await new Promise((resolve) => setTimeout(resolve, 310));
      }
      run.child.kill('SIGINT');
      expect((await run.finished).exitCode).toBe(130);
      expect(await kubeconfigs()).toEqual([]);
      process.kill(helm.pid, 'SIGCONT');
      expect((await operator.run(create('initech'))).result).toMatchObject({ ok: true });
    });
  });

  it('Ctrl-C in the preflight changes nothing at all', async () => {
    const operator = await newOperator({ from: neighbour });
    try {
      await operator.serve();
      const cluster = await clusterOf(operator);
      const [before, cloud] = [await snapshotOf(cluster), await cloudOf(operator)];
      const run = await operator.start(create('acme'));
      await run.until(eventIs(/preflight\/tools$/, 'started'));
      run.child.kill('SIGINT');
      await cancelled(run);
      expect([await snapshotOf(cluster), await cloudOf(operator)]).toEqual([before, cloud]);
      expect(await readdir(join(operator.home, 'state/sandbox/operator/tenants/main'))).toEqual(['globex']);
    } finally {
      await operator.close();
    }
  });
});

describe('create with its platform', () => {
  let operator: Operator | undefined;
  afterEach(async () => {
    await operator?.close();
    operator = undefined;
  });

  it.each(
    titled([
      { way: 'SIGKILL, repeated at once', moment: named(PLATFORM_AT_WORK, 'terraform, which has made the node pool'), speed: SPEED },
    ]),
  )('survives %s', async (_title, point) => {
    await survive((await onNothing()).scene, point);
  });

  it('Ctrl-C, delivered twice as npm run does, is one press', async () => {
    operator = await newOperator({ speed: SPEED });
    const run = await operator.start(create('acme'));
    await run.until(eventIs(/platform\/ionoscloud_k8s_cluster/, 'started'));
    run.child.kill('SIGINT');
    run.child.kill('SIGINT');
    const ended = await cancelled(run);
    expect(noticesOf(ended).match(/Interrupted/g)).toHaveLength(1);
    expect(noticesOf(ended)).not.toContain('Still stopping');
  });

  it('a second press says what leaving would break, and the run still ends by itself', async () => {
    operator = await newOperator({ speed: 2 });
    const run = await operator.start(create('acme'));
    await run.until(eventIs(/platform\/ionoscloud_k8s_cluster/, 'started'));
    // terraform cannot stop, so neither may the interface.
    const apply = await toolAtWork(operator, 'apply');
    process.kill(apply.pid, 'SIGSTOP');
    run.child.kill('SIGINT');
    await run.until((event) => event.type === 'notice' && event.message.startsWith('Interrupted'));
    await new Promise((resolve) => setTimeout(resolve, 310));
    run.child.kill('SIGINT');
    await run.until((event) => event.type === 'notice' && event.level === 'warning' && event.message.startsWith('Still stopping'));
    expect(run.child.exitCode).toBeNull();
    process.kill(apply.pid, 'SIGCONT');
    await cancelled(run);
  });

  it('of two at the same time one makes it, the other says who does', async () => {
    operator = await newOperator({ speed: SPEED });
    const first = await operator.start(create('acme'));
    await first.until(eventIs(/platform\/ionoscloud_k8s_cluster/, 'started'));
    // It must not be done before the second one looks.
    first.child.kill('SIGSTOP');
    const second = await operator.run(create('globex'));
    first.child.kill('SIGCONT');
    expect(second.exitCode).toBe(1);
    expect(second.result).toMatchObject({ ok: false, error: { code: 'busy', what: 'another operation makes platform main', why: expect.stringContaining(`pid ${first.child.pid} create, since 2`) as string } });
    expect((await first.finished).result).toMatchObject({ ok: true });
    expect((await operator.run(create('globex'))).result).toMatchObject({ ok: true });
  });
});
