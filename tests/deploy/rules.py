"""What every manifest that the chart renders must keep to, whatever the values. Each rule answers with sentences."""

from __future__ import annotations

import re
import tomllib
from itertools import chain

from chart import CHART, ROOT, SERVICES, called, component, kind, manifests, pod_of, table

WORKLOADS = ("Deployment", "Job", "Pod")
# Fields of a pod that Pod Security `restricted` forbids or wants otherwise; each container kind is looked at.
CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
# Variables that only stand in `$(...)` of another.
HELPERS = {"POD_NAME", "POD_NAMESPACE", "NODE_NAME"}


def every(name: str) -> list[str]:
    rendered = manifests(name)
    found = chain.from_iterable(rule(name, rendered) for rule in RULES)
    return [f"{name}: {problem}" for problem in found]


def pods(rendered: list[dict]):
    """Every pod with the document it is of."""
    for document in rendered:
        if document["kind"] in WORKLOADS:
            yield document, pod_of(document)


def restricted(_, rendered):
    """Pod Security `restricted`, field by field of the standard, and what we ask beyond it."""
    for document, pod in pods(rendered):
        spec, who = pod["spec"], called(document)
        for field in ("hostNetwork", "hostPID", "hostIPC"):
            if spec.get(field):
                yield f"{who}: {field} is not allowed"
        for volume in spec.get("volumes", []):
            kinds = set(volume) - {"name"}
            if not kinds <= VOLUMES:
                yield f"{who}: a volume of the kind {', '.join(kinds)} is not allowed"
        if spec.get("automountServiceAccountToken") is not False:
            yield f"{who}: the pod gets a token that it does not need"
        if spec.get("enableServiceLinks") is not False:
            yield f"{who}: service links would add variables that look like settings"
        general = spec.get("securityContext", {})
        for container in chain.from_iterable(spec.get(kind_, []) for kind_ in CONTAINERS):
            own = container.get("securityContext", {})
            effective = general | own
            if own.get("privileged") or own.get("allowPrivilegeEscalation") is not False:
                yield f"{who}: privileges may grow"
            if own.get("capabilities", {}).get("drop") != ["ALL"] or own["capabilities"].get("add"):
                yield f"{who}: capabilities are not all dropped"
            if effective.get("runAsNonRoot") is not True or effective.get("runAsUser", 0) == 0:
                yield f"{who}: it may run as root"
            if effective.get("seccompProfile", {}).get("type") not in ("RuntimeDefault", "Localhost"):
                yield f"{who}: no seccomp profile"
            if own.get("readOnlyRootFilesystem") is not True:
                yield f"{who}: the root file system may be written"
            if any("hostPort" in port for port in container.get("ports", [])):
                yield f"{who}: host ports are not allowed"
            if {"memory"} - set(container.get("resources", {}).get("limits", {})) or not container["resources"].get("requests"):
                yield f"{who}: no memory limit or no requests"


def no_rights(_, rendered):
    """The release asks the API server for nothing, so it has no right there."""
    for document in rendered:
        if document["kind"] in ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"):
            yield f"{called(document)}: the release needs no right at the API server"
        if document["kind"] == "ServiceAccount" and document.get("automountServiceAccountToken") is not False:
            yield f"{called(document)}: its token is mounted"


def no_secrets(_, rendered):
    for document in kind(rendered, "Secret"):
        yield f"{called(document)}: secrets are named, never rendered"


def probes(_, rendered):
    """Kubelet's gRPC probes on the plaintext health port; liveness asks about the process alone."""
    health = {row["health"] for row in table()["services"].values()}
    wanted = {"startupProbe": "", "livenessProbe": "", "readinessProbe": "readiness"}
    for document in kind(rendered, "Deployment"):
        (container,) = pod_of(document)["spec"]["containers"]
        ports = {port["containerPort"] for port in container["ports"]}
        for name, service in wanted.items():
            probe = container.get(name, {}).get("grpc")
            if probe is None or probe.get("service") != service:
                yield f"{called(document)}: {name} does not ask the gRPC health service '{service}'"
            elif probe["port"] not in health & ports:
                yield f"{called(document)}: {name} asks port {probe['port']}, which is no health port of the pod"
        if container["readinessProbe"]["failureThreshold"] < 2:
            yield f"{called(document)}: one bad look empties the Service"
        startup = container["startupProbe"]
        if startup["periodSeconds"] * startup["failureThreshold"] < 300:
            yield f"{called(document)}: a start may wait for its database only {startup['periodSeconds'] * startup['failureThreshold']} s"


