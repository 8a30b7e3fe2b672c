"""Dashboard, alarms and the page that explains them name metrics there are, and each other."""

import json
import re
from typing import Any

import pytest
import yaml

from bot.metrics import Metrics
from bot.processes import ROLES
from tests.docs.markdown import page, section, tables

RULES: list[dict[str, Any]] = yaml.safe_load(page("docs/stack/alerts.yml"))["groups"][0]["rules"]
PANELS: list[dict[str, Any]] = json.loads(page("docs/stack/grafana.json"))["panels"]
ASKED = [target["expr"] for panel in PANELS for target in panel["targets"]]
EXPRESSIONS = [*ASKED, *(rule["expr"] for rule in RULES)]
_SERIES = re.compile(r"\b((?:citybot|process)_\w+)")


def series() -> set[str]:
    """What a process exports, each counter and bucket by the name it is asked for."""
    metrics = Metrics()
    text = metrics.page().decode()
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE))
    buckets = {f"{name}_bucket" for name, kind in kinds.items() if kind == "histogram"}
    return {*kinds, *buckets}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_asked_for_is_there(expression: str) -> None:
    assert set(_SERIES.findall(expression)) <= series()
    assert expression.count("(") == expression.count(")")


def test_every_metric_of_ours_is_on_the_dashboard() -> None:
    shown = {name.removesuffix("_bucket") for one in ASKED for name in _SERIES.findall(one)}
    ours = {name for name in series() if name.startswith("citybot_")}
    wanted = {name for name in ours if not name.endswith(("_created", "_bucket"))}
    assert wanted <= shown


def test_the_dashboard_lies_side_by_side() -> None:
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in PANELS]
    assert len(set(places)) == len(PANELS) == len({panel["id"] for panel in PANELS})


def test_every_alarm_says_what_to_do() -> None:
    (told,) = tables(section(page("docs/operations.md"), "When an alarm rings"))
    assert {row[0].strip("`") for row in told[1:]} == {rule["alert"] for rule in RULES}
    assert {rule["labels"]["severity"] for rule in RULES} == {"page", "ticket"}


def test_prometheus_asks_every_role() -> None:
    (job,) = yaml.safe_load(page("docs/stack/prometheus.yml"))["scrape_configs"]
    (asked,) = job["dns_sd_configs"]
    assert set(asked["names"]) == set(ROLES)
    assert job["job_name"] in " ".join(EXPRESSIONS)
