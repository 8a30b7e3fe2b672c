"""Who may import whom: a channel never sees a dialog, a dialog never sees a channel."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "adapters", "dialogs", "knowledge")
COMPOSERS = (
    *("bot.app", "bot.answering", "bot.brain", "bot.editing", "bot.running"),
    *("bot.subjects", "bot.ticks"),
    *("bot.cli", "bot.__main__"),
)
MAY_IMPORT = {
    "core": {"core"},
    "knowledge": {"knowledge", "core"},
    "dialogs": {"dialogs", "knowledge", "core"},
    "adapters": {"adapters", "core"},
    "api": {"api", "core"},
    "console": {"console", "core"},
    "pages": {"pages", "core"},
    "composer": {"composer", "api", "console", "pages", "adapters", "dialogs", "knowledge", "core"},
}


def layer(module: str) -> str:
    if module.startswith(COMPOSERS):
        return "composer"
    if module.startswith(("bot.api", "bot.console", "bot.pages")):
        return module.split(".")[1]
    return "core" if module.split(".", maxsplit=1)[0] == "bot" else module.split(".", maxsplit=1)[0]


@cache
def modules() -> dict[str, Path]:
    found = {}
    for path in (p for package in PACKAGES for p in (ROOT / package).rglob("*.py")):
        if "migrations/versions" not in path.as_posix():
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(p for p in parts if p != "__init__")] = path
    return found


def imports(path: Path, known: dict[str, Path], anywhere: bool) -> Iterator[str]:
    """Our modules this file imports; `anywhere`: also inside functions and for types only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree) if anywhere else tree.body:
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] in PACKAGES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES:
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in known else str(node.module) for name in whole)


@pytest.mark.parametrize("module", sorted(modules()))
def test_a_room_imports_only_what_it_may(module: str) -> None:
    known = modules()
    allowed = MAY_IMPORT[layer(module)]
    wrong = [i for i in imports(known[module], known, anywhere=True) if layer(i) not in allowed]
    assert wrong == []


def test_imports_make_no_circle() -> None:
    known = modules()
    graph = {m: set(imports(p, known, anywhere=False)) - {m} for m, p in known.items()}
    while leaves := {m for m, needs in graph.items() if not needs & graph.keys()}:
        graph = {m: needs for m, needs in graph.items() if m not in leaves}
    assert graph == {}


def test_the_rule_finds_a_wrong_import(tmp_path: Path) -> None:
    """The guard-off twin: an adapter that imports a dialog is caught."""
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def f():\n    from dialogs.answer import dialog\n", encoding="utf-8")
    found = list(imports(wrong, modules(), anywhere=True))
    assert found == ["dialogs.answer"]
    assert layer(found[0]) not in MAY_IMPORT["adapters"]


@pytest.mark.parametrize("module", sorted(modules()))
def test_every_file_says_its_one_job_and_stays_short(module: str) -> None:
    text = modules()[module].read_text(encoding="utf-8")
    tree = ast.parse(text)
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    too_long = [f.name for f in functions if (f.end_lineno or 0) - f.lineno >= 40]
    assert ast.get_docstring(tree), "the first line of a file says its one job"
    assert text.count("\n") <= 300
    assert too_long == []