def drain_seconds() -> int:
    source = (ROOT / "services/winner/src/commands/run.rs").read_text()
    return int(re.search(r"const DRAIN: Duration = Duration::from_secs\((\d+)\);", source).group(1))


def grace(_, rendered):
    """The kill comes after the pause before SIGTERM, the binary's own drain time, and a rest."""
    known = table()
    if known["drainSeconds"] != drain_seconds():
        yield f"templates/_table.tpl says {known['drainSeconds']} s of draining, services/winner/src/commands/run.rs says {drain_seconds()}"
    for document in kind(rendered, "Deployment"):
        spec = pod_of(document)["spec"]
        sleep = spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
        if sleep < 1:
            yield f"{called(document)}: no pause before SIGTERM, so calls still arrive at a pod that stops"
        if spec["terminationGracePeriodSeconds"] < sleep + drain_seconds() + 5:
            yield f"{called(document)}: killed after {spec['terminationGracePeriodSeconds']} s, but a stop takes {sleep} + {drain_seconds()} + 5"


def rollout(_, rendered):
    for document in kind(rendered, "Deployment"):
        rolling = document["spec"]["strategy"].get("rollingUpdate", {})
        if rolling.get("maxUnavailable") != 0 or not rolling.get("maxSurge"):
            yield f"{called(document)}: an old pod may go before a new one is ready"
        if "checksum/config" not in pod_of(document)["metadata"]["annotations"]:
            yield f"{called(document)}: a change of its settings would not restart it"


def selected(selector: dict, labels: dict) -> bool:
    return all(labels.get(key) == value for key, value in selector.items())


def selectors(_, rendered):
    """Every selector selects pods of exactly the workload it is for."""
    workloads = [(document, pod["metadata"]["labels"]) for document, pod in pods(rendered)]
    for document in rendered:
        spec = document.get("spec", {})
        selector = {
            "Deployment": lambda: spec["selector"]["matchLabels"],
            "Service": lambda: spec.get("selector"),
            "PodDisruptionBudget": lambda: spec["selector"]["matchLabels"],
            "NetworkPolicy": lambda: spec["podSelector"]["matchLabels"],
        }.get(document["kind"], dict)()
        if not selector:
            continue
        chosen = [workload for workload, labels in workloads if selected(selector, labels)]
        if document["metadata"]["name"].endswith("-default-deny"):
            missed = [called(workload) for workload, labels in workloads if not selected(selector, labels)]
            if missed:
                yield f"{called(document)}: does not hold for {', '.join(missed)}"
        elif len(chosen) != 1:
            yield f"{called(document)}: selects {len(chosen)} workloads: {', '.join(map(called, chosen)) or 'none'}"
        if any("version" in key or "chart" in key for key in selector):
            yield f"{called(document)}: selects by a label that changes with an upgrade, which Kubernetes refuses"


def services(_, rendered):
    """Each service has a Service and a headless one, whose ports are named ports of its pods."""
    deployments = kind(rendered, "Deployment")
    found = kind(rendered, "Service")
    for role in SERVICES:
        mine = [document for document in found if component(document) == role]
        if sorted(document["spec"].get("clusterIP") == "None" for document in mine) != [False, True]:
            yield f"{role}: needs one Service with an address and one without, has {', '.join(map(called, mine)) or 'none'}"
    for document in found:
        for deployment in deployments:
            if not selected(document["spec"]["selector"], pod_of(deployment)["metadata"]["labels"]):
                continue
            ports = {port["name"]: port["containerPort"] for port in pod_of(deployment)["spec"]["containers"][0]["ports"]}
            for port in document["spec"]["ports"]:
                if ports.get(port["targetPort"]) != port["port"]:
                    yield f"{called(document)}: port {port['port']} leads to {port['targetPort']}, which is {ports.get(port['targetPort'])} in the pod"


def autoscaling(_, rendered):
    """An autoscaler and `replicas` would fight, and with server-side apply the upgrade would fail."""
    scaled = {document["spec"]["scaleTargetRef"]["name"] for document in kind(rendered, "HorizontalPodAutoscaler")}
    budgets = {component(document) for document in kind(rendered, "PodDisruptionBudget")}
    names = {document["metadata"]["name"] for document in kind(rendered, "Deployment")}
    for target in scaled - names:
        yield f"an autoscaler scales {target}, which is not there"
    fewest = {document["spec"]["scaleTargetRef"]["name"]: document["spec"]["minReplicas"] for document in kind(rendered, "HorizontalPodAutoscaler")}
    for document in kind(rendered, "Deployment"):
        name, copies = document["metadata"]["name"], document["spec"].get("replicas")
        if (copies is None) != (name in scaled):
            yield f"{called(document)}: `replicas` must be there exactly when no autoscaler is"
        least = fewest.get(name, copies) or 1
        if component(document) in budgets and least < 2:
            yield f"{called(document)}: a budget for a single copy stops nodes from being drained"


