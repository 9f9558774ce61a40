# Takes away what a node leaves outside its folder, when its processes have been killed: `undo.sh FOLDER CGROUP`.
# Mounts, network and names are gone with the namespaces.

folder=$1 cgroup=$2

# Without this file the machine was not this node's.
[ -f "$folder/switches" ] || exit 0

# Kubernetes and Cilium set a few switches of the whole machine.
while read -r switch value; do echo "$value" > "/proc/sys/$switch"; done < "$folder/switches"

# Processes are gone a moment after they were killed; only then can their group be removed.
tries=0
while ls -d /sys/fs/cgroup/*/"$cgroup" > /dev/null 2>&1 && [ "$tries" -lt 100 ]; do
  for pids in $(find /sys/fs/cgroup/*/"$cgroup" -name cgroup.procs); do
    while read -r pid; do kill -9 "$pid"; done < "$pids"
  done 2> /dev/null
  find /sys/fs/cgroup/*/"$cgroup" -depth -type d -exec rmdir {} + 2> /dev/null
  tries=$((tries + 1))
  sleep 0.1
done

losetup --noheadings --raw --output NAME,BACK-FILE | while read -r device file; do
  case $file in
    "$folder"/*) losetup --detach "$device" ;;
  esac
done
