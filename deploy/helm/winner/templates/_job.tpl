{{/*
A Job of the operator's commands: as a hook before install and upgrade, under one name that is deleted first; or as an object of the
release, whose name changes with what it does, because a Job cannot be changed.
*/}}

{{- /* dict root tool args weight values */}}
{{- define "winner.job" -}}
{{- $root := .root -}}
{{- $mode := .values.mode -}}
{{- $settings := include "winner.jobSettings" $root | fromJson -}}
{{- $configMap := ternary (printf "%s-%s" (include "winner.fullname" $root) .tool) (include "winner.fullname" $root) (eq $mode "hook") -}}
{{- $pod := include "winner.podSpec" (dict
      "root" $root "component" .tool "roles" (list "operator") "settings" $settings "serving" false "args" .args
      "configMap" $configMap "restartPolicy" "Never"
      "serviceAccount" (include "winner.serviceAccount" (dict "root" $root "component" .tool))) -}}
{{- $config := include "winner.checksum" (dict "root" $root "roles" (list "operator")) -}}
{{- $name := printf "%s-%s" (include "winner.fullname" $root) .tool -}}
{{- if eq $mode "job" }}{{ $name = printf "%s-%s" $name (list $pod $config | toJson | sha256sum | trunc 8) }}{{ end -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $name }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "winner.labels" (dict "root" $root "component" .tool) | nindent 4 }}
  {{- if eq $mode "hook" }}
  annotations:
    {{- include "winner.hook" (dict "weight" .weight) | nindent 4 }}
  {{- end }}
spec:
  backoffLimit: {{ .values.backoffLimit | int }}
  activeDeadlineSeconds: {{ .values.activeDeadlineSeconds | int }}
  template:
    metadata:
      labels:
        {{- include "winner.podLabels" (dict "root" $root "component" .tool) | nindent 8 }}
        {{- with $settings.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with $settings.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      {{- $pod | nindent 6 }}
{{- end }}
