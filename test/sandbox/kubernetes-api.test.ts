import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Loose } from '../../src/sandbox/kubernetes-door/objects.js';
import { makeCluster, openDoor } from '../support/cluster.js';
import type { TestDoor } from '../support/cluster.js';

const configMap = (name: string, data: Record<string, string> = { a: '1' }, labels: Record<string, string> = {}): Loose => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data });
const MAPS = '/api/v1/namespaces/default/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const deployment = (name: string, spec: Loose = {}): Loose => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'registry.sandbox.example/app:1' }] } }, ...spec },
});

let bed: TestDoor;
beforeEach(async () => {
  bed = await openDoor(makeCluster({ start: false }));
});
afterEach(() => bed.close());

describe('discovery', () => {
  it('is offered in the aggregated form, with an ETag, and in the old form', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const response = await fetch(`${bed.door.url}/apis`, { headers: { accept } });
    expect(response.headers.get('content-type')).toContain('as=APIGroupDiscoveryList');
    const etag = response.headers.get('etag') ?? '';
    const body = (await response.json()) as Loose;
    expect(body['kind']).toBe('APIGroupDiscoveryList');
    expect((await fetch(`${bed.door.url}/apis`, { headers: { accept, 'if-none-match': etag } })).status).toBe(304);
    const old = await bed.call('GET', '/apis');
    expect(old.body['kind']).toBe('APIGroupList');
    expect((old.body['groups'] as Loose[]).map((group) => group['name'])).toEqual((body['items'] as Loose[]).map((item) => item['metadata'].name));
    const apps = await bed.call('GET', '/apis/apps/v1');
    expect((apps.body['resources'] as Loose[]).map((resource) => resource['name'])).toContain('deployments/scale');
    expect((await bed.call('GET', '/api/v1')).body).toMatchObject({ kind: 'APIResourceList', groupVersion: 'v1' });
  });

  it('has an OpenAPI document for each group that the index names', async () => {
    const { paths } = (await bed.call('GET', '/openapi/v3')).body as { paths: Record<string, { serverRelativeURL: string }> };
    for (const [group, { serverRelativeURL }] of Object.entries(paths)) {
      const { status, body } = await bed.call('GET', serverRelativeURL);
      expect([group, status, Object.keys(body['components'].schemas as Loose).length > 0]).toEqual([group, 200, true]);
    }
  });

  it('answers health checks and refuses paths that nobody serves', async () => {
    for (const path of ['/livez', '/readyz', '/healthz']) expect(await (await fetch(`${bed.door.url}${path}`)).text()).toBe('ok');
    expect(await bed.call('GET', '/apis/nowhere.example/v1/things')).toMatchObject({ status: 404, body: { kind: 'Status', reason: 'NotFound' } });
  });
});

