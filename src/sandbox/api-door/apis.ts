import { CloudError } from '../cloud/cloud-error.js';
import { assertAuthorization } from '../cloud/tokens.js';
import { CLOUD_API } from './answers.js';
import type { CloudRoutesOptions } from './answers.js';
import { assertSigned, bucketError, bucketRoutes, isSigned } from './buckets/routes.js';
import { cloudRoutes } from './cloud-routes.js';
import { CONTROL, faultRoutes } from './fault-routes.js';
import { modelRoutes } from './model-routes.js';
import { Router } from './router.js';
import type { Call, Reply } from './router.js';

/** One of the APIs that share the door's address. */
export interface Api {
  router: Router;
  /** The call's path inside this API; undefined when the call is for another one. */
  within(call: Call): string | undefined;
  /** Throws unless the caller may call. */
  admit(call: Call): void;
  /** How this API says no. */
  refuse(error: CloudError): Reply;
  /** No route fits. `allowed` are the methods that the path has. */
  unknown(call: Call, allowed: readonly string[]): CloudError;
}

export const jsonRefusal = (error: CloudError): Reply => ({ status: error.httpStatus, body: error.toBody() });

const jsonUnknown = ({ method }: Call, allowed: readonly string[]): CloudError =>
  allowed.length === 0
    ? new CloudError(404, '309', 'Resource does not exist')
    : new CloudError(405, '200', `${method} is not served here by the sandbox, only ${allowed.join(', ')}`);

const cloudApi = (options: CloudRoutesOptions): Api => ({
  router: new Router(cloudRoutes(options)),
  within: ({ path }) =>
    path === CLOUD_API || path.startsWith(`${CLOUD_API}/`) ? path.slice(CLOUD_API.length).replace(/\/$/, '') || '/' : undefined,
  admit({ headers, text }) {
    assertAuthorization(headers.authorization);
    if (text !== '' && !/^application\/([\w.-]+\+)?json\b/i.test(headers['content-type'] ?? 'application/json'))
      throw new CloudError(415, '200', `The media type ${headers['content-type'] ?? ''} is not supported, only application/json`);
  },
  refuse: jsonRefusal,
  unknown: jsonUnknown,
});

/** Asks for its own token, route by route. */
const modelHub = (): Api => ({
  router: new Router(modelRoutes()),
  within: ({ path }) => (path.startsWith('/v1/') ? path : undefined),
  admit: () => {},
  refuse: jsonRefusal,
  unknown: jsonUnknown,
});

/** Where the sandbox itself is spoken to; nothing that IONOS has. */
const control = ({ cloud }: CloudRoutesOptions): Api => ({
  router: new Router(faultRoutes(cloud.faults)),
  within: ({ path }) => (path.startsWith(CONTROL) ? path : undefined),
  admit: ({ headers }) => assertAuthorization(headers.authorization),
  refuse: jsonRefusal,
  unknown: jsonUnknown,
});

/** The provider sends bucket calls to the same address, path style at the root. */
const objectStorage = ({ cloud }: CloudRoutesOptions): Api => ({
  router: new Router(bucketRoutes(cloud)),
  within: (call) => (isSigned(call) || /^\/[^/]*\/?$/.test(call.path) ? call.path : undefined),
  admit: assertSigned,
  refuse: bucketError,
  unknown: ({ method }) => new CloudError(501, 'NotImplemented', `${method} is not served here by the sandbox: it has buckets, and no objects`),
});

/** In the order in which they are asked whether a call is for them. */
export const apis = (options: CloudRoutesOptions): Api[] => [cloudApi(options), modelHub(), control(options), objectStorage(options)];
