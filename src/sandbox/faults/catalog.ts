/** One parameter of a fault: what it is without being given, and what it means. */
export interface FaultParameter {
  default: string;
  means: string;
  /** The values that it takes; a whole number or `always` for `count`, a whole number for `number`. */
  takes: readonly string[] | 'count' | 'number' | 'text';
}

/** Something that the sandbox can be told to get wrong. This list is the only one: help, documentation and tests are made from it. */
export interface FaultDefinition {
  name: string;
  /** What goes wrong, one sentence. */
  does: string;
  /** What `create` does about it, one or two sentences. */
  met: string;
  parameters: Readonly<Record<string, FaultParameter>>;
}

/** What a call at a door of the cloud is about. */
export const CALL_KINDS = ['contract', 'location', 'version', 'datacenter', 'lan', 'ipblock', 'cluster', 'nodepool', 'node', 'kubeconfig', 'group', 'share', 'user', 'bucket', 'request', 'models'] as const;
export const ACTIONS = ['list', 'read', 'create', 'update', 'delete'] as const;
export type CallKind = (typeof CALL_KINDS)[number];
export type CallAction = (typeof ACTIONS)[number];

const ANY = 'any';
const times = (usual: string): FaultParameter => ({ default: usual, takes: 'count', means: 'how often; `always`: until it is cleared' });
const kind = (usual: string = ANY): FaultParameter => ({ default: usual, takes: [ANY, ...CALL_KINDS], means: 'what the call is about' });
const action = (usual: string = ANY): FaultParameter => ({ default: usual, takes: [ANY, ...ACTIONS], means: 'what the call does' });
const door = (usual = 'cloud'): FaultParameter => ({ default: usual, takes: [ANY, 'cloud', 'api', 'provider', 'kubernetes'], means: 'who calls: `api` our client, `provider` terraform, `cloud` both; `kubernetes` calls to the cluster' });
const app: FaultParameter = { default: ANY, takes: 'text', means: 'label app.kubernetes.io/name' };
const namespace: FaultParameter = { default: ANY, takes: 'text', means: 'namespace' };

const cloudCall = (usual: { action?: string; kind?: string; times: string }): Record<string, FaultParameter> => ({
  action: action(usual.action),
  kind: kind(usual.kind),
  door: door(),
  times: times(usual.times),
});

const wait: Record<string, FaultParameter> = {
  'retry-after': { default: '1', takes: 'number', means: 'seconds that the answer asks to wait' },
  as: { default: 'seconds', takes: ['seconds', 'date'], means: 'form of the Retry-After header' },
};

export const FAULTS: readonly FaultDefinition[] = [
  {
    name: 'latency',
    does: 'Every answer takes longer.',
    met: 'Waits: the same result, later.',
    parameters: { ms: { default: '300', takes: 'number', means: 'milliseconds, whatever the speed' }, action: action(), kind: kind(), door: door(ANY), times: times('always') },
  },
  { name: '401', does: 'Credentials are refused.', met: 'Stops with exit code 4 and how to make a token; nothing is changed.', parameters: cloudCall({ times: 'always' }) },
  { name: '404', does: 'An object that is there is not found.', met: 'Stops and names the call. A tenant whose address terraform does not find is never given a second one.', parameters: cloudCall({ action: 'read', times: 'always' }) },
  { name: '422', does: 'A request is refused as not possible.', met: "Stops with the object's address and the cloud's own words.", parameters: cloudCall({ action: 'create', times: 'always' }) },
  { name: '423', does: 'An object is locked by something else that works on it.', met: 'Tries reads again; a change that was refused stops and says to wait and to run the command again.', parameters: cloudCall({ action: 'create', times: 'always' }) },
  { name: '429', does: 'Too many requests; Retry-After says when to come back.', met: 'Waits as long as it was asked to (seconds or HTTP date), says so, and tries again; so does terraform.', parameters: { ...cloudCall({ times: '2' }), ...wait } },
  { name: '500', does: 'The cloud fails.', met: 'Tries reads again; a change is not repeated blindly: it stops with the object and the answer.', parameters: cloudCall({ action: 'create', times: 'always' }) },
  { name: '503', does: 'The cloud is not available for a moment.', met: 'Tries reads again after Retry-After; a change is not repeated blindly.', parameters: { ...cloudCall({ times: '2' }), ...wait } },
  { name: 'failed', does: 'A request is accepted and ends FAILED. A cluster or node pool stays there, FAILED; anything else is gone.', met: 'Stops with what failed. The second run makes it anew; what is FAILED and was never finished is replaced, and the plan shows that.', parameters: { kind: kind(), times: times('always') } },
  { name: 'lost-answer', does: 'The object is made, but the answer never arrives: the connection is cut.', met: 'Stops: whether it was made is unknown. The second run finds the object and takes it over, where its name can be nobody else\'s and nothing uses it; the plan shows that.', parameters: { kind: kind(), times: times('1') } },
  { name: 'stuck-busy', does: 'An object stays BUSY or DEPLOYING.', met: 'Waits, shows for how long, and stops after --cloud-timeout with the object and its state. The second run continues with the same object.', parameters: { kind: kind() } },
  { name: 'quota', does: "The contract's limits are reached.", met: 'Refuses before anything is made (exit code 2); where the limit is only met on the way, stops with the limit in the cloud\'s words.', parameters: { of: { default: 'all', takes: ['all', 'ips', 'clusters', 'cores', 'ram', 'storage'], means: 'which limit' }, shown: { default: 'yes', takes: ['yes', 'no'], means: '`no`: the contract does not show it, only a request that meets it does' } } },
  { name: 'node-not-ready', does: 'Nodes report NotReady and take no pods.', met: 'Stops with the nodes, their reason, and what the scheduler says.', parameters: { nodes: { default: 'all', takes: 'count', means: 'how many of each cluster; `all`' } } },
  { name: 'image-pull', does: "A pod's images cannot be pulled.", met: 'Stops with the pod, the image and the reason.', parameters: { app, namespace } },
  { name: 'crash-loop', does: 'A container starts and ends, again and again.', met: "Stops with the container, its last exit code and its log's last line.", parameters: { app, namespace } },
  { name: 'claim-pending', does: 'A claim gets no volume.', met: 'Stops with the claim and the event that says why.', parameters: { claim: { default: ANY, takes: 'text', means: 'name of the claim' }, namespace } },
  { name: 'no-address', does: 'A load balancer never gets its address.', met: 'Stops with the address and the event of the Service.', parameters: { namespace } },
  { name: 'api-away', does: "The cluster's API server refuses connections.", met: 'Tries for a minute, says so, and goes on when it is back; then stops, and the second run brings home what terraform could not save.', parameters: { seconds: { default: 'always', takes: 'count', means: 'for how long; `always`: until it is cleared' } } },
  { name: 'watch-closed', does: 'A watch ends as soon as it has begun.', met: 'Watches again; nothing is missed.', parameters: { times: times('3') } },
  { name: 'watch-410', does: 'A watch is told that its revision is too old (410 Gone).', met: 'Lists and watches anew; nothing is missed.', parameters: { told: { default: 'event', takes: ['event', 'status'], means: 'as an event of the stream, or as the HTTP status' }, times: times('2') } },
];
