{{/* nginx counts whole requests per second or minute; minutes let two pods share five a second. */}}
{{- define "model-gateway.perMinute" -}}
{{ max 1 (div (mul .rate 60) .replicas) }}r/m
{{- end }}

{{- define "model-gateway.error" -}}
{{ dict "error" (dict "message" .message "type" .type "code" .code "param" nil) | toRawJson }}
{{- end }}

{{- define "model-gateway.nginx" -}}
{{- $hub := urlParse .Values.hub.baseUrl }}
{{- $hostname := regexReplaceAll ":[0-9]+$" $hub.host "" -}}
worker_processes 1;
worker_rlimit_nofile 8192;
pid /tmp/nginx.pid;
error_log stderr warn;

events {
  worker_connections 4096;
}

http {
  client_body_temp_path /tmp/client_body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;

  default_type application/json;
  server_tokens off;
  sendfile off;
  keepalive_timeout 65s;
  # Who opens connections and says nothing loses them soon.
  client_header_timeout 10s;
  client_body_timeout 30s;
  reset_timedout_connection on;
  map_hash_bucket_size 256;

  # Who asked, what for, how it went. Neither keys nor bodies.
  log_format gateway escape=json '{"time":"$time_iso8601","tenant":"$tenant","method":"$request_method","path":"$uri","status":$status,"bytes":$bytes_sent,"seconds":$request_time}';
  access_log /dev/stdout gateway;

  include /run/gateway/resolver.conf;
  include /run/gateway/hub.conf;
  include /run/gateway/tenants.conf;

  # One number for everybody, one for each tenant. What is too fast waits its turn; what does not fit the queue is told so.
  limit_req_zone $hub_everybody zone=everybody:1m rate={{ include "model-gateway.perMinute" (dict "rate" .Values.rate.total "replicas" .Values.replicas) }};
  limit_req_zone $tenant zone=tenant:1m rate={{ include "model-gateway.perMinute" (dict "rate" .Values.rate.perTenant "replicas" .Values.replicas) }};
  limit_req_status 429;
  limit_req_log_level warn;
  # An answer that streams for minutes holds two connections: no tenant can hold all of them.
  limit_conn_zone $tenant zone=streams:1m;
  limit_conn_status 429;
  limit_conn_log_level warn;
  map $tenant $hub_everybody {
    "" "";
    default everybody;
  }

  server {
    listen 8080;

    location = /healthz {
      access_log off;
      return 200 '{"status":"ok"}';
    }

    location ~ ^({{ join "|" .Values.paths }})$ {
      if ($tenant = "") {
        return 401;
      }
      limit_conn streams {{ .Values.streams.perTenant }};
      limit_req zone=everybody burst={{ .Values.rate.burst }};
      limit_req zone=tenant burst={{ .Values.rate.perTenantBurst }};

      client_max_body_size 32m;
      # A variable makes nginx look the name up again.
      set $hub {{ printf "%s://%s" $hub.scheme $hub.host }};
      proxy_pass $hub{{ $hub.path | trimSuffix "/" }}$uri$is_args$args;
      proxy_http_version 1.1;
      proxy_set_header Host {{ $hub.host }};
      # Never a connection that was kept: the hub may give it up just when a question is sent on it, which nobody asks again.
      proxy_set_header Connection close;
      proxy_set_header Authorization $hub_authorization;
      proxy_set_header Cookie "";
      proxy_set_header X-Forwarded-For "";
      proxy_set_header X-Real-IP "";
      {{- if eq $hub.scheme "https" }}
      proxy_ssl_server_name on;
      proxy_ssl_name {{ $hostname }};
      proxy_ssl_verify {{ ternary "on" "off" .Values.hub.verify }};
      proxy_ssl_verify_depth 4;
      proxy_ssl_trusted_certificate {{ ternary "/etc/gateway/hub-authority.pem" "/etc/ssl/certs/ca-certificates.crt" (not (empty .Values.hub.authorityRoot)) }};
      proxy_ssl_protocols TLSv1.2 TLSv1.3;
      {{- end }}
      # Answers stream word by word.
      proxy_buffering off;
      # Neither do questions wait on disk: large ones of a single tenant would fill it, and the pod would be evicted for all.
      proxy_request_buffering off;
      proxy_connect_timeout 10s;
      proxy_read_timeout 600s;
      proxy_send_timeout 60s;
      # The hub charges for what it starts; asking twice is the client's decision.
      proxy_next_upstream off;
    }

    # The rest of what the service can do is not for tenants: it costs money of its own, or is not the same for everybody.
    location /v1/ {
      if ($tenant = "") {
        return 401;
      }
      return 403;
    }

    error_page 401 = @unauthorized;
    error_page 403 = @not_offered;
    error_page 413 = @too_large;
    error_page 429 = @slow_down;
    error_page 502 504 = @unreachable;

    location / {
      return 404 '{{ include "model-gateway.error" (dict "message" "Only /v1/ is served here." "type" "invalid_request_error" "code" "not_found") }}';
    }

    location @unauthorized {
      add_header WWW-Authenticate Bearer always;
      return 401 '{{ include "model-gateway.error" (dict "message" "This key is not known to the model gateway." "type" "invalid_request_error" "code" "invalid_api_key") }}';
    }
    location @not_offered {
      return 403 '{{ include "model-gateway.error" (dict "message" (printf "The model gateway only passes on %s." (join ", " .Values.paths)) "type" "invalid_request_error" "code" "path_not_offered") }}';
    }
    location @slow_down {
      add_header Retry-After 2 always;
      return 429 '{{ include "model-gateway.error" (dict "message" "Too many requests at once. Try again in a moment." "type" "rate_limit_error" "code" "rate_limit_exceeded") }}';
    }
    location @unreachable {
      return 502 '{{ include "model-gateway.error" (dict "message" "The model service cannot be reached, or its certificate is not trusted." "type" "server_error" "code" "hub_unreachable") }}';
    }
    location @too_large {
      return 413 '{{ include "model-gateway.error" (dict "message" "The request is larger than 32 MiB." "type" "invalid_request_error" "code" "request_too_large") }}';
    }
  }
}
{{- end }}
