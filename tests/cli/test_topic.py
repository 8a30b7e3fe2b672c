"""`citybot topic`: what is not said of a topic stays, and one that is not there is told."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import citybot
from bot.cli.speech import language

Says = Callable[..., Result]


@pytest.fixture
def says(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Says]:
    """Runs `citybot topic …` in English."""
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    language.cache_clear()
    yield lambda *words: CliRunner().invoke(citybot, ["--data-dir", str(tmp_path), "topic", *words])
    language.cache_clear()


def _listed(says: Says, monkeypatch: pytest.MonkeyPatch, spoken: str) -> tuple[str, str]:
    monkeypatch.setenv("LANGUAGE", spoken)
    language.cache_clear()
    (one,) = json.loads(says("list", "-o", "json").stdout)
    return one["kind"], one["title"]


def test_what_is_not_said_of_a_topic_stays(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    says("save", "shanghai", "en=Shanghai", "de=Schanghai", "--kind", "city")
    assert says("save", "shanghai", "en=Shanghai2").exit_code == 0
    assert _listed(says, monkeypatch, "en") == ("city", "Shanghai2")
    assert _listed(says, monkeypatch, "de") == ("city", "Schanghai")
    says("save", "shanghai", "de=Stadt", "--kind", "interest")
    assert _listed(says, monkeypatch, "de") == ("interest", "Stadt")


def test_a_topic_that_is_not_there_cannot_be_closed(says: Says) -> None:
    refused = says("close", "nix")
    assert (refused.exit_code, refused.stderr) == (1, "There is no topic “nix”.\n")
