import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { attempt, everyOf, type Source } from './support/probes/attempts.js';
import { MCP_URL, MODEL_GATEWAY_URL, MODELS_NAMESPACE } from '../../src/tenant/resource-names.js';
import { internetRule } from './support/probes/internet.js';
import { pageOf, redirectTo, startOutside, WORLD, type Outside } from './support/probes/outside.js';
import { addPolicy, withoutWalls } from './support/probes/rules.js';
import { namespaceOf, openProbes, type ProbeScene } from './support/probes/scene.js';
import { NOTHING, read, refusals, withSettings } from './support/probes/web-fetch.js';
import { TENANTS, type TenantName } from './support/two-tenants.js';
import type { ChatUser } from './support/chat.js';
import { ADDRESSES } from './rig/settings.js';

const web = (addresses: readonly string[]): string[] => addresses.flatMap((address) => [80, 443].map((port) => `tcp/${address}:${port}`));
const METADATA = web([WORLD.metadata, WORLD.alibaba]);
const PRIVATE = web(WORLD.privates);
const NODE = [22, 80, 443, 10250, 10255, 10256].map((port) => `tcp/${ADDRESSES.node}:${port}`);
const INTERNET = web([WORLD.internet]);

/** Asks the API server for another tenant's Secrets, with a token or without, and prints its status; `silent` when nothing answers. */
const ASK = `
import ssl, sys, urllib.error, urllib.request
url, token = sys.argv[1], sys.argv[2]
request = urllib.request.Request(url, headers={'Authorization': 'Bearer ' + token} if token else {})
try: print(urllib.request.urlopen(request, timeout=3, context=ssl._create_unverified_context()).status)
except urllib.error.HTTPError as error: print(error.code)
except OSError: print('silent')
`;

