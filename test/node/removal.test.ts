import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL_GATEWAY_URL, MODELS_NAMESPACE, SYSTEM_NAMESPACE } from '../../src/tenant/resource-names.js';
import { snapshotOf } from '../support/cli.js';
import { succeeded } from '../support/outcome.js';
import { askFromOpenWebui } from './support/ask-from-pod.js';
import { asTold } from './support/as-told.js';
import { partsOf } from './support/figures.js';
import { MODEL } from './support/model-server.js';
import { openTwoTenants, type TwoTenants } from './support/two-tenants.js';
import { visiting } from './support/visits.js';

describe('deleting one of two tenants on a real node', () => {
  let both: TwoTenants;
  let key = '';
  const call = async (path: string): Promise<{ items?: { metadata?: { name?: string }; spec?: { claimRef?: { namespace?: string } } }[]; data?: Record<string, string> }> => (await both.node.call('GET', path)).body as never;
  /** Names of whatever says globex anywhere in the cluster. */
  const traces = async (): Promise<string[]> => {
    const volumes = (await call('/api/v1/persistentvolumes')).items?.filter(({ spec }) => spec?.claimRef?.namespace === 'tenant-globex') ?? [];
    const objects = Object.keys(await snapshotOf(both.node.cluster)).filter((name) => name.includes('globex'));
    const keys = Object.keys((await call(`/api/v1/namespaces/${MODELS_NAMESPACE}/secrets/model-gateway-keys`)).data ?? {}).filter((name) => name === 'globex');
    return [...volumes.map(({ metadata }) => metadata?.name ?? ''), ...objects, ...keys];
  };
  const asks = async (bearer: string): Promise<number> => (await askFromOpenWebui(both.node, 'acme', { url: `${MODEL_GATEWAY_URL}/chat/completions`, body: { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] }, bearer })).status;
  /** Everything of acme with its versions; Leases say who works, and a pod's status is its own. */
  const acme = (): Promise<Record<string, string>> => snapshotOf(both.node.cluster, (namespace, kind, name) => kind !== 'Lease' && (namespace === 'tenant-acme' || name.includes('acme')));

  beforeAll(async () => {
    both = await openTwoTenants(asTold);
    key = await both.secret('globex', 'openwebui', 'model-key');
  });
  afterAll(() => both.close());

  it('takes everything of it away, and the other one answers all the time', async () => {
    expect((await traces()).length).toBeGreaterThan(20);
    expect(await asks(key)).toBe(200);
    const [before, { wordpress, openwebui }, gone] = [await acme(), both.endpoints.acme, both.endpoints.globex];
    const started = Date.now();
    const { done: removal, answers } = await visiting([wordpress, new URL('ready', openwebui).href], () => both.run('delete', 'globex', '--yes'));
    const seconds = (Date.now() - started) / 1000;
    expect(succeeded(removal).changed).toBe(true);
    console.log(`${answers.length} visits to acme during delete globex:`, partsOf({ seconds, events: removal.events }));

    expect(answers.length).toBeGreaterThan(10);
    expect(answers.filter((status) => status !== 200)).toEqual([]);
    expect(await acme()).toEqual(before);
    // A record that it was there stays, on purpose.
    expect((await traces()).filter((name) => !name.startsWith(`ConfigMap ${SYSTEM_NAMESPACE}/`) && !name.startsWith('Lease '))).toEqual([]);
    // Nothing answers at the address, which the next tenant may have.
    await expect(fetch(gone.wordpress, { signal: AbortSignal.timeout(3000) })).rejects.toThrow();
  });

  it('leaves a key that opens nothing any more', async () => {
    expect(await asks(key)).toBe(401);
    expect(await asks(await both.secret('acme', 'openwebui', 'model-key'))).toBe(200);
  });
});