describe('writing', () => {
  it('keeps no empty labels or annotations, as a real one does', async () => {
    const made = await bed.call('POST', MAPS, { ...configMap('bare'), metadata: { name: 'bare', labels: {}, annotations: {} } });
    for (const field of ['labels', 'annotations']) expect(made.body['metadata']).not.toHaveProperty(field);
    const noted = await bed.call('PUT', `${MAPS}/bare`, { ...configMap('bare'), metadata: { name: 'bare', annotations: { a: '1' } } });
    expect(noted.body['metadata']).toMatchObject({ annotations: { a: '1' } });
    const emptied = await bed.call('PUT', `${MAPS}/bare`, { ...configMap('bare'), metadata: { name: 'bare', annotations: {} } });
    expect(emptied.body['metadata']).not.toHaveProperty('annotations');
  });

  it('stamps a new object and refuses it a second time', async () => {
    const { status, body } = await bed.call('POST', `${MAPS}?fieldManager=me`, configMap('one'));
    expect(status).toBe(201);
    expect(body['metadata']).toMatchObject({ name: 'one', namespace: 'default', uid: expect.stringMatching(/^[0-9a-f-]{36}$/), managedFields: [{ manager: 'me', operation: 'Update' }] });
    expect(Date.parse(body['metadata'].creationTimestamp as string)).not.toBeNaN();
    expect(await bed.call('POST', MAPS, configMap('one'))).toMatchObject({ status: 409, body: { reason: 'AlreadyExists', details: { name: 'one', kind: 'configmaps' } } });
  });

  it('makes names up from generateName', async () => {
    const { body } = await bed.call('POST', MAPS, { metadata: { generateName: 'made-' } });
    expect(body['metadata'].name).toMatch(/^made-[a-z0-9]{5}$/);
  });

  it('locks optimistically: a stale revision is a conflict, none is not', async () => {
    const first = (await bed.call('POST', MAPS, configMap('one'))).body;
    expect(await bed.call('PUT', `${MAPS}/one`, { ...first, data: { a: '2' } })).toMatchObject({ status: 200 });
    expect(await bed.call('PUT', `${MAPS}/one`, { ...first, data: { a: '3' } })).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
    expect(await bed.call('PUT', `${MAPS}/one`, configMap('one', { a: '4' }))).toMatchObject({ status: 200, body: { data: { a: '4' } } });
    expect(await bed.call('PATCH', `${MAPS}/one`, { metadata: { resourceVersion: first['metadata'].resourceVersion }, data: { a: '5' } }, { 'Content-Type': 'application/merge-patch+json' })).toMatchObject({ status: 409 });
  });

  it('keeps the revision when nothing changes, and counts generations of the spec only', async () => {
    const { body } = await bed.call('POST', DEPLOYMENTS, deployment('web'));
    expect(body['metadata'].generation).toBe(1);
    const same = await bed.call('PUT', `${DEPLOYMENTS}/web`, deployment('web'));
    expect(same.body['metadata'].generation).toBe(1);
    const labelled = await bed.call('PATCH', `${DEPLOYMENTS}/web`, { metadata: { labels: { x: 'y' } } }, { 'Content-Type': 'application/merge-patch+json' });
    expect(labelled.body['metadata'].generation).toBe(1);
    const again = await bed.call('PATCH', `${DEPLOYMENTS}/web`, { metadata: { labels: { x: 'y' } } }, { 'Content-Type': 'application/merge-patch+json' });
    expect(again.body['metadata'].resourceVersion).toBe(labelled.body['metadata'].resourceVersion);
    const scaled = await bed.call('PATCH', `${DEPLOYMENTS}/web`, { spec: { replicas: 2 } }, { 'Content-Type': 'application/strategic-merge-patch+json' });
    expect(scaled.body['metadata'].generation).toBe(2);
  });

  it('takes the status only through its own path, and nothing else there', async () => {
    await bed.call('POST', DEPLOYMENTS, { ...deployment('web'), status: { replicas: 9 } });
    const live = (await bed.call('GET', `${DEPLOYMENTS}/web`)).body;
    expect(live['status']).toEqual({});
    const { body } = await bed.call('PUT', `${DEPLOYMENTS}/web/status`, { ...live, spec: { ...live['spec'], replicas: 7 }, status: { replicas: 3 } });
    expect(body).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 3 } });
    const kept = await bed.call('PUT', `${DEPLOYMENTS}/web`, { ...body, status: {} });
    expect(kept.body['status']).toEqual({ replicas: 3 });
  });

  it('scales through the scale path', async () => {
    await bed.call('POST', DEPLOYMENTS, deployment('web'));
    expect((await bed.call('GET', `${DEPLOYMENTS}/web/scale`)).body).toMatchObject({ kind: 'Scale', spec: { replicas: 1 }, status: { selector: 'app=web' } });
    expect((await bed.call('PATCH', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: 4 } }, { 'Content-Type': 'application/merge-patch+json' })).body['spec']).toEqual({ replicas: 4 });
    expect((await bed.call('GET', `${DEPLOYMENTS}/web`)).body['spec'].replicas).toBe(4);
  });

  it('changes nothing in a dry run', async () => {
    expect(await bed.call('POST', `${MAPS}?dryRun=All`, configMap('dry'))).toMatchObject({ status: 201 });
    expect(await bed.call('GET', `${MAPS}/dry`)).toMatchObject({ status: 404 });
    await bed.call('POST', MAPS, configMap('real'));
    const revision = bed.cluster.store.revision;
    expect(await bed.call('PUT', `${MAPS}/real?dryRun=All`, configMap('real', { a: '9' }))).toMatchObject({ status: 200, body: { data: { a: '9' } } });
    expect(await bed.call('DELETE', `${MAPS}/real?dryRun=All`)).toMatchObject({ status: 200 });
    expect(bed.cluster.store.revision).toBe(revision);
  });

  it('turns stringData into data', async () => {
    const { body } = await bed.call('POST', '/api/v1/namespaces/default/secrets', { metadata: { name: 's' }, stringData: { key: 'wörd' } });
    expect(body).toMatchObject({ type: 'Opaque', data: { key: Buffer.from('wörd').toString('base64') } });
    expect(body['stringData']).toBeUndefined();
  });

  it('shares cluster addresses out once, and keeps them', async () => {
    const service = (name: string): Loose => ({ metadata: { name }, spec: { selector: { a: 'b' }, ports: [{ port: 80 }] } });
    const addresses: string[] = [];
    for (const name of ['a', 'b', 'c']) addresses.push((await bed.call('POST', '/api/v1/namespaces/default/services', service(name))).body['spec'].clusterIP as string);
    expect(new Set(addresses).size).toBe(3);
    for (const address of addresses) expect(address).toMatch(/^10\.233\.([0-9]|[1-5][0-9]|6[0-3])\./);
    expect((await bed.call('PUT', '/api/v1/namespaces/default/services/a', service('a'))).body['spec'].clusterIP).toBe(addresses[0]);
    const moved = { ...service('a'), spec: { ...service('a')['spec'], clusterIP: '10.233.9.9' } };
    expect(await bed.call('PUT', '/api/v1/namespaces/default/services/a', moved)).toMatchObject({ status: 422, body: { details: { causes: [{ field: 'spec.clusterIP' }] } } });
  });
});

