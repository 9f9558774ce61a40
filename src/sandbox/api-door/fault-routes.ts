import { CloudError } from '../cloud/cloud-error.js';
import { CONTROL } from '../faults/api-gate.js';
import type { FaultBook } from '../faults/book.js';
import { faultText, parseFault } from '../faults/fault.js';
import type { Reply, Route } from './router.js';

export { CONTROL };

/** The faults of a running sandbox: look, add (`{"faults":["429:times=2"]}`), clear (all, or `?name=429`). */
export const faultRoutes = (faults: FaultBook): Record<string, Route> => {
  const shown = (more: object = {}): Reply => ({ status: 200, body: { faults: faults.list().map(faultText), ...more } });
  return {
    'GET /sandbox/faults': () => shown(),
    'POST /sandbox/faults': ({ text }) => {
      const wanted = (JSON.parse(text) as { faults?: unknown } | undefined)?.faults;
      if (!Array.isArray(wanted)) throw new CloudError(400, '200', 'a list of faults is needed');
      for (const fault of wanted.map((text) => parseFault(String(text)))) faults.add(fault);
      return shown();
    },
    'DELETE /sandbox/faults': ({ query }) => shown({ cleared: faults.clear(query.get('name') ?? undefined) }),
  };
};
