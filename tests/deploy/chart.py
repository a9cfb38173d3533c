"""The chart as the checks see it: its value sets, Helm of two majors, and what they render."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(os.environ.get("WINNER_CHECK_ROOT") or Path(__file__).parents[2]).resolve()
sys.path.insert(0, str(ROOT / "tests"))
import peers  # noqa: E402

sys.path.insert(0, str(peers.wheels("kubernetes")))
import yaml  # noqa: E402

HELM = ROOT / "deploy/helm"
CHART = HELM / "winner"
GOLDEN = HELM / "golden"
RELEASE, NAMESPACE = "winner", "winner"
SERVICES = ["intake", "matching", "judging", "notification"]
# Each set of values, as an operator would give them: files in this order, the later wins.
SETS = {
    "minimal": ["values-minimal.yaml"],
    "production": ["values-minimal.yaml", "values-production.yaml", "ci/production.yaml"],
    "single-node": ["values-minimal.yaml", "values-single-node.yaml"],
    "restricted": ["values-minimal.yaml", "values-restricted.yaml", "ci/restricted.yaml"],
    "everything": ["ci/everything.yaml"],
    "external": ["ci/external.yaml"],
    "single-node-tls": ["values-minimal.yaml", "values-single-node.yaml", "ci/tls.yaml"],
}
# What is committed as rendered, so that a change of the chart shows its effect in review.
GOLDENS = ["minimal", "production", "single-node"]


class Failed(Exception):
    """Helm refused; the text is its own."""


def helm(major: int, *arguments: str | Path) -> str:
    """What Helm prints; its folders are private to this run, so nothing of the machine's leaks in."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": home}
        done = subprocess.run([peers.helm(major), *map(str, arguments)], capture_output=True, text=True, env=environment, cwd=CHART)
    if done.returncode != 0:
        raise Failed(done.stderr.strip() + done.stdout.strip())
    return done.stdout


def render(major: int, files: list[str | Path], *more: str, chart: Path = CHART) -> str:
    """The manifests of a set of values, tests and hooks included; empty lines, in which the majors differ, are left out."""
    values = [word for file in files for word in ("--values", str(file))]
    text = helm(major, "template", RELEASE, chart, "--namespace", NAMESPACE, *values, *more)
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"


def documents(text: str) -> list[dict]:
    return [document for document in yaml.load_all(text, Loader=yaml.CSafeLoader) if document]


_rendered: dict[str, list[dict]] = {}


def manifests(name: str) -> list[dict]:
    """The documents of a set, by Helm 4; rendered once a run."""
    if name not in _rendered:
        _rendered[name] = documents(render(4, SETS[name]))
    return _rendered[name]


def table() -> dict:
    """What the chart knows about the binary: the plain YAML in templates/_table.tpl."""
    text = (CHART / "templates/_table.tpl").read_text()
    return yaml.safe_load(re.search(r'define "winner\.table" -\}\}\n(.*?)\n\{\{- end \}\}', text, re.DOTALL).group(1))


def kind(documents: list[dict], wanted: str) -> list[dict]:
    return [document for document in documents if document["kind"] == wanted]


def pod_of(document: dict) -> dict | None:
    """The pod template of a workload, with its metadata."""
    if document["kind"] == "Pod":
        return document
    return document["spec"]["template"] if document["kind"] in ("Deployment", "Job") else None


def component(document: dict) -> str:
    """What a document of ours is of; an operator's own objects are of nothing."""
    return document["metadata"].get("labels", {}).get("app.kubernetes.io/component", "")


def called(document: dict) -> str:
    return f"{document['kind']}/{document['metadata']['name']}"
