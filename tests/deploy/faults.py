"""Shows that the rules bite: one fault at a time is planted into what the chart renders, and the rule that guards it must speak."""

from __future__ import annotations

import copy
from collections.abc import Callable

import chart
import network
import rules
import validators
from chart import component, kind, pod_of

CHOSEN = "everything"


def deployment(documents: list[dict], role: str = "intake") -> dict:
    return next(document for document in kind(documents, "Deployment") if component(document) == role)


def spec(documents: list[dict], role: str = "intake") -> dict:
    return pod_of(deployment(documents, role))["spec"]


def container(documents: list[dict], role: str = "intake") -> dict:
    return spec(documents, role)["containers"][0]


def policy(documents: list[dict], role: str) -> dict:
    return next(document for document in kind(documents, "NetworkPolicy") if document["metadata"]["name"] == f"winner-{role}")


def service(documents: list[dict], name: str) -> dict:
    return next(document for document in kind(documents, "Service") if document["metadata"]["name"] == name)


def without(documents: list[dict], wanted: str, name: str) -> None:
    documents[:] = [document for document in documents if (document["kind"], document["metadata"]["name"]) != (wanted, name)]


# What is done to the documents of a set, and words of the problem that must be found.
FAULTS: list[tuple[str, Callable[[list[dict]], object], str]] = [
    ("root", lambda d: spec(d)["securityContext"].update(runAsUser=0) or container(d)["securityContext"].update(runAsUser=0), "run as root"),
    ("a capability", lambda d: container(d)["securityContext"]["capabilities"].update(add=["NET_ADMIN"]), "capabilities"),
    ("growing privileges", lambda d: container(d)["securityContext"].update(allowPrivilegeEscalation=True), "privileges may grow"),
    ("a root that is written", lambda d: container(d)["securityContext"].update(readOnlyRootFilesystem=False), "may be written"),
    ("no seccomp", lambda d: spec(d)["securityContext"].pop("seccompProfile") and container(d)["securityContext"].pop("seccompProfile"), "seccomp"),
    ("the node's network", lambda d: spec(d).update(hostNetwork=True), "hostNetwork"),
    ("a folder of the node", lambda d: spec(d)["volumes"].append({"name": "x", "hostPath": {"path": "/"}}), "hostPath"),
    ("a token", lambda d: spec(d).update(automountServiceAccountToken=True), "token"),
    ("service links", lambda d: spec(d).pop("enableServiceLinks"), "service links"),
    ("no memory limit", lambda d: container(d)["resources"]["limits"].clear(), "memory limit"),
    ("a right", lambda d: d.append({"kind": "Role", "metadata": {"name": "x"}}), "no right"),
    ("a Secret", lambda d: d.append({"kind": "Secret", "metadata": {"name": "x"}}), "never rendered"),
    ("liveness asks the database", lambda d: container(d)["livenessProbe"]["grpc"].update(service="readiness"), "livenessProbe"),
    ("a probe of the wrong port", lambda d: container(d)["readinessProbe"]["grpc"].update(port=7410), "no health port"),
    ("one bad look", lambda d: container(d)["readinessProbe"].update(failureThreshold=1), "one bad look"),
    ("an impatient start", lambda d: container(d)["startupProbe"].update(failureThreshold=3), "wait for its database"),
    ("an early kill", lambda d: spec(d).update(terminationGracePeriodSeconds=39), "killed after"),
    ("a gap in a rollout", lambda d: deployment(d)["spec"]["strategy"]["rollingUpdate"].update(maxUnavailable=1), "before a new one is ready"),
    ("settings without a restart", lambda d: pod_of(deployment(d))["metadata"]["annotations"].pop("checksum/config"), "would not restart"),
    ("a Service for two", lambda d: service(d, "winner-intake")["spec"]["selector"].pop("app.kubernetes.io/component"), "selects"),
    ("a Service for none", lambda d: service(d, "winner-intake")["spec"]["selector"].update({"app.kubernetes.io/component": "x"}), "selects 0"),
    ("a selector with a version", lambda d: deployment(d)["spec"]["selector"]["matchLabels"].update({"helm.sh/chart": "x"}), "changes with an upgrade"),
    ("a Service that leads nowhere", lambda d: service(d, "winner-judging")["spec"]["ports"][0].update(targetPort="health"), "leads to health"),
    ("no headless Service", lambda d: without(d, "Service", "winner-intake-headless"), "one without"),
    ("replicas beside an autoscaler", lambda d: deployment(d)["spec"].update(replicas=3), "exactly when no autoscaler"),
    ("an autoscaler of nothing", lambda d: kind(d, "HorizontalPodAutoscaler")[0]["spec"]["scaleTargetRef"].update(name="x"), "is not there"),
    ("a budget for one", lambda d: deployment(d, "matching")["spec"].update(replicas=1), "a single copy"),
    ("no ServiceAccount", lambda d: without(d, "ServiceAccount", "winner-intake"), "ServiceAccount winner-intake"),
    ("no ConfigMap", lambda d: without(d, "ConfigMap", "winner"), "ConfigMap winner"),
    ("twice the same", lambda d: d.append(copy.deepcopy(deployment(d))), "rendered twice"),
    ("an unknown variable", lambda d: container(d)["env"].append({"name": "WINNER_FOO", "value": "x"}), "WINNER_FOO"),
    ("a secret variable", lambda d: container(d)["env"].append({"name": "OTEL_X", "valueFrom": {"secretKeyRef": {}}}), "mount a file"),
    ("another's secret", lambda d: secret(d)["items"].append({"key": "a", "path": "judging/a"}), "secrets of judging"),
    ("an open secret", lambda d: volume(d)["projected"].update(defaultMode=0o444), "the mode 444"),
    ("a peer that is nowhere", lambda d: configured(d, "winner-intake-headless:7410", "winner-nobody:7410"), "is no Service"),
    ("a peer that is balanced to one", lambda d: configured(d, "winner-intake-headless:7410", "winner-intake:7410"), "goes with dns"),
    ("a route to nothing", lambda d: kind(d, "GRPCRoute")[0]["spec"]["rules"][0]["backendRefs"][0].update(port=1), "is no Service"),
    ("the tag latest", lambda d: container(d).update(image="x/winner:latest"), "another tomorrow"),
    ("an edge too many", lambda d: policy(d, "intake")["spec"]["egress"].append(edge("judging", 7430)), "intake may reach judging:7430"),
    ("an edge too few", lambda d: policy(d, "matching")["spec"]["egress"].pop(0), "matching may not reach intake:7410"),
    ("a way to everywhere", lambda d: policy(d, "intake")["spec"]["egress"].append({"ports": [{"port": 443}]}), "open to the world"),
    ("an open door", lambda d: policy(d, "intake")["spec"]["ingress"].append({"ports": [{"port": 7410}]}), "opens more than health"),
    ("one way only", lambda d: policy(d, "judging")["spec"].update(policyTypes=["Ingress"]), "both ways"),
    ("no names", lambda d: policy(d, "judging")["spec"].update(egress=[]), "no DNS"),
    ("no policy", lambda d: without(d, "NetworkPolicy", "winner-judging"), "no NetworkPolicy is for judging"),
    ("an unknown field", lambda d: container(d).update(livenesProbe={}), "livenesProbe"),
    ("a field of the wrong type", lambda d: deployment(d, "judging")["spec"].update(replicas="two"), "two"),
    ("an unknown kind", lambda d: d.append({"apiVersion": "v1", "kind": "Widget", "metadata": {"name": "x"}}), "Widget"),
]  # fmt: skip
# Of the hooks, which the set above does not render.
HOOKS: list[tuple[str, Callable[[list[dict]], object], str]] = [
    ("a hook without its ConfigMap", lambda d: annotated(d, "ConfigMap", "winner-migrate").pop("helm.sh/hook"), "only after it"),
    ("a hook before its ServiceAccount", lambda d: annotated(d, "ServiceAccount", "winner-migrate").update({"helm.sh/hook-weight": "0"}), "only after it"),
    ("a hook that stays", lambda d: annotated(d, "Job", "winner-migrate").pop("helm.sh/hook-delete-policy"), "in the way"),
]


