import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { V1Pod } from '@kubernetes/client-node';
import { podsIn } from './support/probes/attempts.js';
import { escapes } from './support/probes/escape.js';
import { create, endProbes, hostilePod, OPEN, startProbes } from './support/probes/pods.js';
import { imageOf, images } from './support/images.js';
import { openTwoTenants, TENANTS, type TwoTenants } from './support/two-tenants.js';

const NAMESPACES = TENANTS.map((tenant) => `tenant-${tenant}`);
/** Each takes more than a container gets that asks for nothing, and no more than this machine can spare. */
const HOGS: Readonly<Record<string, string>> = {
  memory: 'import time; taken = bytearray(600_000_000); taken[::4096] = b"x" * len(taken[::4096]); print("took it all", flush=True); time.sleep(3600)',
  disk: 'import time; f = open("/tmp/hog", "wb"); [f.write(b"x" * 1_000_000) for _ in range(700)]; f.flush(); print("took it all", flush=True); time.sleep(3600)',
  // Those that are left end by themselves: with hardly any memory free, the one that counts may read its own program from the disk for ever.
  processes: `
import os, time
for _ in range(300):
    try: child = os.fork()
    except OSError: break
    if child == 0:
        mine = bytearray(2_000_000); mine[::4096] = b"x" * len(mine[::4096]); time.sleep(60); os._exit(0)
time.sleep(5)
ended = 0
try:
    while True:
        child, status = os.waitpid(-1, os.WNOHANG)
        if child == 0: break
        ended += status != 0
except ChildProcessError: pass
print("took it all" if ended == 0 else f"{ended} ended", flush=True); time.sleep(3600)
`,
  // Where there is a limit it takes until it feels it, since a busy machine may give it less than that for a while.
  processor: `
import os, time
for _ in range(3): os.fork()
def throttled(): return [int(line.split()[1]) for line in open('/sys/fs/cgroup/cpu/cpu.stat') if line.startswith('nr_throttled')][0]
limited = int(open('/sys/fs/cgroup/cpu/cpu.cfs_quota_us').read()) > 0
end = time.time() + (180 if limited else 10)
while time.time() < end and throttled() == 0:
    pause = time.time() + 0.5
    while time.time() < pause: pass
print("took it all" if throttled() == 0 else "throttled", flush=True); time.sleep(3600)
`,
};

