"""Broadcasts: whom they reach, said beforehand; what becomes of them, said truly afterwards."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy import event as happens

from adapters.capabilities import ALL
from bot.channel import Blocked, Refused, Sent, Unsure, WindowClosed
from bot.database import Database
from bot.dialog import Transaction
from bot.mailbox import DatabaseMailbox
from bot.message import Address, Choice, Reply
from bot.models import Base, Broadcast, Conversation, Event, Outbox, Place, Registration
from bot.render import can_tap
from bot.services.audience import Audience
from bot.services.broadcast import BadBroadcast
from bot.services.broadcast_again import once_more
from bot.services.broadcast_choices import CHOICE_BYTES, CHOICES
from bot.services.broadcast_clock import look_after_broadcasts
from bot.services.broadcast_ledger import Ledger
from bot.services.broadcast_texts import Saying
from bot.services.keys import Keys
from bot.services.people import People
from bot.services.retention import shred
from bot.services.topics import Topics
from tests.asking import statements
from tests.broadcasting import MINUTE, START, City, Listed

NOBODY = Keys.__new__(Keys)  # no poll is touched here


@pytest.fixture
def city(database: Database) -> Iterator[City]:
    database.upgrade()
    return City(database)


@pytest.fixture
def small(sqlite_url: str) -> Iterator[City]:
    """Where the database makes no difference."""
    database = Database(sqlite_url)
    yield City(database)
    database.close()


# -- whom it reaches -------------------------------------------------------------------------


def test_a_preview_says_whom_it_reaches_how_and_in_which_language(city: City) -> None:
    city.person("anna", "post", language="de")
    city.person("bert", "post", language="zh")
    city.person("cleo", "window")
    city.person("dora", "window", language="de")
    city.opened("window:dora")
    city.person("emil", "page")
    city.person("frei", "post", stopped_at=START)
    city.person("gone", "post")
    city.person("here", "elsewhere")
    with city.database.write() as connection:
        connection.execute(update(Place).where(Place.person_id == "gone").values(left_at=START))
    seen = city.preview(city.write())
    assert seen.reached == (
        ("page", "looks", "en", 1),
        ("post", "now", "de", 1),
        ("post", "now", "en", 1),
        ("window", "now", "de", 1),
        ("window", "writes", "en", 1),
    )
    assert (seen.subscription, seen.left_out) == ({"post": 1}, {"stopped": 1, "closed": 1})
    assert (seen.to_json()["subscription"], seen.window) == ({"post": 1}, 48)
    assert (seen.people, seen.by("now"), seen.others) == (5, 3, 1)


def test_whose_language_the_house_does_not_speak_is_told_to_read_the_one_for_all_others(
    city: City,
) -> None:
    """The talk goes on in the language of the house, which is not theirs."""
    city.person("anna", "post")
    city.person("bert", "post")
    city.person("cleo", "post", language="de")
    with city.database.write() as connection:
        french = {"state": {"foreign": True}}
        abroad = update(Conversation).where(Conversation.person_id.in_(("bert", "cleo")))
        connection.execute(abroad.values(french))
    seen = city.preview(city.write())
    assert seen.reached == (("post", "now", "de", 1), ("post", "now", "en", 2))
    assert seen.others == 1  # Cleo goes on in German, and does not read the English text


def test_who_could_follow_us_again_is_apart_from_who_cannot_be_told(city: City) -> None:
    """Where they left last, of the channels that are open here; each person in one line."""
    for name in ("anna", "bert", "cleo"):
        city.person(name, "window", "post")
    city.person("dora", "elsewhere")
    with city.database.write() as connection:
        gone = update(Place).where(Place.person_id != "cleo")
        connection.execute(gone.values(left_at=START))
        late = update(Place).where(Place.id == "window:anna")
        connection.execute(late.values(left_at=START + MINUTE))
    seen = city.preview(city.write())
    assert seen.reached == (("post", "now", "en", 1),)
    assert (seen.subscription, seen.left_out) == ({"window": 1, "post": 1}, {"left": 1})
    of_one = city.preview(city.write(audience={"channels": ["post"]}))
    assert (of_one.subscription, of_one.window) == ({"post": 2}, 0)


def test_who_is_on_none_of_the_channels_it_is_for_is_not_told_as_left_out(city: City) -> None:
    """Who left the one it is for is, also where they stay on another; and whose is not open."""
    city.person("anna", "post")
    city.person("bert", "window")
    city.person("cleo", "window", stopped_at=START)
    city.person("dora", "post", "window")
    city.person("emil", "elsewhere")
    city.person("frei", "post", stopped_at=START)
    with city.database.write() as connection:
        connection.execute(update(Place).where(Place.id == "post:dora").values(left_at=START))
    seen = city.preview(city.write(audience={"channels": ["post"]}))
    assert (seen.people, seen.subscription, seen.left_out) == (1, {"post": 1}, {"stopped": 1})
    elsewhere = replace(city.write(), audience=Audience(channels=("elsewhere", "post")))
    assert city.preview(elsewhere).left_out == {"stopped": 1, "closed": 1}


def test_a_preview_says_whom_a_mass_message_reaches_and_how_often(database: Database) -> None:
    """One alone is no list; and a text that does not go into one message goes into none."""
    database.upgrade()
    city = City(database, window=Listed())
    for name, language in (("anna", "en"), ("bert", "en"), ("cleo", "de"), ("dora", "de")):
        city.person(name, "window", language=language)
    city.opened("window:dora")
    seen = city.preview(city.write())
    assert seen.reached == (
        ("window", "mass", "en", 2),
        ("window", "now", "de", 1),
        ("window", "writes", "de", 1),
    )
    assert (seen.people, seen.by("mass"), seen.monthly) == (4, 2, 4)
    assert seen.to_json()["monthly"] == 4
    long = city.preview(city.write(texts={"en": "News. " * 100}, audience={"languages": ["en"]}))
    assert (long.reached, long.monthly) == ((("window", "writes", "en", 2),), 0)


def test_a_mass_message_waits_for_the_end_of_the_quiet_hours(small: City) -> None:
    """At 22:00 in Berlin; who wakes alone is no list, and two who are awake wait for nobody."""
    night = City(small.database, START + timedelta(hours=10), "22:00-08:00", window=Listed())
    for name, language, told in (
        *(("anna", "en", {"quiet": ""}), ("bert", "en", {"quiet": ""}), ("cleo", "en", {})),
        *(("dora", "de", {"quiet": ""}), ("emil", "de", {})),
        *(("fred", "zh", {}), ("gina", "zh", {"zone": "America/New_York", "quiet": "14:00-23:00"})),
    ):
        night.person(name, "window", language=language, **told)
    texts = {"en": "News.", "de": "Neues.", "zh": "新闻。"}
    seen = night.preview(night.write(night="wait", texts=texts))
    assert seen.reached == (
        ("window", "mass", "en", 2),
        ("window", "mass-night", "de", 2),
        ("window", "mass-night", "zh", 2),
        ("window", "writes", "en", 1),
    )
    assert seen.monthly == 4
    at_once = night.preview(night.write(night="send", texts=texts))
    assert {by for _channel, by, *_ in at_once.reached} == {"mass"}


async def test_what_is_said_of_a_mass_message_at_night_comes_true(small: City) -> None:
    night = City(small.database, START + timedelta(hours=10), "22:00-08:00", window=Listed())
    lists: list[list[str]] = []

    async def send_to_many(to: Sequence[Address], _reply: Reply, _key: str) -> Sent:
        lists.append(sorted(one.user for one in to))
        return Sent(str(len(lists)))

    night.window.send_to_many = send_to_many  # type: ignore[method-assign]
    night.window.trouble = dict.fromkeys(("anna", "bert", "cleo"), WindowClosed())
    for name in ("anna", "bert", "cleo"):
        night.person(name, "window", **({"quiet": ""} if name == "anna" else {}))
    broadcast = night.sent(night="wait")
    await night.deliver()
    assert (lists, night.state(broadcast)) == ([], "sending")
    night.now += timedelta(hours=10)
    await night.deliver()
    assert (lists, night.tally(broadcast)) == ([["anna", "bert", "cleo"]], {"sent": 3})


def test_a_mass_message_comes_before_a_page_nobody_may_open(small: City) -> None:
    city = City(small.database, window=Listed())
    city.person("anna", "page", "window")
    city.person("bert", "window")
    assert city.preview(city.write()).reached == (("window", "mass", "en", 2),)


async def test_who_is_on_three_channels_gets_it_once_where_it_arrives_soonest(city: City) -> None:
    """G13. The page and the window were used later; only the post can be sent to now."""
    city.person("anna", "post", "window", "page")
    broadcast = city.sent()
    await city.deliver()
    assert (city.post.sent, city.tally(broadcast)) == (["anna: Good news."], {"sent": 1})


def test_of_two_that_can_be_written_to_it_is_the_one_used_last(small: City) -> None:
    small.person("anna", "post", "window")
    small.opened("window:anna")
    small.sent()
    assert small.rows() == [("window:anna", "queued")]


def test_a_group_gets_no_broadcast(small: City) -> None:
    small.person("-100123", "post")
    assert small.preview(small.write()).people == 0


AUDIENCES: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"anna", "bert", "cleo"}),
    ({"languages": ["de"]}, {"bert"}),
    ({"channels": ["window"]}, {"cleo"}),
    ({"topics": ["trees"]}, {"anna"}),
    ({"topics": ["trees", "bikes"]}, {"anna", "cleo"}),
    ({"events": ["school"]}, {"anna"}),
    ({"events": ["school"], "statuses": ["cancelled"]}, {"bert"}),
    ({"programmes": ["summer-school"]}, {"anna"}),
    ({"seen_within": 30}, {"anna", "bert", "cleo"}),
    ({"not_seen_within": 30}, set()),
    ({"topics": ["trees"], "languages": ["de"]}, set()),
]


@pytest.mark.parametrize(("audience", "names"), AUDIENCES)
def test_all_conditions_of_an_audience_must_hold(
    small: City, audience: dict[str, Any], names: set[str]
) -> None:
    small.person("anna", "post")
    small.person("bert", "post", language="de")
    small.person("cleo", "window")
    _with_topics(small, anna="trees", cleo="bikes")
    _registered(small, anna="confirmed", bert="cancelled")
    draft = small.write(audience=audience)
    assert small.preview(draft).people == len(names)
    if names:
        small.do("send", draft)
        small.pass_minutes(1)
        assert {at.partition(":")[2] for at, _state in small.rows()} == names


@pytest.mark.parametrize(
    ("picked", "names"),
    [
        ({"bert": True}, {"bert", "anna"}),
        ({"anna": False}, set()),
        ({"anna": False, "bert": True}, {"bert"}),
    ],
)
def test_people_are_named_besides_and_left_out(
    small: City, picked: dict[str, bool], names: set[str]
) -> None:
    small.person("anna", "post")
    small.person("bert", "post")
    _with_topics(small, anna="trees")
    draft = small.write(audience={"topics": ["trees"]})
    with small.database.write() as connection:
        small.broadcasts(connection).pick(draft.id, picked, "staff:anna")
    assert small.preview(draft).people == len(names)


@pytest.mark.parametrize("named", [False, True])
def test_who_is_named_by_hand_and_on_none_of_its_channels_is_told_as_not_reached(
    city: City, named: bool
) -> None:
    """All whom it is for are accounted for, before and once it has begun."""
    city.person("anna", "post")
    city.person("bert", "window")
    city.person("cleo", "window", stopped_at=START)
    city.person("dora", "window")  # not named, and so not meant
    city.person("emil", "post")
    city.person("frei")
    with city.database.write() as connection:
        connection.execute(update(Place).where(Place.id == "post:emil").values(left_at=START))
    draft = city.write(audience={"channels": ["post"], "named": named})
    names = ("anna", "bert", "cleo", "emil", "frei")
    with city.database.write() as connection:
        city.broadcasts(connection).pick(draft.id, dict.fromkeys(names, True), "staff:anna")
    seen = city.preview(draft)
    missing = {"subscription": {"post": 1}, "left_out": {"elsewhere": 2, "stopped": 1}}
    assert (seen.people, seen.subscription, seen.left_out) == (1, *missing.values())
    sent = city.do("send", draft)
    city.person("gina", "window", stopped_at=START)
    with city.database.write() as connection:
        city.broadcasts(connection).pick(draft.id, dict.fromkeys((*names, "gina"), True), "house")
    city.pass_minutes(1)
    with city.database.read() as connection:
        begun = city.broadcasts(connection).get(sent.id)
    assert begun is not None
    assert begun.reach is not None
    missing["left_out"]["stopped"] = 2
    assert {key: begun.reach[key] for key in missing} == missing
    assert sum(city.tally(sent).values()) == 1


def test_who_is_named_besides_gets_it_whatever_they_speak(city: City) -> None:
    city.person("anna", "post", language="de")
    city.person("bert", "post", language="zh")
    city.person("cleo", "post", language="zh", stopped_at=START)
    city.person("dora", "post", language="zh")
    draft = city.write(audience={"languages": ["de"]})
    with city.database.write() as connection:
        picked = {"bert": True, "cleo": True}
        city.broadcasts(connection).pick(draft.id, picked, "staff:anna")
    seen = city.preview(draft)
    assert seen.reached == (("post", "now", "de", 1), ("post", "now", "en", 1))
    assert (seen.others, seen.left_out) == (1, {"stopped": 1})
    only = replace(draft, audience=Audience(languages=("de",), named=True))
    assert (city.preview(only).people, city.preview(only).left_out) == (0, {})


def test_nobody_but_who_is_named_where_that_is_asked_for(small: City) -> None:
    small.person("anna", "post")
    small.person("bert", "post")
    draft, everybody = small.write(audience={"named": True}), small.write()
    with small.database.write() as connection:
        for one in (draft, everybody):
            small.broadcasts(connection).pick(one.id, {"bert": True}, "staff:anna")
    assert small.preview(draft).people == 1
    assert small.preview(everybody).people == 2


async def test_a_second_one_goes_to_those_the_first_did_not_reach(city: City) -> None:
    for name in ("anna", "bert", "cleo"):
        city.person(name, "post")
    city.post.trouble = {"bert": Refused("400")}
    first = city.sent()
    await city.deliver()
    assert city.tally(first) == {"sent": 2, "failed": 1}
    city.post.trouble.clear()
    second = city.sent(audience={"missed": first.id})
    await city.deliver()
    assert city.tally(second) == {"sent": 1}
    assert city.post.sent[-1] == "bert: Good news."


async def test_nobody_who_had_enough_or_may_have_it_is_among_those_it_did_not_reach(
    city: City,
) -> None:
    """Anna left the topic meanwhile, of Bert it is not known, Cleo was not reached."""
    with city.database.write() as connection:
        topics = Topics(Transaction(connection, city.now))
        topics.save("trees", "interest", {"en": "Trees"}, "staff:anna")
    for name in ("anna", "bert", "cleo"):
        city.person(name, "post")
        with city.database.write() as connection:
            Topics(Transaction(connection, city.now)).subscribe(name, "trees")
    city.post.trouble = {"bert": Unsure(), "cleo": Refused("400")}
    first = city.sent(audience={"topics": ["trees"]})
    with city.database.write() as connection:
        Topics(Transaction(connection, city.now)).unsubscribe("anna", ["trees"])
    await city.deliver()
    assert city.tally(first) == {"cancelled": 1, "failed": 1, "unsure": 1}
    city.post.trouble.clear()
    second = city.sent(audience={"missed": first.id})
    await city.deliver()
    assert city.tally(second) == {"sent": 1}
    assert city.post.sent == ["cleo: Good news."]


def test_who_waited_when_it_was_cancelled_is_not_reached_before_the_clock_says_so(
    city: City,
) -> None:
    """Of Bert it is not known, as he was to get it again."""
    city.person("anna", "post")
    city.person("bert", "post")
    first = city.sent()
    draft = city.write(audience={"missed": first.id})
    assert city.preview(draft).people == 0
    with city.database.write() as connection:
        again = update(Outbox).where(Outbox.address == "post:bert")
        connection.execute(again.values(maybe_sent=True))
    city.do("cancel", first)
    assert city.preview(draft).people == 1
    city.pass_minutes(1)
    assert city.preview(draft).people == 1


async def test_once_more_it_goes_to_those_named_by_hand_too_where_it_did_not_reach_them(
    city: City,
) -> None:
    """Anna asked for the topic, Bert, Cleo and Dora were named; of these Cleo has it already."""
    for name in ("anna", "bert", "cleo", "dora"):
        city.person(name, "post")
    _with_topics(city, anna="trees", dora="trees")
    draft = city.write(audience={"topics": ["trees"]})
    with city.database.write() as connection:
        picked = {"bert": True, "cleo": True, "dora": False}
        city.broadcasts(connection).pick(draft.id, picked, "staff:anna")
    city.post.trouble = {"anna": Refused("400"), "bert": Refused("400")}
    first = city.do("send", draft)
    city.pass_minutes(1)
    await city.deliver()
    assert city.tally(first) == {"sent": 1, "failed": 2}
    city.post.trouble.clear()
    with city.database.write() as connection:
        second = once_more(city.broadcasts(connection), first, "staff:anna")
        assert city.broadcasts(connection).picked(second.id) == {"bert": True}
    assert (second.audience.topics, second.audience.missed) == (("trees",), first.id)
    city.do("send", second)
    city.pass_minutes(1)
    await city.deliver()
    assert [said[:4] for said in city.post.sent] == ["cleo", "anna", "bert"]


async def test_who_got_it_on_one_channel_was_reached_on_the_other(city: City) -> None:
    city.person("anna", "post", "page")
    first = city.sent()
    await city.deliver()
    with city.database.write() as connection:
        row = {"address": "page:anna", "channel": "page", "broadcast_id": first.id}
        of_both = {**row, "kind": "broadcast", "state": "cancelled", "error": "linked"}
        times = {"created_at": city.now, "due_at": city.now, "attempts": 0}
        connection.execute(insert(Outbox).values(of_both | times))
    assert city.preview(city.write(audience={"missed": first.id})).people == 0


# -- from a draft to the last recipient --------------------------------------------------------


async def test_it_can_be_taken_back_for_a_minute(small: City) -> None:
    small.person("anna", "post")
    broadcast = small.do("send", small.write())
    assert broadcast.state == "due"
    small.pass_minutes(0.9)
    assert small.do("take_back", broadcast).state == "draft"
    small.pass_minutes(5)
    await small.deliver()
    assert (small.post.sent, small.state(broadcast)) == ([], "draft")


async def test_it_begins_at_its_local_time_and_who_comes_later_is_not_in_it(city: City) -> None:
    """G05. 15:00 in Berlin is 14:00 in UTC."""
    city.person("anna", "post")
    broadcast = city.do("send", city.write(begins="2027-03-01 15:00"))
    assert city.pass_minutes(119) == 0
    assert city.pass_minutes(1) == 1
    city.person("late", "post")
    await city.deliver()
    assert (city.post.sent, city.state(broadcast)) == (["anna: Good news."], "done")


def test_when_it_begins_is_what_was_written_until_it_is_known_better(small: City) -> None:
    """While a second member is asked, the minute after which it would have begun counts nothing."""
    small.limit = 1
    small.person("anna", "post")
    small.person("bert", "post")
    draft, later = small.write(), small.write(begins="2027-03-05 09:00")
    written = later.wanted_at
    assert (draft.begins_at, later.begins_at) == (None, written)
    draft, later = small.do("send", draft), small.do("send", later)
    assert (draft.state, draft.begins_at, later.begins_at) == ("asked", None, written)
    draft = small.do("agree", draft, "staff:bea")
    assert (draft.begins_at, draft.state) == (START + MINUTE, "due")
    small.pass_minutes(5)
    begun = small.do("pause", draft)
    assert begun.begins_at == begun.begun_at == START + 5 * MINUTE


def test_two_clocks_and_two_clicks_make_one(city: City) -> None:
    """G06: the second click finds it changed, the second clock finds it begun."""
    city.person("anna", "post")
    draft = city.write()
    with city.database.write() as connection:
        city.broadcasts(connection).send(draft, "staff:anna")
    with pytest.raises(BadBroadcast), city.database.write() as connection:
        city.broadcasts(connection).send(draft, "staff:anna")
    assert city.pass_minutes(1) == 1
    assert look_after_broadcasts(city.database, city.now, city.open) == 0
    assert city.rows() == [("post:anna", "queued")]


def test_without_its_guard_a_second_clock_would_queue_it_again(
    small: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin of the test above."""
    small.person("anna", "post")
    draft = small.do("send", small.write(name="twin"))
    monkeypatch.setattr("bot.services.broadcasts.Broadcasts._move", lambda *_anything: None)
    monkeypatch.setattr("bot.services.broadcasts.insert", _ignoring)
    with small.database.write() as connection:
        for _clock in range(2):
            small.broadcasts(connection).begin(draft)
    assert len(list(small.rows())) == 2


