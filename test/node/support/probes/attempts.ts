import type { V1PodList } from '@kubernetes/client-node';
import type { TheNode } from '../the-node.js';

/** Where attempts start: a pod, by its namespace and name. */
export interface Source {
  namespace: string;
  pod: string;
}

/**
 * What became of one: an answer (`open`), a refusal by whoever has the address (`refused`: the packets did arrive), nothing at all
 * (`silent`), word from a router that there is no way (`no way`), or a name that nobody knows (`no name`).
 */
export type Verdict = 'open' | 'refused' | 'silent' | 'no way' | 'no name';

/** Tries all targets at once: `tcp/10.0.0.1:80` connects, `udp/10.0.0.1:53` asks a DNS server. Every image has perl, so it runs in any pod. */
const PROGRAM = `
use strict; use warnings; use Errno qw(ECONNREFUSED); use IO::Select; use IO::Socket::INET; use Socket;
my (%pending, %verdict);
for my $target (@ARGV) {
  my ($protocol, $host, $port) = $target =~ m{^(tcp|udp)/(.+):(\\d+)$} or die $target;
  my $address = inet_aton($host);
  if (!defined $address) { $verdict{$target} = 'no name'; next }
  my $socket = IO::Socket::INET->new(Proto => $protocol, PeerAddr => inet_ntoa($address), PeerPort => $port, Blocking => 0);
  if (!defined $socket) { $verdict{$target} = $! == ECONNREFUSED ? 'refused' : 'no way'; next }
  $socket->send(pack('n6', 7, 256, 1, 0, 0, 0) . "\\7version\\4bind\\0" . pack('n2', 16, 3)) if $protocol eq 'udp';
  $pending{$target} = [$socket, $protocol];
}
my $end = time + 4;
while (%pending && (my $left = $end - time) > 0) {
  my %sets = map { my $protocol = $_; ($protocol => IO::Select->new(map { $_->[0] } grep { $_->[1] eq $protocol } values %pending)) } qw(tcp udp);
  my ($answered, $connected) = IO::Select->select($sets{udp}, $sets{tcp}, undef, $left);
  my %ready = map { fileno($_) => 1 } @{$answered || []}, @{$connected || []};
  for my $target (keys %pending) {
    my ($socket, $protocol) = @{$pending{$target}};
    next unless $ready{fileno $socket};
    my $error = $protocol eq 'tcp' ? $socket->sockopt(SO_ERROR) : defined $socket->recv(my $reply, 512) ? 0 : $! + 0;
    $verdict{$target} = $error == 0 ? 'open' : $error == ECONNREFUSED ? 'refused' : 'no way';
    delete $pending{$target};
  }
}
$verdict{$_} = 'silent' for keys %pending;
print "$_\\t$verdict{$_}\\n" for @ARGV;
`;

/** Tries all of these from a pod. @throws Error when the pod cannot run the program */
export const attempt = async (node: TheNode, { namespace, pod }: Source, targets: readonly string[]): Promise<Map<string, Verdict>> => {
  const { exitCode, stdout, stderr } = await node.inPod(namespace, pod, ['perl', '-e', PROGRAM, ...targets]);
  const lines = stdout.trimEnd().split('\n').map((line) => line.split('\t') as [string, Verdict]);
  if (exitCode !== 0 || lines.length !== targets.length) throw new Error(`${namespace}/${pod} tried ${lines.length} of ${targets.length}: ${stderr}`);
  return new Map(lines);
};

/** Which of the targets something from these pods arrived at, as `tenant-acme/openwebui-0 > tcp/10.0.0.1:80`. */
export const reached = async (node: TheNode, sources: readonly Source[], targets: readonly string[]): Promise<string[]> =>
  (await Promise.all(sources.map(async (source) => {
    const verdicts = await attempt(node, source, targets);
    return [...verdicts].filter(([, verdict]) => verdict === 'open' || verdict === 'refused').map(([target]) => `${source.namespace}/${source.pod} > ${target}`);
  }))).flat().sort();

/** All combinations, in the words of `reached`. */
export const everyOf = (sources: readonly Source[], targets: readonly string[]): string[] => sources.flatMap(({ namespace, pod }) => targets.map((target) => `${namespace}/${pod} > ${target}`)).sort();

/** The running pods of a namespace with their address, by component; by name those that have none. */
export const podsIn = async (node: TheNode, namespace: string): Promise<Record<string, Source & { ip: string }>> => {
  const { items } = (await node.call('GET', `/api/v1/namespaces/${namespace}/pods?fieldSelector=status.phase=Running`)).body as V1PodList;
  return Object.fromEntries(items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined).map(({ metadata, status }) => {
    const name = metadata?.name ?? '';
    return [metadata?.labels?.['probe'] ?? metadata?.labels?.['app.kubernetes.io/component'] ?? name, { namespace, pod: name, ip: status?.podIP ?? '' }];
  }));
};
