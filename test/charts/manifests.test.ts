import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment, runTool } from '../support/tool.js';
import { toolPath } from './checkers.js';
import { CHARTS, find, helm, parseManifests, render, renderText } from './rendering.js';
import type { ChartName, Values } from './rendering.js';
import { AWKWARD_NAME, EXTRA, TENANTS, valuesOf } from './tenants.js';

const cases: { chart: ChartName; title: string; values: Values }[] = [
  ...TENANTS.flatMap((tenant) => CHARTS.map((chart) => ({ chart, title: `the ${tenant} tenant`, values: valuesOf(tenant)[chart] }))),
  ...EXTRA,
];

let schemas = '';
beforeAll(async () => {
  const script = fileURLToPath(new URL('../../scripts/kubernetes-schemas.mjs', import.meta.url));
  schemas = (await promisify(execFile)('node', [script], { encoding: 'utf8' })).stdout.trim();
});

/** What kubeconform says about manifests: nothing when they are right. */
const complaints = async (manifests: string): Promise<string> => {
  const location = `${schemas}/{{.ResourceKind}}{{.KindSuffix}}.json`;
  const { exitCode, stdout, stderr } = await runTool(toolPath('kubeconform', '0.8.0'), ['-strict', '-schema-location', location, '-'], {
    env: cleanEnvironment(),
    input: manifests,
  });
  return exitCode === 0 ? '' : stdout + stderr;
};

describe.each(cases)('chart $chart for $title', ({ chart, values }) => {
  it('passes helm lint --strict', async () => {
    const { exitCode, stdout, stderr } = await helm(['lint', '--strict'], chart, values);
    expect(`${stdout}${stderr}`.replaceAll(/^\[INFO\].*$/gm, '')).not.toMatch(/WARNING|ERROR/);
    expect(exitCode).toBe(0);
  });

  it('renders objects that Kubernetes knows, every field of them', async () => {
    expect(await complaints(await renderText(chart, values))).toBe('');
  });

  it('renders the same twice, and with helm 3', async () => {
    const [once, again, older] = await Promise.all([renderText(chart, values), renderText(chart, values), renderText(chart, values, '3.22.0')]);
    expect(again).toBe(once);
    // helm 3 orders objects of one kind differently.
    const sorted = (text: string): string[] => parseManifests(text).map((manifest) => JSON.stringify(manifest)).sort();
    expect(sorted(older)).toEqual(sorted(once));
  });
});

it('kubeconform would see a field that does not exist', async () => {
  const text = (await renderText('gateway', valuesOf('small').gateway)).replace('revisionHistoryLimit', 'revisionHistoryLimits');
  expect(await complaints(text)).toContain('revisionHistoryLimits');
});

describe('labels', () => {
  it.each(CHARTS)('of chart %s are complete, text, and say whose the object is', async (chart) => {
    const values = valuesOf('small')[chart];
    for (const { kind, metadata } of await render(chart, values)) {
      const labels = metadata.labels ?? {};
      expect(Object.values(labels).every((value) => typeof value === 'string'), `${kind} ${metadata.name}`).toBe(true);
      expect(labels).toMatchObject({
        'app.kubernetes.io/part-of': 'ionos-tenants',
        'app.kubernetes.io/managed-by': 'Helm',
        'helm.sh/chart': `${chart}-0.2.0`,
        ...(chart === 'model-gateway' ? {} : { 'ionos-tenants.io/tenant': '1e3' }),
      });
      for (const key of ['name', 'instance', 'version', 'component']) expect(labels[`app.kubernetes.io/${key}`]).toBeTruthy();
    }
  });

  it('selectors name no version, or an upgrade could not change it', async () => {
    for (const chart of CHARTS) {
      for (const { kind, spec } of await render(chart, valuesOf('large')[chart])) {
        const selector = (kind === 'Service' ? spec.selector : spec?.selector?.matchLabels) as Record<string, string> | undefined;
        if (!['Service', 'Deployment', 'StatefulSet', 'PodDisruptionBudget'].includes(kind)) continue;
        expect(Object.keys(selector ?? {}).sort()).toEqual(['app.kubernetes.io/instance', 'app.kubernetes.io/name']);
      }
    }
  });

  it('a new chart version alone restarts no pod', async () => {
    for (const chart of CHARTS) {
      for (const { spec } of await render(chart, valuesOf('large')[chart])) {
        if (spec?.template === undefined) continue;
        expect(JSON.stringify(spec.template.metadata.labels)).not.toMatch(/helm\.sh\/chart|version/);
      }
    }
  });
});

describe('a name as people write it', () => {
  it('arrives unchanged in the namespace', async () => {
    const namespace = find(await render('tenant', valuesOf('small').tenant), 'Namespace', 'tenant-1e3');
    expect(namespace.metadata.annotations?.['ionos-tenants.io/display-name']).toBe(AWKWARD_NAME);
  });

  it('is never part of a program: only environment values and annotations hold it', async () => {
    const text = await renderText('wordpress', valuesOf('small').wordpress);
    expect(text.match(/Müller/g)).toHaveLength(1);
    for (const { kind, data } of parseManifests(text)) if (kind === 'ConfigMap') expect(JSON.stringify(data)).not.toContain('Müller');
  });
});

it('claims outlive their release, and so does the namespace', async () => {
  const all = (await Promise.all(CHARTS.map((chart) => render(chart, valuesOf('large')[chart])))).flat();
  const kept = all.filter(({ kind }) => ['PersistentVolumeClaim', 'Namespace'].includes(kind));
  expect(kept.map(({ metadata }) => metadata.name).sort()).toEqual(['gateway-data', 'mariadb-data', 'openwebui-data', 'tenant-gamma', 'wordpress-content']);
  for (const { metadata } of kept) expect(metadata.annotations?.['helm.sh/resource-policy']).toBe('keep');
  expect(all.some(({ spec }) => spec?.volumeClaimTemplates !== undefined)).toBe(false);
});

it('every object names its namespace, and only cluster-wide ones have none', async () => {
  for (const chart of CHARTS) {
    for (const { kind, metadata } of await render(chart, valuesOf('large')[chart])) {
      const clusterWide = ['Namespace', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'].includes(kind);
      expect(metadata.namespace, `${kind} ${metadata.name}`).toBe(clusterWide ? undefined : chart === 'model-gateway' ? 'ionos-tenants-models' : 'tenant-gamma');
    }
  }
});
