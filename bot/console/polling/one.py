"""One poll: how it stands, what can be done with it, and what waits for somebody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from bot.console.desk import Desk
from bot.console.polling.deeds import DEEDS
from bot.console.polling.words import LEVELS, MODES, STATES, at, named, people, window
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import _, language_name, translate
from bot.services import poll_texts
from bot.services.actors import person_of
from bot.services.event_texts import moment
from bot.services.moderation import Moderation
from bot.services.paper import Agreement, Paper
from bot.services.poll_check import half_said, missing_languages, two_numbers
from bot.services.poll_standing import Wish, codes_made, has_votes, tablets, wish_of
from bot.services.polls import Poll, Polls
from bot.services.roles import POLL, may
from bot.services.texts import language_of
from bot.services.turnout import Turnout, turnout
from bot.services.weblinks import POLLS, SCREEN
from bot.web.polls.printed import printed
from bot.web.problem import NOT_FOUND, Problem

TALLIES: Final[Mapping[str, str]] = {
    "first": _("waits for a second person; it does not count yet"),
    "agreed": _("two people have the same; it counts"),
    "differs": _("the figures differ; none of them counts"),
}
_SAVED: Final = {
    "saved": _("Kept. Nobody sees it before you open it."),
    "changed": _("Kept. Voters read it so from now on."),
    "said": _("Kept. Those who wanted to hear are told within a minute, if there is news."),
}


@dataclass(frozen=True, slots=True)
class _Standing:
    """All there is to say of a poll at one moment."""

    poll: Poll
    turnout: Turnout
    wish: Wish | None
    has_votes: bool
    codes: int
    tablets: int
    waiting: int  # what people wrote and nobody has looked at
    tallies: dict[str, Agreement]


class OnePoll:
    """The page of one poll, for the team."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """What is public anyway to everybody of the team; the rest to who may change polls."""
        stands = await self._desk.look(lambda t: _standing(t, visit.part("slug")))
        poll, language = stands.poll, visit.language
        may_poll = may(visit.member.role, POLL)
        values = {
            "stands": stands,
            "poll": poll,
            "name": poll.name(language),
            "spoken": language_of(poll.title, language),
            "state": translate(language, STATES[poll.state]),
            "told": "" if poll.state == "draft" else poll_texts.state_of(poll, language, visit.now),
            "window": window(poll, language),
            "extended": poll_texts.extended(poll, language),
            "people": people(stands.turnout.count, language),
            "level": named(language, LEVELS)[poll.level],
            "mode": named(language, MODES)[poll.mode],
            "is_hidden": poll.state == "draft" and not may_poll,
            "may_poll": may_poll,
            "deeds": _deeds(visit, stands) if may_poll else (),
            "until": moment(language, stands.wish.until, poll.zone) if stands.wish else "",
            "asked_by": stands.wish.asked_by.removeprefix("staff:") if stands.wish else "",
            "is_own": bool(stands.wish and _is_own(stands.wish, visit)),
            "tallies": named(language, TALLIES),
            "questions": [printed(question, language) for question in poll.questions],
            "remarks": _remarks(poll, language) if may_poll else (),
            "done": _done(visit),
            "here": at(poll, ""),
            "page": f"{POLLS}/{poll.id}?lang={language}",
            "screen": f"{SCREEN}{poll.id}",
        }
        return self._rendering.page(visit, "poll.html", values)


def _standing(transaction: Transaction, slug: str) -> _Standing:
    poll = known(transaction, slug)
    connection, moderation = transaction.connection, Moderation(transaction)
    return _Standing(
        poll,
        turnout(connection, poll, transaction.now),
        wish_of(connection, poll) if poll.state == "open" else None,
        has_votes(connection, poll.id),
        codes_made(connection, poll.id),
        len(tablets(connection, poll.id)),
        len(moderation.statements(poll.id)) + len(moderation.texts(poll.id)),
        dict(Paper(transaction).tallies(poll.id)),
    )


def known(transaction: Transaction, slug: str) -> Poll:
    """The poll an address names. Raises Problem."""
    poll = Polls(transaction).get(slug)
    if poll is None:
        raise Problem(NOT_FOUND)
    return poll


def _is_own(wish: Wish, visit: Visit) -> bool:
    return person_of(wish.asked_by) == person_of(visit.member.actor)


def _deeds(visit: Visit, stands: _Standing) -> list[tuple[str, str]]:
    """What can be done now: its name, and its button. To agree stands beside the wish."""
    possible = (d for d in DEEDS.values() if d.is_possible(stands.poll, visit.now))
    return [(d.name, translate(visit.language, d.title)) for d in possible if d.name != "agree"]


def _done(visit: Visit) -> str:
    """What was just done."""
    name = visit.asked("done")
    text = DEEDS[name].done if name in DEEDS else _SAVED.get(name, "")
    return translate(visit.language, text) if text else ""


def _remarks(poll: Poll, language: str) -> list[str]:
    """What is allowed and still worth a second look, as `citybot poll create` says it."""
    if poll.state not in ("draft", "open"):
        return []
    missing: list[tuple[str, dict[str, Any]]] = [
        (
            _("{poll}: {language} is missing; those who speak it read another language."),
            {"poll": place, "language": language_name(code)},
        )
        for place, code in (
            *((poll.id, code) for code in missing_languages(poll)),
            *((f"{poll.id}, {place}", code) for place, code in half_said(poll)),
        )
    ]
    missing += [
        (
            _(
                "{question}: the answers are figures, but not their places in a list. Where people "
                "write a number, 3 is the third of them: use words, or bare figures."
            ),
            {"question": name},
        )
        for name in two_numbers(poll)
    ]
    return [translate(language, text, **values) for text, values in missing]
