import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { helmFor } from '../support/helm.js';
import { asTold } from './support/as-told.js';
import { expectHelmTests } from './support/helm-tests.js';
import { openTwoTenants, type TwoTenants } from './support/two-tenants.js';

describe('helm test on a real node', () => {
  let both: TwoTenants;
  let folder = '';

  beforeAll(async () => {
    [both, folder] = await Promise.all([openTwoTenants(asTold), mkdtemp(join(tmpdir(), 'helm-tests-'))]);
  });
  afterAll(async () => {
    await both.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('passes for every release of a tenant, inside its own quota and network policies', () => expectHelmTests(helmFor('4.3.1', both.node.kubeconfigPath, folder), 'acme'));
});
