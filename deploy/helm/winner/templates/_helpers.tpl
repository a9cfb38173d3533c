{{- define "winner.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- /* Labels that selectors use; they never change. dict root component */}}
{{- define "winner.selector" -}}
app.kubernetes.io/name: winner
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- /* Labels of pods: without versions, so that a new chart alone restarts nobody. dict root component */}}
{{- define "winner.podLabels" -}}
{{ include "winner.selector" . }}
app.kubernetes.io/part-of: winner
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "winner.labels" -}}
{{ include "winner.selector" . }}
app.kubernetes.io/part-of: winner
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "winner.image" -}}
{{- $image := .Values.image -}}
{{- $name := $image.repository -}}
{{- with $image.registry }}{{ $name = printf "%s/%s" . $name }}{{ end -}}
{{- if $image.digest -}}
{{ $name }}{{ with $image.tag }}:{{ . }}{{ end }}@{{ $image.digest }}
{{- else -}}
{{ $name }}:{{ $image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- /* The Deployments of this mode, as a JSON list: one for each service, or the one that runs all. */}}
{{- define "winner.components" -}}
{{- if eq .Values.mode "all" -}}
["all"]
{{- else -}}
{{ include "winner.services" . }}
{{- end -}}
{{- end }}

{{- /* The services that a component runs, as a JSON list. */}}
{{- define "winner.rolesOf" -}}
{{- if eq . "all" -}}
{{ include "winner.services" . }}
{{- else -}}
{{ list . | toJson }}
{{- end -}}
{{- end }}

{{- /* The component that runs a service. dict root role */}}
{{- define "winner.componentOf" -}}
{{- if eq .root.Values.mode "all" -}}all{{- else -}}{{ .role }}{{- end -}}
{{- end }}

{{- /* What holds for a component's pods: `defaults`, then its own. dict root component; JSON */}}
{{- define "winner.settings" -}}
{{- $own := index .root.Values.services .component | default dict -}}
{{- mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy $own) | toJson -}}
{{- end }}

{{- /* The fewest copies a component has. */}}
{{- define "winner.fewest" -}}
{{- if .autoscaling.enabled }}{{ .autoscaling.minReplicas | int }}{{ else }}{{ .replicas | int }}{{ end -}}
{{- end }}

{{- /* The most copies a component has. */}}
{{- define "winner.most" -}}
{{- if .autoscaling.enabled }}{{ .autoscaling.maxReplicas | int }}{{ else }}{{ .replicas | int }}{{ end -}}
{{- end }}

{{- /* Seconds until a stopping pod is killed: endpoints are taken away, calls drain, spans are flushed. dict root settings */}}
{{- define "winner.grace" -}}
{{- $table := include "winner.table" .root | fromYaml -}}
{{- $budget := add (.settings.preStopSleepSeconds | int) ($table.drainSeconds | int) ($table.lastSeconds | int) -}}
{{- .settings.terminationGracePeriodSeconds | default $budget | int -}}
{{- end }}

{{- /* The name of a container's or Service's port. dict component table(role's row) kind */}}
{{- define "winner.portName" -}}
{{- if ne .component "all" -}}{{ .kind }}
{{- else if eq .kind "grpc" -}}{{ .row.short }}
{{- else -}}{{ printf "%s-%s" .row.short .kind }}
{{- end -}}
{{- end }}

{{- /* The name of a service's Secret with certificates; empty without TLS. dict root role */}}
{{- define "winner.tlsSecret" -}}
{{- $own := index .root.Values.services .role | default dict -}}
{{- $own.tlsSecret | default .root.Values.tls.secret -}}
{{- end }}

{{- /*
The settings by which a service finds a peer, as JSON. dict root caller role. This is the one place for balancing in the client: `dns` points at
the headless Service, and the client spreads its calls over the addresses behind it.
*/}}
{{- define "winner.peer" -}}
{{- $table := include "winner.table" .root | fromYaml -}}
{{- $port := (index $table.services .role).grpc | int -}}
{{- $name := printf "%s-%s" (include "winner.fullname" .root) .role -}}
{{- $tls := include "winner.tlsSecret" . -}}
{{- $peer := dict -}}
{{- if and (eq .root.Values.mode "all") (not $tls) -}}
{{- $_ := set $peer "url" (printf "http://127.0.0.1:%d" $port) -}}
{{- else -}}
{{- if eq (toString .root.Values.clientLoadBalancing) "dns" -}}
{{- $name = printf "%s-headless" $name -}}
{{- $_ := set $peer "balance" "dns" -}}
{{- end -}}
{{- $_ := set $peer "url" (printf "%s://%s:%d" (ternary "https" "http" (ne $tls "")) $name $port) -}}
{{- end -}}
{{- if $tls -}}
{{- $_ := set $peer "ca_file" (printf "/run/secrets/winner/%s/ca.crt" .caller) -}}
{{- end -}}
{{- toJson $peer -}}
{{- end }}

{{- /* Labels of the hooks: weights order what a hook needs before the hook itself. dict weight */}}
{{- define "winner.hook" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-weight: {{ .weight | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{- /* Changes when the settings of these roles change, and not with the chart's version. dict root roles */}}
{{- define "winner.checksum" -}}
{{- $root := .root -}}
{{- $all := dict -}}
{{- range .roles }}{{ $_ := set $all . (include "winner.roleConfig" (dict "root" $root "role" .)) }}{{ end -}}
{{- toJson $all | sha256sum -}}
{{- end }}

{{- /* dict root component */}}
{{- define "winner.serviceAccount" -}}
{{- if .root.Values.serviceAccount.create -}}
{{ include "winner.fullname" .root }}-{{ .component }}
{{- else -}}
{{ .root.Values.serviceAccount.name }}
{{- end -}}
{{- end }}

{{- /* What holds for Jobs and test pods, as JSON. */}}
{{- define "winner.jobSettings" -}}
{{- mergeOverwrite (deepCopy .Values.defaults) (deepCopy .Values.jobs) | toJson -}}
{{- end }}

{{- /* Who of the tools is rendered at all, as a JSON list. */}}
{{- define "winner.tools" -}}
{{- $tools := list -}}
{{- if ne .Values.migrations.mode "external" }}{{ $tools = append $tools "migrate" }}{{ end -}}
{{- if ne .Values.provision.mode "external" }}{{ $tools = append $tools "provision" }}{{ end -}}
{{- if .Values.tests.doctor.enabled }}{{ $tools = append $tools "doctor" }}{{ end -}}
{{- toJson $tools -}}
{{- end }}

{{- /* How a tool is rendered: hook, job or test. dict root tool */}}
{{- define "winner.toolMode" -}}
{{- if eq .tool "migrate" }}{{ .root.Values.migrations.mode }}{{ else if eq .tool "provision" }}{{ .root.Values.provision.mode }}{{ else }}test{{ end -}}
{{- end }}

{{- /* Annotations of what a tool needs beside its pod, so that it is there first. dict root tool */}}
{{- define "winner.toolNeeds" -}}
{{- $mode := include "winner.toolMode" . -}}
{{- if eq $mode "hook" -}}
{{ include "winner.hook" (dict "weight" -10) }}
{{- end -}}
{{- end }}
