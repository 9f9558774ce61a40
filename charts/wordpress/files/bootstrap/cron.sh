# Runs WordPress's schedule every minute, until the pod ends. A round that runs is finished first.
set -u
# The image is made for Apache, and says that its containers are told to stop by WINCH.
trap 'exit 0' TERM INT WINCH

root=${CORE_TARGET:-/var/www/html}
mark=${CRON_MARK:-/tmp/cron-round}

while :; do
  # One stuck job must not stop the schedule for ever.
  timeout 300 php "$root/wp-cron.php" || echo "the schedule ended with code $?" >&2
  touch "$mark"
  sleep "${CRON_SECONDS:-60}" &
  wait $!
done
