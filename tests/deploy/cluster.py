"""A cluster as far as the contract needs one: Secrets, and pods that run on this machine as their manifests say.

What cannot be the same on a loopback interface is replaced in the rendered text, and nothing else: the two folders that are mounted, the names of
Services, and ports, which are free ones here.
"""

from __future__ import annotations

import re
import signal
import subprocess
import time
from pathlib import Path

import health
from chart import called, component, kind, peers, pod_of, table


class Broken(Exception):
    """The contract does not hold; the text says what."""


class Cluster:
    """Secrets and ConfigMaps by name, and the addresses that stand for names."""

    def __init__(self, folder: Path, binary: Path, secrets: dict[str, dict[str, str]], addresses: dict[str, str]):
        self.folder, self.binary, self.secrets = folder, binary.resolve(), secrets
        self.ports: dict[int, int] = {}
        known = table()["services"]
        for row in known.values():
            for name in ("grpc", "health", "publicHttp", "bounces"):
                if name in row:
                    self.ports[row[name]] = peers.free_port()
        self.addresses = dict(addresses)
        for role, row in known.items():
            for name in (f"winner-{role}", f"winner-{role}-headless", "0.0.0.0", "127.0.0.1"):
                self.addresses[f"{name}:{row['grpc']}"] = f"127.0.0.1:{self.ports[row['grpc']]}"
        for row in known.values():
            for name in ("health", "publicHttp", "bounces"):
                if name in row:
                    self.addresses[f"0.0.0.0:{row[name]}"] = f"127.0.0.1:{self.ports[row[name]]}"

    def here(self, text: str, mounts: dict[str, Path]) -> str:
        """Rendered text as it holds on this machine."""
        for path, folder in mounts.items():
            text = text.replace(path, str(folder))
        pattern = "|".join(re.escape(name) for name in sorted(self.addresses, key=len, reverse=True))
        return re.sub(rf"(?<![\w.-])(?:{pattern})(?!\d)", lambda found: self.addresses[found.group()], text)

    def pod(self, document: dict, documents: list[dict]) -> "Pod":
        return Pod(self, document, documents)


class Pod:
    """The one container of a workload's pod, as a process with the arguments, variables and files of its manifest."""

    def __init__(self, cluster: Cluster, document: dict, documents: list[dict]):
        self.cluster, self.name = cluster, called(document)
        self.document, self.spec = document, pod_of(document)["spec"]
        (self.container,) = self.spec["containers"]
        self.folder = cluster.folder / self.name.replace("/", "-")
        self.process: subprocess.Popen | None = None
        mounts = {mount["name"]: mount["mountPath"] for mount in self.container["volumeMounts"]}
        self.mounts = {path: self.folder / name for name, path in mounts.items()}
        for volume in self.spec["volumes"]:
            self.fill(volume, documents)

    def fill(self, volume: dict, documents: list[dict]) -> None:
        """Writes a volume's files, as the kubelet does; a name or key that is not there keeps the pod from starting."""
        target = self.folder / volume["name"]
        if "configMap" in volume:
            wanted = volume["configMap"]["name"]
            data = next((found["data"] for found in kind(documents, "ConfigMap") if found["metadata"]["name"] == wanted), None)
            if data is None:
                raise Broken(f"{self.name}: there is no ConfigMap {wanted}")
            for name, text in data.items():
                self.write(target / name, self.cluster.here(text, self.mounts))
        elif "projected" in volume:
            for source in volume["projected"]["sources"]:
                secret = self.cluster.secrets.get(source["secret"]["name"], {})
                for item in source["secret"]["items"]:
                    if item["key"] not in secret:
                        raise Broken(f"{self.name}: the Secret {source['secret']['name']} has no key {item['key']}")
                    self.write(target / item["path"], secret[item["key"]], volume["projected"]["defaultMode"])
        else:
            raise Broken(f"{self.name}: a volume that this cluster does not know: {volume}")

    def write(self, file: Path, text: str, mode: int = 0o444) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def environment(self) -> dict[str, str]:
        """The manifest's variables and no other: what the binary needs besides must be in the chart."""
        fields = {"metadata.name": "pod", "metadata.namespace": "winner", "spec.nodeName": "node"}
        found: dict[str, str] = {}
        for entry in self.container["env"]:
            value = entry["value"] if "value" in entry else fields[entry["valueFrom"]["fieldRef"]["fieldPath"]]
            value = re.sub(r"\$\((\w+)\)", lambda name: found.get(name.group(1), name.group()), value)
            found[entry["name"]] = self.cluster.here(value, self.mounts)
        return found

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def start(self) -> "Pod":
        with open(self.folder / "log", "ab") as log:
            command = [self.cluster.binary, *self.container["args"]]
            self.process = subprocess.Popen(
                command, env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", preexec_fn=peers.die_with_parent
            )
        return self

    def run(self, seconds: float = 120) -> str:
        """Runs it to its end, which must be a good one."""
        (self.folder / "log").unlink(missing_ok=True)
        self.start()
        if self.process.wait(timeout=seconds) != 0:
            raise Broken(f"{self.name}: `winner {' '.join(self.container['args'])}` failed with {self.process.returncode}:\n{self.log[-9000:]}")
        return self.log

    def probe(self, name: str) -> bool:
        wanted = self.container[name]["grpc"]
        return health.serving(self.cluster.ports[wanted["port"]], wanted["service"])

    def wait(self, probe: str, wanted: bool, seconds: float) -> None:
        """Until the probe says so; the process must live meanwhile."""
        until = time.monotonic() + seconds
        while self.probe(probe) != wanted:
            if self.process.poll() is not None:
                raise Broken(f"{self.name}: it ended with {self.process.returncode}:\n{self.log[-9000:]}")
            if time.monotonic() > until:
                raise Broken(f"{self.name}: {probe} is not {'good' if wanted else 'bad'} after {seconds:.0f} s:\n{self.log[-9000:]}")
            time.sleep(0.1)

    def stop(self) -> float:
        """SIGTERM, as after preStop; answers how long it took, which must be less than the grace leaves."""
        left = self.spec["terminationGracePeriodSeconds"] - self.container["lifecycle"]["preStop"]["sleep"]["seconds"]
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            ended = self.process.wait(timeout=left)
        except subprocess.TimeoutExpired:
            raise Broken(f"{self.name}: still running {left} s after SIGTERM: it would be killed:\n{self.log[-9000:]}") from None
        if ended != 0:
            raise Broken(f"{self.name}: a stop ended with {ended}:\n{self.log[-9000:]}")
        return time.monotonic() - began

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def jobs(documents: list[dict]) -> list[dict]:
    """Jobs in the order in which Helm runs them."""
    weight = lambda job: int(job["metadata"].get("annotations", {}).get("helm.sh/hook-weight", 0))
    return sorted(kind(documents, "Job"), key=lambda job: (weight(job), component(job)))