def names(name, rendered):
    """Every name that a workload uses is rendered, or is a Secret or ServiceAccount that the values name."""
    made = {(document["kind"], document["metadata"]["name"]) for document in rendered}
    seen = set()
    for document in rendered:
        if (document["kind"], document["metadata"]["name"]) in seen:
            yield f"{called(document)} is rendered twice"
        seen.add((document["kind"], document["metadata"]["name"]))
        if len(document["metadata"]["name"]) > 63:
            yield f"{called(document)}: the name is longer than 63"
    for document, pod in pods(rendered):
        spec = pod["spec"]
        if name != "external" and ("ServiceAccount", spec["serviceAccountName"]) not in made:
            yield f"{called(document)}: its ServiceAccount {spec['serviceAccountName']} is not rendered"
        mounted = {mount["name"] for mount in spec["containers"][0]["volumeMounts"]}
        volumes = {volume["name"] for volume in spec["volumes"]}
        if mounted != volumes:
            yield f"{called(document)}: mounts {sorted(mounted)}, but has the volumes {sorted(volumes)}"
        for volume in spec["volumes"]:
            config = volume.get("configMap", {}).get("name")
            if config and volume["name"] == "config" and ("ConfigMap", config) not in made:
                yield f"{called(document)}: its ConfigMap {config} is not rendered"


def hooks(_, rendered):
    """What a hook of install needs is a hook with a lower weight; all are deleted before they are made again."""
    annotations = {(document["kind"], document["metadata"]["name"]): document["metadata"].get("annotations", {}) for document in rendered}
    weight = lambda found: int(found.get("helm.sh/hook-weight", 0))
    for (kind_, name), found in annotations.items():
        if "helm.sh/hook" in found and "before-hook-creation" not in found.get("helm.sh/hook-delete-policy", ""):
            yield f"{kind_}/{name}: a hook that stays is in the way of the next"
    for document, pod in pods(rendered):
        mine = annotations[(document["kind"], document["metadata"]["name"])]
        if "pre-install" not in mine.get("helm.sh/hook", ""):
            continue
        spec = pod["spec"]
        needs = [("ServiceAccount", spec["serviceAccountName"])]
        needs += [("ConfigMap", volume["configMap"]["name"]) for volume in spec["volumes"] if "configMap" in volume]
        needs += [("NetworkPolicy", document["metadata"]["name"])] if any(key[0] == "NetworkPolicy" for key in annotations) else []
        for need in needs:
            found = annotations.get(need, {})
            if need in annotations and ("pre-install" not in found.get("helm.sh/hook", "") or weight(found) >= weight(mine)):
                yield f"{called(document)}: needs {need[0]}/{need[1]}, which is there only after it"


def variables(_, rendered):
    """Plain variables are ours, OpenTelemetry's, or used in one of those; none holds a secret."""
    for document, pod in pods(rendered):
        given = pod["spec"]["containers"][0]["env"]
        text = " ".join(entry.get("value", "") for entry in given)
        for entry in given:
            name = entry["name"]
            known = name == "WINNER_CONFIG" or name.startswith("OTEL_") or (name in HELPERS and f"$({name})" in text)
            if not known:
                yield f"{called(document)}: the variable {name} is none that the binary knows"
            if "secretKeyRef" in entry.get("valueFrom", {}):
                yield f"{called(document)}: {name} is a secret in the environment: mount a file"


def secrets(_, rendered):
    """A service gets its own secrets and no other's; files are for the pod's group alone."""
    for document, pod in pods(rendered):
        volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
        projected = volumes["secrets"]["projected"]
        if projected["defaultMode"] != 0o440:
            yield f"{called(document)}: secrets have the mode {projected['defaultMode']:o}, not 440"
        owners = {item["path"].split("/")[0] for source in projected["sources"] for item in source["secret"]["items"]} - {"nats-ca.crt", "database-ca.crt"}
        who = component({"metadata": pod["metadata"]})
        allowed = {"all": set(SERVICES), "migrate": {"operator"}, "provision": {"operator"}, "doctor": {*SERVICES, "operator"}}
        if not owners <= allowed.get(who, {who}):
            yield f"{called(document)}: gets secrets of {', '.join(sorted(owners - allowed.get(who, {who})))}"
        paths = [item["path"] for source in projected["sources"] for item in source["secret"]["items"]]
        if len(paths) != len(set(paths)):
            yield f"{called(document)}: two secrets would be the same file"


