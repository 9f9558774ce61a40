import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { render } from '../../charts/rendering.js';
import type { Values } from '../../charts/rendering.js';
import { changed, valuesOf } from '../../charts/tenants.js';
import { makeAuthority } from './certificates.js';
import type { Authority } from './certificates.js';
import { startNames } from './dns.js';
import type { Names } from './dns.js';
import { Hub } from './hub.js';
import { addAddress } from './network.js';
import { Pod } from './pod.js';

export const HUB = 'hub.models.example';
export const TOKEN = 'hub.token-abc_123==';
export const KEYS = { acme: 'Acme0123456789'.repeat(4), globex: 'Globex0123456789'.repeat(3), initech: 'Initech0123456789'.repeat(3) } as const;
export type Tenant = keyof typeof KEYS;

/** The model gateway as a platform installs it, with a model service, DNS and a certificate authority of the test's own. */
export class Models {
  private readonly pods: Pod[] = [];
  private readonly hubs: Hub[] = [];

  private constructor(
    readonly folder: string,
    /** The third part of all addresses: each test file has its own. */
    private readonly net: number,
    readonly authority: Authority,
    readonly names: Names,
  ) {}

  static async prepare(net: number): Promise<Models> {
    const folder = await mkdtemp(join(tmpdir(), 'models-'));
    const dns = await addAddress(`198.18.${net}.1`);
    return new Models(folder, net, await makeAuthority(folder, 'models'), await startNames(folder, dns));
  }

  /** Another hub at an address of its own; the name leads there from now on. */
  async newHub(certificate?: { key: string; cert: string }): Promise<Hub> {
    const address = await addAddress(`198.18.${this.net}.${20 + this.hubs.length}`);
    const hub = await Hub.listen(address, certificate ?? (await this.authority.issue(HUB)));
    this.hubs.push(hub);
    await this.names.set(HUB, address);
    return hub;
  }

  /** A pod of the gateway, with these tenants' keys. */
  async newPod(tenants: readonly Tenant[], values: Values = {}): Promise<{ pod: Pod; url: string }> {
    const address = `198.18.${this.net}.${100 + this.pods.length}`;
    const base = { ...valuesOf('small')['model-gateway'], replicas: 1 };
    const manifests = await render('model-gateway', changed(base, { hub: { baseUrl: `https://${HUB}`, authorityRoot: this.authority.root }, ...values }));
    const secrets = { 'model-gateway': { 'hub-token': TOKEN }, 'model-gateway-keys': Object.fromEntries(tenants.map((tenant) => [tenant, KEYS[tenant]])) };
    const pod = await Pod.start({ manifests, name: 'model-gateway', address, nameserver: `198.18.${this.net}.1`, secrets });
    this.pods.push(pod);
    return { pod, url: `http://${address}:8080` };
  }

  async close(): Promise<void> {
    for (const pod of this.pods) await pod.remove();
    for (const hub of this.hubs) await hub.close();
    await this.names.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** One question of a tenant, as Open WebUI asks it. `said` goes over the body, `headers` over the headers. */
export const ask = (url: string, tenant: Tenant, said: Record<string, unknown> = {}, init: RequestInit = {}, path = '/v1/chat/completions'): Promise<Response> =>
  fetch(url + path, {
    method: 'POST',
    body: JSON.stringify({ model: 'x', user: tenant, messages: [], ...said }),
    ...init,
    headers: { authorization: `Bearer ${KEYS[tenant]}`, 'content-type': 'application/json', ...init.headers },
  });
