#!/bin/sh
# In the place of the node's fsck, which the kubelet runs before it mounts a disk that has been formatted: `fsck -a DEVICE`. Where the
# disk has grown, its file system follows here: to enlarge one that is mounted takes a right (CAP_SYS_RESOURCE) that not every machine gives.
device=$2
e2fsck -f -p "$device"
status=$?
# 1: mended.
if [ "$status" -le 1 ]; then resize2fs "$device" || exit 4; fi
exit "$status"
