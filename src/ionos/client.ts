import { Configuration, ContractResourcesApi, DataCentersApi, IPBlocksApi, KubernetesApi, LANsApi, LocationsApi, UserManagementApi } from '@ionos-cloud/sdk-nodejs';
import axios, { AxiosError, type AxiosInstance } from 'axios';
import { ExitCode, InstallerError } from '../engine/errors.js';
import { CancelledError, sleep } from '../engine/interrupts.js';
import { retryAfterMs } from '../engine/retry-after.js';
import type { Credentials } from './credentials.js';

/** How long one call may take. */
const DEADLINE_MS = 30_000;
/** Attempts for a call that may be repeated. */
const ATTEMPTS = 5;
const LONGEST_PAUSE_MS = 300_000;
const DEFAULT_HOST = 'https://api.ionos.com';

export interface IonosApi {
  contracts: ContractResourcesApi;
  kubernetes: KubernetesApi;
  locations: LocationsApi;
  datacenters: DataCentersApi;
  ipBlocks: IPBlocksApi;
  users: UserManagementApi;
  lans: LANsApi;
  /** Contract number of reseller accounts. */
  contractNumber: number | undefined;
  host: string;
}

/** IONOS_API_URL names a host; with or without the path is accepted, as the other IONOS tools do. */
export const basePathOf = (url: string | undefined): string => `${(url ?? DEFAULT_HOST).replace(/\/+$/, '').replace(/\/cloudapi\/v6$/, '')}/cloudapi/v6`;

const isRead = (error: AxiosError): boolean => (error.config?.method ?? 'get').toLowerCase() === 'get';

const mayBeRepeated = (error: AxiosError): boolean => {
  const status = error.response?.status;
  // A rate limit refuses before anything is done; everything else is repeated only for reads.
  if (status === 429) return true;
  if (status === 423) return isRead(error);
  return isRead(error) && (status === undefined ? error.code !== 'ERR_CANCELED' : status >= 500);
};

const pauseFor = (error: AxiosError, attempt: number): number => retryAfterMs(error.response?.headers['retry-after']) ?? Math.min(8_000, 250 * 2 ** attempt) * (0.75 + Math.random() / 2);

const seconds = (ms: number): string => `${Math.max(1, Math.round(ms / 1000))} s`;

/** An axios 1.x with a deadline, Retry-After honoured, and no blind repetition of anything that creates. */
const httpClient = (signal?: AbortSignal, say: (message: string) => void = () => undefined): AxiosInstance => {
  const client = axios.create({ timeout: DEADLINE_MS, ...(signal ? { signal } : {}) });
  client.interceptors.response.use(undefined, async (error: AxiosError & { config?: { attempt?: number } }) => {
    const config = error.config;
    const attempt = config?.attempt ?? 0;
    if (!config || attempt + 1 >= ATTEMPTS || !mayBeRepeated(error)) throw error;
    config.attempt = attempt + 1;
    const pause = pauseFor(error, attempt);
    // Nobody waits so long in front of a screen: the answer says when to come back.
    if (pause > LONGEST_PAUSE_MS) throw error;
    const why = error.response?.status === undefined ? error.message : `HTTP ${error.response.status}`;
    say(`IONOS Cloud did not answer as expected (${why}): trying again in ${seconds(pause)}.`);
    await sleep(pause, signal);
    return client.request(config);
  });
  return client;
};

/** The one place where the SDK's Configuration is made: without its waits (it sleeps a second before each call) and its retries. */
export const connectIonos = (credentials: Credentials, options: { apiUrl?: string | undefined; contractNumber?: string | undefined; signal?: AbortSignal | undefined; /** Told whenever a call has to be made again. */ say?: (message: string) => void }): IonosApi => {
  const basePath = basePathOf(options.apiUrl);
  const configuration = new Configuration({
    basePath,
    ...(credentials.kind === 'token' ? { baseOptions: { headers: { Authorization: `Bearer ${credentials.token}` } } } : { username: credentials.username, password: credentials.password }),
  });
  configuration.setMaxRetries(0);
  configuration.setMaxWaitTime(0);
  // The SDK was typed against axios's CommonJS types; it is the same instance.
  const http = httpClient(options.signal, options.say) as never;
  return {
    contracts: new ContractResourcesApi(configuration, basePath, http),
    kubernetes: new KubernetesApi(configuration, basePath, http),
    locations: new LocationsApi(configuration, basePath, http),
    datacenters: new DataCentersApi(configuration, basePath, http),
    ipBlocks: new IPBlocksApi(configuration, basePath, http),
    users: new UserManagementApi(configuration, basePath, http),
    lans: new LANsApi(configuration, basePath, http),
    contractNumber: options.contractNumber === undefined ? undefined : Number(options.contractNumber),
    host: basePath,
  };
};

/** What the API says about a refusal; a call that asks for a text gets it as a text. */
const bodyOf = (data: unknown): { messages?: { message?: string }[] } | undefined => {
  if (typeof data !== 'string') return data as { messages?: { message?: string }[] } | undefined;
  try {
    return JSON.parse(data) as { messages?: { message?: string }[] };
  } catch {
    return undefined;
  }
};

/** Turns a failed call into what an operator can act on. A call that Ctrl-C ended is a cancellation, not a failure. */
export const explainApiError = (error: unknown, doing: string): InstallerError | CancelledError => {
  if (error instanceof InstallerError || error instanceof CancelledError) return error;
  if (error instanceof AxiosError && error.code === AxiosError.ERR_CANCELED) return new CancelledError();
  if (!(error instanceof AxiosError)) return new InstallerError({ code: 'ionos-api', what: `${doing} failed`, why: error instanceof Error ? error.message : String(error), cause: error });
  const status = error.response?.status;
  const body = bodyOf(error.response?.data);
  const why = body?.messages?.map((each) => each.message).join('; ') ?? error.message;
  if (status === 401 || status === 403) {
    return new InstallerError({
      code: status === 401 ? 'credentials' : 'not-allowed',
      what: status === 401 ? 'IONOS Cloud did not accept the credentials' : `these credentials may not do that: ${doing}`,
      why,
      next: ['Make a token in the DCD (Management › Token Manager) and set IONOS_TOKEN.', 'No account at hand? Add --sandbox: nothing is created in the cloud, nothing costs.'],
      exitCode: ExitCode.credentials,
    });
  }
  const wait = retryAfterMs(error.response?.headers['retry-after']);
  return new InstallerError({
    code: 'ionos-api',
    what: `${doing} failed`,
    why: status === undefined ? `${error.config?.baseURL ?? 'the Cloud API'} was not reached: ${error.message}` : `HTTP ${status}: ${why}`,
    next: [wait === undefined ? status === undefined ? 'Check the network and IONOS_API_URL, then run the same command again.' : 'Run the same command again; if it stays, see https://status.ionos.cloud.' : `Run the same command again in ${seconds(wait)}: so long IONOS Cloud asks to wait.`],
  });
};
