import { appendFile, cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseBytes, parseMillicores } from '../../src/tenant/index.js';
import { temporaryFolder } from '../support/folder.js';
import { helmPath } from '../support/helm.js';
import { cleanEnvironment, runTool } from '../support/tool.js';
import { CHARTS, chartFolder, container, containersOf, envOf, find, parseManifests, podOf, render, workloads } from './rendering.js';
import type { Container, Manifest } from './rendering.js';
import { EXTRA, TENANTS, changed, valuesOf } from './tenants.js';
import type { TenantKey } from './tenants.js';

/** Workloads of all charts for the three tenants and the extra cases. */
let all: Manifest[] = [];
beforeAll(async () => {
  const usual = TENANTS.flatMap((tenant) => CHARTS.map((chart) => render(chart, valuesOf(tenant)[chart])));
  const extra = EXTRA.map(({ chart, values }) => render(chart, values));
  all = (await Promise.all([...usual, ...extra])).flatMap(workloads);
});

/** The keys of each Secret that the command line makes. */
const SECRET_KEYS: Record<string, string[]> = {
  wordpress: [
    ...['database-root-password', 'database-password', 'admin-password', 'mcp-token'],
    ...['auth', 'secure-auth', 'logged-in', 'nonce'].flatMap((name) => [`${name}-key`, `${name}-salt`]),
  ],
  openwebui: ['secret-key', 'admin-password', 'mcp-token', 'model-key'],
};

describe('Pod Security "restricted", and a little more', () => {
  it('holds for every pod', () => {
    for (const workload of all) {
      const pod = podOf(workload);
      expect(pod.securityContext, workload.metadata.name).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(pod.securityContext?.['runAsUser']).toBeGreaterThan(0);
      expect(pod.securityContext?.['runAsGroup']).toBeGreaterThan(0);
      expect(pod).not.toMatchObject({ hostNetwork: true });
      expect(Object.keys(pod)).not.toEqual(expect.arrayContaining(['hostPID']));
      for (const volume of pod.volumes ?? []) {
        const kinds = Object.keys(volume).filter((key) => key !== 'name');
        expect(['configMap', 'emptyDir', 'persistentVolumeClaim', 'secret']).toContain(kinds[0]);
        expect(kinds).toHaveLength(1);
      }
    }
  });

  it('holds for every container', () => {
    for (const workload of all) {
      for (const { name, securityContext, ports } of containersOf(workload)) {
        expect(securityContext, name).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
        for (const port of ports ?? []) {
          expect(port.hostPort).toBeUndefined();
          expect(port.containerPort).toBeGreaterThan(1024);
        }
      }
    }
  });

  it('no pod has a token for the API server', () => {
    for (const workload of all) expect(podOf(workload).automountServiceAccountToken, workload.metadata.name).toBe(false);
  });
});

describe('a new version of a chart', () => {
  /** Where each chart keeps what only `helm test` reads. */
  const OF_TESTS: Partial<Record<string, string>> = { wordpress: 'files/bootstrap/test-database.php', gateway: 'files/test.sh', 'model-gateway': 'files/test.sh' };

  it.each(CHARTS.filter((chart) => chart !== 'tenant'))('that changes nothing in the pods starts none again: %s', async (chart) => {
    const folder = join(await temporaryFolder(), chart);
    await cp(chartFolder(chart), folder, { recursive: true });
    const templates = async (values: object): Promise<unknown[]> => {
      const { exitCode, stdout, stderr } = await runTool(helmPath('4.3.1'), ['template', chart, folder, '--kube-version=1.34.4', '--values=-'], { env: cleanEnvironment(), input: JSON.stringify(values) });
      if (exitCode !== 0) throw new Error(stderr);
      return parseManifests(stdout).filter(({ kind }) => ['Deployment', 'StatefulSet'].includes(kind)).map(({ spec }) => (spec as { template: unknown }).template);
    };
    const values = valuesOf('large')[chart];
    const before = await templates(values);
    const about = await readFile(join(folder, 'Chart.yaml'), 'utf8');
    await writeFile(join(folder, 'Chart.yaml'), about.replace(/^version: .*$/m, 'version: 99.0.0').replace(/^appVersion: .*$/m, 'appVersion: "99.0.0"'));
    const script = OF_TESTS[chart];
    if (script !== undefined) await appendFile(join(folder, script), '\n# another test\n');
    expect(before.length).toBeGreaterThan(0);
    expect(await templates({ ...values, commonLabels: { team: 'another' } })).toEqual(before);
  });
});

