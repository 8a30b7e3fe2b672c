"""The written contract: OpenAPI equals the routes, the guide names every code and address."""

import gzip
import json
import re
from pathlib import Path

from aiohttp import web

from adapters.capabilities import WEB
from adapters.web import WebChannel
from bot.web import problem
from bot.web.problem import Kind
from tests.adapters.web.served import Served, Visitor

ROOT = Path(__file__).parents[3]
WRITTEN = json.loads((ROOT / "adapters/web/openapi.json").read_text(encoding="utf-8"))
GUIDE = (ROOT / "docs/channels/web.md").read_text(encoding="utf-8")
BUDGET = 30 * 1024


def _routes(house: Served) -> set[tuple[str, str]]:
    found = set()
    for route in house.channel.routes():
        assert isinstance(route, web.RouteDef)
        if route.method != "*":
            path = re.sub(r"{(\w+):[^}]*}", r"{\1}", route.path)
            found.add((route.method.lower(), path))
    return found


async def test_the_openapi_description_equals_the_routes(house: Served) -> None:
    described = {(m, path) for path, methods in WRITTEN["paths"].items() for m in methods}
    assert described == _routes(house)


async def test_the_description_is_open_to_everybody(visitor: Visitor) -> None:
    url, headers = visitor.at("/chat/api/openapi.json"), {"Sec-Fetch-Site": "cross-site"}
    async with visitor.http.get(url, headers=headers) as answer:
        assert await answer.json() == WRITTEN


def _kinds() -> list[Kind]:
    return [value for value in vars(problem).values() if isinstance(value, Kind)]


def test_every_code_of_an_error_is_described() -> None:
    described = WRITTEN["components"]["schemas"]["Problem"]["properties"]["error"]["enum"]
    assert described == sorted(kind.code for kind in _kinds())
    table = set(re.findall(r"^\| (\d+) \| `(\w+)` \|", GUIDE, re.MULTILINE))
    assert table == {(str(kind.status), kind.code) for kind in _kinds()}


async def test_a_message_has_the_described_fields(visitor: Visitor) -> None:
    described = WRITTEN["components"]["schemas"]
    answer = await visitor.say("help")
    assert set(answer) == set(described["Taken"]["required"])
    assert set(answer["messages"][0]) == set(described["Message"]["required"])
    talk = await visitor.look()
    assert set(talk) == set(described["Talk"]["required"])
    assert set(talk["messages"][0]) == set(described["Message"]["required"])


def test_the_guide_names_every_route() -> None:
    for path in WRITTEN["paths"]:
        assert f"`{path}" in GUIDE or f" {path}`" in GUIDE, path


async def test_what_a_browser_loads_stays_small(visitor: Visitor) -> None:
    html = (await visitor.page()).html
    loaded = set(re.findall(r'"(/chat/static/[^"]+[.](?:js|css))"', html)) | {"/widget.js"}
    size = 0
    for path in loaded:
        async with visitor.http.get(visitor.at(path)) as answer:
            size += len(gzip.compress(await answer.read(), 9))
    assert len(loaded) == 8
    assert size < BUDGET


def test_every_module_of_the_page_is_announced_in_it() -> None:
    """A module not announced is found only after another has loaded: one more journey."""
    static = ROOT / "adapters/web/static"
    page = (ROOT / "adapters/web/templates/chat.html").read_text(encoding="utf-8")
    modules = {path.name for path in static.glob("*.js")} - {"widget.js"}
    assert {name for name in modules if f"{{{{ static }}}}/{name}" in page} == modules


def test_the_channel_waits_to_be_asked() -> None:
    assert (WebChannel.name, WebChannel.fetches, WebChannel.can) == ("web", True, WEB)
