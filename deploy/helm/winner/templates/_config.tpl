{{/*
The configuration file and the secrets it names. A secret of the setting `postgres.url_file` of intake lies at
/run/secrets/winner/intake/postgres.url_file: one rule, so that who reads one finds the other.
*/}}

{{- /*
The files with secrets that a role needs: a JSON list of {setting, path, secret, key}, without a setting where the file is named elsewhere.
dict root role
*/}}
{{- define "winner.files" -}}
{{- $root := .root -}}
{{- $role := .role -}}
{{- $secrets := $root.Values.secrets -}}
{{- $own := index $root.Values.services $role | default dict -}}
{{- $files := list -}}
{{- $database := ternary "migrator" $role (eq $role "operator") -}}
{{- $files = append $files (dict "setting" "postgres.url_file" "secret" $secrets.database "key" $database) -}}
{{- if eq $root.Values.nats.auth "password" -}}
{{- $files = append $files (dict "setting" "nats.password_file" "secret" $secrets.nats "key" $role) -}}
{{- else if eq $root.Values.nats.auth "credentials" -}}
{{- $files = append $files (dict "setting" "nats.credentials_file" "secret" $secrets.nats "key" (printf "%s.creds" $role)) -}}
{{- end -}}
{{- if eq $role "operator" -}}
{{- if $root.Values.migrations.createRoles -}}
{{- $files = append $files (dict "setting" "admin_url_file" "secret" $secrets.database "key" "admin") -}}
{{- range $who := append (include "winner.services" $root | fromJsonArray) "migrator" -}}
{{- $files = append $files (dict "path" (printf "operator/role_passwords_dir/%s" $who) "secret" $secrets.databasePasswords "key" $who) -}}
{{- end -}}
{{- end -}}
{{- else -}}
{{- $files = append $files (dict "setting" "auth.key_file" "secret" $secrets.keys "key" (printf "%s.pem" $role)) -}}
{{- $files = append $files (dict "setting" "auth.trusted_keys_file" "secret" $secrets.keys "key" "trusted-keys.json") -}}
{{- if eq $role "intake" -}}
{{- $files = append $files (dict "setting" "invitations.link_key_file" "secret" $secrets.keys "key" "links.key") -}}
{{- end -}}
{{- range $setting := keys ($own.secretFiles | default dict) | sortAlpha -}}
{{- $file := index $own.secretFiles $setting -}}
{{- $files = append $files (dict "setting" $setting "secret" $file.secret "key" $file.key) -}}
{{- end -}}
{{- range $own.dkim | default list -}}
{{- $files = append $files (dict "path" (printf "%s/mail.dkim.%s" $role .selector) "secret" .secret "key" .key) -}}
{{- end -}}
{{- with include "winner.tlsSecret" (dict "root" $root "role" $role) -}}
{{- range $setting, $key := dict "grpc.tls_certificate_file" "tls.crt" "grpc.tls_key_file" "tls.key" "" "ca.crt" -}}
{{- $files = append $files (dict "setting" $setting "path" (printf "%s/%s" $role $key) "secret" (include "winner.tlsSecret" (dict "root" $root "role" $role)) "key" $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $files -}}
{{- if not (hasKey . "path") }}{{ $_ := set . "path" (printf "%s/%s" $role .setting) }}{{ end -}}
{{- end -}}
{{- toJson $files -}}
{{- end }}

{{- /* The settings of a role, as JSON: what the operator gave, and what the chart knows. dict root role */}}
{{- define "winner.roleConfig" -}}
{{- $root := .root -}}
{{- $role := .role -}}
{{- $values := $root.Values -}}
{{- $table := include "winner.table" $root | fromYaml -}}
{{- $config := deepCopy (index $values.config $role) -}}
{{- if ne $role "operator" -}}
{{- $config = mergeOverwrite (deepCopy $values.config.common) $config -}}
{{- end -}}
{{- include "winner.setPath" (dict "map" $config "path" "nats.servers" "value" $values.nats.servers) -}}
{{- if eq $values.nats.auth "password" -}}
{{- include "winner.setPath" (dict "map" $config "path" "nats.user" "value" (printf "%s-%s" $values.nats.userPrefix $role)) -}}
{{- end -}}
{{- if $values.nats.ca.secret -}}
{{- include "winner.setPath" (dict "map" $config "path" "nats.ca_file" "value" "/run/secrets/winner/nats-ca.crt") -}}
{{- end -}}
{{- include "winner.setPath" (dict "map" $config "path" "messaging.subject_root" "value" $values.nats.subjectRoot) -}}
{{- include "winner.setPath" (dict "map" $config "path" "messaging.stream_prefix" "value" $values.nats.streamPrefix) -}}
{{- range include "winner.files" . | fromJsonArray -}}
{{- if .setting -}}
{{- include "winner.setPath" (dict "map" $config "path" .setting "value" (printf "/run/secrets/winner/%s" .path)) -}}
{{- end -}}
{{- end -}}
{{- if eq $role "operator" -}}
{{- if $values.migrations.createRoles -}}
{{- include "winner.setPath" (dict "map" $config "path" "role_passwords_dir" "value" "/run/secrets/winner/operator/role_passwords_dir") -}}
{{- end -}}
{{- else -}}
{{- $row := index $table.services $role -}}
{{- $own := index $values.services $role | default dict -}}
{{- include "winner.setPath" (dict "map" $config "path" "grpc.listen" "value" (printf "%s:%d" $values.listenAddress ($row.grpc | int))) -}}
{{- include "winner.setPath" (dict "map" $config "path" "grpc.health_listen" "value" (printf "%s:%d" $values.listenAddress ($row.health | int))) -}}
{{- range $peer := $row.peers -}}
{{- range $key, $value := include "winner.peer" (dict "root" $root "caller" $role "role" $peer) | fromJson -}}
{{- include "winner.setPath" (dict "map" $config "path" (printf "peers.%s.%s" $peer $key) "value" $value) -}}
{{- end -}}
{{- end -}}
{{- if and $own.publicHttp $own.publicHttp.enabled -}}
{{- include "winner.setPath" (dict "map" $config "path" "public_http.listen" "value" (printf "%s:%d" $values.listenAddress ($row.publicHttp | int))) -}}
{{- end -}}
{{- if and $own.bounces $own.bounces.enabled -}}
{{- include "winner.setPath" (dict "map" $config "path" "bounces.listen" "value" (printf "%s:%d" $values.listenAddress ($row.bounces | int))) -}}
{{- end -}}
{{- if $own.dkim -}}
{{- $keys := list -}}
{{- range $own.dkim -}}
{{- $key := dict "selector" .selector "key_file" (printf "/run/secrets/winner/%s/mail.dkim.%s" $role .selector) -}}
{{- if .domain }}{{ $_ := set $key "domain" .domain }}{{ end -}}
{{- $keys = append $keys $key -}}
{{- end -}}
{{- include "winner.setPath" (dict "map" $config "path" "mail.dkim" "value" $keys) -}}
{{- end -}}
{{- end -}}
{{- toJson $config -}}
{{- end }}

{{- /* The sections of some roles as TOML. dict root roles */}}
{{- define "winner.toml" -}}
{{- $root := .root -}}
# Made by the chart {{ $root.Chart.Name }}-{{ $root.Chart.Version }}; change the values, not this.
{{- range .roles }}
{{ include "winner.tomlTable" (dict "path" . "table" (include "winner.roleConfig" (dict "root" $root "role" .) | fromJson)) | trimSuffix "\n" }}
{{- end }}
{{- end }}

{{- /* The volume with the secrets of some roles, and what mounts it. dict root roles */}}
{{- define "winner.secretVolume" -}}
{{- $root := .root -}}
- name: secrets
  projected:
    # The group of the pod may read, nobody else.
    defaultMode: 0440
    sources:
      {{- range .roles }}
      {{- range include "winner.files" (dict "root" $root "role" .) | fromJsonArray }}
      - secret:
          name: {{ .secret }}
          items:
            - key: {{ .key | quote }}
              path: {{ .path | quote }}
      {{- end }}
      {{- end }}
      {{- range $file := list (dict "from" $root.Values.nats.ca "path" "nats-ca.crt") (dict "from" $root.Values.database.ca "path" "database-ca.crt") }}
      {{- if $file.from.secret }}
      - secret:
          name: {{ $file.from.secret }}
          items:
            - key: {{ $file.from.key | quote }}
              path: {{ $file.path }}
      {{- end }}
      {{- end }}
{{- end }}
