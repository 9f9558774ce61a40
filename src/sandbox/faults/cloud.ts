import { setTimeout as sleep } from 'node:timers/promises';
import { CloudError } from '../cloud/cloud-error.js';
import type { FaultBook } from './book.js';
import type { CallAction, CallKind } from './catalog.js';

/** One call at a door of the cloud. */
export interface CloudCall {
  door: 'api' | 'provider' | 'kubernetes';
  action: CallAction;
  kind: CallKind | 'other';
}

const isDoor = (wanted: string | undefined, door: CloudCall['door']): boolean => wanted === undefined || wanted === 'any' || wanted === door || (wanted === 'cloud' && door !== 'kubernetes');
const is = (wanted: string | undefined, value: string): boolean => wanted === undefined || wanted === 'any' || wanted === value;

/** Whether a fault's parameters speak of this call. */
export const fitsCall = (call: CloudCall) => (parameters: Readonly<Record<string, string>>): boolean => isDoor(parameters['door'], call.door) && is(parameters['action'], call.action) && is(parameters['kind'], call.kind);

/** The API's own codes and words, by its documentation and its SDKs; those of 423, 429 and 503 are not documented. */
export const REFUSALS: Record<string, { errorCode: string; message: string }> = {
  '401': { errorCode: '315', message: 'Unauthorized' },
  '404': { errorCode: '309', message: 'Resource does not exist' },
  '422': { errorCode: '200', message: 'The request cannot be carried out: the sandbox was told to refuse it' },
  '423': { errorCode: '423', message: 'The resource is locked: another request works on it' },
  '429': { errorCode: '429', message: 'Rate limit exceeded' },
  '500': { errorCode: '500', message: 'Internal server error' },
  '503': { errorCode: '503', message: 'Service unavailable' },
};

/** Retry-After as the fault has it: seconds, or an HTTP date. */
export const retryAfterOf = (parameters: Readonly<Record<string, string>>): number | string | undefined => {
  if (parameters['retry-after'] === undefined) return undefined;
  const seconds = Number(parameters['retry-after']);
  // An HTTP date has whole seconds: the next full one, so that it is never earlier than asked for.
  return parameters['as'] === 'date' ? new Date((Math.ceil(Date.now() / 1000) + seconds) * 1000).toUTCString() : seconds;
};

/** Holds a call up, and refuses it, as ordered. Throws CloudError. */
export const passCloudFaults = async (faults: FaultBook, call: CloudCall): Promise<void> => {
  const slow = faults.take('latency', fitsCall(call));
  if (slow) await sleep(Number(slow.parameters['ms']));
  for (const [status, { errorCode, message }] of Object.entries(REFUSALS)) {
    const fault = faults.take(status, fitsCall(call));
    if (fault) throw new CloudError(Number(status), errorCode, message, retryAfterOf(fault.parameters));
  }
};

/** Whether the answer to a call that has been carried out is lost on its way. */
export const losesAnswer = (faults: FaultBook, call: CloudCall): boolean => call.action === 'create' && faults.take('lost-answer', fitsCall(call)) !== undefined;
