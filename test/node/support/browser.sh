#!/bin/sh
# Runs the browser in its own file system ($BROWSER_ROOT), with this machine's /tmp, where the one who drives it keeps its profile.
# What is mounted for it, nobody else sees, and ends with it.
exec unshare --mount --propagation private sh -ec '
  mount -t proc proc "$BROWSER_ROOT/proc"
  mount --rbind /dev "$BROWSER_ROOT/dev"
  mount --bind /tmp "$BROWSER_ROOT/tmp"
  exec chroot "$BROWSER_ROOT" /usr/bin/chromium-headless-shell "$@"' browser "$@"