def _ignoring(table: Any) -> Any:
    return insert(table).prefix_with("OR IGNORE")


async def test_what_pauses_stands_still_and_goes_on(city: City) -> None:
    for n in range(3):
        city.person(f"p{n}", "post")
    broadcast = city.sent()
    city.do("pause", broadcast)
    await city.deliver()
    assert (city.post.sent, city.tally(broadcast)) == ([], {"queued": 3})
    city.do("resume", broadcast)
    await city.deliver()
    assert (city.tally(broadcast), city.state(broadcast)) == ({"sent": 3}, "done")


async def test_what_is_cancelled_is_sent_no_more_and_the_states_still_add_up(city: City) -> None:
    for n in range(3):
        city.person(f"p{n}", "post")
    city.person("emil", "page")
    broadcast = city.sent()
    city.do("cancel", broadcast)
    assert city.tally(broadcast) == {"cancelled": 4}
    await city.deliver()
    assert (city.post.sent, city.tally(broadcast)) == ([], {"cancelled": 4})
    assert {state for _at, state in city.rows()} == {"cancelled"}


@pytest.mark.parametrize("step", ["resume", "cancel"])
async def test_the_states_by_channel_add_up_to_the_tally(city: City, step: str) -> None:
    """Of one being sent, and of one just cancelled, before the clock has wound it up."""
    for n in range(3):
        city.person(f"p{n}", "post")
    city.person("cleo", "window")
    city.person("emil", "page")
    broadcast = city.sent()
    await city.to_one.deliver()
    city.do("pause", broadcast)
    broadcast = city.do(step, broadcast)
    with city.database.read() as connection:
        channels = Ledger(Transaction(connection, city.now)).by_channel(broadcast)
    summed = Counter[str]()
    for states in channels.values():
        summed.update(states)
    assert list(channels) == ["page", "post", "window"]
    assert summed == city.tally(broadcast)