describe('refusals', () => {
  const cases: [string, string, string, Loose, number, string, RegExp][] = [
    ['a namespace that is not there', 'POST', '/api/v1/namespaces/nowhere/configmaps', configMap('x'), 404, 'NotFound', /namespaces "nowhere" not found/],
    ['a name in capitals', 'POST', MAPS, configMap('Capital'), 422, 'Invalid', /RFC 1123 subdomain/],
    ['a name of 254 letters', 'POST', MAPS, configMap('a'.repeat(254)), 422, 'Invalid', /253/],
    ['a namespace of 64 letters', 'POST', '/api/v1/namespaces', { metadata: { name: 'a'.repeat(64) } }, 422, 'Invalid', /63/],
    ['a Service whose name starts with a digit', 'POST', '/api/v1/namespaces/default/services', { metadata: { name: '1x' }, spec: { ports: [{ port: 80 }] } }, 422, 'Invalid', /DNS-1035/],
    ['a label that YAML read as true', 'POST', MAPS, { metadata: { name: 'x', labels: { tenant: true } } }, 400, 'BadRequest', /cannot unmarshal bool.*metadata\.labels\.tenant/],
    ['a label value with a space', 'POST', MAPS, configMap('x', {}, { a: 'b c' }), 422, 'Invalid', /metadata\.labels/],
    ['data that YAML read as a number', 'POST', MAPS, { metadata: { name: 'x' }, data: { port: 80 } }, 400, 'BadRequest', /cannot unmarshal number/],
    ['a Secret that is not base64', 'POST', '/api/v1/namespaces/default/secrets', { metadata: { name: 'x' }, data: { key: 'not base64!' } }, 400, 'BadRequest', /illegal base64/],
    ['a ConfigMap of more than a mebibyte', 'POST', MAPS, configMap('x', { big: 'x'.repeat(1024 * 1024 + 1) }), 422, 'Invalid', /Too long: may not be more than 1048576 bytes/],
    ['labels that the selector does not match', 'POST', DEPLOYMENTS, deployment('web', { selector: { matchLabels: { app: 'other' } } }), 422, 'Invalid', /`selector` does not match template `labels`/],
    ['a pod without containers', 'POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'x' }, spec: { containers: [] } }, 422, 'Invalid', /spec\.containers: Required/],
    ['an object of another kind', 'POST', MAPS, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } }, 400, 'BadRequest', /does not match the resource/],
    ['an unknown patch format', 'PATCH', `${MAPS}/kube-root-ca.crt`, {}, 415, 'UnsupportedMediaType', /merge-patch/],
    ['a method that nobody serves', 'PUT', MAPS, configMap('x'), 405, 'MethodNotAllowed', /does not allow/],
    ['deleting the namespace default', 'DELETE', '/api/v1/namespaces/default', {}, 403, 'Forbidden', /may not be deleted/],
  ];
  it.each(cases)('%s', async (_what, method, path, body, code, reason, message) => {
    if (method === 'PATCH') await bed.call('POST', MAPS, configMap('kube-root-ca.crt'));
    const answer = await bed.call(method, path, body);
    expect([answer.status, answer.body['kind'], answer.body['status'], answer.body['reason'], answer.body['code']]).toEqual([code, 'Status', 'Failure', reason, code]);
    expect(answer.body['message']).toMatch(message);
  });

  it('does not let a claim shrink, move or change its class, but lets a bound one grow', async () => {
    const path = '/api/v1/namespaces/default/persistentvolumeclaims';
    const claim = (storage: string, storageClassName = 'ionos-enterprise-ssd'): Loose => ({ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage } } } });
    await bed.call('POST', path, claim('2Gi'));
    expect(await bed.call('PUT', `${path}/data`, claim('3Gi'))).toMatchObject({ status: 422 });
    bed.cluster.store.mutate('PersistentVolumeClaim', 'default', 'data', (draft) => {
      draft.status = { phase: 'Bound', capacity: { storage: '2Gi' } };
    });
    expect(await bed.call('PUT', `${path}/data`, claim('1Gi'))).toMatchObject({ status: 422 });
    expect(await bed.call('PUT', `${path}/data`, claim('2Gi', 'ionos-enterprise-hdd'))).toMatchObject({ status: 422 });
    expect(await bed.call('PUT', `${path}/data`, claim('3Gi'))).toMatchObject({ status: 200 });
  });

  it.each([
    ['a Deployment\'s selector', DEPLOYMENTS, deployment('web'), { spec: { selector: { matchLabels: { app: 'x' } }, template: { metadata: { labels: { app: 'x' } } } } }],
    ['a Job\'s template', '/apis/batch/v1/namespaces/default/jobs', { metadata: { name: 'web' }, spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'b:1' }] } } } }, { spec: { template: { spec: { restartPolicy: 'OnFailure' } } } }],
    ['an immutable Secret', '/api/v1/namespaces/default/secrets', { metadata: { name: 'web' }, immutable: true, data: {} }, { data: { a: 'Yg==' } }],
  ])('does not change %s', async (_what, path, object, patch) => {
    expect(await bed.call('POST', path, object)).toMatchObject({ status: 201 });
    expect(await bed.call('PATCH', `${path}/web`, patch, { 'Content-Type': 'application/merge-patch+json' })).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
  });
});

