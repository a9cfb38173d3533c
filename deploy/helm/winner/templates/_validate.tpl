{{/*
Guards: values that the schema allows and that would not work. Each fails with a sentence that says what to do instead.
*/}}
{{- define "winner.validate" -}}
{{- include "winner.validateSite" . -}}
{{- include "winner.validateConfig" . -}}
{{- include "winner.validatePods" . -}}
{{- include "winner.validateNetwork" . -}}
{{- include "winner.validateJobs" . -}}
{{- end }}

{{- /* What every site must say. */}}
{{- define "winner.validateSite" -}}
{{- $values := .Values -}}
{{- if and (not $values.image.registry) (not (contains "/" $values.image.repository)) -}}
{{- fail "image.registry is empty: name the registry that you pushed the image to, such as registry.example.go.id/winner" -}}
{{- end -}}
{{- if not $values.nats.servers -}}
{{- fail "nats.servers is empty: name the broker, such as nats://nats.nats:4222" -}}
{{- end -}}
{{- range $values.nats.servers -}}
{{- if contains "@" . -}}
{{- fail "nats.servers holds a user or a password: put it into the Secret secrets.nats and leave the address here" -}}
{{- end -}}
{{- end -}}
{{- $intake := $values.config.intake.identity | default dict -}}
{{- if not $intake.providers -}}
{{- fail "config.intake.identity.providers is empty, so nobody could sign in: give issuer, audience and jwks_url of your OIDC provider" -}}
{{- end -}}
{{- range $path := list "smtp.host" "smtp.hello_name" "mail.from" "mail.reply_to" "mail.links_base" -}}
{{- if not (include "winner.hasPath" (dict "map" $values.config.notification "path" $path)) -}}
{{- fail (printf "config.notification.%s is not set: notification does not start without it" $path) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /* Settings that the chart writes itself, and settings that hold secrets. */}}
{{- define "winner.validateConfig" -}}
{{- $root := . -}}
{{- $values := .Values -}}
{{- $table := include "winner.table" . | fromYaml -}}
{{- range $role, $config := $values.config -}}
{{- range $path, $instead := $table.owned -}}
{{- if include "winner.hasPath" (dict "map" $config "path" $path) -}}
{{- fail (printf "config.%s.%s is written by the chart: remove it and set %s" $role $path $instead) -}}
{{- end -}}
{{- end -}}
{{- range $path := $table.secret -}}
{{- if include "winner.hasPath" (dict "map" $config "path" $path) -}}
{{- fail (printf "config.%s.%s holds a secret: put it into a Secret, and name that in services.%s.secretFiles with the setting %s_file" $role $path $role $path) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $name, $settings := $values.services -}}
{{- range $setting, $_ := $settings.secretFiles | default dict -}}
{{- if eq $name "all" -}}
{{- fail (printf "services.all.secretFiles has %s: name it under the service that reads it, such as services.notification.secretFiles" $setting) -}}
{{- end -}}
{{- if hasKey $table.owned $setting -}}
{{- fail (printf "services.%s.secretFiles has %s, which the chart writes itself: set %s" $name $setting (index $table.owned $setting)) -}}
{{- end -}}
{{- if include "winner.hasPath" (dict "map" (index $values.config $name) "path" $setting) -}}
{{- fail (printf "%s of %s is given twice, in config.%s and in services.%s.secretFiles: keep one" $setting $name $name $name) -}}
{{- end -}}
{{- end -}}
{{- range $settings.extraEnv -}}
{{- if and (hasPrefix "WINNER_" .name) .value (regexMatch "(URL|PASSWORD|KEY|KEYS|SECRET|SECRETS)$" .name) -}}
{{- fail (printf "services.%s.extraEnv gives %s a value, and values are no place for secrets: use secretFiles" $name .name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /* Copies, pools, ends of pods. */}}
{{- define "winner.validatePods" -}}
{{- $root := . -}}
{{- $values := .Values -}}
{{- $table := include "winner.table" . | fromYaml -}}
{{- if and (eq $values.mode "services") $values.services.all -}}
{{- fail "services.all is for mode: all, and mode is services: set it under services.intake and the others, or under defaults" -}}
{{- end -}}
{{- if eq $values.mode "all" -}}
{{- $secrets := list -}}
{{- range $role := include "winner.services" . | fromJsonArray -}}
{{- $secrets = append $secrets (include "winner.tlsSecret" (dict "root" $root "role" $role)) -}}
{{- if (index $values.services $role).autoscaling -}}
{{- fail (printf "services.%s.autoscaling is for mode: services, and mode is all: set it under services.all" $role) -}}
{{- end -}}
{{- end -}}
{{- if gt (uniq $secrets | len) 1 -}}
{{- fail "services differ in tlsSecret, but mode is all: set tls.secret alone" -}}
{{- end -}}
{{- end -}}
{{- $wanted := 0 -}}
{{- $sums := list -}}
{{- range $component := include "winner.components" . | fromJsonArray -}}
{{- $settings := include "winner.settings" (dict "root" $root "component" $component) | fromJson -}}
{{- $scaling := $settings.autoscaling -}}
{{- if and $scaling.enabled (gt ($scaling.minReplicas | int) ($scaling.maxReplicas | int)) -}}
{{- fail (printf "autoscaling of %s has minReplicas above maxReplicas: raise maxReplicas" $component) -}}
{{- end -}}
{{- $needed := add ($settings.preStopSleepSeconds | int) ($table.drainSeconds | int) ($table.lastSeconds | int) -}}
{{- $given := $settings.terminationGracePeriodSeconds | int -}}
{{- if and $given (lt $given ($needed | int)) -}}
{{- fail (printf "terminationGracePeriodSeconds of %s is %d, but a stop may take %d: raise it, or leave it 0" $component $given $needed) -}}
{{- end -}}
{{- /* One copy more than wanted runs while a rollout is under way; each process has a connection beside its pool. */ -}}
{{- $copies := add1 (include "winner.most" $settings | int) -}}
{{- range $role := include "winner.rolesOf" $component | fromJsonArray -}}
{{- $pool := include "winner.pool" (dict "root" $root "role" $role) | int -}}
{{- $wanted = add $wanted (mul $copies (add1 $pool)) -}}
{{- $sums = append $sums (printf "%s %d × %d" $role $copies (add1 $pool)) -}}
{{- end -}}
{{- end -}}
{{- $budget := $values.database.maxConnections | int -}}
{{- if and $budget (gt ($wanted | int) $budget) -}}
{{- fail (printf "the pools may open %d connections (%s), but database.maxConnections is %d: lower config.<service>.postgres.max_connections or the copies, or give the database more" $wanted (join ", " $sums) $budget) -}}
{{- end -}}
{{- end }}

{{- /* Connections of one copy's pool: as configured, else the binary's default. dict root role */}}
{{- define "winner.pool" -}}
{{- $config := mergeOverwrite (deepCopy .root.Values.config.common) (deepCopy (index .root.Values.config .role)) -}}
{{- $own := ($config.postgres | default dict).max_connections -}}
{{- $table := include "winner.table" .root | fromYaml -}}
{{- $own | default (index $table.services .role).pool | int -}}
{{- end }}

{{- /* Who gets in and out, and by what route. */}}
{{- define "winner.validateNetwork" -}}
{{- $root := . -}}
{{- $values := .Values -}}
{{- $policy := $values.networkPolicy -}}
{{- $notification := $values.services.notification -}}
{{- range $kind, $route := $values.routes -}}
{{- if $route.enabled -}}
{{- if not $route.parentRefs -}}
{{- fail (printf "routes.%s.parentRefs is empty: name the Gateway that the route belongs to" $kind) -}}
{{- end -}}
{{- if not $route.hostnames -}}
{{- fail (printf "routes.%s.hostnames is empty: without a name the route would take every request of the Gateway" $kind) -}}
{{- end -}}
{{- if and $policy.enabled (not (index $policy.ingress $kind)) -}}
{{- fail (printf "networkPolicy.ingress.%s is empty, so the Gateway of routes.%s would be refused: name its pods' namespace there" $kind $kind) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $values.routes.publicHttp.enabled (not $notification.publicHttp.enabled) -}}
{{- fail "routes.publicHttp is on, but services.notification.publicHttp.enabled is false: nothing would listen there" -}}
{{- end -}}
{{- if and $notification.bounces.enabled (not ($values.config.notification.bounces | default dict).domain) -}}
{{- fail "services.notification.bounces is on, but config.notification.bounces.domain is not set: name the domain of return paths" -}}
{{- end -}}
{{- if $policy.enabled -}}
{{- range $component := concat (include "winner.components" . | fromJsonArray) (include "winner.tools" . | fromJsonArray) -}}
{{- range $name := include "winner.outsideOf" (dict "root" $root "component" $component) | fromJsonArray -}}
{{- $way := index $policy.egress $name -}}
{{- if or (not $way.to) (not $way.ports) -}}
{{- fail (printf "networkPolicy.egress.%s has no `to` or no `ports`, but %s goes there: name the addresses, or switch networkPolicy.enabled off" $name $component) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $ports := list -}}
{{- range $policy.egress.smtp.ports }}{{ $ports = append $ports (. | int) }}{{ end -}}
{{- range $relay := list "smtp" "smtp_standby" -}}
{{- with (index $values.config.notification $relay | default dict).port -}}
{{- if not (has (. | int) $ports) -}}
{{- fail (printf "config.notification.%s.port is %d, but networkPolicy.egress.smtp.ports lets nothing out there: add it" $relay (. | int)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /* Jobs, tests and what is shipped beside them. */}}
{{- define "winner.validateJobs" -}}
{{- $values := .Values -}}
{{- if and $values.migrations.createRoles (eq $values.migrations.mode "external") -}}
{{- fail "migrations.createRoles is on, but migrations.mode is external: run `winner migrate --create-roles` yourself, or let a Job do it" -}}
{{- end -}}
{{- if and $values.monitoring.dashboards.enabled (not (.Files.Glob "files/dashboards/*.json")) -}}
{{- fail "monitoring.dashboards is on, but this chart holds no files/dashboards/*.json: was it packed in full?" -}}
{{- end -}}
{{- if and $values.monitoring.rules.enabled (not (.Files.Glob "files/alerts/*.yaml")) -}}
{{- fail "monitoring.rules is on, but this chart holds no files/alerts/*.yaml: was it packed in full?" -}}
{{- end -}}
{{- end }}
