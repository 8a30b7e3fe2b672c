"""Ending a chat: the token is of no use any more, to nobody, anywhere, and leaves little behind."""

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.web.endings import Endings
from adapters.web.session import Sessions
from bot.config import Settings
from bot.message import Address
from knowledge.library import Library
from tests.adapters.web.served import Served, Visitor, served, visiting

SESSION = "/chat/api/session"
MESSAGES = "/chat/api/messages"
EVENTS = "/chat/api/events"
SESSIONS = Sessions("for tests only")


def _cookie(visitor: Visitor) -> dict[str, str]:
    """A copy of the visitor's token, as somebody else could have made it."""
    [token] = {cookie.value for cookie in visitor.http.cookie_jar}
    return {"Cookie": f"citybot={token}"}


async def _end(visitor: Visitor, headers: dict[str, str] | None = None) -> int:
    async with visitor.http.delete(visitor.at(SESSION), headers=headers) as answer:
        return answer.status


async def _status(visitor: Visitor, path: str, headers: dict[str, str]) -> int:
    async with visitor.http.get(visitor.at(path), headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize("path", [MESSAGES, f"{MESSAGES}?after=0", EVENTS, "/chat"])
async def test_a_copied_token_shows_nothing_after_the_end(visitor: Visitor, path: str) -> None:
    await visitor.say("My name is Anna.")
    copy = _cookie(visitor)
    assert await _status(visitor, path, copy) == 200
    assert await _end(visitor) == 204
    async with visitor.http.get(visitor.at(path), headers=copy) as answer:
        assert answer.status == 401
        assert "Anna" not in await answer.text()
        assert "Max-Age=0" in answer.headers["Set-Cookie"]


async def test_a_copied_token_cannot_go_on_talking(house: Served, visitor: Visitor) -> None:
    await visitor.say("hello")
    copy = _cookie(visitor)
    await _end(visitor)
    said = {"id": "message-2", "text": "gdpr data export"}
    async with visitor.http.post(visitor.at(MESSAGES), json=said, headers=copy) as answer:
        assert answer.status == 401
    assert house.rows("SELECT count(*) FROM conversation") == [(1,)]


async def test_who_ended_begins_a_talk_of_its_own(visitor: Visitor) -> None:
    await visitor.say("hello")
    await _end(visitor)
    assert (await visitor.say("help"))["status"] == "accepted"
    assert [m["text"] for m in (await visitor.look())["messages"]][::2] == ["help"]


async def test_an_end_outlives_a_restart(web_settings: Settings, library: Library) -> None:
    async with served(web_settings, library) as house, visiting(house) as visitor:
        await visitor.say("hello")
        copy = _cookie(visitor)
        await _end(visitor)
    async with served(web_settings, library) as house, visiting(house) as stranger:
        assert await _status(stranger, MESSAGES, copy) == 401


async def test_a_stream_that_is_open_ends_with_the_session(house: Served, visitor: Visitor) -> None:
    await visitor.say("hello")
    async with visitor.http.get(visitor.at(EVENTS), headers=_cookie(visitor)) as stream:
        assert await stream.content.readline() == b"retry: 2000\n"
        await _end(visitor)
        async with asyncio.timeout(4):  # it is woken: by itself it looks every five seconds
            await stream.content.read()


async def test_ending_sixty_times_is_one_end(house: Served, visitor: Visitor) -> None:
    await visitor.say("hello")
    copy = _cookie(visitor)
    ends = await asyncio.gather(*(_end(visitor, copy) for _ in range(60)))
    assert set(ends) <= {204, 401}
    assert ends.count(204) >= 1
    assert house.rows("SELECT count(*) FROM inbox WHERE event_id LIKE 'left:%'") == [(1,)]


async def test_who_never_spoke_leaves_no_trace(
    house: Served, visitor: Visitor, web_settings: Settings
) -> None:
    async with visitor.http.post(visitor.at(SESSION)) as answer:
        assert answer.status == 204
    copy = _cookie(visitor)
    assert [await _end(visitor, copy) for _ in range(3)] == [204, 204, 204]
    for table in ("inbox", "outbox", "conversation", "address", "person"):
        assert house.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    assert not (web_settings.data_dir / "ended-sessions").exists()


async def test_a_talk_so_old_that_it_was_shredded_is_ended_too(
    house: Served, visitor: Visitor
) -> None:
    week_old = SESSIONS.begin(datetime.now(UTC) - timedelta(days=7))
    cookie = {"Cookie": f"citybot={SESSIONS.token(week_old)}"}
    said = {"id": "message-1", "text": "hello"}
    async with visitor.http.post(visitor.at(MESSAGES), json=said, headers=cookie) as answer:
        assert answer.status == 200
    house.change("UPDATE inbox SET payload = NULL")
    house.change("UPDATE outbox SET body = NULL")
    assert await _end(visitor, cookie) == 204
    assert await _status(visitor, MESSAGES, cookie) == 401
    assert house.rows("SELECT count(*) FROM inbox WHERE event_id LIKE 'left:%'") == [(1,)]


async def test_an_end_holds_while_the_database_is_out_of_reach(
    house: Served, visitor: Visitor
) -> None:
    await visitor.say("hello")
    copy = _cookie(visitor)
    house.change("ALTER TABLE inbox RENAME TO elsewhere")
    assert await _end(visitor) == 503
    house.change("ALTER TABLE elsewhere RENAME TO inbox")
    assert await _status(visitor, MESSAGES, copy) == 401


async def test_what_is_kept_of_an_end_leads_to_nobody(
    house: Served, visitor: Visitor, web_settings: Settings
) -> None:
    await visitor.say("hello")
    address: Address = house.only_address()
    session_id = _cookie(visitor)["Cookie"].removeprefix("citybot=").partition(".")[0]
    await _end(visitor)
    [kept] = (web_settings.data_dir / "ended-sessions").iterdir()
    assert kept.read_bytes() == b""
    assert kept.stat().st_mode & 0o777 == 0o600
    assert not {address.user, session_id} & {kept.name}


def test_an_end_is_known_to_every_process_that_shares_the_folder(tmp_path: Path) -> None:
    one, other = Endings(tmp_path / "e", SESSIONS), Endings(tmp_path / "e", SESSIONS)
    ended, going_on = (SESSIONS.begin(datetime.now(UTC)) for _ in range(2))
    one.add(ended)
    assert (ended in other, going_on in other) == (True, False)


def test_an_end_is_kept_until_every_token_is_too_old(tmp_path: Path) -> None:
    ended, still = (SESSIONS.begin(datetime.now(UTC)) for _ in range(2))
    endings = Endings(tmp_path, SESSIONS)
    for session, days in ((ended, 32), (still, 30)):
        endings.add(session)
        then = time.time() - days * 86_400
        os.utime(tmp_path / SESSIONS.mark(session, "ended"), (then, then))
    tidied = Endings(tmp_path, SESSIONS)
    assert (ended in tidied, still in tidied) == (False, True)


def test_a_disk_that_takes_nothing_still_ends_the_session_here(tmp_path: Path) -> None:
    (tmp_path / "occupied").write_text("a file where the folder should be")
    endings = Endings(tmp_path / "occupied", SESSIONS)
    session = SESSIONS.begin(datetime.now(UTC))
    endings.add(session)
    assert session in endings
