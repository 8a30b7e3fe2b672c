"""A house full of events and people, as mild or as hostile as a test wants, and all its pages."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

from bot.dialog import Talk
from bot.message import Address, Link
from bot.services.checkins import CheckIns, Scan
from bot.services.events import Event
from bot.services.fields import check_fields
from bot.services.passes import Passes
from bot.services.registration import Registration
from bot.services.weblinks import WebLinks
from tests import eventful
from tests.adapters.web.served import Served

MILD = ("Summer school at the river", "夏季学校", "Sommerschule mit Übernachtung")
HOSTILE = (
    "<script>hacked=1</script>", "<img src=x onerror=hacked=1>", "\"><svg onload=hacked=1>",
    "' onfocus=hacked=1 autofocus x='", "</title><script>hacked=1</script>",
    "</script><script>hacked=1</script>", "{{constructor.constructor('hacked=1')()}}",
    "javascript:hacked=1", "<!--<script>", "]]><script>hacked=1</script>", "\u202e<b>txt\u2066",
    "<style>*{display:none}</style>", "<base href=//evil.example>", "&lt;script&gt;", "%3Cscript%3E",
    "<iframe srcdoc='<script>parent.hacked=1</script>'>", "<a href='javascript:hacked=1'>x</a>",
    "<form action=//evil.example><input name=x>", "<meta http-equiv=refresh content=0;//evil>",
    "\\u003cscript\\u003e", "${hacked=1}", "<math><mtext></form><form><mglyph><style></math>",
)  # fmt: skip


@dataclass
class Fair:
    """What there is to look at: `pages` by what they show."""

    pages: dict[str, str]
    here: list[Registration]
    door: str


def build(house: Served, corpus: tuple[str, ...] = MILD) -> Fair:
    """Fill the house; every text that an organiser or a participant writes is of the corpus."""
    word = cycle(corpus).__next__
    now = datetime.now(UTC)
    fields = _fields(word)
    coming = _event(word, fields, now + timedelta(days=30), timedelta(days=3))
    with_list = replace(coming, id="full", capacity=1, seats_each=1, fields=())
    over = _event(word, fields, now - timedelta(days=9), timedelta(hours=5), "over")
    today = replace(coming, id="today", starts_at=now - timedelta(hours=1))
    before = now - timedelta(days=20)
    database = house.house.database
    for event in (coming, with_list):
        eventful.run(database, lambda t, e=event: _save(t, e), now)
    for event in (over, today):
        eventful.run(database, lambda t, e=event: _save(t, e), before)
    names = [f"person-{n}" for n in range(5)]
    eventful.meet(database, *names)

    def registers(person: str, event: Event, at: datetime = now) -> Registration:
        answers = {"name": word(), "why": word(), "email": "anna@example.org", "role": "a"}
        given = {} if event is with_list else answers
        return eventful.register(
            database, person, at, event_id=event.id, answers=given
        ).registration

    mine, was = registers(names[0], coming), registers(names[0], over, before)
    registers(names[1], with_list)
    offered = registers(names[0], with_list)
    eventful.run(database, lambda t: _cancel(t, "full", names[1]), now)
    here = [registers(name, today, before) for name in names]
    eventful.run(
        database, lambda t: CheckIns(t).take("over", Scan("a-scan-1", was.reference or ""))
    )
    talk = Talk(names[2], Address("web", names[2]), "en")
    target: Any = {"event": coming.id, "fields": [field.id for field in fields]}
    form = eventful.run(database, lambda t: WebLinks(t).make(talk, "registration:x", target), now)
    token = eventful.run(database, lambda t: CheckIns(t).make_link(today), now)
    passes, door = Passes(house.house.settings), f"/checkin/{token}"

    def place(registration: Registration) -> str:
        return f"/r/{passes.make(registration.reference or '')}"

    pages = {
        "events": "/events", "event": "/events/coming", "full": "/events/full",
        "over": "/events/over", "form": f"/form/{form}", "done": "/form/done?from=web",
        "place": place(mine), "cancel": f"{place(mine)}/cancel", "offered": place(offered),
        "attended": place(was), "door": door, "nothing": "/r/nothing",
    }  # fmt: skip
    return Fair(pages, here, door)


def _event(
    word: Any, fields: Any, starts_at: datetime, lasts: timedelta, named: str = "coming"
) -> Event:
    texts = [{"en": word(), "de": word(), "zh": word()} for _ in range(4)]
    return Event(
        id=named, title=texts[0], summary=texts[1], for_whom=texts[2], results=texts[3],
        starts_at=starts_at, ends_at=starts_at + lasts, zone="Asia/Shanghai", place=word(),
        contact=word(), link="https://example.org/?a=1&b='", capacity=9, seats_each=3,
        fields=fields, state="open",
        materials=(Link(word(), "https://example.org/slides"),),
    )  # fmt: skip


def _fields(word: Any) -> Any:
    options = [{"id": name, "label": word()} for name in "abc"]
    many = [{"id": f"o{n}", "label": word()} for n in range(12)]
    return check_fields(
        [
            {"id": "name", "kind": "text", "personal": True, "ask": word(), "reason": word()},
            {"id": "email", "kind": "email", "ask": word(), "reason": word()},
            {"id": "phone", "kind": "phone", "required": False, "ask": word(), "reason": word()},
            {"id": "born", "kind": "date", "required": False, "ask": word()},
            {"id": "count", "kind": "number", "required": False, "ask": word()},
            {"id": "country", "kind": "country", "required": False, "ask": word()},
            {"id": "why", "kind": "long_text", "required": False, "ask": word()},
            {"id": "role", "kind": "choice", "ask": word(), "options": options},
            {"id": "list", "kind": "choice", "required": False, "ask": word(), "options": many},
            {"id": "needs", "kind": "choices", "required": False, "sensitive": True,
             "ask": word(), "reason": word(), "options": options},
        ]
    )  # fmt: skip


def _save(transaction: Any, event: Event) -> None:
    from bot.services.events import Events

    Events(transaction).add(event)


def _cancel(transaction: Any, event_id: str, person: str) -> None:
    from bot.services.registrations import Registrations

    Registrations(transaction).cancel(event_id, person)
