"""What voters are told of a poll besides its questions: what happens now, and what came of it."""

from aiohttp import web

from bot.console.desk import Desk
from bot.console.door import to
from bot.console.polling.deeds import CHANGED, Changed
from bot.console.polling.filled import texts_of
from bot.console.polling.one import known
from bot.console.polling.words import at
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import _, languages, translate
from bot.services.keys import Keys
from bot.services.poll_office import PollOffice
from bot.services.poll_written import TEXT_LIMIT, BadPoll
from bot.services.polls import Poll, Polls
from bot.services.texts import Texts
from bot.web.problem import NOT_FOUND, Problem


class SayingPage:
    """Two texts in each language."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering
        self._keys = Keys.of(desk.settings)

    async def show(self, visit: Visit) -> web.StreamResponse:
        """As they stand."""
        return await self._page(visit)

    async def say(self, visit: Visit) -> web.StreamResponse:
        """Write those that are otherwise; who wanted to hear what came of it is told."""

        def say(transaction: Transaction) -> Poll:
            poll = Polls(transaction).lock(visit.part("slug"))
            if poll is None:
                raise Problem(NOT_FOUND)
            if visit.form.get("seen") != str(poll.revision):
                raise Changed(CHANGED)
            office = PollOffice(transaction, self._keys, visit.member.actor)
            if now := _news(visit, "next_steps", poll.next_steps):
                office.say_next_steps(poll.id, now)
            if came := _news(visit, "outcome", poll.outcome):
                office.say_outcome(poll.id, came)
            return poll

        try:
            poll = await self._desk.do(say)
        except BadPoll as bad:
            told = translate(visit.language, bad.why, **bad.values)
            return await self._page(visit, told, 409 if isinstance(bad, Changed) else 422)
        return to(f"{at(poll, '')}?done=said")

    async def _page(self, visit: Visit, error: str = "", status: int = 200) -> web.StreamResponse:
        poll = await self._desk.look(lambda t: known(t, visit.part("slug")))
        if poll.state == "cancelled":
            return to(at(poll, ""))
        stands = {
            f"{name}.{code}": texts.get(code, "")
            for name, texts in (("next_steps", poll.next_steps), ("outcome", poll.outcome))
            for code in languages()
        }
        values = {
            "poll": poll,
            "name": poll.name(visit.language),
            "given": stands | dict(visit.form) if error else stands,
            "stands": stands if status == 409 else {},
            "longest": TEXT_LIMIT,
            "back": at(poll, ""),
            "error": error,
        }
        return self._rendering.page(visit, "poll_say.html", values, status)


def _news(visit: Visit, name: str, before: Texts) -> Texts:
    """The texts that are otherwise than before. Raises BadPoll; what was said stays said."""
    written = texts_of(visit.form, name)
    if any(len(text) > TEXT_LIMIT for text in written.values()):
        raise BadPoll(_("A text has at most {most} characters."), most=TEXT_LIMIT)
    if not set(before) <= set(written):
        raise BadPoll(_("What was said once can be changed, not left out."))
    return {code: text for code, text in written.items() if before.get(code) != text}