describe('reading', () => {
  it('selects by labels and fields, and refuses fields that have no index', async () => {
    for (const [name, tier] of [['a', 'front'], ['b', 'back'], ['c', 'front']] as const) await bed.call('POST', MAPS, configMap(name, {}, { tier }));
    const names = async (query: string): Promise<string[]> => ((await bed.call('GET', `${MAPS}?${query}`)).body['items'] as Loose[]).map((item) => item['metadata'].name as string);
    expect(await names('labelSelector=tier=front')).toEqual(['a', 'c']);
    expect(await names(`labelSelector=${encodeURIComponent('tier notin (front),tier')}`)).toEqual(['b']);
    expect(await names(`labelSelector=${encodeURIComponent('tier!=front')}&fieldSelector=metadata.name=b`)).toEqual(['b']);
    expect(await bed.call('GET', `${MAPS}?fieldSelector=data.a=1`)).toMatchObject({ status: 400 });
    expect(await bed.call('GET', `${MAPS}?labelSelector=${encodeURIComponent('a in b')}`)).toMatchObject({ status: 400 });
  });

  it('pages', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await bed.call('POST', MAPS, configMap(name, {}, { page: 'yes' }));
    const seen: string[] = [];
    let next = '';
    do {
      const { body } = await bed.call('GET', `${MAPS}?labelSelector=page&limit=2${next}`);
      seen.push(...(body['items'] as Loose[]).map((item) => item['metadata'].name as string));
      next = body['metadata'].continue ? `&continue=${String(body['metadata'].continue)}` : '';
    } while (next);
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await bed.call('GET', `${MAPS}?limit=2&continue=nonsense`)).toMatchObject({ status: 400 });
  });

  it('lists across namespaces', async () => {
    await bed.call('POST', '/api/v1/namespaces', { metadata: { name: 'other' } });
    await bed.call('POST', '/api/v1/namespaces/other/configmaps', configMap('x', {}, { mine: 'yes' }));
    await bed.call('POST', MAPS, configMap('x', {}, { mine: 'yes' }));
    const { body } = await bed.call('GET', '/api/v1/configmaps?labelSelector=mine');
    expect((body['items'] as Loose[]).map((item) => item['metadata'].namespace as string)).toEqual(['default', 'other']);
  });

  it('answers a Table to those who ask for one', async () => {
    await bed.call('POST', MAPS, configMap('x', { a: '1', b: '2' }));
    const { body } = await bed.call('GET', `${MAPS}/x`, undefined, { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' });
    expect(body).toMatchObject({ kind: 'Table', rows: [{ cells: ['x', 2, expect.stringMatching(/^\d+s$/)] }] });
  });
});

