{{/*
What the chart knows about the binary, in one place. Configuration, Services, NetworkPolicies, routes and the traffic matrix of
deploy/README.md come from here; tests/checks/deploy compares it with the sources and with the binary itself.
Plain YAML: no template code in here.
*/}}
{{- define "winner.table" -}}
# `pool`: connections unless postgres.max_connections says otherwise, as `winner config show-defaults` prints it.
# How long a stopping process may finish what it holds: DRAIN in services/winner/src/commands/run.rs.
drainSeconds: 25
# Between the end of draining and the kill: the hard stop, and the last spans.
lastSeconds: 5
services:
  intake:
    short: intake
    pool: 24
    grpc: 7410
    health: 7411
    peers: []
    routed:
      - winner.intake.v1.ChallengeService
      - winner.intake.v1.EditionService
      - winner.intake.v1.IdentityService
      - winner.intake.v1.ScreeningService
      - winner.intake.v1.SubmissionService
  matching:
    short: matching
    pool: 12
    grpc: 7420
    health: 7421
    peers: [intake, judging]
    routed:
      - winner.matching.v1.JudgeService
      - winner.matching.v1.MatchService
      - winner.matching.v1.PanelService
  judging:
    short: judging
    pool: 12
    grpc: 7430
    health: 7431
    peers: [intake, matching]
    routed:
      - winner.judging.v1.ResultService
      - winner.judging.v1.RoundService
      - winner.judging.v1.ScoringService
  notification:
    short: notify
    pool: 16
    grpc: 7440
    health: 7441
    publicHttp: 7442
    bounces: 7424
    peers: [intake, matching, judging]
    routed:
      - winner.notification.v1.MessageService
      - winner.notification.v1.WebhookService
# Who else opens connections inside the release, beside services to their peers.
tools:
  migrate:
    calls: []
    egress: [dns, database]
  provision:
    calls: []
    egress: [dns, nats]
  doctor:
    calls: [intake, matching, judging, notification]
    egress: [dns, database, nats, smtp]
# What lies outside the release, and which services go there.
outside:
  dns:
    from: [intake, matching, judging, notification]
    why: names of the others
  database:
    from: [intake, matching, judging, notification]
    why: its own schema
  nats:
    from: [intake, matching, judging, notification]
    why: events
  otlp:
    from: [intake, matching, judging, notification]
    why: traces and metrics, when telemetry.otlpEndpoint is set
  identityProvider:
    from: [intake]
    why: the keys of a provider with a jwks_url
  smtp:
    from: [notification]
    why: mail
  sms:
    from: [notification]
    why: SMS, when a gateway is configured
  webhooks:
    from: [notification]
    why: endpoints of organisers, when webhooks.key_file is given
# Settings that the chart writes itself, and what to set instead.
owned:
  postgres.url: secrets.database
  postgres.url_file: secrets.database
  nats.servers: nats.servers
  nats.user: nats.userPrefix
  nats.password_file: secrets.nats
  nats.credentials_file: nats.auth
  nats.ca_file: nats.ca
  messaging.subject_root: nats.subjectRoot
  messaging.stream_prefix: nats.streamPrefix
  grpc.listen: listenAddress
  grpc.health_listen: listenAddress
  grpc.tls_certificate_file: tls.secret
  grpc.tls_key_file: tls.secret
  auth.key_file: secrets.keys
  auth.trusted_keys_file: secrets.keys
  peers.intake.url: clientLoadBalancing
  peers.intake.ca_file: tls.secret
  peers.intake.balance: clientLoadBalancing
  peers.matching.url: clientLoadBalancing
  peers.matching.ca_file: tls.secret
  peers.matching.balance: clientLoadBalancing
  peers.judging.url: clientLoadBalancing
  peers.judging.ca_file: tls.secret
  peers.judging.balance: clientLoadBalancing
  public_http.listen: services.notification.publicHttp
  bounces.listen: services.notification.bounces
  mail.dkim: services.notification.dkim
  admin_url: migrations.createRoles
  admin_url_file: migrations.createRoles
  role_passwords_dir: migrations.createRoles
# Settings that hold a secret themselves: never in values, because values end in the release and in Git.
secret:
  - nats.password
  - invitations.link_key
  - smtp.password
  - smtp_standby.password
  - mail.token_keys
  - addresses.hash_key
  - proof.keys
  - sms.receipts_secret
  - sms.secrets
  - role_passwords
{{- end }}

{{- define "winner.services" -}}
{{- /* Order in which services are rendered. */ -}}
["intake", "matching", "judging", "notification"]
{{- end }}
