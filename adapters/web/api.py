"""The chat as JSON, for our own page and for whoever builds another face: /chat/api/..."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from adapters.web.lines import Line, cursor, replies, talk
from adapters.web.reception import Reception
from adapters.web.utterance import number, utterance_of
from adapters.web.visit import Visit
from bot.channel import Mailbox
from bot.web.body import read_json
from bot.web.problem import Problem

_CONTRACT = Path(__file__).parent / "openapi.json"


class Api:
    """Messages in and out, and the session they belong to."""

    def __init__(self, mailbox: Mailbox, reception: Reception) -> None:
        self._mailbox, self._reception = mailbox, reception
        self._contract = _CONTRACT.read_bytes()

    async def begin(self, visit: Visit) -> web.Response:
        """Begin a session before the first message, so that losing the answer loses no message."""
        self._reception.enter(visit)
        return web.Response(status=204)

    async def end(self, visit: Visit) -> web.Response:
        """End the session: the cookie goes, nothing is sent here any more."""
        await self._reception.leave(visit)
        return web.Response(status=204)

    async def say(self, visit: Visit) -> web.Response:
        """Take a message; answers with the replies there are at once."""
        utterance = utterance_of(await read_json(visit.request))
        accepted = await self._reception.say(visit, utterance)
        lines = replies(accepted.deliveries)
        status = "accepted" if accepted.status == "new" else "known"
        return _json({"status": status, **_messages(lines, utterance.after)})

    async def look(self, visit: Visit) -> web.Response:
        """What is new after a cursor, which settles what came before; or the whole talk."""
        after = visit.request.query.get("after")
        since = number(after) if after is not None else 0
        lines: list[Line] = []
        if visit.session is not None and after is None:
            lines = talk(await self._mailbox.transcript(visit.session.address))
        elif visit.session is not None:
            await self._mailbox.fetched(visit.session.address, since)
            lines = replies(await self._mailbox.since(visit.session.address, since))
        return _json({"session": visit.session is not None, **_messages(lines, since)})

    async def contract(self, _visit: Visit) -> web.Response:
        """The OpenAPI description of all this."""
        return web.Response(body=self._contract, content_type="application/json")

    async def sorry(self, visit: Visit, problem: Problem) -> web.Response:
        """What went wrong, as a code for programs and a sentence for people."""
        error = {"error": problem.kind.code, "message": problem.told(visit.language)}
        return _json(error, problem.kind.status)


def _messages(lines: Sequence[Line], before: int) -> dict[str, Any]:
    return {"messages": lines, "cursor": cursor(lines, before)}


def _json(content: object, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(content), status=status, content_type="application/json")
