import type { SandboxCloud } from '../cloud/sandbox-cloud.js';
import type { RequestedKind } from '../cloud/types.js';
import { depthOf, showCollection, showResource } from './representation.js';
import type { Shown, View } from './representation.js';
import type { Call, Reply, Route } from './router.js';

/** Where the Cloud API lies below the host. */
export const CLOUD_API = '/cloudapi/v6';

/** What the routes of the Cloud API work with. */
export interface CloudRoutesOptions {
  cloud: SandboxCloud;
  /** The door's own address, without a final slash. */
  url: () => string;
  /** The kubeconfig of a cluster, as YAML. */
  kubeconfig: (clusterId: string) => string;
}

export const param = (call: Call, name: string): string => call.params[name] ?? '';

/** How calls of the Cloud API are answered: one thing, many things, or that a change is on its way. */
export interface Answers {
  view(call: Call): View;
  one(find: (call: Call) => Shown): Route;
  many(find: (call: Call) => Shown[]): Route;
  /** 202 with the thing as it is now, without a request to follow: its own state says how far it is. */
  accepted(call: Call, shown: Shown | undefined): Reply;
  /** 202 with the thing as it is now, if it is to stay, and where the request's status can be read. */
  requested(call: Call, kind: RequestedKind, key: string, shown?: Shown): Reply;
}

export const answers = ({ cloud, url }: CloudRoutesOptions): Answers => {
  const base = (): string => `${url()}${CLOUD_API}`;
  const view = ({ query }: Call): View => ({ base: base(), query });
  const accepted = (call: Call, shown: Shown | undefined): Reply => ({
    status: 202,
    ...(shown === undefined ? {} : { body: showResource(shown, depthOf(call.query), view(call)) }),
  });
  return {
    view,
    accepted,
    one:
      (find) =>
      (call): Reply => ({ status: 200, body: showResource(find(call), depthOf(call.query), view(call)) }),
    many:
      (find) =>
      (call): Reply => ({ status: 200, body: showCollection(call.path, find(call), view(call)) }),
    requested: (call, kind, key, shown) => ({
      ...accepted(call, shown),
      headers: { location: `${base()}/requests/${cloud.requests.latest(kind, key).id}/status` },
    }),
  };
};
