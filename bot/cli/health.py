"""How a channel is, in sentences: what pauses, what is not heard, what waits, and what to do."""

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
from bot.i18n import _
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
_PAUSES = _("sending pauses: {reason}")
_PAUSES_FOR = _("sending pauses, and is tried again in {seconds} s: {reason}")


def health_of(chosen: Settings) -> dict[str, Health]:
    """What the ledger knows, by channel; nothing before there is a database."""
    if schema_of(chosen) is None:
        return {}
    with closing(Database(chosen.database())) as database, database.read() as connection:
        return Channels(Transaction(connection, datetime.now(UTC))).health()


def troubles(name: str, health: Health) -> Iterator[str]:
    """What keeps a channel from working, each with what to do."""
    if health.pause:
        seconds = ceil((health.pause.until - datetime.now(UTC)).total_seconds())
        told = _PAUSES_FOR if seconds > 0 else _PAUSES  # a time that is past says nothing
        reason = in_words(speech.language(), health.pause.reason)
        yield f"{say(told, seconds=seconds, reason=reason)} {_step(name, health.pause.reason)}"
    if health.deaf:
        told = _("nothing is heard: {reason}")
        reason = in_words(speech.language(), health.deaf.reason)
        yield f"{say(told, reason=reason)} {_step(name, health.deaf.reason)}"
    if health.mute:
        told = _("people are not told that something waits for them: {reason}")
        reason = in_words(speech.language(), health.mute.reason)
        yield f"{say(told, reason=reason)} {_step(name, health.mute.reason)}"


def _step(name: str, reason: str) -> str:
    """What to do about it; where we do not know, where to look."""
    return " ".join(filter(None, (say_step(name, reason), say(_DO, name=name))))


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
    return " ".join(
        filter(None, (meaning, in_words(speech.language(), str(error)), say_step(name, str(error))))
    )
