import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { listReleases } from '../../src/cluster/releases.js';
import { makeNamespace, openClient } from '../support/kubernetes.js';

const namespace = 'tenant-acme';

/** helm's record of one revision: the label says one status, the packed record another. */
const revision = (name: string, version: number, label: string, packed: string | undefined) => ({
  metadata: { name: `sh.helm.release.v1.${name}.v${version}`, labels: { owner: 'helm', name, version: String(version), status: label, 'ionos-tenants.io/digest': 'abc' } },
  type: 'helm.sh/release.v1',
  data: { release: Buffer.from(packed === undefined ? 'not a record' : gzipSync(JSON.stringify({ info: { status: packed } })).toString('base64')).toString('base64') },
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
