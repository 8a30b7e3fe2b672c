"""Links that open a talk at a certain place."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.config import Settings
from bot.database import Database
from bot.dialog import Transaction
from bot.models import Arrival
from bot.services.invites import LONGEST, Invite, Invites, Signer
from tests.script import Chat

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SIGNER = Signer(Settings(secret="for tests only"))


@pytest.mark.parametrize(
    "invite",
    [
        Invite("answer:kalkbreite-zurich", "poster"),
        Invite("human", "city-hall-2026"),
        Invite("registration:summer-school-berlin", "a4"),
    ],
)
def test_a_code_says_what_was_put_into_it(invite: Invite) -> None:
    code = SIGNER.make(invite)
    assert SIGNER.read(code) == invite
    assert len(code) <= LONGEST
    assert not set(code) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


@pytest.mark.parametrize(
    ("target", "source"),
    [("answer:" + "x" * 60, "a"), ("answer:Über", "a"), ("human", "a_b"), ("", "")],
)
def test_what_fits_into_no_link_is_refused(target: str, source: str) -> None:
    with pytest.raises(ValueError, match=r"link|longer"):
        SIGNER.make(Invite(target, source))


def test_a_code_of_another_house_is_none() -> None:
    code = Signer(Settings(secret="another")).make(Invite("human", "poster"))
    assert SIGNER.read(code) is None


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert SIGNER.read(text) is None


def test_arrivals_are_counted_by_place_and_day(database: Database) -> None:
    codes = [SIGNER.make(Invite("human", source)) for source in ("a", "b", "a", "a")]
    with database.write() as connection:
        for code in codes:
            Invites(Transaction(connection, NOW), SIGNER).follow(code)
    with database.read() as connection:
        found = connection.execute(select(Arrival.source, Arrival.count).order_by(Arrival.source))
        assert [tuple(row) for row in found] == [("a", 3), ("b", 1)]


async def test_who_comes_by_a_link_is_where_it_leads(chat: Chat) -> None:
    code = Signer(chat.house.settings).make(Invite("answer:kalkbreite-zurich", "poster"))
    await chat.join(invite=code)
    hello, article = chat.shown
    assert hello.text.startswith("Hello! I am Citybot, an automated assistant")
    assert article.text.startswith("Kalkbreite") or "Kalkbreite" in article.text


@pytest.mark.parametrize("code", ["", "x" * 65, "aaaaaaaa_poster_human", "%00'; DROP TABLE", "🎈"])
async def test_a_link_that_is_not_ours_is_just_a_welcome(chat: Chat, code: str) -> None:
    await chat.join(invite=code)
    (hello,) = chat.shown
    assert hello.text.startswith("Hello! I am Citybot")
