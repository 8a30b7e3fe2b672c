"""The pages of polls: all of them, and each with how to vote, or what came out of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web

from bot.dialog import Transaction
from bot.i18n import languages
from bot.pages.desk import Desk
from bot.pages.door import Visit
from bot.pages.rendering import Rendering
from bot.services import poll_texts
from bot.services.polls import Poll, Polls
from bot.services.results import Result, result
from bot.services.suppression import CELL
from bot.services.texts import in_language, language_of
from bot.services.weblinks import POLLS, RECEIPT, Pages
from bot.web.polls.figures import figures
from bot.web.polls.printed import printed
from bot.web.polls.taking_part import hides_some, taking_part, took_part
from bot.web.problem import NOT_FOUND, Problem
from bot.web.ways import Way, Ways

_COUNTED = 20  # polls that are over, on the page of all
_FRESH: Final = timedelta(seconds=10)  # that figures of an open poll are kept: each look counts all


@dataclass(frozen=True, slots=True)
class Told:
    """One poll, in the words of a page. `language` is that of its own texts."""

    poll: Poll
    name: str
    language: str
    state: str
    is_open: bool

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"{POLLS}/{self.poll.id}"


class PollPages:
    """What everybody may read about polls."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering
        self._ways, self._pages = Ways(desk), Pages(desk.settings.public_url)
        self._interim: dict[str, tuple[datetime, Result]] = {}

    async def all(self, visit: Visit) -> web.Response:
        """Those one can vote in, the next to close first; below, what came out of others."""
        under_way, counted = await self._desk.look(_listed)
        return self._rendering.page(
            "polls.html",
            visit.language,
            under_way=[told(poll, visit) for poll in under_way],
            counted=[told(poll, visit) for poll in counted],
            address=self._pages.at(POLLS),
            chat=self._ways.chat("poll", visit.language),
        )

    async def one(self, visit: Visit) -> web.Response:
        """One poll: how to vote while it is open, what came out of it when it is counted."""
        poll = await known(self._desk, visit)
        found = await self._result(poll, visit.now)
        language, said = visit.language, told(poll, visit)
        return self._rendering.page(
            "poll.html",
            language,
            said=said,
            summary=in_language(poll.summary, language),
            extended=poll_texts.extended(poll, language),
            who=poll_texts.who_may_vote(poll, language),
            secrecy=_secrecy(poll, language),
            how_far=poll_texts.how_far(poll, language),
            chat=self._chat(said, language),
            others=await self._others(said, language),
            questions=[printed(q, language) for q in poll.questions],
            result=found,
            few=poll_texts.too_few(poll, found.ballots, language),
            figures=figures(found, language),
            took_part=took_part(found, language),
            people=taking_part(found, language),
            hides=hides_some(found),
            cell=CELL,
            next_steps=poll_texts.told_in(poll.next_steps, language),
            outcome=poll_texts.told_in(poll.outcome, language),
            receipt=RECEIPT,
            files=self._pages.at(said.path),
            script=self._pages.at(POLLS, "/recount.py"),
            address=self._pages.at(said.path),
            alternates=languages(),
        )

    async def _result(self, poll: Poll, now: datetime) -> Result:
        """What may be shown; figures of an open poll are counted anew only so often."""
        if not (poll.live and poll.state in ("open", "closing")):
            return await self._desk.look(lambda t: result(t.connection, poll))
        until, kept = self._interim.get(poll.id, (now, None))
        if kept is None or not now < until <= now + _FRESH:
            kept = await self._desk.look(lambda t: result(t.connection, poll))
            self._interim[poll.id] = now + _FRESH, kept
        return kept

    def _chat(self, said: Told, language: str) -> str:
        """Our own chat page, where one may vote in it."""
        may = said.is_open and said.poll.level != "account"
        return self._ways.chat(f"poll:{said.poll.id}", language) if may else ""

    async def _others(self, said: Told, language: str) -> tuple[Way, ...]:
        """Messengers, where they may know of the vote."""
        if not said.is_open or said.poll.mode == "web-secret":
            return ()
        return await self._ways.others(f"poll:{said.poll.id}", language)


async def known(desk: Desk, visit: Visit) -> Poll:
    """The poll an address names. Raises Problem; a draft is nobody's to see."""
    poll = await desk.look(lambda t: Polls(t).get(visit.part("slug")))
    if poll is None or poll.state == "draft":
        raise Problem(NOT_FOUND)
    return poll


def told(poll: Poll, visit: Visit) -> Told:
    """The poll for who looks at it now."""
    return Told(
        poll=poll,
        name=poll.name(visit.language),
        language=language_of(poll.title, visit.language),
        state=poll_texts.state_of(poll, visit.language, visit.now),
        is_open=poll.state == "open" and poll.takes_votes(visit.now),
    )


def _listed(transaction: Transaction) -> tuple[Sequence[Poll], Sequence[Poll]]:
    polls = Polls(transaction)
    return polls.under_way(), polls.latest_closed(_COUNTED)


def _secrecy(poll: Poll, language: str) -> str:
    if poll.state == "closed":
        return poll_texts.secrecy_kept(poll, language)
    return poll_texts.secrecy(poll, language)
