// Two situations in which a tenant is onboarded, each from a sandbox that can be copied: an empty contract, where the platform is
// made first, and a platform that already has a tenant.
import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { writeAnswers } from './answers.mjs';
import { main, root, run, succeed } from './program.mjs';
import { essence, installRecorder, isWork, settings } from './recorder.mjs';
import { environment, remove, startSandbox } from './sandbox.mjs';

export const TENANT = 'acme';
const create = (name) => [main, 'create', name, '--yes', '--sandbox', '--json'];

const resultOf = ({ stdout, stderr }) => {
  const last = stdout.trim().split('\n').at(-1) ?? '';
  const result = last.startsWith('{') ? JSON.parse(last) : undefined;
  if (result?.type !== 'result' || !result.ok) throw new Error(`create did not end well: ${last}\n${stderr}`);
  return result;
};

/** Paths of the tools that the program itself uses, so that both ways use the same binaries. */
const findTools = async (env) => {
  const { data } = resultOf(await run(process.execPath, [main, 'tools', '--install', '--json'], { env }));
  const paths = Object.fromEntries(data.tools.map(({ name, path }) => [name, path]));
  for (const tool of ['kubectl', 'curl']) paths[tool] = (await succeed('sh', ['-c', `command -v ${tool}`])).stdout.trim();
  return paths;
};

/** Everything in one temporary folder that `close` removes. */
export const openBench = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ionos-bench-'));
  let count = 0;
  const tools = await findTools(environment(join(folder, 'tools'), 0));
  const path = join(folder, 'bin');
  await mkdir(path);
  for (const tool of ['terraform', 'helm']) await succeed('ln', ['-s', tools[tool], join(path, tool)]);

  const inSandbox = async (baseline, speed, use) => {
    const state = join(folder, `run-${(count += 1)}`);
    if (baseline === undefined) await mkdir(state);
    else await cp(baseline, state, { recursive: true });
    const sandbox = await startSandbox(state, speed);
    try {
      return await use(sandbox, state);
    } finally {
      await sandbox.stop();
      if (state !== join(folder, 'baseline')) await remove(state);
    }
  };

  /** A sandbox whose platform has one tenant already. */
  const makeBaseline = async () => {
    const state = join(folder, 'baseline');
    await mkdir(state);
    const sandbox = await startSandbox(state, 0);
    resultOf(await run(process.execPath, create('first'), { env: { ...sandbox.env, PATH: `${path}:${process.env.PATH}` } }));
    await sandbox.stop();
    return state;
  };

  const fetchKubeconfig = async (sandbox, to) => {
    const get = async (address) => (await fetch(`${sandbox.apiUrl}/cloudapi/v6/${address}`, { headers: { authorization: `Bearer ${sandbox.exports.IONOS_TOKEN}` } })).text();
    const { items } = JSON.parse(await get('k8s?depth=1'));
    await writeFile(to, await get(`k8s/${items[0].id}/kubeconfig`), { mode: 0o600 });
    return to;
  };

  /** Records one `create`, and one by-hand run with its answers, and refuses to go on when they do not run the same commands. */
  const prepare = async (name, baseline) => {
    const answers = join(folder, `answers-${name}`);
    await mkdir(answers);
    const ours = await inSandbox(baseline, 0, async (sandbox, state) => {
      const recorder = await installRecorder(join(state, 'recorder'), { terraform: tools.terraform, helm: tools.helm });
      const outcome = await run(process.execPath, create(TENANT), { env: { ...sandbox.env, PATH: `${recorder.bin}:${process.env.PATH}` } });
      const { tenant } = resultOf(outcome);
      const calls = await recorder.read();
      await writeAnswers(answers, { calls, result: tenant, apiUrl: sandbox.apiUrl, kubeconfig: await fetchKubeconfig(sandbox, join(state, 'kubeconfig')) });
      return calls.filter(isWork);
    });
    const theirs = await inSandbox(baseline, 0, async (sandbox, state) => {
      const recorder = await installRecorder(join(state, 'recorder'), tools);
      await byHandIn(sandbox, state, answers, recorder.bin);
      return (await recorder.read()).filter(isWork);
    });
    requireSameCommands(ours, theirs.filter(({ tool }) => tool === 'terraform' || tool === 'helm'));
    const files = (await succeed('find', [answers, '-type', 'f', '(', '-name', '*.json', '-o', '-name', '*.yaml', ')'])).stdout.trim().split('\n');
    const leaves = await Promise.all(files.map(async (file) => leavesOf(parse(await readFile(file, 'utf8')))));
    return { name, baseline, answers, ours, theirs, files: files.length, values: leaves.reduce((sum, each) => sum + each, 0) };
  };

  const byHandIn = async (sandbox, state, answers, bin) => {
    const work = join(state, 'by-hand');
    await mkdir(work);
    const env = { ...sandbox.env, ...sandbox.exports, PATH: `${bin}:${process.env.PATH}` };
    return succeed(join(root, 'bench/by-hand.sh'), [answers, work], { env });
  };

  return {
    makeBaseline,
    prepare,
    inSandbox,
    createArguments: create,
    /** Milliseconds of one `create`, from the command to both endpoints. */
    timeCreate: (scenario, speed) =>
      inSandbox(scenario.baseline, speed, async (sandbox) => {
        const outcome = await run(process.execPath, create(TENANT), { env: { ...sandbox.env, PATH: `${path}:${process.env.PATH}` } });
        resultOf(outcome);
        return outcome.ms;
      }),
    /** Milliseconds of one bench/by-hand.sh, from the first command to both endpoints. */
    timeByHand: (scenario, speed) => inSandbox(scenario.baseline, speed, async (sandbox, state) => (await byHandIn(sandbox, state, scenario.answers, path)).ms),
    path,
    close: () => remove(folder),
  };
};

/** How many single values somebody wrote into this. */
const leavesOf = (value) => (typeof value === 'object' && value !== null ? Object.values(value).reduce((sum, each) => sum + leavesOf(each), 0) : 1);

const firstDifference = (ours, theirs) => {
  for (let index = 0; index < Math.max(ours.length, theirs.length); index += 1) {
    if (ours[index] !== theirs[index]) return [`create:  ${ours[index] ?? '(nothing)'}`, `by hand: ${theirs[index] ?? '(nothing)'}`];
  }
  return undefined;
};

/** The same commands, flags and variables in the same order; releases that `create` starts side by side are compared as a set. */
const requireSameCommands = (ours, theirs) => {
  const shape = (calls) => {
    const lines = calls.map((call) => `${essence(call)}  [${settings(call).join(' ')}]`);
    const from = calls.findIndex((call) => call.tool === 'helm') + 1;
    return [...lines.slice(0, from), ...lines.slice(from).sort()];
  };
  const difference = firstDifference(shape(ours), shape(theirs));
  if (difference) throw new Error(['bench/by-hand.sh does not run what create runs:', ...difference].join('\n'));
};