async def test_the_tallies_of_several_are_those_of_each(city: City) -> None:
    """Of a draft, of what is gone but for its tally, of what was cancelled and what goes on."""
    city.person("anna", "post")
    city.person("emil", "page")
    draft, gone = city.write(), city.sent()
    await city.deliver()
    with city.database.write() as connection:
        connection.execute(delete(Outbox))
        connection.execute(update(Broadcast).where(Broadcast.id == gone.id).values(tally={"x": 1}))
    sent = city.sent()
    await city.deliver()
    cancelled = city.sent()
    city.do("cancel", cancelled)
    going = city.sent()
    with city.database.read() as connection:
        every = city.broadcasts(connection).all()
        ledger = Ledger(Transaction(connection, city.now))
        with statements() as told:
            tallies = ledger.tallies(every)
    assert len(told) == 1
    assert tallies == {one.id: city.tally(one) for one in every}
    assert tallies == {
        draft.id: {},
        gone.id: {"x": 1},
        sent.id: {"sent": 1, "parked": 1},
        cancelled.id: {"cancelled": 2},
        going.id: {"queued": 1, "parked": 1},
    }


async def test_what_is_finished_stays_so_unless_somebody_still_waits_for_it(city: City) -> None:
    city.person("anna", "post")
    all_there = city.sent()
    await city.deliver()
    with pytest.raises(BadBroadcast, match="nobody waits for it"):
        city.do("cancel", all_there)
    assert (city.state(all_there), city.tally(all_there)) == ("done", {"sent": 1})
    city.person("emil", "page")
    parked = city.sent()
    await city.deliver()
    city.do("cancel", parked)
    assert city.state(parked) == "cancelled"
    assert city.tally(parked) == {"sent": 1, "cancelled": 1}


