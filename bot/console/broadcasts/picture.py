"""The picture of a broadcast: put there, looked at, taken away; only while it is a draft."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import replace

from aiohttp import web

from bot.console.broadcasts import BROADCASTS
from bot.console.broadcasts.mistakes import Wrong, by_field, unkept, wrong_in
from bot.console.broadcasts.reaching import the_broadcast
from bot.console.desk import Desk
from bot.console.door import to
from bot.console.rendering import Rendering
from bot.console.visit import Visit, whole_number
from bot.i18n import languages
from bot.services.broadcast import BadBroadcast, Broadcast, Picture
from bot.services.broadcast_image import ALT_LIMIT, LARGEST, read_picture
from bot.web.problem import NOT_FOUND, Problem


class PicturePages:
    """One broadcast's picture."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """What it shows, in words, and where another is picked."""
        known = await the_broadcast(self._desk, visit)
        if known.state != "draft":
            return to(f"{BROADCASTS}/{known.id}")
        alt = known.image.alt if known.image else {}
        return self._page(visit, known, {f"alt_{code}": text for code, text in alt.items()})

    async def file(self, visit: Visit) -> web.StreamResponse:
        """The picture itself."""
        known = await the_broadcast(self._desk, visit)
        if known.image is None:
            raise Problem(NOT_FOUND)
        return web.Response(body=b64decode(known.image.base64), content_type=known.image.kind)

    async def save(self, visit: Visit) -> web.StreamResponse:
        """Keep what was picked; without a new file the words alone are changed."""
        known = await the_broadcast(self._desk, visit)
        if visit.mended:
            return self._page(visit, known, visit.form, unkept(visit.mended, visit.language))
        seen_at = whole_number(visit.form.get("revision", ""), -1)
        try:
            draft = replace(known, image=_picked(visit, known.image), revision=seen_at)
            await self._desk.do(lambda t: self._desk.broadcasts(t).keep(draft, visit.member.actor))
        except BadBroadcast as bad:
            return self._page(visit, known, visit.form, wrong_in(bad, {}, visit.language))
        return to(f"{BROADCASTS}/{known.id}")

    def _page(
        self, visit: Visit, known: Broadcast, form: Mapping[str, str], wrong: Sequence[Wrong] = ()
    ) -> web.StreamResponse:
        values = {"broadcast": known, "form": form, "limit": ALT_LIMIT, "all_wrong": wrong}
        values |= {"kilobytes": LARGEST // 1000, "wrong": by_field(wrong)}
        return self._rendering.page(visit, "broadcast_picture.html", values, 422 if wrong else 200)


def _picked(visit: Visit, before: Picture | None) -> Picture | None:
    """The picture from now on. Raises BadBroadcast."""
    if visit.form.get("do") == "remove":
        return None
    content = visit.file or (b64decode(before.base64) if before else b"")
    return read_picture(content, {code: visit.form.get(f"alt_{code}", "") for code in languages()})
