/** Small things that events and the fleet's view both show. Times are ISO 8601, durations milliseconds. */

/** EUR for 30 days. */
export interface Range {
  low: number;
  high: number;
}

/** What one pod looks like to an operator. */
export interface PodView {
  namespace: string;
  name: string;
  app: string;
  ready: number;
  containers: number;
  phase: string;
  /** Why it is not ready, in a few words; empty when it is. */
  reason: string;
  restarts: number;
  node?: string;
  /** ISO time of creation. */
  createdAt?: string;
}

export interface EndpointView {
  url: string;
  /** HTTP status that the URL answered with; absent when it did not answer. */
  status?: number;
  error?: string;
  /** Milliseconds to the first byte. */
  latencyMs?: number;
}

export interface PlannedChange {
  /** terraform's address, for example `ionoscloud_ipblock.this`. */
  address: string;
  action: 'create' | 'update' | 'replace' | 'delete' | 'read' | 'import';
}

/** Where the pods of a tenant that is there go: to nodes of its own, or to the platform's, whereupon its own are removed. */
export type Move = 'to-own' | 'to-shared';
