"""Files that came with a reply: to be saved, never shown from our origin."""

import re

from aiohttp import web

from adapters.web.utterance import number
from adapters.web.visit import Visit
from bot.channel import Mailbox
from bot.message import Attachment
from bot.web.problem import NOT_FOUND, Problem
from bot.web.saving import saved_as

_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}", re.ASCII)


class Files:
    """Attachments carried as bytes, each for the session it was sent to."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def fetch(self, visit: Visit) -> web.Response:
        """The file at this place of this reply. Raises Problem when it is not theirs."""
        attachment = await self._find(visit)
        body = attachment.url_or_bytes
        if isinstance(body, str):
            raise Problem(NOT_FOUND)
        kind = attachment.kind if _MEDIA_TYPE.fullmatch(attachment.kind) else ""
        return web.Response(
            body=body,
            headers={
                "Content-Type": kind or "application/octet-stream",
                "Content-Disposition": saved_as(attachment.name),
                "Content-Security-Policy": "default-src 'none'; sandbox",
            },
        )

    async def _find(self, visit: Visit) -> Attachment:
        wanted, place = (number(visit.request.match_info[name]) for name in ("id", "place"))
        if visit.session is None:
            raise Problem(NOT_FOUND)
        for said in await self._mailbox.transcript(visit.session.address):
            if said.id == wanted and not said.by_person and place < len(said.reply.attachments):
                return said.reply.attachments[place]
        raise Problem(NOT_FOUND)
