{{/*
The pod that every workload of the chart is: one container of the one image, restricted in every way that Pod Security knows.
*/}}

{{- /*
dict root component roles(those whose secrets it gets) settings args configMap serviceAccount serving(whether it answers calls) restartPolicy
The pod's own annotations (`checksum`) are the caller's.
*/}}
{{- define "winner.podSpec" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $settings := .settings -}}
{{- $component := .component -}}
{{- $table := include "winner.table" $root | fromYaml -}}
serviceAccountName: {{ .serviceAccount }}
automountServiceAccountToken: false
# Kubernetes would add a variable for every Service of the namespace, and some would look like settings.
enableServiceLinks: false
{{- with $values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .restartPolicy }}
restartPolicy: {{ . }}
{{- end }}
{{- if .serving }}
terminationGracePeriodSeconds: {{ include "winner.grace" (dict "root" $root "settings" $settings) }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ $values.runAs.user | int64 }}
  runAsGroup: {{ $values.runAs.group | int64 }}
  fsGroup: {{ $values.runAs.group | int64 }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with $settings.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $settings.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $settings.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $settings.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if and .serving $settings.spread.enabled }}
topologySpreadConstraints:
  {{- range $key := $settings.spread.topologyKeys }}
  - topologyKey: {{ $key }}
    maxSkew: 1
    whenUnsatisfiable: {{ $settings.spread.whenUnsatisfiable }}
    labelSelector:
      matchLabels:
        {{- include "winner.selector" (dict "root" $root "component" $component) | nindent 8 }}
    matchLabelKeys:
      - pod-template-hash
  {{- end }}
{{- end }}
containers:
  - name: winner
    image: {{ include "winner.image" $root }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    args:
      {{- toYaml .args | nindent 6 }}
    env:
      - name: WINNER_CONFIG
        value: /etc/winner/winner.toml
      {{- if and .serving $values.telemetry.otlpEndpoint }}
      {{- include "winner.telemetry" $root | nindent 6 }}
      {{- end }}
      {{- with $settings.extraEnv }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    securityContext:
      allowPrivilegeEscalation: false
      privileged: false
      readOnlyRootFilesystem: true
      runAsNonRoot: true
      runAsUser: {{ $values.runAs.user | int64 }}
      runAsGroup: {{ $values.runAs.group | int64 }}
      capabilities:
        drop:
          - ALL
      seccompProfile:
        type: RuntimeDefault
    {{- with $settings.resources }}
    resources:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- if .serving }}
    {{- include "winner.serving" . | nindent 4 }}
    {{- end }}
    volumeMounts:
      - name: config
        mountPath: /etc/winner
        readOnly: true
      - name: secrets
        mountPath: /run/secrets/winner
        readOnly: true
      {{- with $settings.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
volumes:
  - name: config
    configMap:
      name: {{ .configMap }}
      defaultMode: 0444
  {{- include "winner.secretVolume" (dict "root" $root "roles" .roles) | nindent 2 }}
  {{- with $settings.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- /* Ports, probes and the pause before SIGTERM of a container that answers calls. */}}
{{- define "winner.serving" -}}
{{- $table := include "winner.table" .root | fromYaml -}}
{{- $component := .component -}}
{{- $services := .root.Values.services -}}
{{- $settings := .settings -}}
{{- $first := index $table.services (index .roles 0) -}}
ports:
  {{- range $role := .roles }}
  {{- $row := index $table.services $role }}
  {{- $own := index $services $role }}
  - name: {{ include "winner.portName" (dict "component" $component "row" $row "kind" "grpc") }}
    containerPort: {{ $row.grpc | int }}
    protocol: TCP
  - name: {{ include "winner.portName" (dict "component" $component "row" $row "kind" "health") }}
    containerPort: {{ $row.health | int }}
    protocol: TCP
  {{- if and $own.publicHttp $own.publicHttp.enabled }}
  - name: public-http
    containerPort: {{ $row.publicHttp | int }}
    protocol: TCP
  {{- end }}
  {{- if and $own.bounces $own.bounces.enabled }}
  - name: bounces
    containerPort: {{ $row.bounces | int }}
    protocol: TCP
  {{- end }}
  {{- end }}
# Patient, because a service waits for its database: it must not be restarted for that.
startupProbe:
  grpc:
    port: {{ $first.health | int }}
    service: ""
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: {{ $settings.startupFailureThreshold | int }}
# The process alone, never the database: a restart would not bring it back.
livenessProbe:
  grpc:
    port: {{ $first.health | int }}
    service: ""
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
# Schema, clock and database; three bad looks in a row, so that a blink does not empty the Service.
readinessProbe:
  grpc:
    port: {{ $first.health | int }}
    service: readiness
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 3
lifecycle:
  preStop:
    # Endpoints are taken away meanwhile; an image without a shell cannot do it otherwise.
    sleep:
      seconds: {{ $settings.preStopSleepSeconds | int }}
{{- end }}

{{- /* Where traces and metrics go, by the variables that every OpenTelemetry SDK knows. */}}
{{- define "winner.telemetry" -}}
{{- $telemetry := .Values.telemetry -}}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: NODE_NAME
  valueFrom:
    fieldRef:
      fieldPath: spec.nodeName
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ $telemetry.otlpEndpoint | quote }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: "k8s.namespace.name=$(POD_NAMESPACE),k8s.pod.name=$(POD_NAME),k8s.node.name=$(NODE_NAME)
    {{- range $name := keys $telemetry.resourceAttributes | sortAlpha }},{{ $name }}={{ index $telemetry.resourceAttributes $name }}{{ end }}"
{{- with $telemetry.sampler }}
- name: OTEL_TRACES_SAMPLER
  value: {{ . | quote }}
{{- end }}
{{- with $telemetry.samplerArg }}
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ . | quote }}
{{- end }}
{{- end }}
