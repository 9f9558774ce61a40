// Records a real `demo` run as presets/recordings/demo.ndjson, for machines on which terraform or helm cannot be had at all.
// Run it after a change of what a run shows: node scripts/record-demo.mjs
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'presets', 'recordings', 'demo.ndjson');
const state = mkdtempSync(join(tmpdir(), 'ionos-record-'));

const child = spawn(process.execPath, [join(root, 'dist/main.js'), 'demo', '--auto', '--json'], {
  env: { ...process.env, IONOS_TENANTS_STATE_DIR: state },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const events = [];
let first;
for await (const line of createInterface({ input: child.stdout })) {
  const { at, ...event } = JSON.parse(line);
  first ??= Date.parse(at);
  // What belongs to this machine and this hour stays out.
  delete event.log;
  if (event.type === 'tools') for (const tool of [event.terraform, event.helm]) tool.path = 'recorded';
  if (event.pod) delete event.pod.createdAt;
  events.push({ afterMs: Date.parse(at) - first, event });
}
rmSync(state, { recursive: true, force: true });
const last = events.at(-1)?.event;
if (last?.type !== 'result' || !last.ok) {
  console.error('the run did not succeed; nothing was recorded');
  process.exit(1);
}
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, `${events.map((each) => JSON.stringify(each)).join('\n')}\n`);
console.log(`${target}: ${events.length} events`);
