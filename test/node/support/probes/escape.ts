import type { TheNode } from '../the-node.js';
import type { Source } from './attempts.js';

/** What a container may try against its node. The program says of each whether it worked. Numbers of system calls are those of x86-64. */
const PROGRAM = `
use strict; use warnings;
my %worked;
sub text { open my $file, '<', $_[0] or return ''; local $/; my $text = <$file>; return $text // '' }
my $status = text('/proc/self/status');
my ($capabilities) = $status =~ /CapEff:\\s*(\\S+)/;
$worked{'holds capabilities'} = hex($capabilities) != 0;
$worked{'may gain rights'} = $status !~ /NoNewPrivs:\\s*1/;
$worked{'calls the kernel unfiltered'} = $status !~ /Seccomp:\\s*2/;
$worked{'sees processes of the node'} = grep { text($_) =~ /^containerd/ } glob '/proc/[0-9]*/comm';
$worked{'finds the socket of the runtime'} = -e '/run/containerd/containerd.sock';
$worked{'reads the logs of other pods'} = opendir my $logs, '/var/log/pods';
$worked{'writes to a cgroup'} = mkdir('/sys/fs/cgroup/memory/probe') || mkdir('/sys/fs/cgroup/probe');
rmdir $_ for '/sys/fs/cgroup/memory/probe', '/sys/fs/cgroup/probe';
my ($none, $tmpfs, $place) = ('none', 'tmpfs', '/tmp');
$worked{'mounts a file system'} = syscall(165, $none, $place, $tmpfs, 0, 0) == 0;
$worked{'makes namespaces of its own'} = syscall(272, 0x20000) == 0;
$worked{'opens a switch of the kernel'} = open my $switch, '>', '/proc/sys/kernel/panic';
$worked{'opens a disk of the node'} = grep { open my $disk, '<', $_ } glob '/dev/loop* /dev/vd* /dev/sd* /dev/nvme*';
# Last: from there on nothing of the node's may be opened any more.
$worked{'makes a user namespace'} = syscall(272, 0x10000000) == 0;
print "$_\\t", $worked{$_} ? 1 : 0, "\\n" for sort keys %worked;
`;

/** What worked in this pod, and all that was tried. */
export const escapes = async (node: TheNode, { namespace, pod }: Source): Promise<{ worked: string[]; tried: string[] }> => {
  const { exitCode, stdout, stderr } = await node.inPod(namespace, pod, ['perl', '-e', PROGRAM]);
  if (exitCode !== 0) throw new Error(`${namespace}/${pod}: ${stderr}`);
  const lines = stdout.trimEnd().split('\n').map((line) => line.split('\t'));
  return { worked: lines.filter(([, worked]) => worked === '1').map(([name]) => name ?? ''), tried: lines.map(([name]) => name ?? '') };
};
