"""What a choice of a broadcast may not be called: whoever types it would get something else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

import dialogs
from bot.brain import heard_as
from bot.database import Database
from bot.dialog import Command, Form, Transaction
from bot.i18n import _, alternatives, translate
from bot.known import CONTROLS
from bot.services.broadcast import BadBroadcast, Broadcast
from bot.services.broadcast_heard import INSTEAD, STOPS, refuse_heard
from bot.services.broadcasts import Broadcasts
from tests.broadcasting import City

PLAIN = Broadcast(name="x", texts={"en": "Will you come?"}, fallback="en", zone="UTC")


def asking(*labels: str) -> Broadcast:
    return replace(PLAIN, choices=tuple({"en": label} for label in labels))


def refused(label: str) -> str:
    """Why, in English; "" where it may be called so."""
    try:
        refuse_heard(asking("I will come", label), heard_as)
    except BadBroadcast as bad:
        return str(bad)
    return ""


@pytest.mark.parametrize(
    ("label", "instead"),
    [
        ("Help", "sees what the assistant can do"),
        ("Hilfe", "sees what the assistant can do"),
        ("帮助", "sees what the assistant can do"),
        ("Cancel", "calls off what they are asked"),
        ("Zurück", "goes back one question"),
        ("Sign me up", "registers for an event"),
        ("人工", "asks for a person of the team"),
        ("Deutsch", "changes the language"),
        ("Danke", "gets no more than a kind word"),
        ("7F3-K29-QMB", "hands in a code"),
        ("I want to die", "is told who helps in distress"),
        ("Results", "sees the result of a poll"),
        ("Please help me", "sees what the assistant can do"),
    ],
)
def test_what_another_dialog_hears_is_refused_with_what_it_would_do(
    label: str, instead: str
) -> None:
    assert refused(label) == (
        f"choices.2.en: who types “{label}” is not counted, but {instead}. "
        "Please put it differently."
    )


@pytest.mark.parametrize(
    "label",
    [
        *("Yes", "No", "Ja", "Nein", "是", "不", "Definitely", "Not this time", "Ich komme"),
        *("Vielleicht", "Perhaps", "我会来", "这次不来", "9:00", "Saturday", "Mit Kindern"),
    ],
)
def test_what_people_would_say_to_it_may_be_offered(label: str) -> None:
    """A plain yes, too: said to what was asked, it is the choice of that name."""
    assert refused(label) == ""


@pytest.mark.parametrize("around", ["{}", "{}!", "/{}", "please {}", "{} bitte", "请{}"])
def test_nothing_is_offered_that_would_mean_stop(around: str) -> None:
    """However it is written, in any language."""
    every = {w for several in alternatives(_("wordings: unsubscribe")).values() for w in several}
    stops = [around.format(wording.rstrip("!+")) for wording in sorted(every) if "…" not in wording]
    assert len(stops) > 100
    assert [label for label in stops if not refused(label)] == []


@pytest.mark.parametrize("label", ["stop", "Stopp", "STOP!", "退订", "unsubscrbe", "TD"])
def test_of_what_means_stop_that_is_said(label: str) -> None:
    assert STOPS in refused(label)


def test_it_is_told_in_the_language_of_who_writes() -> None:
    with pytest.raises(BadBroadcast) as bad:
        refuse_heard(asking("Stopp"), heard_as)
    told = {code: translate(code, bad.value.why, **bad.value.values) for code in ("de", "zh")}
    assert told == {
        "de": "choices.1.en: Wer „Stopp“ schreibt, wird nicht gezählt, sondern bekommt keine "
        "Nachrichten mehr von uns. Bitte anders ausdrücken.",
        "zh": "choices.1.en：输入“Stopp”不会被计入，而是不再收到我们的消息。请换一种说法。",
    }


def test_of_every_dialog_that_hears_words_it_is_known_what_it_does() -> None:
    def hears(dialog: Command | Form) -> bool:
        return bool(dialog.triggers or (isinstance(dialog, Command) and dialog.hears))

    known = {name for name, dialog in dialogs.load().items() if hears(dialog)}
    assert {*INSTEAD} == known | {*CONTROLS}


@pytest.fixture
def city(sqlite_url: str) -> Iterator[City]:
    database = Database(sqlite_url)
    database.upgrade()
    yield City(database)
    database.close()


def test_one_that_was_written_when_it_was_allowed_is_not_sent(city: City) -> None:
    city.person("anna", "post")
    old = city.write(choices=[{"en": "Help", "de": "Gern"}])
    with city.database.write() as connection:
        broadcasts = Broadcasts(Transaction(connection, city.now), city.open, hears=heard_as)
        for step in (broadcasts.save, broadcasts.send):
            with pytest.raises(BadBroadcast, match="who types “Help” is not counted"):
                step(old, "staff:anna")
    assert city.state(old) == "draft"
