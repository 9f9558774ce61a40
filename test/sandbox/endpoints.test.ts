import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startEndpoints } from '../../src/sandbox/endpoints/index.js';
import type { Endpoints } from '../../src/sandbox/endpoints/index.js';
import { candidatePorts } from '../../src/sandbox/endpoints/ports.js';
import { deleteObject } from '../../src/sandbox/kubernetes-door/deletion.js';
import type { SandboxCluster } from '../../src/sandbox/kubernetes-door/index.js';
import type { KubeObject } from '../../src/sandbox/kubernetes-door/objects.js';
import { condition, makeCluster, until } from '../support/cluster.js';

let cluster: SandboxCluster;
let endpoints: Endpoints | undefined;

const application = (namespace: string, name: string): KubeObject =>
  cluster.api.create('Pod', namespace, {
    metadata: { name, labels: { 'app.kubernetes.io/name': name } },
    spec: { containers: [{ name, image: `registry.sandbox.example/${name}:1.2.3`, readinessProbe: {} }] },
  });

const tenant = (name: string, ip: string, displayName = name): void => {
  const namespace = `tenant-${name}`;
  cluster.api.create('Namespace', undefined, { metadata: { name: namespace, labels: { 'ionos-tenants.io/tenant': name }, annotations: { 'ionos-tenants.io/display-name': displayName } } });
  cluster.api.create('Service', namespace, {
    metadata: { name: 'gateway' },
    spec: {
      type: 'LoadBalancer',
      loadBalancerIP: ip,
      selector: { 'app.kubernetes.io/name': 'gateway' },
      ports: [{ name: 'wordpress', port: 80 }, { name: 'openwebui', port: 8080 }],
    },
  });
};
const ready = (namespace: string, name: string): Promise<KubeObject> => until(cluster, 'Pod', namespace, name, (object) => condition(object, 'Ready')?.['status'] === 'True');
const urlOf = async (name: string, port: number): Promise<string> => {
  const service = await until(cluster, 'Service', `tenant-${name}`, 'gateway', (object) => object?.metadata.annotations?.[`ionos-tenants.io/url-${port}`] !== undefined);
  return String(service.metadata.annotations?.[`ionos-tenants.io/url-${port}`]);
};
const status = async (url: string): Promise<number> => (await fetch(url)).status;

beforeEach(() => {
  cluster = makeCluster();
});
afterEach(async () => {
  await endpoints?.close();
  cluster.stop();
  expect(cluster.defects).toEqual([]);
});