describe('containers', () => {
  it('may fill /tmp with uploads as far as their limit of local disk goes: presets count by that', () => {
    const seen = new Set<string>();
    for (const workload of all) {
      for (const { name, resources } of containersOf(workload)) {
        if (!['wordpress', 'openwebui'].includes(name)) continue;
        seen.add(name);
        expect(podOf(workload).volumes, name).toContainEqual({ name: 'tmp', emptyDir: { sizeLimit: resources?.limits?.['ephemeral-storage'] } });
      }
    }
    expect(seen.size).toBe(2);
  });

  it('run an exact image that is not pulled again and again', () => {
    for (const workload of all) {
      for (const { image, imagePullPolicy } of containersOf(workload)) {
        expect(image).toMatch(/^[a-z0-9.]+\/[a-z0-9./-]+:\d+\.\d+\.\d+[a-z0-9.-]*(@sha256:[0-9a-f]{64})?$/);
        expect(imagePullPolicy).toBe('IfNotPresent');
      }
    }
  });

  it('carry the digest where one is known', async () => {
    const digest = `sha256:${'e'.repeat(64)}`;
    const manifests = await render('gateway', changed(valuesOf('small').gateway, { image: { digest } }));
    expect(container(find(manifests, 'Deployment', 'gateway'), 'caddy').image).toMatch(new RegExp(`:[^@]+@${digest}$`));
  });

  it('say what they need and may take, local disk too', () => {
    for (const workload of all) {
      for (const { name, resources } of containersOf(workload)) {
        for (const kind of ['requests', 'limits'] as const) expect(Object.keys(resources?.[kind] ?? {}).sort(), `${workload.metadata.name}/${name}`).toEqual(['cpu', 'ephemeral-storage', 'memory']);
        const { requests, limits } = resources as NonNullable<Container['resources']>;
        expect(parseMillicores(String(limits['cpu']))).toBeGreaterThanOrEqual(parseMillicores(String(requests['cpu'])));
        expect(parseBytes(String(limits['memory']))).toBeGreaterThanOrEqual(parseBytes(String(requests['memory'])));
      }
    }
  });

  it('preparing a pod never takes more than running it, so the quota holds', () => {
    for (const workload of all) {
      const memory = (list: readonly Container[]): number[] => list.map(({ resources }) => parseBytes(String(resources?.limits['memory'])));
      const running = memory(podOf(workload).containers).reduce((sum, bytes) => sum + bytes, 0);
      for (const bytes of memory(podOf(workload).initContainers ?? [])) expect(bytes, workload.metadata.name).toBeLessThanOrEqual(running);
    }
  });

  it('that serve have all three probes, and liveness asks another question than readiness', () => {
    for (const workload of all) {
      for (const served of podOf(workload).containers.filter(({ ports }) => (ports ?? []).length > 0)) {
        expect(served.startupProbe, served.name).toBeDefined();
        expect(served.readinessProbe).toBeDefined();
        expect(served.livenessProbe).toBeDefined();
        const question = ({ httpGet, tcpSocket, exec }: Record<string, unknown>): unknown => httpGet ?? tcpSocket ?? exec;
        expect(question(served.livenessProbe as Record<string, unknown>)).not.toEqual(question(served.readinessProbe as Record<string, unknown>));
      }
    }
  });
});

