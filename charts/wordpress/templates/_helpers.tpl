{{/* Labels of one object: (dict "root" . "name" "…" "component" "…"). Everything is quoted: a tenant may be called "1e3". */}}
{{- define "wordpress.labels" -}}
helm.sh/chart: "{{ .root.Chart.Name }}-{{ .root.Chart.Version | replace "+" "_" }}"
app.kubernetes.io/version: "{{ .root.Chart.AppVersion }}"
{{ include "wordpress.standardLabels" . }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Labels of a pod: no versions, so that a new chart alone does not restart anything. */}}
{{- define "wordpress.podLabels" -}}
{{ include "wordpress.standardLabels" . }}
{{- with .root.Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* What both have. */}}
{{- define "wordpress.standardLabels" -}}
{{ include "wordpress.selector" . }}
app.kubernetes.io/component: "{{ .component }}"
app.kubernetes.io/part-of: "ionos-tenants"
app.kubernetes.io/managed-by: "{{ .root.Release.Service }}"
ionos-tenants.io/tenant: "{{ .root.Values.tenant.name }}"
{{- end }}

{{/* What selectors use. It never changes during the life of a release. */}}
{{- define "wordpress.selector" -}}
app.kubernetes.io/name: "{{ .name }}"
app.kubernetes.io/instance: "{{ .root.Release.Name }}"
{{- end }}

{{/* An image by tag, and by digest where one is known. */}}
{{- define "wordpress.image" -}}
{{ .repository }}:{{ .tag }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* What a cluster may ask of every pod: how its images are fetched, and how much it matters. */}}
{{- define "wordpress.admission" -}}
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
{{- define "wordpress.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
{{- end }}

{{/* The tenant's own nodes. The toleration is for a taint on them, which is an extra. */}}
{{- define "wordpress.placement" -}}
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
{{- define "wordpress.literal" -}}
{{ . | replace "$" "$$" | quote }}
{{- end }}

{{/* The user of the official image's Apache. */}}
{{- define "wordpress.podSecurity" -}}
runAsNonRoot: true
runAsUser: 33
runAsGroup: 33
fsGroup: 33
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* What init containers need: little, and no more of the quota than the pod takes anyway. */}}
{{- define "wordpress.smallResources" -}}
requests:
  cpu: 50m
  memory: 64Mi
  ephemeral-storage: 64Mi
limits:
  cpu: 500m
  memory: 256Mi
  ephemeral-storage: 512Mi
{{- end }}

{{- define "wordpress.secretEnv" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .root.Values.existingSecret | quote }}
      key: {{ .key }}
{{- end }}

{{/* How the database is reached. */}}
{{- define "wordpress.databaseEnv" -}}
{{- $external := .Values.database.external -}}
- name: WORDPRESS_DB_HOST
  value: {{ ternary "mariadb:3306" (printf "%s:%v" $external.host $external.port) .Values.database.enabled | quote }}
- name: WORDPRESS_DB_NAME
  value: {{ ternary "wordpress" $external.name .Values.database.enabled | quote }}
- name: WORDPRESS_DB_USER
  value: {{ ternary "wordpress" $external.user .Values.database.enabled | quote }}
{{ include "wordpress.secretEnv" (dict "root" . "name" "WORDPRESS_DB_PASSWORD" "key" "database-password") }}
{{- end }}

{{/* Environment of everything that loads WordPress. No PHP in it: wp-config.php reads these values itself. */}}
{{- define "wordpress.env" -}}
{{ include "wordpress.databaseEnv" . }}
{{- range list "auth-key" "secure-auth-key" "logged-in-key" "nonce-key" "auth-salt" "secure-auth-salt" "logged-in-salt" "nonce-salt" }}
{{ include "wordpress.secretEnv" (dict "root" $ "name" (printf "WORDPRESS_%s" (. | upper | replace "-" "_")) "key" .) }}
{{- end }}
- name: TENANT_SITE_URL
  value: {{ include "wordpress.literal" .Values.site.url }}
- name: TENANT_INTERNET
  value: {{ .Values.internet | quote }}
- name: TENANT_PHP_MEMORY
  value: {{ .Values.wordpress.php.memoryLimit | quote }}
- name: TENANT_MCP_SERVER
  value: {{ .Values.mcp.server | quote }}
- name: TENANT_MCP_USER
  value: {{ include "wordpress.literal" .Values.mcp.user }}
{{- end }}

{{/* Mounts of everything that loads WordPress: core and mu-plugins read-only, wp-content on the volume. */}}
{{- define "wordpress.mounts" -}}
- name: html
  mountPath: /var/www/html
  readOnly: true
- name: content
  mountPath: /var/www/html/wp-content
  subPath: wp-content
- name: mu-plugins
  mountPath: /var/www/html/wp-content/mu-plugins
  readOnly: true
- name: config
  mountPath: /etc/tenant
  readOnly: true
- name: settings
  mountPath: /usr/local/etc/php/conf.d/zz-tenant.ini
  subPath: tenant.ini
  readOnly: true
- name: tmp
  mountPath: /tmp
{{- end }}

{{/* Everything that the pods read from ConfigMaps, for the checksum that restarts them. */}}
{{- define "wordpress.configChecksum" -}}
{{- range tuple "apache-configmap.yaml" "bootstrap-configmap.yaml" "mu-plugins-configmap.yaml" }}
{{- omit (include (print $.Template.BasePath "/" .) $ | fromYaml).data "test-database.php" | toJson }}
{{- end }}
{{- end }}
