# Runs WordPress's schedule every minute, until the pod ends.
set -u
trap 'exit 0' TERM INT

while :; do
  # One stuck job must not stop the schedule for ever.
  timeout 300 php /var/www/html/wp-cron.php || echo "the schedule ended with code $?" >&2
  touch /tmp/cron-round
  sleep 60 &
  wait $!
done
