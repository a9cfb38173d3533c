"""The examples of deploy/platform: valid, and in agreement with the chart and with the binary."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path

from chart import CHART, ROOT, SERVICES, called, peers, yaml

import kubernetes_validate  # noqa: E402

PLATFORM = ROOT / "deploy/platform"
NATS = PLATFORM / "nats.yaml"
BEGIN, END = "    # accounts: begin", "    # accounts: end"
# Kinds of operators, which have no schema here.
CUSTOM = {"Certificate", "Cluster", "Issuer", "ScheduledBackup"}
# Values for another chart, not manifests.
VALUES = {"nats.yaml", "otel-collector.yaml"}


def variable(user: str) -> str:
    """The variable of the broker's container that holds a user's password."""
    return f"WINNER_{user.upper()}_PASSWORD"


def wanted(binary: Path) -> dict:
    """The accounts as the binary prints them, each password looked up in a variable."""
    with tempfile.TemporaryDirectory() as scratch:
        config = Path(scratch, "winner.toml")
        config.write_text('[operator.postgres]\nurl = "postgres://nobody@127.0.0.1/none"\n')
        command = [binary, "provision", "--nats-accounts", "--config", config]
        printed = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)
    for account in printed["accounts"].values():
        for user in account.get("users", []):
            short = re.fullmatch(r"PASSWORD-OF-([\w-]+)", user["password"]).group(1)
            user["password"] = f"<< ${variable(short)} >>"
    return printed


def nats_config() -> dict:
    """What the example merges into the server's configuration."""
    config = yaml.safe_load(NATS.read_text())["config"]
    return {**config["merge"], "jetstream": dict(config["jetstream"]["merge"])}


def of_binary(binary: Path) -> list[str]:
    merged = nats_config()
    if any(merged.get(key) != part for key, part in wanted(binary).items()):
        return ["deploy/platform/nats.yaml: its accounts are not what `winner provision --nats-accounts` prints: tests/checks/deploy --write --binary PATH"]
    return []


def write(binary: Path) -> None:
    text = NATS.read_text()
    made = yaml.dump(wanted(binary), sort_keys=True, width=150, Dumper=Indented)
    block = "".join(f"    {line}\n" for line in made.splitlines())
    NATS.write_text(text[: text.index(BEGIN)] + BEGIN + text[text.index(BEGIN) + len(BEGIN) :].split("\n", 1)[0] + "\n" + block + text[text.index(END) :])


class Indented(yaml.SafeDumper):
    """Lists are indented below their key, as yamllint wants them."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)


def problems() -> list[str]:
    found = []
    for file in sorted(PLATFORM.glob("*.yaml")):
        documents = [document for document in yaml.safe_load_all(file.read_text()) if document]
        if file.name in VALUES:
            continue
        for document in documents:
            if document["kind"] in CUSTOM:
                continue
            try:
                kubernetes_validate.validate(document, "1.37", strict=True)
            except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
                found.append(f"deploy/platform/{file.name}: {called(document)}: {' '.join(str(error).split())[:300]}")
    return found + nats() + namespace() + certificates()


def nats() -> list[str]:
    """Three servers, three copies, nothing acknowledged before it is on the disk, and room for every stream in full."""
    values = yaml.safe_load(NATS.read_text())
    production = yaml.safe_load((CHART / "values-production.yaml").read_text())
    config, found = values["config"], []
    if not config["cluster"]["enabled"] or config["cluster"]["replicas"] < production["provision"]["replicas"]:
        found.append("deploy/platform/nats.yaml: fewer servers than the production profile has copies of a stream")
    if config["jetstream"]["merge"].get("sync_interval") != "always":
        found.append("deploy/platform/nats.yaml: sync_interval is not always: a power cut may lose what was acknowledged")
    size = int(re.fullmatch(r"(\d+)Gi", config["jetstream"]["fileStore"]["pvc"]["size"]).group(1)) * 2**30
    streams = 2 * len(SERVICES)
    if size < streams * production["provision"]["maxBytes"]:
        found.append(f"deploy/platform/nats.yaml: {streams} streams of provision.maxBytes do not fit into its volume")
    given = set(values["container"]["env"])
    wanted_ = {variable(user) for user in [*SERVICES, "operator"]}
    if not wanted_ <= given:
        found.append(f"deploy/platform/nats.yaml: container.env lacks {', '.join(sorted(wanted_ - given))}")
    return found


def namespace() -> list[str]:
    documents = list(yaml.safe_load_all((PLATFORM / "namespace.yaml").read_text()))
    found = []
    for document in documents:
        labels = document["metadata"].get("labels", {})
        if document["kind"] == "Namespace" and labels.get("pod-security.kubernetes.io/enforce") != "restricted":
            found.append(f"deploy/platform/namespace.yaml: {called(document)} does not enforce Pod Security `restricted`")
    return found


def certificates() -> list[str]:
    """The services' certificate has the names that clients dial."""
    documents = yaml.safe_load_all((PLATFORM / "certificates.yaml").read_text())
    names = {name for document in documents if document["kind"] == "Certificate" for name in document["spec"].get("dnsNames", [])}
    dialled = {f"winner-{role}{end}" for role in SERVICES for end in ("", "-headless")}
    return [f"deploy/platform/certificates.yaml: no certificate has the name {name}" for name in sorted(dialled - names)]
