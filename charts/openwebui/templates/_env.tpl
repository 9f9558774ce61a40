{{/* What Open WebUI reads at its start: all of its configuration. */}}
{{- define "openwebui.env" -}}
{{- $https := hasPrefix "https://" .Values.url -}}
# Secrets first: later values may refer to them.
- name: WEBUI_SECRET_KEY
  valueFrom:
    secretKeyRef:
      name: {{ .Values.existingSecret | quote }}
      key: secret-key
- name: WEBUI_ADMIN_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .Values.existingSecret | quote }}
      key: admin-password
- name: WP_MCP_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ .Values.existingSecret | quote }}
      key: mcp-token
{{- if .Values.models.enabled }}
- name: OPENAI_API_KEY
  valueFrom:
    secretKeyRef:
      name: {{ .Values.existingSecret | quote }}
      key: model-key
- name: RAG_OPENAI_API_KEY
  valueFrom:
    secretKeyRef:
      name: {{ .Values.existingSecret | quote }}
      key: model-key
{{- end }}

# Where it runs and where it may write.
- name: PORT
  value: "8080"
- name: DATA_DIR
  value: /data
- name: STATIC_DIR
  value: /data/static
- name: HOME
  value: /tmp
- name: TMPDIR
  value: /tmp
- name: WEBUI_URL
  value: {{ include "openwebui.literal" .Values.url }}
- name: CORS_ALLOW_ORIGIN
  value: {{ include "openwebui.literal" .Values.url }}
- name: WEBUI_NAME
  value: {{ include "openwebui.literal" .Values.tenant.displayName }}
- name: WEBUI_SESSION_COOKIE_SECURE
  value: {{ $https | quote }}
- name: WEBUI_AUTH_COOKIE_SECURE
  value: {{ $https | quote }}
- name: WEBUI_SESSION_COOKIE_SAME_SITE
  value: lax
- name: WEBUI_AUTH_COOKIE_SAME_SITE
  value: lax

# Configuration by environment: the database never holds a copy of it (which would also hold the keys).
- name: ENABLE_PERSISTENT_CONFIG
  value: "false"
- name: UVICORN_WORKERS
  value: "1"
- name: OFFLINE_MODE
  value: "true"
- name: ANONYMIZED_TELEMETRY
  value: "false"
- name: DO_NOT_TRACK
  value: "true"
- name: SCARF_NO_ANALYTICS
  value: "true"

# Users.
- name: WEBUI_ADMIN_EMAIL
  value: {{ include "openwebui.literal" .Values.admin.email }}
- name: WEBUI_ADMIN_NAME
  value: {{ include "openwebui.literal" .Values.admin.name }}
- name: ENABLE_SIGNUP
  value: "false"
- name: DEFAULT_USER_ROLE
  value: user

# Models: only through the model gateway.
- name: ENABLE_OLLAMA_API
  value: "false"
- name: ENABLE_OPENAI_API
  value: {{ .Values.models.enabled | quote }}
{{- if .Values.models.enabled }}
- name: OPENAI_API_BASE_URL
  value: {{ include "openwebui.literal" .Values.models.baseUrl }}
# Naming the models spares a call to /models, which counts against the rate.
- name: OPENAI_API_CONFIGS
  value: {{ dict "0" (dict "enable" true "model_ids" .Values.models.ids "connection_type" "external") | toRawJson | include "openwebui.literal" }}
- name: DEFAULT_MODELS
  value: {{ include "openwebui.literal" .Values.models.default }}
# Otherwise a normal user sees no model at all.
- name: BYPASS_MODEL_ACCESS_CONTROL
  value: "true"
- name: DEFAULT_MODEL_METADATA
  value: {{ dict "toolIds" (list (printf "server:mcp:%s" .Values.mcp.id)) "capabilities" (dict "builtin_tools" false) | toRawJson | include "openwebui.literal" }}
- name: DEFAULT_PROMPT_SUGGESTIONS
  value: {{ include "openwebui.suggestions" . | include "openwebui.literal" }}
{{- else }}
- name: WEBUI_BANNERS
  value: {{ include "openwebui.banners" . | include "openwebui.literal" }}
{{- end }}
# Set in any case: without it a start without internet looks for a model of its own.
- name: RAG_EMBEDDING_ENGINE
  value: openai
- name: RAG_EMBEDDING_MODEL
  value: {{ include "openwebui.literal" .Values.models.embedding }}
- name: RAG_OPENAI_API_BASE_URL
  value: {{ ternary .Values.models.baseUrl "http://127.0.0.1:9/v1" .Values.models.enabled | include "openwebui.literal" }}
# The slim image has no vector database. With this, a text that somebody attaches goes to the model as it is; otherwise
# it is refused.
- name: BYPASS_EMBEDDING_AND_RETRIEVAL
  value: "true"
- name: AUDIO_STT_ENGINE
  value: openai

# What people may not switch on. (ENABLE_PLUGINS=false would also switch MCP off.)
- name: ENABLE_TOOLS
  value: "false"
- name: ENABLE_FUNCTIONS
  value: "false"
- name: ENABLE_CODE_EXECUTION
  value: "false"
- name: ENABLE_CODE_INTERPRETER
  value: "false"
- name: ENABLE_DIRECT_CONNECTIONS
  value: "false"
- name: ENABLE_COMMUNITY_SHARING
  value: "false"
- name: ENABLE_EVALUATION_ARENA_MODELS
  value: "false"
- name: ENABLE_LOCAL_WEB_FETCH
  value: "false"
# A page may not lead to where people may not go.
- name: AIOHTTP_CLIENT_ALLOW_REDIRECTS
  value: "false"

# WordPress over MCP.
- name: ENABLE_TOOL_SERVERS
  value: "true"
- name: AIOHTTP_CLIENT_TIMEOUT_TOOL_SERVER
  value: "60"
- name: MCP_INITIALIZE_TIMEOUT
  value: "15"
- name: TOOL_SERVER_CONNECTIONS
  value: {{ include "openwebui.connections" . | quote }}
{{- end }}

{{/* The same and what the values add. Of two settings with one name the last would count, and the chart's own are not to be replaced unseen. */}}
{{- define "openwebui.allEnv" -}}
{{- $own := include "openwebui.env" . -}}
{{- $names := list -}}
{{- range fromYamlArray $own }}{{ $names = append $names .name }}{{ end -}}
{{ $own }}
{{- range .Values.extraEnv }}
{{- if has .name $names }}{{ fail (printf "extraEnv: %s is set already, by this chart or further up in the list" .name) }}{{ end }}
{{- $names = append $names .name }}
- name: {{ .name }}
  {{- with .valueFrom }}
  valueFrom:
    secretKeyRef:
      name: {{ .secretKeyRef.name | quote }}
      key: {{ .secretKeyRef.key | quote }}
  {{- else }}
  value: {{ include "openwebui.literal" .value }}
  {{- end }}
{{- end }}
{{- end }}
