import { beforeAll, describe, expect, it } from 'vitest';
import { CHARTS, find, podOf, render } from './rendering.js';
import type { ChartName, Manifest } from './rendering.js';
import { changed, EXTRA, TENANTS, valuesOf } from './tenants.js';

const isHook = ({ metadata }: Manifest): boolean => metadata.annotations?.['helm.sh/hook'] !== undefined;
const hooksOf = async (chart: ChartName, values = valuesOf('small')[chart]): Promise<Manifest[]> => (await render(chart, values)).filter(isHook);
const labelsOf = ({ spec }: Manifest): Record<string, string> => spec.template.metadata.labels as Record<string, string>;
const envOf = (job: Manifest): Record<string, string | undefined> => Object.fromEntries((podOf(job).containers[0]?.env ?? []).map(({ name, value }) => [name, value]));

describe('what `helm test` runs', () => {
  let all: Manifest[] = [];
  let hooks: Manifest[] = [];
  beforeAll(async () => {
    const usual = TENANTS.flatMap((tenant) => CHARTS.map((chart) => render(chart, valuesOf(tenant)[chart])));
    all = (await Promise.all([...usual, ...EXTRA.map(({ chart, values }) => render(chart, values))])).flat();
    hooks = all.filter(isHook);
  });

  it('is one Job of each chart that runs something', async () => {
    const names = await Promise.all(CHARTS.map(async (chart) => (await hooksOf(chart)).map(({ kind, metadata }) => `${kind} ${metadata.name}`)));
    expect(Object.fromEntries(CHARTS.map((chart, index) => [chart, names[index]]))).toEqual({
      tenant: [],
      wordpress: ['Job wordpress-test'],
      openwebui: ['Job openwebui-test'],
      gateway: ['Job gateway-test'],
      'model-gateway': ['Job model-gateway-test'],
    });
  });

  it('runs on request only: no other hook could come between the command line and a release', () => {
    expect([...new Set(hooks.map(({ metadata }) => metadata.annotations?.['helm.sh/hook']))]).toEqual(['test']);
  });

  it('is bounded in time and tries, and does not stay', () => {
    for (const { metadata, spec } of hooks) {
      expect(metadata.annotations?.['helm.sh/hook-delete-policy'], metadata.name).toBe('before-hook-creation,hook-succeeded');
      expect(spec).toMatchObject({ backoffLimit: 1, activeDeadlineSeconds: 180, ttlSecondsAfterFinished: 3600 });
      expect(spec.template.spec).toMatchObject({ restartPolicy: 'Never', automountServiceAccountToken: false });
    }
  });

  it('holds no data: it mounts its script and nothing else', () => {
    for (const hook of hooks) expect((podOf(hook).volumes ?? []).map((volume) => Object.keys(volume).sort())).toEqual([['configMap', 'name']]);
  });

  it('mounts a script that its own chart brings', () => {
    for (const hook of hooks) {
      const { configMap } = podOf(hook).volumes?.[0] as unknown as { configMap: { name: string; items: { key: string }[] } };
      const file = podOf(hook).containers[0]?.command?.at(-1) ?? '';
      expect(file).toBe(`/etc/test/${configMap.items[0]?.key}`);
      expect(Object.keys(find(all, 'ConfigMap', configMap.name).data ?? {})).toContain(configMap.items[0]?.key);
    }
  });

  it('is no pod of any Service, workload or disruption budget', () => {
    for (const { kind, metadata, spec } of all) {
      const selector = (kind === 'Service' ? spec.selector : ['Deployment', 'StatefulSet', 'PodDisruptionBudget'].includes(kind) ? spec.selector.matchLabels : undefined) as Record<string, string> | undefined;
      if (selector === undefined) continue;
      for (const hook of hooks) expect(Object.entries(selector).every(([key, value]) => labelsOf(hook)[key] === value), `${kind} ${metadata.name} and ${hook.metadata.name}`).toBe(false);
    }
  });

  it('is not there while the tenant is suspended: nothing would answer', async () => {
    expect(await hooksOf('wordpress', changed(valuesOf('small').wordpress, { wordpress: { replicas: 0 }, database: { replicas: 0 } }))).toEqual([]);
    expect(await hooksOf('openwebui', changed(valuesOf('small').openwebui, { replicas: 0 }))).toEqual([]);
    expect(await hooksOf('gateway', changed(valuesOf('small').gateway, { replicas: 0 }))).toEqual([]);
  });

  it('knows an external database', async () => {
    const external = EXTRA.find(({ title }) => title === 'an external database');
    const [job] = await hooksOf('wordpress', external?.values);
    expect(envOf(job as Manifest)).toMatchObject({ WORDPRESS_DB_HOST: 'db.example.com:3307', WORDPRESS_DB_NAME: 'site', WORDPRESS_DB_USER: 'site' });
  });

  it('expects the pages themselves on plain ports, and the way to the host name where there is one', async () => {
    const expected = async (domains: Record<string, string>): Promise<unknown> => envOf((await hooksOf('gateway', changed(valuesOf('small').gateway, { domains })))[0] as Manifest);
    expect(await expected({})).toEqual({ WORDPRESS_EXPECTED: '200', OPENWEBUI_EXPECTED: '200' });
    expect(await expected({ wordpress: 'www.example.com' })).toEqual({ WORDPRESS_EXPECTED: '308', OPENWEBUI_EXPECTED: '200' });
    expect(await expected({ openwebui: 'chat.example.com' })).toEqual({ WORDPRESS_EXPECTED: '200', OPENWEBUI_EXPECTED: '308' });
  });
});
