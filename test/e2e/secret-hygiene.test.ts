import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster/client.js';
import { pathsFrom } from '../../src/engine/paths.js';
import { openCanaryCloud, type CanaryCloud } from '../support/canary-cloud.js';
import { changedPackage } from '../support/changed-package.js';
import { findCanaries, type Canaries, type Place } from '../support/canaries.js';
import { clusterOf, newOperator, type CliResult, type Operator } from '../support/cli.js';
import { leftovers } from '../support/end-state.js';
import { clusterPlaces, filePlaces, recordedChildren, type RecordedChild } from '../support/hygiene-places.js';
import { eventIs } from '../support/interruption.js';
import { thePackage } from '../support/package.js';
import { TerminalSession } from '../support/terminal-session.js';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
/** Characters that encodings change, where the place of the secret allows them. */
const canary = (name: string): string => `${name}+/"%\\=${randomBytes(9).toString('hex')}`;
const CANARIES: Canaries = {
  IONOS_TOKEN: canary('token'),
  IONOS_USERNAME: `user-${randomBytes(9).toString('hex')}@canary.example`,
  IONOS_PASSWORD: canary('password'),
  IONOS_MODEL_TOKEN: canary('model'),
  IONOS_S3_ACCESS_KEY: canary('s3access'),
  IONOS_S3_SECRET_KEY: canary('s3secret'),
  kubeconfig: canary('kube'),
};
const given = (...names: string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, CANARIES[name] ?? '']));

/** Only these variables may hold a secret, and only for terraform. */
const TERRAFORMS_OWN = ['IONOS_TOKEN', 'IONOS_USERNAME', 'IONOS_PASSWORD', 'IONOS_S3_ACCESS_KEY', 'IONOS_S3_SECRET_KEY'];
const PASSED = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TMPDIR', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

let operator: Operator;
let cloud: CanaryCloud;
let folder: string;
let env: Record<string, string>;
/** What every run has printed. */
const printed: Place[] = [];

