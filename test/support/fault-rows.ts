import type { EngineEvent } from '../../src/engine/events.js';
import { sandboxFault, type Outcome, type Row } from './faults.js';

const stopped = (code: string, what: RegExp, why: RegExp, next: RegExp, exitCode = 1): Outcome => ({ ends: 'stopped', code, exitCode, what, why, next });
const ready = (says?: RegExp): Outcome => ({ ends: 'ready', ...(says ? { says } : {}) });

const AGAIN = /same command again/;
const ADDRESS = /ionoscloud_ipblock\.this/;
const TAKEN_OVER = (address: string): RegExp => new RegExp(`${address}\\S* had been made by an interrupted run.*taken over; repaired`);

const taskStarted = (path: RegExp) => (event: EngineEvent): boolean => event.type === 'task' && event.state === 'started' && path.test(event.task);

/** What the cloud gets wrong about a tenant, on a platform that is there. */
export const CLOUD_ROWS: readonly Row[] = [
  { fault: 'latency:ms=40', outcome: 'is sat out', first: ready() },
  { fault: '401', outcome: 'stops with exit code 4, and says how to get a token', first: stopped('credentials', /did not accept the credentials/, /Unauthorized/, /IONOS_TOKEN/, 4) },
  { fault: '401:door=provider', outcome: 'met by terraform only, stops with exit code 4 as well', first: stopped('credentials', /did not accept the credentials/, /401: Unauthorized/, /IONOS_TOKEN/, 4) },
  { fault: '404', outcome: 'stops, and names what was not found', first: stopped('ionos-api', /fetching the kubeconfig/, /HTTP 404: Resource does not exist/, AGAIN) },
  { fault: '422:kind=ipblock', outcome: "stops with the address and the cloud's own words", first: stopped('terraform-apply', ADDRESS, /answered 422: The request cannot be carried out.*ionos-tenants-main-/, AGAIN) },
  { fault: '423:action=list,times=2', outcome: 'is tried again where it is only read', first: ready(/HTTP 423\): trying again/) },
  { fault: '423:kind=ipblock', outcome: 'stops a change, and says to wait', first: stopped('terraform-apply', ADDRESS, /answered 423: The resource is locked/, /wait until it has finished/) },
  { fault: '429:retry-after=1', outcome: 'is waited for as many seconds as it says', first: ready(/HTTP 429\): trying again in 1 s/) },
  { fault: '429:retry-after=1,as=date,times=1', outcome: 'is waited for until the date that it says', first: ready(/HTTP 429\): trying again in [12] s/) },
  { fault: '429:door=provider,times=3', outcome: 'is waited for by terraform', first: ready() },
];

export const MORE_CLOUD_ROWS: readonly Row[] = [
  { fault: '500:action=list,times=2', outcome: 'is tried again where it is only read', first: ready(/HTTP 500\): trying again/) },
  { fault: '500:kind=ipblock', outcome: 'stops a creation: it is not repeated blindly', first: stopped('terraform-apply', ADDRESS, /answered 500: Internal server error/, /status\.ionos\.cloud/) },
  { fault: '503:door=api', outcome: 'is tried again after Retry-After where it is only read', first: ready(/HTTP 503\): trying again in 1 s/) },
  { fault: '503:kind=ipblock,action=create,times=1', outcome: 'stops a creation: it is not repeated blindly', first: stopped('terraform-apply', ADDRESS, /answered 503: Service unavailable/, AGAIN) },
  { fault: 'failed:kind=ipblock', outcome: 'stops with what failed', first: stopped('cloud-failed', ADDRESS, /Request failed/, /made anew/) },
  { fault: 'lost-answer:kind=ipblock', outcome: 'stops; the second run takes the address over instead of reserving another', first: stopped('answer-lost', ADDRESS, /not known.*EOF/, /makes none a second time/), second: TAKEN_OVER('ionoscloud_ipblock\\.this') },
  { fault: 'stuck-busy:kind=ipblock', outcome: 'stops after --cloud-timeout; the second run continues with the same address', first: stopped('cloud-busy', ADDRESS, /still works on it/, /continues with the same object/) },
  { fault: 'quota:of=ips', outcome: 'is refused before anything is made', first: stopped('contract-limits', /limits of contract/, /IP addresses are needed, the contract has 0 left/, /raise the limits/, 2) },
  { fault: 'quota:of=ips,shown=no', outcome: "that is only met on the way stops with the cloud's own words", first: stopped('terraform-apply', ADDRESS, /Contract limit exceeded: reservable IPs/, /raise the limits of the contract/) },
  {
    fault: 'stuck-busy:kind=ipblock',
    outcome: 'then the API server away: the state that terraform could not save is brought home by the second run',
    first: stopped('cluster-unreachable', /Kubernetes API.*not reachable/, /ECONNREFUSED/, AGAIN),
    second: /gave back the lock[\s\S]*saved the terraform state that an earlier run could not save/,
    during: async (operator, run) => {
      await run.until(taskStarted(/^onboard\/infrastructure\/ionoscloud_ipblock/));
      await sandboxFault(operator, 'api-away');
      await sandboxFault(operator, '--clear', 'stuck-busy');
    },
    flags: ['--cloud-timeout', '60'],
  },
  {
    fault: 'stuck-busy:kind=ipblock',
    outcome: 'then the API server away and Ctrl-C: the lock that terraform could not give back is given back by the second run',
    first: { ends: 'stopped', code: 'cancelled', exitCode: 130, what: /interrupted: what was made so far stays/, next: AGAIN },
    second: /gave back the lock[\s\S]*saved the terraform state that an earlier run could not save/,
    during: async (operator, run) => {
      await run.until(taskStarted(/^onboard\/infrastructure\/ionoscloud_ipblock/));
      await sandboxFault(operator, 'api-away');
      run.child.kill('SIGINT');
    },
    flags: ['--cloud-timeout', '60'],
  },
];

