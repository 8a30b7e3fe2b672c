"""What people wrote in a poll, looked at before others vote on it or read it."""

from typing import Final, cast

from aiohttp import web

from bot.console.desk import Desk
from bot.console.door import to
from bot.console.polling.filled import texts_of
from bot.console.polling.one import known
from bot.console.polling.words import POLLS, at
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import _, translate
from bot.services.moderation import Moderation, Verdict
from bot.services.poll_check import LABEL
from bot.services.poll_written import BadPoll
from bot.services.texts import in_language
from bot.web.problem import NOT_FOUND, Problem

_VERDICTS: Final = ("accepted", "refused")
_TEXTS: Final = ("show", "hide")
_MOST: Final = 100  # on a page; the rest comes when these are decided


class ModerationPage:
    """Nothing here says who wrote what."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """What waits, in no order that says anything."""
        return await self._page(visit)

    async def decide(self, visit: Visit) -> web.StreamResponse:
        """One statement or text."""
        do = visit.form.get("do", "")
        if do not in (*_VERDICTS, *_TEXTS):
            raise Problem(NOT_FOUND)

        def decide(transaction: Transaction) -> None:
            poll, actor = known(transaction, visit.part("slug")), visit.member.actor
            one = (poll.id, visit.form.get("id", "")[:80])
            moderation = Moderation(transaction)
            if do in _TEXTS:
                moderation.show(one, do == "show", actor)
                return
            texts = texts_of(visit.form, "text")
            if any(len(text) > LABEL for text in texts.values()):
                raise BadPoll(_("A statement has at most {most} characters."), most=LABEL)
            moderation.judge(one, cast(Verdict, do), actor, texts if do == "accepted" else None)

        try:
            await self._desk.do(decide)
        except BadPoll as bad:
            return await self._page(visit, translate(visit.language, bad.why, **bad.values))
        return to(f"{POLLS}/{visit.part('slug')}/written?done=1")

    async def _page(self, visit: Visit, error: str = "") -> web.StreamResponse:
        slug = visit.part("slug")
        poll, statements, texts = await self._desk.look(
            lambda t: (known(t, slug), Moderation(t).statements(slug), Moderation(t).texts(slug))
        )
        asks = {q.id: in_language(q.ask, visit.language) for q in poll.questions}
        values = {
            "poll": poll,
            "name": poll.name(visit.language),
            "asks": asks,
            "statements": statements[:_MOST],
            "texts": texts[:_MOST],
            "count": len(statements) + len(texts),
            "longest": LABEL,
            "given": visit.form if error else {},
            "done": bool(visit.asked("done")),
            "error": error,
            "back": at(poll, ""),
        }
        return self._rendering.page(visit, "poll_written.html", values, 422 if error else 200)
