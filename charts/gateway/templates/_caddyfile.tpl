{{/* Names of the cookies that Open WebUI sets: logins, and the second step of one. */}}
{{- define "gateway.openwebuiCookies" -}}
(?:token|mfa_challenge|oui-session|owui-session|oauth_[a-z_]+)
{{- end }}

{{/* Names of the cookies that WordPress sets; PHP's own, because plugins use it. */}}
{{- define "gateway.wordpressCookies" -}}
(?:wordpress|wp|comment_author|PHPSESSID)[A-Za-z0-9_.%-]*
{{- end }}

{{/* What both applications have in common: the size of a request, and who says where it comes from. */}}
{{- define "gateway.request" -}}
# A file of 256 MiB, and the form around it.
request_body {
	max_size 257MiB
}
# Only this proxy says who asks, and how. It writes its own X-Forwarded-For, -Host and -Proto.
request_header -X-Forwarded-*
request_header -X-Real-Ip
request_header -Forwarded
{{- end }}

{{/* What the gateway itself has to say, for people: to them an empty page is a broken site. Answers of the applications pass unchanged, failures too. */}}
{{- define "gateway.errors" -}}
handle_errors 502 504 {
	header Cache-Control no-store
	header Retry-After 10
	# Not what somebody has sent: that must not be lost by a page that loads itself again.
	@reading method GET
	header @reading Refresh 10
	respond "{{ . }} does not answer just now. It may be starting again, which takes a minute or two. A page that was only read loads again by itself; what was sent may have to be sent again."
}
handle_errors 413 {
	respond "Too large: a file may have up to 256 MiB."
}
{{- end }}

{{/*
Each request has a connection of its own. One that was kept could be given up by the application (both do, after 5 seconds) just when a
request is sent on it, and a form or an upload cannot be sent again: 502. And while it is kept, it holds one of Apache's few processes,
which the tools of the chat and the probes then wait for. Inside the cluster another connection costs less than a millisecond.
*/}}
{{- define "gateway.transport" -}}
transport http {
		keepalive off
	}
{{- end }}

{{/* WordPress behind the gateway. Cookies ignore ports, so the browser sends them to both applications: Open WebUI's do not get here, and WordPress cannot replace them. */}}
{{- define "gateway.wordpress" -}}
{{ include "gateway.request" . }}
# The MCP endpoint has a listener of its own that this pod cannot even reach; this only answers politely.
@mcp `path_regexp('(?i)wp-json/+tenant(/|$)') || {http.request.uri.query.rest_route}.matches('(?i)^/*tenant(/|$)') || {http.request.uri.query}.matches('(?i)rest(_|%5f|[.]|%2e|[+]|%20)route[^&]*=(/|%2f)*tenant')`
respond @mcp 404
reverse_proxy wordpress:8080 {
	{{ include "gateway.transport" . }}
	header_up Cookie "(?:^|;\s*){{ include "gateway.openwebuiCookies" . }}=[^;]*" ""
	header_up Cookie "^;\s*" ""
	header_down Set-Cookie "^\s*{{ include "gateway.openwebuiCookies" . }}\s*=.*" ""
}
{{ include "gateway.errors" "This site" }}
{{- end }}

{{/* Open WebUI behind the gateway: the same the other way round, answers stream, websockets pass. */}}
{{- define "gateway.openwebui" -}}
{{ include "gateway.request" . }}
reverse_proxy openwebui:8080 {
	{{ include "gateway.transport" . }}
	header_up Cookie "(?:^|;\s*){{ include "gateway.wordpressCookies" . }}=[^;]*" ""
	header_up Cookie "^;\s*" ""
	header_down Set-Cookie "^\s*{{ include "gateway.wordpressCookies" . }}\s*=.*" ""
	flush_interval -1
	stream_close_delay 5m
}
{{ include "gateway.errors" "The assistant" }}
{{- end }}

{{- define "gateway.caddyfile" -}}
{
	admin off
	persist_config off
	http_port 8080
	https_port 8443
	servers {
		# The Service has no UDP port, so HTTP/3 would only be announced in vain.
		protocols h1 h2
		timeouts {
			read_header 10s
			idle 2m
		}
	}
	grace_period 20s
{{- if include "gateway.domains" . }}
	storage file_system /data/caddy
	{{- with .Values.domains.email }}
	email {{ . }}
	{{- end }}
	{{- with .Values.domains.authority }}
	acme_ca {{ . }}
	{{- end }}
	{{- if .Values.domains.authorityRoot }}
	acme_ca_root /etc/caddy/authority.pem
	{{- end }}
{{- else }}
	auto_https off
{{- end }}
	log {
		output stdout
		# Cookies, tokens and what is secret in a query (links to reset a password, codes of a login) are nobody's business.
		format filter {
			wrap json
			request>headers delete
			resp_headers delete
			request>uri regexp "[?].*" "?(query)"
		}
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
{{- if include "gateway.domains" . }}
# Whoever has got in under one of the names and asks for another. Without this the answer would be an empty 200.
https://:8443 {
	respond 421
}
{{ end }}
{{- end }}