/** What the cluster gets wrong. */
export const CLUSTER_ROWS: readonly Row[] = [
  { fault: 'node-not-ready', outcome: 'stops before anything is made, with the nodes and their reason', first: stopped('nodes-not-ready', /no node of platform main/, /3 of 3 nodes are not ready.*KubeletNotReady: container runtime network not ready/, /kubectl describe nodes/) },
  { fault: 'node-not-ready:nodes=1', outcome: 'of one node is told, and the others do', first: ready(/1 of 3 nodes is not ready: .*KubeletNotReady/) },
  {
    fault: 'stuck-busy:kind=ipblock',
    outcome: "then all nodes gone NotReady: stops with the scheduler's words and the nodes' reason",
    first: stopped('pods-timeout', /did not become ready/, /nodes are available: .*untolerated taint.*3 of 3 nodes are not ready: .*KubeletNotReady/, /kubectl describe nodes/),
    during: async (operator, run) => {
      await run.until(taskStarted(/^onboard\/infrastructure\/ionoscloud_ipblock/));
      await sandboxFault(operator, 'node-not-ready');
      await sandboxFault(operator, '--clear', 'stuck-busy');
    },
    flags: ['--cloud-timeout', '60'],
  },
  { fault: 'image-pull:app=wordpress', outcome: 'stops with the pod, the image and the reason', first: stopped('pods-timeout', /did not become ready/, /wordpress-\S+: ImagePullBackOff: image cannot be pulled: docker\.io\/library\/wordpress:/, /reach its registry/) },
  { fault: 'crash-loop:app=openwebui', outcome: 'stops with the container, its exit code and its last line', first: stopped('pods-timeout', /did not become ready/, /openwebui-0: crash loop \(CrashLoopBackOff\) of container openwebui, exit code 1 \(Error\), its last line: openwebui: failed/, /logs openwebui-0 -c openwebui --previous/) },
  { fault: 'claim-pending:claim=mariadb-data', outcome: 'stops with the claim and its event', first: stopped('pods-timeout', /did not become ready/, /claim mariadb-data gets no volume: ProvisioningFailed: failed to provision volume/, /describe pvc mariadb-data/) },
  { fault: 'no-address', outcome: 'stops with the address and the event of the Service', first: stopped('no-address', /load balancer has not got the address 203\.0\.113\./, /SyncLoadBalancerFailed: .*failed to ensure load balancer/, /describe service gateway/) },
  { fault: 'api-away:seconds=2', outcome: 'for a moment is waited for, and told', first: ready(/does not answer \(connect ECONNREFUSED[\s\S]*answers again/) },
  { fault: 'api-away', outcome: 'for good stops with the address that does not answer', first: stopped('cluster-unreachable', /Kubernetes API.*not reachable/, /127\.0\.0\.1:\d+: connect ECONNREFUSED/, AGAIN) },
  {
    fault: 'image-pull:app=wordpress',
    outcome: 'mended while the API server is away for a moment: the pods are followed to their end',
    first: ready(/does not answer[\s\S]*answers again/),
    during: async (operator, run) => {
      await run.until((event) => event.type === 'pod' && event.pod.app === 'wordpress' && event.pod.reason.includes('image cannot be pulled'));
      await sandboxFault(operator, 'api-away:seconds=2');
      await sandboxFault(operator, '--clear', 'image-pull');
    },
    flags: ['--timeout', '60'],
  },
  { fault: 'watch-closed', outcome: 'is watched again', first: ready() },
  { fault: 'watch-410', outcome: 'is listed and watched anew', first: ready() },
  { fault: 'watch-410:told=status', outcome: 'as an HTTP status is listed and watched anew', first: ready() },
];

/** The Kubernetes door with the cloud's faults. */
export const KUBERNETES_ROWS: readonly Row[] = [
  { fault: '429:door=kubernetes,times=3', outcome: 'of the Kubernetes API is waited for, and told', first: ready(/does not answer \(HTTP 429\)[\s\S]*answers again/) },
  { fault: '503:door=kubernetes,action=read,times=3', outcome: 'of the Kubernetes API is tried again', first: ready(/does not answer \(HTTP 503\)[\s\S]*answers again/) },
  { fault: '401:door=kubernetes', outcome: 'of the Kubernetes API stops with exit code 4', first: stopped('cluster-credentials', /does not accept the kubeconfig/, /HTTP 401: Unauthorized/, AGAIN, 4) },
];

/** What the cloud gets wrong while it makes the platform. Each with a sandbox of its own. */
export const PLATFORM_ROWS: readonly Row[] = [
  { fault: 'lost-answer:kind=datacenter', outcome: 'stops; the second run takes the data centre over', first: stopped('answer-lost', /ionoscloud_datacenter\.this/, /EOF/, AGAIN), second: TAKEN_OVER('ionoscloud_datacenter\\.this') },
  { fault: 'lost-answer:kind=lan', outcome: 'stops; the second run takes the LAN over', first: stopped('answer-lost', /ionoscloud_lan\.this/, /EOF/, AGAIN), second: TAKEN_OVER('ionoscloud_lan\\.this') },
  { fault: 'lost-answer:kind=cluster', outcome: 'stops; the second run takes the cluster over', first: stopped('answer-lost', /ionoscloud_k8s_cluster\.this/, /EOF/, AGAIN), second: TAKEN_OVER('ionoscloud_k8s_cluster\\.this') },
  { fault: 'lost-answer:kind=nodepool', outcome: 'stops; the second run takes the node pool over', first: stopped('answer-lost', /ionoscloud_k8s_node_pool/, /EOF/, AGAIN), second: TAKEN_OVER('ionoscloud_k8s_node_pool') },
  { fault: 'lost-answer:kind=ipblock,times=2', outcome: 'stops; the second run takes the addresses of the nodes over', first: stopped('answer-lost', /ionoscloud_ipblock\.nodes/, /EOF/, AGAIN), second: TAKEN_OVER('ionoscloud_ipblock\\.nodes\\[\\d\\]') },
  { fault: 'failed:kind=cluster', outcome: 'stops; the second run makes the cluster anew', first: stopped('cloud-failed', /ionoscloud_k8s_cluster\.this/, /state FAILED/, /made anew/) },
  { fault: 'failed:kind=nodepool', outcome: 'stops; the second run makes the node pool anew', first: stopped('cloud-failed', /ionoscloud_k8s_node_pool/, /state FAILED/, /made anew/) },
  { fault: 'stuck-busy:kind=cluster', outcome: 'stops after --cloud-timeout; the second run continues with the same cluster', first: stopped('cloud-busy', /ionoscloud_k8s_cluster\.this after 4 s/, /still works on it/, AGAIN) },
  { fault: 'quota:of=cores,shown=no', outcome: "that is only met on the way stops with the cloud's own words", first: stopped('terraform-apply', /ionoscloud_k8s_node_pool/, /Contract limit exceeded: cores/, /raise the limits of the contract/) },
];

export const ALL_ROWS: readonly Row[] = [...CLOUD_ROWS, ...MORE_CLOUD_ROWS, ...CLUSTER_ROWS, ...KUBERNETES_ROWS, ...PLATFORM_ROWS];