async def test_a_page_shows_it_to_who_looks_and_not_while_it_pauses(city: City) -> None:
    city.person("emil", "page", language="de")
    broadcast = city.sent()
    await city.deliver()
    mailbox, emil = DatabaseMailbox(city.database, city.clock), Address("page", "emil")
    assert (city.state(broadcast), city.tally(broadcast)) == ("done", {"parked": 1})
    (seen,) = await mailbox.since(emil, 0)
    assert seen.reply.text == "Gute Nachrichten."
    await mailbox.fetched(emil, seen.id)
    assert city.tally(broadcast) == {"sent": 1}
    city.person("anna", "post")
    again = city.sent()
    assert len(await mailbox.since(emil, 0)) == 2
    city.do("pause", again)
    assert [d.id for d in await mailbox.since(emil, 0)] == [seen.id]


async def test_what_the_window_keeps_back_is_parked_and_expires(city: City) -> None:
    """G09; nobody is called for it."""
    city.person("cleo", "window")
    broadcast = city.sent(hours=24)
    await city.deliver()
    assert (city.window.sent, city.tally(broadcast)) == ([], {"parked": 1})
    assert city.state(broadcast) == "done"


async def test_to_whom_it_missed_it_is_not_begun_once_nobody_knows_who_that_is(small: City) -> None:
    """Else it would reach nobody, and look finished."""
    small.person("anna", "post")
    small.post.trouble = {"anna": Refused("400", "chat not found")}
    first = small.sent()
    await small.deliver()
    written = {"audience": {"missed": first.id}, "begins": "2027-04-15 09:00"}
    later = small.do("send", small.write(**written))
    assert later.state == "due"
    small.pass_minutes(31 * 24 * 60)
    shred(small.database, small.now)
    small.pass_minutes(15 * 24 * 60)
    assert small.state(later) == "cancelled"
    with pytest.raises(BadBroadcast, match=f"Whom broadcast {first.id} did not reach"):
        small.write(audience={"missed": first.id})


