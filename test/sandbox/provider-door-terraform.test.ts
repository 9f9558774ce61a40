import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PLATFORM } from '../support/platform-configuration.js';
import { startTestProvider } from '../support/provider.js';
import type { TestProvider } from '../support/provider.js';
import { errorsOf, makeWorkspace, mustTerraform, PROVIDER_BLOCKS, runTerraform } from '../support/terraform.js';
import type { TerraformResult, Workspace } from '../support/terraform.js';
import { parseFault } from '../../src/sandbox/faults/fault.js';

const ipBlock = (name: string, size = 1): string => `
resource "ionoscloud_ipblock" "this" {
  location = "de/txl"
  size     = ${size}
  name     = "${name}"
}
`;

/** What a plan that was made with -json says would happen, as `create ionoscloud_ipblock.this`. */
const plannedIn = (result: TerraformResult): string[] =>
  result.events
    .flatMap((event) => {
      const change = event['change'] as { action: string; resource: { addr: string } } | undefined;
      return event.type === 'planned_change' && change !== undefined ? [`${change.action} ${change.resource.addr}`] : [];
    })
    .sort();

describe('the real terraform against the provider door', () => {
  let provider: TestProvider;
  let workspace: Workspace;

  const options = () => ({ cwd: workspace.cwd, env: provider.env });
  const terraform = (...args: string[]): Promise<TerraformResult> => runTerraform(args, options());
  const must = (...args: string[]): Promise<TerraformResult> => mustTerraform(args, options());
  const configure = (body: string): Promise<void> => workspace.write('main.tf', PROVIDER_BLOCKS + body);
  const apply = (): Promise<TerraformResult> => must('apply', '-json', '-auto-approve');
  const plan = async (): Promise<string[]> => plannedIn(await must('plan', '-json'));
  const outputOf = async (name: string): Promise<unknown> => JSON.parse((await must('output', '-json', name)).stdout);

  beforeEach(async () => {
    provider = await startTestProvider({
      kubeconfig: (id) => `apiVersion: v1\nkind: Config\ncurrent-context: ${id}\nclusters: []\ncontexts: []\nusers: []\n`,
    });
    workspace = await makeWorkspace({ 'main.tf': PROVIDER_BLOCKS });
    await must('init');
  });

  afterEach(async () => {
    await provider.close();
    await workspace.remove();
  });

  it('builds a platform, finds nothing to change in it, and takes it down again', async () => {
    await configure(PLATFORM);
    await must('plan', '-out', 'saved.tfplan');
    const applied = await must('apply', '-json', 'saved.tfplan');
    expect(applied.events.find(({ type, changes }) => type === 'change_summary' && changes?.operation === 'apply')?.changes).toMatchObject({
      add: 12,
      change: 0,
      remove: 0,
    });
    const [cluster] = provider.cloud.clusters.list();
    expect(cluster?.metadata.state).toBe('ACTIVE');
    expect(provider.cloud.nodePools.list(cluster?.id ?? '')[0]?.nodes.map(({ metadata }) => metadata.state)).toEqual(['READY', 'READY']);

    expect((await terraform('plan', '-detailed-exitcode')).exitCode).toBe(0);

    await must('destroy', '-auto-approve');
    const { clusters, datacenters, ipBlocks, buckets } = provider.cloud;
    expect([clusters.list(), datacenters.list(), ipBlocks.list(), buckets.list(), provider.cloud.identity.groups()]).toEqual([
      [],
      [],
      [],
      [],
      [],
    ]);
  });

  it('changes in place what can be changed in place', async () => {
    await configure(PLATFORM);
    await apply();
    const before = provider.cloud.clusters.list()[0];
    await configure(
      PLATFORM.replace('name        = "platform"', 'name        = "renamed"').replace('{ pool = "shared" }', '{ pool = "own" }'),
    );
    expect(await plan()).toEqual(['update ionoscloud_k8s_cluster.this', 'update ionoscloud_k8s_node_pool.this']);
    await apply();
    const after = provider.cloud.clusters.list()[0];
    expect([after?.id, after?.properties.name]).toEqual([before?.id, 'renamed']);
    expect(provider.cloud.nodePools.list(after?.id ?? '')[0]?.properties.labels).toEqual({ pool: 'own' });
    expect(await plan()).toEqual([]);
  });

  it('replaces what cannot be changed', async () => {
    await configure(ipBlock('one'));
    await apply();
    const [before] = provider.cloud.ipBlocks.list();
    await configure(ipBlock('one', 2));
    expect(await plan()).toEqual(['replace ionoscloud_ipblock.this']);
    await apply();
    const blocks = provider.cloud.ipBlocks.list();
    expect(blocks.map(({ properties }) => properties.size)).toEqual([2]);
    expect(blocks[0]?.id).not.toBe(before?.id);
  });

  it('refuses to plan a change of an immutable attribute of a node pool, unless it may be replaced', async () => {
    await configure(PLATFORM);
    await apply();
    await configure(PLATFORM.replace('cores_count       = 2', 'cores_count       = 4'));
    const refused = await terraform('plan', '-json');
    expect(refused.exitCode).toBe(1);
    expect(errorsOf(refused)[0]).toContain('cores_count attribute is immutable');

    await configure(PLATFORM.replace('cores_count       = 2', 'cores_count       = 4\n  allow_replace     = true'));
    expect(await plan()).toEqual(['replace ionoscloud_k8s_node_pool.this']);
  });

  it('ignores a lower patch level than the one that runs', async () => {
    await configure(
      PLATFORM.replace('k8s_version = "1.34.4"', 'k8s_version = "1.34.1"').replace(
        'k8s_version       = ionoscloud_k8s_cluster.this.k8s_version',
        'k8s_version = "1.34.4"',
      ),
    );
    const failed = await terraform('apply', '-json', '-auto-approve', '-target=ionoscloud_k8s_cluster.this');
    expect(errorsOf(failed)[0]).toContain('VDC-14-1829');
    await configure(PLATFORM);
    await apply();
    await configure(
      PLATFORM.replace('k8s_version = "1.34.4"', 'k8s_version = "1.34.1"').replace(
        'k8s_version       = ionoscloud_k8s_cluster.this.k8s_version',
        'k8s_version = "1.34.1"',
      ),
    );
    expect(await plan()).toEqual([]);
  });

  it('imports what is there already', async () => {
    const block = provider.cloud.ipBlocks.create({ location: 'de/txl', size: 1, name: 'found' });
    await configure(ipBlock('found'));
    await must('import', 'ionoscloud_ipblock.this', `de/txl:${block.id}`);
    expect(await plan()).toEqual([]);
    const missing = await terraform('import', '-no-color', 'ionoscloud_ipblock.other', 'nothing');
    expect(missing.exitCode).toBe(1);
  });

  it('imports every resource of a platform so that nothing is left to change', async () => {
    await configure(PLATFORM);
    await apply();
    const { clusters, datacenters, ipBlocks, identity, nodePools } = provider.cloud;
    const [cluster, datacenter, block, group] = [clusters.list()[0], datacenters.list()[0], ipBlocks.list()[0], identity.groups()[0]];
    if (!cluster || !datacenter || !block || !group) throw new Error('the platform is not complete');
    const ids: Record<string, string> = {
      'ionoscloud_datacenter.this': datacenter.id,
      'ionoscloud_lan.nodes': `${datacenter.id}/1`,
      'ionoscloud_ipblock.nodes': block.id,
      'ionoscloud_k8s_cluster.this': cluster.id,
      'ionoscloud_k8s_node_pool.this': `${cluster.id}/${nodePools.list(cluster.id)[0]?.id ?? ''}`,
      'ionoscloud_group.tenant': group.id,
      'ionoscloud_share.tenant': `${group.id}/${datacenter.id}`,
      'ionoscloud_s3_bucket.backup': 'platform-backup',
      'ionoscloud_s3_bucket_versioning.backup': 'platform-backup',
      'ionoscloud_s3_bucket_server_side_encryption_configuration.backup': 'platform-backup',
      'ionoscloud_s3_bucket_lifecycle_configuration.backup': 'platform-backup',
      'ionoscloud_s3_bucket_public_access_block.backup': 'platform-backup',
    };
    const imports = Object.entries(ids).map(([to, id]) => `import {\n  to = ${to}\n  id = "${id}"\n}\n`);
    await workspace.write('terraform.tfstate', '');
    await workspace.write('imports.tf', imports.join('\n'));
    const applied = await apply();
    const summary = applied.events.find(({ type, changes }) => type === 'change_summary' && changes?.operation === 'apply');
    // The two settings that only terraform knows (allow_replace, get_users_data) are written on import, everything else must fit.
    expect(summary?.changes).toMatchObject({ import: 12, add: 0, remove: 0 });
    expect(await plan()).toEqual([]);
  });

  it('reads data sources', async () => {
    await configure(PLATFORM);
    await apply();
    await configure(`${PLATFORM}
      data "ionoscloud_contracts" "this" {}
      data "ionoscloud_location" "this" { name = "berlin" }
      data "ionoscloud_datacenter" "this" { name = "platform" }
      data "ionoscloud_ipblock" "this" { name = "nodes" }
      data "ionoscloud_k8s_cluster" "this" { name = "platform" }
      data "ionoscloud_k8s_node_pool" "this" {
        name           = "workers"
        k8s_cluster_id = data.ionoscloud_k8s_cluster.this.id
      }
      output "facts" {
        value = {
          ips      = data.ionoscloud_contracts.this.contracts[0].resource_limits.reserved_ips_on_contract
          location = data.ionoscloud_location.this.id
          features = contains(data.ionoscloud_datacenter.this.features, "SSD")
          consumed = length(data.ionoscloud_ipblock.this.ip_consumers)
          pools    = data.ionoscloud_k8s_cluster.this.node_pools
          state    = data.ionoscloud_k8s_node_pool.this.state
        }
      }
    `);
    await apply();
    const cluster = provider.cloud.clusters.list()[0];
    const pool = provider.cloud.nodePools.list(cluster?.id ?? '')[0];
    expect(await outputOf('facts')).toEqual({
      ips: 3,
      location: 'de/txl',
      features: true,
      consumed: 2,
      pools: [pool?.id],
      state: 'ACTIVE',
    });
  });

  it('says which data source finds nothing', async () => {
    await configure('data "ionoscloud_datacenter" "this" { name = "nowhere" }');
    const result = await terraform('plan', '-json');
    expect(result.exitCode).toBe(1);
    expect(errorsOf(result)[0]).toContain('no datacenter found');
  });

  it("shows the cloud's refusal with its status and body, and keeps what was made before it", async () => {
    provider.cloud.contract.setLimits({ reservableIps: 2 });
    await configure(PLATFORM);
    const result = await terraform('apply', '-json', '-auto-approve');
    expect(result.exitCode).toBe(1);
    const [error] = errorsOf(result);
    expect(error).toContain('422 Unprocessable Entity');
    expect(error).toContain('"httpStatus": 422');
    expect(error).toContain('reservable IPs: limit 2, in use 0, requested 3');
    expect(error).toContain('Resource Name: nodes');
    const state = (await must('state', 'list')).stdout.split('\n');
    expect(state).toContain('ionoscloud_k8s_cluster.this');
    expect(state).not.toContain('ionoscloud_ipblock.nodes');

    provider.cloud.contract.setLimits({ reservableIps: 3 });
    await apply();
    expect(await plan()).toEqual([]);
  });

  it('remembers a cluster that ended FAILED as tainted, so that the next apply makes another one', async () => {
    provider.cloud.faults.add(parseFault('failed:kind=cluster,times=1'));
    await configure(PLATFORM);
    const result = await terraform('apply', '-json', '-auto-approve');
    expect(errorsOf(result).join('\n')).toContain('state FAILED');
    expect(await plan()).toContain('replace ionoscloud_k8s_cluster.this');
    await apply();
    expect(provider.cloud.clusters.list().map(({ metadata }) => metadata.state)).toEqual(['ACTIVE']);
  });

  it('keeps in the state what the cloud refuses to delete', async () => {
    await configure(ipBlock('held'));
    await apply();
    provider.cloud.faults.add(parseFault('422:kind=ipblock,action=delete,times=1'));
    const refused = await terraform('destroy', '-json', '-auto-approve');
    expect(refused.exitCode).toBe(1);
    expect(errorsOf(refused)[0]).toContain('The request cannot be carried out');
    expect((await must('state', 'list')).stdout).toContain('ionoscloud_ipblock.this');
    await must('destroy', '-auto-approve');
    expect(provider.cloud.ipBlocks.list()).toEqual([]);
  });

  it('notices what was removed and changed behind its back', async () => {
    await configure(ipBlock('mine'));
    await apply();
    const [first] = provider.cloud.ipBlocks.list();
    provider.cloud.ipBlocks.update(first?.id ?? '', { name: 'theirs' });
    await provider.cloud.settled('ipBlocks', first?.id ?? '');
    expect(await plan()).toEqual(['update ionoscloud_ipblock.this']);

    provider.cloud.ipBlocks.delete(first?.id ?? '');
    await provider.cloud.settled('ipBlocks', first?.id ?? '');
    expect(await plan()).toEqual(['create ionoscloud_ipblock.this']);
  });

  it('changes nothing when only the consumers of an address changed', async () => {
    await configure(`${PLATFORM}${ipBlock('tenant')}`);
    await apply();
    const clusterId = provider.cloud.clusters.list()[0]?.id ?? '';
    const ip = provider.cloud.ipBlocks.list().find(({ properties }) => properties.name === 'tenant')?.properties.ips[0] ?? '';
    provider.cloud.addresses.claim(ip, { clusterId, namespace: 'tenant-acme', service: 'gateway' });
    expect(await plan()).toEqual([]);
    const refused = await terraform('destroy', '-json', '-auto-approve', '-target=ionoscloud_ipblock.this');
    expect(errorsOf(refused)[0]).toContain(`'${ip}' in use by other resource`);
  });

  it.each([
    ['an availability zone that does not exist', PLATFORM.replace('"AUTO"', '"ZONE_9"'), 'availability_zone'],
    ['a server type that does not exist', PLATFORM.replace('node_count ', 'server_type = "Huge"\n  node_count '), 'server_type'],
    ['an empty name', ipBlock('x').replace('"de/txl"', '" "'), 'location'],
    ['an encryption that does not exist', PLATFORM.replace('AES256', 'ROT13'), 'sse_algorithm'],
    ['a versioning state that does not exist', PLATFORM.replace('status = "Enabled"\n  }\n}', 'status = "On"\n  }\n}'), 'status'],
    ['a bucket name that is too short', PLATFORM.replace('"platform-backup"', '"pb"'), 'name'],
  ])('refuses %s at validation', async (_what, configuration, attribute) => {
    await configure(configuration);
    const result = await terraform('validate', '-json');
    expect(result.exitCode).toBe(1);
    const { diagnostics } = JSON.parse(result.stdout) as { diagnostics: { summary: string; range?: unknown }[] };
    expect(diagnostics.map(({ summary }) => summary).join('\n')).toContain(`Invalid value for "${attribute}"`);
    expect(diagnostics[0]?.range).toBeDefined();
  });

  it('refuses a lifecycle rule with a block that says nothing', async () => {
    await configure(PLATFORM.replace('noncurrent_days = 30', ''));
    const result = await terraform('validate', '-json');
    expect(result.stdout).toContain('noncurrent_days is required');
  });

  it('settles after lists grew and optional things went away', async () => {
    await configure(PLATFORM);
    await apply();
    const rule = (prefix: string): string => `
  rule {
    status = "Enabled"

    filter {
      prefix = "${prefix}"
    }

    expiration {
      days = 7
    }
  }
`;
    const lifecycle = 'resource "ionoscloud_s3_bucket_lifecycle_configuration" "backup" {\n  bucket = ionoscloud_s3_bucket.backup.name\n';
    await configure(
      PLATFORM.replace(lifecycle, lifecycle + rule('tmp/') + rule('logs/'))
        .replace('labels            = { pool = "shared" }', '')
        .replace(/maintenance_window \{[^}]*\}/, '')
        .replace('s3_privilege = true', ''),
    );
    expect(await plan()).toEqual([
      'update ionoscloud_group.tenant',
      'update ionoscloud_k8s_node_pool.this',
      'update ionoscloud_s3_bucket_lifecycle_configuration.backup',
    ]);
    await apply();
    expect(await plan()).toEqual([]);
    expect(provider.cloud.buckets.get('platform-backup').properties.lifecycle).toHaveLength(3);
    expect(provider.cloud.clusters.list()[0]?.properties.maintenanceWindow).toEqual({ dayOfTheWeek: 'Saturday', time: '02:00:00Z' });
  });

  it("refuses a token that is not the sandbox's", async () => {
    await workspace.write(
      'main.tf',
      PROVIDER_BLOCKS.replace('provider "ionoscloud" {}', 'provider "ionoscloud" {\n  token = "a-real-one"\n}') + ipBlock('x'),
    );
    const result = await terraform('plan', '-json');
    expect(errorsOf(result)[0]).toContain('401 Unauthorized');
  });

  it('takes part in terraform test, mocked and real', async () => {
    await configure(ipBlock('mocked'));
    const assertion = 'assert {\n    condition     = ionoscloud_ipblock.this.size == 1\n    error_message = "size"\n  }';
    await workspace.write(
      'tests/mocked.tftest.hcl',
      `mock_provider "ionoscloud" {}\nrun "plan" {\n  command = plan\n  ${assertion}\n}\nrun "apply" {\n  ${assertion}\n}\n`,
    );
    await workspace.write('tests/real.tftest.hcl', `run "apply" {\n  ${assertion}\n}\n`);
    const result = await terraform('test', '-no-color');
    expect(result.stdout).toContain('3 passed, 0 failed');
    expect(provider.cloud.ipBlocks.list()).toEqual([]);
  });
});
