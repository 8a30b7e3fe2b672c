"""What the pages say of the program is what the program is: settings, commands, tests, links."""

import ast
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib import metadata
from pathlib import Path

import pytest

from adapters import CHANNELS
from adapters.capabilities import ALL
from bot.cli import COMMANDS
from bot.config import PLAIN, Settings
from bot.message import Capabilities
from bot.metrics import Metrics
from bot.server import web_application
from bot.services import retention
from tests.docs.markdown import PAGES, ROOT, blocks, headings, links, page, section, tables

NAMES = [path.relative_to(ROOT).as_posix() for path in PAGES]
PROJECT = tomllib.loads(page("pyproject.toml"))["project"]
_NAME = re.compile(r"[A-Za-z0-9_.-]+")
# Folders of one machine, and addresses packages come from: neither helps a reader elsewhere.
_ELSEWHERE = re.compile(
    r"(?<![\w.}])/(home|root|tmp|work|mnt|Users)/|\bfile://|://[^/\s]*(pypi|npmjs|registry|mirror)"
)
_OTHER_TEXTS = ("NOTICE", "Dockerfile", "docker-compose.yml", "Makefile")


def settings_told(text: str) -> Mapping[str, tuple[str, str]]:
    """Each setting of a page's table: its name in the environment, and its default."""
    (table,) = [t for t in tables(text) if t[0][:3] == ("setting", "environment", "default")]
    rows = [tuple(cell.strip("`") for cell in row) for row in table[1:]]
    return {name: (environment, default) for name, environment, default, _why in rows}


def settings_there() -> Mapping[str, tuple[str, str]]:
    plain = {key: name for name, key in PLAIN.items()}
    return {
        field.name: (
            plain.get(field.name, f"CITYBOT_{field.name.upper()}"),
            str(field.default) or "none",
        )
        for field in fields(Settings)
    }


def test_the_operations_page_names_every_setting_and_no_other() -> None:
    assert settings_told(page("docs/operations.md")) == settings_there()


def test_the_readme_names_only_settings_there_are() -> None:
    told = settings_told(page("README.md"))
    assert told == {name: settings_there()[name] for name in told}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):(?!=)", page("Makefile"), re.MULTILINE))


def code(text: str) -> str:
    """Everything a page sets as code."""
    fenced = "\n".join(block.text for block in blocks(text))
    return "\n".join([fenced, *re.findall(r"`([^`\n]+)`", text)])


@pytest.mark.parametrize("name", NAMES)
def test_a_page_names_only_targets_and_commands_there_are(name: str) -> None:
    said = code(page(name))
    assert set(re.findall(r"\bmake ([a-z]+)", said)) <= targets()
    assert set(re.findall(r"^(?:\$ )?citybot ([a-z]+)\b", said, re.MULTILINE)) <= set(COMMANDS)


@pytest.mark.parametrize("name", NAMES)
def test_a_link_leads_somewhere(name: str) -> None:
    here = (ROOT / name).parent
    for target in links(page(name)):
        if target.startswith(("https://", "mailto:")):
            continue
        path, _hash, anchor = target.partition("#")
        there = (here / path).resolve() if path else ROOT / name
        assert there.exists(), f"{name} links to {target}"
        if anchor:
            assert anchor in headings(there.read_text(encoding="utf-8")), f"{name}: {target}"


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        here = waiting.pop()
        reached.add(here)
        found = {here.parent / target.partition("#")[0] for target in links(page(str(here)))}
        known = {path.resolve() for path in found if path.suffix == ".md"}
        waiting += [path for path in known & set(PAGES) if path not in reached]
    assert reached == set(PAGES)


def capability_table() -> tuple[tuple[str, ...], ...]:
    """What each channel can show, as docs/channels/README.md has it."""
    opened = ("adapter", *("yes" if name in CHANNELS else "no" for name in ALL))
    rows = (
        (field.name, *(_cell(getattr(can, field.name)) for can in ALL.values()))
        for field in fields(Capabilities)
    )
    return (("", *ALL), opened, *rows)


def _cell(value: object) -> str:
    match value:
        case None:
            return "no limit"
        case bool():
            return "yes" if value else "no"
        case tuple():
            return " ".join(f"`{kind}`" for kind in value) or "none"
        case _:
            return str(value)