async def test_a_second_member_of_the_team_agrees_where_many_are_reached(small: City) -> None:
    """G12."""
    small.limit = 1
    for name in ("anna", "bert"):
        small.person(name, "post")
    broadcast = small.do("send", small.write())
    assert broadcast.state == "asked"
    assert small.pass_minutes(5) == 0
    with pytest.raises(BadBroadcast, match="second person"):
        small.do("agree", broadcast)
    assert small.do("agree", broadcast, "staff:bert").state == "due"
    assert small.pass_minutes(1) == 2


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ({"texts": {"en": "Dear {name}!"}}, "nothing is known to put in for {name}"),
        ({"texts": {"en": "{event.__class__}"}}, "{event.__class__}"),
        ({"texts": {"en": "{" + "long " * 9 + "}"}}, "nothing is known to put in for {long long"),
        ({"texts": {"en": "{na\nme}"}}, "nothing is known to put in"),
        ({"texts": {"en": "Come on {when without"}}, "“Come on {when without” is not a whole"),
        ({"texts": {"en": "A lone }"}}, "“A lone }” is not a whole placeholder"),
        ({"texts": {"en": "Good.", "zh": "｛when｝见"}}, "zh: “｛when｝见” is not a whole"),
        ({"hours": 0}, "hours: a whole number from 1 to 336"),
        ({"hours": "0"}, "hours: a whole number from 1 to 336"),
        ({"audience": {"topics": ["tree"]}}, "a topic that is not there: tree. Those there are: -"),
        ({"audience": {"events": ["fair"]}}, "an event that is not there: fair"),
        ({"audience": {"polls": ["bikes"]}}, "a poll that is not there: bikes"),
        ({"audience": {"channels": ["pigeon"]}}, "pigeon. Those that are: page, post, window"),
        ({"audience": {"programmes": ["tour"]}}, "no event: tour. Those there are: -"),
        ({"audience": {"consents": ["registration:x"]}}, "a consent that is not there"),
        ({"audience": {"consents": ["fair"]}}, "a consent that is not there: fair"),
        ({"audience": {"statuses": ["confirmed"]}}, "A status counts for an event"),
        ({"audience": {"missed": 99}}, "There is no broadcast 99."),
        ({"texts": {}}, "a text is missing"),
        ({"texts": {"en": True}}, "texts.en must be a text."),
        ({"audience": {"named": "maybe"}}, "audience.named: one of true, yes, on"),
        ({"texts": {"en": "x" * 3001}}, "at most 3000"),
        ({"texts": {"xx": "x"}}, "no key “xx”"),
        ({"about": "event:nowhere"}, "not there"),
        ({"about": "fair"}, "event:NAME"),
        ({"links": [{"label": {"en": "x"}, "url": "javascript:alert(1)"}]}, "no address"),
        ({"links": [{"label": {"en": "x"}, "url": "https://x.org/\0"}]}, "no address"),
        ({"links": [{"label": {"en": "x"}, "url": "https://x.org/\x1b[2J"}]}, "no address"),
        ({"begins": "2027-03-28 02:30"}, "does not exist"),
        ({"begins": "2020-05-03 09:00"}, "is over: write a later one, or none"),
        ({"audience": {"statuses": ["dead"]}}, "audience.statuses"),
        ({"audience": {"seen_within": "x"}}, "whole number"),
        ({"audience": {"seen_within": 999_999_999}}, "from 0 to 3650"),
        ({"links": [{"label": {"en": "x"}, "url": "https://x.org"}] * 6}, "at most 5"),
        ({"fallback": "zh"}, "all others"),
        ({"choices": [{"en": "Yes", "de": "Ja"}] * 6}, "at most 5"),
        ({"choices": [{"en": "Yes"}]}, "choices.1.de: a text is missing"),
        ({"choices": [{"en": "Yes", "de": "J" * 31}]}, "choices.1.de: too long for a button"),
        ({"choices": [{"en": "Yes", "de": "Ü" * 16}]}, "choices.1.de: too long for a button"),
        ({"choices": [{"en": "Yes", "de": "Ja"}, {"en": "No", "de": "JA"}]}, "de: two choices"),
        ({"choices": [{"en": "Yes", "de": "Ja", "zh": "好"}]}, "choices.1.zh: there is no text in"),
        (
            {"choices": [{"en": "2", "de": "Ja"}]},
            "choices.1.en: who types “2” is not counted, but takes the",
        ),
        (
            {"choices": [{"en": "Yes", "de": "STOP!"}]},
            "“STOP!” is not counted, but gets no more messages from us.",
        ),
        (
            {"choices": [{"en": "退订", "de": "Ja"}]},
            "“退订” is not counted, but gets no more messages from us.",
        ),
        ({"choices": [{"en": "no more of these", "de": "Ja"}]}, "choices.1.en: who types “no more"),
        ({"zone": "Mars/Olympus"}, "no time zone"),
    ],
)
def test_what_cannot_be_sent_is_refused_while_it_is_written(
    small: City, written: dict[str, Any], why: str
) -> None:
    """G11: nothing is half sent."""
    with pytest.raises(BadBroadcast) as refused:
        small.write(**written)
    assert why in str(refused.value)


