import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { listReleases, releaseValues } from '../../src/cluster/releases.js';
import { CancelledError } from '../../src/engine/interrupts.js';
import { Helm } from '../../src/helm/driver.js';
import { applyRelease } from '../../src/operations/apply-release.js';
import type { ReleaseName } from '../../src/tenant/resource-names.js';
import { HELM_VERSIONS, helmPath, type HelmVersion } from '../support/helm.js';
import { makeNamespace, openClient, type ClientBed } from '../support/kubernetes.js';

const NAMESPACE = 'tenant-acme';
const PACKAGE = fileURLToPath(new URL('fixtures/package', import.meta.url));
const RELEASE = { chart: 'app', release: 'one', namespace: NAMESPACE } as unknown as ReleaseName;

interface Bed extends ClientBed {
  version: HelmVersion;
  work: string;
  helm: (options?: { path?: string; signal?: AbortSignal }) => Helm;
  apply: (values?: Record<string, unknown>, options?: { path?: string; signal?: AbortSignal }) => ReturnType<typeof applyRelease>;
  revisions: () => Promise<string[]>;
}

const open = async (version: HelmVersion): Promise<Bed> => {
  const bed = await openClient();
  await makeNamespace(bed, NAMESPACE);
  const work = join(bed.folder, 'helm');
  const helm: Bed['helm'] = ({ path = helmPath(version), signal } = {}) =>
    new Helm({ tool: { version, path }, env: { PATH: process.env.PATH ?? '', HOME: bed.folder }, kubeconfig: bed.kubeconfig, work, signal });
  return Object.assign(bed, {
    version,
    work,
    helm,
    apply: (values: Record<string, unknown> = {}, options = {}) => applyRelease({ cluster: bed.client, helm: helm(options), packageRoot: PACKAGE }, RELEASE, values),
    revisions: async () => {
      const { items } = await bed.client.core.listNamespacedSecret({ namespace: NAMESPACE, labelSelector: 'owner=helm' });
      return items.map(({ metadata }) => `${metadata?.labels?.version} ${metadata?.labels?.status}`).sort();
    },
  });
};

/** Everything in the tenant's namespace but helm's own records, with its version. */
const objects = (bed: Bed): string[] =>
  ['ConfigMap', 'Service', 'ServiceAccount', 'Deployment', 'StatefulSet', 'PersistentVolumeClaim', 'Pod'].flatMap((kind) =>
    bed.cluster.store.list(kind, NAMESPACE).map(({ metadata }) => `${kind} ${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`),
  );

/** What a helm that was killed leaves: its newest revision says that it is still at work. */
const leavePending = async (bed: Bed, status: 'pending-install' | 'pending-upgrade'): Promise<void> => {
  const [newest] = (await listReleases(bed.client, NAMESPACE)).filter(({ release }) => release === 'one');
  const secret = await bed.client.core.readNamespacedSecret({ name: newest?.secret ?? '', namespace: NAMESPACE });
  await bed.client.core.replaceNamespacedSecret({ name: newest?.secret ?? '', namespace: NAMESPACE, body: { ...secret, metadata: { ...secret.metadata, labels: { ...secret.metadata?.labels, status } } } });
};

