"""What is done with a poll: opened, closed, cancelled, extended; each is asked about before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from aiohttp import web

from bot.console.desk import Desk
from bot.console.door import to
from bot.console.polling.filled import texts_of
from bot.console.polling.words import at, window
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import _, translate
from bot.services.event_texts import moment
from bot.services.keys import Keys
from bot.services.paper import Paper
from bot.services.poll_office import PollOffice
from bot.services.poll_standing import Wish, wish_of
from bot.services.poll_written import TEXT_LIMIT, BadPoll, read_moment
from bot.services.polls import Poll, Polls
from bot.text import clean
from bot.web.problem import NOT_FOUND, Problem

_REASON = 500  # characters, for the audit
CHANGED: Final = _("Somebody has changed this poll meanwhile. Please look again.")
Form = Mapping[str, str]


class Changed(BadPoll):
    """What somebody decided on is not what stands there any more."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One step. `told`: what will happen, with {opens} and {closes}; all texts are msgids."""

    name: str
    title: str
    told: tuple[str, ...]
    done: str
    is_possible: Callable[[Poll, datetime], bool]
    act: Callable[[PollOffice, Poll, Form], Any]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a page of a deed is about."""

    poll: Poll
    wish: Wish | None
    uncounted: tuple[str, ...]  # places whose paper nobody has agreed on


class DeedPages:
    """Asks whether it is meant, then does it."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering
        self._keys = Keys.of(desk.settings)

    async def ask(self, deed: Deed, visit: Visit) -> web.StreamResponse:
        """What will happen."""
        return await self._page(deed, visit)

    async def do(self, deed: Deed, visit: Visit) -> web.StreamResponse:
        """Do it, if the poll is still as it was shown."""
        slug, actor = visit.part("slug"), visit.member.actor

        def act(transaction: Transaction) -> Poll:
            poll = Polls(transaction).lock(slug)
            if poll is None:
                raise Problem(NOT_FOUND)
            _check_seen(deed, visit.form, poll, wish_of(transaction.connection, poll))
            deed.act(PollOffice(transaction, self._keys, actor), poll, visit.form)
            return poll

        try:
            poll = await self._desk.do(act)
        except BadPoll as bad:
            told = translate(visit.language, bad.why, **bad.values)
            return await self._page(deed, visit, told, 409 if isinstance(bad, Changed) else 422)
        return to(f"{at(poll, '')}?done={deed.name}")

    async def _page(
        self, deed: Deed, visit: Visit, error: str = "", status: int = 200
    ) -> web.StreamResponse:
        seen = await self._desk.look(partial(_seen, visit.part("slug")))
        poll, language = seen.poll, visit.language
        if not deed.is_possible(poll, visit.now):
            if error:  # it cannot be repeated: the poll's own page says how it stands
                status = 409
            else:
                return to(at(poll, ""))
        opens, closes = window(poll, language)
        values = {
            "poll": poll,
            "name": poll.name(language),
            "deed": deed,
            "back": at(poll, ""),
            "title": translate(language, deed.title),
            "told": [translate(language, one, opens=opens, closes=closes) for one in deed.told],
            "is_possible": deed.is_possible(poll, visit.now),
            "wish": seen.wish,
            "until": moment(language, seen.wish.until, poll.zone) if seen.wish else "",
            "uncounted": seen.uncounted,
            "zone": poll.zone,
            "given": visit.form,
            "error": error,
        }
        return self._rendering.page(visit, "poll_deed.html", values, status)


def _seen(slug: str, transaction: Transaction) -> _Seen:
    poll = Polls(transaction).get(slug)
    if poll is None:
        raise Problem(NOT_FOUND)
    tallies = Paper(transaction).tallies(slug).items()
    uncounted = tuple(place for place, stands in tallies if stands != "agreed")
    return _Seen(poll, wish_of(transaction.connection, poll), uncounted)


def _check_seen(deed: Deed, form: Form, poll: Poll, wish: Wish | None) -> None:
    """Raises Changed when another poll, or another wish, stood on the page."""
    if form.get("seen") != str(poll.revision):
        raise Changed(CHANGED)
    if deed.name == "agree" and form.get("wish") != str(wish.id if wish else 0):
        raise Changed(_("Another end was asked for meanwhile. Please look again."))


# -- what can be done ----------------------------------------------------------------------------


def _open(office: PollOffice, poll: Poll, _form: Form) -> None:
    office.open(poll.id)


def _close(office: PollOffice, poll: Poll, _form: Form) -> None:
    office.close(poll.id)


def _cancel(office: PollOffice, poll: Poll, form: Form) -> None:
    reason = " ".join(clean(form.get("reason", "")).split())
    if not 0 < len(reason) <= _REASON:
        text = _("Please give a reason, for the audit: at most {most} characters.")
        raise BadPoll(text, most=_REASON)
    office.cancel(poll.id, reason)


def _extend(office: PollOffice, poll: Poll, form: Form) -> None:
    if not form.get("until"):
        raise BadPoll(_("Please say until when."))
    until = read_moment(form["until"], poll.local_zone, form["until"][:40])
    reason = texts_of(form, "reason")
    if any(len(text) > TEXT_LIMIT for text in reason.values()):
        raise BadPoll(_("A reason has at most {most} characters."), most=TEXT_LIMIT)
    office.ask_extension(poll.id, until, reason)


def _agree(office: PollOffice, poll: Poll, _form: Form) -> None:
    office.agree_extension(poll.id)


def _is_draft(poll: Poll, _now: datetime) -> bool:
    return poll.state == "draft"


def _is_open(poll: Poll, now: datetime) -> bool:
    return poll.state == "open" and now < poll.closes_at


def _has_begun(poll: Poll, now: datetime) -> bool:
    """Closing what has not begun would cancel it: then that is what is offered."""
    return _is_open(poll, now) and poll.opens_at < now


def _can_be_cancelled(poll: Poll, _now: datetime) -> bool:
    return poll.state in ("draft", "open")


DEEDS: Final[Mapping[str, Deed]] = {
    deed.name: deed
    for deed in (
        Deed(
            "open",
            _("Open this poll"),
            (
                _("People can vote from {opens} on, until {closes}."),
                _("Its page is public, and so is its code."),
                _("Once somebody has voted, what voters read stays as it is."),
            ),
            _("The poll is open."),
            _is_draft,
            _open,
        ),
        Deed(
            "close",
            _("Close this poll now"),
            (
                _("People were told another time: {closes}."),
                _("What has reached us by now counts. The poll is counted some seconds later."),
                _("Then the key between votes and people is destroyed. There is no way back."),
            ),
            _("The poll is closing. It will be counted in some seconds."),
            _has_begun,
            _close,
        ),
        Deed(
            "cancel",
            _("Cancel this poll"),
            (
                _("There will be no result. All votes of this poll are deleted, for good."),
                _("Its page says that it was cancelled; there is no way back."),
            ),
            _("The poll is cancelled."),
            _can_be_cancelled,
            _cancel,
        ),
        Deed(
            "extend",
            _("Ask for a later end"),
            (
                _("Now it closes: {closes}."),
                _("Nothing changes until a second person of the team agrees, before that moment."),
                _("The reason is for voters: they read it with the poll."),
            ),
            _("Asked. Now a second person of the team must agree."),
            _is_open,
            _extend,
        ),
        Deed(
            "agree",
            _("Agree to the later end"),
            (
                _("Until now it closes: {closes}."),
                _("Voters are told the new end, and why."),
            ),
            _("Agreed. The poll closes later."),
            _is_open,
            _agree,
        ),
    )
}