def test_a_choice_may_be_a_time_or_what_no_other_button_says(small: City) -> None:
    written = [{"en": "9:00", "de": "Mitmachen"}, {"en": "Just me", "de": "Nein"}]
    assert small.write(choices=written).choices == tuple(written)


def test_choices_are_buttons_on_every_channel_that_has_any(small: City) -> None:
    """With the way out, and what it is about."""
    label = {"en": "m" * CHOICE_BYTES, "de": "n" * CHOICE_BYTES}
    several = [{code: f"{n}{text[1:]}" for code, text in label.items()} for n in range(CHOICES)]
    draft = small.write(choices=several)
    with small.database.read() as connection:
        reply = Saying(Transaction(connection, small.now), draft).in_language("en")
    event = Choice("events:school", "About this event")
    for can in ALL.values():
        assert can.choices == 0 or can_tap((*reply.choices, event), can)
    assert reply.choices[4] == Choice(f"broadcast:{draft.id}=4", f"4{'m' * (CHOICE_BYTES - 1)}")


def test_what_there_is_instead_is_told_ten_of_it_at_most(small: City) -> None:
    with small.database.write() as connection:
        topics = Topics(Transaction(connection, small.now))
        for n in range(11):
            topics.save(f"topic-{n:02}", "interest", {"en": "Topic"}, "staff:anna")
    with pytest.raises(BadBroadcast) as refused:
        small.write(audience={"topics": ["topic-00", "topic"]})
    assert str(refused.value).endswith(": topic. Those there are: " + ", ".join(
        [*(f"topic-{n:02}" for n in range(10)), "…"]
    ))  # fmt: skip


def test_a_consent_that_nobody_gave_yet_may_be_named_of_an_event_that_is_there(
    small: City,
) -> None:
    small.person("anna", "post")
    _registered(small, anna="confirmed")
    assert small.preview(small.write(audience={"consents": ["registration:school"]})).people == 0


def test_an_event_alone_is_no_consent_to_anything(small: City) -> None:
    small.person("anna", "post")
    _registered(small, anna="confirmed")
    with pytest.raises(BadBroadcast, match=r"not there: school\. A consent is registration:EVENT"):
        small.write(audience={"consents": ["school"]})


def test_nobody_and_what_is_over_are_refused_when_it_is_sent(small: City) -> None:
    with pytest.raises(BadBroadcast, match="Nobody"):
        small.do("send", small.write())
    small.person("anna", "post")
    draft = small.write(begins="2027-03-01 13:00")
    small.pass_minutes(2)
    with pytest.raises(BadBroadcast, match="over"):
        small.do("send", draft)