def test_the_table_of_channels_equals_what_they_declare() -> None:
    (shown,) = tables(page("docs/channels/README.md"))
    lines = ("| " + " | ".join(row) + " |" for row in capability_table())
    assert shown == capability_table(), "the table should be:\n" + "\n".join(lines)


def dependencies() -> set[str]:
    listed = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    return {_NAME.match(line)[0] for line in listed}


def test_every_dependency_has_its_reason_and_none_is_left_over() -> None:
    found = tables(section(page("docs/decisions.md"), "Dependencies"))
    assert {row[0].strip("`") for table in found for row in table[1:]} == dependencies()


def test_every_decision_says_what_why_and_what_was_given_up() -> None:
    text = page("docs/decisions.md").partition("## Dependencies")[0]
    for part in text.split("\n## ")[1:]:
        lines = part.strip().splitlines()
        marks = [line.partition(":")[0] for line in lines[2:]]
        assert marks == ["Chosen", "Why", "Given up"], lines[0]


def licence(distribution: metadata.Distribution) -> str:
    about = distribution.metadata
    classes = [c for c in about.get_all("Classifier", ()) if c.startswith("License")]
    return " ".join([about.get("License-Expression") or about.get("License", ""), *classes])


def test_the_notice_names_every_package_that_is_not_freely_mixed() -> None:
    named = page("NOTICE").casefold()
    installed = {d.metadata["Name"].casefold(): licence(d) for d in metadata.distributions()}
    strict = {name for name, terms in installed.items() if re.search(r"GPL|MPL|Mozilla", terms)}
    assert {name for name in strict if name not in named} == set()
    assert "cc-by-sa-3.0" in named


def promises() -> Iterator[tuple[str, ...]]:
    """What is promised or told, and the tests that show it."""
    for name in ("docs/promises.md", "docs/faults.md"):
        for table in tables(page(name)):
            yield from (row[-2:] for row in table[1:])


def known_tests() -> set[str]:
    """The ids of all tests, read from the files, not run."""
    return {
        f"{path.relative_to(ROOT).as_posix()}::{node.name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        if "node_modules" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


def test_every_promise_names_a_test_that_exists() -> None:
    known = known_tests()
    for promise, tests in promises():
        named = re.findall(r"`([^`]+)`", tests)
        assert named, promise
        assert set(named) <= known, promise


def test_the_retention_table_says_what_is_done() -> None:
    (table,) = tables(section(page("docs/operations.md"), "Privacy and retention"))
    days, hours = 24 * 3600, 3600
    assert [row[1] for row in table[1:5]] == [
        f"{int(retention.CONTENT.total_seconds() // hours)} hours",
        f"{int(retention.KEYS.total_seconds() // days)} days",
        f"{int(retention.LEDGER.total_seconds() // days)} days",
        f"{int(retention.QUESTIONS.total_seconds() // days)} days",
    ]


def test_the_operations_page_names_the_metrics_and_addresses_there_are(database) -> None:
    addresses, metrics = tables(section(page("docs/operations.md"), "Health and metrics"))
    served = web_application(database, (), Metrics()).router.resources()
    told = {path for row in addresses[1:] for path in re.findall(r"`(/\w+)`", row[0])}
    assert told == {resource.canonical for resource in served}
    exported = re.findall(r"^# TYPE (citybot\w+) ", Metrics().page().decode(), re.MULTILINE)
    ours = {name for name in exported if not name.endswith("_created")}
    assert {row[0].strip("`") for row in metrics[1:]} == ours


def test_the_log_lines_worth_an_alarm_are_written_somewhere() -> None:
    (table,) = tables(section(page("docs/operations.md"), "Logs"))
    told = {name for row in table[1:] for name in re.findall(r"`(\w+)`", row[0])}
    files = [file for part in ("bot", "adapters") for file in (ROOT / part).rglob("*.py")]
    program = "".join(file.read_text(encoding="utf-8") for file in files)
    assert {name for name in told if f'("{name}"' not in program} == set()


@pytest.mark.parametrize("name", [*NAMES, *_OTHER_TEXTS])
def test_a_page_holds_nothing_of_one_machine(name: str) -> None:
    text = page(name)
    assert _ELSEWHERE.findall(text) == []
    assert os.fspath(ROOT) not in text


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(
        r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$", page("CHANGELOG.md"), re.M
    )
    assert versions[0] == PROJECT["version"]
