# Runs a container's command as the kubelet's runtime does: the image's file system (read-only beneath, changes in memory), the pod's
# volumes, its user without any capability. Called in the pod's network namespace and in mount and process namespaces of its own.
# Arguments: image, working folder, list of mounts (source, target, mode in a line each), whether the root may be written, user, group,
# and the command.
set -eu
image=$1 work=$2 mounts=$3 root_mode=$4 uid=$5 gid=$6
shift 6

mount --make-rprivate /
mount -t tmpfs tmpfs "$work"
mkdir "$work/upper" "$work/work" "$work/root"
mount -t overlay overlay -o "lowerdir=$image,upperdir=$work/upper,workdir=$work/work" "$work/root"
while read -r source target mode; do
  if [ -d "$source" ]; then mkdir -p "$work/root$target"; else mkdir -p "$(dirname "$work/root$target")"; : >> "$work/root$target"; fi
  mount --bind "$source" "$work/root$target"
  [ "$mode" = rw ] || mount -o remount,bind,ro "$work/root$target"
done < "$mounts"
mount -t proc proc "$work/root/proc"
mount --rbind /dev "$work/root/dev"
[ "$root_mode" = rw ] || mount -o remount,bind,ro "$work/root"
# It ends with whoever started it: a change of user had taken that back.
cd "$work/root"
exec chroot . setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all --pdeathsig KILL -- "$@"
