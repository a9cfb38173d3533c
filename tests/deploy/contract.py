"""The chart's contract on loopback: Jobs, services and the doctor run with exactly the arguments, variables and files of the rendered manifests,
against a real Postgres and a real NATS with the accounts of deploy/platform/nats.yaml."""

from __future__ import annotations

import json
import os
import re
import secrets as random
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import examples
from chart import CHART, SERVICES, component, documents, kind, peers, render, table, yaml
from cluster import Broken, Cluster, jobs
from load import Load

READY = 60
# How each set is installed: its files, what is given besides, and whether the Job makes the roles or the platform's SQL has made them.
INSTALLATIONS = {
    "services": {"files": ["values-minimal.yaml"], "roles": "platform"},
    "one process, TLS": {"files": ["values-minimal.yaml", "values-single-node.yaml", "ci/tls.yaml"], "roles": "job"},
    "services, TLS": {"files": ["values-minimal.yaml", "values-production.yaml", "ci/contract.yaml"], "roles": "job"},
}


def run(*command: str | Path, **more) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise Broken(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


class Nats:
    """A nats-server with the settings of deploy/platform/nats.yaml, as far as one server can have them."""

    def __init__(self, folder: Path, config: dict, passwords: dict[str, str]):
        self.port, self.folder, self.passwords = peers.free_port(), folder, passwords
        folder.mkdir()
        config["jetstream"]["store_dir"] = str(folder / "data")
        # The official chart writes what stands between << and >> without quotes, so that the server looks it up among its variables.
        text = re.sub(r'"<< (\$\w+) >>"', r"\1", json.dumps({"listen": f"127.0.0.1:{self.port}", **config}))
        (folder / "nats.conf").write_text(text)

    def __enter__(self) -> "Nats":
        with open(self.folder / "log", "ab") as log:
            command = [peers.nats_server(), "-c", self.folder / "nats.conf"]
            variables = {examples.variable(user): password for user, password in self.passwords.items()}
            self.process = subprocess.Popen(command, env=variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=peers.die_with_parent)
        until = time.monotonic() + 20
        while "Server is ready" not in (self.folder / "log").read_text():
            if self.process.poll() is not None or time.monotonic() > until:
                raise Broken(f"nats-server does not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.wait()


def certificates(folder: Path) -> dict[str, str]:
    """What a Secret of cert-manager holds: an authority and a certificate for this machine's address."""
    folder.mkdir()
    authority = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90", "-subj", "/CN=authority"]
    run(*authority, "-keyout", folder / "ca.key", "-out", folder / "ca.crt")
    request = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=winner"]
    run(*request, "-keyout", folder / "tls.key", "-out", folder / "tls.csr")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
    sign = ["openssl", "x509", "-req", "-days", "90", "-CA", folder / "ca.crt", "-CAkey", folder / "ca.key", "-CAcreateserial"]
    run(*sign, "-in", folder / "tls.csr", "-out", folder / "tls.crt", "-extfile", folder / "names")
    return {name: (folder / name).read_text() for name in ("tls.crt", "tls.key", "ca.crt")}


def installation_secrets(binary: Path, folder: Path, postgres, database: str, nats_passwords: dict[str, str]) -> dict[str, dict[str, str]]:
    """The Secrets that deploy/README.md has the operator make, by the same commands."""
    run(binary, "keys", folder / "keys")
    keys = {file.name: file.read_text() for file in (folder / "keys").iterdir()}
    passwords = {role: random.token_hex(16) for role in [*SERVICES, "migrator"]}
    user = lambda role: f"winner_{role}"
    urls = {role: f"postgres://{user(role)}:{passwords[role]}@127.0.0.1:{postgres.port}/{database}" for role in passwords}
    return {
        "winner-database": {**urls, "admin": postgres.url(database)},
        "winner-database-passwords": passwords,
        "winner-nats": nats_passwords,
        "winner-keys": keys,
    }


def roles_by_the_platform(postgres, database: str, passwords: dict[str, str]) -> None:
    """The roles as the example of a CloudNativePG cluster makes them: its own SQL, and then the passwords its operator sets."""
    cluster = next(found for found in yaml.safe_load_all((CHART.parents[1] / "platform/postgres.yaml").read_text()) if found["kind"] == "Cluster")
    sql = "\n".join(cluster["spec"]["bootstrap"]["initdb"]["postInitApplicationSQL"])
    postgres.psql(database, "-c", sql)
    managed = {role["name"] for role in cluster["spec"]["managed"]["roles"]}
    for role, password in passwords.items():
        if f"winner_{role}" not in managed:
            raise Broken(f"deploy/platform/postgres.yaml: nobody gives the role winner_{role} its password: add it to managed.roles")
        postgres.psql(database, "-c", f"alter role winner_{role} login password '{password}'")


class Check:
    """One installation, from its Secrets to the end of its processes."""

    def __init__(self, name: str, binary: Path, postgres, folder: Path, say):
        self.name, self.binary, self.postgres, self.folder, self.say = name, binary, postgres, folder, say
        self.plan = INSTALLATIONS[name]
        self.database = "winner" if self.plan["roles"] == "platform" else re.sub(r"\W+", "_", name)

    def install(self, stack: ExitStack) -> None:
        owner = " owner winner_migrator" if self.plan["roles"] == "platform" else ""
        if owner:  # CloudNativePG makes the database and its owner before it runs the SQL of the example
            self.postgres.psql("postgres", "-c", "create role winner_migrator login")
        self.postgres.psql("postgres", "-c", f'create database "{self.database}"{owner}')
        # The throw-away server is fast and forgets; the doctor rightly refuses that, so these databases wait for the log.
        self.postgres.psql("postgres", "-c", f'alter database "{self.database}" set synchronous_commit = on')
        # Letters first, as deploy/README.md says: nats-server reads a variable that begins with digits as a number.
        passwords = {role: f"w{random.token_hex(16)}" for role in [*SERVICES, "operator"]}
        nats = stack.enter_context(Nats(self.folder / "nats", examples.nats_config(), passwords))
        self.secrets = installation_secrets(self.binary, self.folder, self.postgres, self.database, passwords)
        self.secrets["winner-tls"] = certificates(self.folder / "certificates")
        mail = stack.enter_context(Mail(self.folder / "mail"))
        addresses = {"nats.nats:4222": f"127.0.0.1:{nats.port}"}
        self.cluster = Cluster(self.folder, self.binary, self.secrets, addresses)
        more = ["--set", f"migrations.createRoles={'true' if self.plan['roles'] == 'job' else 'false'}", "--set", "production=false"]
        # Mail goes to a server of this check; a port and plain text are all that differs from a relay.
        more += ["--set", "config.notification.smtp.host=127.0.0.1", "--set", f"config.notification.smtp.port={mail.port}"]
        more += ["--set", "config.notification.smtp.starttls=none", "--set", f"networkPolicy.egress.smtp.ports={{{mail.port}}}"]
        self.encrypted = any("tls" in file or "production" in file for file in self.plan["files"])
        self.documents = documents(render(4, self.plan["files"], *more))
        if self.plan["roles"] == "platform":
            roles_by_the_platform(self.postgres, self.database, self.secrets["winner-database-passwords"])
        self.pods = [self.cluster.pod(document, self.documents) for document in kind(self.documents, "Deployment")]
        for pod in self.pods:
            stack.callback(pod.kill)

    def jobs_run(self) -> None:
        """Before the services, as hooks; and again, because an upgrade runs them again and must change nothing."""
        for job in jobs(self.documents):
            self.cluster.pod(job, self.documents).run()
        for job in jobs(self.documents):
            again = self.cluster.pod(job, self.documents).run()
            if component(job) == "provision" and "as they should be" not in again:
                raise Broken(f"provision changed something the second time:\n{again}")

    def too_early(self) -> None:
        """A service that is there before its schema waits for it: unready, alive, and told apart from one that is broken."""
        for pod in self.pods:
            pod.start()
        time.sleep(5)
        for pod in self.pods:
            if pod.process.poll() is not None:
                ended = f"without a schema it ends with {pod.process.returncode}, and Kubernetes would start it again and again"
                raise Broken(f"{pod.name}: {ended}:\n{pod.log[-2000:]}")
            if pod.probe("readinessProbe"):
                raise Broken(f"{pod.name}: ready without a schema")

    def services_ready(self) -> None:
        """They were there before their schema, and become ready without being started again."""
        for pod in self.pods:
            pod.wait("livenessProbe", True, READY)
            pod.wait("readinessProbe", True, READY)

    def old_schema(self) -> None:
        """A schema that is older than the binary makes it unready, not dead; and ready again when the migration is there."""
        for pod in self.pods:
            role = pod.container["args"][0]
            role = "intake" if role == "all" else role
            newest = f"{role}._sqlx_migrations where version = (select max(version) from {role}._sqlx_migrations)"
            taken = self.postgres.psql(self.database, "-At", "-c", f"select version from {newest}").stdout.strip()
            self.postgres.psql(self.database, "-c", f"update {newest.replace(' where', ' set success = false where')}")
            pod.wait("readinessProbe", False, 15)
            if not pod.probe("livenessProbe"):
                raise Broken(f"{pod.name}: an old schema makes it look dead, and Kubernetes would restart it")
            self.postgres.psql(self.database, "-c", f"update {role}._sqlx_migrations set success = true where version = {taken}")
            pod.wait("readinessProbe", True, 15)

    def doctor(self) -> None:
        tests = [document for document in kind(self.documents, "Pod") if component(document) == "doctor"]
        for document in tests:
            self.cluster.pod(document, self.documents).run()

    def services_stop(self) -> None:
        known = table()["services"]
        for pod in self.pods:
            role = pod.container["args"][0]
            if self.encrypted or role == "all":
                self.say(f"  {pod.name}: stopped {pod.stop():.1f} s after SIGTERM")
                continue
            # An RPC that nobody may call without a token: the answer is a refusal, but it must come.
            path = f"/{known[role]['routed'][0]}/Get"
            with Load(self.cluster.ports[known[role]["grpc"]], path) as load:
                time.sleep(1)
                took = pod.stop()
            if load.lost or load.answered < len(load.threads) or load.sent_away != len(load.threads):
                counted = f"{load.answered} had, {load.sent_away} of {len(load.threads)} connections were sent elsewhere"
                raise Broken(f"{pod.name}: of the calls at SIGTERM {load.lost} had no answer; {counted}")
            self.say(f"  {pod.name}: stopped {took:.1f} s after SIGTERM; {load.answered} calls answered, none lost")


class Mail:
    """A mail server that takes everything, for the doctor to find."""

    def __init__(self, folder: Path):
        self.port = peers.free_port()
        folder.mkdir()
        self.folder = folder

    def __enter__(self) -> "Mail":
        command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{self.port}", "-c", "aiosmtpd.handlers.Sink"]
        environment = {**os.environ, "PYTHONPATH": str(peers.smtp())}
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=peers.die_with_parent)
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.wait()


def problems(binary: Path, say=print) -> list[str]:
    found = []
    with peers.Postgres() as postgres:
        for name in INSTALLATIONS:
            folder = Path(tempfile.mkdtemp(prefix="winner-chart-"))
            began = time.monotonic()
            try:
                with ExitStack() as stack:
                    check = Check(name, binary, postgres, folder, say)
                    check.install(stack)
                    check.too_early()
                    check.jobs_run()
                    check.services_ready()
                    check.doctor()
                    check.old_schema()
                    check.services_stop()
                say(f"  {name}: held, {time.monotonic() - began:.0f} s")
            except (Broken, peers.PeerError) as error:
                found.append(f"contract, {name}: {error}")
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    return found