describe('patience', () => {
  type Probe = { periodSeconds: number; failureThreshold: number; timeoutSeconds?: number };

  it('with Open WebUI lasts half an hour at its start, because a kill would stop the change of its tables half-way', async () => {
    const openwebui = find(await render('openwebui', valuesOf('small').openwebui), 'StatefulSet', 'openwebui');
    const { periodSeconds, failureThreshold } = container(openwebui, 'openwebui').startupProbe as Probe;
    expect(periodSeconds * failureThreshold).toBeGreaterThanOrEqual(1800);
  });

  it('with everything that serves is longer than a second, which a busy pod takes', () => {
    for (const served of all.flatMap((workload) => podOf(workload).containers).filter(({ ports }) => (ports ?? []).length > 0)) {
      expect((served.readinessProbe as Probe).timeoutSeconds, served.name).toBeGreaterThanOrEqual(5);
    }
  });
});

describe('secrets', () => {
  it('come by reference only, and every key is one that the command line makes', () => {
    const seen = new Set<string>();
    for (const workload of all) {
      for (const { env } of containersOf(workload)) {
        for (const { name, value, valueFrom } of env ?? []) {
          const reference = valueFrom?.secretKeyRef;
          if (reference === undefined) {
            // A literal may point to a variable that the kubelet fills in, and may say that a cookie is secure.
            if (/PASSWORD|TOKEN|SECRET|_KEY$|SALT/.test(name)) throw new Error(`${name} is a literal: ${value ?? ''}`);
            continue;
          }
          expect(SECRET_KEYS[reference.name], `${name} of ${workload.metadata.name}`).toContain(reference.key);
          seen.add(`${reference.name}/${reference.key}`);
        }
      }
    }
    expect([...seen].sort()).toEqual(Object.entries(SECRET_KEYS).flatMap(([secret, keys]) => keys.map((key) => `${secret}/${key}`)).sort());
  });

  it('no chart makes one', async () => {
    for (const chart of CHARTS) expect((await render(chart, valuesOf('large')[chart])).map(({ kind }) => kind)).not.toContain('Secret');
  });

  it('only the preparing container of the model gateway sees token and keys as files, and what it makes of them stays in memory', async () => {
    const gateway = find(await render('model-gateway', valuesOf('small')['model-gateway']), 'Deployment', 'model-gateway');
    const volumes = podOf(gateway).volumes ?? [];
    const secret = volumes.filter((volume) => 'secret' in volume).map(({ name }) => name);
    expect(secret).toHaveLength(2);
    expect(container(gateway, 'nginx').volumeMounts?.map(({ name }) => name)).not.toEqual(expect.arrayContaining([secret[0]]));
    expect(container(gateway, 'nginx').volumeMounts?.map(({ name }) => name)).not.toEqual(expect.arrayContaining([secret[1]]));
    expect(volumes.find(({ name }) => name === 'prepared')).toMatchObject({ emptyDir: { medium: 'Memory' } });
  });

  it('a rotation restarts what reads them, and not the database, which takes its passwords once', async () => {
    const annotationsOf = async (chart: 'wordpress' | 'openwebui', secretChecksum: string): Promise<Record<string, unknown>> =>
      Object.fromEntries(
        workloads(await render(chart, changed(valuesOf('large')[chart], { secretChecksum }))).map(({ metadata, spec }) => [metadata.name, spec.template.metadata.annotations]),
      );
    const [before, after] = [await annotationsOf('wordpress', 'one'), await annotationsOf('wordpress', 'two')];
    expect(after['wordpress']).not.toEqual(before['wordpress']);
    expect(after['mariadb']).toEqual(before['mariadb']);
    expect(await annotationsOf('openwebui', 'two')).not.toEqual(await annotationsOf('openwebui', 'one'));
  });

  it('a changed setting in a ConfigMap restarts the pods that read it', async () => {
    const template = async (workers: number): Promise<unknown> =>
      find(await render('wordpress', changed(valuesOf('large').wordpress, { wordpress: { php: { workers } } })), 'Deployment', 'wordpress').spec.template.metadata.annotations;
    expect(await template(11)).not.toEqual(await template(12));
  });
});

