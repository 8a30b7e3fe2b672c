"""`citybot staff token`: printed once, listed without it, ended at once."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import citybot
from bot.cli.speech import language

Token = Callable[..., Result]


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Token:
    """Runs `citybot staff token …` on the database in this test's folder."""
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    language.cache_clear()

    def run(*words: str) -> Result:
        return CliRunner().invoke(citybot, ["--data-dir", str(tmp_path), "staff", "token", *words])

    return run


def test_a_token_is_made_shown_once_and_ended(token: Token) -> None:
    made = token("add", "Website", "--scope", "read", "--scope", "ask")
    assert made.exit_code == 0
    assert made.stdout.startswith("citybot_1_")
    assert "shown once" in made.stderr
    secret = made.stdout.strip().removeprefix("citybot_1_")
    assert token("list").stdout == "website  ask read  good  never used\n"
    (row,) = json.loads(token("list", "-o", "json").stdout)
    assert (row["name"], row["scopes"], row["state"]) == ("website", ["ask", "read"], "good")
    assert secret not in token("list", "-o", "json").stdout
    assert token("revoke", "website").exit_code == 0
    assert token("list").stdout == "website  ask read  revoked  never used\n"


def test_what_cannot_be_is_told(token: Token) -> None:
    token("add", "website", "--scope", "ask")
    token("revoke", "website")
    for words, told in [
        (("add", "website", "--scope", "ask"), "There is, or was, a token website"),
        (("add", "Söder", "--scope", "ask"), "A name has 1 to 40"),
        (("revoke", "nobody"), "There is no token nobody."),
    ]:
        refused = token(*words)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert told in refused.stderr
    for words in [("add", "a"), ("add", "a", "--scope", "team"), ("add", "a", "--days", "0")]:
        assert token(*words).exit_code == 2