async def test_what_it_is_about_is_put_in_and_never_read_again(small: City) -> None:
    """A title with braces stays one."""
    small.person("anna", "post", language="de")
    _event(small, title={"de": "Fest {when}"})
    broadcast = small.sent(about="event:school", texts={"de": "Kommen Sie: {event}, {when}!"})
    await small.deliver()
    assert small.state(broadcast) == "done"
    assert small.post.sent == [
        "anna: Kommen Sie: Fest {when}, Samstag, 1. Mai 2027, 11:00 (Berlin)!"
    ]


async def test_what_it_is_about_is_withdrawn_before_its_moment_and_nobody_else_waits_for_it(
    city: City,
) -> None:
    city.person("anna", "post")
    _event(city)
    withdrawn = city.do("send", city.write(about="event:school"))
    other = city.do("send", city.write())
    with city.database.write() as connection:
        connection.execute(update(Event).values(state="draft"))
    assert city.pass_minutes(1) == 1
    assert (city.state(withdrawn), city.state(other)) == ("cancelled", "sending")


# -- what goes wrong on the way ---------------------------------------------------------------


async def test_each_recipient_ends_in_one_state_and_they_add_up(city: City) -> None:
    """G08: blocked, refused, and cut off in the middle."""
    for n in range(50):
        city.person(f"p{n}", "post")
    city.post.trouble = {
        **{f"p{n}": Blocked() for n in range(5)},
        **{f"p{n}": Refused("400", "chat not found") for n in range(5, 8)},
        "p8": Unsure("cut off"),
    }
    broadcast = city.sent()
    await city.deliver()
    assert city.tally(broadcast) == {"sent": 41, "failed": 8, "unsure": 1}
    assert len(set(city.post.sent)) == 41
    with city.database.read() as connection:
        ledger = Ledger(Transaction(connection, city.now))
        reasons = ledger.reasons(broadcast)
        assert reasons["failed", "400 chat not found"] == 3
        assert len(list(ledger.every(broadcast))) == 50


@pytest.mark.parametrize(("decision", "tally"), [("sent", {"sent": 1}), ("again", {"queued": 1})])
async def test_the_team_decides_what_is_unsure(
    small: City, decision: str, tally: dict[str, int]
) -> None:
    small.person("anna", "post")
    small.post.trouble = {"anna": Unsure()}
    broadcast = small.sent()
    await small.deliver()
    with small.database.write() as connection:
        known = small.broadcasts(connection).get(broadcast.id)
        assert known is not None
        ledger = Ledger(Transaction(connection, small.now))
        assert ledger.decide(known, decision, "staff:anna") == 1
    assert small.tally(broadcast) == tally
    small.post.trouble.clear()
    await small.deliver()
    assert small.tally(broadcast) == {"sent": 1}


async def of_anna_nobody_knows(city: City) -> Any:
    """A broadcast that was sent to her, and nobody can tell whether it arrived."""
    city.person("anna", "post")
    city.post.trouble = {"anna": Unsure()}
    broadcast = city.sent()
    await city.deliver()
    return broadcast


async def test_of_one_that_was_cancelled_nothing_is_sent_again(city: City) -> None:
    """Also where who decides has looked at it before; and nobody is told as not reached."""
    broadcast = await of_anna_nobody_knows(city)
    with city.database.read() as connection:
        seen = city.broadcasts(connection).get(broadcast.id)
    assert seen is not None
    with city.database.write() as connection:
        connection.execute(update(Broadcast).values(state="cancelled"))
    with city.database.write() as connection:
        ledger = Ledger(Transaction(connection, city.now))
        with pytest.raises(BadBroadcast, match="was cancelled; nothing of it is sent any more"):
            ledger.decide(seen, "again", "staff:anna")
    city.pass_minutes(1)
    assert city.tally(broadcast) == {"unsure": 1}
    assert city.preview(city.write(audience={"missed": broadcast.id})).people == 0
    with city.database.write() as connection:
        assert Ledger(Transaction(connection, city.now)).decide(seen, "sent", "staff:anna") == 1
    assert city.tally(broadcast) == {"sent": 1}


async def test_cancelled_before_it_was_sent_again_it_is_unknown_once_more(city: City) -> None:
    broadcast = await of_anna_nobody_knows(city)
    with city.database.write() as connection:
        known = city.broadcasts(connection).get(broadcast.id)
        assert known is not None
        Ledger(Transaction(connection, city.now)).decide(known, "again", "staff:anna")
        connection.execute(update(Broadcast).values(state="cancelled"))
    city.pass_minutes(1)
    assert city.tally(broadcast) == {"unsure": 1}


async def test_who_stops_us_in_the_middle_gets_nothing_more(city: City) -> None:
    """G04."""
    for name in ("anna", "bert"):
        city.person(name, "post")
    broadcast = city.sent()
    with city.database.write() as connection:
        People(Transaction(connection, city.now), NOBODY).stop("anna")
    await city.deliver()
    assert city.post.sent == ["bert: Good news."]
    assert city.tally(broadcast) == {"sent": 1, "cancelled": 1}
    with city.database.read() as connection:
        why = Ledger(Transaction(connection, city.now)).reasons(broadcast)
    assert why == {("cancelled", "stopped"): 1}


async def test_who_leaves_the_topic_gets_nothing_more_of_it(city: City) -> None:
    for name in ("anna", "bert"):
        city.person(name, "post")
    _with_topics(city, anna="trees", bert="trees")
    broadcast = city.sent(audience={"topics": ["trees"]})
    with city.database.write() as connection:
        Topics(Transaction(connection, city.now)).unsubscribe("anna", ["trees"])
    await city.deliver()
    assert city.tally(broadcast) == {"sent": 1, "cancelled": 1}


