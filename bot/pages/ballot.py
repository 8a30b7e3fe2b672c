"""The ballot by a link of one's own: given in a messenger, which sees nothing of the choice.

The link is good for one ballot and one person (bot/services/weblinks.py); opening it uses nothing
up, for messengers look at links before people do.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from aiohttp import web

from bot.dialog import Invalid, Transaction
from bot.i18n import _, translate
from bot.message import Address
from bot.pages.ballot_sheet import FIELDS, WORDS, sheet, spoken
from bot.pages.desk import Desk
from bot.pages.door import NO_LINK, Visit
from bot.pages.kiosk_slip import answer_of
from bot.pages.rendering import Rendering
from bot.services.ballots import Ballots, NotTaken, Voter
from bot.services.keys import Keys
from bot.services.marks import Answer, check
from bot.services.poll_texts import how_far, told_in, until
from bot.services.polls import Poll, Polls
from bot.services.weblinks import OF_BALLOT, WebLink, WebLinks
from bot.web.body import read_form
from bot.web.problem import Problem

_CAST: Final = _("Thank you, your vote is recorded. Your receipt: {receipt}")
_CHANGE: Final = _(
    "You can change it until {when}: write “vote” in the chat for a new ballot. The last one "
    "counts."
)
_SPENT: Final = _("This ballot was cast already. To change it, ask for a new one in the chat.")
Answers = Mapping[str, Answer]  # by question


class BallotPage:
    """Shows the ballot, and puts it in."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering
        self._keys = Keys.of(desk.settings)

    async def show(self, visit: Visit) -> web.Response:
        """The ballot, empty: what was chosen before is not shown to who holds the link."""
        link, poll, is_spent = await self._desk.look(lambda t: _found(t, visit.part("token")))
        visit = visit.of(str(link.target.get("language", visit.language)))
        if is_spent:
            return self._said(visit, poll, translate(visit.language, _SPENT))
        return self._page(visit, poll)

    async def send(self, visit: Visit) -> web.Response:
        """Cast it, once; what does not fit is said beside the question, and nothing is lost."""
        heard_at = self._desk.now()
        fields = await read_form(visit.request, most=FIELDS)
        link, poll, is_spent = await self._desk.look(lambda t: _found(t, visit.part("token")))
        visit = visit.of(str(link.target.get("language", visit.language)))
        if is_spent:
            return self._said(visit, poll, translate(visit.language, _SPENT))
        answers, wrong = _read(poll, fields)
        if wrong:
            response = self._page(visit, poll, fields, wrong)
            response.set_status(422)
            return response
        voter = _voter(link, visit.language, heard_at)
        try:
            receipt = await self._desk.do(
                lambda t: self._cast(t, visit.part("token"), voter, answers)
            )
        except NotTaken as late:
            return self._said(visit, poll, translate(visit.language, late.why))
        return self._done(visit, poll, receipt)

    def _cast(self, transaction: Transaction, token: str, voter: Voter, answers: Answers) -> str:
        """All answers or none. Raises NotTaken, and Problem for the second who tries."""
        link = WebLinks(transaction).use(token, {})
        poll = _poll_of(transaction, link) if link else None
        if poll is None:
            raise Problem(NO_LINK)
        ballots = Ballots(transaction, self._keys)
        cast = [ballots.cast(poll, voter, q.id, answers[q.id]) for q in poll.questions]
        return cast[0].receipt

    def _page(
        self,
        visit: Visit,
        poll: Poll,
        sent: Mapping[str, str] | None = None,
        wrong: Collection[str] = (),
    ) -> web.Response:
        return self._rendering.page(
            "ballot.html",
            visit.language,
            sheet=sheet(poll, visit.language, sent, wrong),
            spoken=spoken(poll),
            words={name: translate(visit.language, msgid) for name, msgid in WORDS.items()},
            wrong=wrong,
            how_far=how_far(poll, visit.language),
        )

    def _done(self, visit: Visit, poll: Poll, receipt: str) -> web.Response:
        change = translate(visit.language, _CHANGE, when=until(poll, visit.language))
        after = told_in(poll.next_steps, visit.language)
        then = translate(visit.language, _("What happens then: {text}"), text=after)
        cast = translate(visit.language, _CAST, receipt=receipt)
        return self._said(visit, poll, *filter(None, (cast, change, then if after else "")))

    def _said(self, visit: Visit, poll: Poll, *lines: str) -> web.Response:
        return self._rendering.page("ballot_said.html", visit.language, poll=poll, lines=lines)


def _found(transaction: Transaction, token: str) -> tuple[WebLink, Poll, bool]:
    """The link with its poll, and whether it was used. Raises Problem."""
    links = WebLinks(transaction)
    fresh = links.look(token)
    link = fresh or links.spent(token)
    poll = _poll_of(transaction, link) if link else None
    if link is None or poll is None:
        raise Problem(NO_LINK)
    return link, poll, fresh is None


def _poll_of(transaction: Transaction, link: WebLink) -> Poll | None:
    of_poll = link.purpose == OF_BALLOT
    return Polls(transaction).get(str(link.target.get("poll"))) if of_poll else None


def _read(poll: Poll, fields: Mapping[str, str]) -> tuple[Answers, Collection[str]]:
    """What was answered, and the questions whose answers do not fit."""
    answers, wrong = {}, []
    for question in poll.questions:
        try:
            answers[question.id] = answer_of(question, fields)
            check(question, answers[question.id])
        except Invalid:
            wrong.append(question.id)
    return answers, wrong


def _voter(link: WebLink, language: str, heard_at: datetime) -> Voter:
    return Voter(
        person_id=link.person_id,
        channel=Address.parse(link.address).channel,
        language=language,
        heard_at=heard_at,
        invitation=str(link.target.get("invitation", "")),
    )
