"""From the talk and the command line to the pages of polls."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import citybot
from bot.services.poll_news import tell_followers
from bot.services.weblinks import Pages
from tests.pages.front import PUBLIC, Front
from tests.pages.hall import Hall, mild
from tests.services.polls.station import NOON, Station


@pytest.fixture
def hall(front: Front, tmp_path: Path) -> Hall:
    front.clock[0] = NOON
    hall = Hall(Station(front.house.database, tmp_path / "keys"), NOON)
    hall.open("lanes", mild, ("single",))
    hall.vote("lanes", 12, ("single",))
    return hall


async def test_who_has_voted_is_told_where_to_check_the_receipt(front: Front, hall: Hall) -> None:
    await front.chat.say("vote")
    await front.chat.say("1")
    said = front.chat.shown[0].text
    assert f"you can check here: {PUBLIC}/polls/receipt?lang=en" in said
    receipt = said.partition("Your receipt: ")[2][:9]
    page = await front.post(f"{PUBLIC}/polls/receipt?lang=en", {"receipt": receipt})
    assert f"{receipt} is a vote in" in page.words


async def test_the_result_in_the_talk_leads_to_its_page(front: Front, hall: Hall) -> None:
    hall.close("lanes")
    await front.chat.say("poll results")
    (link,) = front.chat.shown[0].links
    assert link.url.startswith(f"{PUBLIC}/polls/lanes?lang=")
    assert (await front.get(link.url)).status == 200


async def test_the_result_that_is_told_leads_to_its_page(front: Front, hall: Hall) -> None:
    await front.chat.say("vote")
    await front.chat.say("1")
    await front.chat.tap("Tell me the result")
    hall.close("lanes")
    tell_followers(front.house.database, front.clock[0], Pages(PUBLIC))
    before = len(front.chat.channel.sent)
    await front.said()
    ((_to, reply),) = front.chat.channel.sent[before:]
    assert [(link.label, link.url) for link in reply.links] == [
        ("The result as a page", f"{PUBLIC}/polls/lanes?lang=en")
    ]


async def test_a_secret_poll_leads_from_a_messenger_to_our_page(front: Front, hall: Hall) -> None:
    hall.open("secret", mild, ("single",), mode="web-secret")
    code = hall.station.poll("secret").code
    await front.chat.say(f"#{code}")
    ballot, page = (link.url for link in front.chat.shown[0].links)
    assert (ballot.startswith(f"{PUBLIC}/ballot/"), page) == (
        True,
        f"{PUBLIC}/polls/secret?lang=en",
    )
    assert (await front.get(ballot)).status == 200


def test_the_command_line_names_the_page(hall: Hall, sqlite_url: str, tmp_path: Path) -> None:
    hall.close("lanes")
    environment = {
        "CITYBOT_DATA_DIR": str(tmp_path),
        "DATABASE_URL": sqlite_url,
        "CITYBOT_PUBLIC_URL": PUBLIC,
        "LANG": "en_US.UTF-8",
    }
    for command in ("show", "results"):
        done = CliRunner().invoke(citybot, ["poll", command, "lanes"], env=environment)
        assert done.exit_code == 0, done.output
        assert f"Its page: {PUBLIC}/polls/lanes?lang=en" in done.stderr
