{{/* Labels of one object: (dict "root" . "name" "…" "component" "…"). Everything is quoted: a tenant may be called "1e3". */}}
{{- define "openwebui.labels" -}}
helm.sh/chart: "{{ .root.Chart.Name }}-{{ .root.Chart.Version | replace "+" "_" }}"
app.kubernetes.io/version: "{{ .root.Chart.AppVersion }}"
{{ include "openwebui.standardLabels" . }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Labels of a pod: no versions, so that a new chart alone does not restart anything. */}}
{{- define "openwebui.podLabels" -}}
{{ include "openwebui.standardLabels" . }}
{{- with .root.Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* What both have. */}}
{{- define "openwebui.standardLabels" -}}
{{ include "openwebui.selector" . }}
app.kubernetes.io/component: "{{ .component }}"
app.kubernetes.io/part-of: "ionos-tenants"
app.kubernetes.io/managed-by: "{{ .root.Release.Service }}"
ionos-tenants.io/tenant: "{{ .root.Values.tenant.name }}"
{{- end }}

{{/* What selectors use. It never changes during the life of a release. */}}
{{- define "openwebui.selector" -}}
app.kubernetes.io/name: "{{ .name }}"
app.kubernetes.io/instance: "{{ .root.Release.Name }}"
{{- end }}

{{/* An image by tag, and by digest where one is known. */}}
{{- define "openwebui.image" -}}
{{ .repository }}:{{ .tag }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* What a cluster may ask of every pod: how its images are fetched, and how much it matters. */}}
{{- define "openwebui.admission" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- end }}

{{/* What Pod Security "restricted" asks of every container, and a read-only root on top. */}}
{{- define "openwebui.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
{{- end }}

{{/* The tenant's own nodes. The toleration is for a taint on them, which is an extra. */}}
{{- define "openwebui.placement" -}}
{{- with .Values.nodePool }}
nodeSelector:
  ionos-tenants.io/pool: {{ . | quote }}
tolerations:
  - key: ionos-tenants.io/pool
    operator: Equal
    value: {{ . | quote }}
    effect: NoSchedule
{{- end }}
{{- end }}

{{/* A literal for an environment variable: the kubelet expands $(NAME) in values, and "$$" is how to write "$". */}}
{{- define "openwebui.literal" -}}
{{ . | replace "$" "$$" | quote }}
{{- end }}

{{/* The connection to WordPress. $(WP_MCP_TOKEN) is filled in by the kubelet, so the token is in no manifest. */}}
{{- define "openwebui.connections" -}}
{{- list (dict
  "type" "mcp"
  "url" .Values.mcp.url
  "path" ""
  "auth_type" "bearer"
  "key" "$(WP_MCP_TOKEN)"
  "config" (dict "enable" true "access_grants" (list (dict "principal_type" "user" "principal_id" "*" "permission" "read")))
  "info" (dict "id" .Values.mcp.id "name" .Values.mcp.name "description" "Read and write this organisation's website")
) | toRawJson }}
{{- end }}

{{- define "openwebui.banners" -}}
{{- list (dict
  "id" "no-models"
  "type" "warning"
  "title" "No models"
  "content" "This Open WebUI has no AI models yet, so chats get no answer. Ask your operator to add a model token."
  "dismissible" false
  "timestamp" 0
) | toRawJson }}
{{- end }}

{{/* What a new chat offers to ask for. Open WebUI's own suggestions are about anything but a website. */}}
{{- define "openwebui.suggestions" -}}
{{- list
  (dict "title" (list "Write a post" "and save it as a draft") "content" "Write a post for our website and save it as a draft. It is about: ")
  (dict "title" (list "Show me the newest posts" "with what is still a draft") "content" "Show me the newest posts of our website, and which of them are still drafts.")
  (dict "title" (list "Improve a post" "before anybody reads it") "content" "Read the newest draft on our website and suggest how to improve it. Change nothing yet.")
  (dict "title" (list "Look through the comments" "that wait for approval") "content" "Which comments on our website wait for approval? Tell me which you would approve and why. Change nothing yet.")
| toRawJson }}
{{- end }}
