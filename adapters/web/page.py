"""The chat page: the same talk as plain HTML, complete without JavaScript."""

from collections.abc import Sequence
from hashlib import sha256

from aiohttp import web

from adapters.web.lines import Line, talk
from adapters.web.reception import Reception
from adapters.web.rendering import Rendering, Sheet, address
from adapters.web.utterance import number, utterance_of
from adapters.web.visit import Visit
from bot.channel import Accepted, Desk
from bot.web.body import Fields, read_form
from bot.web.mishap import mishaps_told
from bot.web.problem import Problem

_PATIENCE_SECONDS = 3.0  # how long a page without JavaScript waits for an answer to show


class Page:
    """The rooms that answer with HTML."""

    def __init__(self, desk: Desk, reception: Reception, rendering: Rendering) -> None:
        self._desk, self._reception, self._rendering = desk, reception, rendering

    async def home(self, visit: Visit) -> web.Response:
        """The front door leads to the chat."""
        return _see_other(visit, 302)

    async def show(self, visit: Visit) -> web.Response:
        """The talk so far, or the welcome."""
        return await self._show(visit, 200)

    async def say(self, visit: Visit) -> web.Response:
        """Take what was typed or tapped, wait a moment for the answer, and show the talk."""
        fields: Fields = {}
        try:
            fields = await read_form(visit.request)
            utterance = utterance_of({**fields, "id": _form_id(fields)})
            with mishaps_told():
                accepted = await self._reception.say(visit, utterance)
        except Problem as problem:
            return await self._sorry(visit, problem, str(fields.get("text", "")))
        await self._wait_for_answer(visit, accepted)
        return _see_other(visit, 303)

    async def end(self, visit: Visit) -> web.Response:
        """End the session and start anew."""
        await self._reception.leave(visit)
        return _see_other(visit, 303)

    async def received(self, visit: Visit) -> web.Response:
        """A page without JavaScript has arrived: an image in it, never seen, asks for this."""
        if visit.session is not None:
            after = number(visit.request.query.get("after", "0"))
            await self._desk.mailbox.fetched(visit.session.address, after)
        return web.Response(status=204)

    async def sorry(self, visit: Visit, problem: Problem) -> web.Response:
        """What went wrong, above the talk as far as it can be shown."""
        return await self._sorry(visit, problem, "")

    async def _sorry(self, visit: Visit, problem: Problem, draft: str) -> web.Response:
        notice = problem.told(visit.language)
        response = await self._show(visit, problem.kind.status, notice, draft)
        response.headers.update(problem.headers)
        return response

    async def _show(
        self, visit: Visit, status: int, notice: str = "", draft: str = ""
    ) -> web.Response:
        lines: Sequence[Line] = ()
        if visit.session is not None and status < 500:  # then the talk cannot be read either
            lines = talk(await self._desk.mailbox.transcript(visit.session.address))
        leads_to = await self._reception.leads_to(visit) if status < 500 else ""
        has_session = visit.session is not None
        sheet = Sheet(
            visit.language,
            lines,
            visit.embedded,
            has_session,
            notice,
            draft,
            visit.invite,
            leads_to,
        )
        html = self._rendering.chat(sheet)
        return web.Response(text=html, status=status, content_type="text/html")

    async def _wait_for_answer(self, visit: Visit, accepted: Accepted) -> None:
        if accepted.deliveries or visit.session is None:
            return
        with self._desk.wakeups.listen(str(visit.session.address)) as bell:
            await bell.wait(_PATIENCE_SECONDS)


def _form_id(fields: Fields) -> str:
    """The same form sent twice is one message; the form sent again with another text is not."""
    said = f"{fields.get('picked', '')}\n{fields.get('text', '')}"
    return f"{fields.get('id', '')[:20]}-{sha256(said.encode()).hexdigest()[:24]}"


def _see_other(visit: Visit, status: int) -> web.Response:
    """Back to the page; a form's answer is shown from its end."""
    place = address(visit.language, visit.embedded) if visit.request.query_string else "/chat"
    end = "#end" if status == 303 else ""
    return web.Response(status=status, headers={"Location": place + end})
