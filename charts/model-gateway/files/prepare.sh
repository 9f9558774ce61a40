# Turns the mounted secrets into nginx configuration. Everything is written to a volume in memory; nothing is printed but names.
set -eu

secrets=${SECRETS_DIR:-/secrets}
out=${OUT_DIR:-/run/gateway}
umask 077

# The cluster's DNS, as this pod sees it. nginx asks it again and again, because the hub's addresses change.
servers=$(awk '$1 == "nameserver" { if ($2 ~ /:/) printf "[%s] ", $2; else printf "%s ", $2 }' "${RESOLV_CONF:-/etc/resolv.conf}")
if [ -z "$servers" ]; then
  echo "no name server in resolv.conf" >&2
  exit 1
fi
printf 'resolver %svalid=30s ipv6=off;\nresolver_timeout 5s;\n' "$servers" > "$out/resolver.conf"

# A token or key with other characters could end a quoted string in nginx's configuration.
is_word() {
  case $1 in
    '' | *[!A-Za-z0-9._~+/=-]*) return 1 ;;
  esac
}

token=$(cat "$secrets/hub/hub-token")
if ! is_word "$token"; then
  echo "the hub's token is empty or has unexpected characters" >&2
  exit 1
fi
printf 'map "" $hub_authorization {\n  default "Bearer %s";\n}\n' "$token" > "$out/hub.conf"

{
  echo 'map $http_authorization $tenant {'
  echo '  default "";'
  for file in "$secrets"/keys/*; do
    [ -f "$file" ] || continue
    name=$(basename "$file")
    key=$(cat "$file")
    case $name in
      *[!a-z0-9-]*) echo "skipping a key whose name is not a tenant's" >&2; continue ;;
    esac
    case $key in
      '' | *[!A-Za-z0-9]*) echo "skipping tenant $name: its key is not alphanumeric" >&2; continue ;;
    esac
    if [ "${#key}" -lt 32 ]; then
      echo "skipping tenant $name: its key is shorter than 32 characters" >&2
      continue
    fi
    # A regular expression, because nginx compares plain strings without regard to case.
    printf '  "~^[Bb]earer %s$" "%s";\n' "$key" "$name"
    echo "tenant $name may use the models" >&2
  done
  echo '}'
} > "$out/tenants.conf"
