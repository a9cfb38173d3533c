{{- define "winner.validate" -}}{{- end }}