def addresses(_, rendered):
    """A peer's address is a Service of the release, headless exactly where the client balances, or this process itself."""
    ports = {}
    for document in kind(rendered, "Service"):
        for port in document["spec"]["ports"]:
            ports[document["metadata"]["name"], port["port"]] = document["spec"].get("clusterIP") == "None"
    text = next((found["data"]["winner.toml"] for found in kind(rendered, "ConfigMap") if component(found) == "config"), None)
    if text is None:
        yield "no ConfigMap holds the settings"
        return
    config = tomllib.loads(text)
    for role in SERVICES:
        for peer, settings in config[role].get("peers", {}).items():
            host, port = re.fullmatch(r"https?://([^:/]+):(\d+)", settings["url"]).groups()
            if host == "127.0.0.1":
                if len(kind(rendered, "Deployment")) != 1:
                    yield f"{role} calls {peer} at {settings['url']}, where it is not"
            elif (host, int(port)) not in ports:
                yield f"{role} calls {peer} at {settings['url']}, which is no Service"
            elif ports[host, int(port)] != (settings.get("balance") == "dns"):
                how = settings.get("balance", "off")
                yield f"{role} calls {peer} at {settings['url']} with balance = {how}: a headless Service goes with dns, the other with off"


def routes(_, rendered):
    """A route leads to a Service's port, and names RPC services that the contracts declare for people."""
    ports = {(document["metadata"]["name"], port["port"]) for document in kind(rendered, "Service") for port in document["spec"]["ports"]}
    for document in [*kind(rendered, "GRPCRoute"), *kind(rendered, "HTTPRoute")]:
        for rule in document["spec"]["rules"]:
            for backend in rule["backendRefs"]:
                if (backend["name"], backend["port"]) not in ports:
                    yield f"{called(document)}: leads to {backend['name']}:{backend['port']}, which is no Service"


def images(name, rendered):
    for document, pod in pods(rendered):
        for container in pod["spec"]["containers"]:
            image = container["image"]
            if image.endswith(":latest") or ":" not in image.rsplit("/", 1)[-1]:
                yield f"{called(document)}: the image {image} may be another tomorrow"
            if name == "restricted" and "@sha256:" not in image:
                yield f"{called(document)}: the image {image} is not named by its digest"


RULES = [
    restricted, no_rights, no_secrets, probes, grace, rollout, selectors, services, autoscaling, names, hooks, variables, secrets, addresses, routes, images,
]  # fmt: skip


def contracts() -> list[str]:
    """The table against the sources: who calls whom, and which RPC services people may call."""
    known, problems = table(), []
    registry = (ROOT / "services/winner/src/registry.rs").read_text()
    for role, peers in re.findall(r'name: "(\w+)",.*?peers: &\[([^\]]*)\]', registry, re.DOTALL):
        if known["services"].get(role, {}).get("peers") != re.findall(r'"(\w+)"', peers):
            problems.append(f"templates/_table.tpl: {role} calls {re.findall(r'[a-z]+', peers)} by services/winner/src/registry.rs: correct peers")
    for role in SERVICES:
        wanted = sorted(people_may_call(role))
        if sorted(known["services"][role]["routed"]) != wanted:
            problems.append(f"templates/_table.tpl: of {role} people may call {', '.join(wanted)}: correct routed")
    version = re.search(r'^version = "([^"]+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)
    if version and f'appVersion: "{version.group(1)}"' not in (CHART / "Chart.yaml").read_text():
        problems.append(f"Chart.yaml: appVersion is not the workspace's version {version.group(1)}")
    return problems


def people_may_call(role: str) -> set[str]:
    """RPC services with at least one RPC whose policy is not for services alone."""
    found = set()
    for path in (ROOT / "proto/winner" / role).rglob("*.proto"):
        text = path.read_text()
        package = re.search(r"^package ([\w.]+);", text, re.MULTILINE).group(1)
        for name, body in re.findall(r"^service (\w+) \{(.*?)^\}", text, re.DOTALL | re.MULTILINE):
            audiences = re.findall(r"audience: (\w+)", body)
            if set(audiences) - {"AUDIENCE_SERVICES"} or not audiences:
                found.add(f"{package}.{name}")
    return found
