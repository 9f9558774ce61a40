import axios from 'axios';
import { basePathOf } from './client.js';

export interface Reached {
  host: string;
  /** Whether the answer is JSON, as the API's are; a proxy or a login page of a network answers otherwise. */
  isApi: boolean;
  status: number;
  /** Milliseconds until it answered. */
  ms: number;
  /** How far this machine's clock is ahead of the API's, in milliseconds, to the second; undefined when the answer has no date. */
  aheadMs: number | undefined;
}

/** Whether the Cloud API answers at all, whatever it answers: asked once, without credentials. Throws as the network does. */
export const reachApi = async (apiUrl: string | undefined, timeoutMs: number, signal: AbortSignal): Promise<Reached> => {
  const host = basePathOf(apiUrl);
  const started = Date.now();
  const { headers, status } = await axios.get(`${host}/`, { signal, timeout: timeoutMs, validateStatus: () => true, maxRedirects: 0 });
  const ended = Date.now();
  const date = Date.parse(String(headers.date));
  // The header tells whole seconds: it was stamped somewhere in this one.
  return { host, isApi: /json/.test(String(headers['content-type'])), status, ms: ended - started, aheadMs: Number.isNaN(date) ? undefined : Math.round(((started + ended) / 2 - (date + 500)) / 1000) * 1000 };
};
