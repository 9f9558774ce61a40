{{/* Labels of one object: (dict "root" . "name" "…" "component" "…"). Everything is quoted: a tenant may be called "1e3". */}}
{{- define "model-gateway.labels" -}}
helm.sh/chart: "{{ .root.Chart.Name }}-{{ .root.Chart.Version | replace "+" "_" }}"
app.kubernetes.io/version: "{{ .root.Chart.AppVersion }}"
{{ include "model-gateway.standardLabels" . }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Labels of a pod: no versions, so that a new chart alone does not restart anything. */}}
{{- define "model-gateway.podLabels" -}}
{{ include "model-gateway.standardLabels" . }}
{{- with .root.Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* What both have. */}}
{{- define "model-gateway.standardLabels" -}}
{{ include "model-gateway.selector" . }}
app.kubernetes.io/component: "{{ .component }}"
app.kubernetes.io/part-of: "ionos-tenants"
app.kubernetes.io/managed-by: "{{ .root.Release.Service }}"
{{- end }}

{{/* What selectors use. It never changes during the life of a release. */}}
{{- define "model-gateway.selector" -}}
app.kubernetes.io/name: "{{ .name }}"
app.kubernetes.io/instance: "{{ .root.Release.Name }}"
{{- end }}

{{/* An image by tag, and by digest where one is known. */}}
{{- define "model-gateway.image" -}}
{{ .repository }}:{{ .tag }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* What a cluster may ask of every pod: how its images are fetched, and how much it matters. */}}
{{- define "model-gateway.admission" -}}
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

{{/* The shared nodes, so that what holds everybody's token is not on a tenant's own. The toleration is for a taint on them, which is an extra. */}}
{{- define "model-gateway.placement" -}}
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

{{/* What Pod Security "restricted" asks of every container, and a read-only root on top. */}}
{{- define "model-gateway.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
{{- end }}
