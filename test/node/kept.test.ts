import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1PersistentVolumeClaim, V1Pod, V1Secret } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { snapshotOf } from '../support/cli.js';
import { helmFor, type Helm } from '../support/helm.js';
import { refused, succeeded } from '../support/outcome.js';
import type { ToolResult } from '../support/tool.js';
import { reboot } from './rig/reboot.js';
import { asTold } from './support/as-told.js';
import { expectAllThere, plant, type Sentinels } from './support/sentinels.js';
import { openTwoTenants, type TwoTenants } from './support/two-tenants.js';

const NAMESPACE = 'tenant-acme';

describe('what a tenant has written', () => {
  let both: TwoTenants;
  let kept: Sentinels;
  let folder = '';
  let helm: Helm;
  const podOf = async (component: string): Promise<V1Pod> => {
    const { items } = (await both.node.call('GET', `/api/v1/namespaces/${NAMESPACE}/pods?labelSelector=app.kubernetes.io%2Fcomponent%3D${component}`)).body as { items: V1Pod[] };
    const [pod] = items.filter(({ metadata }) => !metadata?.deletionTimestamp);
    if (!pod) throw new Error(`no pod of ${component}`);
    return pod;
  };
  /** Another pod than this one, or its containers once more, and ready. */
  const replaced = (component: string, { metadata, status }: V1Pod): Promise<void> =>
    vi.waitFor(
      async () => {
        const now = await podOf(component);
        const restarts = (pod: V1Pod['status']): number => (pod?.containerStatuses ?? []).reduce((sum, each) => sum + each.restartCount, 0);
        expect(now.metadata?.uid !== metadata?.uid || restarts(now.status) > restarts(status)).toBe(true);
        expect(now.status?.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
      },
      { timeout: 400_000, interval: 500 },
    );
  const claims = async (): Promise<V1PersistentVolumeClaim[]> => ((await both.node.call('GET', `/api/v1/namespaces/${NAMESPACE}/persistentvolumeclaims`)).body as { items: V1PersistentVolumeClaim[] }).items;
  /** All objects but Leases, which say who works, with their versions. */
  const versions = (): Promise<Record<string, string>> => snapshotOf(both.node.cluster, (namespace, kind) => kind !== 'Lease' && !namespace.startsWith('kube-') && !namespace.startsWith('traffic-'));

  beforeAll(async () => {
    [both, folder] = await Promise.all([openTwoTenants(asTold), mkdtemp(join(tmpdir(), 'kept-'))]);
    helm = helmFor('4.3.1', both.node.kubeconfigPath, folder);
    kept = await plant(both, 'acme');
    await expectAllThere(both, kept);
  });
  afterAll(async () => {
    await both.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is not touched by a second create, nor is anything else', async () => {
    const before = await versions();
    expect(succeeded(await both.create('acme')).changed).toBe(false);
    expect(await versions()).toEqual(before);
    await expectAllThere(both, kept);
  });

  it.each([['wordpress'], ['openwebui']])('is there when the pod of %s was killed', async (component) => {
    const pod = await podOf(component);
    await both.node.kubectl(['--namespace', NAMESPACE, 'delete', 'pod', pod.metadata?.name ?? '', '--grace-period=0', '--force']);
    await replaced(component, pod);
    await expectAllThere(both, kept);
  });

  it('is there when the database was killed while it wrote, with every post that had been acknowledged', async () => {
    const site = await both.siteAdmin('acme');
    const acknowledged: number[] = [];
    let stop = false;
    const writer = async (): Promise<void> => {
      while (!stop) {
        await site.ask('POST', 'wp/v2/posts', { title: 'In between', content: '<p>x</p>'.repeat(500), status: 'publish' }).then(({ id }: { id: number }) => acknowledged.push(id), () => undefined);
      }
    };
    const writers = [writer(), writer()];
    try {
      await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(5), { timeout: 120_000 });
      const pod = await podOf('database');
      // The whole process at once: no signal that it could answer.
      const killed = await both.node.onNode(['sh', '-c', `for each in /proc/[0-9]*; do if [ "$(cat $each/comm)" = mariadbd ] && grep -q "$1" $each/cgroup; then kill -9 "\${each#/proc/}" && echo killed; fi; done 2> /dev/null`, 'sh', `pod${pod.metadata?.uid}`]);
      expect(killed.stdout).toBe('killed\n');
      await replaced('database', pod);
      const before = acknowledged.length;
      await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(before), { timeout: 120_000 });
    } finally {
      stop = true;
      await Promise.all(writers);
    }
    const there = new Set<number>();
    for (let page = 1; there.size < acknowledged.length; page++) {
      const found = (await site.ask('GET', `wp/v2/posts?search=In+between&per_page=100&page=${page}`)) as { id: number }[];
      for (const { id } of found) there.add(id);
    }
    expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
    for (const id of acknowledged) await site.ask('DELETE', `wp/v2/posts/${id}?force=true`);
    await expectAllThere(both, kept);
  });

  it('is there when a query wants more room than the database has for temporary tables: the query ends, the database does not', async () => {
    const { metadata, status } = await podOf('database');
    const sql = (query: string): Promise<ToolResult> => both.node.inPod(NAMESPACE, metadata?.name ?? '', ['sh', '-c', 'MYSQL_PWD=$MARIADB_PASSWORD mariadb --user "$MARIADB_USER" "$MARIADB_DATABASE" --skip-column-names --execute "$1"', 'sh', query]);
    // Three gigabytes that have to be sorted out before the first is counted.
    expect(await sql("select count(*) from (select concat(seq, repeat('x', 60000)) as text from seq_1_to_50000 group by text) as texts")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('temporary space limit reached') as string });
    expect(await sql('select @@tmpdir')).toMatchObject({ exitCode: 0, stdout: '/var/lib/mysql-tmp\n' });
    const now = await podOf('database');
    expect([now.metadata?.uid, now.status?.containerStatuses?.[0]?.restartCount]).toEqual([metadata?.uid, status?.containerStatuses?.[0]?.restartCount]);
    await expectAllThere(both, kept);
  });

  it('is there when the node was cut off and started again', async () => {
    const pods = await Promise.all(['wordpress', 'database', 'openwebui', 'gateway'].map(async (component) => [component, await podOf(component)] as const));
    await reboot(inject('node'));
    for (const [component, pod] of pods) await replaced(component, pod);
    await expectAllThere(both, kept);
    // The neighbour is back as well.
    await vi.waitFor(async () => expect((await fetch(both.endpoints.globex.openwebui)).status).toBe(200), { timeout: 300_000 });
  });

  it('is published on its time, if it was scheduled, whatever was stopped meanwhile and though nobody visits the site', async () => {
    const site = await both.siteAdmin('acme');
    const [{ id: assistant }] = (await site.ask('GET', 'wp/v2/users?slug=assistant')) as [{ id: number }];
    const path = `wp/v2/posts/${kept.scheduled.id}?context=edit`;
    await vi.waitFor(async () => expect(await site.ask('GET', path)).toMatchObject({ status: 'publish', author: assistant }), { timeout: 300_000, interval: 1000 });
    expect(Date.now()).toBeGreaterThanOrEqual(kept.scheduled.due);
    expect((await fetch(`${both.endpoints.acme.wordpress}/?p=${kept.scheduled.id}`)).status).toBe(200);
  });

  it('can ask for more room without a stop, and never for less', async () => {
    const [file, wanted] = [join(folder, 'acme.yaml'), { 'wordpress.storage': '12Gi', 'database.storage': '9Gi', 'openwebui.storage': '11Gi' }];
    const settings = (overrides: object): Promise<void> => writeFile(file, stringify({ apiVersion: 'ionos-tenants/v1', kind: 'Tenant', name: 'acme', overrides }));
    const asked = async (): Promise<Record<string, string | undefined>> => Object.fromEntries((await claims()).map(({ metadata, spec }) => [metadata?.name ?? '', spec?.resources?.requests?.['storage']]));
    const pods = (): Promise<(string | undefined)[]> => Promise.all(['wordpress', 'database', 'openwebui'].map(async (component) => (await podOf(component)).metadata?.uid));
    const before = await pods();
    await settings(wanted);
    succeeded(await both.run('update', 'acme', '--yes', '-f', file));
    expect(await asked()).toEqual({ 'wordpress-content': '12Gi', 'mariadb-data': '9Gi', 'openwebui-data': '11Gi' });
    expect(await pods()).toEqual(before);
    await settings({ ...wanted, 'wordpress.storage': '10Gi' });
    expect(refused(await both.run('update', 'acme', '--yes', '-f', file))).toMatchObject({ exitCode: 2, code: 'volumes-shrink', text: expect.stringContaining('wordpress has 12 GiB') as string });
    expect(await asked()).toMatchObject({ 'wordpress-content': '12Gi' });
    await expectAllThere(both, kept);
  });

  it('is there when its releases were uninstalled and it was created again: claims and the Secrets that open them stay together', async () => {
    const secrets = async (): Promise<unknown> => Promise.all(['wordpress', 'openwebui'].map(async (name) => ((await both.node.call('GET', `/api/v1/namespaces/${NAMESPACE}/secrets/${name}`)).body as V1Secret).data));
    const [before, keys] = [(await claims()).map(({ metadata }) => metadata?.uid).sort(), await secrets()];
    for (const release of ['openwebui', 'wordpress']) expect(await helm('uninstall', release, '--namespace', NAMESPACE)).toMatchObject({ exitCode: 0 });
    // Until its pods are gone, not only on their way: their volumes are mounted anew then.
    expect(await both.node.kubectl(['--namespace', NAMESPACE, 'wait', '--for=delete', 'pod', '--selector=app.kubernetes.io/component in (wordpress, database, openwebui)', '--timeout=120s'])).toMatchObject({ exitCode: 0 });
    expect([(await claims()).map(({ metadata }) => metadata?.uid).sort(), await secrets()]).toEqual([before, keys]);
    succeeded(await both.create('acme'));
    expect((await claims()).map(({ metadata }) => metadata?.uid).sort()).toEqual(before);
    await expectAllThere(both, kept);
  });

  it('has the room then that it asked for: each file system has grown with its disk, and its claim says so', async () => {
    const room = async (component: string, path: string): Promise<number> => Number((await both.node.inPod(NAMESPACE, (await podOf(component)).metadata?.name ?? '', ['df', '--block-size=1', '--output=size', path])).stdout.split('\n')[1]);
    // A few hundredths are the file system's own.
    for (const [component, path, gibibytes] of [['wordpress', '/var/www/html/wp-content', 12], ['database', '/var/lib/mysql', 9], ['openwebui', '/data', 11]] as const) expect((await room(component, path)) / 2 ** 30, component).toBeGreaterThan(0.95 * gibibytes);
    await vi.waitFor(async () => expect(Object.fromEntries((await claims()).map(({ metadata, status }) => [metadata?.name ?? '', status?.capacity?.['storage']]))).toEqual({ 'wordpress-content': '12Gi', 'mariadb-data': '9Gi', 'openwebui-data': '11Gi' }), { timeout: 60_000 });
  });

  it('is never locked away: a claim whose Secret is gone stops, and the words lead to the copy of it', async () => {
    const path = `/api/v1/namespaces/${NAMESPACE}/secrets`;
    const { metadata, data, type } = (await both.node.call('GET', `${path}/wordpress`)).body as V1Secret;
    await both.node.call('DELETE', `${path}/wordpress`);
    const { exitCode, code, text } = refused(await both.create('acme'));
    expect([exitCode, code]).toEqual([1, 'secret-lost']);
    expect(text).toContain('kubectl --namespace tenant-acme apply');
    expect((await both.node.call('GET', `${path}/wordpress`)).status).toBe(404);
    // Once it is back, everything opens.
    await both.node.call('POST', path, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'wordpress', labels: metadata?.labels }, type, data });
    expect(succeeded(await both.create('acme')).changed).toBe(false);
    await expectAllThere(both, kept);
  });
});
