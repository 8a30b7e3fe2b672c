"""The topics people can choose in the chat: offered, named, taken away."""

from aiohttp import web

from bot.console.broadcasts import TOPICS
from bot.console.desk import Desk
from bot.console.door import to
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Invalid
from bot.i18n import languages, translate
from bot.services.roles import ORGANISE, may
from bot.services.topics import KINDS, Topics


class TopicPages:
    """One page for all of them."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """Every topic, and how many want to hear of it."""
        return await self._page(visit, "")

    async def save(self, visit: Visit) -> web.StreamResponse:
        """Offer one, name it anew, or take it away."""
        form, actor = visit.form, visit.member.actor
        topic, kind = form.get("id", "").strip(), form.get("kind", KINDS[0])
        titles = {code: form.get(f"title_{code}", "") for code in languages()}
        try:
            if form.get("do") == "close":
                await self._desk.do(lambda t: Topics(t).close(topic, actor))
            else:
                await self._desk.do(lambda t: Topics(t).save(topic, kind, titles, actor))
        except Invalid as wrong:
            told = translate(visit.language, wrong.why, **wrong.values)
            return await self._page(visit, told, 422)
        return to(TOPICS)

    async def _page(self, visit: Visit, error: str, status: int = 200) -> web.StreamResponse:
        values = {
            "topics": await self._desk.look(lambda t: Topics(t).all(with_closed=True)),
            "error": error,
            "form": visit.form,
            "may_send": may(visit.member.role, ORGANISE),
        }
        return self._rendering.page(visit, "topics.html", values, status)
