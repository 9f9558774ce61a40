#!/bin/sh
# First process of the node, in new mount, network and process namespaces: gives the node a file system of its own and then only waits.
#   node.sh FOLDER PACKAGES CGROUP [SOURCE TARGET]…
# What the node writes goes to FOLDER/upper, volumes and images to FOLDER/data. Each SOURCE is seen at TARGET, unchangeable.
set -eu

folder=$1 packages=$2 cgroup=$3
shift 3
root=$folder/root

# The process file system is still the outer one, so this is the number by which the outside knows this process.
read -r pid _ < /proc/self/stat
echo 0 > "/sys/fs/cgroup/pids/$cgroup/cgroup.procs"

mkdir -p "$root" "$folder/work" "$folder/data/kubelet" "$folder/data/containerd" "$folder/data/logs"
mount -t overlay overlay -o "lowerdir=$packages,upperdir=$folder/upper,workdir=$folder/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/sys/fs/cgroup"
for controller in cpu cpuacct cpuset memory devices freezer blkio pids; do
  mkdir "$root/sys/fs/cgroup/$controller"
  mount -t cgroup -o "$controller" cgroup "$root/sys/fs/cgroup/$controller"
done
mkdir "$root/sys/fs/cgroup/systemd"
mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
mount -t bpf bpf "$root/sys/fs/bpf"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir -p "$root/run/lock" "$root/run/cilium" "$root/var/log/pods"
# An overlay cannot carry the overlays of containers.
mount --bind "$folder/data/kubelet" "$root/var/lib/kubelet"
mount --bind "$folder/data/containerd" "$root/var/lib/containerd"
mount --bind "$folder/data/logs" "$root/var/log/pods"
while [ $# -gt 0 ]; do
  mkdir -p "$root$(dirname "$2")"
  if [ -d "$1" ]; then mkdir -p "$root$2"; else : > "$root$2"; fi
  mount --bind "$1" "$root$2"
  mount -o remount,bind,ro "$root$2"
  shift 2
done
ip link set lo up
echo 1 > /proc/sys/net/ipv4/ip_forward

echo "$pid" > "$folder/pid.new"
mv "$folder/pid.new" "$folder/pid"
cd "$root"
mkdir -p mnt
pivot_root . mnt
exec chroot . sh -euc 'umount -l /mnt; mount --make-rshared /; exec tini -- sleep infinity'
