"""Was it counted? Asked of a page, without an account, and without saying what was chosen."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from knowledge.library import Library
from tests.pages.front import Front, fronted
from tests.pages.hall import Hall, mild
from tests.services.polls.station import NOON, Station

AT = "/polls/receipt"


@pytest.fixture
def hall(front: Front, tmp_path: Path) -> Hall:
    front.clock[0] = NOON
    hall = Hall(Station(front.house.database, tmp_path / "keys"), NOON)
    hall.open("lanes", mild, ("single",))
    hall.vote("lanes", 12, ("single",))
    return hall


def receipt(hall: Hall, person: str = "anna") -> str:
    return hall.station.vote(person, "market", question="first", poll="lanes").receipt


SAID = [
    ("en", "is a vote in “Bicycle lanes in our town”. It will be counted", "was counted in"),
    ("de", "ist eine Stimme in „Radwege in unserer Stadt“", "wurde in"),
    ("zh", "我市自行车道", "已计入"),
]


@pytest.mark.parametrize(("language", "before", "after"), SAID)
async def test_a_receipt_is_known_before_and_after_the_end(
    front: Front, hall: Hall, language: str, before: str, after: str
) -> None:
    mine = receipt(hall)
    form = await front.get(f"{AT}?lang={language}")
    assert form.actions == [f"{AT}?lang={language}"]
    page = await front.post(form.actions[0], {"receipt": mine.lower().replace("-", " ")})
    assert page.status == 200
    assert mine in page.words
    assert before in page.words
    hall.close("lanes")
    page = await front.post(form.actions[0], {"receipt": mine})
    assert after in page.words
    for option in ("Market square", "Marktplatz", "集市广场"):
        assert option not in page.html


async def test_what_was_taken_back_or_cancelled_is_not_counted(front: Front, hall: Hall) -> None:
    mine, other = receipt(hall), receipt(hall, "bert")
    with hall.station.ballots() as ballots:
        assert ballots.withdraw(hall.station.poll("lanes"), "anna", NOON)
    page = await front.post(f"{AT}?lang=en", {"receipt": mine})
    assert "was taken back, and is not counted" in page.words
    with hall.station.office() as office:
        office.cancel("lanes", "the wrong question")
    page = await front.post(f"{AT}?lang=en", {"receipt": other})
    assert "was cancelled; there is no result." in page.words


@pytest.mark.parametrize(
    "written", ["", "hello", "V123", "<script>", "V7F3-K29Q-AAAA", "I0O1-I0O1"]
)
async def test_what_is_no_receipt_is_said_beside_the_field(front: Front, written: str) -> None:
    page = await front.post(f"{AT}?lang=en", {"receipt": written})
    assert page.status == 422
    assert page.errors == ["A receipt looks like V7F3-K29Q: a V, then seven letters and figures."]
    assert page.fields["receipt"] == written


async def test_a_receipt_nobody_gave_is_not_known(front: Front) -> None:
    page = await front.post(f"{AT}?lang=en", {"receipt": "V222-2222"})
    assert (page.status, "I know no receipt V222-2222." in page.words) == (200, True)


async def test_a_receipt_in_an_address_is_not_read_and_not_repeated(
    front: Front, hall: Hall
) -> None:
    """Addresses end in logs: nobody shall get used to it."""
    mine = receipt(hall)
    page = await front.get(f"{AT}?receipt={mine}&lang=en")
    assert (page.status, mine in page.html) == (200, False)
    assert page.headers["Cache-Control"] == "no-store"


async def test_another_site_cannot_ask_for_somebody(front: Front) -> None:
    page = await front.post(AT, {"receipt": "V222-2222"}, Origin="https://evil.example")
    assert page.status == 403


async def test_nobody_tries_receipt_after_receipt(
    sqlite_url: str, tmp_path: Path, library: Library
) -> None:
    plain = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    settings = replace(plain, trusted_proxies=1, flood_messages=3, flood_seconds=60)
    async with fronted(settings, library) as front:

        async def tries(network: str) -> Any:
            form = {"receipt": "V222-2222"}
            return await front.post(AT, form, **{"X-Forwarded-For": network})

        assert [(await tries("203.0.113.7")).status for _try in range(4)] == [200, 200, 200, 429]
        refused = await tries("203.0.113.7")
        assert int(refused.headers["Retry-After"]) >= 1
        assert (await tries("198.51.100.9")).status == 200
