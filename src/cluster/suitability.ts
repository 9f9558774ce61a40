import { InstallerError } from '../engine/errors.js';
import { reasonOf, SYSTEM_NAMESPACE, type Cluster } from './client.js';

/** ValidatingAdmissionPolicy, one of the tenants' guard rails, is stable since this release (Kubernetes 1.30 release notes). */
const OLDEST_MINOR = 30;

/** The release that the API server runs. Throws InstallerError `cluster-unreachable` or `cluster-too-old`. */
export const requireRelease = async (cluster: Cluster): Promise<string> => {
  const version = await cluster.version.getCode().catch((error: unknown) => {
    throw new InstallerError({ code: 'cluster-unreachable', what: `the cluster at ${cluster.server} was not reached`, why: reasonOf(error), next: ['Check the kubeconfig with: kubectl version', 'Then run the same command again.'], cause: error });
  });
  const [major, minor] = [Number(version.major), Number.parseInt(version.minor, 10)];
  if (major === 1 && minor < OLDEST_MINOR) {
    throw new InstallerError({ code: 'cluster-too-old', what: `the cluster runs Kubernetes ${version.gitVersion}`, why: `the tenants' guard rails need 1.${OLDEST_MINOR} or newer`, next: ['Update the cluster, or adopt another one.'], exitCode: 2 });
  }
  return version.gitVersion;
};

/** What onboarding makes, as the API server names it; namespaced ones are made in namespaces that do not exist yet. */
const NEEDED: { group: string; resource: string; namespace?: string }[] = [
  { group: '', resource: 'namespaces' },
  { group: '', resource: 'secrets', namespace: SYSTEM_NAMESPACE },
  { group: '', resource: 'resourcequotas' },
  { group: '', resource: 'persistentvolumeclaims' },
  { group: 'apps', resource: 'deployments' },
  { group: 'batch', resource: 'jobs' },
  { group: 'coordination.k8s.io', resource: 'leases', namespace: SYSTEM_NAMESPACE },
  { group: 'networking.k8s.io', resource: 'networkpolicies' },
  { group: 'rbac.authorization.k8s.io', resource: 'roles' },
  { group: 'admissionregistration.k8s.io', resource: 'validatingadmissionpolicies' },
];

/** Asks the API server, with these credentials, for everything that onboarding makes. Throws InstallerError `not-allowed` naming what is missing. */
export const requireRights = async (cluster: Cluster): Promise<number> => {
  const answers = await Promise.all(
    NEEDED.map(async ({ group, resource, namespace }) => {
      const review = await cluster.authorization.createSelfSubjectAccessReview({
        body: { spec: { resourceAttributes: { verb: 'create', group, resource, ...(namespace === undefined ? {} : { namespace }) } } },
      });
      return { resource, allowed: review.status?.allowed === true };
    }),
  );
  const refused = answers.filter(({ allowed }) => !allowed).map(({ resource }) => resource);
  if (refused.length === 0) return answers.length;
  throw new InstallerError({
    code: 'not-allowed',
    what: 'the kubeconfig may not do what onboarding needs',
    why: `it may not create ${refused.join(', ')}`,
    next: ['Give a kubeconfig of an administrator of the cluster.', 'Nothing was changed.'],
    exitCode: 4,
  });
};

/** Whether something in the cluster hands out addresses: a Service that got one, or MetalLB. k3s has both out of the box. */
export const hasLoadBalancer = async (cluster: Cluster): Promise<boolean> => {
  const [services, namespaces] = await Promise.all([cluster.core.listServiceForAllNamespaces(), cluster.core.listNamespace()]);
  return (
    services.items.some((service) => service.spec?.type === 'LoadBalancer' && (service.status?.loadBalancer?.ingress ?? []).length > 0) ||
    namespaces.items.some((namespace) => namespace.metadata?.name === 'metallb-system')
  );
};
