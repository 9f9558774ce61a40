import { beforeAll, describe, expect, it } from 'vitest';
import { find, render } from './rendering.js';
import type { ChartName, Manifest, Values } from './rendering.js';
import { changed, EXTRA, TENANTS, valuesOf } from './tenants.js';

interface Peer {
  podSelector?: { matchLabels?: Record<string, string> };
  namespaceSelector?: { matchLabels?: Record<string, string>; matchExpressions?: unknown[] };
  ipBlock?: { cidr: string; except?: string[] };
}
interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { protocol: string; port: number }[];
}

const policiesOf = async (values: Values): Promise<Manifest[]> => (await render('tenant', values)).filter(({ kind }) => kind === 'NetworkPolicy');

const rules = (policies: readonly Manifest[]): { policy: string; direction: 'ingress' | 'egress'; rule: Rule }[] =>
  policies.flatMap(({ metadata, spec }) =>
    (['ingress', 'egress'] as const).flatMap((direction) =>
      ((spec[direction] ?? []) as Rule[]).map((rule) => ({ policy: metadata.name, direction, rule })),
    ),
  );

/** Who may talk to whom, as short words: "gateway > wordpress:8080". */
const paths = (policies: readonly Manifest[], direction: 'ingress' | 'egress'): string[] =>
  rules(policies)
    .filter((entry) => entry.direction === direction)
    .flatMap(({ policy, rule }) => {
      const own = (find(policies, 'NetworkPolicy', policy).spec.podSelector as NonNullable<Peer['podSelector']>).matchLabels?.['app.kubernetes.io/component'] ?? 'all';
      const peers = (rule.from ?? rule.to ?? [{}]).map(
        ({ podSelector, namespaceSelector, ipBlock }) =>
          ipBlock?.cidr ?? podSelector?.matchLabels?.['app.kubernetes.io/component'] ?? (namespaceSelector ? `ns ${Object.values(namespaceSelector.matchLabels ?? {}).join()}` : 'anybody'),
      );
      return peers.flatMap((peer) =>
        (rule.ports ?? [{ protocol: 'any', port: 0 }]).map(({ port }) => (direction === 'ingress' ? `${peer} > ${own}:${port}` : `${own} > ${peer}:${port}`)),
      );
    })
    .sort();

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'];

describe('a tenant with everything closed that can be', () => {
  let policies: Manifest[] = [];
  beforeAll(async () => {
    policies = await policiesOf(valuesOf('small').tenant);
  });

  it('starts from nothing, in both directions, for every pod', () => {
    expect(find(policies, 'NetworkPolicy', 'default-deny').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  it('lets in what the design names and nothing else', () => {
    expect(paths(policies, 'ingress')).toEqual(
      [
        ...['anybody > gateway:8080', 'anybody > gateway:8081', 'anybody > gateway:8443'],
        'gateway > openwebui:8080',
        'gateway > wordpress:8080',
        'mcp-handshake > wordpress:8081',
        'openwebui > wordpress:8081',
        'wordpress > database:3306',
      ].sort(),
    );
  });

  it('lets out what the design names and nothing else', () => {
    expect(paths(policies, 'egress')).toEqual(
      [
        ...['all > ns kube-system:53', 'all > ns kube-system:53'],
        ...['gateway-test > gateway:8080', 'gateway-test > gateway:8081'],
        'gateway > openwebui:8080',
        'gateway > wordpress:8080',
        'mcp-handshake > wordpress:8081',
        'openwebui > ns ionos-tenants-models:8080',
        'openwebui > wordpress:8081',
        'wordpress > database:3306',
      ].sort(),
    );
  });

  it('says from where everywhere but at the gateway\'s web ports', () => {
    for (const { policy, direction, rule } of rules(policies)) {
      expect(rule.ports?.length, policy).toBeGreaterThan(0);
      if (direction === 'ingress' && policy === 'gateway') expect(rule).not.toHaveProperty('from');
      else expect((rule.from ?? rule.to ?? []).length, policy).toBeGreaterThan(0);
    }
  });

  it('never means "every namespace" or "every pod of another namespace"', () => {
    for (const { policy, rule } of rules(policies)) {
      for (const { namespaceSelector, podSelector } of [...(rule.from ?? []), ...(rule.to ?? [])]) {
        if (namespaceSelector === undefined) continue;
        expect(Object.keys(namespaceSelector.matchLabels ?? {}), policy).toEqual(['kubernetes.io/metadata.name']);
        expect(Object.keys(podSelector?.matchLabels ?? {}).length, policy).toBeGreaterThan(0);
      }
    }
  });

  it('finds DNS where the cluster has it', async () => {
    const elsewhere = await policiesOf({ ...valuesOf('small').tenant, dns: { namespace: 'dns', podLabels: { app: 'node-local-dns' }, port: 1053 } });
    expect(find(elsewhere, 'NetworkPolicy', 'dns').spec.egress).toEqual([
      {
        to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'dns' } }, podSelector: { matchLabels: { app: 'node-local-dns' } } }],
        ports: [
          { protocol: 'UDP', port: 1053 },
          { protocol: 'TCP', port: 1053 },
        ],
      },
    ]);
  });
});

