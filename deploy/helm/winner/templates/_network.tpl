{{/*
Edges of the network, from the table. Each gives a JSON list, so that guards, policies and notes read the same.
*/}}

{{- /* What leaves a component, beside its peers: names of `outside` that are in use. dict root component */}}
{{- define "winner.outsideOf" -}}
{{- $root := .root -}}
{{- $component := .component -}}
{{- $table := include "winner.table" $root | fromYaml -}}
{{- $found := list -}}
{{- if hasKey $table.tools $component -}}
{{- $found = (index $table.tools $component).egress -}}
{{- else -}}
{{- range $name := keys $table.outside | sortAlpha -}}
{{- $from := (index $table.outside $name).from -}}
{{- $goes := false -}}
{{- range include "winner.rolesOf" $component | fromJsonArray }}{{ if has . $from }}{{ $goes = true }}{{ end }}{{ end -}}
{{- if and $goes (include "winner.outsideUsed" (dict "root" $root "name" $name)) }}{{ $found = append $found $name }}{{ end -}}
{{- end -}}
{{- end -}}
{{- toJson $found -}}
{{- end }}

{{- /* "true" when these values make the release go there. dict root name */}}
{{- define "winner.outsideUsed" -}}
{{- $values := .root.Values -}}
{{- $notification := $values.services.notification -}}
{{- if eq .name "otlp" -}}
{{- if $values.telemetry.otlpEndpoint }}true{{ end -}}
{{- else if eq .name "identityProvider" -}}
{{- range ($values.config.intake.identity | default dict).providers }}{{ if .jwks_url }}true{{ end }}{{ end -}}
{{- else if eq .name "sms" -}}
{{- $sms := $values.config.notification.sms | default dict -}}
{{- if or $sms.gateway $sms.gateway_file }}true{{ end -}}
{{- else if eq .name "webhooks" -}}
{{- if hasKey ($notification.secretFiles | default dict) "webhooks.key_file" }}true{{ end -}}
{{- else -}}
true
{{- end -}}
{{- end }}

{{- /* Components and tools that call a service. dict root role; JSON */}}
{{- define "winner.callersOf" -}}
{{- $root := .root -}}
{{- $role := .role -}}
{{- $table := include "winner.table" $root | fromYaml -}}
{{- $callers := list -}}
{{- range $caller := include "winner.services" $root | fromJsonArray -}}
{{- if has $role (index $table.services $caller).peers -}}
{{- $callers = append $callers (include "winner.componentOf" (dict "root" $root "role" $caller)) -}}
{{- end -}}
{{- end -}}
{{- range include "winner.tools" $root | fromJsonArray -}}
{{- if has $role (index $table.tools .).calls }}{{ $callers = append $callers . }}{{ end -}}
{{- end -}}
{{- uniq $callers | toJson -}}
{{- end }}

{{- /* Services that a component or tool calls. dict root component; JSON */}}
{{- define "winner.calledBy" -}}
{{- $table := include "winner.table" .root | fromYaml -}}
{{- $called := list -}}
{{- if hasKey $table.tools .component -}}
{{- $called = (index $table.tools .component).calls -}}
{{- else -}}
{{- range include "winner.rolesOf" .component | fromJsonArray }}{{ $called = concat $called (index $table.services .).peers }}{{ end -}}
{{- end -}}
{{- uniq $called | sortAlpha | toJson -}}
{{- end }}

{{- /* A peer that is a component of this release. dict root component */}}
{{- define "winner.networkPeer" -}}
- podSelector:
    matchLabels:
      {{- include "winner.selector" . | nindent 6 }}
{{- end }}

{{- /* Egress rules of a component or tool. dict root component */}}
{{- define "winner.egress" -}}
{{- $root := .root -}}
{{- $table := include "winner.table" $root | fromYaml -}}
{{- range $role := include "winner.calledBy" . | fromJsonArray }}
# calls {{ $role }}
- to:
    {{- include "winner.networkPeer" (dict "root" $root "component" (include "winner.componentOf" (dict "root" $root "role" $role))) | nindent 4 }}
  ports:
    - protocol: TCP
      port: {{ (index $table.services $role).grpc | int }}
{{- end }}
{{- range $name := include "winner.outsideOf" . | fromJsonArray }}
{{- $way := index $root.Values.networkPolicy.egress $name }}
# {{ $name }}
- to:
    {{- toYaml $way.to | nindent 4 }}
  ports:
    {{- range $way.ports }}
    {{- if eq $name "dns" }}
    - protocol: UDP
      port: {{ . | int }}
    {{- end }}
    - protocol: TCP
      port: {{ . | int }}
    {{- end }}
{{- end }}
{{- end }}