describe('the page behind a port', () => {
  it('answers 503 until gateway and application are ready, each port for itself', async () => {
    endpoints = await startEndpoints(cluster);
    tenant('acme', '203.0.113.10');
    const [wordpress, openwebui] = [await urlOf('acme', 80), await urlOf('acme', 8080)];
    expect([await status(wordpress), await status(openwebui)]).toEqual([503, 503]);
    application('tenant-acme', 'wordpress');
    await ready('tenant-acme', 'wordpress');
    expect(await status(wordpress)).toBe(503);
    application('tenant-acme', 'gateway');
    await ready('tenant-acme', 'gateway');
    expect([await status(wordpress), await status(openwebui)]).toEqual([200, 503]);
    application('tenant-acme', 'openwebui');
    await ready('tenant-acme', 'openwebui');
    expect([await status(openwebui), await status(`${openwebui}/healthz`), await status(`${wordpress}/wp-admin/`)]).toEqual([200, 200, 200]);
    cluster.failPods({ selector: 'app.kubernetes.io/name=wordpress' }, 'NotReady');
    await until(cluster, 'Pod', 'tenant-acme', 'wordpress', (object) => condition(object, 'Ready')?.['status'] === 'False');
    expect([await status(wordpress), await status(`${wordpress}/healthz`), await status(openwebui)]).toEqual([503, 503, 200]);
  });

  it('says plainly what it is and what it stands for, and lets nothing in that the tenant wrote', async () => {
    endpoints = await startEndpoints(cluster);
    tenant('acme', '203.0.113.10', '<script>alert(1)</script> & "Söhne"');
    for (const name of ['gateway', 'wordpress', 'openwebui']) {
      application('tenant-acme', name);
      await ready('tenant-acme', name);
    }
    const response = await fetch(await urlOf('acme', 80));
    const html = await response.text();
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Söhne&quot;');
    expect(html).not.toContain('<script>alert');
    for (const said of ['Sandbox', 'Nothing was created in the cloud', 'MCP server', 'http://203.0.113.10', 'tenant-acme', 'registry.sandbox.example/wordpress:1.2.3', `href="${await urlOf('acme', 8080)}"`, '<html lang="en">', 'openwebui']) expect(html).toContain(said);
    // Complete in itself: whatever it would load from elsewhere, the browser would be told to refuse.
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(html).not.toMatch(/(src|href)="(?!http:\/\/127\.0\.0\.1)/);
    const state = (await (await fetch(`${await urlOf('acme', 80)}/.sandbox/state.json`)).json()) as { up: boolean; pods: { name: string; ready: boolean }[] };
    expect(state.up).toBe(true);
    expect(state.pods.map(({ name, ready: isReady }) => [name, isReady])).toEqual([['gateway', true], ['openwebui', true], ['wordpress', true]]);
  });

  it('has no body for HEAD', async () => {
    endpoints = await startEndpoints(cluster);
    tenant('acme', '203.0.113.10');
    const response = await fetch(await urlOf('acme', 80), { method: 'HEAD' });
    expect([response.status, await response.text(), response.headers.get('retry-after')]).toEqual([503, '', '2']);
  });

  it('closes with its Service', async () => {
    endpoints = await startEndpoints(cluster);
    tenant('acme', '203.0.113.10');
    const url = await urlOf('acme', 80);
    deleteObject(cluster.store, 'Service', 'tenant-acme', 'gateway');
    await until(cluster, 'Service', 'tenant-acme', 'gateway', (object) => object === undefined);
    await endpoints.settled();
    expect(endpoints.list()).toEqual([]);
    expect(await fetch(url).catch(() => 'refused')).toBe('refused');
  });
});

describe('ports', () => {
  it('are remembered over a restart, unless somebody else has taken them', async () => {
    endpoints = await startEndpoints(cluster);
    tenant('acme', '203.0.113.10');
    tenant('beta', '203.0.113.11');
    const before = [await urlOf('acme', 80), await urlOf('acme', 8080), await urlOf('beta', 80), await urlOf('beta', 8080)];
    expect(new Set(before).size).toBe(4);
    await endpoints.settled();
    await endpoints.close();
    cluster.stop();
    const snapshot = cluster.snapshot();

    const squatter = createServer((_request, response) => response.end('squatter'));
    await new Promise<void>((resolve) => squatter.listen(Number(new URL(before[2] ?? '').port), '127.0.0.1', resolve));
    cluster = makeCluster({ snapshot });
    endpoints = await startEndpoints(cluster);
    expect([await urlOf('acme', 80), await urlOf('acme', 8080), await urlOf('beta', 8080)]).toEqual([before[0], before[1], before[3]]);
    const moved = await urlOf('beta', 80);
    expect(moved).not.toBe(before[2]);
    expect(await status(moved)).toBe(503);
    expect((squatter.address() as AddressInfo).port).toBe(Number(new URL(before[2] ?? '').port));
    await new Promise((resolve) => squatter.close(resolve));
  });

  it('start at 41080 and keep the ports of a tenant together', () => {
    const firstOf = (...args: Parameters<typeof candidatePorts>): number => candidatePorts(...args).next().value as number;
    expect([firstOf(80, undefined, new Set()), firstOf(8080, undefined, new Set(), 41080)]).toEqual([41080, 41088]);
    expect([firstOf(80, undefined, new Set([41080, 41088])), firstOf(8080, undefined, new Set([41080, 41088]), 41090)]).toEqual([41090, 41098]);
    expect(firstOf(80, 41230, new Set())).toBe(41230);
    expect([...candidatePorts(80, undefined, new Set())].at(-1)).toBe(0);
  });
});
