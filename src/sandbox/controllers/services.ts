import { addressFault } from '../faults/cluster.js';
import { controllerReference } from '../kubernetes-door/objects.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import { matchesSelector } from '../kubernetes-door/selectors.js';
import { objectKey, splitKey } from './controller.js';
import type { AddressConsumer, Controller, ControllerContext } from './controller.js';
import { hasEnded, isReady } from './pod-template.js';

const CLEANUP = 'service.kubernetes.io/load-balancer-cleanup';
const ATTACH_MS = 600;
/** The cloud takes an address off its node some time after the Service was deleted; until then the Service stays. */
const DETACH_MS = 400;
const RETRY_MS = 5000;
const RETRIES = 4;
const COMPONENT = 'service-controller';

const addressOf = (service: KubeObject): string | undefined => (service.status?.loadBalancer?.ingress as Loose[] | undefined)?.[0]?.['ip'] as string | undefined;

/** Gives a LoadBalancer Service its address from the cloud's reserved blocks, and returns it when the Service goes. */
export const loadBalancerController = (context: ControllerContext): Controller => {
  const { store, addressPool } = context;
  const refusals = new Map<string, number>();
  const consumerOf = (service: KubeObject): AddressConsumer => ({ namespace: service.metadata.namespace ?? '', service: service.metadata.name, clusterId: context.clusterId });
  const giveBack = (service: KubeObject): void => {
    const ip = addressOf(service);
    if (ip !== undefined) addressPool.release(ip, consumerOf(service));
  };
  const attach = (service: KubeObject): void => {
    const { namespace, name, uid = '' } = service.metadata;
    const live = store.find('Service', namespace, name);
    if (live?.metadata.uid !== uid || live.metadata.deletionTimestamp || live.spec.type !== 'LoadBalancer') return;
    const wanted = live.spec.loadBalancerIP as string | undefined;
    const held = addressOf(live);
    if (held !== undefined && (wanted === undefined || wanted === held)) return;
    try {
      const refused = addressFault(context.faults, live.metadata);
      if (refused !== undefined) throw new Error(refused);
      const ip = wanted ?? addressPool.allocate?.(consumerOf(live));
      if (ip === undefined) throw new Error('no address was asked for, and none can be reserved dynamically');
      addressPool.claim(ip, consumerOf(live));
      giveBack(live);
      store.mutate('Service', namespace, name, (draft) => {
        draft.status = { loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } };
      });
      refusals.delete(uid);
      context.record(live, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer', COMPONENT);
    } catch (error) {
      const count = (refusals.get(uid) ?? 0) + 1;
      refusals.set(uid, count);
      context.record(live, 'Warning', 'SyncLoadBalancerFailed', `Error syncing load balancer: failed to ensure load balancer: ${error instanceof Error ? error.message : String(error)}`, COMPONENT);
      if (count <= RETRIES) context.later(`balance ${uid} again`, RETRY_MS * 2 ** (count - 1), () => attach(live));
    }
  };
  const detach = (service: KubeObject): void => {
    giveBack(service);
    store.mutate('Service', service.metadata.namespace, service.metadata.name, (draft) => {
      draft.status = { loadBalancer: {} };
      draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((entry) => entry !== CLEANUP);
    });
  };
  return {
    name: 'load-balancer',
    keys: () => store.list('Service').map(objectKey),
    concerns: (change) => {
      if (change.kind === 'Service') return change.type === 'DELETED' ? [] : [objectKey(change.object)];
      // An address needs a node to sit on.
      return change.kind === 'Node' && change.type === 'ADDED' ? store.list('Service').map(objectKey) : [];
    },
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const service = store.find('Service', namespace, name);
      if (!service) return;
      const balanced = service.metadata.finalizers?.includes(CLEANUP) === true;
      if (service.metadata.deletionTimestamp || service.spec?.type !== 'LoadBalancer') {
        if (balanced) {
          context.later(`unbalance ${service.metadata.uid ?? ''}`, DETACH_MS, () => {
            const live = store.find('Service', namespace, name);
            if (live && live.metadata.uid === service.metadata.uid) detach(live);
          });
        }
        return;
      }
      if (!balanced) {
        store.mutate('Service', namespace, name, (draft) => {
          draft.metadata.finalizers = [...(draft.metadata.finalizers ?? []), CLEANUP];
        });
        return;
      }
      const held = addressOf(service);
      if (held !== undefined && (service.spec.loadBalancerIP === undefined || service.spec.loadBalancerIP === held)) return;
      if (held === undefined) context.record(service, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer', COMPONENT);
      context.later(`balance ${service.metadata.uid ?? ''} ${String(service.spec.loadBalancerIP ?? '')} ${service.metadata.generation ?? 0}`, ATTACH_MS, () => attach(service));
    },
  };
};

