"""B26: kill -9 between the platform's taking and our writing it down; a member sees it once."""

import pytest
from sqlalchemy import select

from bot import outbox
from bot.database import Database
from bot.message import Address, Attachment, Choice, Reply
from bot.models import Outbox
from bot.outgoing import Kind
from tests.adapters.wecom import crash_child
from tests.fakes.wecom import FakeWeCom
from tests.forked import played

LANGUAGES = (Choice("de", "Deutsch"), Choice("en", "English"))
CALENDAR = Attachment("text/calendar", b"BEGIN:VCALENDAR", "a.ics")
WAITING: dict[str, tuple[Reply, Kind]] = {  # by member
    "words": (Reply("Your seat is booked."), "reply"),
    "parts": (Reply("哈" * 1500), "reply"),
    "words-and-card": (Reply("words " * 60, LANGUAGES), "confirmation"),
    "card": (Reply("Which language?", LANGUAGES), "reply"),
    "broadcast": (Reply("The garden opens on Friday."), "broadcast"),
    "file": (Reply("", attachments=(CALENDAR,)), "reply"),
}


async def killed_and_begun_anew(
    url: str, platform: FakeWeCom
) -> tuple[dict[str, list[str]], set[str]]:
    """What each phone shows, and how the rows end: killed, and begun anew two minutes later."""
    database = Database(url)
    phones = {name: platform.phone(name) for name in WAITING}
    drafts = [
        outbox.Draft(Address("wecom", name), reply, kind=kind)
        for name, (reply, kind) in WAITING.items()
    ]
    with database.write() as connection:
        outbox.add(connection, drafts, platform.clock())
    assert await played(crash_child.run, url, platform.base, platform.clock(), True) == -9
    with database.read() as connection:
        assert set(connection.scalars(select(Outbox.state))) == {"sending"}
    platform.clock.advance(minutes=2)  # the lease has lapsed
    assert await played(crash_child.run, url, platform.base, platform.clock(), False) == 0
    with database.read() as connection:
        states = set(connection.scalars(select(Outbox.state)))
    database.close()
    return {name: phone.lines for name, phone in phones.items()}, states


async def test_everything_but_a_file_is_seen_once(postgres_url: str, platform: FakeWeCom) -> None:
    """And a broadcast is known to have been sent: elsewhere it would be `unsure`."""
    seen, states = await killed_and_begun_anew(postgres_url, platform)
    assert "".join(seen.pop("parts")) == WAITING["parts"][0].text
    assert seen == {
        "words": ["Your seat is booked."],
        "words-and-card": [("words " * 60).strip(), "Please choose [Deutsch] [English]"],
        "card": ["Which language? [Deutsch] [English]"],
        "broadcast": ["The garden opens on Friday."],
        "file": ["{a.ics}"] * 2,  # uploaded anew it has another id, and is another message
    }
    assert states == {"sent"}
    assert platform.api.twice >= len(WAITING)


async def test_on_a_platform_that_compares_nothing_it_is_seen_twice(
    sqlite_url: str, platform: FakeWeCom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin."""
    monkeypatch.setattr(platform.corp, "came_before", lambda *_body: False)
    seen, _states = await killed_and_begun_anew(sqlite_url, platform)
    assert seen["words"] == ["Your seat is booked."] * 2
    assert seen["broadcast"] == ["The garden opens on Friday."] * 2
