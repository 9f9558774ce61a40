import { DEFAULT_K8S_VERSION, K8S_VERSIONS, LOCATIONS } from '../../cloud/catalog.js';
import { notFound } from '../../cloud/cloud-error.js';
import { answers, param } from '../answers.js';
import type { CloudRoutesOptions } from '../answers.js';
import type { Shown } from '../representation.js';
import type { Route } from '../router.js';
import { showContract, showLocation } from '../shown.js';

const locationsOf = (region: string): Shown[] => {
  const found = LOCATIONS.filter(({ id }) => id.startsWith(`${region}/`));
  if (found.length === 0) throw notFound();
  return found.map(showLocation);
};

const location = (id: string): Shown => {
  const found = LOCATIONS.find((candidate) => candidate.id === id);
  if (found === undefined) throw notFound();
  return showLocation(found);
};

/** What only can be read: the contract, the locations, the versions of Kubernetes. */
export const placeRoutes = (options: CloudRoutesOptions): Record<string, Route> => {
  const { one, many, view } = answers(options);
  return {
    'GET /': (call) => ({ status: 200, body: { href: view(call).base, name: 'CLOUD API', version: '6.0' } }),
    'GET /contracts': many(() => [showContract(options.cloud)]),
    'GET /locations': many(() => LOCATIONS.map(showLocation)),
    'GET /locations/:region': many((call) => locationsOf(param(call, 'region'))),
    'GET /locations/:region/:city': one((call) => location(`${param(call, 'region')}/${param(call, 'city')}`)),
    'GET /locations/:region/:city/:part': one((call) => location(`${param(call, 'region')}/${param(call, 'city')}/${param(call, 'part')}`)),
    'GET /k8s/versions': () => ({ status: 200, body: [...K8S_VERSIONS].reverse() }),
    'GET /k8s/versions/default': () => ({ status: 200, body: JSON.stringify(DEFAULT_K8S_VERSION) }),
  };
};