const portsOf = (service: KubeObject, pods: KubeObject[]): Loose[] =>
  ((service.spec?.ports ?? []) as Loose[]).map((port) => {
    const target: unknown = port['targetPort'];
    const named = pods.flatMap((pod) => ((pod.spec?.containers ?? []) as Loose[]).flatMap((container) => (container['ports'] ?? []) as Loose[])).find((candidate) => candidate['name'] === target);
    return { ...(port['name'] ? { name: port['name'] as string } : {}), port: typeof target === 'number' ? target : Number(named?.['containerPort'] ?? port['port']), protocol: port['protocol'] as string };
  });

/** Lists the pods behind each Service, as Endpoints and as EndpointSlice. */
export const endpointsController = (context: ControllerContext): Controller => {
  const { store } = context;
  const write = (kind: string, service: KubeObject, name: string, body: Loose): void => {
    const { namespace } = service.metadata;
    if (store.find(kind, namespace, name)) {
      store.mutate(kind, namespace, name, (draft) => void Object.assign(draft, body));
      return;
    }
    const labels = { ...service.metadata.labels, ...(kind === 'EndpointSlice' ? { 'kubernetes.io/service-name': service.metadata.name } : {}) };
    store.insert({ kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }), labels, ownerReferences: [controllerReference(service)] }, ...body });
  };
  return {
    name: 'endpoints',
    keys: () => store.list('Service').map(objectKey),
    concerns: (change) => {
      if (change.kind === 'Service') return change.type === 'DELETED' ? [] : [objectKey(change.object)];
      if (change.kind !== 'Pod') return [];
      return store.list('Service', change.object.metadata.namespace)
        .filter((service) => service.spec?.selector && matchesSelector({ matchLabels: service.spec.selector as Record<string, string> }, change.object.metadata.labels))
        .map(objectKey);
    },
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const service = store.find('Service', namespace, name);
      if (!service?.spec?.selector || service.metadata.deletionTimestamp) return;
      const pods = store.list('Pod', namespace).filter(
        (pod) => matchesSelector({ matchLabels: service.spec.selector as Record<string, string> }, pod.metadata.labels) && pod.status?.podIP && !hasEnded(pod) && !pod.metadata.deletionTimestamp,
      );
      const serves = (pod: KubeObject): boolean => isReady(pod) || service.spec.publishNotReadyAddresses === true;
      const reference = (pod: KubeObject): Loose => ({ kind: 'Pod', namespace, name: pod.metadata.name, uid: pod.metadata.uid });
      const address = (pod: KubeObject): Loose => ({ ip: pod.status.podIP as string, nodeName: pod.spec.nodeName as string, targetRef: reference(pod) });
      const ports = portsOf(service, pods);
      const [ready, others] = [pods.filter(serves), pods.filter((pod) => !serves(pod))];
      const subset = { ...(ready.length > 0 ? { addresses: ready.map(address) } : {}), ...(others.length > 0 ? { notReadyAddresses: others.map(address) } : {}), ports };
      write('Endpoints', service, name, { subsets: pods.length > 0 ? [subset] : [] });
      write('EndpointSlice', service, `${name}-sandbox`, {
        addressType: 'IPv4',
        endpoints: pods.map((pod) => ({ addresses: [pod.status.podIP as string], conditions: { ready: serves(pod), serving: isReady(pod), terminating: false }, nodeName: pod.spec.nodeName as string, targetRef: reference(pod) })),
        ports,
      });
    },
  };
};
