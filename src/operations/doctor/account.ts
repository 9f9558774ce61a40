import type { CheckFinding } from '../../engine/events.js';
import { MODEL_HUB_URL, listModels, refuseWideModelToken } from '../../ionos/models.js';
import { readToken, type Credentials } from '../../ionos/credentials.js';
import { reachApi, type Reached } from '../../ionos/reach.js';
import { readContract, type ContractLimits } from '../../ionos/reads.js';
import { describeBytes } from '../../tenant/quantities.js';
import { counted } from '../../tenant/text.js';
import { contractRoom } from '../contract-room.js';
import type { RunContext } from '../context.js';
import { openIonos } from '../open-platform.js';
import { failed, ok, once, Unchecked, warning, type Check } from './check.js';

const REACH_MS = 4_000;
const CLOCK_MS = 60_000;
const DAY_MS = 24 * 3600 * 1000;
const SOON_DAYS = 14;

/** A secret and where it was found, for people: `IONOS_TOKEN`. */
export interface Sourced<T> {
  value: T;
  source: string;
}

export interface AccountInput {
  credentials: () => Promise<Sourced<Credentials> | undefined>;
  modelToken: () => Promise<Sourced<string> | undefined>;
  /** Whether the platform that is looked at needs no account. */
  isTrial: boolean;
  modelsUrl: string | undefined;
  now: () => number;
}

/** What a token says about its end; undefined where there is nothing to say. */
const expiry = (token: string, now: number): { words: string; state: 'ok' | 'soon' | 'over' } | undefined => {
  const at = readToken(token)?.expiresAt;
  if (at === undefined) return undefined;
  const days = Math.floor((Date.parse(at) - now) / DAY_MS);
  const day = at.slice(0, 10);
  if (Date.parse(at) <= now) return { words: `expired on ${day}`, state: 'over' };
  return { words: `expires on ${day}, in ${counted(days, 'day')}`, state: days < SOON_DAYS ? 'soon' : 'ok' };
};

const judged = (about: string, token: string, now: number, renew: string): CheckFinding => {
  const end = expiry(token, now);
  const detail = end ? `${about}, ${end.words}` : about;
  if (end?.state === 'over') return failed(detail, renew);
  return end?.state === 'soon' ? warning(detail, renew) : ok(detail);
};

const checkCredentials = async ({ credentials, isTrial, now }: AccountInput, context: RunContext): Promise<CheckFinding> => {
  const found = await credentials();
  if (!found) {
    if (isTrial) return ok('none, and none are needed: on this platform tenants own nothing in the cloud');
    return warning('none were found', `Make a token in the DCD (Management › Token Manager), then set IONOS_TOKEN, or: ${context.command('login')}`, `No account at hand? ${context.command('create --sandbox')}`);
  }
  const { value, source } = found;
  if (value.kind === 'password') return ok(`user ${value.username}, from ${source}`);
  return judged(`token from ${source}`, value.token, now(), 'Make a new token in the DCD (Management › Token Manager), then set IONOS_TOKEN to it.');
};

const roomWords = (contract: ContractLimits): { words: string; ips: number | undefined } => {
  const { ips, cores, memory, clusters } = contractRoom(contract);
  const words = [
    ...(ips === undefined ? [] : [counted(ips, 'IP address', 'IP addresses')]),
    ...(cores === undefined ? [] : [counted(cores, 'core')]),
    ...(memory === undefined ? [] : [`${describeBytes(memory)} memory`]),
    ...(clusters === undefined ? [] : [counted(clusters, 'cluster')]),
  ];
  return { words: words.length === 0 ? 'it does not tell its limits' : `left: ${words.join(', ')}`, ips };
};

const checkContract = (contract: ContractLimits): CheckFinding => {
  const { words, ips } = roomWords(contract);
  const detail = `${contract.contractNumber}${contract.owner === '' ? '' : ` of ${contract.owner}`}, ${words}`;
  return ips !== undefined && ips < 1 ? warning(`${detail}: there is no address for another tenant`, 'Ask IONOS support to raise the limit, or remove addresses that are no longer used.') : ok(detail);
};

const checkClock = ({ aheadMs }: Reached): CheckFinding => {
  if (aheadMs === undefined) throw new Unchecked('the API does not tell the time');
  const seconds = Math.abs(aheadMs) / 1000;
  if (Math.abs(aheadMs) < CLOCK_MS) return ok(seconds < 2 ? 'the same as the API\'s' : `${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the API's`);
  return warning(`${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the API's: tokens and certificates may seem expired, or not valid yet`, 'Set the clock: sudo timedatectl set-ntp true');
};

/** The account's side: who, how long, how much, and whether it can be reached. `reached` fails where the API is not there. */
export const accountChecks = (context: RunContext, input: AccountInput): { checks: Check[]; contract: () => Promise<ContractLimits> } => {
  const { signal } = context.interrupts;
  const reached = once(() => reachApi(context.env.IONOS_API_URL, REACH_MS, signal));
  const afterReach = async (): Promise<Reached> =>
    reached().catch(() => {
      throw new Unchecked('the API was not reached');
    });
  const contract = once(async (): Promise<ContractLimits> => {
    const found = await input.credentials();
    if (!found) throw new Unchecked('there are no credentials');
    await afterReach();
    return readContract(openIonos({ ...context, credentials: found.value }));
  });
  const checkApi = async (): Promise<CheckFinding> => {
    try {
      const { host, ms, isApi, status } = await reached();
      if (!isApi) return failed(`something answers at ${host}, but not the Cloud API (HTTP ${status})`, 'Check a proxy, a login page of the network, and IONOS_API_URL.');
      return ok(`${host} answers in ${ms} ms`);
    } catch (error) {
      const late = (error as { code?: string }).code === 'ECONNABORTED';
      const why = late ? `no answer within ${REACH_MS / 1000} s` : error instanceof Error ? error.message : String(error);
      const found = `${context.env.IONOS_API_URL ?? 'https://api.ionos.com'} was not reached: ${why}`;
      return input.isTrial ? warning(found, 'On this platform it is not needed.') : failed(found, 'Check the network, a proxy, and IONOS_API_URL; or see https://status.ionos.cloud.');
    }
  };
  const checkModels = async (): Promise<CheckFinding> => {
    const found = await input.modelToken();
    const own = await input.credentials();
    if (!found) return warning('none was found; a platform that has one needs no other', 'For models: set IONOS_MODEL_TOKEN. Without: --models none.');
    refuseWideModelToken(found.value, own?.value.kind === 'token' ? own.value.token : undefined);
    const models = await listModels(input.modelsUrl ?? context.env.IONOS_MODEL_URL ?? MODEL_HUB_URL, found.value, signal);
    return judged(`from ${found.source}, ${counted(models.length, 'model')}`, found.value, input.now(), 'Make a new token for a user with the AI Model Hub privilege, then set IONOS_MODEL_TOKEN to it.');
  };
  return {
    contract,
    checks: [
      { id: 'credentials', title: 'Credentials', run: () => checkCredentials(input, context) },
      { id: 'api', title: 'Cloud API', run: checkApi },
      { id: 'clock', title: 'Clock', run: async () => checkClock(await afterReach()) },
      { id: 'contract', title: 'Contract', run: async () => checkContract(await contract()), deadlineMs: 10_000 },
      { id: 'model-token', title: 'Model token', run: checkModels },
    ],
  };
};
