"""Values that the chart must refuse, each with words of the sentence that says what to do. Both majors of Helm must say them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from chart import CHART, Failed, render, yaml

MINIMAL = "values-minimal.yaml"
POLICY = "networkPolicy: {egress: {%s}}"
# What is wrong, the values given after the minimal ones, and the words.
CASES: list[tuple[str, str, list[str]]] = [
    ("no registry", "image: {registry: ''}", ["image.registry is empty", "registry.example.go.id/winner"]),
    ("the tag latest", "image: {tag: latest}", ["image", "tag"]),
    ("a digest that is none", "image: {digest: 'sha256:abc'}", ["image", "digest"]),
    ("no broker", "nats: {servers: []}", ["nats.servers is empty", "nats://nats.nats:4222"]),
    ("a password in the broker's address", "nats: {servers: ['nats://a:b@nats:4222']}", ["nats.servers holds a user or a password", "secrets.nats"]),
    ("a broker's address without a port", "nats: {servers: ['nats://nats']}", ["servers"]),
    ("nobody can sign in", "config: {intake: {identity: {providers: []}}}", ["config.intake.identity.providers is empty", "OIDC provider"]),
    ("an unknown value", "replicaCount: 3", ["replicaCount"]),
    ("an unknown setting", "config: {intake: {grpc: {max_requst_ms: 5}}}", ["max_requst_ms"]),
    ("an unknown setting of a list's item", "config: {operator: {outsiders: [{name: portal, role: intake}]}}", ["outsiders", "role"]),
    ("a setting of the wrong type", "config: {judging: {postgres: {max_connections: many}}}", ["max_connections"]),
    ("a setting that the chart writes", "config: {intake: {grpc: {listen: '0.0.0.0:1'}}}",
     ["config.intake.grpc.listen is written by the chart", "listenAddress"]),
    ("a peer's address", "config: {matching: {peers: {intake: {url: 'http://x:1'}}}}", ["config.matching.peers.intake.url is written by the chart"]),
    ("certificates as a setting", "config: {common: {grpc: {tls_key_file: /x}}}", ["config.common.grpc.tls_key_file", "tls.secret"]),
    ("a database URL in the values", "config: {intake: {postgres: {url: 'postgres://a:b@c/d'}}}",
     ["config.intake.postgres.url is written by the chart", "secrets.database"]),
    ("a password in the values", "config: {notification: {smtp: {password: hunter2}}}",
     ["config.notification.smtp.password holds a secret", "smtp.password_file"]),
    ("a key in the values", "config: {intake: {invitations: {link_key: x}}}", ["config.intake.invitations.link_key holds a secret", "secretFiles"]),
    ("a secret in a variable", "services: {intake: {extraEnv: [{name: WINNER_INTAKE__POSTGRES__URL, value: x}]}}",
     ["WINNER_INTAKE__POSTGRES__URL", "secretFiles"]),
    ("a secret given twice",
     "config: {notification: {smtp: {password_file: /x}}}\nservices: {notification: {secretFiles: {smtp.password_file: {secret: a, key: b}}}}",
     ["smtp.password_file of notification is given twice"]),
    ("a secret of the chart's own", "services: {intake: {secretFiles: {postgres.url_file: {secret: a, key: b}}}}",
     ["services.intake.secretFiles has postgres.url_file", "secrets.database"]),
    ("a secret for a setting that is no file", "services: {intake: {secretFiles: {smtp.password: {secret: a, key: b}}}}", ["smtp.password"]),
    ("a secret without a key", "services: {notification: {secretFiles: {smtp.password_file: {secret: a}}}}", ["key"]),
    ("settings of one process in many", "services: {all: {replicas: 2}}", ["services.all is for mode: all", "defaults"]),
    ("autoscaling of a service in one process", "mode: all\nservices: {intake: {autoscaling: {enabled: true}}}",
     ["services.intake.autoscaling is for mode: services", "services.all"]),
    ("different certificates in one process", "mode: all\ntls: {secret: a}\nservices: {intake: {tlsSecret: b}}",
     ["services differ in tlsSecret", "tls.secret alone"]),
    ("an autoscaler upside down", "services: {intake: {autoscaling: {enabled: true, minReplicas: 5, maxReplicas: 4}}}",
     ["autoscaling of intake has minReplicas above maxReplicas"]),
    ("a kill before the end", "defaults: {terminationGracePeriodSeconds: 20}", ["terminationGracePeriodSeconds of intake is 20", "may take 35"]),
    ("more connections than the database has", "database: {maxConnections: 100}", ["may open 136 connections", "database.maxConnections is 100"]),
    ("a route to no Gateway", "routes: {grpc: {enabled: true, hostnames: [a.b]}}", ["routes.grpc.parentRefs is empty"]),
    ("a route for every name", "routes: {grpc: {enabled: true, parentRefs: [{name: a}]}}", ["routes.grpc.hostnames is empty"]),
    ("a Gateway that is refused", "routes: {grpc: {enabled: true, parentRefs: [{name: a}], hostnames: [a.b]}}",
     ["networkPolicy.ingress.grpc is empty"]),
    ("a route to nothing",
     "routes: {publicHttp: {enabled: true, parentRefs: [{name: a}], hostnames: [a.b]}}\n"
     "networkPolicy: {ingress: {publicHttp: [{podSelector: {}}]}}",
     ["services.notification.publicHttp.enabled is false"]),
    ("bounces without a domain", "services: {notification: {bounces: {enabled: true}}}", ["config.notification.bounces.domain is not set"]),
    ("a way without a peer", POLICY % "database: {to: []}", ["networkPolicy.egress.database has no `to`", "intake goes there"]),
    ("a way without a port", POLICY % "smtp: {ports: []}", ["networkPolicy.egress.smtp", "notification goes there"]),
    ("a mail port that is shut", "config: {notification: {smtp: {port: 25}}}",
     ["config.notification.smtp.port is 25", "networkPolicy.egress.smtp.ports"]),
    ("an empty peer", POLICY % "nats: {to: [{}]}", ["nats"]),
    ("roles by nobody", "migrations: {mode: external, createRoles: true}", ["migrations.createRoles is on", "external"]),
    ("two copies of a stream", "provision: {replicas: 2}", ["provision", "replicas"]),
    ("root", "runAs: {user: 0}", ["runAs", "user"]),
    ("an unknown mode", "migrations: {mode: init}", ["migrations", "mode"]),
    ("no pause before SIGTERM", "defaults: {preStopSleepSeconds: 0}", ["preStopSleepSeconds"]),
]  # fmt: skip
REQUIRED = ["smtp.host", "smtp.hello_name", "mail.from", "mail.reply_to", "mail.links_base"]


def without(path: str) -> str:
    """The minimal values less one setting of notification."""
    values = yaml.safe_load((CHART / MINIMAL).read_text())
    section, key = path.split(".")
    del values["config"]["notification"][section][key]
    return yaml.safe_dump(values)


def problems() -> tuple[list[str], int]:
    cases = [(what, [MINIMAL], values, words) for what, values, words in CASES]
    cases += [(f"no {path}", [], without(path), [f"config.notification.{path} is not set"]) for path in REQUIRED]
    cases.append(("the restricted profile alone", [MINIMAL, "values-restricted.yaml"], "{}", ["networkPolicy.egress.database has no `to`"]))
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        for at, (what, files, values, words) in enumerate(cases):
            file = Path(scratch, f"{at}.yaml")
            file.write_text(values)
            for major in (3, 4):
                found += refused(what, major, [*files, file], words)
    return found, len(cases)


def refused(what: str, major: int, files: list[str | Path], words: list[str]) -> list[str]:
    try:
        render(major, files)
    except Failed as error:
        missing = [word for word in words if word not in str(error)]
        return [f"{what}: Helm {major} refuses it without saying {missing}: {error}"] if missing else []
    return [f"{what}: Helm {major} renders it"]
