import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { cleanEnvironment, runTool } from '../support/tool.js';
import type { ToolResult } from '../support/tool.js';
import { helmPath } from '../support/helm.js';
import type { HelmVersion } from '../support/helm.js';

export type ChartName = 'tenant' | 'wordpress' | 'openwebui' | 'gateway' | 'model-gateway';
export const CHARTS: readonly ChartName[] = ['tenant', 'wordpress', 'openwebui', 'gateway', 'model-gateway'];

export type Values = Record<string, unknown>;

/** A container as far as the tests look at it. */
export interface Container {
  name: string;
  image: string;
  imagePullPolicy?: string;
  command?: string[];
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } }[];
  ports?: { name: string; containerPort: number; hostPort?: number }[];
  resources?: Record<'requests' | 'limits', Record<string, string>>;
  securityContext?: Record<string, unknown> & { capabilities?: { drop?: string[]; add?: string[] } };
  startupProbe?: unknown;
  readinessProbe?: unknown;
  livenessProbe?: unknown;
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean; subPath?: string }[];
}

export interface PodSpec {
  automountServiceAccountToken?: boolean;
  serviceAccountName?: string;
  nodeSelector?: Record<string, string>;
  tolerations?: Record<string, string>[];
  securityContext?: Record<string, unknown> & { seccompProfile?: { type: string } };
  initContainers?: Container[];
  containers: Container[];
  volumes?: (Record<string, unknown> & { name: string })[];
}

/** A manifest. `spec` is whatever its kind has; tests look into it by hand. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  // Each kind has its own shape, and the schemas of Kubernetes are checked by kubeconform.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  spec?: any;
  data?: Record<string, string>;
  rules?: { verbs: string[]; resources: string[] }[];
}

export const chartsFolder = fileURLToPath(new URL('../../charts', import.meta.url));
export const chartFolder = (chart: ChartName): string => join(chartsFolder, chart);

/** Where each release lives, as the command line installs it. */
const placeOf = (chart: ChartName, values: Values): { release: string; namespace: string } => {
  const tenant = (values['tenant'] as { name: string } | undefined)?.name ?? 'example';
  if (chart === 'tenant') return { release: `tenant-${tenant}`, namespace: 'ionos-tenants-system' };
  return { release: chart, namespace: chart === 'model-gateway' ? 'ionos-tenants-models' : `tenant-${tenant}` };
};

/** Runs helm on a chart with these values on standard input. They go as JSON: helm reads YAML 1.1, where a bare `yes` is no text. */
export const helm = (command: string[], chart: ChartName, values: Values, version: HelmVersion = '4.3.1'): Promise<ToolResult> => {
  const { release, namespace } = placeOf(chart, values);
  const [verb = '', ...flags] = command;
  const target = verb === 'template' ? [release, chartFolder(chart)] : [chartFolder(chart)];
  return runTool(helmPath(version), [verb, ...target, ...flags, `--namespace=${namespace}`, '--values=-'], { env: cleanEnvironment(), input: JSON.stringify(values) });
};

/** The manifests as text. @throws Error with helm's words when the chart refuses the values */
export const renderText = async (chart: ChartName, values: Values, version: HelmVersion = '4.3.1'): Promise<string> => {
  // A helm that was built by `go install` would otherwise take Kubernetes 1.20 for granted.
  const { exitCode, stdout, stderr } = await helm(['template', '--kube-version=1.34.4'], chart, values, version);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
};

export const parseManifests = (text: string): Manifest[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);

export const render = async (chart: ChartName, values: Values): Promise<Manifest[]> => parseManifests(await renderText(chart, values));

/** The one manifest of this kind and name. @throws Error when there is none */
export const find = (manifests: readonly Manifest[], kind: string, name: string): Manifest => {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name} among ${manifests.map((manifest) => `${manifest.kind} ${manifest.metadata.name}`).join(', ')}`);
  return found;
};

/** Deployments and StatefulSets. */
export const workloads = (manifests: readonly Manifest[]): Manifest[] => manifests.filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job', 'CronJob', 'DaemonSet'].includes(kind));

export const podOf = (workload: Manifest): PodSpec => workload.spec.template.spec as PodSpec;

export const containersOf = (workload: Manifest): Container[] => [...(podOf(workload).initContainers ?? []), ...podOf(workload).containers];

/** The container of this name. @throws Error when there is none */
export const container = (workload: Manifest, name: string): Container => {
  const found = containersOf(workload).find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no container ${name} in ${workload.metadata.name}`);
  return found;
};

/** The value of an environment variable; undefined when it comes from elsewhere or is not set. */
export const envOf = (from: Container, name: string): string | undefined => from.env?.find((entry) => entry.name === name)?.value;