describe('deleting', () => {
  it('answers a Status when the object is gone, and the object while a finalizer holds it', async () => {
    await bed.call('POST', MAPS, configMap('free'));
    expect(await bed.call('DELETE', `${MAPS}/free`)).toMatchObject({ status: 200, body: { kind: 'Status', status: 'Success' } });
    await bed.call('POST', MAPS, { ...configMap('held'), metadata: { name: 'held', finalizers: ['example.com/hold'] } });
    expect((await bed.call('DELETE', `${MAPS}/held`)).body['metadata'].deletionTimestamp).toBeDefined();
    await bed.call('PATCH', `${MAPS}/held`, { metadata: { finalizers: [] } }, { 'Content-Type': 'application/merge-patch+json' });
    expect(await bed.call('GET', `${MAPS}/held`)).toMatchObject({ status: 404 });
  });

  it('checks preconditions', async () => {
    await bed.call('POST', MAPS, configMap('x'));
    expect(await bed.call('DELETE', `${MAPS}/x`, { preconditions: { uid: 'another' } })).toMatchObject({ status: 409 });
  });

  it('deletes a selected collection', async () => {
    for (const [name, tier] of [['a', 'x'], ['b', 'y']] as const) await bed.call('POST', MAPS, configMap(name, {}, { tier }));
    expect(await bed.call('DELETE', `${MAPS}?labelSelector=tier=x`)).toMatchObject({ status: 200 });
    expect((await bed.call('GET', `${MAPS}?labelSelector=tier`)).body['items']).toMatchObject([{ metadata: { name: 'b' } }]);
  });
});
