// Starts bench/lib/fleet-server.mjs as a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const startFleet = async ({ tenants, pods, changes }) => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('fleet-server.mjs', import.meta.url)), tenants, pods, changes].map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  const [first] = await once(createInterface({ input: child.stdout }), 'line');
  const { port, podBytes } = JSON.parse(first);
  const kubeconfig = JSON.stringify({ apiVersion: 'v1', kind: 'Config', 'current-context': 'bench', clusters: [{ name: 'bench', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }], contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }], users: [{ name: 'bench', user: {} }] });
  return {
    kubeconfig,
    podBytes,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
};
