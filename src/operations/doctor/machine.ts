import { constants } from 'node:fs';
import { access, readFile, stat, statfs } from 'node:fs/promises';
import { release } from 'node:os';
import { dirname } from 'node:path';
import type { CheckFinding } from '../../engine/events.js';
import { baseToolEnvironment } from '../../engine/tool-environment.js';
import { describeBytes, MIB } from '../../tenant/quantities.js';
import { compareVersions, HELM, TERRAFORM, type ToolPin } from '../../toolchain/tools.js';
import { surveyTool } from '../../toolchain/survey.js';
import { execa } from 'execa';
import type { RunContext } from '../context.js';
import { failed, ok, warning, type Check } from './check.js';

const OLDEST_NODE = '20.0.0';

const checkNode = (version: string): CheckFinding =>
  compareVersions(version, OLDEST_NODE) < 0 ? failed(`${version} is too old`, 'Install Node 20 or newer.') : ok(`${version} at ${process.execPath}`);

const checkTool = async (context: RunContext, pin: ToolPin): Promise<CheckFinding> => {
  const { version, path, source, pinned, accepted, verified, refused } = await surveyTool(pin, context.env, context.paths.cache);
  const passedOver = refused.map((each) => `${each.path} is ${each.version} and is not used: ${each.why}`).join('; ');
  if (path === null) {
    const missing = `${refused.length === 0 ? 'missing' : passedOver}; ${accepted} is needed`;
    if (context.env.IONOS_TENANTS_NO_INSTALL === '1') return failed(missing, `Install ${pin.name} ${pinned} and put it on PATH: IONOS_TENANTS_NO_INSTALL forbids to do it for you.`);
    return warning(missing, `The next command that needs it installs ${pinned}. To do that now: ${context.command('tools --install')}`);
  }
  const from = source === 'cache' ? 'from our cache' : 'from PATH';
  return ok(`${version} ${from}, ${version === pinned ? 'the pinned version' : `accepted (${pinned} is pinned)`}${verified ? ', verified when it was installed' : ''}: ${path}${passedOver === '' ? '' : `; ${passedOver}`}`);
};

/** Tools that only people use. */
const checkOptional = async (context: RunContext, name: string, args: string[], use: string): Promise<CheckFinding> => {
  const outcome = await execa(name, args, { env: baseToolEnvironment(context.env), extendEnv: false, reject: false, timeout: 4_000 });
  const version = /v?(\d+\.\d+[\w.-]*)/.exec(outcome.stdout)?.[1];
  return ok(outcome.failed || version === undefined ? `not there; it is needed only ${use}` : version);
};

/** The folder, or the nearest one above it that is there. */
const nearest = async (path: string): Promise<string> => {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  return isThere || dirname(path) === path ? path : nearest(dirname(path));
};

interface Folder {
  path: string;
  /** Mode bits that must not be set: who else may do what. */
  forbidden: number;
  /** Bytes that should be free. */
  room: number;
}

const checkFolder = async ({ path, forbidden, room }: Folder): Promise<CheckFinding> => {
  const there = await nearest(path);
  const mayWrite = await access(there, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!mayWrite) return failed(`${there} cannot be written`, `Make it yours: sudo chown -R "$USER" ${there}`);
  const { bavail, bsize } = await statfs(there);
  const free = bavail * bsize;
  const about = `${path}${there === path ? '' : ' (made when it is needed)'}, ${describeBytes(free)} free`;
  if (free < room) return warning(`${about}: less than the ${describeBytes(room)} that may be needed`, 'Make room on that disk.');
  const { mode } = await stat(there);
  if (there === path && process.platform !== 'win32' && (mode & forbidden) !== 0) return warning(`${about}, but its mode ${(mode & 0o777).toString(8).padStart(4, '0')} lets others in`, `chmod ${forbidden === 0o022 ? 'go-w' : '700'} ${path}`);
  return ok(about);
};

const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'];

/** A proxy's address may hold a password. */
const withoutUser = (value: string): string => value.replace(/\/\/[^/@]*@/g, '//');

const checkProxies = (env: RunContext['env']): CheckFinding => {
  const given = PROXIES.filter((name) => env[name] !== undefined && env[name] !== '');
  return ok(given.length === 0 ? 'none: the network is used directly' : `${given.map((name) => `${name}=${withoutUser(env[name] ?? '')}`).join(', ')}; terraform and helm get them too`);
};

/** Linux below Windows: files on the Windows side are slow, and keep no modes. */
const checkSystem = async (context: RunContext): Promise<CheckFinding> => {
  const kernel = await readFile('/proc/version', 'utf8').catch(() => '');
  const about = `${process.platform} ${release()}, ${process.arch}`;
  if (process.platform === 'win32') return warning(`${about}: not tried on Windows itself`, 'Use it in WSL 2: wsl --install, then run it there.');
  if (!/microsoft/i.test(kernel)) return ok(about);
  if (Object.values(context.paths).some((path) => path.startsWith('/mnt/'))) return warning(`${about} in WSL, with its folders on the Windows side, which keeps no file modes`, 'Leave IONOS_TENANTS_STATE_DIR and HOME on the Linux side.');
  return ok(`${about} in WSL`);
};

/** What this machine has to have. */
export const machineChecks = (context: RunContext): Check[] => {
  const { paths } = context;
  const folder = (id: string, title: string, what: Folder): Check => ({ id, title, run: () => checkFolder(what) });
  return [
    { id: 'system', title: 'System', run: () => checkSystem(context) },
    { id: 'node', title: 'Node', run: () => Promise.resolve(checkNode(process.versions.node)) },
    { id: 'terraform', title: 'terraform', run: () => checkTool(context, TERRAFORM) },
    { id: 'helm', title: 'helm', run: () => checkTool(context, HELM) },
    { id: 'git', title: 'git', run: () => checkOptional(context, 'git', ['--version'], 'to keep tenant files under version control') },
    { id: 'kubectl', title: 'kubectl', run: () => checkOptional(context, 'kubectl', ['version', '--client'], 'to look into the cluster yourself') },
    folder('state', 'State folder', { path: paths.state, forbidden: 0o077, room: 200 * MIB }),
    // Nothing in it is secret, but what others could change there would be run.
    folder('cache', 'Cache folder', { path: paths.cache, forbidden: 0o022, room: 500 * MIB }),
    folder('config', 'Config folder', { path: paths.config, forbidden: 0o077, room: MIB }),
    { id: 'proxies', title: 'Proxies', run: () => Promise.resolve(checkProxies(context.env)) },
  ];
};
