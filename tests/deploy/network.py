"""The network's edges, from the policies that are rendered and from the table that declares them; they must be the same."""

from __future__ import annotations

from chart import SERVICES, component, kind, manifests, pod_of, table
from rules import selected


def declared(name: str) -> set[tuple[str, str, int]]:
    """Edges inside the release that this set of values declares: who calls whom, on which port."""
    known, rendered = table(), manifests(name)
    single = any(component(document) == "all" for document in kind(rendered, "Deployment"))
    of = lambda role: "all" if single else role
    edges = set()
    for role in SERVICES:
        edges |= {(of(role), of(peer), known["services"][peer]["grpc"]) for peer in known["services"][role]["peers"]}
    for tool, row in known["tools"].items():
        if any(pod and pod["metadata"]["labels"]["app.kubernetes.io/component"] == tool for pod in map(pod_of, rendered)):
            edges |= {(tool, of(role), known["services"][role]["grpc"]) for role in row["calls"]}
    return edges


def edges_of(policies: list[dict], direction: str, components: dict[str, dict]) -> set[tuple[str, str, int]]:
    """Edges that the policies allow, seen from their egress or their ingress rules."""
    side, peers = {"egress": ("egress", "to"), "ingress": ("ingress", "from")}[direction]
    edges = set()
    for policy in policies:
        me = component(policy)
        for rule in policy["spec"].get(side, []):
            for peer in rule.get(peers, []):
                if set(peer) != {"podSelector"}:
                    continue
                for other, labels in components.items():
                    if selected(peer["podSelector"]["matchLabels"], labels):
                        edges |= {(me, other, port["port"]) if side == "egress" else (other, me, port["port"]) for port in rule["ports"]}
    return edges


def problems(name: str) -> list[str]:
    rendered = manifests(name)
    policies = [policy for policy in kind(rendered, "NetworkPolicy") if not policy["metadata"]["name"].endswith("-default-deny")]
    if not policies:
        return []
    components = {pod["metadata"]["labels"]["app.kubernetes.io/component"]: pod["metadata"]["labels"] for pod in map(pod_of, rendered) if pod}
    found, wanted = [], declared(name)
    for direction in ("egress", "ingress"):
        allowed = edges_of(policies, direction, components)
        found += [f"{name}: {direction}: {a} may not reach {b}:{port}, which the table declares" for a, b, port in sorted(wanted - allowed)]
        found += [f"{name}: {direction}: {a} may reach {b}:{port}, which the table does not declare" for a, b, port in sorted(allowed - wanted)]
    covered = {component(policy) for policy in policies}
    found += [f"{name}: no NetworkPolicy is for {who}" for who in sorted(set(components) - covered)]
    health = {row["health"] for row in table()["services"].values()}
    for policy in policies:
        who = f"{name}: NetworkPolicy/{policy['metadata']['name']}"
        if policy["spec"]["policyTypes"] != ["Ingress", "Egress"]:
            found.append(f"{who}: does not hold both ways")
        for rule in policy["spec"].get("egress", []):
            if not rule.get("to") or not rule.get("ports"):
                found.append(f"{who}: an egress rule without a peer or a port is open to the world")
        for rule in policy["spec"].get("ingress", []):
            if not rule.get("from") and {port["port"] for port in rule["ports"]} - health:
                found.append(f"{who}: an ingress rule without a peer opens more than health")
        if not any(port["port"] == 53 for rule in policy["spec"]["egress"] for port in rule["ports"]):
            found.append(f"{who}: no DNS, so no name leads anywhere")
    return found