const run = async (what: string, args: string[], extra: Record<string, string> = {}): Promise<CliResult> => {
  const ended = await operator.run(args, { env: { ...env, ...extra } });
  printed.push({ name: `stdout of ${what}`, content: ended.stdout }, { name: `stderr of ${what}`, content: ended.stderr });
  expect((await leftovers(operator)).filter((file) => /kubeconfig|runs\//.test(file))).toEqual([]);
  return ended;
};

/** A tool that does what it should until the given command; then it fails and says all that it knows. */
const talkativeTool = async (name: 'terraform' | 'helm', real: string, failing: string): Promise<string> => {
  const bin = join(folder, `talkative-${name}`);
  await mkdir(bin);
  await writeFile(join(bin, name), `#!/bin/sh\nif [ "$1" != ${failing} ]; then exec ${real} "$@"; fi\necho "Error: it failed" >&2\ngrep token: "$KUBECONFIG$KUBE_CONFIG_PATH" >&2\nenv >&2\nenv\nexit 1\n`);
  await chmod(join(bin, name), 0o755);
  return `${bin}:${process.env.PATH ?? ''}`;
};

/** Values that the product has made itself. */
const madeSecrets = async (cluster: Cluster): Promise<Canaries> => {
  const secrets = (await cluster.core.listSecretForAllNamespaces()).items.filter(({ type, metadata }) => type === 'Opaque' && ['wordpress', 'openwebui', 'model-gateway', 'model-gateway-keys'].includes(metadata?.name ?? ''));
  return Object.fromEntries(secrets.flatMap(({ metadata, data }) => Object.entries(data ?? {}).map(([key, value]) => [`${metadata?.namespace}/${metadata?.name}/${key}`, Buffer.from(value, 'base64').toString()])));
};

const everything = async (): Promise<Place[]> => [
  ...printed,
  ...(await filePlaces(operator.home)),
  ...(await clusterPlaces(await clusterOf(operator))),
  ...(await filePlaces(join(REPOSITORY, 'presets'))),
];

const children = (): Promise<RecordedChild[]> => recordedChildren(join(folder, 'children'));
const nameOf = (child: RecordedChild): string => basename(child.file);

beforeAll(async () => {
  operator = await newOperator();
  folder = `${operator.home}-beside`;
  await mkdir(folder);
  cloud = await openCanaryCloud(operator, CANARIES);
  for (const name of ['tmp', 'cache']) await mkdir(join(operator.home, name));
  // The tools themselves are large, and hold nothing.
  await symlink(join(pathsFrom(process.env).cache, 'tools'), join(operator.home, 'cache/tools'));
  const recorder = { NODE_OPTIONS: `--import ${join(REPOSITORY, 'test/support/record-children.mjs')}`, RECORDED_CHILDREN: join(folder, 'children') };
  // A sandbox whose process was started by an operator with an account of his own.
  const started = await operator.run(['list', '--sandbox', '--json'], { env: { ...given('IONOS_TOKEN', 'IONOS_USERNAME', 'IONOS_PASSWORD', 'IONOS_MODEL_TOKEN', 'IONOS_S3_ACCESS_KEY', 'IONOS_S3_SECRET_KEY'), ...recorder } });
  expect(started.exitCode).toBe(0);
  const { reattach } = JSON.parse(await readFile(join(operator.home, 'state/sandbox/process.json'), 'utf8')) as { reattach: string };
  env = {
    ...given('IONOS_TOKEN', 'IONOS_MODEL_TOKEN', 'IONOS_S3_ACCESS_KEY', 'IONOS_S3_SECRET_KEY'),
    IONOS_API_URL: cloud.url,
    IONOS_MODEL_URL: cloud.url,
    TF_REATTACH_PROVIDERS: reattach,
    IONOS_TENANTS_CACHE_DIR: join(operator.home, 'cache'),
    TMPDIR: join(operator.home, 'tmp'),
    ...recorder,
  };
});

afterAll(async () => {
  await cloud.close();
  await operator.close();
});

const create = (name: string, ...more: string[]): string[] => ['create', name, '--models', 'openai/gpt-oss-120b', '--wordpress-admin-email', 'web@acme.example', '--openwebui-admin-email', 'web@acme.example', '--yes', ...more];

describe('P17 secrets stay where they belong', () => {
  it('when a tenant is made, with its platform', async () => {
    expect((await run('create', create('acme', '--json'))).result).toMatchObject({ ok: true });
    expect(findCanaries({ ...CANARIES, ...(await madeSecrets(await clusterOf(operator))) }, await everything())).toEqual([]);
  });

  it('when a tenant is changed by user and password, in lines', async () => {
    const { IONOS_TOKEN: _token, ...rest } = env;
    const ended = await operator.run(['update', 'acme', '--preset', 'medium', '--yes', '--plain', '--verbose'], { env: { ...rest, ...given('IONOS_USERNAME', 'IONOS_PASSWORD') } });
    printed.push({ name: 'stdout of update', content: ended.stdout }, { name: 'stderr of update', content: ended.stderr });
    expect(ended.exitCode).toBe(0);
    expect(findCanaries({ ...CANARIES, ...(await madeSecrets(await clusterOf(operator))) }, await everything())).toEqual([]);
  });

  it('on a terminal', async () => {
    const { CI: _ci, ...rest } = { ...operator.env, ...env } as Record<string, string>;
    const session = new TerminalSession([join(await thePackage(), 'dist/main.js'), ...create('globex')], { ...rest, TERM: 'xterm-256color', LANG: 'C.UTF-8' });
    expect(await session.ended).toBe(0);
    printed.push({ name: 'terminal', content: session.bytes }, { name: 'screen', content: session.text() });
    expect(session.text()).toContain('globex is ready');
    expect(findCanaries({ ...CANARIES, ...(await madeSecrets(await clusterOf(operator))) }, await everything())).toEqual([]);
  });

  it('when it is interrupted', async () => {
    const interrupted = await operator.start(create('initech', '--json'), { env });
    await interrupted.until(eventIs(/applications\/wordpress$/, 'started'));
    interrupted.child.kill('SIGINT');
    const ended = await interrupted.finished;
    expect(ended.exitCode).toBe(130);
    printed.push({ name: 'stdout of an interrupted create', content: ended.stdout }, { name: 'stderr of an interrupted create', content: ended.stderr });
    expect((await leftovers(operator)).filter((file) => /kubeconfig|runs\//.test(file))).toEqual([]);
    expect(findCanaries({ ...CANARIES, ...(await madeSecrets(await clusterOf(operator))) }, await everything())).toEqual([]);
  });

  it.each([
    ['terraform', 'plan'],
    ['helm', 'upgrade'],
  ] as const)('when %s fails and prints all that it knows', async (name, failing) => {
    const tools = (await run('dry run', create('umbrella', '--json', '--dry-run'))).events.find((event) => event.type === 'tools');
    const path = await talkativeTool(name, tools?.[name].path ?? '', failing);
    for (const mode of ['--json', '--plain']) {
      const ended = await run(`create with a failing ${name} ${mode}`, create('umbrella', mode, '--verbose'), { PATH: path });
      expect(ended.exitCode).toBe(1);
      expect(ended.stdout + ended.stderr).toContain('[redacted]');
    }
    expect(findCanaries({ ...CANARIES, ...(await madeSecrets(await clusterOf(operator))) }, await everything())).toEqual([]);
  });

  it.each(['--json', '--plain'])('when the credentials are refused by somebody who repeats them (%s)', async (mode) => {
    cloud.refuse = true;
    const ended = await run('refused credentials', create('umbrella', mode, '--verbose'));
    const { IONOS_TOKEN: _token, ...rest } = env;
    // By password: the user's name is no secret, it is the first administrator's address unless another is given.
    const byPassword = await operator.run(create('umbrella', mode, '--verbose'), { env: { ...rest, ...given('IONOS_USERNAME', 'IONOS_PASSWORD') } });
    cloud.refuse = false;
    expect([ended.exitCode, byPassword.exitCode]).toEqual([4, 4]);
    expect(ended.stdout + ended.stderr).toContain('[redacted]');
    printed.push({ name: `refused password ${mode}`, content: byPassword.stdout + byPassword.stderr });
    expect(findCanaries(CANARIES, await everything())).toEqual([]);
  });

  it.each(['--json', '--plain'])('when the program itself meets with an accident (%s)', async (mode) => {
    const ended = await operator.run(create('hooli', mode, '--verbose'), { env: { ...env, CRASH_WITH: `${CANARIES.IONOS_TOKEN} and ${CANARIES.kubeconfig}`, CRASH_MODE: mode } });
    printed.push({ name: `stdout of an accident ${mode}`, content: ended.stdout }, { name: `stderr of an accident ${mode}`, content: ended.stderr });
    expect(ended.exitCode).toBe(1);
    expect(ended.stdout + ended.stderr).toContain('an accident with [redacted]');
    expect(findCanaries(CANARIES, await everything())).toEqual([]);
    expect((await leftovers(operator)).filter((file) => file.endsWith('kubeconfig'))).toEqual([]);
  });

  it('when a tenant is removed', async () => {
    const made = await madeSecrets(await clusterOf(operator));
    expect((await run('delete', ['delete', 'globex', '--yes', '--json', '--verbose'])).result).toMatchObject({ ok: true });
    expect(findCanaries({ ...CANARIES, ...made }, await everything())).toEqual([]);
  });

  it('when tokens are kept, used and forgotten: only the file that was asked for has them', async () => {
    const { IONOS_TOKEN: token, IONOS_MODEL_TOKEN: model, ...rest } = env;
    const tell = async (args: string[], input?: string): Promise<CliResult> => {
      const ended = await operator.run(args, { env: rest, ...(input === undefined ? {} : { input }) });
      printed.push({ name: `stdout of ${args.join(' ')}`, content: ended.stdout }, { name: `stderr of ${args.join(' ')}`, content: ended.stderr });
      expect(ended.exitCode, args.join(' ')).toBe(0);
      return ended;
    };
    await tell(['login', '--with-token', '--store', 'file', '--json', '--verbose'], token);
    await tell(['login', '--model', '--with-token', '--store', 'file', '--plain'], model);
    for (const mode of ['--json', '--plain']) await tell(['whoami', mode, '--verbose']);
    await tell(['list', '--json']);
    const kept = (place: Place): boolean => place.name === 'file config/credentials.json';
    const places = await everything();
    expect(findCanaries(CANARIES, places.filter(kept)).sort()).toEqual(['IONOS_MODEL_TOKEN in file config/credentials.json', 'IONOS_TOKEN in file config/credentials.json']);
    expect(findCanaries(CANARIES, places.filter((place) => !kept(place)))).toEqual([]);
    await tell(['logout', '--json', '--verbose']);
    expect(findCanaries(CANARIES, await everything())).toEqual([]);
  });

  it('red with its control removed: what tells the pods that a Secret has changed is one of its values', async () => {
    const careless = await changedPackage([{ file: 'src/operations/tenant-secrets.ts', from: "createHash('sha256')", to: "data['admin-password'] ?? createHash('sha256')" }]);
    const cluster = await clusterOf(operator);
    const ended = await operator.run(['create', 'leaky', '--models', 'none', '--wordpress-admin-email', 'web@leaky.example', '--openwebui-admin-email', 'web@leaky.example', '--yes', '--json'], { env, main: join(careless, 'dist/main.js') });
    expect(ended.result).toMatchObject({ ok: true });
    const found = findCanaries(Object.fromEntries(Object.entries(await madeSecrets(cluster)).filter(([name]) => name.startsWith('tenant-leaky/'))), await everything());
    // Whoever may look at pods of the tenant reads the first login of WordPress, and so does whoever keeps helm's releases.
    const login = 'tenant-leaky/wordpress/admin-password in';
    expect(found).toEqual(expect.arrayContaining([`${login} Deployment tenant-leaky/wordpress`, expect.stringMatching(`^${login} Pod tenant-leaky/wordpress-`), `${login} Secret tenant-leaky/sh.helm.release.v1.wordpress.v1`]));
    await rm(careless, { recursive: true });
    expect((await run('delete of what leaked', ['delete', 'leaky', '--yes', '--json'])).result).toMatchObject({ ok: true });
    expect(findCanaries({ ...CANARIES, ...(await madeSecrets(cluster)) }, await everything())).toEqual([]);
  });

  it('in a recording of a demo', async () => {
    const ended = await operator.run(['demo', '--auto', '--json', '--speed', '50'], { env: { ...env, ...given('IONOS_USERNAME', 'IONOS_PASSWORD') } });
    expect(ended.result).toMatchObject({ ok: true });
    printed.push({ name: 'recording', content: ended.stdout });
    expect(findCanaries(CANARIES, await everything())).toEqual([]);
  });
});

describe('of all that the runs above have started', () => {
  it('nobody has a secret in an argument', async () => {
    const all = await children();
    expect(new Set(all.map(nameOf))).toEqual(new Set(['terraform', 'helm', 'node']));
    const made = await madeSecrets(await clusterOf(operator));
    expect(findCanaries({ ...CANARIES, ...made }, all.map((child) => ({ name: `arguments of ${nameOf(child)}`, content: JSON.stringify([child.file, ...child.args]) })))).toEqual([]);
  });

  it('terraform alone has credentials in its environment, only by their own names, and nobody has more than it needs', async () => {
    const made = await madeSecrets(await clusterOf(operator));
    const all = (await children()).filter((child) => nameOf(child) !== 'node');
    for (const child of all) {
      const isTerraform = nameOf(child) === 'terraform' && child.args[0] !== 'version';
      const names = Object.keys(child.env).sort();
      const allowed = isTerraform
        ? [...PASSED, ...TERRAFORMS_OWN, 'IONOS_API_URL', 'IONOS_CONTRACT_NUMBER', 'TF_REATTACH_PROVIDERS', 'TF_IN_AUTOMATION', 'TF_INPUT', 'CHECKPOINT_DISABLE', 'TF_CLI_CONFIG_FILE', 'TF_PLUGIN_CACHE_DIR', 'KUBE_CONFIG_PATH']
        : [...PASSED, 'CHECKPOINT_DISABLE', 'KUBECONFIG', 'HELM_CACHE_HOME', 'HELM_CONFIG_HOME', 'HELM_DATA_HOME'];
      expect(names.filter((name) => !allowed.includes(name))).toEqual([]);
      const places = Object.entries(child.env).filter(([name]) => !(isTerraform && TERRAFORMS_OWN.includes(name))).map(([name, content]) => ({ name: `${name} of ${nameOf(child)}`, content }));
      expect(findCanaries({ ...CANARIES, ...made }, places)).toEqual([]);
    }
    const withToken = all.filter((child) => child.env['IONOS_TOKEN'] === CANARIES.IONOS_TOKEN);
    expect(new Set(withToken.map((child) => child.args[0]))).toEqual(new Set(['init', 'plan', 'apply', 'output', 'show', 'state']));
  });

  it("the sandbox's process, which lives on for hours, has nothing of the operator's account", async () => {
    const { pid } = JSON.parse(await readFile(join(operator.home, 'state/sandbox/process.json'), 'utf8')) as { pid: number };
    const places = await Promise.all(['environ', 'cmdline'].map(async (name) => ({ name: `${name} of the sandbox`, content: await readFile(`/proc/${pid}/${name}`) })));
    expect(places[0]?.content.length).toBeGreaterThan(20);
    expect(findCanaries(CANARIES, places)).toEqual([]);
  });
});

describe('P17 a planted canary is found', () => {
  const planted = { planted: canary('planted') };
  const text = planted.planted;
  const release = (value: string): string => Buffer.from(gzipSync(JSON.stringify({ config: { password: value } })).toString('base64')).toString('base64');

  it('positive control: in each way of writing it', () => {
    const packed = gzipSync(`state: ${text}`);
    for (const content of [text, JSON.stringify({ a: text }), JSON.stringify(JSON.stringify({ a: text })), encodeURIComponent(text), new URLSearchParams({ a: text }).toString(), ...['', 'x', 'xy'].map((lead) => Buffer.from(`${lead}${text}z`).toString('base64')), Buffer.from(`${text}?`).toString('base64url'), packed, packed.toString('base64'), release(text), Buffer.from(text).toString('hex')]) {
      expect(findCanaries(planted, [{ name: 'here', content }, { name: 'elsewhere', content: 'nothing of it' }])).toEqual(['planted in here']);
    }
  });

  it('positive control: in every kind of place that is searched above', async () => {
    const cluster = await clusterOf(operator);
    const namespace = 'tenant-acme';
    const { home } = operator;
    await cluster.core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'planted' }, data: { text } } });
    await cluster.core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'planted-annotation', annotations: { 'example.test/planted': Buffer.from(text).toString('base64') } } } });
    await cluster.core.createNamespacedEvent({ namespace, body: { metadata: { name: 'planted' }, involvedObject: {}, message: text } });
    await cluster.core.createNamespacedSecret({ namespace, body: { metadata: { name: 'sh.helm.release.v1.planted.v1' }, type: 'helm.sh/release.v1', stringData: { release: Buffer.from(release(text), 'base64').toString() } } });
    await cluster.core.createNamespacedSecret({ namespace, body: { metadata: { name: 'tfstate-default-planted-state', labels: { tfstate: 'true' } }, data: { tfstate: gzipSync(JSON.stringify({ outputs: { password: text } })).toString('base64') } } });
    await cluster.core.createNamespacedSecret({ namespace, body: { metadata: { name: 'planted-metadata', annotations: { planted: text } }, stringData: { right: 'place' } } });
    await cluster.core.createNamespacedSecret({ namespace, body: { metadata: { name: 'right-place' }, stringData: { text } } });
    const files = ['tmp/planted', 'cache/planted', 'state/logs/planted.ndjson', 'state/platforms/main/planted.tfstate', 'state/platforms/main/planted.tfplan'];
    for (const file of files) await writeFile(join(home, file), file.endsWith('tfplan') ? zipOf('plan', text) : `{"a":${JSON.stringify(text)}}`);
    const found = findCanaries(planted, [...(await everything()), { name: 'stdout', content: `x ${text}` }, { name: 'arguments', content: JSON.stringify(['upgrade', `--set=password=${text}`]) }]);
    // When the sandbox notes its memory is a question of time; below it has.
    expect(found.filter((place) => !place.endsWith(' state/sandbox/state.json')).sort()).toEqual(
      [
        'ConfigMap tenant-acme/planted', 'ConfigMap tenant-acme/planted-annotation', 'Event tenant-acme/planted', 'Secret tenant-acme/sh.helm.release.v1.planted.v1', 'Secret tenant-acme/tfstate-default-planted-state', 'Secret tenant-acme/planted-metadata',
        ...files.map((file) => `file ${file}`), 'stdout', 'arguments',
      ].map((place) => `planted in ${place}`).sort(),
    );
    // The sandbox's memory follows by itself.
    await operator.halt();
    expect(findCanaries(planted, await filePlaces(join(home, 'state')))).toContain('planted in file sandbox/state.json');
  });
});

/** A zip archive of one deflated file, as terraform's plans are. */
const zipOf = (name: string, text: string): Buffer => {
  const content = gzipSync(text).subarray(10, -8);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(8, 8);
  header.writeUInt32LE(content.length, 18);
  header.writeUInt32LE(text.length, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, Buffer.from(name), content]);
};
