"""What others say about the rendered manifests: Kubernetes' own schemas, checkov, yamllint."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from chart import CHART, HELM, ROOT, SETS, called, manifests, peers, yaml

import kubernetes_validate  # noqa: E402

# The oldest that the chart supports, one between, and the newest that is known here.
VERSIONS = ["1.30", "1.33", "1.37"]
# Kinds that are not Kubernetes' own, and so have no schema here; rules.py looks at them.
CUSTOM = {"GRPCRoute", "HTTPRoute", "PrometheusRule"}
# Of checkov's findings we accept these, each with a reason.
ACCEPTED = {
    "CKV_K8S_11": "no CPU limit: throttling would hit the last minute before a deadline hardest; requests hold",
    "CKV_K8S_15": "imagePullPolicy: with a digest or a fixed tag IfNotPresent is enough, and a registry that is down stops no restart",
    "CKV_K8S_43": "a digest is the operator's to give: the restricted profile's values have one, and rules.py asks for it there",
    "CKV_K8S_21": "the namespace is the release's, which the operator chooses",
}  # fmt: skip
# Of the Pods and Jobs, which end by themselves.
ENDING = {"CKV_K8S_8": "liveness", "CKV_K8S_9": "readiness"}


def schemas(name: str) -> list[str]:
    """Strict: an unknown field is an error, and so is a kind that nobody knows."""
    found = []
    for document in manifests(name):
        if document["kind"] in CUSTOM:
            continue
        for version in VERSIONS:
            try:
                kubernetes_validate.validate(document, version, strict=True)
            except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
                found.append(f"{name}: {called(document)} on Kubernetes {version}: {' '.join(str(error).split())[:300]}")
    return found


def checkov(*names: str) -> list[str]:
    """New findings; and what is accepted and no longer found, or the list would only grow."""
    with tempfile.TemporaryDirectory() as scratch:
        for name in names:
            Path(scratch, f"{name}.yaml").write_text(yaml.safe_dump_all(manifests(name)))
        environment = {**os.environ, "PYTHONPATH": str(peers.wheels("checkov")), "LOG_LEVEL": "ERROR", "HOME": scratch}
        command = [sys.executable, "-m", "checkov.main", "--framework", "kubernetes", "--skip-download", "--quiet", "--output", "json", "--directory", scratch]
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
    try:
        said = json.loads(done.stdout)
    except json.JSONDecodeError:
        return [f"checkov says nothing that can be read: {done.stderr[-500:]}"]
    said = said[0] if isinstance(said, list) else said
    if said["summary"]["passed"] < 200 * len(names):
        return [f"checkov looked at {said['summary']['passed']} things only: does it find the manifests?"]
    found, seen = [], set()
    for failed in said["results"]["failed_checks"]:
        check, what = failed["check_id"], failed["resource"]
        seen.add(check)
        ends = what.startswith(("Pod.", "Job."))
        if check not in ACCEPTED and not (ends and check in ENDING):
            found.append(f"checkov: {check} {failed['check_name']}: {what} of {failed['file_path']}")
    unused = sorted({*ACCEPTED, *ENDING} - seen)
    return found + [f"checkov no longer finds {check}: take it out of what is accepted" for check in unused]


def yamllint() -> list[str]:
    files = [CHART / file for file in [*CHART.glob("values*.yaml"), CHART / "Chart.yaml", *CHART.glob("ci/*.yaml")]]
    files += [HELM / "values.schema.yaml", *(ROOT / "deploy/platform").glob("*.yaml")]
    rules = "{extends: default, rules: {line-length: {max: 160}, document-start: disable, braces: {max-spaces-inside: 0}, octal-values: enable}}"
    command = [sys.executable, "-m", "yamllint", "--strict", "--format", "parsable", "--config-data", rules, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(peers.wheels("kubernetes"))}, cwd=ROOT)
    if done.returncode not in (0, 1, 2) or done.stderr:
        return [f"yamllint: {done.stderr}"]
    return done.stdout.splitlines()


def problems(names=tuple(SETS)) -> list[str]:
    return [problem for name in names for problem in schemas(name)] + yamllint()
