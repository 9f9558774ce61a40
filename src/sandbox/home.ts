import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files of the user's persistent sandbox. */
export interface SandboxHome {
  folder: string;
  /** Who serves it, and where. */
  processFile: string;
  /** Everything in it. */
  stateFile: string;
  /** What an operator's laptop would keep: run folders, platform state. */
  operator: string;
  logFile: string;
  socket: string;
}

/** `state` is the product's state folder. Unix sockets need a short path, so theirs is in the temporary folder (0700). */
export const sandboxHome = (state: string): SandboxHome => {
  const folder = join(state, 'sandbox');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const sockets = join(tmpdir(), `ionos-tenants-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`);
  mkdirSync(sockets, { recursive: true, mode: 0o700 });
  return {
    folder,
    processFile: join(folder, 'process.json'),
    stateFile: join(folder, 'state.json'),
    operator: join(folder, 'operator'),
    logFile: join(folder, 'sandbox.log'),
    socket: join(sockets, 'provider.sock'),
  };
};

/** Written by the serving process when all doors are open. */
export interface SandboxProcess {
  pid: number;
  apiUrl: string;
  reattach: string;
  speed: number;
  cliVersion: string;
  startedAt: string;
}

/** What makes every tool work on the sandbox instead of the cloud. */
export const sandboxEnvironment = (process: Pick<SandboxProcess, 'apiUrl' | 'reattach'>): Record<string, string> => ({
  IONOS_API_URL: process.apiUrl,
  IONOS_TOKEN: 'sandbox-token',
  IONOS_MODEL_TOKEN: 'sandbox-model-token',
  IONOS_MODEL_URL: process.apiUrl,
  TF_REATTACH_PROVIDERS: process.reattach,
});

/** Variables of a real account: a sandbox run must not even see them. */
export const REAL_ACCOUNT_VARIABLES = ['IONOS_USERNAME', 'IONOS_PASSWORD', 'IONOS_CONTRACT_NUMBER', 'IONOS_S3_ACCESS_KEY', 'IONOS_S3_SECRET_KEY', 'IONOS_PINNED_CERT', 'IONOS_CONFIG_FILE'];