describe('pods on a node that tenants share', () => {
  let tenants: TwoTenants;
  const podOf = async (namespace: string, name: string): Promise<V1Pod> => (await tenants.node.call('GET', `/api/v1/namespaces/${namespace}/pods/${name}`)).body as V1Pod;
  /** How a hog ended: killed, evicted, held back, or not at all. */
  const fate = async (namespace: string, name: string): Promise<string> => {
    const { status } = await podOf(namespace, name);
    if (status?.reason !== undefined) return status.reason;
    const terminated = status?.containerStatuses?.[0]?.state?.terminated?.reason;
    return terminated ?? (await tenants.node.kubectl(['--namespace', namespace, 'logs', name])).stdout.trim().split('\n')[0] ?? '';
  };
  /** Starts all hogs in a namespace and waits until something has become of each. */
  const hogs = async (namespace: string, expected: Readonly<Record<string, RegExp>>): Promise<void> => {
    const name = (hog: string): string => `hog-${hog}`;
    await create(tenants.node, Object.entries(HOGS).map(([hog, program]) => hostilePod(namespace, name(hog), {}, { command: ['python3', '-c', program] })));
    await Promise.all(Object.entries(expected).map(([hog, end]) => vi.waitFor(async () => expect(`${hog}: ${await fate(namespace, name(hog))}`).toMatch(end), { timeout: 240_000, interval: 1000 })));
    await tenants.node.kubectl(['--namespace', namespace, 'delete', 'pods', ...Object.keys(HOGS).map(name), '--wait']);
  };

  beforeAll(async () => {
    tenants = await openTwoTenants(() => ({ say: 'Good day.' }));
    await startProbes(tenants.node, []);
    await create(tenants.node, NAMESPACES.map((namespace) => hostilePod(namespace, 'stranger')));
    for (const namespace of NAMESPACES) await tenants.node.kubectl(['--namespace', namespace, 'wait', '--for=condition=Ready', 'pod/stranger', '--timeout=300s']);
  });
  afterAll(async () => {
    await endProbes(tenants.node, NAMESPACES);
    await tenants.close();
  });

  it.each(NAMESPACES)('P28 no container of %s sees or changes anything of its node, whichever application it is', async (namespace) => {
    const pods = await podsIn(tenants.node, namespace);
    expect(Object.keys(pods).sort()).toEqual(['database', 'gateway', 'openwebui', 'stranger', 'wordpress']);
    for (const [name, pod] of Object.entries(pods)) expect([name, (await escapes(tenants.node, pod)).worked]).toEqual([name, []]);
  });

  it('P28 positive control, and red with its control removed: a privileged container in an unguarded namespace does all of it', async () => {
    const host = (name: string, path: string): object => ({ name, hostPath: { path } });
    await create(tenants.node, [hostilePod(OPEN, 'privileged', {}, {
      securityContext: { privileged: true },
      volumeMounts: [{ name: 'runtime', mountPath: '/run/containerd' }, { name: 'logs', mountPath: '/var/log/pods' }],
    }, { hostPID: true, securityContext: { runAsUser: 0 }, volumes: [host('runtime', '/run/containerd'), host('logs', '/var/log/pods')] })]);
    await tenants.node.kubectl(['--namespace', OPEN, 'wait', '--for=condition=Ready', 'pod/privileged', '--timeout=300s']);
    const { worked, tried } = await escapes(tenants.node, { namespace: OPEN, pod: 'privileged' });
    expect(worked).toEqual(tried);
  });

  it('P22 what takes more memory, disk, processes or processor than a container without limits of its own gets is killed, evicted or held back, while the other tenant answers', async () => {
    const times: number[] = [];
    const stop = new AbortController();
    const visits = (async () => {
      while (!stop.signal.aborted) {
        const started = performance.now();
        const { status } = await fetch(tenants.endpoints.globex.wordpress);
        expect(status).toBe(200);
        times.push(performance.now() - started);
        await setTimeout(100);
      }
    })();
    await hogs('tenant-acme', { memory: /OOMKilled/, disk: /Evicted/, processes: /ended|OOMKilled/, processor: /throttled/ }).finally(() => stop.abort());
    await visits;
    const sorted = [...times].sort((a, b) => a - b);
    console.log(`${times.length} visits of globex beside the hogs of acme: median ${Math.round(sorted[sorted.length >> 1] ?? 0)} ms, 95 of 100 within ${Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0)} ms`);
    expect(times.length).toBeGreaterThan(10);
    expect((await fetch(tenants.endpoints.globex.openwebui)).status).toBe(200);
  });

  it('P22 positive control, and red with its control removed: without limits the same pods take all they ask for', async () => {
    await hogs(OPEN, Object.fromEntries(Object.keys(HOGS).map((hog) => [hog, /took it all/])));
  });

  it('P25 nothing in the node’s store of images is anybody’s own: what tenants run is public, and none of them has a pull secret', async () => {
    const stored = (await tenants.node.onNode(['ctr', '-n', 'k8s.io', 'images', 'list', '-q'])).stdout.trim().split('\n').filter((name) => !/^(sha256:|local\.test\/)/.test(name));
    expect(stored.sort()).toEqual(images().sort());
    for (const namespace of NAMESPACES) {
      const { items } = (await tenants.node.call('GET', `/api/v1/namespaces/${namespace}/pods`)).body as { items: V1Pod[] };
      for (const { spec } of items) expect([spec?.imagePullSecrets ?? [], [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].filter(({ image }) => !images().includes(image ?? ''))]).toEqual([[], []]);
    }
  });

  /** Runs an image that is in the node's store already, in acme's namespace, to its being ready. */
  const borrow = async (image: string): Promise<void> => {
    await create(tenants.node, [hostilePod('tenant-acme', 'borrower', {}, { image, imagePullPolicy: 'IfNotPresent' })]);
    await tenants.node.kubectl(['--namespace', 'tenant-acme', 'wait', '--for=condition=Ready', 'pod/borrower', '--timeout=300s']);
    expect((await podOf('tenant-acme', 'borrower')).status?.phase).toBe('Running');
    await tenants.node.kubectl(['--namespace', 'tenant-acme', 'delete', 'pod', 'borrower', '--wait']);
  };

  it('P25 positive control: an image in the store that is everybody’s runs, whoever it was fetched for', async () => {
    await borrow(imageOf('model-gateway', 'image'));
  });

  it('P25 red with its control removed: an image in the store that only globex could pull runs for acme too', async () => {
    const image = 'registry.globex.example/private:1';
    expect((await tenants.node.onNode(['ctr', '-n', 'k8s.io', 'images', 'tag', imageOf('model-gateway', 'image'), image])).exitCode).toBe(0);
    try {
      await borrow(image);
    } finally {
      await tenants.node.onNode(['ctr', '-n', 'k8s.io', 'images', 'remove', image]);
    }
  });
});
