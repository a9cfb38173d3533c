"""values.schema.json: closed everywhere, with each role's settings under `config` as the binary describes them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from chart import CHART, HELM, SERVICES, yaml

SOURCE, TARGET = HELM / "values.schema.yaml", CHART / "values.schema.json"
ROLES = [*SERVICES, "operator"]
# What the four services have in common, for `config.common`.
COMMON = ["auth", "grpc", "messaging", "nats", "postgres", "telemetry"]


def closed(schema):
    """The schema with `additionalProperties: false` on every object that does not say otherwise."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items() if key != "x-open"}
    if "properties" in schema and isinstance(schema["properties"], dict) and schema.get("type") == "object" and "x-open" not in schema:
        result.setdefault("additionalProperties", False)
    return result


def settings_of(binary: Path, role: str) -> dict:
    """A role's definitions, renamed to be its own, with nothing required: the rest comes from defaults and from the chart."""
    said = subprocess.run([binary, "config", "schema", role], capture_output=True, text=True, check=True, timeout=60).stdout
    schema = json.loads(said)
    own = schema.pop("$defs", {})

    def part(value):
        if isinstance(value, list):
            return [part(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            key: f"#/definitions/role.{role}.{item.rsplit('/', 1)[1]}" if key == "$ref" else part(item)
            for key, item in value.items()
            if key not in ("required", "description", "default", "format", "title", "$schema") or isinstance(item, dict)
        }

    return {f"role.{role}.{name}": part(definition) for name, definition in own.items()} | {f"role.{role}": part(schema)}


def config_of(binary: Path) -> dict:
    definitions = {}
    for role in ROLES:
        definitions |= settings_of(binary, role)
    intake = definitions["role.intake"]["properties"]
    definitions["role.common"] = {"type": "object", "additionalProperties": False, "properties": {name: intake[name] for name in COMMON}}
    properties = {name: {"$ref": f"#/definitions/role.{name}"} for name in ["common", *ROLES]}
    definitions["config"] = {"type": "object", "additionalProperties": False, "properties": properties}
    return definitions


def built(binary: Path | None) -> str:
    """The schema's text. Without a binary the settings are taken from what is committed."""
    schema = closed(yaml.safe_load(SOURCE.read_text()))
    if binary:
        settings = config_of(binary)
    else:
        settings = {name: part for name, part in json.loads(TARGET.read_text())["definitions"].items() if name == "config" or name.startswith("role.")}
    schema["definitions"] = dict(sorted((schema["definitions"] | settings).items()))
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def problems(binary: Path | None) -> list[str]:
    if TARGET.read_text() != built(binary):
        return [f"{TARGET.name} is not what {SOURCE.name} and the binary's settings make: tests/checks/deploy --write --binary PATH"]
    return []
