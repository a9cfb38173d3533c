"""The chart against the binary: every command, setting, port and number that it renders is one that the binary knows."""

from __future__ import annotations

import re
import subprocess
import tempfile
import tomllib
from pathlib import Path

import examples
import schema
from chart import SERVICES, SETS, called, component, manifests, pod_of, table
from cluster import Cluster
from contract import certificates

def ask(binary: Path, *words: str, **more) -> subprocess.CompletedProcess:
    return subprocess.run([binary, *words], capture_output=True, text=True, timeout=60, **more)


def commands(binary: Path) -> list[str]:
    """Every container's arguments are a command with flags that it has."""
    found, seen = [], set()
    for name in SETS:
        for document in manifests(name):
            pod = pod_of(document)
            if pod:
                seen.add((tuple(pod["spec"]["containers"][0]["args"]), called(document)))
    for arguments, who in sorted(seen):
        said = ask(binary, arguments[0], "--help")
        if said.returncode != 0:
            found.append(f"{who}: there is no command `winner {arguments[0]}`")
        flags = {word for word in arguments[1:] if word.startswith("--")}
        unknown = flags - set(re.findall(r"--[a-z-]+", said.stdout))
        found += [f"{who}: `winner {arguments[0]}` has no flag {flag}" for flag in sorted(unknown)]
    return found


def pools(binary: Path) -> list[str]:
    """The numbers of connections and the ports that the table repeats."""
    found = []
    for role in SERVICES:
        defaults = tomllib.loads(ask(binary, "config", "show-defaults", role).stdout)
        known = table()["services"][role]
        if defaults["postgres"]["max_connections"] != known["pool"]:
            pool = defaults["postgres"]["max_connections"]
            found.append(f"templates/_table.tpl: the pool of {role} has {pool} connections by the binary, not {known['pool']}")
        for key, port in (("listen", known["grpc"]), ("health_listen", known["health"])):
            if not defaults["grpc"][key].endswith(f":{port}"):
                found.append(f"templates/_table.tpl: {role} listens on {defaults['grpc'][key]} by the binary, not on port {port}")
    return found


def secrets_for(rendered: list[dict], keys: dict[str, str], tls: dict[str, str], dkim: str) -> dict[str, dict[str, str]]:
    """Every Secret that the manifests name, with contents that the binary takes."""
    made: dict[str, dict[str, str]] = {}
    for document in rendered:
        pod = pod_of(document)
        for volume in pod["spec"]["volumes"] if pod else []:
            for source in volume.get("projected", {}).get("sources", []):
                for item in source["secret"]["items"]:
                    setting = item["path"].split("/", 1)[-1]
                    content = keys.get(item["key"]) or tls.get(item["key"]) or "secret"
                    if setting.endswith("postgres.url_file"):
                        content = "postgres://winner@127.0.0.1/winner"
                    content = dkim if setting.startswith("mail.dkim.") else tls["ca.crt"] if setting.endswith("-ca.crt") else content
                    made.setdefault(source["secret"]["name"], {})[item["key"]] = content
    return made


def configurations(binary: Path) -> list[str]:
    """`winner config check` in every pod: its variables, its files, its secrets."""
    found = []
    with tempfile.TemporaryDirectory(prefix="winner-chart-") as scratch:
        folder = Path(scratch)
        ask(binary, "keys", str(folder / "keys"))
        keys = {file.name: file.read_text() for file in (folder / "keys").iterdir()}
        tls = certificates(folder / "certificates")
        make = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
        dkim = subprocess.run(make, capture_output=True, text=True, check=True).stdout
        for name in SETS:
            rendered = manifests(name)
            cluster = Cluster(folder / name, binary, secrets_for(rendered, keys, tls, dkim), {})
            for document in rendered:
                if not pod_of(document):
                    continue
                found += [f"{name}: {problem}" for problem in check(binary, cluster, document, rendered)]
    return found


def check(binary: Path, cluster: Cluster, document: dict, rendered: list[dict]) -> list[str]:
    others = [volume for volume in pod_of(document)["spec"]["volumes"] if volume["name"] not in ("config", "secrets")]
    files = {volume["name"] for volume in others}
    pod_of(document)["spec"]["volumes"][:] = [volume for volume in pod_of(document)["spec"]["volumes"] if volume["name"] not in files]
    pod = cluster.pod(document, rendered)
    pod_of(document)["spec"]["volumes"] += others
    who = component({"metadata": pod_of(document)["metadata"]})
    roles = {"all": SERVICES, "doctor": [*SERVICES, "operator"], "migrate": ["operator"], "provision": ["operator"]}.get(who, [who])
    said = ask(binary, "config", "check", *roles, env=pod.environment(), cwd="/")
    if said.returncode != 0:
        return [f"{called(document)}: `winner config check` refuses what the chart renders: {(said.stdout + said.stderr).strip()}"]
    return []


def problems(binary: Path) -> list[str]:
    return schema.problems(binary) + commands(binary) + pools(binary) + configurations(binary) + examples.of_binary(binary)
