import { CloudError } from '../cloud/cloud-error.js';
import type { SandboxClock } from '../clock.js';
import type { FaultBook } from './book.js';
import type { CallAction, CallKind } from './catalog.js';
import { losesAnswer, passCloudFaults, type CloudCall } from './cloud.js';

const KINDS: Record<string, CallKind> = {
  ionoscloud_datacenter: 'datacenter', ionoscloud_lan: 'lan', ionoscloud_ipblock: 'ipblock', ionoscloud_k8s_cluster: 'cluster', ionoscloud_k8s_node_pool: 'nodepool',
  ionoscloud_group: 'group', ionoscloud_share: 'share', ionoscloud_s3_bucket: 'bucket', ionoscloud_location: 'location', ionoscloud_contracts: 'contract',
};

/** What a call of terraform's provider asks of the cloud. */
export const providerCall = (type: string, action: CallAction): CloudCall => ({ door: 'provider', kind: KINDS[type] ?? 'other', action });

/** The real provider's SDK tries so often, so many milliseconds apart (ionos-api-calls.md). */
const ATTEMPTS = 999;
const PAUSE_MS = 4_000;

/** 429 always; what says that a server is ill only where repeating does no harm: never after a POST. */
const isRepeated = (status: number, { action }: CloudCall): boolean =>
  status === 429 || (action !== 'create' && [502, 503, 504].includes(status)) || (status === 500 && (action === 'read' || action === 'list'));

/** Holds a call of the provider up as the faults say, and repeats it as its SDK does. Throws the CloudError that is left. */
export const passProviderFaults = async (faults: FaultBook, clock: SandboxClock, call: CloudCall, signal: AbortSignal): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await passCloudFaults(faults, call);
    } catch (error) {
      if (!(error instanceof CloudError) || attempt >= ATTEMPTS || !isRepeated(error.httpStatus, call)) throw error;
      await clock.delay(typeof error.retryAfter === 'number' ? error.retryAfter * 1000 : PAUSE_MS, signal);
    }
  }
};

/** Throws what the provider sees when the connection breaks before the answer to a POST: whether anything was made, it cannot know. */
export const requireAnswer = (faults: FaultBook, call: CloudCall, path: string): void => {
  if (losesAnswer(faults, call)) throw new Error(`Post "https://api.ionos.com/cloudapi/v6/${path}": EOF`);
};
