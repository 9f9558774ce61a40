import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1Service } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { helmFor, type Helm } from '../support/helm.js';
import { REPOSITORY } from '../support/workspace.js';
import { ADDRESSES } from './rig/settings.js';
import { imageOf } from './support/images.js';
import { theNode, type TheNode } from './support/the-node.js';

const [TENANT, ELSEWHERE] = ['initech', 'database-service'] as const;
const NAMESPACE = `tenant-${TENANT}`;
const PASSWORD = 'the-database-service-password';
const PORT = 3307;

/** A MariaDB that has nothing to do with the charts, with an address of its own. */
const databaseService: object[] = [
  {
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'mariadb', namespace: ELSEWHERE, labels: { app: 'mariadb' } },
    spec: {
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsUser: 999, runAsGroup: 999, fsGroup: 999 },
      containers: [{
        name: 'mariadb', image: imageOf('wordpress', 'images.mariadb'),
        env: Object.entries({ MARIADB_DATABASE: 'site', MARIADB_USER: 'editor', MARIADB_PASSWORD: PASSWORD, MARIADB_ROOT_PASSWORD: 'nobody-uses-it' }).map(([name, value]) => ({ name, value })),
        readinessProbe: { exec: { command: ['healthcheck.sh', '--connect'] }, periodSeconds: 1, timeoutSeconds: 5 },
        volumeMounts: [{ name: 'data', mountPath: '/var/lib/mysql' }, { name: 'run', mountPath: '/run/mysqld' }, { name: 'tmp', mountPath: '/tmp' }],
      }],
      volumes: ['data', 'run', 'tmp'].map((name) => ({ name, emptyDir: {} })),
    },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'mariadb', namespace: ELSEWHERE }, spec: { type: 'LoadBalancer', selector: { app: 'mariadb' }, ports: [{ port: 3306 }] } },
];

describe('the charts with a database elsewhere, used without the command line', () => {
  let node: TheNode;
  let helm: Helm;
  let folder = '';
  let door: Server;
  const create = async (object: object): Promise<void> => node.cluster.objects.create(object as never).then(() => undefined);
  const install = async (chart: string, release: string, namespace: string, values: object): Promise<void> => {
    const file = join(folder, `${chart}.yaml`);
    await writeFile(file, stringify(values));
    expect(await helm('install', release, join(REPOSITORY, 'charts', chart), '--namespace', namespace, '--values', file)).toMatchObject({ exitCode: 0 });
  };

  beforeAll(async () => {
    node = theNode();
    folder = await mkdtemp(join(tmpdir(), 'external-'));
    helm = helmFor('4.3.1', node.kubeconfigPath, folder);
    await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ELSEWHERE } });
    await vi.waitFor(() => node.cluster.core.readNamespacedServiceAccount({ namespace: ELSEWHERE, name: 'default' }), { timeout: 60_000 });
    for (const object of databaseService) await create(object);
    const address = await vi.waitFor(async () => {
      const found = ((await node.call('GET', `/api/v1/namespaces/${ELSEWHERE}/services/mariadb`)).body as V1Service).status?.loadBalancer?.ingress?.[0]?.ip;
      if (found === undefined) throw new Error('no address yet');
      return found;
    }, { timeout: 60_000 });
    // Outside the cluster, as a managed database is: there, and only there, the tenant's rule about it can match.
    door = createServer((visitor) => {
      const inside = connect(3306, address);
      visitor.on('error', () => inside.destroy()).pipe(inside);
      inside.on('error', () => visitor.destroy()).pipe(visitor);
    });
    door.listen(PORT, ADDRESSES.models);
    expect((await node.kubectl(['--namespace', ELSEWHERE, 'wait', '--for=condition=Ready', 'pod/mariadb', '--timeout=300s'])).exitCode).toBe(0);
  });
  afterAll(async () => {
    for (const [release, namespace] of [['wordpress', NAMESPACE], [`tenant-${TENANT}`, ELSEWHERE]] as const) await helm('uninstall', release, '--namespace', namespace);
    await node.kubectl(['delete', 'namespace', NAMESPACE, ELSEWHERE, '--wait=false']);
    door.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('make a WordPress that keeps its posts there, without a MariaDB of its own', async () => {
    await install('tenant', `tenant-${TENANT}`, ELSEWHERE, { tenant: { name: TENANT }, address: { ip: '', source: 'load-balancer' }, nodePool: 'shared', egress: { database: { cidr: `${ADDRESSES.models}/32`, port: PORT } } });
    const keys = ['admin-password', 'mcp-token', 'database-root-password', 'auth-key', 'secure-auth-key', 'logged-in-key', 'nonce-key', 'auth-salt', 'secure-auth-salt', 'logged-in-salt', 'nonce-salt'];
    await create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'wordpress', namespace: NAMESPACE }, stringData: { 'database-password': PASSWORD, ...Object.fromEntries(keys.map((key) => [key, `${key}-`.repeat(6)])) } });
    await install('wordpress', 'wordpress', NAMESPACE, { tenant: { name: TENANT }, nodePool: 'shared', database: { enabled: false, external: { host: ADDRESSES.models, port: PORT, name: 'site', user: 'editor' } } });
    const rolled = await node.kubectl(['--namespace', NAMESPACE, 'rollout', 'status', 'deployment/wordpress', '--timeout=400s']);
    expect(rolled, (await node.kubectl(['--namespace', NAMESPACE, 'describe', 'pods'])).stdout.slice(-3000)).toMatchObject({ exitCode: 0 });

    const names = async (kind: string): Promise<string[]> => (await node.kubectl(['--namespace', NAMESPACE, 'get', kind, '--output=name'])).stdout.trim().split('\n');
    expect(await names('statefulset,persistentvolumeclaim,service')).toEqual(['persistentvolumeclaim/wordpress-content', 'service/wordpress', 'service/wordpress-mcp']);
    // What stands over there is this site's.
    const { stdout } = await node.inPod(ELSEWHERE, 'mariadb', ['sh', '-c', 'MYSQL_PWD=$MARIADB_PASSWORD mariadb --host 127.0.0.1 --user editor site --skip-column-names --execute "select post_title from wp_posts where post_type = \'post\'"']);
    expect(stdout).toContain('Hello world!');
    const page = await node.inPod(NAMESPACE, 'deployment/wordpress', ['php', '-r', 'echo file_get_contents("http://127.0.0.1:8080/wp-json/wp/v2/posts", false, stream_context_create(["http" => ["header" => "Host: 203.0.113.10"]]));']);
    expect(page.stdout).toContain('Hello world!');
  });
});
