"""The kiosk: a tablet in the street, where people vote whom nobody knows.

One page holds the ballot in all languages, so that it goes on where there is no network: its script
keeps ballots on the tablet until we have them. Without a script each ballot is a plain form.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import orjson
from aiohttp import web

from bot.dialog import Invalid, Transaction
from bot.i18n import _, languages, translate
from bot.pages.ballot_sheet import FIELDS, WORDS, sheet, spoken
from bot.pages.desk import Desk
from bot.pages.door import NO_LINK, Visit
from bot.pages.kiosk_slip import slip, slips
from bot.pages.rendering import Rendering
from bot.services.ballots import CLOSED, NOT_OPEN
from bot.services.keys import Keys
from bot.services.kiosk import Kiosk, KioskLinks, Slip, Taken
from bot.services.polls import Poll
from bot.web.body import read_form, read_json
from bot.web.problem import Problem

# What the page says by itself once its script runs.
_LIVE: Final = {
    "one_waits": _("1 vote waits on this tablet for a connection."),
    "many_wait": _("{count} votes wait on this tablet for a connection."),
    "late": _("Votes that came after the end and do not count: {count}."),
    "refused": _("Votes that could not be read and do not count: {count}."),
    "over": _("This link does not work any more. Votes kept on this tablet cannot be sent."),
    "counted": _("Your vote is recorded. Your receipt: {receipt}"),
    "known": _("Your vote is recorded."),
    "kept": _(
        "Your vote is kept on this tablet. It is sent as soon as there is a connection, and counts "
        "if that is before the end."
    ),
    "too_late": CLOSED,
    "not_taken": _("This vote could not be read. Please ask the team."),
    "points": _("Points left: {left}"),
}
# What stands on the page, in each language beside the others.
_WORDS: Final = WORDS | {
    "vote": _("Vote in English"),
    "early": NOT_OPEN,
    "over": CLOSED,
    "leave": _("Leave without voting"),
    "back": _("Back"),
    "next": _("Next"),
    "thanks": _("Thank you!"),
    "again": _("To the start"),
    "still": _("Are you still there?"),
    "here": _("Yes, go on"),
    "full": _("Full screen"),
}


class KioskPage:
    """What people see and do at one tablet, by its secret link."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering
        self._keys = Keys.of(desk.settings)

    async def show(self, visit: Visit) -> web.Response:
        """The start, and the ballot in every language."""
        poll = await self._desk.look(lambda transaction: _poll(transaction, visit))
        return self._rendering.page(
            "kiosk.html",
            visit.language,
            poll=poll,
            here=f"/kiosk/{visit.part('token')}",
            standing=_standing(poll, visit.now),
            sheets=tuple(sheet(poll, code) for code in spoken(poll)),
            slip_id=secrets.token_urlsafe(16),
            texts={code: _texts(code, _LIVE) for code in languages()},
            words={code: _texts(code, _WORDS) for code in languages()},
        )

    async def send(self, visit: Visit) -> web.Response:
        """A ballot from where no script runs; sent again, it is the same."""
        fields, heard_at = await read_form(visit.request, most=FIELDS), self._desk.now()

        def take(transaction: Transaction) -> Taken:
            poll = _poll(transaction, visit)
            return self._taken(transaction, poll, slip(poll, fields), heard_at)

        try:
            said = _said(await self._desk.do(take))
        except Invalid as wrong:
            said = (wrong.why, wrong.values)
        language = str(fields.get("language"))
        msgid, values = said
        return self._rendering.page(
            "kiosk_said.html",
            language,
            here=f"/kiosk/{visit.part('token')}",
            said=translate(language, msgid, **values),
        )

    async def slips(self, visit: Visit) -> web.Response:
        """What a tablet has kept; each ballot is answered, also one that came before."""
        sent, heard_at = await read_json(visit.request), self._desk.now()

        def take(transaction: Transaction) -> list[dict[str, Any]]:
            poll = _poll(transaction, visit)
            return [self._told(transaction, poll, one, heard_at) for one in slips(poll, sent)]

        told = await self._desk.do(take)
        return web.Response(body=orjson.dumps({"slips": told}), content_type="application/json")

    def _told(
        self, transaction: Transaction, poll: Poll, one: Slip | str, heard_at: datetime
    ) -> dict[str, Any]:
        if isinstance(one, str):
            return {"id": one, "became": "refused"}
        try:
            taken = self._taken(transaction, poll, one, heard_at)
        except Invalid:
            return {"id": one.id, "became": "refused"}
        return {"id": one.id, "became": taken.became, "receipt": taken.receipt}

    def _taken(self, transaction: Transaction, poll: Poll, one: Slip, heard_at: datetime) -> Taken:
        return Kiosk(transaction, self._keys).take(poll, one, heard_at)


def _poll(transaction: Transaction, visit: Visit) -> Poll:
    poll = KioskLinks(transaction).poll_of(visit.part("token"))
    if poll is None:
        raise Problem(NO_LINK)
    return poll


def _said(taken: Taken) -> tuple[str, dict[str, Any]]:
    if taken.became == "late":
        return _LIVE["too_late"], {}
    return _LIVE["counted" if taken.receipt else "known"], {"receipt": taken.receipt}


def _standing(poll: Poll, now: datetime) -> str:
    if poll.takes_votes(now):
        return "open"
    return "early" if poll.state in ("draft", "open") and now < poll.opens_at else "over"


def _texts(language: str, msgids: Mapping[str, str]) -> dict[str, str]:
    return {name: translate(language, msgid) for name, msgid in msgids.items()}
