"""Dashboards and alerts are shipped byte for byte, whatever braces they hold, and not at all from a chart that has none."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from chart import CHART, Failed, documents, kind, render, yaml

DASHBOARD = {"title": "Planted", "panels": [{"legendFormat": "{{ service_name }} <x> & \"y\""}]}
ALERTS = {"groups": [{"name": "planted", "rules": [{"alert": "Planted", "expr": "up == 0", "annotations": {"summary": "{{ $labels.job }} is down"}}]}]}
ON = ["--set", "monitoring.dashboards.enabled=true", "--set", "monitoring.rules.enabled=true"]


def problems() -> list[str]:
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        chart = Path(scratch, "winner")
        shutil.copytree(CHART, chart)
        shutil.rmtree(chart / "files", ignore_errors=True)
        for switch, sentence in (("dashboards", "holds no files/dashboards"), ("rules", "holds no files/alerts")):
            try:
                render(4, ["values-minimal.yaml"], "--set", f"monitoring.{switch}.enabled=true", chart=chart)
                found.append(f"monitoring.{switch} is on in a chart without files, and nothing is said")
            except Failed as error:
                if sentence not in str(error):
                    found.append(f"monitoring.{switch} is on in a chart without files, and the sentence is another: {error}")
        (chart / "files/dashboards").mkdir(parents=True)
        (chart / "files/alerts").mkdir()
        (chart / "files/dashboards/planted.json").write_text(json.dumps(DASHBOARD, indent=2))
        (chart / "files/alerts/planted.yaml").write_text(yaml.safe_dump(ALERTS))
        for major in (3, 4):
            rendered = documents(render(major, ["values-minimal.yaml"], *ON, chart=chart))
            boards = [document for document in kind(rendered, "ConfigMap") if document["metadata"]["labels"].get("grafana_dashboard") == "1"]
            if [json.loads(board["data"]["planted.json"]) for board in boards] != [DASHBOARD]:
                found.append(f"Helm {major}: a dashboard is not shipped as it is")
            if [rule["spec"] for rule in kind(rendered, "PrometheusRule")] != [ALERTS]:
                found.append(f"Helm {major}: a file of alerts is not shipped as it is")
    return found