def volume(documents: list[dict]) -> dict:
    return next(found for found in spec(documents)["volumes"] if found["name"] == "secrets")


def secret(documents: list[dict]) -> dict:
    return volume(documents)["projected"]["sources"][0]["secret"]


def configured(documents: list[dict], old: str, new: str) -> None:
    config = next(found for found in kind(documents, "ConfigMap") if component(found) == "config")
    config["data"]["winner.toml"] = config["data"]["winner.toml"].replace(old, new)


def edge(role: str, port: int) -> dict:
    labels = {"app.kubernetes.io/name": "winner", "app.kubernetes.io/instance": "winner", "app.kubernetes.io/component": role}
    return {"to": [{"podSelector": {"matchLabels": labels}}], "ports": [{"protocol": "TCP", "port": port}]}


def annotated(documents: list[dict], wanted: str, name: str) -> dict:
    return next(found for found in kind(documents, wanted) if found["metadata"]["name"] == name)["metadata"]["annotations"]


def said(name: str, schemas: bool) -> list[str]:
    return rules.every(name) + network.problems(name) + (validators.schemas(name) if schemas else [])


def problems() -> tuple[list[str], int]:
    found = []
    for name, faults in ((CHOSEN, FAULTS), ("minimal", HOOKS)):
        whole = chart.manifests(name)
        for what, plant, words in faults:
            chart._rendered[name] = copy.deepcopy(whole)
            try:
                plant(chart._rendered[name])
                # Kubernetes' schemas are slow, and only the last faults are theirs.
                heard = said(name, schemas=words in ("livenesProbe", "two", "Widget"))
            finally:
                chart._rendered[name] = whole
            if not any(words in problem for problem in heard):
                found.append(f"the fault '{what}' is not found: no problem says '{words}', only {heard[:3]}")
    return found, len(FAULTS) + len(HOOKS)
