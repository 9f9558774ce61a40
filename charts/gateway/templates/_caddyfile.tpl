{{/* WordPress behind the gateway. Open WebUI's session cookies never get there: cookies ignore ports, so the browser sends them to both. */}}
{{- define "gateway.wordpress" -}}
request_body {
	max_size 256MiB
}
# The MCP endpoint has a listener of its own that this pod cannot even reach; this only answers politely.
@mcp `path_regexp('(?i)wp-json/+tenant(/|$)') || {http.request.uri.query.rest_route}.matches('(?i)^/*tenant(/|$)')`
respond @mcp 404
reverse_proxy wordpress:8080 {
	header_up Cookie "(?:^|;\s*)(?:token|oui-session|owui-session|oauth_[a-z_]+)=[^;]*" ""
	header_up Cookie "^;\s*" ""
}
{{- end }}

{{/* Open WebUI behind the gateway: WordPress's cookies stay out, answers stream, websockets pass. */}}
{{- define "gateway.openwebui" -}}
request_body {
	max_size 256MiB
}
reverse_proxy openwebui:8080 {
	header_up Cookie "(?:^|;\s*)(?:wordpress|wp|comment_author|PHPSESSID)[A-Za-z0-9_.%-]*=[^;]*" ""
	header_up Cookie "^;\s*" ""
	flush_interval -1
	stream_close_delay 5m
}
{{- end }}

{{- define "gateway.caddyfile" -}}
{
	admin off
	persist_config off
	http_port 8080
	https_port 8443
{{- if include "gateway.domains" . }}
	storage file_system /data/caddy
	{{- with .Values.domains.email }}
	email {{ . }}
	{{- end }}
	{{- with .Values.domains.authority }}
	acme_ca {{ . }}
	{{- end }}
{{- else }}
	auto_https off
{{- end }}
	log {
		output stdout
		format json
	}
}

# For the kubelet only: the tenant's network policies open no path from outside to this port.
http://:8082 {
	respond /healthz 200
	respond 404
}
{{ with .Values.domains.wordpress }}
https://{{ . }} {
	log
	header Strict-Transport-Security "max-age=31536000"
	{{- include "gateway.wordpress" $ | nindent 1 | replace "\n " "\n\t" }}
}
# Old links by address. Challenges of the certificate authority are answered before this.
http://:8080 {
	redir https://{{ . }}{uri} 308
}
{{ else }}
http://:8080 {
	log
	{{- include "gateway.wordpress" $ | nindent 1 | replace "\n " "\n\t" }}
}
{{ end }}
{{- with .Values.domains.openwebui }}
https://{{ . }} {
	log
	header Strict-Transport-Security "max-age=31536000"
	{{- include "gateway.openwebui" $ | nindent 1 | replace "\n " "\n\t" }}
}
http://:8081 {
	redir https://{{ . }}{uri} 308
}
{{ else }}
http://:8081 {
	log
	{{- include "gateway.openwebui" $ | nindent 1 | replace "\n " "\n\t" }}
}
{{ end }}
{{- end }}
