"""`citybot webhook`: added, listed, tried, its log, switched off and on, removed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import citybot
from bot.cli.speech import language

Webhook = Callable[..., Result]
URL = "https://hook.example.org/citybot"


@pytest.fixture
def webhook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Webhook:
    """Runs `citybot webhook …` on the database in this test's folder."""
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    language.cache_clear()

    def run(*words: str) -> Result:
        return CliRunner().invoke(citybot, ["--data-dir", str(tmp_path), "webhook", *words])

    return run


def test_a_webhook_lives_and_ends(webhook: Webhook) -> None:
    added = webhook("add", URL, "--event", "poll.closed", "--event", "gap.closed")
    assert added.stdout.startswith("whsec_")
    assert "Webhook 1 is added" in added.stderr
    assert webhook("list").stdout == f"1  on  {URL}  gap.closed poll.closed\n"
    assert "citybot webhook log 1" in webhook("test", "1").stderr
    (call,) = json.loads(webhook("log", "1", "-o", "json").stdout)
    assert (call["type"], call["state"], call["attempts"]) == ("webhook.test", "queued", 0)
    assert webhook("resend", "1", "1").exit_code == 1, "it is under way"
    assert webhook("renew", "1").stdout.startswith("whsec_")
    assert webhook("disable", "1").exit_code == 0
    assert webhook("list").stdout.startswith("1  off  ")
    assert webhook("enable", "1").exit_code == 0
    assert webhook("remove", "1").exit_code == 1
    assert webhook("remove", "1", "--yes").exit_code == 0
    assert webhook("list").stdout == ""


def test_what_cannot_be_is_told(webhook: Webhook) -> None:
    for words, told in [
        (("add", "http://10.0.0.1", "--event", "poll.closed"), "must begin with https://"),
        (("log", "7"), "There is no such webhook."),
        (("test", "7"), "There is no such webhook."),
    ]:
        refused = webhook(*words)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert told in refused.stderr
    assert webhook("add", URL).exit_code == 2
    assert webhook("add", URL, "--event", "person.erased").exit_code == 2
