// Turns a recorded `create` into what bench/by-hand.sh needs to do the same without ionos-tenants.
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isWork } from './recorder.mjs';
import { succeed } from './program.mjs';

const MODELS = 'ionos-tenants-models';

/** An object as somebody would write it: without what the API server added. */
const asWritten = ({ apiVersion, kind, metadata, type, data }) => ({
  apiVersion,
  kind,
  metadata: { name: metadata.name, ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }), labels: metadata.labels },
  ...(type === undefined ? {} : { type }),
  ...(data === undefined ? {} : { data }),
});

/** Fetches what `create` made with the Kubernetes client: two namespaces and the Secrets. Those of a sandbox protect nothing. */
const readObjects = async (kubeconfig, namespace) => {
  const get = async (...args) => JSON.parse((await succeed('kubectl', [`--kubeconfig=${kubeconfig}`, 'get', '-o', 'json', ...args])).stdout).items;
  const namespaces = await get('namespace', 'ionos-tenants-system', MODELS);
  const secrets = [...(await get('-n', namespace, 'secret', 'wordpress', 'openwebui')), ...(await get('-n', MODELS, 'secret', 'model-gateway', 'model-gateway-keys'))];
  const list = (items) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: items.map(asWritten) }, null, 2);
  return { namespaces: list(namespaces), secrets: list(secrets) };
};

/** Flags that name a file or this tenant; the script writes them itself. */
const SPECIFIC = /^(-out|-var-file|-backend-config|--namespace|--values|--labels)=/;

const flag = (call, name) => call.arguments.find((argument) => argument.startsWith(`${name}=`))?.slice(name.length + 1);

/**
 * Writes the answers into `folder`. `result` is the recorded run's tenant, `kubeconfig` opens its cluster, `apiUrl` is its sandbox:
 * addresses and ids that differ in the next sandbox become placeholders.
 */
export const writeAnswers = async (folder, { calls, result, apiUrl, kubeconfig }) => {
  await mkdir(join(folder, 'values'), { recursive: true });
  const work = calls.filter(isWork);
  const plans = work.filter((call) => call.tool === 'terraform' && call.arguments[0] === 'plan');
  for (const plan of plans) {
    const stack = basename(plan.cwd);
    await writeFile(join(folder, `${stack}.tfvars.json`), plan.values.replace(/("datacenter_id":\s*)"[^"]*"/, '$1"@DATACENTER@"'));
  }
  const releases = work.filter((call) => call.tool === 'helm');
  const settings = [`TENANT=${result.name}`, `PLATFORM=${result.platform}`, `NEW_PLATFORM=${plans.some((plan) => basename(plan.cwd) === 'platform') ? 1 : ''}`];
  for (const call of releases) {
    const chart = basename(call.arguments.find((argument) => /\/charts\/[^/]+$/.test(argument)));
    await writeFile(join(folder, 'values', `${chart}.yaml`), call.values.replaceAll(apiUrl, '@API@').replaceAll(new RegExp(`\\b${result.ip.replaceAll('.', '\\.')}\\b`, 'g'), '@IP@'));
    settings.push(`DIGEST_${chart.replaceAll('-', '_')}=${flag(call, '--labels')?.split('=')[1] ?? ''}`);
  }
  const flags = (tool, command) => (work.find((call) => call.tool === tool && call.arguments[0] === command)?.arguments ?? []).filter((argument) => argument.startsWith('-') && !SPECIFIC.test(argument)).join(' ');
  for (const command of ['init', 'plan', 'apply', 'output']) settings.push(`${command.toUpperCase()}_FLAGS='${flags('terraform', command)}'`);
  await writeFile(join(folder, 'settings'), `${[...settings, `HELM_FLAGS='${flags('helm', 'upgrade')}'`].join('\n')}\n`);
  const objects = await readObjects(kubeconfig, result.namespace);
  await writeFile(join(folder, 'namespaces.json'), objects.namespaces);
  await writeFile(join(folder, 'secrets.json'), objects.secrets);
};
