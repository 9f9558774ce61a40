import { V1MicroTime } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM_NAMESPACE, type Cluster } from '../../src/cluster/client.js';
import { listReleases } from '../../src/cluster/releases.js';
import { MODELS_NAMESPACE } from '../../src/tenant/resource-names.js';
import { clusterOf, newOperator, type CliResult, type Operator } from '../support/cli.js';
import { succeeded } from '../support/outcome.js';

const FLAGS = ['--yes', '--sandbox', '--json'];

// Each tenant has a Lease of its own, and one release is everybody's: the model gateway, which has the keys of all.
describe('operators who work on different tenants of one platform at the same time', () => {
  let operator: Operator;
  let cluster: Cluster;
  const run = (...args: string[]): Promise<CliResult> => operator.run([...args, ...FLAGS]);
  beforeAll(async () => {
    operator = await newOperator();
    succeeded(await run('create', 'acme'));
    cluster = await clusterOf(operator);
  });
  afterAll(() => operator.close());

  const keys = async (): Promise<string[]> => Object.keys((await cluster.core.readNamespacedSecret({ name: 'model-gateway-keys', namespace: MODELS_NAMESPACE })).data ?? {}).sort();

  it('do not stand in each other\'s way, and every tenant has its key', async () => {
    for (const each of await Promise.all(['globex', 'hooli', 'initech', 'umbrella'].map((name) => run('create', name)))) succeeded(each);
    expect(await keys()).toEqual(['acme', 'globex', 'hooli', 'initech', 'umbrella']);
    const [one, two, three] = await Promise.all([run('delete', 'hooli'), run('create', 'stark'), run('update', 'umbrella', '--models', 'none')]);
    for (const each of [one, two, three]) succeeded(each);
    expect(await keys()).toEqual(['acme', 'globex', 'initech', 'stark']);
    expect(await listReleases(cluster, MODELS_NAMESPACE)).toMatchObject([{ release: 'model-gateway', status: 'deployed' }]);
    for (const name of ['acme', 'globex', 'stark']) expect(succeeded(await run('update', name)).changed, name).toBe(false);
  });

  it('wait for each other there, are told for whom, and go on when the other is done', async () => {
    const where = { name: 'model-gateway', namespace: SYSTEM_NAMESPACE };
    const present = await cluster.coordination.readNamespacedLease(where);
    const hold = async (holderIdentity: string): Promise<unknown> => cluster.coordination.replaceNamespacedLease({ ...where, body: { metadata: where, spec: { ...present.spec, holderIdentity, renewTime: new V1MicroTime() } } });
    await hold('anna@elsewhere pid 7 for globex');
    const waiting = await operator.start(['create', 'wayne', ...FLAGS]);
    await waiting.until((event) => event.type === 'task' && event.task === 'onboard/applications/models' && /waiting: another operation changes the model gateway, anna@elsewhere pid 7 for globex/.test(event.detail ?? ''));
    expect(await keys()).not.toContain('wayne');
    await hold('');
    succeeded(await waiting.finished);
    expect(await keys()).toContain('wayne');
  });
});
