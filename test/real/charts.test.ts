import type { V1PersistentVolumeClaim, V1Pod, V1Service } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { announcedUrls, addressOf, probe } from '../../src/cluster/endpoint.js';
import { shakeHands } from '../../src/operations/mcp-handshake.js';
import { namespaceOf, releaseNames } from '../../src/tenant/resource-names.js';
import { podOf, renderText, parseManifests, workloads, type ChartName } from '../charts/rendering.js';
import { IP, TENANTS, valuesOf, type TenantKey } from '../charts/tenants.js';
import { HELM_VERSIONS, helmFor } from '../support/helm.js';
import { startControlPlane, type ControlPlane } from './support/control-plane.js';
import { installApplications, installGuardRails, nameOf, rolledOut } from './support/tenant.js';

/** kubectl's complaint about these manifests in a strict dry run on the server; empty when there is none. Warnings are complaints too. */
const complaint = async (plane: ControlPlane, manifests: object[]): Promise<string> => {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests });
  const { exitCode, stdout, stderr } = await plane.kubectl(['apply', '--dry-run=server', '--validate=strict', '-f', '-'], input);
  expect(stdout.split('\n').filter((line) => line !== '' && !line.endsWith('(server dry run)'))).toEqual([]);
  return exitCode === 0 && stderr === '' ? '' : `${exitCode} ${stderr}`;
};

/** The pods that a chart's workloads would make, as the workloads' controllers would make them. */
const podsOf = async (chart: ChartName, key: TenantKey, namespace: string): Promise<object[]> =>
  workloads(parseManifests(await renderText(chart, valuesOf(key)[chart]))).map((workload) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...(workload.spec.template.metadata as object), name: `dry-run-${workload.metadata.name}`, namespace },
    spec: podOf(workload),
  }));

describe.each(HELM_VERSIONS)('the charts on a real API server, with helm %s', (version) => {
  let plane: ControlPlane;
  beforeAll(async () => {
    const pool = (name: string, value: string): { name: string; labels: Record<string, string> } => ({ name, labels: { 'ionos-tenants.io/pool': value } });
    plane = await startControlPlane({ nodes: [pool('node-1', 'shared'), pool('node-2', 'shared'), pool('node-3', nameOf('medium'))] });
  });
  afterAll(() => plane.stop());

  describe.each(TENANTS)('tenant %s', (key) => {
    const namespace = namespaceOf(nameOf(key));

    it('passes in a strict dry run, pods included, without a warning', async () => {
      const manifests = async (chart: ChartName): Promise<{ kind: string }[]> => parseManifests(await renderText(chart, valuesOf(key)[chart], version));
      const clusterWide = (await manifests('tenant')).filter(({ kind }) => ['Namespace', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'].includes(kind));
      expect(clusterWide).toHaveLength(11);
      expect(await complaint(plane, clusterWide)).toBe('');
      await installGuardRails(plane, key, { version });
      for (const chart of ['wordpress', 'openwebui', 'gateway'] as const) {
        const pods = await podsOf(chart, key, namespace);
        expect(pods.length).toBeGreaterThan(0);
        expect(await complaint(plane, [...(await manifests(chart)).map((manifest) => ({ ...manifest, metadata: { ...(manifest as { metadata?: object }).metadata, namespace } })), ...pods])).toBe('');
      }
    });

    it('rolls out for real, behind its guard rails', async () => {
      await installApplications(plane, key, version);
      await rolledOut(plane, key);
      const claims = (await plane.call('GET', `/api/v1/namespaces/${namespace}/persistentvolumeclaims`)).body.items as V1PersistentVolumeClaim[];
      expect(Object.fromEntries(claims.map(({ metadata, status }) => [metadata?.name, status?.phase]))).toMatchObject({ 'mariadb-data': 'Bound', 'wordpress-content': 'Bound', 'openwebui-data': 'Bound' });
      const pods = (await plane.call('GET', `/api/v1/namespaces/${namespace}/pods`)).body.items as V1Pod[];
      const places = [...new Set(pods.map(({ spec }) => spec?.nodeName))];
      if (key === 'medium') expect(places).toEqual(['node-3']);
      if (key === 'large') expect(places).not.toContain('node-3');
      for (const { spec } of pods) expect(spec?.volumes?.flatMap(({ projected }) => projected ?? []) ?? []).toEqual([]);
    });

    it('gets its address, and both applications answer while their door is ready', async () => {
      const service = await plane.until('the gateway’s address', async () => {
        const { body } = await plane.call('GET', `/api/v1/namespaces/${namespace}/services/gateway`);
        return addressOf(body as V1Service) !== undefined && (body as V1Service);
      });
      expect(addressOf(service)).toBe(IP);
      const urls = announcedUrls(service);
      for (const url of [urls[80], urls[8080]]) expect((await probe(url ?? '')).status).toBe(200);
    });

    it('shakes hands over MCP: the Job runs under the guard rails, and its last words are read', async () => {
      const pod = (await plane.cluster.apps.readNamespacedStatefulSet({ name: 'openwebui', namespace })).spec?.template.spec;
      const place = { image: pod?.containers[0]?.image ?? '', nodeSelector: pod?.nodeSelector, tolerations: pod?.tolerations };
      expect(await shakeHands(plane.cluster, nameOf(key), place, new AbortController().signal, () => undefined)).toMatchObject({ ok: true, note: 'answered by the control plane of a test' });
    });

    it('changes nothing when it is applied again', async () => {
      await installGuardRails(plane, key, { version });
      await installApplications(plane, key, version);
      const revisions = (await plane.call('GET', `/api/v1/namespaces/${namespace}/secrets?labelSelector=owner%3Dhelm`)).body.items as { metadata: { labels: Record<string, string> } }[];
      expect(revisions.map(({ metadata }) => `${metadata.labels['name']} ${metadata.labels['version']} ${metadata.labels['status']}`).sort()).toEqual(['gateway 1 deployed', 'openwebui 1 deployed', 'wordpress 1 deployed']);
    });

    it('gives its address back, and closes its pages, when the gateway is uninstalled', async () => {
      const urls = announcedUrls((await plane.call('GET', `/api/v1/namespaces/${namespace}/services/gateway`)).body as V1Service);
      const { release } = releaseNames(nameOf(key)).gateway;
      const { exitCode, stderr } = await helmFor(version, plane.kubeconfigPath, plane.folder)('uninstall', release, `--namespace=${namespace}`);
      expect(exitCode, stderr).toBe(0);
      await plane.until('a gateway that is gone', async () => (await plane.call('GET', `/api/v1/namespaces/${namespace}/services/gateway`)).status === 404);
      expect(await probe(urls[80] ?? '')).toMatchObject({ error: expect.any(String) as string });
    });
  });
});
