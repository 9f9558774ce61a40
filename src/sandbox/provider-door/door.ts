import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { GrpcObject, sendUnaryData, ServerUnaryCall, ServiceClientConstructor, UntypedServiceImplementation } from '@grpc/grpc-js';
import { loadPackageDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { SandboxCloud } from '../cloud/sandbox-cloud.js';
import { TFPLUGIN6 } from './descriptor.js';
import { createProvider } from './provider.js';
import type { Handler, ProviderContext, Request } from './provider.js';

/** Where terraform and OpenTofu look the provider up. */
const ADDRESSES = ['registry.terraform.io/ionos-cloud/ionoscloud', 'registry.opentofu.org/ionos-cloud/ionoscloud'];

/** Longest path of a unix socket that every system takes, in bytes without the final zero. */
const LONGEST_SOCKET_PATH = 103;

export interface ProviderDoorOptions {
  /** The kubeconfig of a cluster, as YAML, for the data source that has it. */
  kubeconfig?: (clusterId: string) => string;
}

export interface ProviderDoor {
  /** The value of TF_REATTACH_PROVIDERS that makes terraform (and OpenTofu) use this provider. */
  reattach: string;
  /** Stops listening and cuts every connection; applies that run are interrupted. */
  close(): Promise<void>;
}

const service = (): ServiceClientConstructor['service'] => {
  const loaded = loadPackageDefinition(
    fromJSON(TFPLUGIN6 as Parameters<typeof fromJSON>[0], { keepCase: true, longs: Number, defaults: true, arrays: true }),
  );
  return ((loaded['tfplugin6'] as GrpcObject)['Provider'] as ServiceClientConstructor).service;
};

const unary =
  (handler: Handler) =>
  (call: ServerUnaryCall<Request, object>, answer: sendUnaryData<object>): void => {
    Promise.resolve(handler(call.request)).then(
      (response) => answer(null, response),
      (error: unknown) => answer({ code: 13, message: error instanceof Error ? error.message : String(error) }),
    );
  };

/**
 * Serves one connection with a provider of its own. `StopProvider` names no client, so that with one provider for all of them the
 * interrupt of one terraform would stop the applies of every other one.
 */
const serveConnection = (socket: Socket, context: ProviderContext, definition: ReturnType<typeof service>): (() => void) => {
  const stop = new AbortController();
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  const handlers = Object.entries(createProvider(context, stop)).map(([name, handler]) => [name, unary(handler)]);
  server.addService(definition, Object.fromEntries(handlers) as UntypedServiceImplementation);
  server.createConnectionInjector(ServerCredentials.createInsecure()).injectConnection(socket);
  let done = false;
  const end = (): void => {
    if (done) return;
    done = true;
    stop.abort(new Error('terraform is gone'));
    server.forceShutdown();
    socket.destroy();
  };
  socket.once('close', end);
  return end;
};

const somebodyAnswers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });

/**
 * Opens the terraform provider door of a sandbox cloud on a unix socket. Throws when the path is too long for a socket or another
 * process already serves it.
 */
export const startProviderDoor = async (
  cloud: SandboxCloud,
  socketPath: string,
  options: ProviderDoorOptions = {},
): Promise<ProviderDoor> => {
  if (Buffer.byteLength(socketPath) > LONGEST_SOCKET_PATH) {
    throw new Error(`the path of the provider's socket is longer than ${LONGEST_SOCKET_PATH} bytes: ${socketPath}`);
  }
  if (await somebodyAnswers(socketPath)) throw new Error(`another process already serves ${socketPath}`);
  await rm(socketPath, { force: true });

  const noKubeconfig = (clusterId: string): string => {
    throw new Error(`this sandbox has no kubeconfig for cluster ${clusterId}`);
  };
  const context = { cloud, kubeconfig: options.kubeconfig ?? noKubeconfig };
  const definition = service();
  const connections = new Set<() => void>();
  const listener = createServer((socket) => {
    const end = serveConnection(socket, context, definition);
    connections.add(end);
    socket.once('close', () => connections.delete(end));
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(socketPath, resolve);
  });

  const address = { Protocol: 'grpc', ProtocolVersion: 6, Pid: process.pid, Test: true, Addr: { Network: 'unix', String: socketPath } };
  return {
    reattach: JSON.stringify(Object.fromEntries(ADDRESSES.map((name) => [name, address]))),
    async close() {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      for (const end of [...connections]) end();
      await closed;
    },
  };
};
