{{/* Labels of one object. Everything is quoted: a tenant may be called "1e3". */}}
{{- define "tenant.labels" -}}
helm.sh/chart: "{{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}"
app.kubernetes.io/version: "{{ .Chart.AppVersion }}"
app.kubernetes.io/name: "tenant"
app.kubernetes.io/instance: "{{ .Release.Name }}"
app.kubernetes.io/component: "guard-rails"
app.kubernetes.io/part-of: "ionos-tenants"
app.kubernetes.io/managed-by: "{{ .Release.Service }}"
ionos-tenants.io/tenant: "{{ .Values.tenant.name }}"
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The namespace that this release guards. The release itself lives elsewhere, where the tenant cannot reach it. */}}
{{- define "tenant.namespace" -}}
tenant-{{ .Values.tenant.name }}
{{- end }}
