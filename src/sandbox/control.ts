import { SANDBOX_TOKEN } from './cloud/catalog.js';
import type { SandboxProcess } from './home.js';

/** Adds faults to a running sandbox or ends some, and returns those that stand then, as they would be typed. */
export const changeFaults = async ({ apiUrl }: Pick<SandboxProcess, 'apiUrl'>, change: { add?: readonly string[]; clear?: true | string } = {}): Promise<string[]> => {
  const call = async (method: string, query = '', body?: object): Promise<string[]> => {
    const response = await fetch(`${apiUrl}/sandbox/faults${query}`, {
      method,
      headers: { authorization: `Bearer ${SANDBOX_TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`the sandbox answered ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { faults: string[] }).faults;
  };
  if (change.clear !== undefined) await call('DELETE', change.clear === true ? '' : `?name=${encodeURIComponent(change.clear)}`);
  return change.add === undefined || change.add.length === 0 ? call('GET') : call('POST', '', { faults: change.add });
};
