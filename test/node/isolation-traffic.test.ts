import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { attempt, everyOf, type Source } from './support/probes/attempts.js';
import { COMPONENT } from './support/probes/pods.js';
import { addPolicy, withoutWalls } from './support/probes/rules.js';
import { BOTH, namespaceOf, openProbes, type ProbeScene } from './support/probes/scene.js';
import { ADDRESSES } from './rig/settings.js';

// What changes no rule runs beside its neighbours: what is silent takes seconds to be known.
describe('traffic between two tenants, in real packets', () => {
  let scene: ProbeScene;
  const pod = (tenant: 'acme' | 'globex', name: string): Source & { ip: string } => {
    const found = scene.pods[tenant][name];
    if (!found) throw new Error(`no ${name} in ${tenant}`);
    return found;
  };
  const clusterAddress = async (namespace: string, service: string): Promise<string> =>
    ((await scene.tenants.node.call('GET', `/api/v1/namespaces/${namespace}/services/${service}`)).body as { spec: { clusterIP: string } }).spec.clusterIP;
  const modelGateway = async (): Promise<string> => `tcp/${await clusterAddress('ionos-tenants-models', 'model-gateway')}:8080`;
  const eventually = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 60_000 });

  beforeAll(async () => {
    scene = await openProbes();
  });
  afterAll(() => scene.end());

  it('P1 and P2 positive control: from one unguarded pod to another, every attempt arrives, by address, Service and headless name', async () => {
    const { client, server } = scene.open;
    const targets = [...[22, 80, 443, 3306, 8080, 8081, 8443].map((port) => `tcp/${server.ip}:${port}`), 'tcp/server.open.svc.cluster.local:8080', 'tcp/headless.open.svc.cluster.local:8080'];
    expect(await scene.reached(client, targets)).toEqual(everyOf([client], targets));
  });

  describe.each(BOTH)('%s → %s', (from, to) => {
    it.concurrent(`P1 and P2 ${from} → ${to}: no pod, hostile or not, arrives at any port of the other’s pods and Services, and neither does an unguarded one`, async () => {
      const targets = [...scene.podPorts(to), ...(await scene.services(to))];
      expect(targets.length).toBeGreaterThan(40);
      // What is meant for everybody is the gateway’s web ports.
      const gateway = [pod(to, 'gateway').ip, await clusterAddress(namespaceOf(to), 'gateway'), `gateway.${namespaceOf(to)}.svc.cluster.local`];
      const others = targets.filter((target) => !gateway.some((host) => target.includes(`/${host}:`)));
      expect(await Promise.all([scene.reached(from, targets), scene.reached(scene.open.client, others)])).toEqual([[], []]);
    });

    it.concurrent(`P7 ${from} → ${to}: the other’s public address and its ports on the node are silent, on web ports and others`, async () => {
      expect(await scene.reached(from, await scene.publicPorts(to))).toEqual([]);
    });

    it.concurrent(`P7 positive control: an unguarded pod arrives at ${to}’s web ports, as the whole world does, and at nothing else of its address`, async () => {
      const publics = await scene.publicPorts(to);
      expect(await scene.reached(scene.open.client, publics)).toEqual(everyOf([scene.open.client], publics.filter((target) => target.includes(ADDRESSES.node) || /:(80|8080)$/.test(target))));
    });

    it(`P7 red with its control removed: without ${from}’s way out closed, the web ports that ${to} has for everybody answer, and still nothing else of it`, async () => {
      const gate = [8080, 8081, 8443].map((port) => `tcp/${pod(to, 'gateway').ip}:${port}`);
      const stranger = pod(from, 'stranger');
      const publics = await scene.publicPorts(to);
      const shown = publics.filter((target) => target.includes(ADDRESSES.node) || /:(80|8080)$/.test(target));
      await withoutWalls(scene.tenants.node, [[namespaceOf(from), 'egress']], async () => {
        await eventually(async () => expect(await scene.reached(stranger, [...scene.podPorts(to), ...publics])).toEqual(everyOf([stranger], [...gate, ...shown])));
      });
      await scene.closed(from, [...scene.podPorts(to), ...publics]);
    });

    it(`P1 and P2 red with its control removed: without the walls of both, every pod of ${from} arrives everywhere in ${to}, and nowhere once they are back`, async () => {
      const targets = [...scene.podPorts(to), ...(await scene.services(to))];
      await withoutWalls(scene.tenants.node, [[namespaceOf(from), 'egress'], [namespaceOf(to), 'ingress']], async () => {
        await eventually(async () => expect(await scene.reached(from, targets)).toEqual(everyOf(Object.values(scene.pods[from]), targets)));
      });
      await scene.closed(from, targets);
    });
  });

  it.each(['acme', 'globex'] as const)('P1 positive control: within %s arrives what the design names, and nothing else', async (tenant) => {
    const to = (name: string, port: number): string => `tcp/${pod(tenant, name).ip}:${port}`;
    const model = await modelGateway();
    const allowed: Record<string, string[]> = {
      gateway: [to('wordpress', 8080), to('openwebui', 8080)],
      openwebui: [to('wordpress', 8081), model],
      wordpress: [to('database', 3306)],
    };
    // Labels are what opens within a namespace: whoever may make pods there is that tenant.
    const expected = Object.entries({ ...allowed, 'as-wordpress': allowed['wordpress'] ?? [], 'as-openwebui': allowed['openwebui'] ?? [] }).flatMap(([name, targets]) => everyOf([pod(tenant, name)], targets));
    const own = Object.values(scene.pods[tenant]);
    // A pod reaches itself without any network.
    const found = (await scene.reached(tenant, [...scene.podPorts(tenant), model])).filter((words) => !own.some((one) => words.startsWith(`${one.namespace}/${one.pod} > tcp/${one.ip}:`)));
    expect(found).toEqual(expected.sort());
  });

  describe('names', () => {
    const DNS = ADDRESSES.dns;

    it.concurrent('P3 names of another tenant’s Services resolve (accepted), but nothing answers there', async () => {
      const names = (await scene.services('globex')).filter((target) => target.includes('.svc.'));
      expect([...(await attempt(scene.tenants.node, pod('acme', 'stranger'), names)).values()]).toEqual(names.map(() => 'silent'));
    });

    it.concurrent('P3 only the cluster’s DNS answers, on its port, and no other server does', async () => {
      const dnsPods = (await scene.tenants.node.call('GET', '/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app=kube-dns')).body as { items: { status: { podIP: string } }[] };
      const address = dnsPods.items[0]?.status.podIP;
      const answering = [`udp/${DNS}:53`, `tcp/${DNS}:53`];
      const silent = ['udp', 'tcp'].flatMap((protocol) => [`${protocol}/${scene.open.server.ip}:53`, `${protocol}/${ADDRESSES.models}:53`, `${protocol}/9.9.9.9:53`]);
      const targets = [...answering, ...silent, `tcp/${address}:8080`, `tcp/${address}:8181`];
      const found = await Promise.all((['acme', 'globex'] as const).map((tenant) => scene.reached(tenant, targets)));
      expect(found.flat()).toEqual([...everyOf(Object.values(scene.pods.acme), answering), ...everyOf(Object.values(scene.pods.globex), answering)]);
    });

    it.concurrent('P3 positive control: an unguarded pod asks another server', async () => {
      const targets = [`udp/${DNS}:53`, `udp/${scene.open.server.ip}:53`, `tcp/${scene.open.server.ip}:53`];
      expect(await scene.reached(scene.open.client, targets)).toEqual(everyOf([scene.open.client], targets));
    });

    it('P3 red with its control removed: a rule that opens port 53 to everywhere lets a tenant’s pod ask any server', async () => {
      const targets = [`udp/${scene.open.server.ip}:53`, `tcp/${scene.open.server.ip}:53`];
      const ports = [{ protocol: 'UDP', port: 53 }, { protocol: 'TCP', port: 53 }];
      const restore = await addPolicy(scene.tenants.node, namespaceOf('acme'), 'any-dns', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports }] });
      await eventually(async () => expect(await scene.reached(pod('acme', 'stranger'), targets)).toEqual(everyOf([pod('acme', 'stranger')], targets))).finally(restore);
      await scene.closed('acme', targets);
    });
  });

  describe('borrowed labels', () => {
    it.concurrent('P8 a pod with the labels of another tenant’s component, or of the system’s, arrives at nothing of it, from its own namespace and from an unguarded one', async () => {
      const targets = scene.podPorts('globex').filter((target) => !target.includes(`/${pod('globex', 'gateway').ip}:`));
      const sources = [pod('acme', 'as-wordpress'), pod('acme', 'as-openwebui'), pod('acme', 'as-system'), scene.open.pretender];
      const model = await modelGateway();
      expect((await Promise.all([...sources.map((source) => scene.reached(source, targets)), scene.reached(scene.open.pretender, [model])])).flat()).toEqual([]);
    });

    it.concurrent('P8 positive control: the same pods arrive where nothing is guarded, and where their own namespace’s rules mean them', async () => {
      const open = [`tcp/${scene.open.server.ip}:8081`];
      expect(await scene.reached(scene.open.pretender, open)).toEqual(everyOf([scene.open.pretender], open));
      const database = [`tcp/${pod('acme', 'database').ip}:3306`];
      expect(await scene.reached(pod('acme', 'as-wordpress'), database)).toEqual(everyOf([pod('acme', 'as-wordpress')], database));
    });

    it('P8 red with its control removed: a rule that takes the label from any namespace lets the pretender in', async () => {
      const targets = [`tcp/${pod('globex', 'wordpress').ip}:8081`];
      const restore = await addPolicy(scene.tenants.node, namespaceOf('globex'), 'any-namespace', {
        podSelector: { matchLabels: COMPONENT('wordpress') },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: COMPONENT('openwebui') } }], ports: [{ protocol: 'TCP', port: 8081 }] }],
      });
      await eventually(async () => expect(await scene.reached(scene.open.pretender, targets)).toEqual(everyOf([scene.open.pretender], targets))).finally(restore);
      await eventually(async () => expect(await scene.reached(scene.open.pretender, targets)).toEqual([]));
    });
  });
});
