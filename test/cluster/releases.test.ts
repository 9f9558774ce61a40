import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { listReleases, releaseValues } from '../../src/cluster/releases.js';
import { makeNamespace, openClient } from '../support/kubernetes.js';

const namespace = 'tenant-acme';

/** helm's record of one revision: the label says one status, the packed record another. */
const revision = (name: string, version: number, label: string, packed: string | undefined, config?: object) => ({
  metadata: { name: `sh.helm.release.v1.${name}.v${version}`, labels: { owner: 'helm', name, version: String(version), status: label, 'ionos-tenants.io/digest': 'abc' } },
  type: 'helm.sh/release.v1',
  data: { release: Buffer.from(packed === undefined ? 'not a record' : gzipSync(JSON.stringify({ info: { status: packed }, config })).toString('base64')).toString('base64') },
});

describe('the releases of a namespace', () => {
  it('are told by their newest revision, and are only deployed when helm itself says so', async () => {
    const bed = await openClient();
    await makeNamespace(bed, namespace);
    for (const body of [
      revision('wordpress', 1, 'superseded', 'superseded'),
      revision('wordpress', 2, 'deployed', 'deployed'),
      // Interrupted in the moment in which it finished.
      revision('openwebui', 1, 'deployed', 'failed'),
      revision('gateway', 1, 'pending-install', 'pending-install'),
      revision('unreadable', 1, 'deployed', undefined),
    ]) {
      await bed.client.core.createNamespacedSecret({ namespace, body });
    }
    const releases = await listReleases(bed.client, namespace);
    expect(Object.fromEntries(releases.map(({ release, revision: number, status }) => [release, `${number} ${status}`]))).toEqual({
      wordpress: '2 deployed',
      openwebui: '1 failed',
      gateway: '1 pending-install',
      unreadable: '1 deployed',
    });
  });
});

describe('the values of a release', () => {
  it('are those of its newest revision; none are those of a release that is not there, and what cannot be read is said', async () => {
    const bed = await openClient();
    await makeNamespace(bed, namespace);
    for (const body of [
      revision('wordpress', 9, 'superseded', 'superseded', { size: 1 }),
      revision('wordpress', 10, 'deployed', 'deployed', { size: 2 }),
      revision('wordpress-2', 11, 'deployed', 'deployed', { size: 3 }),
      revision('plain', 1, 'deployed', 'deployed'),
      revision('unreadable', 1, 'deployed', undefined),
    ]) {
      await bed.client.core.createNamespacedSecret({ namespace, body });
    }
    expect(await releaseValues(bed.client, namespace, 'wordpress')).toEqual({ size: 2 });
    expect(await releaseValues(bed.client, namespace, 'plain')).toEqual({});
    expect(await releaseValues(bed.client, namespace, 'gateway')).toBeUndefined();
    await expect(releaseValues(bed.client, namespace, 'unreadable')).rejects.toMatchObject({ code: 'release-unreadable', what: expect.stringContaining('unreadable') as string });
  });
});