// What changes no rule runs beside its neighbours: what is silent takes seconds to be known.
describe('what a tenant’s pods reach outside, in real packets', () => {
  let scene: ProbeScene;
  let outside: Outside;
  let api: string[];
  let everything: string[];
  const pod = (tenant: TenantName, name: string): Source => scene.pods[tenant][name] ?? { namespace: '', pod: name };
  const eventually = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 60_000 });

  beforeAll(async () => {
    outside = await startOutside();
    scene = await openProbes();
    api = [`tcp/${new URL(scene.tenants.node.cluster.server).host}`, 'tcp/kubernetes.default.svc.cluster.local:443'];
    everything = [...METADATA, ...PRIVATE, ...NODE, ...api, ...INTERNET];
  });
  afterAll(async () => {
    await scene.end();
    await outside.close();
  });

  it.concurrent('P4, P5 and P6 positive control: an unguarded pod arrives at metadata, private networks, the node, its kubelet and the API server', async () => {
    expect(await scene.reached(scene.open.client, everything)).toEqual(everyOf([scene.open.client], everything));
    const answers = await attempt(scene.tenants.node, scene.open.client, everything);
    for (const target of [...METADATA, ...PRIVATE, ...api, `tcp/${ADDRESSES.node}:10250`]) expect([target, answers.get(target)]).toEqual([target, 'open']);
  });

  it.concurrent.each(TENANTS)('P4, P5 and P6 no pod of %s, hostile or not, arrives at any of them', async (tenant) => {
    expect(await scene.reached(tenant, everything)).toEqual([]);
  });

  it('P4 and P5 with the internet opened, the applications arrive at it and still at none of the others', async () => {
    const restore = await addPolicy(scene.tenants.node, namespaceOf('acme'), 'internet', await internetRule(scene.tenants.node, 'acme'));
    try {
      const expected = everyOf(['wordpress', 'openwebui', 'as-wordpress', 'as-openwebui'].map((name) => pod('acme', name)), INTERNET);
      await eventually(async () => expect(await scene.reached('acme', everything)).toEqual(expected));
    } finally {
      await restore();
    }
    await scene.closed('acme', everything);
  });

  it('P4 and P5 red with its control removed: without the exceptions, the opened internet is metadata and private networks too', async () => {
    const rule = await internetRule(scene.tenants.node, 'acme');
    for (const { to } of rule.egress) for (const { ipBlock } of to) delete ipBlock.except;
    const restore = await addPolicy(scene.tenants.node, namespaceOf('acme'), 'internet', rule);
    const targets = [...METADATA, ...PRIVATE];
    await eventually(async () => expect(await scene.reached(pod('acme', 'openwebui'), targets)).toEqual(everyOf([pod('acme', 'openwebui')], targets))).finally(restore);
    await scene.closed('acme', targets);
  });

  it('P5 and P6 red with its control removed: without the wall on the way out, node, kubelet and API server are there', async () => {
    const targets = [...NODE, ...api];
    await withoutWalls(scene.tenants.node, [[namespaceOf('globex'), 'egress']], () => eventually(async () => expect(await scene.reached('globex', targets)).toEqual(everyOf(Object.values(scene.pods.globex), targets))));
    await scene.closed('globex', targets);
  });

  describe('the API server', () => {
    let token: string;
    const ask = async ({ namespace, pod: name }: Source, withToken: boolean): Promise<string> => (await scene.tenants.node.inPod(namespace, name, ['python3', '-c', ASK, `${scene.tenants.node.cluster.server}/api/v1/namespaces/tenant-globex/secrets`, withToken ? token : ''])).stdout.trim();
    beforeAll(async () => {
      const { body } = await scene.tenants.node.call('POST', '/api/v1/namespaces/tenant-acme/serviceaccounts/default/token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} });
      token = (body as { status: { token: string } }).status.token;
    });

    it.concurrent('P6 does not answer a tenant’s pod, with a token or without', async () => {
      const asked = ['openwebui', 'stranger'].flatMap((name) => [ask(pod('acme', name), false), ask(pod('acme', name), true)]);
      expect(await Promise.all(asked)).toEqual(['silent', 'silent', 'silent', 'silent']);
    });

    it.concurrent('P6 no pod of a tenant has a token', async () => {
      const pods = TENANTS.flatMap((tenant) => Object.values(scene.pods[tenant]));
      await Promise.all(pods.map(async ({ namespace, pod: name }) => expect((await scene.tenants.node.inPod(namespace, name, ['ls', '/var/run/secrets/kubernetes.io'])).exitCode, name).not.toBe(0)));
    });

    it.concurrent('P6 positive control: an unguarded pod has one, and the API server answers it', async () => {
      expect((await scene.tenants.node.inPod(scene.open.client.namespace, 'client', ['ls', '/var/run/secrets/kubernetes.io/serviceaccount'])).stdout).toContain('token');
      expect([await ask(scene.open.client, false), await ask(scene.open.client, true)]).toEqual(['403', '403']);
    });

    it('P6 red with its control removed: it answers when the way out is open, and refuses by the next wall, rights', async () => {
      await withoutWalls(scene.tenants.node, [['tenant-acme', 'egress']], () => eventually(async () => expect(await ask(pod('acme', 'stranger'), true)).toBe('403')));
      await eventually(async () => expect(await ask(pod('acme', 'stranger'), true)).toBe('silent'));
    });
  });

  describe('pages that Open WebUI fetches for somebody', () => {
    let people: ChatUser[];
    /** What the outside was asked for while Open WebUI fetched these pages for all of them. */
    const fetched = async (urls: readonly string[]): Promise<string[]> => {
      outside.asked.length = 0;
      await Promise.all(people.map((person) => read(person, urls)));
      return [...new Set(outside.asked)].sort();
    };
    const page = `http://${WORLD.internet}/page`;
    const metadata = [`http://${WORLD.metadata}/latest/meta-data/`, `http://${WORLD.alibaba}/latest/meta-data/`];
    const local = `http://${WORLD.privates[0]}/`;
    const redirects = [metadata[0] ?? '', local].map(redirectTo);
    const forbidden = [...metadata, local, `http://${ADDRESSES.node}:10255/pods`];
    /** That both of these were asked for, and nothing else: the page, and the one that tells to go elsewhere. */
    const onlyThePublic = [`${WORLD.internet} /page`, `${WORLD.internet} /redirect`];
    beforeAll(async () => {
      people = [await scene.tenants.person('acme', 'Mallory'), await scene.tenants.admin('acme')];
    });

    it('P4 none arrives anywhere, for a person and for the administrator', async () => {
      // Refused at once, so not only by the network: there a page would be waited for.
      expect(await fetched(forbidden)).toEqual([]);
    });

    it('P4 with the internet opened, pages come (positive control), metadata and private networks do not, and neither does what a page redirects to', async () => {
      const restore = await addPolicy(scene.tenants.node, namespaceOf('acme'), 'internet', await internetRule(scene.tenants.node, 'acme'));
      try {
        await eventually(async () => expect(await scene.reached(pod('acme', 'openwebui'), INTERNET)).toHaveLength(INTERNET.length));
        expect(await fetched([page, ...forbidden, ...redirects])).toEqual(onlyThePublic);
      } finally {
        await restore();
      }
      await scene.closed('acme', INTERNET);
    });

    describe('when the network stops nothing', () => {
      /** What the network lets acme's Open WebUI reach in any case, so that only Open WebUI keeps it from a person: service, namespace, URL. */
      const own = [
        ['wordpress-mcp', 'tenant-acme', MCP_URL.replace('wordpress-mcp', 'wordpress-mcp.tenant-acme.svc.cluster.local')],
        ['model-gateway', MODELS_NAMESPACE, MODEL_GATEWAY_URL],
      ] as const;
      const ownUrls = own.map(([, , url]) => url);
      const without = async (tenant: TenantName, work: () => Promise<void>): Promise<void> => {
        const [open, targets] = [pod(tenant, 'openwebui'), [...METADATA, ...PRIVATE]];
        await withoutWalls(scene.tenants.node, [[namespaceOf(tenant), 'egress']], async () => {
          await eventually(async () => expect(await scene.reached(open, targets)).toEqual(everyOf([open], targets)));
          await work();
        });
        await scene.closed(tenant, targets);
      };
      const metadataRefused = [WORLD.alibaba, WORLD.metadata].map((address) => `Blocked by filter list: ${address}`);

      it('P4 Open WebUI itself refuses metadata and local addresses, and does not go where a page leads; a public page comes (positive control)', () =>
        without('acme', async () => {
          const services = await Promise.all(own.map(async ([name, namespace]) => (await scene.tenants.node.cluster.core.readNamespacedService({ name, namespace })).spec?.clusterIP));
          const locals = [WORLD.privates[0], ADDRESSES.node, ...services].map((address) => `Blocked non-global address: ${address}`);
          for (const person of people) {
            const said = await refusals(scene.tenants.node, namespaceOf('acme'), async () => expect(await read(person, [page, ...redirects, ...forbidden, ...ownUrls])).toEqual([pageOf(WORLD.internet), '', '', ...[...forbidden, ...ownUrls].map(() => NOTHING)]));
            expect(said).toEqual([...metadataRefused, ...locals.sort()]);
          }
          expect(await fetched([page, ...forbidden, ...redirects])).toEqual(onlyThePublic);
        }));

      // At once, because each waits for a new pod twice.
      it.concurrent('P4 red with its control removed: told that it may fetch local addresses and go where a page leads, it brings both, but no metadata', () =>
        without('acme', () =>
          withSettings(scene.tenants.node, namespaceOf('acme'), { ENABLE_LOCAL_WEB_FETCH: 'true', AIOHTTP_CLIENT_ALLOW_REDIRECTS: 'true' }, async () => {
            const said = await refusals(scene.tenants.node, namespaceOf('acme'), async () =>
              expect(await read(people[0] as ChatUser, [local, redirectTo(local), ...ownUrls, ...metadata, redirectTo(metadata[0] ?? '')])).toEqual([
                pageOf(WORLD.privates[0]), pageOf(WORLD.privates[0]), expect.stringContaining('The token is missing or wrong'), expect.stringContaining('Only /v1/ is served here'), NOTHING, NOTHING, NOTHING,
              ]));
            expect(said).toEqual(metadataRefused);
          })));

      it.concurrent('P4 told to go where a page leads, it goes to another public one (positive control) and to no local address', () =>
        without('globex', () =>
          withSettings(scene.tenants.node, namespaceOf('globex'), { AIOHTTP_CLIENT_ALLOW_REDIRECTS: 'true' }, async () => {
            const mallory = await scene.tenants.person('globex', 'Mallory');
            const said = await refusals(scene.tenants.node, namespaceOf('globex'), async () => expect(await read(mallory, [redirectTo(page), ...redirects])).toEqual([pageOf(WORLD.internet), NOTHING, NOTHING]));
            expect(said).toEqual([`Blocked by filter list: ${WORLD.metadata}`, `Blocked non-global address: ${WORLD.privates[0]}`]);
          })));
    });
  });
});
