import { SANDBOX_PASSWORD, SANDBOX_USERNAME } from '../sandbox/cloud/index.js';
import { sandboxEnvironment, type SandboxProcess } from '../sandbox/home.js';

/** What `sandbox` prints: lines for a shell, and what somebody has to know who works on the sandbox with tools of their own. */
export const sandboxNotice = (process: Pick<SandboxProcess, 'apiUrl' | 'reattach'>): string =>
  [
    'The sandbox runs until Ctrl-C. In another shell:',
    ...Object.entries(sandboxEnvironment(process)).map(([name, value]) => `export ${name}='${value}'`),
    '',
    "With TF_REATTACH_PROVIDERS, terraform uses the sandbox's own provider. For the real one of ionos-cloud, which then calls IONOS_API_URL:",
    'unset TF_REATTACH_PROVIDERS IONOS_S3_REGION',
    "export IONOS_S3_ACCESS_KEY='any' IONOS_S3_SECRET_KEY='any'   # only for buckets, in a region that IONOS does not have, such as test-1",
    `IONOS_USERNAME='${SANDBOX_USERNAME}' and IONOS_PASSWORD='${SANDBOX_PASSWORD}' do as well as the token.`,
  ].join('\n');
