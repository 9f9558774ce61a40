import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { V1Pod, V1Service } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, announcedUrls, probe } from '../../src/cluster/endpoint.js';
import { helmPath, HELM_VERSIONS } from '../support/helm.js';
import { shellBlocks } from '../support/readme.js';
import { cleanEnvironment, runTool } from '../support/tool.js';
import { REPOSITORY } from '../support/workspace.js';
import { startControlPlane, type ControlPlane } from './support/control-plane.js';

/** What helm keeps of a release: values and manifests. */
const unpacked = (release: string): string => gunzipSync(Buffer.from(Buffer.from(release, 'base64').toString(), 'base64')).toString();

describe.each(HELM_VERSIONS)('the commands of charts/README.md, with helm %s and no command line of ours', (version) => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane();
  });
  afterAll(() => plane.stop());

  it('make a tenant whose applications answer on its address', async () => {
    const folder = join(plane.folder, 'somebody');
    await mkdir(join(folder, 'bin'), { recursive: true });
    await symlink(helmPath(version), join(folder, 'bin/helm'));
    await cp(join(REPOSITORY, 'charts'), join(folder, 'charts'), { recursive: true });
    await writeFile(join(folder, 'hub-token'), 'a-token-of-nobody');
    const env = cleanEnvironment({ HOME: folder, KUBECONFIG: plane.kubeconfigPath, PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` });
    const { exitCode, stdout, stderr } = await runTool('bash', ['-euo', 'pipefail', '-c', shellBlocks('charts/README.md', 'By hand').join('\n')], { cwd: folder, env });
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout.match(/^Phase:\s+Succeeded$/gm)).toHaveLength(4);

    const service = (await plane.call('GET', '/api/v1/namespaces/tenant-acme/services/gateway')).body as V1Service;
    expect(addressOf(service)).toBe('203.0.113.10');
    const urls = announcedUrls(service);
    for (const url of [urls[80], urls[8080]]) expect((await probe(url ?? '')).status).toBe(200);
  });

  it('bring the releases to the charts that are there, and touch no pod that needs no change', async () => {
    const folder = join(plane.folder, 'somebody');
    const pods = async (): Promise<unknown[]> =>
      ((await plane.call('GET', '/api/v1/pods')).body.items as V1Pod[]).filter(({ metadata }) => !metadata?.labels?.['job-name']).map(({ metadata }) => [metadata?.name, metadata?.uid, metadata?.deletionTimestamp]).sort();
    const before = await pods();
    const env = cleanEnvironment({ HOME: folder, KUBECONFIG: plane.kubeconfigPath, PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, TENANT: 'acme' });
    const { exitCode, stdout, stderr } = await runTool('bash', ['-euo', 'pipefail', '-c', shellBlocks('charts/README.md', 'Upgrades').join('\n')], { cwd: folder, env });
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout.match(/^REVISION: 2$/gm)).toHaveLength(5);
    expect(await pods()).toEqual(before);
  });

  it('give each application the keys that the other one knows, and helm none of them', async () => {
    const data = async (namespace: string, name: string): Promise<Record<string, string>> => (await plane.call('GET', `/api/v1/namespaces/${namespace}/secrets/${name}`)).body.data as Record<string, string>;
    const [wordpress, openwebui, keys] = [await data('tenant-acme', 'wordpress'), await data('tenant-acme', 'openwebui'), await data('ionos-tenants-models', 'model-gateway-keys')];
    expect(Object.keys(wordpress)).toHaveLength(12);
    expect(openwebui['mcp-token']).toBe(wordpress['mcp-token']);
    expect(keys).toEqual({ acme: openwebui['model-key'] });
    const secrets = [...Object.values(wordpress), ...Object.values(openwebui)].map((value) => Buffer.from(value, 'base64').toString());
    expect(Math.min(...secrets.map(({ length }) => length))).toBe(48);
    const releases = ((await plane.call('GET', '/api/v1/secrets?labelSelector=owner%3Dhelm')).body.items as { data: { release: string } }[]).map(({ data: { release } }) => unpacked(release));
    expect(releases).toHaveLength(10);
    for (const release of releases) for (const secret of secrets) expect(release).not.toContain(secret);
  });
});
