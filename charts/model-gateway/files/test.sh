#!/bin/sh
# What `helm test` asks of the model gateway. Whoever still starts is waited for; the Job bounds that.
set -eu

expect() {
	status=""
	attempt=0
	while [ "$attempt" -lt 20 ]; do
		status="$(curl -s -o /dev/null -m 5 -w '%{http_code}' "$1" || true)"
		if [ "$status" = "$2" ]; then
			echo "$1: $status"
			return
		fi
		attempt=$((attempt + 1))
		sleep 3
	done
	echo "$1 answers $status, and not $2" >&2
	exit 1
}

expect http://model-gateway:8080/healthz 200
# Not one request may leave for the model service without a tenant's key.
expect http://model-gateway:8080/v1/models 401