it('without models there is no way to the model gateway', async () => {
  expect(paths(await policiesOf(valuesOf('medium').tenant), 'egress').join()).not.toContain('ionos-tenants-models');
});

describe('the internet', () => {
  it('is closed while nobody opens it', async () => {
    for (const { rule } of rules(await policiesOf(valuesOf('small').tenant))) for (const { ipBlock } of rule.to ?? []) expect(ipBlock).toBeUndefined();
  });

  it.each([
    ['internet', { egress: { internet: true } }],
    ['certificates', { egress: { certificates: true } }],
  ])('opened for %s, leaves out private networks, metadata and what the platform names, each once', async (_title, changes) => {
    const named = { egress: { exceptCidrs: ['192.0.2.0/24', '10.0.0.0/8'] } };
    const blocks = rules(await policiesOf(changed(changed(valuesOf('small').tenant, named), changes))).flatMap(({ rule }) => (rule.to ?? []).flatMap(({ ipBlock }) => ipBlock ?? []));
    expect(blocks).toHaveLength(1);
    // 10.0.0.0/8 is in the platform's list too.
    expect(blocks[0]).toEqual({ cidr: '0.0.0.0/0', except: [...PRIVATE, '192.0.2.0/24'] });
  });

  it('opened, lets out the applications on web ports, and not the database', async () => {
    const policies = await policiesOf(changed(valuesOf('small').tenant, { egress: { internet: true } }));
    const { spec } = find(policies, 'NetworkPolicy', 'internet');
    expect(spec.podSelector.matchExpressions[0].values).toEqual(['wordpress', 'openwebui']);
    expect((spec.egress as Rule[])[0]?.ports?.map(({ port }) => port)).toEqual([80, 443]);
  });

  it('for certificates alone, opens the gateway only', async () => {
    const policies = await policiesOf(valuesOf('large').tenant);
    const open = rules(policies).filter(({ rule }) => (rule.to ?? []).some(({ ipBlock }) => ipBlock));
    expect(open.map(({ policy }) => policy)).toEqual(['gateway']);
    expect(open[0]?.rule.ports).toEqual([{ protocol: 'TCP', port: 443 }]);
  });

  it('an external database is one address and one port, for WordPress only', async () => {
    const policies = await policiesOf(changed(valuesOf('small').tenant, { egress: { database: { cidr: '10.20.0.5/32', port: 3307 } } }));
    expect(paths(policies, 'egress').filter((path) => path.includes('10.20'))).toEqual(['wordpress > 10.20.0.5/32:3307']);
  });
});

