"""The web channel: a chat page, a widget for other sites, and the JSON they both speak."""

from collections.abc import Iterable, Mapping
from functools import partial

from aiohttp import web

from adapters.capabilities import WEB
from adapters.web.api import Api
from adapters.web.assets import Assets
from adapters.web.door import Door, Room, Sorry
from adapters.web.endings import Endings
from adapters.web.files import Files
from adapters.web.headers import policy_of
from adapters.web.page import Page
from adapters.web.reception import Reception
from adapters.web.rendering import Rendering
from adapters.web.session import Sessions
from adapters.web.stream import Stream
from adapters.web.visit import Visit
from bot.channel import Channel, Desk
from bot.secret import keep_secret
from bot.web.problem import NOT_FOUND, WRONG_METHOD, Problem

_FILE = "/chat/files/{id:[0-9]+}/{place:[0-9]+}"
_ASSET = "/chat/static/{version:[0-9a-f]+}/{name:[a-z]+[.][a-z]+}"


class WebChannel(Channel):
    """People come to the page and fetch what we say; nothing is sent."""

    name = "web"
    can = WEB
    fetches = True

    def __init__(self, desk: Desk) -> None:
        """Raises BadSetting when `embed_origins` cannot be read."""
        super().__init__(desk)
        sessions = Sessions(keep_secret(desk.settings))
        endings = Endings(desk.settings.data_dir / "ended-sessions", sessions)
        reception = Reception(desk, sessions, endings)
        self._door = Door(desk.settings, sessions, endings, policy_of(desk.settings))
        self._assets = Assets()
        self._page = Page(desk, reception, Rendering(desk.settings, self._assets.version))
        self._api = Api(desk.mailbox, reception)
        self._stream = Stream(desk, self._door, endings)
        self._files = Files(desk.mailbox)

    def routes(self) -> Iterable[web.RouteDef]:
        """Every address with its methods; any other method there is answered 405."""
        yield web.get("/widget.js", self._assets.widget)
        yield web.get(_ASSET, self._assets.fetch)
        page, api = self._page, self._api
        open_to_all: dict[str, dict[str, Room]] = {
            "/": {"GET": page.home},
            "/chat": {"GET": page.show, "POST": page.say},
        }
        within: dict[str, dict[str, Room]] = {
            "/chat/end": {"POST": page.end},
            "/chat/received": {"GET": page.received},
            _FILE: {"GET": self._files.fetch},
        }
        machine: dict[str, dict[str, Room]] = {
            "/chat/api/messages": {"GET": api.look, "POST": api.say},
            "/chat/api/events": {"GET": self._stream.listen},
            "/chat/api/session": {"POST": api.begin, "DELETE": api.end},
            "/chat/api/{anything:.*}": {},
        }
        yield from self._open(open_to_all, page.sorry, inner=False)
        yield from self._open(within, page.sorry, inner=True)
        contract: dict[str, dict[str, Room]] = {"/chat/api/openapi.json": {"GET": api.contract}}
        yield from self._open(contract, api.sorry, inner=False)
        yield from self._open(machine, api.sorry, inner=True)
        yield from self._open({"/chat/{anything:.*}": {}}, page.sorry, inner=False)

    async def invitation(self, code: str) -> str | None:
        """The chat page with a button that leads where the code says; no place without an address.

        Nothing is kept before it is pressed.
        """
        base = self.desk.settings.public_url.rstrip("/")
        return f"{base}/chat?invite={code}" if base else None

    async def close(self) -> None:
        """Let the open streams end."""
        self._stream.close()

    def _open(
        self, rooms: Mapping[str, Mapping[str, Room]], sorry: Sorry, *, inner: bool
    ) -> Iterable[web.RouteDef]:
        for path, by_method in rooms.items():
            for method, room in by_method.items():
                at = web.get if method == "GET" else partial(web.route, method)  # GET brings HEAD
                yield at(path, self._door.to(room, sorry, inner=inner))
            yield web.route("*", path, self._door.to(_no(tuple(by_method)), sorry, inner=False))


def _no(methods: tuple[str, ...]) -> Room:
    """The room behind an address nobody has, or a method it does not know."""

    async def refuse(_visit: Visit) -> web.StreamResponse:
        if methods:
            raise Problem(WRONG_METHOD, headers={"Allow": ", ".join(methods)})
        raise Problem(NOT_FOUND)

    return refuse
