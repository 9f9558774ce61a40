import { spawn } from 'node:child_process';

export interface ToolResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** An environment without this machine's cluster, cloud and tool settings, but with the given ones. */
export const cleanEnvironment = (extra: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TF_|IONOS_|KUBE|HELM_)/.test(name))),
  ...extra,
});

/** Runs a tool to its end. @throws Error when it cannot be started: a missing tool fails the test, it never skips it */
export const runTool = (file: string, args: readonly string[], options: { env?: NodeJS.ProcessEnv; cwd?: string; input?: string; uid?: number; gid?: number } = {}): Promise<ToolResult> =>
  new Promise((resolve, reject) => {
    const { input = '', env = cleanEnvironment(), ...where } = options;
    const child = spawn(file, args, { ...where, env, stdio: ['pipe', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
