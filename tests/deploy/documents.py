"""The parts of the documents that are made from other files: the table of values, and the traffic matrix."""

from __future__ import annotations

import json
import re

from chart import CHART, ROOT, SERVICES, table, yaml

README, GUIDE = CHART / "README.md", ROOT / "deploy/README.md"
KEY = re.compile(r"^( *)([A-Za-z][\w]*):(.*)$")


def comments() -> dict[str, str]:
    """What values.yaml says about each value, by path: the `# --` comment above the key."""
    found, path, said = {}, [], ""
    for line in (CHART / "values.yaml").read_text().splitlines():
        if line.strip().startswith("# -- "):
            said = line.strip()[5:]
        elif match := KEY.match(line):
            depth = len(match.group(1)) // 2
            path = [*path[:depth], match.group(2)]
            if said:
                found[".".join(path)] = said
            said = ""
        else:
            said = ""
    return found


def leaves(values: dict, path: str = "") -> dict[str, object]:
    """Every value that is no filled map, by path."""
    found = {}
    for key, value in values.items():
        at = f"{path}.{key}" if path else key
        found |= leaves(value, at) if isinstance(value, dict) and value else {at: value}
    return found


def undocumented() -> list[str]:
    """Every value is explained, itself or as part of what it belongs to."""
    said = comments()
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    parents = lambda path: {path.rsplit(".", count)[0] for count in range(path.count(".") + 1)}
    return [f"values.yaml: nothing says what {path} is: a `# --` comment above it" for path in leaves(values) if not parents(path) & set(said)]


def values_table() -> str:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    rows = ["| value | default | what |", "| --- | --- | --- |"]
    for path, said in comments().items():
        value = values
        for key in path.split("."):
            value = value[key]
        shown = json.dumps(value, ensure_ascii=False)
        default = f"`{shown}`" if len(shown) <= 60 else "see `values.yaml`"
        rows.append(f"| `{path}` | {default} | {said} |")
    return "\n".join(rows)


def traffic_table() -> str:
    """Every edge that the NetworkPolicies allow, from the table that makes them."""
    known = table()
    egress = yaml.safe_load((CHART / "values.yaml").read_text())["networkPolicy"]["egress"]
    rows = ["| from | to | port | why |", "| --- | --- | --- | --- |"]
    for role in SERVICES:
        for peer in known["services"][role]["peers"]:
            rows.append(f"| {role} | {peer} | {known['services'][peer]['grpc']} | questions, and events it missed |")
    for tool, row in known["tools"].items():
        ends = ", ".join([*row["calls"], *(name for name in row["egress"] if name != "dns")])
        rows.append(f"| {tool} | {ends} | theirs | {'a Job' if tool in ('migrate', 'provision') else '`helm test`'} |")
    for name, row in known["outside"].items():
        ports = ", ".join(map(str, egress[name]["ports"]))
        rows.append(f"| {', '.join(row['from']) if len(row['from']) < 4 else 'every service'} | {name} | {ports} | {row['why']} |")
    for role in SERVICES:
        row = known["services"][role]
        rows.append(f"| your gateway | {role} | {row['grpc']} | gRPC: `networkPolicy.ingress.grpc` |")
        rows.append(f"| the node's kubelet | {role} | {row['health']} | health, without TLS |")
    notification = known["services"]["notification"]
    rows.append(f"| your gateway | notification | {notification['publicHttp']} | leaving, receipts: `networkPolicy.ingress.publicHttp` |")
    rows.append(f"| your mail server | notification | {notification['bounces']} | LMTP: `networkPolicy.ingress.bounces` |")
    return "\n".join(rows)


PARTS = {README: {"values": values_table}, GUIDE: {"traffic": traffic_table}}


def built(file) -> str:
    text = file.read_text()
    for name, make in PARTS[file].items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        if begin not in text or end not in text:
            raise SystemExit(f"deploy: {file.name} has no place for {name}: {begin} ... {end}")
        text = f"{text[: text.index(begin)]}{begin}\n{make()}\n{text[text.index(end) :]}"
    return text


def problems() -> list[str]:
    found = undocumented()
    for file in PARTS:
        if file.read_text() != built(file):
            found.append(f"{file.relative_to(ROOT)} is not what the chart makes of it: tests/checks/deploy --write")
    lines = len((CHART / "values-minimal.yaml").read_text().splitlines())
    if lines >= 15:
        found.append(f"values-minimal.yaml has {lines} lines: a first installation takes fewer than 15")
    return found


def write() -> None:
    for file in PARTS:
        file.write_text(built(file))
