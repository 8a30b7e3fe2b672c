"""'Send' pressed twice, by two people, in two places, and what somebody agreed to (G06, G12)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.database import Database
from bot.dialog import Transaction
from bot.models import AuditEntry, Base
from bot.services.broadcast import BadBroadcast, Broadcast
from bot.services.broadcast_clock import look_after_broadcasts
from bot.services.broadcasts import Broadcasts
from tests.broadcasting import City

TRIES = 8
_BROADCAST = Base.metadata.tables["broadcast"]


@pytest.fixture
def city(database: Database) -> City:
    made = City(database)
    for name in ("anna", "bert"):
        made.person(name, "post")
    return made


def at_once(city: City, *deeds: Callable[[Broadcasts], object]) -> list[object]:
    """Each in a process of its own, as far as the database can tell; gives how each ended."""
    together = Barrier(len(deeds))

    def do(deed: Callable[[Broadcasts], object]) -> object:
        with closing(Database(city.database.url)) as database:
            together.wait(10)
            try:
                with database.write() as connection:
                    return deed(
                        Broadcasts(Transaction(connection, city.now), city.open, city.limit)
                    )
            except BadBroadcast as bad:
                return bad

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(do, deeds))


def done(ended: list[object]) -> int:
    return sum(isinstance(one, Broadcast) for one in ended)


def deeds_of(city: City) -> list[str]:
    with city.database.read() as connection:
        return list(connection.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


async def test_sent_off_eight_times_at_once_it_is_sent_off_once(city: City) -> None:
    """A double click, two tabs, and a command beside them: all looked at the same draft."""
    draft = city.write()
    ended = at_once(city, *[lambda b: b.send(draft, "staff:anna")] * TRIES)
    assert done(ended) == 1
    city.pass_minutes(1)
    await city.deliver()
    assert sorted(city.post.sent) == ["anna: Good news.", "bert: Good news."]
    assert deeds_of(city).count("broadcast.send") == 1


def test_without_the_guard_each_would_send_it_off(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin: whoever looked may write."""

    def moved(self: Any, broadcast: Broadcast, _states: Any, values: Any) -> None:
        known = update(_BROADCAST).where(_BROADCAST.c.id == broadcast.id)
        self._connection.execute(known.values(values))

    monkeypatch.setattr(Broadcasts, "_move", moved)
    draft = city.write()
    assert done(at_once(city, *[lambda b: b.send(draft, "staff:anna")] * TRIES)) == TRIES
    assert deeds_of(city).count("broadcast.send") == TRIES


def test_eight_clocks_begin_it_once(city: City) -> None:
    """None of them stumbles over the others: what else is due begins as well."""
    for _one in range(3):
        city.do("send", city.write())
    city.now += timedelta(minutes=1)
    together = Barrier(TRIES)

    def look(_clock: int) -> int:
        with closing(Database(city.database.url)) as database:
            together.wait(10)
            return look_after_broadcasts(database, city.now, city.open)

    with ThreadPoolExecutor(TRIES) as threads:
        assert sum(threads.map(look, range(TRIES))) == 6
    assert [state for _at, state in city.rows()] == ["queued"] * 6


# -- what somebody agreed to -----------------------------------------------------------------


def test_who_changes_it_and_who_sends_it_off_at_once_cannot_both(city: City) -> None:
    draft = city.write()
    other = city.write(texts={"en": "Buy now!"})
    changed = Broadcast(**{**_parts(other), "id": draft.id, "revision": draft.revision})
    ended = at_once(
        city, lambda b: b.send(draft, "staff:anna"), lambda b: b.save(changed, "staff:bert")
    )
    assert done(ended) == 1
    now = as_it_is(city, draft)
    assert (now.state, now.texts["en"]) in {("due", "Good news."), ("draft", "Buy now!")}


def _parts(broadcast: Broadcast) -> dict[str, Any]:
    return {name: getattr(broadcast, name) for name in Broadcast.__dataclass_fields__}


def as_it_is(city: City, broadcast: Broadcast) -> Broadcast:
    with city.database.read() as connection:
        known = city.broadcasts(connection).get(broadcast.id)
        assert known is not None
        return known


def test_what_was_agreed_to_cannot_be_changed(city: City) -> None:
    """Taken back and changed, it has to be agreed to anew."""
    city.limit = 1
    asked = city.do("send", city.write())
    agreed = city.do("agree", asked, "staff:bert")
    with pytest.raises(BadBroadcast), city.database.write() as connection:
        city.broadcasts(connection).save(agreed, "staff:anna")
    draft = city.do("take_back", agreed)
    assert (draft.state, draft.agreed_by) == ("draft", None)
    assert city.do("send", draft).state == "asked"


def test_who_agrees_to_what_was_changed_meanwhile_is_told(city: City) -> None:
    """They saw one text; another one stands there when they press."""
    city.limit = 1
    seen = city.do("send", city.write())
    city.do("send", city.do("take_back", seen))
    with pytest.raises(BadBroadcast, match="Somebody else"), city.database.write() as connection:
        city.broadcasts(connection).agree(seen, "staff:bert")


def test_who_it_is_for_may_not_grow_above_the_limit_unseen(city: City) -> None:
    """Sent off to two, with a limit of two; on its day they are three."""
    city.limit = 2
    sent = city.do("send", city.write(begins="2027-03-01 15:00"))
    assert sent.state == "due"
    city.person("cleo", "post")
    city.pass_minutes(180)
    assert (city.state(sent), list(city.rows())) == ("asked", [])
    city.do("agree", as_it_is(city, sent), "staff:bert")
    assert city.pass_minutes(1) == 3
