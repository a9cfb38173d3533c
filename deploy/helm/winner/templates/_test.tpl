{{/*
A pod of `helm test`: one command of the binary; the test passes when it ends well.
*/}}

{{- /* dict root tool weight args roles */}}
{{- define "winner.testPod" -}}
{{- $root := .root -}}
{{- $settings := include "winner.jobSettings" $root | fromJson -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "winner.fullname" $root }}-test-{{ .tool }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "winner.podLabels" (dict "root" $root "component" .tool) | nindent 4 }}
    {{- with $settings.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    helm.sh/hook: test
    helm.sh/hook-weight: {{ .weight | quote }}
    helm.sh/hook-delete-policy: before-hook-creation
    {{- with $settings.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  {{- include "winner.podSpec" (dict
        "root" $root "component" .tool "roles" .roles "settings" $settings "serving" false "args" .args
        "configMap" (include "winner.fullname" $root) "restartPolicy" "Never"
        "serviceAccount" (include "winner.serviceAccount" (dict "root" $root "component" .tool))) | nindent 2 }}
{{- end }}
