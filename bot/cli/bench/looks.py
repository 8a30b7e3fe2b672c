"""What somebody of the team asks of the console: every page, and the lists with what narrows them.

A new room is looked at as it is. What its list can be asked for is a line in ASKED; what stands in
a part of its address is one in PARTS: without it the benchmark breaks off and names the room.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote, unquote

from aiohttp import web

from bot.cli.bench.console_matters import Matters
from bot.cli.bench.console_said import Vocabulary
from bot.cli.bench.peers import Broken
from bot.console.conversations import CONVERSATIONS
from bot.console.door import SIGN_IN
from bot.console.gaps import GAPS
from bot.console.help import HELP
from bot.console.live import LIVE
from bot.console.narrowing import QUESTIONS
from bot.console.radar import CHARTS, RADAR

_AUDIT: Final = "/console/audit"
_KINDS: Final = ("rare", "common", "two")
_YEAR: Final = "?outcome=all&days=365"
_WORDS: Final = tuple(f"q={{{kind}_{code}}}" for code in ("en", "de", "zh") for kind in _KINDS)
ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    CONVERSATIONS: (
        *("", "?before={middle}", "?channel=wechat", "?language=zh", "?dialog=human"),
        *("?dialog=nobody", "?label=press", "?label=nobody", "?outcome=declined"),
        *("?outcome=for_staff", "?confidence=low", "?with=team", "?from={yesterday}"),
        *("?from={yesterday}&to={yesterday}", "?to={yesterday}", "?to={never}"),
        "?channel=web&language=de&dialog=registration&label=school",
        *(f"?{words}" for words in _WORDS),
        "?q={common_de}&channel=web",
        "?q={nothing}",
    ),
    QUESTIONS: (
        *("", "?before={half}", "?outcome=for_staff&days=365", "?outcome=declined"),
        *("?outcome=not_meant", "?outcome=answered", "?outcome=helped", _YEAR),
        *(f"{_YEAR}&before={{half}}", f"{_YEAR}&language=zh", f"{_YEAR}&channel=wechat"),
        *(f"{_YEAR}&article={{article}}", f"{_YEAR}&topic=housing"),
        *("?outcome=all&since={monday}&until={sunday}&hour=2-14", f"{_YEAR}&q={{nothing}}"),
        *(f"{_YEAR}&q={{common_{code}}}" for code in ("en", "de", "zh")),
        f"{_YEAR}&q={{two_en}}",
    ),
    GAPS: ("", "?state=answered", "?few=1"),
    RADAR: ("", "?weeks=now", "?weeks=12", "?weeks=52", "?weeks=52&language=de&channel=web"),
    **{f"{RADAR}/{name}.csv": ("?weeks=12", "?weeks=52") for name in CHARTS},
    _AUDIT: ("", "?actor=staff:anna", "?about=gap:1", "?about=poll:", "?before={half_audit}"),
    "/console/people": (
        *("", "?channel=wechat", "?language=zh", "?stopped=1", "?registered=1"),
        *("?consent=registration", "?channel=wechat&registered=1", "?stopped=1&language=de"),
        "?q=nothing",
    ),
    "/console/events": ("", "?state=open", "?time=past", "?q=quarter"),
    "/console/events/{slug}/people": ("", "?status=waiting", "?q=222-222-222", "?page=3"),
    "/console/polls": ("", "?state=open", "?q=bike"),
    # Of an open poll these lead elsewhere, and without an address of the house there is no code.
    **{f"/console/polls/{{slug}}/{deed}": () for deed in ("open", "close", "qr/{name}")},
    "/console/channels/{name}": ("", "?state=failed", "?state=sent"),
    LIVE: (),  # a stream stays open: nothing of it ends
}
# Lists that stay quick however long they grow: read in their order, as far as a page shows.
LINED: Final[Mapping[str, tuple[str, ...]]] = {
    CONVERSATIONS: tuple(
        q for q in ASKED[CONVERSATIONS] if not any(n in q for n in ("q=", "with"))
    ),
    QUESTIONS: ("", "?before={half}", _YEAR, f"{_YEAR}&before={{half}}"),
    _AUDIT: ("", "?before={half_audit}"),
}
# What stands in a part of an address, the longest beginning that fits.
PARTS: Final[Mapping[tuple[str, str], str]] = {
    ("/console/channels", "name"): "web",
    ("/console/events", "slug"): "event-0",
    ("/console/events", "reference"): "222-222-222",
    ("/console/events", "name"): "diet",
    ("/console/events", "kind"): "csv",
    ("/console/people", "person"): f"{0:032x}",
    ("/console/polls", "slug"): "poll-0",
    ("/console/polls", "name"): "web",
    ("/console", "id"): "1",
    ("/console/articles", "slug"): "{article}",
    ("/console/welcome", "token"): "{token}",
}
_PART: Final = re.compile(r"[{](\w+)[}]")
# However much there is, these hand out or check all of it: measured, but not promised to be quick.
WHOLE: Final = frozenset({f"{_AUDIT}/chain"})


@dataclass(frozen=True, slots=True)
class Look:
    """Something to ask for. `name`: as people read it, `{id}` for whatever was asked for.

    is_whole   all there is, at once
    is_lined   a list that must be read along an index
    is_abroad  nobody is signed in
    """

    address: str
    name: str
    is_whole: bool = False
    is_lined: bool = False
    is_abroad: bool = False


def looks(routes: Iterable[web.AbstractResource], known: Mapping[str, str]) -> Iterator[Look]:
    """Every look at these addresses. Raises Broken for an address nobody knows how to fill in."""
    for room in sorted(filter(None, map(_room, routes))):
        for query in ASKED.get(room, ("",)):
            address = (_filled(room) + query).format_map(known)
            name = room + unquote(query.format_map(known))
            whole = room in WHOLE or (room.endswith(".csv") and not room.startswith(RADAR))
            yield Look(address, name, whole, query in LINED.get(room, ()), room == SIGN_IN)


def known(words: Vocabulary, matters: Matters, now: datetime, **more: str) -> Mapping[str, str]:
    """What stands for the names in braces above."""
    yesterday, monday = now - timedelta(days=1), now - timedelta(days=now.weekday() + 7)
    found = {
        "middle": f"{int((now - timedelta(hours=36)).astimezone(UTC).timestamp())}000000-0",
        "half": str(matters.questions // 2),
        "half_audit": str(matters.audited // 2),
        "yesterday": f"{yesterday:%Y-%m-%d}",
        "monday": f"{monday - timedelta(days=70):%Y-%m-%d}",
        "sunday": f"{monday - timedelta(days=1):%Y-%m-%d}",
        "never": "2020-01-01",
        "nothing": "xylophonquark",
        **more,
    }
    for code, rare in words.rare.items():
        common = words.common[code]
        found |= {
            f"rare_{code}": rare,
            f"common_{code}": common[0],
            f"two_{code}": " ".join(common),
        }
    return {name: quote(value, safe="") for name, value in found.items()}


def _room(route: web.AbstractResource) -> str:
    """The address of a page of the console; "" for anything else."""
    path = route.canonical
    is_page = any(one.method == "GET" for one in route)  # not of a resource that only refuses
    is_ours = path == HELP or (path.startswith("/console") and "/static/" not in path)
    return path if is_page and is_ours else ""


def _filled(room: str) -> str:
    return _PART.sub(lambda part: _value(room, part[1]), room)


def _value(room: str, name: str) -> str:
    fits = [at for at in PARTS if room.startswith(at[0]) and at[1] == name]
    if not fits:
        raise Broken(f"{room}: nothing in PARTS says what stands for {{{name}}}")
    return PARTS[max(fits, key=lambda at: len(at[0]))]
