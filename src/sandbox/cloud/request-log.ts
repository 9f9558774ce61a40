import type { CloudState, Kind, RequestedKind, RequestRecord } from './types.js';

const REQUESTED: readonly Kind[] = ['datacenters', 'lans', 'ipBlocks', 'groups', 'shares'];

export const isRequested = (kind: Kind): kind is RequestedKind => REQUESTED.includes(kind);

/** Older ones are forgotten. */
const REMEMBERED = 200;

/** Remembers what was asked. */
export const openRequest = (state: CloudState, record: RequestRecord): void => {
  state.requests = [...state.requests.slice(1 - REMEMBERED), record];
};

/** Says of requests that they ended FAILED; all others end DONE. */
export const failRequests = (state: CloudState, ids: readonly string[]): void => {
  for (const record of state.requests) {
    if (ids.includes(record.id)) record.failure = 'The request could not be fulfilled';
  }
};
