"""Rendered manifests: the same bytes twice and by both majors of Helm, and as committed, so that review sees what a change does."""

from __future__ import annotations

import difflib

from chart import GOLDEN, GOLDENS, SETS, render

HEAD = "# What the chart renders of the values {files}. Made by tests/checks/deploy --write; never edit it.\n"


def text(name: str) -> str:
    return HEAD.format(files=", ".join(SETS[name])) + render(4, SETS[name])


def problems() -> list[str]:
    found = []
    for name, files in SETS.items():
        first = render(4, files)
        if first != render(4, files):
            found.append(f"{name}: two renders differ: something is random or depends on the time")
        if other := difference(first, render(3, files)):
            found.append(f"{name}: Helm 3 and 4 render differently: {other}")
    for name in GOLDENS:
        file = GOLDEN / f"{name}.yaml"
        committed = file.read_text() if file.exists() else ""
        if other := difference(committed, text(name)):
            found.append(f"deploy/helm/golden/{name}.yaml is stale: tests/checks/deploy --write, and look at the difference: {other}")
    return found


def difference(one: str, other: str) -> str:
    """The first lines that differ."""
    lines = difflib.unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=0)
    return " ".join(line for line in list(lines)[3:9])


def write() -> None:
    GOLDEN.mkdir(exist_ok=True)
    for name in GOLDENS:
        (GOLDEN / f"{name}.yaml").write_text(text(name))
