{{/*
TOML from values. Helm's own toToml writes every number as a float, which the binary refuses for counts.
*/}}

{{- /* A value on one line: scalars and lists as JSON writes them, which is TOML too; maps as inline tables. */}}
{{- define "winner.tomlValue" -}}
{{- $value := .value -}}
{{- if kindIs "map" $value -}}
{ {{- range $at, $key := keys $value | sortAlpha }}{{ if $at }},{{ end }} {{ $key | toRawJson }} = {{ include "winner.tomlValue" (dict "value" (index $value $key)) }}{{ end }} }
{{- else if kindIs "slice" $value -}}
[{{ range $at, $item := $value }}{{ if $at }}, {{ end }}{{ include "winner.tomlValue" (dict "value" $item) }}{{ end }}]
{{- else -}}
{{ toRawJson $value }}
{{- end -}}
{{- end }}

{{- /* A table and the tables in it: plain keys first, sorted. */}}
{{- define "winner.tomlTable" -}}
{{- $path := .path -}}
{{- $table := .table -}}
{{- $plain := list -}}
{{- $nested := list -}}
{{- range $key := keys $table | sortAlpha }}
{{- $value := index $table $key }}
{{- if kindIs "map" $value }}{{ $nested = append $nested $key }}{{ else if not (kindIs "invalid" $value) }}{{ $plain = append $plain $key }}{{ end }}
{{- end -}}
{{- if or $plain (not $nested) }}
[{{ $path }}]
{{- range $key := $plain }}
{{ $key }} = {{ include "winner.tomlValue" (dict "value" (index $table $key)) }}
{{- end }}
{{ end }}
{{- range $key := $nested }}
{{- include "winner.tomlTable" (dict "path" (printf "%s.%s" $path $key) "table" (index $table $key)) }}
{{- end }}
{{- end }}

{{- /* Sets a dotted path in a map; the map is changed, nothing is printed. */}}
{{- define "winner.setPath" -}}
{{- $map := .map -}}
{{- $parts := splitList "." .path -}}
{{- range initial $parts }}
{{- if not (hasKey $map .) }}{{ $_ := set $map . dict }}{{ end }}
{{- $map = index $map . }}
{{- end }}
{{- $_ := set $map (last $parts) .value }}
{{- end }}

{{- /* "true" when a map has a dotted path. */}}
{{- define "winner.hasPath" -}}
{{- $map := .map -}}
{{- $found := true -}}
{{- range splitList "." .path }}
{{- if $found }}
{{- if and (kindIs "map" $map) (hasKey $map .) }}{{ $map = index $map . }}{{ else }}{{ $found = false }}{{ end }}
{{- end }}
{{- end }}
{{- if $found }}true{{ end }}
{{- end }}
