"""docs/poll.schema.json: it knows what `citybot poll create` knows, and refuses what that refuses."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.demo.city import the_city
from bot.i18n import languages
from bot.services import poll_written
from bot.services.poll_check import OPTIONS, QUESTIONS
from bot.services.poll_plain import to_plain
from bot.services.poll_written import BadPoll, read_poll
from bot.services.polls import KINDS, LEVELS, MODES
from tests.dialogs.polling import FIRST, PLACE, SCALE, one_of_each
from tests.docs.markdown import ROOT, blocks, page
from tests.docs.schema import wrong
from tests.services.polls.station import SINGLE, written

SCHEMA = json.loads(Path(ROOT, "docs/poll.schema.json").read_text(encoding="utf-8"))
DEFS = SCHEMA["$defs"]
NOW = datetime(2026, 5, 4, tzinfo=UTC)
EXAMPLE = yaml.safe_load(blocks(page("docs/polls.md"))[0].text)
GOOD: dict[str, Any] = {
    "the page's": {**EXAMPLE, "opens": "2026-01-01 08:00", "closes": "2127-05-14 18:00"},
    "five kinds": written(*one_of_each()),
    "three kinds": written(FIRST, SCALE, PLACE),
    "given back": to_plain(read_poll(written(*one_of_each()), NOW)),
    "a picture": written({**SINGLE, "options": [
        {**option, "image": "https://example.org/a.png", "alt": {"en": "x", "de": "x", "zh": "x"}}
        for option in SINGLE["options"]
    ]}),
}  # fmt: skip
BAD: dict[str, Any] = {
    "no title": {k: v for k, v in written().items() if k != "title"},
    "a key that is not": written(colour="red"),
    "a level that is not": written(level="everybody"),
    "no question": written() | {"questions": []},
    "a kind that is not": written({**SINGLE, "kind": "guess"}),
    "a key of another kind": written({**SINGLE, "least": 1}),
    "yes without quotes": written(title={"en": True}),
    "a language that is not": written(title={"fr": "Pistes"}),
}


def findings(poll: Any) -> list[str]:
    return list(wrong(SCHEMA, json.loads(json.dumps(poll, default=str)), SCHEMA))


@pytest.mark.parametrize("name", GOOD)
def test_what_is_read_is_valid(name: str) -> None:
    read_poll(GOOD[name], NOW)
    assert findings(GOOD[name]) == []


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused_is_not(name: str) -> None:
    assert findings(BAD[name]) != []
    if BAD[name]["questions"]:
        with pytest.raises(BadPoll):
            read_poll(BAD[name], NOW)


def test_the_polls_of_the_example_city_are_valid() -> None:
    polls = the_city(NOW.date()).polls
    assert [findings(poll) for poll in polls] == [[] for _poll in polls]


def test_it_has_every_key_and_every_value_and_no_others() -> None:
    question = DEFS["question"]["properties"]
    assert set(SCHEMA["properties"]) == poll_written.POLL_KEYS
    assert set(question) == poll_written.QUESTION_KEYS
    assert set(DEFS["option"]["properties"]) == poll_written.OPTION_KEYS
    assert set(DEFS["texts"]["properties"]) == set(languages())
    assert question["kind"]["enum"] == list(KINDS)
    assert SCHEMA["properties"]["level"]["enum"] == list(LEVELS)
    assert SCHEMA["properties"]["mode"]["enum"] == list(MODES)
    assert SCHEMA["properties"]["questions"]["maxItems"] == QUESTIONS
    assert question["options"]["maxItems"] == OPTIONS


def test_it_has_for_each_key_the_kinds_it_is_meant_for() -> None:
    meant = {
        rule["if"]["required"][0]: tuple(rule["then"]["properties"]["kind"]["enum"])
        for rule in DEFS["question"]["allOf"]
    }
    assert meant == poll_written.MEANT_FOR
