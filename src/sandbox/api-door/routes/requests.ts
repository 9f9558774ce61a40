import type { RequestRecord } from '../../cloud/types.js';
import { answers, param } from '../answers.js';
import type { CloudRoutesOptions } from '../answers.js';
import type { Shown } from '../representation.js';
import type { Route } from '../router.js';
import { pathOf, typeOf } from '../targets.js';

/** What was asked of the cloud, and how far it is. */
export const requestRoutes = (options: CloudRoutesOptions): Record<string, Route> => {
  const { requests } = options.cloud;
  const { one, many, view } = answers(options);
  const showStatus = (record: RequestRecord, base: string): Shown => {
    const status = requests.stateOf(record);
    const { kind, id, key } = record.target;
    const target = { id, type: typeOf(kind), href: `${base}${pathOf(kind, key)}` };
    return {
      id: `${record.id}/status`,
      type: 'request-status',
      path: `/requests/${record.id}/status`,
      metadata: {
        status,
        message: record.failure ?? (status === 'DONE' ? 'Request has been successfully executed' : `Request is ${status.toLowerCase()}`),
        etag: record.id.replaceAll('-', ''),
        targets: [{ target, status }],
      },
    };
  };
  const showRequest = (record: RequestRecord, base: string): Shown => {
    const { createdDate, method, target } = record;
    const { id, type, path } = showStatus(record, base);
    return {
      id: record.id,
      type: 'request',
      path: `/requests/${record.id}`,
      metadata: { createdDate, etag: record.id.replaceAll('-', ''), requestStatus: { id, type, href: `${base}${path}` } },
      properties: { method, url: `${base}${pathOf(target.kind, target.key)}` },
    };
  };
  return {
    'GET /requests': many((call) => [...requests.list()].reverse().map((record) => showRequest(record, view(call).base))),
    'GET /requests/:request': one((call) => showRequest(requests.get(param(call, 'request')), view(call).base)),
    'GET /requests/:request/status': one((call) => showStatus(requests.get(param(call, 'request')), view(call).base)),
  };
};
