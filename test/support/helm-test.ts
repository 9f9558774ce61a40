import { modelGatewayRelease, releaseNames, type ReleaseName } from '../../src/tenant/resource-names.js';
import type { Helm } from './helm.js';

export interface HelmTestOutcome {
  release: string;
  /** As helm prints it: `Succeeded`, `Failed`, or what it said instead. */
  phase: string;
  output: string;
}

/** The releases that `helm test` has something to run for: a tenant's applications and the shared way to the models. */
export const testedReleases = (tenant: string): ReleaseName[] => {
  const { wordpress, openwebui, gateway } = releaseNames(tenant);
  return [wordpress, openwebui, gateway, modelGatewayRelease];
};

/**
 * Runs `helm test` for these releases, one after the other, as somebody does who has no command line of ours. Where the hooks' pods
 * really run (a kubelet), what they wrote is kept with Jobs that failed: `kubectl logs job/<release>-test`.
 */
export const runHelmTests = async (helm: Helm, releases: readonly ReleaseName[]): Promise<HelmTestOutcome[]> => {
  const outcomes: HelmTestOutcome[] = [];
  for (const { release, namespace } of releases) {
    const { exitCode, stdout, stderr } = await helm('test', release, `--namespace=${namespace}`, '--timeout=5m');
    const phase = /^Phase:\s*(\S+)/m.exec(stdout)?.[1] ?? `exit code ${exitCode}`;
    outcomes.push({ release, phase: exitCode === 0 || phase === 'Failed' ? phase : `${phase}, exit code ${exitCode}`, output: stdout + stderr });
  }
  return outcomes;
};
