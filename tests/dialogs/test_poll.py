"""Somebody votes: in seconds, in three languages, once more, too late, and takes it back."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.config import Settings
from bot.dialog import Transaction
from bot.message import Attachment
from bot.services.closing import GRACE, Closer
from bot.services.moderation import Moderation
from bot.services.poll_news import tell_followers
from bot.services.today import Overlook
from knowledge.library import Library
from tests.clock import Clock
from tests.dialogs.polling import FIRST, PLACE, SCALE, one_of_each
from tests.script import Chat, as_line
from tests.services.polls.station import CLOSES, NOON, Station, texts

LEAD = "Bike lanes Open until Monday, May 4, 2026, 8:00 PM (Berlin). Your vote is kept apart …"
THANKS = (
    "Thank you, your vote is recorded. Your receipt: V… You can change it until Monday, May 4, "
    "2026, 8:00 PM (Berlin); the last one counts. What happens then: The council decides in June."
)
AFTER = "[Tell me the result] [Change my vote] [Take my vote back]"


class Booth:
    """A house with polls, a clock that stands still, and who talks to it."""

    def __init__(self, chat: Chat, clock: Clock, folder: Path) -> None:
        self.anna, self._clock = chat, clock
        level = "web" if "web" in chat.house.channels else "account"  # there nobody has one
        self.station = Station(chat.house.database, folder, level)

    def wait(self, how_long: timedelta) -> None:
        self._clock.at += how_long

    def now(self) -> datetime:
        return self._clock.at

    def close(self) -> None:
        """The closing minute comes, and the poll is counted."""
        self._clock.at = CLOSES + GRACE
        Closer(self.station.database, self.station.keys).close_due(self.now())

    def chosen(self) -> list[tuple[str, str, int]]:
        rows = self.station.rows("ballot_choice")
        return [(row["question"], row["option"], row["value"]) for row in rows]

    async def delivered(self) -> list[str]:
        """What the house says by itself."""
        before = len(self.anna.channel.sent)
        tell_followers(self.station.database, self.now())
        while await self.anna.house.deliverer.deliver():
            pass
        return [as_line(reply) for _to, reply in self.anna.channel.sent[before:]]


@pytest.fixture
async def booth(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Booth]:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    clock = Clock(NOON)
    async with Chat.opened(settings, library, clock) as chat:
        yield Booth(chat, clock, tmp_path / "keys")


def electorate(booth: Booth, count: int = 11, option: str = "north") -> None:
    """Others who vote too, so that there is something to show."""
    for number in range(count):
        booth.station.vote(f"neighbour-{number}", option)


async def test_a_resident_votes_with_two_messages(booth: Booth) -> None:
    booth.station.open(FIRST)
    await booth.anna.play(f"""
        > vote
        < {LEAD} Where first? [North] [South]
        > 2
        < {THANKS} {AFTER}
    """)
    assert booth.chosen() == [("where", "south", 1)]


async def test_a_resident_votes_in_german(booth: Booth) -> None:
    booth.station.open(FIRST)
    await booth.anna.play("""
        > Ich möchte abstimmen
        < Bike lanes (de) Offen bis Montag, 4. Mai 2026, 20:00 (Berlin). Ihre Stimme wird getrennt von Ihnen aufbewahrt; vor dem Ende sieht niemand ein Ergebnis. … Wo zuerst? [Norden] [Süden]
        > [Norden]
        < Danke, Ihre Stimme ist gespeichert. Ihre Quittung: V… Sie können sie bis Montag, 4. Mai 2026, 20:00 (Berlin) ändern; die letzte zählt. … [Sagen Sie mir das Ergebnis] [Meine Stimme ändern] [Meine Stimme zurückziehen]
        > meine Stimme ändern
        < Bike lanes (de) … Wo zuerst? [Norden] [Süden]
        > Süden
        < Danke, Ihre Stimme ist gespeichert. …
    """)
    assert booth.chosen() == [("where", "south", 1)]


async def test_a_resident_votes_in_chinese(booth: Booth) -> None:
    booth.station.open(FIRST)
    await booth.anna.play("""
        > 我要投票
        < Bike lanes (zh) 截止时间：柏林时间2026年5月4日星期一 20:00。您的选择与您的身份分开保存，截止前谁也看不到结果。… 先在哪里？ [北区] [南区]
        > 二
        < 谢谢，您的投票已记录。您的回执：V… 柏林时间2026年5月4日星期一 20:00 之前您可以修改，以最后一次为准。 … [结果出来告诉我] [修改我的投票] [撤回我的投票]
    """)
    assert booth.chosen() == [("where", "south", 1)]


async def test_five_questions_of_five_kinds(booth: Booth) -> None:
    booth.station.open(*one_of_each())
    await booth.anna.play("""
        > poll
        < 1 of 5 … What is missing? You may pick up to 2. Tap one after the other, or write numbers: 1, 3 [Trees] [Benches] [Lamps] [That is all] [I do not know]
        > [Lamps]
        < 1 of 5 Noted. Pick another one, or tap “That is all”. [Trees] [Benches] [Lamps] [That is all] [I do not know]
        > [That is all]
        < 2 of 5 What first? Put them in your order, the best first. Tap one after the other, or write: 2, 1 [Trees] [Benches] [Lamps] [That is all]
        > 3, 1
        < 3 of 5 Where to? 1. Trees 2. Benches 3. Lamps You have 100 points to give. Write how many each gets: 1 = 60, 3 = 40 [I would rather not say]
        > Trees = 70, 3: 40
        < That makes 110 points; you have 100 to give. 3 of 5 …
        > Trees = 60, 3: 40
        < 4 of 5 Do you agree? Statement 1 of 2: “It is too loud.” [Agree] [Disagree] [Pass] [Enough for now]
        > agree
        < 4 of 5 Do you agree? Statement 2 of 2: “It is too dark.” [Agree] [Disagree] [Pass] [Enough for now]
        > [Disagree]
        < 5 of 5 Your idea? Write your answer in one message. The team reads it before others may see it.
        > More places to sit?
        < Thank you, your vote is recorded. … [Tell me the result] [Add a statement] [Change my vote] [Take my vote back]
    """)
    assert sorted(booth.chosen()) == [
        ("idea", "", 1),
        ("money", "lamps", 40),
        ("money", "trees", 60),
        ("more", "lamps", 1),
        ("order", "lamps", 1),
        ("order", "trees", 2),
        ("say", "dark", -1),
        ("say", "quiet", 1),
    ]
    assert booth.station.count("ballot") == 1


async def test_a_scale_and_a_place_that_is_sent(booth: Booth) -> None:
    booth.station.open(SCALE, PLACE)
    await booth.anna.play("""
        > poll
        < 1 of 2 … How safe is it? [1 – not at all] [2] [3] [4] [5 – very] [I do not know]
        > 5
        < 2 of 2 Where is it dark? Send a location. Only its neighbourhood is kept, not the place itself.
        > over there
        < Send a location. Only its neighbourhood is kept, not the place itself. 2 of 2 …
    """)
    point = b'{"type": "Point", "coordinates": [11.57549, 48.13743]}'
    await booth.anna.say("", attachments=(Attachment("application/geo+json", point, ""),))
    assert as_line(booth.anna.shown[0]).startswith("Thank you, your vote is recorded.")
    assert booth.chosen() == [("how", "5", 1), ("place", "48.1350/11.5750", 1)]


FROM_ZERO = {**SCALE, "low": 0, "high": 3, "labels": {0: texts("not at all"), 3: texts("very")}}


@pytest.mark.parametrize(
    ("typed", "kept"), [("0", "0"), ("1", "1"), ("3", "3"), ("zero", "0"), ("4", "?")]
)
async def test_on_a_scale_from_zero_a_figure_is_what_stands_there(
    booth: Booth, typed: str, kept: str
) -> None:
    """Also where the points are a list to be typed: 4 is what stands below them."""
    booth.station.open(FROM_ZERO)
    await booth.anna.play(f"""
        > poll
        < … How safe is it? [0 – not at all] [1] [2] [3 – very] [I do not know]
        > {typed}
        < Thank you, your vote is recorded. …
    """)
    assert [option for _question, option, _value in booth.chosen()] == [kept]


@pytest.mark.parametrize("typed", ["no idea", "weiß nicht", "不清楚", "I don't know!"])
async def test_who_does_not_know_says_so_in_their_own_words(booth: Booth, typed: str) -> None:
    booth.station.open({**FIRST, "unsure": True})
    await booth.anna.play(f"""
        > vote
        < … Where first? [North] [South] [I do not know]
        > {typed}
        < Thank you, your vote is recorded. …
    """)
    assert booth.chosen() == [("where", "?", 0)]


async def test_a_picture_is_a_link_that_says_whose_it_is_and_what_it_shows(booth: Booth) -> None:
    """Read aloud, or where nothing can be loaded, the options are still told apart."""
    pictured = {
        "image": "https://example.org/cranes.png",
        "alt": {"en": "Cranes at dusk", "de": "Kraniche", "zh": "暮色中的鹤"},
    }
    north, south = FIRST["options"]
    booth.station.open({**FIRST, "options": [north | pictured, south]})
    await booth.anna.say("vote")
    (link,) = booth.anna.shown[0].links
    assert (link.label, link.url) == ("Picture, North: Cranes at dusk", pictured["image"])
    await booth.anna.say("Deutsch")
    await booth.anna.say("abstimmen")
    assert [link.label for link in booth.anna.shown[-1].links] == ["Bild, Norden: Kraniche"]


async def test_several_open_polls_are_listed(booth: Booth) -> None:
    booth.station.open(FIRST)
    later = (CLOSES + timedelta(days=1)).isoformat()
    booth.station.open(FIRST, id="trees", title=texts("Trees"), closes=later)
    await booth.anna.play("""
        > Which polls are open?
        < These polls are open: • Bike lanes, until Monday, May 4, 2026, 8:00 PM (Berlin) • Trees, until Tuesday, May 5, 2026, 8:00 PM (Berlin) [Bike lanes] [Trees]
        > [Trees]
        < Trees Open until Tuesday, … Where first? [North] [South]
    """)


async def test_somebody_types_the_code_of_a_poster(booth: Booth) -> None:
    poll = booth.station.open(FIRST)
    await booth.anna.say(f"#{poll.code.lower()}")
    assert as_line(booth.anna.shown[0]).endswith("Where first? [North] [South]")
    await booth.anna.say("A2B3C" if poll.code != "A2B3C" else "A2B3D")
    assert as_line(booth.anna.shown[0]).startswith("I know no poll with this code.")


async def test_no_poll_is_open(booth: Booth) -> None:
    await booth.anna.play("""
        > vote
        < No poll is open with me at the moment, and I have no result to show. [Ask a person]
    """)


# -- changing one's mind -----------------------------------------------------------------------


async def test_a_late_tap_on_the_old_keyboard_changes_the_vote(booth: Booth) -> None:
    booth.station.open(FIRST)
    await booth.anna.say("vote")
    keyboard = {c.label: c.value for c in booth.anna.shown[0].choices}
    await booth.anna.say("North", picked=keyboard["North"])
    (first,) = booth.station.rows("participation")
    await booth.anna.say("South", picked=keyboard["South"])
    assert as_line(booth.anna.shown[0]).startswith("Thank you, your vote is recorded.")
    assert booth.chosen() == [("where", "south", 1)]
    assert booth.station.rows("participation") == [first]


async def test_a_tap_after_closing_is_said_kindly_and_changes_nothing(booth: Booth) -> None:
    booth.station.open(FIRST)
    electorate(booth)
    await booth.anna.say("vote")
    keyboard = {c.label: c.value for c in booth.anna.shown[0].choices}
    await booth.anna.say("North", picked=keyboard["North"])
    booth.close()
    await booth.anna.say("South", picked=keyboard["South"])
    assert [as_line(reply) for reply in booth.anna.shown] == [
        "“Bike lanes” closed on Monday, May 4, 2026, 8:00 PM (Berlin). Votes that came later do "
        "not count. What you had answered by then counts. [See the result]"
    ]
    assert booth.station.result().questions["where"]["options"] == {"north": 12, "south": 0}


async def test_the_minute_comes_in_the_middle_of_a_ballot(booth: Booth) -> None:
    booth.station.open(FIRST, SCALE)
    await booth.anna.say("vote")
    await booth.anna.say("1")
    booth.wait(CLOSES - booth.now())
    await booth.anna.play("""
        > 3
        < “Bike lanes” closed on Monday, May 4, 2026, 8:00 PM (Berlin). Votes that came later do not count. What you had answered by then counts. Your receipt: V… [See the result]
        > [See the result]
        < “Bike lanes” is not counted yet. Until then nobody sees a result, not even the team. [Tell me the result]
    """)
    assert booth.chosen() == [("where", "north", 1)]


async def test_a_tap_of_somebody_else_is_no_vote(booth: Booth) -> None:
    booth.station.open(FIRST)
    await booth.anna.say("vote")
    keyboard = {c.label: c.value for c in booth.anna.shown[0].choices}
    bert = booth.anna.another("bert")
    await bert.say("North", picked=keyboard["North"])
    assert as_line(bert.shown[0]).endswith("Where first? [North] [South]")
    assert booth.chosen() == []


async def test_a_vote_is_taken_back(booth: Booth) -> None:
    booth.station.open(FIRST)
    await booth.anna.play("""
        > vote
        < … Where first? [North] [South]
        > 1
        < Thank you, … [Take my vote back]
        > [Take my vote back]
        < Take your vote in “Bike lanes” back? You may vote again until it closes. [Yes, take it back] [No, it stays]
        > yes
        < Done, your vote is taken back. [Bike lanes]
        > withdraw my vote
        < You have no vote in a poll that is open.
    """)
    assert booth.station.count("ballot") == 0


async def test_a_question_in_between_is_answered_and_the_ballot_goes_on(booth: Booth) -> None:
    booth.station.open(FIRST)
    await booth.anna.play("""
        > vote
        < … Where first? [North] [South]
        > What is a community garden?
        < KIC Garden is a community garden …
        < Back to the poll. … Where first? [North] [South]
        > east
        < Please pick one of these, or write its number. … Where first? [North] [South]
        > cancel
        < All right, cancelled. Everything stays as it was.
    """)
    assert booth.chosen() == []


async def test_statements_are_judged_again_one_by_one(booth: Booth) -> None:
    booth.station.open(one_of_each()[3])
    await booth.anna.play("""
        > vote
        < … Statement 1 of 2: “It is too loud.” …
        > 1
        < … Statement 2 of 2: “It is too dark.” …
        > 1
        < Thank you, …
        > [Change my vote]
        < … Statement 1 of 2: “It is too loud.” …
        > disagree
        < … Statement 2 of 2: “It is too dark.” …
        > [Enough for now]
        < Thank you, …
    """)
    assert sorted(booth.chosen()) == [("say", "dark", 1), ("say", "quiet", -1)]


async def test_somebody_adds_a_statement_and_others_vote_on_it(booth: Booth) -> None:
    booth.station.open(one_of_each()[3])
    await booth.anna.play("""
        > vote
        < … [Enough for now]
        > agree
        < … [Enough for now]
        > agree
        < Thank you, … [Add a statement] …
        > [Add a statement]
        < What should others say yes or no to? One thought, in one sentence.
        > ...
        < Please write a few words. What should others say yes or no to? One thought, in one sentence.
        > There are too few trees.
        < Thank you. Somebody of the team reads it first; then others can vote on it. [Bike lanes]
    """)
    with booth.station.database.write() as connection:
        moderation = Moderation(Transaction(connection, NOON))
        (waiting,) = moderation.statements("lanes")
        moderation.judge(("lanes", waiting.id), "accepted", "staff:bert")
    await booth.anna.play("""
        > vote
        < … Statement 3 of 3: “There are too few trees.” …
        > agree
        < Thank you, …
    """)
    assert ("say", f"added-{waiting.id}", 1) in booth.chosen()
    assert {row["person_id"] for row in booth.station.rows("poll_statement")} == {None}


async def test_of_several_votes_one_is_asked_which_is_taken_back(booth: Booth) -> None:
    booth.station.open(FIRST)
    booth.station.open(FIRST, id="trees", title=texts("Trees"), closes="2026-05-09T12:00Z")
    for poll in ("Trees", "Bike lanes"):
        await booth.anna.say("vote")
        await booth.anna.tap(poll)
        await booth.anna.say("1")
    await booth.anna.play("""
        > withdraw my vote
        < In which poll do you take your vote back? [Bike lanes] [Trees]
        > Trees
        < Take your vote in “Trees” back? You may vote again until it closes. …
        > yes
        < Done, your vote is taken back. [Trees]
        > withdraw my vote
        < Take your vote in “Bike lanes” back? …
    """)
    assert [row["poll_id"] for row in booth.station.rows("participation")] == ["lanes"]


# -- who may ---------------------------------------------------------------------------------


async def test_an_invitation_is_asked_for_once(booth: Booth) -> None:
    poll = booth.station.open(FIRST, level="code")
    with booth.station.office() as office:
        (code,) = office.invite(poll.id, 1)
    await booth.anna.play(f"""
        > vote
        < Please write the invitation code you were given. It is good for one vote.
        > abc
        < An invitation code looks like 7F3K2-9QMB4-HX6T. Please write the invitation code you were given. …
        > AAAA2-BBBB3
        < This invitation code is not valid for this poll. Please write the invitation code …
        > {code.lower()}
        < … Where first? [North] [South]
        > north
        < Thank you, …
        > [Change my vote]
        < … Where first? [North] [South]
        > south
        < Thank you, …
    """)
    assert booth.chosen() == [("where", "south", 1)]


WAIT = (
    "Too many codes were wrong, so I wait a while before I try another one. Please write yours "
    "again in {} minutes. If it does not work then, the team will help you. Please write the …"
)
WRONG = "This invitation code is not valid for this poll. Please write the …"


async def test_who_guesses_an_invitation_waits_longer_each_time(booth: Booth) -> None:
    """What only looks wrong costs nothing; while one waits, not even the right one is looked at."""
    poll = booth.station.open(FIRST, level="code")
    with booth.station.office() as office:
        (code,) = office.invite(poll.id, 1)
    await booth.anna.say("vote")
    for _mistyped in range(3):
        await booth.anna.say("abc")
    for number in range(8):
        await booth.anna.play(f"""
            > AAAA2-BBBB{number + 2}
            < {WRONG}
        """)
    await booth.anna.play(f"""
        > {code}
        < {WAIT.format(2)}
    """)
    booth.wait(timedelta(minutes=2))
    await booth.anna.play(f"""
        > CCCC2-DDDD3
        < {WRONG}
        > {code}
        < {WAIT.format(4)}
    """)
    booth.wait(timedelta(minutes=4))
    await booth.anna.play(f"""
        > {code}
        < … Where first? [North] [South]
    """)


async def test_another_account_of_the_same_person_is_no_way_to_guess_on(booth: Booth) -> None:
    booth.station.open(FIRST, level="code")
    await booth.anna.say("link")
    phone = booth.anna.another("annas-phone")
    await phone.say(re.search(r"\w{4}-\w{4}", booth.anna.shown[0].text)[0])  # type: ignore[index]
    await phone.say("1")
    for talk in (booth.anna, phone):
        await talk.say("vote")
        for number in range(4):
            await talk.say(f"AAAA2-BBBB{number + 2}")
    for talk in (booth.anna, phone):
        await talk.say("AAAA2-BBBB9")
        assert "Please write yours again in 2 minutes." in talk.shown[0].text
    assert booth.station.rows("audit_entry")[-1]["action"] != "code.guessed"


async def test_staff_hear_when_many_codes_are_wrong(booth: Booth) -> None:
    """Four strangers, each with five: nobody has to wait yet, and it is written down once."""
    booth.station.open(FIRST, level="code")
    for stranger in range(4):
        talk = booth.anna.another(f"stranger-{stranger}")
        await talk.say("vote")
        for number in range(5):
            await talk.say(f"AAAA2-BBBB{number + 2}")
    told = [row for row in booth.station.rows("audit_entry") if row["actor"] == "house"]
    assert [(row["action"], row["object"], row["detail"]) for row in told] == [
        ("code.guessed", "poll:lanes", "20 wrong codes")
    ]
    with booth.station.database.read() as connection:
        today = Overlook(Transaction(connection, booth.now())).today()
    assert [row.object for row in today.guessed] == ["poll:lanes"]
    assert not today.is_calm
    assert "stranger" not in str(booth.station.rows("sign_in_try"))


async def test_a_poll_by_name_says_so_before_anything_else(booth: Booth) -> None:
    booth.station.open(FIRST, mode="named")
    await booth.anna.play("""
        > vote
        < This poll is by name: under which name do you vote? Everybody will see it.
        > Anna M.
        < … This poll is by name: your name will stand beside your vote, for everybody. Everybody…may vote once. Where first? [North] [South]
        > 1
        < Thank you, …
    """)
    assert [row["name"] for row in booth.station.rows("ballot")] == ["Anna M."]


async def test_a_secret_poll_takes_no_vote_in_a_messenger(booth: Booth) -> None:
    poll = booth.station.open(FIRST, level="web", mode="web-secret")
    await booth.anna.say("vote")
    assert [as_line(reply) for reply in booth.anna.shown] == [
        "This poll takes votes on our own page alone, so that no messenger sees them. Open that "
        f"page and write this code there: {poll.code}"
    ]


# -- afterwards ------------------------------------------------------------------------------


async def test_who_wanted_to_hear_is_told_the_result_and_what_came_of_it(booth: Booth) -> None:
    booth.station.open(FIRST)
    electorate(booth)
    await booth.anna.play("""
        > vote
        < … [South]
        > 2
        < Thank you, … [Tell me the result] …
        > [Tell me the result]
        < I will tell you here when it is counted, and later what came of it.
    """)
    booth.close()
    assert await booth.delivered() == [
        "The poll “Bike lanes” is counted. You wanted to know the result. [See the result]"
    ]
    assert await booth.delivered() == []
    sha = booth.station.result().sha256
    await booth.anna.play(f"""
        > poll results
        < Bike lanes 12 people took part.… Where first? • North: 11 (92%) • South: 1 (8%) What happens now: The council decides in June. Anybody can count it again. The file's SHA-256 is {sha}. [Get the file, to count it yourself]
        > [Get the file, to count it yourself]
        < All ballots, in random order. How to count them is written in recount.py. {{lanes.csv}}
    """)
    (file,) = booth.anna.shown[0].attachments
    assert file.url_or_bytes == (booth.station.file() or "").encode()
    with booth.station.office(at=booth.now()) as office:
        office.say_outcome("lanes", texts("It is built."))
    assert await booth.delivered() == [
        "What came of the poll “Bike lanes”: It is built. [See the result]"
    ]


async def test_a_receipt_says_that_it_counts_and_not_what(booth: Booth) -> None:
    booth.station.open(FIRST)
    electorate(booth)
    await booth.anna.say("vote")
    await booth.anna.say("1")
    receipt = booth.station.rows("participation")[-1]["receipt"]
    mine = next(
        r["receipt"]
        for r in booth.station.rows("participation")
        if r["channel"] == booth.anna.channel.name
    )
    assert receipt is not None
    await booth.anna.play(f"""
        > {mine.lower()}
        < {mine} is a vote in “Bike lanes”. It will be counted when the poll closes.
        > V222-2222
        < I know no receipt V222-2222. Is it written right?
    """)
    booth.close()
    await booth.anna.play(f"""
        > {mine}
        < {mine} was counted in “Bike lanes”.
    """)


@pytest.mark.parametrize("typed", ["V222-0000", "v7f0-k29q", "V222-2222"])
async def test_a_receipt_that_is_none_is_known_for_it_also_in_a_ballot(
    booth: Booth, typed: str
) -> None:
    """No receipt has a 0; in the middle of a vote it is still no answer to the question."""
    booth.station.open(FIRST)
    await booth.anna.play(f"""
        > {typed}
        < I know no receipt {typed.upper()}. Is it written right?
        > vote
        < … [North] [South]
        > {typed}
        < I know no receipt {typed.upper()}. Is it written right?
        < Back to the poll. … [North] [South]
    """)
    assert booth.chosen() == []


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        ("result", "“Bike lanes” is not counted yet. … [Tell me the result] [Result: Trees]"),
        ("Ergebnis", "„Bike lanes (de)“ …"),
        ("结果", "“Bike lanes (zh)”…"),
    ],
)
async def test_the_result_is_that_of_the_poll_one_has_just_voted_in(
    booth: Booth, ask: str, said: str
) -> None:
    early = (NOON + timedelta(minutes=1)).isoformat()
    booth.station.open(FIRST, id="trees", title=texts("Trees"), closes=early)
    booth.wait(timedelta(minutes=1) + GRACE)
    Closer(booth.station.database, booth.station.keys).close_due(booth.now())
    booth.station.open(FIRST)
    await booth.anna.say("vote")
    await booth.anna.say("1")
    await booth.anna.play(f"""
        > {ask}
        < {said}
    """)


async def test_the_end_that_was_moved_is_said_with_the_poll(booth: Booth) -> None:
    booth.station.open(FIRST)
    with booth.station.office() as office:
        office.ask_extension("lanes", CLOSES + timedelta(days=1), texts("Holidays"))
    with booth.station.office("staff:bert") as office:
        office.agree_extension("lanes")
    await booth.anna.play("""
        > vote
        < Bike lanes Open until Tuesday, May 5, 2026, 8:00 PM (Berlin). … The end was moved from Monday, May 4, 2026, 8:00 PM (Berlin) to Tuesday, May 5, 2026, 8:00 PM (Berlin): Holidays Where first? [North] [South]
    """)


async def test_two_channels_of_one_person_are_told_which_vote_stays(booth: Booth) -> None:
    booth.station.open(FIRST)
    phone = booth.anna.another("annas-phone")
    await booth.anna.say("vote")
    await booth.anna.say("1")
    booth.wait(timedelta(minutes=1))
    await phone.say("vote")
    await phone.say("2")
    await booth.anna.say("link")
    code = booth.anna.shown[0].text.split("minutes: ")[1][:9]
    await phone.say(code)
    await phone.tap("Yes, that is me")
    told = [as_line(reply) for _to, reply in booth.anna.channel.sent[-4:]]
    assert any(
        line.startswith("You had voted in “Bike lanes” on both channels. Your first vote stays")
        for line in told
    )
    assert booth.chosen() == [("where", "north", 1)]


async def test_who_is_forgotten_takes_the_vote_along(booth: Booth) -> None:
    booth.station.open(FIRST)
    await booth.anna.play("""
        > vote
        < … [South]
        > 1
        < Thank you, …
        > delete my data
        < Shall I delete everything … [No, keep it]
        > yes
        < Done: everything I kept about you is deleted. …
    """)
    assert [booth.station.count(t) for t in ("participation", "ballot", "ballot_choice")] == [0] * 3


@pytest.mark.parametrize(
    "what", ["💥", "\u202e\u0000", "x" * 5000, "0", "99", "1, 2", "'; DROP TABLE ballot; --"]
)
async def test_nonsense_is_no_vote_and_breaks_nothing(booth: Booth, what: str) -> None:
    booth.station.open(FIRST)
    await booth.anna.say("vote")
    await booth.anna.say(what)
    assert booth.chosen() == []
    await booth.anna.say("2")
    assert booth.chosen() == [("where", "south", 1)]
