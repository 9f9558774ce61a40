import { ApiException, ApisApi, AppsV1Api, AuthorizationV1Api, BatchV1Api, CoordinationV1Api, CoreV1Api, createConfiguration, CustomObjectsApi, KubeConfig, KubernetesObjectApi, NetworkingV1Api, ServerConfiguration, StorageV1Api, VersionApi, Watch, type ApiConstructor, type ApiType } from '@kubernetes/client-node';
import { InstallerError } from '../engine/errors.js';
import { endingTransport, patientTransport, type Patience } from './patience.js';

/** The Kubernetes API of one cluster, as this product uses it. */
export interface Cluster {
  core: CoreV1Api;
  apps: AppsV1Api;
  batch: BatchV1Api;
  authorization: AuthorizationV1Api;
  coordination: CoordinationV1Api;
  networking: NetworkingV1Api;
  storage: StorageV1Api;
  version: VersionApi;
  objects: KubernetesObjectApi;
  /** Which groups of kinds there are, and which kinds a group has. */
  groups: ApisApi;
  custom: CustomObjectsApi;
  watch: Watch;
  server: string;
}

export { MODELS_NAMESPACE, SYSTEM_NAMESPACE, TENANT_LABEL } from '../tenant/resource-names.js';

/**
 * Makes the clients from a kubeconfig's text. With `patience`, an API server that is away for a while is waited for; without, its absence
 * is told at once; `deadline` ends whatever is still asked then. Throws InstallerError when the kubeconfig names no server.
 */
export const connect = (kubeconfig: string, patience?: Patience, deadline?: AbortSignal): Cluster => {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) {
    throw new InstallerError({ code: 'kubeconfig', what: 'the kubeconfig names no cluster', next: ['Check the platform with `platform status`.'] });
  }
  const transport = patience ? patientTransport(server, patience) : deadline && endingTransport(deadline);
  const settings = createConfiguration({ baseServer: new ServerConfiguration(server, {}), authMethods: { default: config }, ...(transport ? { httpApi: transport } : {}) });
  const client = <T extends ApiType>(kind: ApiConstructor<T>): T => new kind(settings);
  return {
    core: client(CoreV1Api),
    apps: client(AppsV1Api),
    batch: client(BatchV1Api),
    authorization: client(AuthorizationV1Api),
    coordination: client(CoordinationV1Api),
    networking: client(NetworkingV1Api),
    storage: client(StorageV1Api),
    version: client(VersionApi),
    objects: KubernetesObjectApi.makeApiClient(config),
    groups: client(ApisApi),
    custom: client(CustomObjectsApi),
    watch: new Watch(config),
    server,
  };
};

/** HTTP status of a failed call (or of a watch, whose errors have another form); undefined when the server was not reached. */
export const statusOf = (error: unknown): number | undefined => {
  if (error instanceof ApiException) return error.code;
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === 'number' ? status : undefined;
};

/** The API server's own words for a failed call. */
export const reasonOf = (error: unknown): string => {
  if (error instanceof ApiException) {
    const body: unknown = error.body;
    try {
      const status = (typeof body === 'string' ? JSON.parse(body) : body) as { message?: string };
      if (status.message) return status.message;
    } catch {
      // Not a Status object: the code has to do.
    }
    return `HTTP ${error.code}`;
  }
  if (error instanceof Error) return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
  return String(error);
};

/** Reads an object, or undefined when there is none. */
export const orUndefined = async <T>(read: Promise<T>): Promise<T | undefined> => {
  try {
    return await read;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
};

/** Creates an object; false means that it was there already. */
export const createOnce = async (create: Promise<unknown>): Promise<boolean> => {
  try {
    await create;
    return true;
  } catch (error) {
    if (statusOf(error) === 409) return false;
    throw error;
  }
};
