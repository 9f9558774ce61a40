import type { CloudRoutesOptions } from './answers.js';
import type { Route } from './router.js';
import { clusterRoutes } from './routes/clusters.js';
import { datacenterRoutes } from './routes/datacenters.js';
import { ipBlockRoutes } from './routes/ip-blocks.js';
import { lanRoutes } from './routes/lans.js';
import { nodePoolRoutes } from './routes/node-pools.js';
import { placeRoutes } from './routes/places.js';
import { requestRoutes } from './routes/requests.js';
import { userRoutes } from './routes/users.js';

/** Cloud API v6, keyed by method and path below the API's root. The first pattern that fits is taken: `/k8s/versions` is no cluster. */
export const cloudRoutes = (options: CloudRoutesOptions): Record<string, Route> => ({
  ...placeRoutes(options),
  ...datacenterRoutes(options),
  ...lanRoutes(options),
  ...ipBlockRoutes(options),
  ...clusterRoutes(options),
  ...nodePoolRoutes(options),
  ...userRoutes(options),
  ...requestRoutes(options),
});
