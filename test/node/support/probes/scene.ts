import type { V1ServiceList } from '@kubernetes/client-node';
import { vi } from 'vitest';
import { ADDRESSES } from '../../rig/settings.js';
import { openTwoTenants, TENANTS, type TenantName, type TwoTenants } from '../two-tenants.js';
import { podsIn, reached, type Source } from './attempts.js';
import { endProbes, HOSTILE, OPEN, startProbes } from './pods.js';

export const namespaceOf = (tenant: TenantName): string => `tenant-${tenant}`;
export const BOTH = [['acme', 'globex'], ['globex', 'acme']] as const;
const APPLICATIONS = ['wordpress', 'openwebui', 'database', 'gateway'] as const;
/** What any of a tenant's pods listens on, and what pods in general do. */
const PORTS = [22, 80, 443, 2019, 3306, 8080, 8081, 8443] as const;

export interface ProbeScene {
  tenants: TwoTenants;
  /** The pods of this tenant's applications and the hostile ones, by component or name. */
  pods: Readonly<Record<TenantName, Readonly<Record<string, Source & { ip: string }>>>>;
  open: Readonly<Record<'client' | 'pretender' | 'server', Source & { ip: string }>>;
  /** Every port of every application of this tenant. */
  podPorts(tenant: TenantName): string[];
  /** Every port of every Service of this tenant, by its address and its name. */
  services(tenant: TenantName): Promise<string[]>;
  /** What this tenant's address would answer on, and the ports of the node that its Service has. */
  publicPorts(tenant: TenantName): Promise<string[]>;
  /** What arrived, from all pods of a tenant or from one. */
  reached(from: TenantName | Source, targets: readonly string[]): Promise<string[]>;
  /** Waits until nothing of a tenant arrives at these targets: walls are back. */
  closed(tenant: TenantName, targets: readonly string[]): Promise<void>;
  end(): Promise<void>;
}

/** Two tenants side by side with hostile pods among theirs, and a namespace that nothing guards. */
export const openProbes = async (): Promise<ProbeScene> => {
  const tenants = await openTwoTenants(() => ({ say: 'Good day.' }));
  const { node } = tenants;
  const namespaces = TENANTS.map(namespaceOf);
  await startProbes(node, namespaces);
  const known = async (namespace: string, names: readonly string[]): Promise<Record<string, Source & { ip: string }>> => {
    const found = await podsIn(node, namespace);
    const lacking = names.filter((name) => found[name] === undefined);
    if (lacking.length > 0) throw new Error(`no pod ${lacking.join(', ')} in ${namespace}, only ${Object.keys(found).join(', ')}`);
    return found;
  };
  const all = [...APPLICATIONS, ...Object.keys(HOSTILE)];
  const pods = { acme: await known(namespaceOf('acme'), all), globex: await known(namespaceOf('globex'), all) };
  const servicesOf = async (tenant: TenantName): Promise<V1ServiceList['items']> => ((await node.call('GET', `/api/v1/namespaces/${namespaceOf(tenant)}/services`)).body as V1ServiceList).items;
  const arrived: ProbeScene['reached'] = (from, targets) => reached(node, typeof from === 'string' ? Object.values(pods[from]) : [from], targets);
  return {
    tenants,
    pods,
    open: (await known(OPEN, ['client', 'pretender', 'server'])) as ProbeScene['open'],
    podPorts: (tenant) => APPLICATIONS.flatMap((name) => PORTS.map((port) => `tcp/${pods[tenant][name]?.ip}:${port}`)),
    async services(tenant) {
      return (await servicesOf(tenant)).flatMap(({ metadata, spec }) => {
        const names = [`${metadata?.name}.${namespaceOf(tenant)}.svc.cluster.local`, ...(spec?.clusterIP === 'None' ? [] : [spec?.clusterIP])];
        return names.flatMap((name) => (spec?.ports ?? []).map(({ port }) => `tcp/${name}:${port}`));
      });
    },
    async publicPorts(tenant) {
      const gateway = (await servicesOf(tenant)).find(({ spec }) => spec?.type === 'LoadBalancer');
      const address = gateway?.status?.loadBalancer?.ingress?.[0]?.ip;
      return [...PORTS.map((port) => `tcp/${address}:${port}`), ...(gateway?.spec?.ports ?? []).flatMap(({ nodePort }) => (nodePort === undefined ? [] : [`tcp/${ADDRESSES.node}:${nodePort}`]))];
    },
    reached: arrived,
    async closed(tenant, targets) {
      await vi.waitFor(async () => {
        const open = await arrived(tenant, targets);
        if (open.length > 0) throw new Error(`still open: ${open.join(', ')}`);
      }, { timeout: 60_000 });
    },
    async end() {
      await endProbes(node, namespaces);
      await tenants.close();
    },
  };
};
