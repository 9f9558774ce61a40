#!/bin/sh
# What `helm test` asks of the gateway: WordPress behind port 80 and Open WebUI behind port 8080, with PHP, database and Python on the
# way. With a host name the plain port answers with the way to it (308). Whoever still starts is waited for; the Job bounds that.
set -eu

# Prints the status of the first answer from this address; nothing when there is none.
status_of() {
	timeout 5 wget -S -O /dev/null "$1" 2>&1 | sed -n 's|^ *HTTP/[0-9.]* \([0-9][0-9][0-9]\).*|\1|p' | head -n 1
}

expect() {
	status=""
	attempt=0
	while [ "$attempt" -lt 20 ]; do
		status="$(status_of "$2" || true)"
		if [ "$status" = "$3" ]; then
			echo "$1: $status"
			return
		fi
		attempt=$((attempt + 1))
		sleep 3
	done
	echo "$1 answers ${status:-nothing} on $2, and not $3" >&2
	exit 1
}

expect WordPress "http://gateway/tenant-ready.php" "$WORDPRESS_EXPECTED"
expect "Open WebUI" "http://gateway:8080/health" "$OPENWEBUI_EXPECTED"
