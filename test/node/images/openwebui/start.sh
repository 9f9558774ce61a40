#!/bin/sh
# The official image's start, without the downloads that its slim variant does not make either.
set -eu
if [ -z "${WEBUI_SECRET_KEY:-}" ]; then
  echo 'WEBUI_SECRET_KEY is not set' >&2
  exit 1
fi
# The package keeps its pages elsewhere than the image.
export FROM_INIT_PY=true
exec python3 -m uvicorn open_webui.main:app --host "${HOST:-0.0.0.0}" --port "${PORT:-8080}" --forwarded-allow-ips '*' --workers "${UVICORN_WORKERS:-1}"