async def test_two_people_who_turn_out_to_be_one_get_it_once(city: City, tmp_path: Any) -> None:
    city.person("anna", "post")
    city.person("bert", "post")
    broadcast = city.sent()
    with city.database.write() as connection:
        People(Transaction(connection, city.now), Keys(tmp_path)).join("anna", "bert")
    await city.deliver()
    assert city.tally(broadcast) == {"sent": 1, "cancelled": 1}


def test_who_has_quiet_hours_when_it_begins_is_counted_as_later(city: City) -> None:
    """By the clock of each, at the moment it begins; nobody where it goes out at night too."""
    night = City(city.database, now=START + timedelta(hours=10), quiet="22:00-08:00")
    for name, told in (("anna", {}), ("bert", {"quiet": ""}), ("chen", {"zone": "Asia/Shanghai"})):
        night.person(name, "post", **told)
    night.person("dora", "page")
    by_night = night.preview(night.write(night="wait"))
    assert by_night.reached == (
        ("page", "looks", "en", 1),
        ("post", "night", "en", 2),
        ("post", "now", "en", 1),
    )
    assert (by_night.people, by_night.by("now"), by_night.by("night")) == (4, 1, 2)
    in_the_morning = night.preview(night.write(night="wait", begins="2027-03-02 09:00"))
    assert (in_the_morning.by("now"), in_the_morning.by("night")) == (3, 0)
    all_the_same = night.preview(night.write(night="send"))
    assert (all_the_same.by("now"), all_the_same.by("night")) == (3, 0)


async def test_the_night_puts_it_off_by_the_clock_of_each(city: City) -> None:
    """It is 22:30 in Berlin, and morning in Shanghai. Bert has no quiet hours."""
    city.now = START + timedelta(hours=9, minutes=29)
    night = City(city.database, now=city.now, quiet="22:00-08:00")
    night.person("anna", "post")
    night.person("bert", "post", quiet="")
    night.person("chen", "post", zone="America/New_York")
    broadcast = night.sent(night="wait")
    await night.deliver()
    assert sorted(night.post.sent) == ["bert: Good news.", "chen: Good news."]
    assert night.state(broadcast) == "sending"
    night.now += timedelta(hours=9, minutes=31)
    await night.deliver()
    assert (night.tally(broadcast), night.state(broadcast)) == ({"sent": 3}, "done")


async def test_two_processes_send_each_recipient_once(database_url: str) -> None:
    first, second = Database(database_url), Database(database_url)
    one, other = City(first), City(second)
    for n in range(300):
        one.person(f"p{n}", "post")
    other.post.sent = one.post.sent
    broadcast = one.sent()
    other.now = one.now
    await asyncio.gather(one.deliver(), other.deliver())
    assert Counter(one.post.sent) == {f"p{n}: Good news.": 1 for n in range(300)}
    assert one.tally(broadcast) == {"sent": 300}
    first.close()
    second.close()


async def test_a_hundred_recipients_share_a_transaction(small: City) -> None:
    for n in range(1000):
        small.person(f"p{n}", "post")
    broadcast = small.sent()
    commits: list[object] = []
    happens.listen(small.database.engine, "commit", commits.append)
    working = asyncio.create_task(small.to_many.run())
    while small.tally(broadcast) != {"sent": 1000}:
        await asyncio.sleep(0.05)
    working.cancel()
    await asyncio.wait([working])
    assert len(commits) <= 1000 // 100 + 2


async def test_a_reply_to_one_does_not_wait_for_a_broadcast_to_them(city: City) -> None:
    """And the broadcast waits for an answer that is on its way."""
    city.person("anna", "post")
    city.sent()
    row = {"channel": "post", "address": "post:anna", "kind": "reply", "body": {"text": "Yes."}}
    row |= {"created_at": city.now, "due_at": city.now, "state": "queued", "attempts": 0}
    with city.database.write() as connection:
        connection.execute(insert(Outbox).values(row))
    await city.deliver()
    assert city.post.sent == ["anna: Yes.", "anna: Good news."]


def _with_topics(city: City, **topics: str) -> None:
    with city.database.write() as connection:
        known = Topics(Transaction(connection, city.now))
        for topic in sorted(set(topics.values())):
            known.save(topic, "interest", {"en": topic}, "staff:anna")
        for name, topic in topics.items():
            known.subscribe(name, topic)


def _event(city: City, title: dict[str, str] | None = None) -> None:
    row: dict[str, Any] = {
        **{c.name: None for c in Base.metadata.tables["event"].columns},
        **{"id": "school", "title": title or {"en": "School"}, "programme": "summer-school"},
        **{"starts_at": START + timedelta(days=61), "zone": "Europe/Berlin", "state": "open"},
        **{"summary": {}, "place_in": {}, "for_whom": {}, "results": {}},
        **{"fields": [], "materials": [], "reserved": 0, "taken": 0, "waiting_list": True},
        **{"offer_hours": 0, "seats_each": 1, "revision": 1},
        **{"created_at": START, "changed_at": START},
    }
    row |= {"starts_at": START.replace(month=5, hour=9), "shred_on": START.date()}
    row |= {"ends_at": row["starts_at"] + timedelta(hours=8)}
    with city.database.write() as connection:
        connection.execute(insert(Event).values(row))


def _registered(city: City, **statuses: str) -> None:
    _event(city)
    rows = [
        {"event_id": "school", "person_id": name, "status": status, "seats": 1, "answers": {}}
        | {"requested_at": START, "changed_at": START, "language": "en", "revision": 1}
        for name, status in statuses.items()
    ]
    with city.database.write() as connection:
        connection.execute(insert(Registration), rows)