describe.each(HELM_VERSIONS)('helm %s', (version) => {
  it('installs once; unchanged chart and values make no new revision and touch no object', async () => {
    const bed = await open(version);
    expect(await bed.apply({ message: 'one' })).toEqual({ changed: true });
    await bed.cluster.settled();
    const before = objects(bed);
    expect(before.length).toBeGreaterThan(3);
    expect(await bed.apply({ message: 'one' })).toEqual({ changed: false });
    expect(await bed.revisions()).toEqual(['1 deployed']);
    expect(objects(bed)).toEqual(before);
  });

  it('upgrades when a value changes', async () => {
    const bed = await open(version);
    await bed.apply({ message: 'one' });
    expect(await bed.apply({ message: 'two' })).toEqual({ changed: true });
    expect(await bed.revisions()).toEqual(['1 superseded', '2 deployed']);
    expect(bed.cluster.store.get('ConfigMap', NAMESPACE, 'one')['data']).toEqual({ message: 'two' });
  });

  it('puts back what somebody has removed from a release that is otherwise as it should be', async () => {
    const bed = await open(version);
    await bed.apply({ message: 'one' });
    await bed.client.core.deleteNamespacedConfigMap({ name: 'one', namespace: NAMESPACE });
    expect(await bed.apply({ message: 'one' })).toEqual({ changed: true, putBack: 'configmap/one in tenant-acme is missing; put back' });
    expect(bed.cluster.store.get('ConfigMap', NAMESPACE, 'one')['data']).toEqual({ message: 'one' });
    expect(await bed.apply({ message: 'one' })).toEqual({ changed: false });
  });

  it('writes from the client, so that helm 3 and helm 4 can take turns', async () => {
    const bed = await open(version);
    await bed.apply({ message: 'one' });
    const other = HELM_VERSIONS.find((each) => each !== version) ?? version;
    const turn = new Helm({ tool: { version: other, path: helmPath(other) }, env: {}, kubeconfig: bed.kubeconfig, work: join(bed.folder, 'other') });
    expect(await applyRelease({ cluster: bed.client, helm: turn, packageRoot: PACKAGE }, RELEASE, { message: 'two' })).toEqual({ changed: true });
    expect(await bed.apply({ message: 'three' })).toEqual({ changed: true });
    expect(bed.cluster.store.get('ConfigMap', NAMESPACE, 'one')['data']).toEqual({ message: 'three' });
  });

  it('leaves no values behind, and while it runs only the owner can read them', async () => {
    const bed = await open(version);
    const spy = join(bed.folder, 'spy');
    await writeFile(spy, `#!/bin/bash\nfor each in "$@"; do case $each in --values=*) stat -c %a "\${each#--values=}" >>${bed.folder}/modes;; esac; done\nprintf '%s\\n' "$@" >>${bed.folder}/arguments\nexec ${helmPath(version)} "$@"\n`);
    await chmod(spy, 0o755);
    await bed.apply({ message: 'confidential' }, { path: spy });
    expect(await readFile(join(bed.folder, 'modes'), 'utf8')).toBe('600\n');
    expect(await readFile(join(bed.folder, 'arguments'), 'utf8')).not.toContain('confidential');
    expect((await readdir(bed.work)).filter((name) => name.includes('values'))).toEqual([]);
  });

  it('leaves no values behind when it fails either, and says why it failed', async () => {
    const bed = await open(version);
    await expect(bed.apply({ refused: true })).rejects.toMatchObject({ code: 'helm-failed', what: expect.stringContaining('release one') as string, why: expect.stringMatching(/Not_A_Name/) as string });
    expect((await readdir(bed.work)).filter((name) => name.includes('values'))).toEqual([]);
  });

  it('goes on after a failed first install, without an uninstall', async () => {
    const bed = await open(version);
    await expect(bed.apply({ refused: true })).rejects.toThrow();
    const kept = objects(bed);
    expect(kept.length).toBeGreaterThan(0);
    expect(await bed.apply()).toMatchObject({ changed: true });
    expect((await bed.revisions()).at(-1)).toMatch(/deployed$/);
    const uids = (lines: string[]): string[] => lines.map((line) => line.split(' ').slice(0, 3).join(' ')).filter((line) => !line.startsWith('Pod'));
    expect(uids(objects(bed))).toEqual(expect.arrayContaining(uids(kept)));
  });

  it.each([
    ['pending-install', 1],
    ['pending-upgrade', 2],
  ] as const)('repairs a release that a killed helm left %s, and removes nothing', async (status, revision) => {
    const bed = await open(version);
    await bed.apply({ message: 'one' });
    if (revision === 2) await bed.apply({ message: 'two' });
    await bed.cluster.settled();
    await leavePending(bed, status);
    const claims = (): string[] => objects(bed).filter((line) => line.startsWith('PersistentVolumeClaim'));
    const before = claims();
    const outcome = await bed.apply({ message: 'three' });
    expect(outcome).toEqual({ changed: true, repaired: expect.stringContaining(status) as string });
    expect((await bed.revisions()).at(-1)).toBe(`${revision} deployed`);
    expect(bed.cluster.store.get('ConfigMap', NAMESPACE, 'one')['data']).toEqual({ message: 'three' });
    expect(claims()).toEqual(before);
  });

  it('repairs even where nothing else changed: the digest alone does not make a release whole', async () => {
    const bed = await open(version);
    await bed.apply({ message: 'one' });
    await leavePending(bed, 'pending-install');
    expect(await bed.apply({ message: 'one' })).toMatchObject({ changed: true, repaired: expect.any(String) as string });
    expect(await bed.revisions()).toEqual(['1 deployed']);
  });

  it('that is really killed in the middle of an install leaves something to repair', async () => {
    const bed = await open(version);
    // The API answers everything but the Deployment, so that helm is caught half-way.
    let caught: () => void = () => undefined;
    const halfWay = new Promise<void>((resolve) => {
      caught = resolve;
    });
    const gate = createServer((incoming, response) => {
      if (incoming.method === 'POST' && incoming.url?.includes('/deployments')) return caught();
      const passed = request(`${bed.door.url}${incoming.url}`, { method: incoming.method ?? 'GET', headers: incoming.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(passed);
    });
    gate.listen(0, '127.0.0.1');
    await once(gate, 'listening');
    const { port } = gate.address() as { port: number };
    const kubeconfig = join(bed.folder, 'gated');
    await writeFile(kubeconfig, (await readFile(bed.kubeconfig, 'utf8')).replaceAll(bed.door.url, `http://127.0.0.1:${port}`));
    const child = spawn(helmPath(version), ['upgrade', '--install', 'one', join(PACKAGE, 'charts/app'), '--namespace', NAMESPACE, ...(version.startsWith('4') ? ['--server-side=false'] : [])], {
      env: { KUBECONFIG: kubeconfig, HOME: bed.folder },
      stdio: 'ignore',
    });
    await halfWay;
    child.kill('SIGKILL');
    await once(child, 'exit');
    gate.closeAllConnections();
    gate.close();
    expect(await bed.revisions()).toEqual(['1 pending-install']);
    expect(await bed.apply()).toEqual({ changed: true, repaired: expect.stringContaining('pending-install') as string });
    expect(await bed.revisions()).toEqual(['1 deployed']);
  });

  it('is interrupted once, and that is a cancellation', async () => {
    const bed = await open(version);
    const slow = join(bed.folder, 'slow');
    await writeFile(slow, "#!/bin/bash\ntrap 'echo INT >>signals; exit 1' INT\necho >ready\nwhile :; do sleep 0.05; done\n");
    await chmod(slow, 0o755);
    const stop = new AbortController();
    const applying = bed.apply({}, { path: slow, signal: stop.signal });
    const ended = expect(applying).rejects.toBeInstanceOf(CancelledError);
    while (!(await readdir(bed.work).catch(() => [] as string[])).includes('ready')) await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort();
    await ended;
    expect(await readFile(join(bed.work, 'signals'), 'utf8')).toBe('INT\n');
  });

  it('uninstalls, and does not mind when there is nothing to uninstall', async () => {
    const bed = await open(version);
    await bed.apply();
    await bed.helm().uninstall('one', NAMESPACE);
    expect(bed.cluster.store.list('Deployment', NAMESPACE)).toEqual([]);
    await bed.helm().uninstall('one', NAMESPACE);
  });

  it('writes down the values that a release was given, which can be read without it', async () => {
    const bed = await open(version);
    for (const message of ['one', 'two']) await bed.apply({ message });
    expect(await releaseValues(bed.client, NAMESPACE, 'one')).toEqual({ message: 'two' });
    expect(await bed.helm().values('one', NAMESPACE)).toEqual({ message: 'two' });
  });

  it('keeps a bounded history', async () => {
    const bed = await open(version);
    for (let index = 0; index < 7; index += 1) await bed.apply({ message: String(index) });
    expect(await bed.revisions()).toHaveLength(5);
  });
});