describe('every block of addresses that means the internet, in every chart and case', () => {
  // Enforcers differ: to some, a block matches whatever has such an address, be it a pod, a Service, a node or the API server.
  const platform = { exceptCidrs: ['198.51.100.10/32', '198.51.100.20/32'] };
  const cases: [string, ChartName, Values][] = [
    ...TENANTS.flatMap((key): [string, ChartName, Values][] => [
      [`the tenant ${key}`, 'tenant', changed(valuesOf(key).tenant, { egress: { internet: true, certificates: true, ...platform } })],
      [`the model gateway beside ${key}`, 'model-gateway', changed(valuesOf(key)['model-gateway'], { egress: platform })],
    ]),
    ...EXTRA.filter(({ chart }) => chart === 'tenant' || chart === 'model-gateway').map(({ chart, title, values }): [string, ChartName, Values] => [title, chart, changed(values, { egress: platform })]),
  ];

  it.each(cases)('P4, P5 and P6 %s: leaves out private networks, metadata, pods, Services, nodes and the API server', async (_title, chart, values) => {
    const blocks = rules((await render(chart, values)).filter(({ kind }) => kind === 'NetworkPolicy')).flatMap(({ rule }) => [...(rule.to ?? []), ...(rule.from ?? [])]).flatMap(({ ipBlock }) => ipBlock ?? []);
    const internet = blocks.filter(({ cidr }) => Number(cidr.split('/')[1]) < 8);
    expect(internet.length).toBeGreaterThan(0);
    for (const { cidr, except } of internet) {
      expect(cidr).toBe('0.0.0.0/0');
      expect(except).toEqual(expect.arrayContaining([...PRIVATE, ...platform.exceptCidrs]));
    }
  });

  it('is in no other chart, and in no rule about who comes in', async () => {
    for (const key of TENANTS) {
      for (const chart of ['wordpress', 'openwebui', 'gateway'] as const) expect((await render(chart, valuesOf(key)[chart])).filter(({ kind }) => kind === 'NetworkPolicy')).toEqual([]);
      for (const { direction, rule } of rules(await policiesOf(valuesOf(key).tenant))) if (direction === 'ingress') for (const { ipBlock } of rule.from ?? []) expect(ipBlock).toBeUndefined();
    }
  });
});

describe('the model gateway', () => {
  const policies = async (values: Values): Promise<Manifest[]> => (await render('model-gateway', values)).filter(({ kind }) => kind === 'NetworkPolicy');

  it('is reached by Open WebUI of tenants, and by its own helm test, only', async () => {
    const list = await policies(valuesOf('small')['model-gateway']);
    expect(find(list, 'NetworkPolicy', 'default-deny').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    expect(find(list, 'NetworkPolicy', 'model-gateway').spec.ingress).toEqual([
      {
        from: [
          {
            namespaceSelector: { matchExpressions: [{ key: 'ionos-tenants.io/tenant', operator: 'Exists' }] },
            podSelector: { matchLabels: { 'app.kubernetes.io/component': 'openwebui' } },
          },
          { podSelector: { matchLabels: { 'app.kubernetes.io/component': 'model-gateway-test' } } },
        ],
        ports: [{ protocol: 'TCP', port: 8080 }],
      },
    ]);
    const test = find(list, 'NetworkPolicy', 'model-gateway-test').spec as { egress: Rule[] };
    expect(test.egress.map(({ ports }) => ports?.map(({ port }) => port))).toEqual([[53, 53], [8080]]);
    expect(test.egress[1]?.to).toEqual([{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'model-gateway', 'app.kubernetes.io/instance': 'model-gateway' } } }]);
  });

  it('reaches DNS and the hub\'s port on the internet, and no private network', async () => {
    const egress = find(await policies(valuesOf('small')['model-gateway']), 'NetworkPolicy', 'model-gateway').spec.egress as Rule[];
    expect(egress.map(({ ports }) => ports?.map(({ port }) => port))).toEqual([[53, 53], [443]]);
    expect(egress[1]?.to).toEqual([{ ipBlock: { cidr: '0.0.0.0/0', except: [...PRIVATE, '192.0.2.0/24'] } }]);
  });

  it('follows the port of a service of one\'s own, and reaches the networks named for it', async () => {
    const values = changed(valuesOf('small')['model-gateway'], { hub: { baseUrl: 'http://models.example:8000' }, egress: { allowCidrs: ['10.9.0.0/16'] } });
    const egress = find(await policies(values), 'NetworkPolicy', 'model-gateway').spec.egress as Rule[];
    expect(egress[1]?.ports).toEqual([{ protocol: 'TCP', port: 8000 }]);
    expect(egress[1]?.to?.map(({ ipBlock }) => ipBlock?.cidr)).toEqual(['0.0.0.0/0', '10.9.0.0/16']);
  });
});
