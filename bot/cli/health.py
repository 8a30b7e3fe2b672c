"""How a channel is, in sentences: what pauses, what is not heard, what waits, and what to do."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from math import ceil
from typing import Final

from adapters.remedies import step_for
from bot.channel import SendError
from bot.cli import speech
from bot.cli.db import schema_of
from bot.cli.speech import say, say_count
from bot.config import Settings
from bot.database import Database
from bot.dialog import Transaction
from bot.i18n import _, format_list, sentences
from bot.services.channels import Channels, Health, in_words

# Of a row of the outbox, in the order of its life.
STATES: Final = (
    "queued", "sending", "parked", "sent", "failed", "expired", "cancelled", "unsure",
)  # fmt: skip
_DO = _("To look: citybot channel test {name}")
_COUNTS: Final = {
    "queued": _("queued {count}"),
    "sending": _("on its way {count}"),
    "parked": _("waiting for its person {count}"),
    "sent": _("sent {count}"),
    "failed": _("failed {count}"),
    "expired": _("expired {count}"),
    "cancelled": _("cancelled {count}"),
    "unsure": _("perhaps sent {count}"),
}
_PAUSES = _("sending pauses")
_PAUSES_FOR = _("sending pauses (it is tried again in {seconds} s)")
_DEAF = _("nothing is heard")
_MUTE = _("people are not told that something waits for them")
_UNLISTED = _("no mass messages are sent")
_CODE: Final = re.compile(r"\d{3,6}(?!\d)")


def health_of(chosen: Settings) -> dict[str, Health]:
    """What the ledger knows, by channel; nothing before there is a database."""
    if schema_of(chosen) is None:
        return {}
    with closing(Database(chosen.database())) as database, database.read() as connection:
        return Channels(Transaction(connection, datetime.now(UTC))).health()


def troubles(name: str, health: Health, known: str = "") -> Iterator[str]:
    """What keeps a channel from working, each cause once and with what to do.

    `known`: a reason that was said already.
    """
    reasons: dict[str, str] = {}
    effects: dict[str, tuple[str, ...]] = {}
    for reason, effect in _effects(health):
        cause = _cause(name, reason)
        reasons.setdefault(cause, reason)
        effects[cause] = (*effects.get(cause, ()), effect)
    said = _cause(name, known) if known else None
    for cause, reason in reasons.items():
        if cause != said:
            language = speech.language()
            what, why = format_list(language, effects[cause]), in_words(language, reason)
            told = say(_("{effects}: {reason}"), effects=what, reason=why)
            yield sentences(told, _step(name, reason))


def _effects(health: Health) -> Iterator[tuple[str, str]]:
    """Each reason there is, and what follows from it."""
    if health.pause:
        seconds = ceil((health.pause.until - datetime.now(UTC)).total_seconds())
        told = _PAUSES_FOR if seconds > 0 else _PAUSES  # a time that is past says nothing
        yield health.pause.reason, say(told, seconds=seconds)
    if health.held:
        yield health.held.reason, say(_PAUSES)
    if health.deaf:
        yield health.deaf.reason, say(_DEAF)
    if health.mute:
        yield health.mute.reason, say(_MUTE)
    if health.unlisted:
        yield health.unlisted.reason, say(_UNLISTED)


def _cause(name: str, reason: str) -> str:
    """The same for reasons that one step mends; WeChat writes a number of its own behind each."""
    code = _CODE.match(reason)
    return step_for(name, reason) or (code[0] if code else reason)


def _step(name: str, reason: str) -> str:
    """What to do about it; where we do not know, where to look."""
    return sentences(say_step(name, reason), say(_DO, name=name))


def say_step(name: str, reason: str) -> str:
    """What to do about what the platform said, in the reader's language; "" if we do not know."""
    step = step_for(name, reason)
    return say(step) if step else ""


def waiting(health: Health) -> str:
    """What waits for people to write again; nobody has to do anything about it."""
    count = health.rows.get("parked", 0)
    if not count:
        return ""
    return say_count(
        _("{count} message waits until its person writes again."),
        _("{count} messages wait until their people write again."),
        count,
    )


def counts(health: Health) -> str:
    """`sent 12, failed 1`; nothing where nothing was to be sent."""
    told = ((_COUNTS[state], health.rows.get(state, 0)) for state in STATES)
    return ", ".join(say(msgid, count=count) for msgid, count in told if count)


def why(name: str, error: SendError) -> str:
    """What it means, what the platform said, and what to do, for whoever has to mend it."""
    meaning = say(type(error).__doc__ or "")
    if str(error) == type(error).__doc__:
        return meaning
    told = in_words(speech.language(), str(error))
    return sentences(meaning, told, say_step(name, str(error)))