describe('where pods run', () => {
  it('with nodes of their own: there, and they tolerate the taint of their own pool only', async () => {
    for (const chart of ['wordpress', 'openwebui', 'gateway'] as const) {
      for (const workload of workloads(await render(chart, valuesOf('medium')[chart]))) {
        expect(podOf(workload).nodeSelector, workload.metadata.name).toEqual({ 'ionos-tenants.io/pool': 'beta-2' });
        expect(podOf(workload).tolerations).toEqual([{ key: 'ionos-tenants.io/pool', operator: 'Equal', value: 'beta-2', effect: 'NoSchedule' }]);
      }
    }
  });

  it('on the shared nodes of a platform that labels them', async () => {
    for (const workload of workloads(await render('wordpress', { ...valuesOf('small').wordpress, nodePool: 'shared' }))) {
      expect(podOf(workload)).toHaveProperty('nodeSelector', { 'ionos-tenants.io/pool': 'shared' });
    }
  });

  it('what holds everybody\'s token is on the shared nodes too, never on a tenant\'s own', async () => {
    const pools = async (tenant: TenantKey): Promise<unknown[]> => workloads(await render('model-gateway', valuesOf(tenant)['model-gateway'])).map((workload) => podOf(workload).nodeSelector);
    expect(await pools('large')).toEqual([{ 'ionos-tenants.io/pool': 'shared' }, { 'ionos-tenants.io/pool': 'shared' }]);
    expect(await pools('small')).toEqual([undefined, undefined]);
  });

  it('in a cluster without such labels: anywhere', async () => {
    for (const workload of workloads(await render('wordpress', valuesOf('small').wordpress))) {
      expect(podOf(workload)).not.toHaveProperty('nodeSelector');
      expect(podOf(workload)).not.toHaveProperty('tolerations');
    }
  });
});

describe('one volume on one node', () => {
  it('is never wanted by two pods at a time', () => {
    for (const workload of all) {
      const claims = (podOf(workload).volumes ?? []).filter((volume) => 'persistentVolumeClaim' in volume);
      if (claims.length === 0) continue;
      expect(workload.spec.replicas, workload.metadata.name).toBeLessThanOrEqual(1);
      if (workload.kind === 'Deployment') expect(workload.spec.strategy).toEqual({ type: 'Recreate' });
    }
  });

  it('no disruption budget holds up node maintenance', async () => {
    const budgets = (await Promise.all(CHARTS.map((chart) => render(chart, valuesOf('large')[chart])))).flat().filter(({ kind }) => kind === 'PodDisruptionBudget');
    expect(budgets.map(({ metadata }) => metadata.name).sort()).toEqual(['gateway', 'mariadb', 'model-gateway', 'openwebui', 'wordpress']);
    for (const { spec } of budgets) expect(spec).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
  });
});

describe('a suspended tenant', () => {
  it('has no pods, and everything else', async () => {
    const manifests = await render('wordpress', changed(valuesOf('small').wordpress, { wordpress: { replicas: 0 }, database: { replicas: 0 } }));
    expect(workloads(manifests).map(({ spec }) => spec.replicas as number)).toEqual([0, 0]);
    expect(manifests.filter(({ kind }) => kind === 'PersistentVolumeClaim')).toHaveLength(2);
  });
});

it('environment values that look like variables arrive as they are written', async () => {
  const wordpress = find(await render('wordpress', valuesOf('small').wordpress), 'Deployment', 'wordpress');
  // The kubelet turns "$$" into "$" and expands nothing behind it.
  expect(envOf(container(wordpress, 'install-wordpress'), 'TENANT_SITE_TITLE')).toContain('$$(HOME) $$$$');
});
