import { expect } from 'vitest';
import type { Helm } from '../../support/helm.js';
import { runHelmTests, testedReleases } from '../../support/helm-test.js';
import type { TenantName } from './two-tenants.js';

/** Runs `helm test` for all releases of this tenant and for the shared way to the models, and finds that each passes. */
export const expectHelmTests = async (helm: Helm, tenant: TenantName): Promise<void> => {
  const outcomes = await runHelmTests(helm, testedReleases(tenant));
  expect(outcomes.map(({ release, phase }) => `${release} ${phase}`), JSON.stringify(outcomes)).toEqual(['wordpress Succeeded', 'openwebui Succeeded', 'gateway Succeeded', 'model-gateway Succeeded']);
};
