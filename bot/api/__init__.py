"""What the team does, for programs: JSON under /api/v1, behind tokens with scopes."""

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, NoReturn

from aiohttp import web

from bot.api.articles import Articles
from bot.api.asking import Asking
from bot.api.broadcasts import Broadcasts
from bot.api.call import Call
from bot.api.desk import Desk
from bot.api.door import ANY, Door, Room
from bot.api.events import Events
from bot.api.gaps import Gaps
from bot.api.health import Health
from bot.api.polls import Polls
from bot.api.questions import Questions
from bot.dialog import Transaction
from bot.services.scopes import ASK
from bot.web.problem import NOT_FOUND, WRONG_METHOD, Problem

ROOT: Final = "/api/v1"
CONTRACT: Final = f"{ROOT}/openapi.json"
_WRITTEN = Path(__file__).parent / "openapi.json"
_ID = "{id:[0-9]{1,17}}"
_SLUG = "{slug:[a-z0-9-]{1,100}}"
Rooms = Mapping[str, Mapping[str, Room]]


def routes(desk: Desk) -> Iterable[web.RouteDef]:
    """Every address with its methods; any other method there is answered 405."""
    door, contract = Door(desk), _WRITTEN.read_bytes()

    async def show(request: web.Request) -> web.StreamResponse:
        return door.dressed(request, contract)

    yield web.get(CONTRACT, show)
    for path, by_method in rooms(desk).items():
        for method, room in by_method.items():
            at = web.get if method == "GET" else partial(web.route, method)  # GET brings HEAD
            yield at(path, door.to(room))
        yield web.options(path, door.preflight)
        yield web.route("*", path, door.to(Room(_refuse(*by_method), ANY)))
    yield web.route("*", "/api/{anything:.*}", door.to(Room(_refuse(), ANY)))


def rooms(desk: Desk) -> Rooms:
    """All rooms by address and method, each with the scope that opens it."""
    health, articles, questions = Health(desk), Articles(desk), Questions()
    return {
        f"{ROOT}/token": {"GET": Room(health.token, ANY)},
        f"{ROOT}/ask": {"POST": Room(Asking(desk).ask, ASK)},
        f"{ROOT}/articles": {"GET": Room(articles.list, ASK)},
        f"{ROOT}/articles/{_SLUG}": {"GET": Room(articles.show, ASK)},
        f"{ROOT}/questions": {"GET": Room(questions.list, "read")},
        f"{ROOT}/questions/{_ID}": {"GET": Room(questions.show, "read")},
        f"{ROOT}/questions/{_ID}/answer": {"POST": Room(questions.answer, "review", changes=True)},
        **_gaps(Gaps(desk)),
        **_events(Events()),
        **_polls(Polls(desk)),
        **_broadcasts(Broadcasts(desk)),
        f"{ROOT}/channels": {"GET": Room(health.channels, "read")},
        f"{ROOT}/outbox": {"GET": Room(health.outbox, "read")},
    }


def _gaps(gaps: Gaps) -> Rooms:
    return {
        f"{ROOT}/gaps": {"GET": Room(gaps.list, "read")},
        f"{ROOT}/gaps/{_ID}": {"GET": Room(gaps.show, "read")},
        f"{ROOT}/gaps/{_ID}/decision": {"POST": Room(gaps.decide, "review", changes=True)},
    }


def _events(events: Events) -> Rooms:
    one = f"{ROOT}/events/{_SLUG}"
    attendees = Room(events.attendees, "organise", private=True)
    return {
        f"{ROOT}/events": {"GET": Room(events.list, "read")},
        one: {"GET": Room(events.show, "read")},
        f"{one}/open": {"POST": Room(events.open, "organise", changes=True)},
        f"{one}/close": {"POST": Room(events.close, "organise", changes=True)},
        f"{one}/cancel": {"POST": Room(events.cancel, "organise", changes=True)},
        f"{one}/move": {"POST": Room(events.move, "organise", changes=True)},
        f"{one}/attendees": {"GET": attendees},
    }


def _polls(polls: Polls) -> Rooms:
    one = f"{ROOT}/polls/{_SLUG}"
    return {
        f"{ROOT}/polls": {"GET": Room(polls.list, "read")},
        one: {"GET": Room(polls.show, "read")},
        f"{one}/open": {"POST": Room(polls.open, "poll", changes=True)},
        f"{one}/close": {"POST": Room(polls.close, "poll", changes=True)},
        f"{one}/results": {"GET": Room(polls.results, "read")},
    }


def _broadcasts(broadcasts: Broadcasts) -> Rooms:
    return {
        f"{ROOT}/broadcasts": {
            "GET": Room(broadcasts.list, "read"),
            "POST": Room(broadcasts.write, "organise", changes=True),
        },
        f"{ROOT}/broadcasts/{_ID}": {"GET": Room(broadcasts.show, "read")},
    }


def _refuse(*methods: str) -> Any:
    """What stands behind a method that an address does not know; without any: behind none."""

    def no(_call: Call, _transaction: Transaction) -> NoReturn:
        if methods:
            raise Problem(WRONG_METHOD, headers={"Allow": ", ".join((*methods, "OPTIONS"))})
        raise Problem(NOT_FOUND)

    return no
