"""Every talk of tests/dialogs on every channel: the same words, each in its own looks.

Each file here of the name of one there brings in its tests as they are; what differs is where their
houses are opened. What cannot be played is named in `aside`. Other files open stages themselves.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.aside import has_script, is_aside
from tests.conformance.staged import Theatre
from tests.conformance.stages import STAGES
from tests.dialogs.conftest import messenger, town, town_settings
from tests.script import Chat

__all__ = ["messenger", "town", "town_settings"]

HERE = Path(__file__).parent
DIALOGS = HERE.parent / "dialogs"


@pytest.fixture(autouse=True)
def _staged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever opens a chat opens it on a stage."""
    channel = getattr(request, "param", None)
    if channel is None:
        yield
        return
    theatre = Theatre(channel, STAGES[channel])
    monkeypatch.setattr(Chat, "opened", theatre.opened)
    yield
    assert theatre.houses, "a talk that went around the stage"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if (DIALOGS / Path(metafunc.module.__file__).name).exists():
        metafunc.parametrize("_staged", STAGES, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = [item for item in items if _is_played(item)]


def _is_played(item: pytest.Item) -> bool:
    if item.path.parent != HERE or not isinstance(item, pytest.Function):
        return True
    given = item.callspec.params if hasattr(item, "callspec") else {}
    if "_staged" not in given:
        return True
    name = f"{item.path.stem}::{item.originalname}"
    return has_script(item.function) and not is_aside(name, given["_staged"])
