"""Broadcasts on their pages: written, looked at, sent by whom it is theirs to send, and followed."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import insert

from adapters import CHANNELS
from bot.channel import Channel
from bot.config import Settings
from bot.dialog import Transaction
from bot.mass_reports import Report, keep
from bot.message import Capabilities, Mass
from bot.models import Conversation, MassMessage, Person, Place
from bot.services.audience import Open
from bot.services.broadcast_clock import look_after_broadcasts
from bot.services.broadcast_written import read_broadcast
from bot.services.broadcasts import Broadcasts
from bot.services.retention import shred
from knowledge.library import Library
from tests.asking import statements
from tests.console.office import NOW, Desk, Office, opened
from tests.console.organising import held
from tests.pages.front import Page

NEWS = {
    "name": "News",
    "text_en": "Good news.",
    "text_de": "Gute Nachrichten.",
    "fallback": "en",
    "zone": "Europe/Berlin",
    "hours": "72",
    "night": "send",
    "url_0": "https://example.org",
    "label_0_en": "More",
}
LIST, ONE = "/console/broadcasts", "/console/broadcasts/1"
PLAIN = {"Content-Type": "application/x-www-form-urlencoded"}
SPOKEN = {"anna": "de", "bert": "en", "chen": "zh"}


@pytest.fixture
async def office(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Office]:
    """A house with three people on its page."""
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with opened(settings, library, {"web": CHANNELS["web"]}, broadcast_limit=3) as at_work:
        with at_work.house.database.write() as connection:
            for name, language in SPOKEN.items():
                at = {"channel": "web", "person_id": name, "created_at": NOW}
                talk = {"person_id": name, "language": language, "state": {}, "heard_at": NOW}
                connection.execute(insert(Person).values(id=name, created_at=NOW))
                connection.execute(insert(Place).values(id=f"web:{name}", **at))
                connection.execute(insert(Conversation).values(address=f"web:{name}", **talk))
        yield at_work


def minutes_pass(office: Office, minutes: float) -> int:
    """The clock of the house looks; gives how many were queued."""
    office.wait(timedelta(minutes=minutes))
    open_ = Open.of(office.house.channels.values())
    return look_after_broadcasts(office.house.database, office.clock[0], open_)


async def presses(desk: Desk, button: str, path: str = ONE) -> Page:
    """Press a button of the page as it stands."""
    page = await desk.get(path)
    return await desk.post(path, do=button, revision=page.fields["revision"])


async def sent_off(office: Office, minutes: int) -> Desk:
    """Somebody who has sent a broadcast to everybody, so long ago."""
    desk = await office.joins("olga", "organiser")
    await desk.post(f"{LIST}/new", **NEWS)
    await presses(desk, "send")
    minutes_pass(office, minutes)
    return desk


async def surely(desk: Desk, button: str) -> Page:
    """Press a button that asks first, and what the page that asks offers."""
    asked = await presses(desk, button)
    return await desk.post(ONE, **asked.fields)


def said_at(page: Page, field: str) -> str:
    """What is said to be wrong beside that field of a form."""
    found = re.search(rf'id="say-{field}">(.*?)</span>', page.html)
    return found[1] if found and f'aria-describedby="say-{field}"' in page.html else ""


async def test_from_a_draft_to_the_last_recipient(office: Office) -> None:
    desk = await office.joins("olga", "organiser")
    assert "Nothing was sent to many yet." in (await desk.get(LIST)).words
    written = await desk.post(f"{LIST}/new", **NEWS)
    assert (written.status, written.location) == (303, ONE)
    draft = (await desk.get(ONE)).words
    assert "People who would get it: 3" in draft
    assert "web when they open the page Deutsch 1 web when they open the page English 2" in draft
    assert "People who read the text in English, as their own is not there: 1" in draft
    assert (await presses(desk, "send")).location == ONE
    assert "it can be taken back for 60 more seconds" in (await desk.get(ONE)).words
    assert minutes_pass(office, 0.5) == 0
    await presses(desk, "back")
    await presses(desk, "send")
    assert minutes_pass(office, 1) == 3
    page = (await desk.get(ONE)).words
    assert "0 of 3 have it" in page
    assert "waits until they look or write 3" in page
    assert "Cancel it for those who have not looked" in page
    await surely(desk, "cancel")
    assert "not sent: cancelled 3" in (await desk.get(ONE)).words
    table = (await desk.get(f"{ONE}.csv")).html
    assert table.count(",cancelled,") == 3
    office.change("UPDATE outbox SET state = 'sent', settled_at = '2026-07-01 22:30:00.000000'")
    lines = (await desk.get(f"{ONE}.csv")).html.splitlines()[1:]
    assert {line.rpartition(",")[2] for line in lines} == {"2026-07-02T00:30:00+02:00"}
    line = (await desk.get(f"{LIST}.csv")).html.splitlines()[1].split(",")
    assert line[1:3] == ["News", "cancelled"]
    assert datetime.fromisoformat(line[3]).tzinfo


async def test_what_people_can_answer_is_written_shown_and_counted(office: Office) -> None:
    desk = await office.joins("olga", "organiser")
    one_alone = await desk.post(f"{LIST}/new", **NEWS, choice_1_en="Yes")
    assert one_alone.status == 422
    assert "Choice 2, Deutsch: a text is missing" in one_alone.words
    assert one_alone.fields["choice_1_en"] == "Yes"
    labels = {"choice_1_en": "Yes", "choice_1_de": "Ja", "choice_3_en": "No", "choice_3_de": "Nein"}
    await desk.post(f"{LIST}/new", **NEWS, **labels)
    assert "What they answered" not in (await desk.get(ONE)).words
    assert ">Ja</span>" in (await desk.get(ONE)).html
    assert (await desk.get(f"{ONE}/write")).fields["choice_1_de"] == "Nein"
    await presses(desk, "send")
    minutes_pass(office, 1)
    for name, choice in (("anna", 1), ("bert", 1)):
        office.change(
            "INSERT INTO broadcast_reply (broadcast_id, person_id, address, choice, replied_at) "
            f"VALUES (1, '{name}', 'web:{name}', {choice}, '2026-11-26 09:00:00.000000')"
        )
    assert "What they answered Yes 0 No 2" in (await desk.get(ONE)).words


async def test_a_choice_that_another_dialog_hears_is_refused_and_one_kept_from_before_not_sent(
    office: Office,
) -> None:
    desk = await office.joins("olga", "organiser")
    labels = {
        "choice_1_en": "Yes",
        "choice_1_de": "Ja",
        "choice_3_en": "Help",
        "choice_3_de": "Ja!",
    }
    refused = await desk.post(f"{LIST}/new", **NEWS, **labels)
    assert (refused.status, refused.fields["choice_3_en"]) == (422, "Help")
    told = "Choice 4, English: who types “Help” is not counted, but sees what the assistant can do."
    assert told in refused.words
    german = await desk.post(f"{LIST}/new?lang=de", **NEWS, **(labels | {"choice_3_en": "Stop"}))
    told = "Antwort 4, English: Wer „Stop“ schreibt, wird nicht gezählt, sondern bekommt keine"
    assert told in german.words
    await desk.post(f"{LIST}/new?lang=en", **NEWS)
    office.change("""UPDATE broadcast SET choices = '[{"en": "Help", "de": "Ja"}]'""")
    late = await presses(desk, "send")
    assert (late.status, "Choice 1, English: who types “Help”" in late.words) == (409, True)


async def test_a_moment_says_whose_clock_it_is(office: Office) -> None:
    desk = await office.joins("olga", "organiser")
    when = {"begins": "2031-05-03T09:00", "zone": "Asia/Shanghai"}
    await desk.post(f"{LIST}/new", **(NEWS | when))
    assert "9:00 AM (Asia/Shanghai time)" in (await desk.get(ONE)).words
    assert "News draft Saturday, May 3, 2031" in (await desk.get(LIST)).words
    assert "draft,2031-05-03T09:00:00+08:00," in (await desk.get(f"{LIST}.csv")).html


async def test_what_begins_later_is_scheduled_and_can_be_taken_back_until_then(
    office: Office,
) -> None:
    desk = await office.joins("olga", "organiser")
    begins = office.clock[0] + timedelta(minutes=20)
    when = {"begins": f"{begins:%Y-%m-%dT%H:%M}", "zone": "UTC"}
    await desk.post(f"{LIST}/new", **(NEWS | when))
    await presses(desk, "send")
    page = (await desk.get(ONE)).words
    assert "scheduled · begins" in page
    assert "(UTC time) · it can be taken back until then Take it back" in page
    assert "News scheduled" in (await desk.get(LIST)).words
    minutes_pass(office, 19.5)
    assert "about to begin · begins" in (await desk.get(ONE)).words
    assert "taken back for 30 more seconds" in (await desk.get(ONE)).words
    assert "News about to begin" in (await desk.get(LIST)).words


async def test_nothing_is_sent_again_of_one_that_is_over_and_its_text_stands_before_its_rows(
    office: Office,
) -> None:
    desk = await sent_off(office, minutes=1)
    office.change("UPDATE outbox SET state = 'unsure'")
    page = (await desk.get(ONE)).words
    assert "Sent again, some may get it twice. Count them as sent Send it to them again" in page
    assert page.index("What it says") < page.index("Recipients")
    office.change("UPDATE broadcast SET state = 'cancelled'")
    page = (await desk.get(ONE)).words
    assert "was cancelled; nothing of it is sent any more. Count them as sent What it says" in page
    refused = await desk.post(f"{ONE}/decide?lang=de", decision="again")
    assert refused.status == 409
    assert "Dieser Rundbrief wurde abgebrochen; davon wird nichts mehr gesendet." in refused.words
    office.change("UPDATE broadcast SET state = 'done', ends_at = begun_at")
    page = (await desk.get(f"{ONE}?lang=en")).words
    assert "nothing of it is sent any more. Count them as sent What it says" in page


async def test_who_must_follow_us_again_has_a_line_of_their_own(office: Office) -> None:
    desk = await office.joins("olga", "organiser")
    await desk.post(f"{LIST}/new", **NEWS)
    office.change(f"UPDATE address SET left_at = created_at WHERE id = 'web:{next(iter(SPOKEN))}'")
    page = (await desk.get(ONE)).words
    assert "1, web: need a subscription: they unfollowed or blocked us" in page
    assert "they cannot be told" not in page


async def test_what_cannot_be_taken_back_asks_first(office: Office) -> None:
    desk = await sent_off(office, minutes=2)
    office.change("UPDATE broadcast SET state = 'sending'")
    office.change("UPDATE outbox SET state = 'sent' WHERE language = 'de'")
    asked = await presses(desk, "cancel")
    assert "Cancel this broadcast for good? People who then do not get it: 2" in asked.words
    assert "being sent" in (await desk.get(ONE)).words
    assert (await surely(desk, "cancel")).location == ONE
    assert "cancelled" in (await desk.get(ONE)).words
    await desk.post(f"{LIST}/new", **NEWS)
    draft = f"{LIST}/2"
    asked = await presses(desk, "discard", draft)
    assert "Throw this draft away? It stays in the list as thrown away" in asked.words
    assert "Throw it away No, leave it as it is" in asked.words
    assert "draft" in (await desk.get(draft)).words
    late = await desk.post(draft, do="discard", sure="1", revision="0")
    assert "Somebody else has changed this broadcast" in late.words
    assert (await desk.post(draft, **asked.fields)).location == draft
    assert "thrown away" in (await desk.get(draft)).words
    german = await desk.get(f"{LIST}?lang=de")
    assert "News verworfen" in german.words
    assert "News endgültig abgebrochen" in german.words
    assert "abgesagt" not in german.words


async def test_why_some_wait_is_apart_from_why_some_did_not_get_it(office: Office) -> None:
    """Of whom it is not known there is a part of its own; and who waits for nothing more is over."""
    desk = await sent_off(office, minutes=1)
    office.change("UPDATE outbox SET state = 'queued', error = 'night' WHERE language = 'de'")
    office.change("UPDATE outbox SET state = 'unsure', error = 'cut off' WHERE language = 'en'")
    page = (await desk.get(ONE)).words
    assert "Why some did not get it" not in page
    assert "Why some wait 1: not sent yet – it is night where they are" in page
    office.change("UPDATE outbox SET state = 'failed', error = '400' WHERE language = 'en'")
    page = (await desk.get(ONE)).words
    assert "Why some did not get it 2: failed – 400 Why some wait 1: not sent yet" in page
    office.change("UPDATE broadcast SET state = 'cancelled'")
    assert "Why some wait" not in (await desk.get(ONE)).words


async def test_how_fast_it_goes_and_what_is_left_is_told_while_it_is_sent(office: Office) -> None:
    desk = await sent_off(office, minutes=2)
    office.change("UPDATE broadcast SET state = 'sending'")
    office.change("UPDATE outbox SET state = 'queued' WHERE language = 'de'")
    office.change("UPDATE outbox SET state = 'sent', settled_at = due_at WHERE language = 'en'")
    office.wait(timedelta(minutes=1))
    assert "2 a minute; about 1 min left" in (await desk.get(ONE)).words
    assert "2 pro Minute; noch etwa 1 Min." in (await desk.get(f"{ONE}?lang=de")).words


async def test_while_somebody_waits_it_is_not_said_to_be_finished(office: Office) -> None:
    desk = await sent_off(office, minutes=1)
    minutes_pass(office, 1)
    assert office.rows("SELECT state FROM broadcast") == [("done",)]
    waiting = "3 still wait until they look or write"
    assert f"News {waiting} Whom it is for" in (await desk.get(ONE)).words.replace(
        "Cancel it for those who have not looked or written yet ", ""
    )
    assert f"News {waiting}" in (await desk.get(LIST)).words
    office.change("UPDATE outbox SET state = 'sent' WHERE language = 'en'")
    assert "News sent; 1 still waits until they look or write" in (await desk.get(LIST)).words
    german = (await desk.get(f"{LIST}?lang=de")).words
    assert "News gesendet; 1 wartet noch, bis jemand nachsieht oder schreibt" in german
    office.change("UPDATE outbox SET state = 'sent'")
    assert "News finished" in (await desk.get(f"{LIST}?lang=en")).words


async def test_the_hours_that_were_chosen_are_shown_in_plain_words(office: Office) -> None:
    desk = await office.joins("olga", "organiser")
    await desk.post(f"{LIST}/new", **(NEWS | {"night": "wait", "hours": "48"}))
    page = (await desk.get(ONE)).words
    night = "At night It waits until each person's quiet hours are over."
    assert f"{night} For those who have set none these are 22:00-08:00, on their own clock." in page
    assert "Can be delivered until 48 hours after it begins" in page
    await presses(desk, "send")
    page = (await desk.get(ONE)).words
    assert "Can be delivered until 48 hours after it begins: Friday, November 27" in page
    await desk.post(f"{LIST}/new", **(NEWS | {"night": "send", "hours": "1"}))
    page = (await desk.get(f"{LIST}/2?lang=de")).words
    assert "Nachts Er wird trotzdem gesendet, auch in den Ruhezeiten." in page
    assert "Zustellbar bis 1 Stunde nach dem Beginn" in page


async def test_of_two_tabs_the_second_is_told(office: Office) -> None:
    """G06: also a double click."""
    desk = await office.joins("olga", "organiser")
    await desk.post(f"{LIST}/new", **NEWS)
    revision = (await desk.get(ONE)).fields["revision"]
    assert (await desk.post(ONE, do="send", revision=revision)).status == 303
    second = await desk.post(ONE, do="send", revision=revision)
    assert second.status == 409
    assert "Somebody else has changed this broadcast meanwhile" in second.words
    late = await desk.post(f"{ONE}/write", **NEWS, revision=revision)
    assert late.status == 422
    assert late.fields["name"] == "News"  # nothing typed is lost


async def test_of_two_who_write_the_second_sees_what_is_otherwise_and_goes_on(
    office: Office,
) -> None:
    olga, bea = await office.joins("olga", "organiser"), await office.joins("bea", "admin")
    await olga.post(f"{LIST}/new", **NEWS)
    begun = (await bea.get(f"{ONE}/write")).fields["revision"]
    await olga.post(f"{ONE}/write", **(NEWS | {"text_en": "Better news."}), revision=begun)
    mine = NEWS | {"text_de": "Meins."}
    second = await bea.post(f"{ONE}/write", **mine, revision=begun)
    assert second.status == 409
    assert "Better news." in second.words
    assert (
        await bea.post(f"{ONE}/write", **mine, revision=second.fields["revision"])
    ).status == 303
    assert "Meins." in (await bea.get(ONE)).words


async def test_what_is_offered_no_more_stays_as_it_was_written(office: Office) -> None:
    """A channel that is closed now, and more links than most have: nobody else gets it by that."""
    plain = {"name": "x", "texts": {"en": "x"}, "audience": {"channels": ["wechat"]}}
    plain["links"] = [{"label": {"en": str(n)}, "url": "https://x.org"} for n in range(5)]
    with office.house.database.write() as connection:
        once_open = Open({"wechat": Capabilities()})
        broadcasts = Broadcasts(Transaction(connection, NOW), once_open)
        written = broadcasts.save(read_broadcast(plain, "UTC"), "staff:anna")
    desk = await office.joins("olga", "organiser")
    form = await desk.get(f"{ONE}/write")
    marks = dict.fromkeys(re.findall(r'name="(\w+:\w+)" value="1" checked', form.html), "1")
    fields = {name: value for name, value in form.fields.items() if ":" not in name}
    assert (await desk.post(f"{ONE}/write", **(fields | marks))).status == 303
    with office.house.database.read() as connection:
        kept = Broadcasts(Transaction(connection, NOW), Open({})).get(1)
    assert kept is not None
    assert (kept.audience, kept.links) == (written.audience, written.links)


async def test_who_is_named_by_hand_is_shown_and_each_box_is_its_own(office: Office) -> None:
    office.change(
        "INSERT INTO transcript (address, channel, language, heard_at) SELECT id, 'web', 'de', "
        "created_at FROM address ORDER BY id"
    )
    desk = await office.joins("olga", "organiser")
    await desk.post(f"{LIST}/new", **NEWS, exclude="#1")
    page = await desk.get(ONE)
    assert "Not told, named by hand 1" in page.words
    assert "People who would get it: 2" in page.words
    form = await desk.get(f"{ONE}/write")
    assert form.fields["exclude"].strip() == "#1"
    fields = {name: value for name, value in form.fields.items() if ":" not in name}
    await desk.post(f"{ONE}/write", **(fields | {"include": "#2"}))
    page = await desk.get(ONE)
    assert "People who would get it: 2" in page.words  # everybody but one, named or not
    assert "Besides, people named by hand 1" in page.words
    form = await desk.get(f"{ONE}/write")
    fields = {name: value for name, value in form.fields.items() if ":" not in name}
    await desk.post(f"{ONE}/write", **(fields | {"named": "1", "exclude": ""}))
    assert "People who would get it: 1" in (await desk.get(ONE)).words
    named = office.rows("SELECT detail FROM audit_entry WHERE action = 'broadcast.name-people'")
    assert len(named) == 3


async def test_who_was_named_and_could_not_be_told_is_accounted_for_once_it_is_sent(
    office: Office,
) -> None:
    """Dora has registered, and is on none of our channels."""
    desk = await office.joins("olga", "organiser")
    with office.house.database.write() as connection:
        connection.execute(insert(Person).values(id="dora", created_at=NOW))
    await desk.post(f"{LIST}/new", **NEWS)
    office.change("INSERT INTO hand_picked VALUES (1, 'dora', 1)")
    why = "1: named by hand, and on none of the channels it is for"
    assert f"It is for these as well, and they cannot be told: {why}" in (await desk.get(ONE)).words
    await presses(desk, "send")
    minutes_pass(office, 1)
    page = (await desk.get(ONE)).words
    assert (
        f"Not among these: it was for them, and they could not be told when it began {why}" in page
    )


async def test_above_the_limit_somebody_else_agrees(office: Office) -> None:
    """G12."""
    with office.house.database.write() as connection:
        connection.execute(insert(Person).values(id="dora", created_at=NOW))
        place = {"id": "web:dora", "channel": "web", "person_id": "dora", "created_at": NOW}
        connection.execute(insert(Place).values(place))
    olga, bea = await office.joins("olga", "organiser"), await office.joins("bea", "admin")
    await olga.post(f"{LIST}/new", **NEWS)
    await presses(olga, "send")
    assert "I agree" not in (await olga.get(ONE)).words
    alone = await presses(olga, "agree")
    assert (alone.status, "A second person must agree" in alone.words) == (409, True)
    await presses(bea, "agree")
    assert minutes_pass(office, 1) == 4


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"text_en": "Dear {name}"}, "nothing is known to put in for {name}"),
        ({"text_en": "", "text_de": ""}, "a text is missing"),
        ({"hours": "x"}, "whole number"),
        ({"zone": "Mars"}, "no time zone"),
        ({"begins": "2020-05-03T09:00"}, "The moment it should begin at is over"),
        ({"url_0": "javascript:alert(1)"}, "no address of a page"),
        ({"seen_within": "-1"}, "Wrote in the last days: a whole number"),
        ({"include": "nobody"}, "is no code"),
        ({"include": "#99"}, "Nobody is known"),
        ({"include": "\ufeff#99"}, "Nobody is known by the code “#99”"),
        ({"about": "event:nowhere"}, "not there"),
        ({"languages:xx": "1"}, "Who speaks: one of"),
        ({"channels:pigeon": "1"}, "a channel that is not open here: pigeon. Those that are: "),
        ({"programmes:tour": "1"}, "a programme of which there is no event: tour."),
        ({"consents": "registration"}, "a consent that is not there: registration."),
        ({"statuses:confirmed": "1"}, "A status counts for an event or a programme"),
        ({"missed": "7"}, "There is no broadcast 7."),
        ({"name": ""}, "Name: 1 to 200 characters"),
        ({"url_0": ""}, "Link 1: the address is missing."),
        ({"url_3": "https://example.org"}, "Link 4: a text is missing."),
        ({"label_0_de": "x" * 61}, "Link 1, Deutsch: at most 60 characters."),
        ({"text_en": "{name}"}, "English: nothing is known to put in for {name}"),
    ],
)
async def test_what_cannot_be_is_told_and_nothing_typed_is_lost(
    office: Office, wrong: dict[str, str], told: str
) -> None:
    desk = await office.joins("olga", "organiser")
    page = await desk.post(f"{LIST}/new", **(NEWS | wrong))
    assert page.status == 422
    assert told in page.words
    assert page.fields["label_0_en"] == "More"
    assert office.rows("SELECT * FROM broadcast") == []


async def test_a_text_that_cannot_be_kept_or_is_far_too_long_comes_back(office: Office) -> None:
    desk = await office.joins("olga", "organiser")
    spoilt = await desk.post(f"{LIST}/new", **(NEWS | {"text_en": "Good\0 news.", "hours": "24"}))
    assert (spoilt.status, spoilt.fields["hours"]) == (422, "24")
    assert ">\nGood news.</textarea>" in spoilt.html
    assert said_at(spoilt, "text_en").startswith("There was a character in it that cannot be kept.")
    long = "很长。" * 20_000
    told = await desk.post(f"{LIST}/new?lang=zh", **(NEWS | {"text_zh": long}))
    assert (told.status, long in told.html) == (422, True)
    assert "3000" in said_at(told, "text_zh")
    body = BytesIO(urlencode({"csrf": desk.csrf, "text_en": "x" * 2**20}).encode())
    endless = await desk.ask("POST", f"{LIST}/new?lang=de", data=body, headers=PLAIN)
    assert endless.status == 413
    assert "nichts wurde gespeichert. Ein Text darf höchstens 3000 Zeichen" in endless.words
    assert office.rows("SELECT * FROM broadcast") == []


async def test_a_name_of_a_field_that_cannot_be_kept_is_nobodys_typing(office: Office) -> None:
    desk = await office.joins("olga", "organiser")
    body = BytesIO(urlencode({"csrf": desk.csrf, **NEWS, "topics:\0": "1"}).encode())
    page = await desk.ask("POST", f"{LIST}/new", data=body, headers=PLAIN)
    assert page.status == 400
    assert "That could not be read." in page.words
    assert office.rows("SELECT * FROM broadcast") == []


async def test_an_audience_is_marked_and_stays_marked(office: Office) -> None:
    desk = await office.joins("olga", "organiser")
    await desk.post("/console/topics", id="trees", title_en="Trees", kind="interest")
    marks = {"topics:trees": "1", "languages:de": "1", "seen_within": "30"}
    await desk.post(f"{LIST}/new", **NEWS, **marks)
    draft = (await desk.get(ONE)).words
    assert "Nobody would get it" in draft
    assert "After you send it" not in draft  # nor is there a button
    form = await desk.get(f"{ONE}/write")
    assert re.search(r'name="topics:trees" value="1" checked', form.html)
    assert not re.search(r'name="languages:zh" value="1" checked', form.html)
    assert form.fields["seen_within"] == "30"


async def test_whom_it_is_for_is_told_by_names_in_the_language_of_who_looks(
    office: Office,
) -> None:
    """Also of an event that is a draft again; what is kept are ids."""
    held(office)
    held(office, id="fair", programme="prog-learning-journeys", title={"en": "Fair", "de": "Markt"})
    desk = await office.joins("olga", "organiser")
    await desk.post("/console/topics", id="ulm", kind="city", title_en="Ulm, city", title_de="Ulm")
    await desk.post(f"{LIST}/new", **(NEWS | {"about": "event:fair"}))
    marks = ("topics:ulm", "events:fair", "programmes:prog-summer-school", "statuses:waiting")
    more = {"consents": "registration:fair", "missed": "1"}
    made = await desk.post(f"{LIST}/new", **(NEWS | dict.fromkeys(marks, "1") | more))
    assert made.location == f"{LIST}/2"
    german = await desk.get(f"{LIST}/2?lang=de")
    assert re.findall(r'</dt><dd dir="auto">(.*?)</dd>', german.html) == [
        *("Ulm", "Markt", "CITYMAKERS-Sommerschule: Kompaktkurs in gemischten Teams", "wartet"),
        *("für eine Veranstaltung: Markt", "1: News"),
    ]
    office.change("UPDATE event SET state = 'draft' WHERE id = 'fair'")
    form = (await desk.get(f"{LIST}/2/write")).html
    for field, said in (
        ("programmes:prog-summer-school", "CITYMAKERS-Sommerschule: Kompaktkurs in gemischten"),
        ("events:fair", "Markt"),
        ("topics:ulm", "Ulm (0)"),
    ):
        box = rf'name="{field}" value="1" checked> <span dir="auto">{re.escape(said)}'
        assert re.search(box, form), field
    form = (await desk.get(f"{ONE}/write")).html
    assert '<option value="event:fair" selected>Markt</option>' in form


async def test_who_reads_looks_and_sends_nothing(office: Office) -> None:
    olga, vera = await office.joins("olga", "organiser"), await office.joins("vera", "viewer")
    await olga.post(f"{LIST}/new", **NEWS)
    assert "Send it" not in (await vera.get(ONE)).words
    assert (await vera.post(ONE, do="send", revision="1")).status == 403
    assert (await vera.get(f"{LIST}/new")).status == 403
    assert (await olga.post(ONE, do="explode", revision="1")).status == 404
    assert (await olga.get(f"{LIST}/99")).status == 404


async def test_a_test_goes_to_ones_own_messenger_where_it_is_linked(office: Office) -> None:
    desk = await office.joins("olga", "organiser")
    await desk.post(f"{LIST}/new", **NEWS)
    assert "not linked" in (await desk.post(f"{ONE}/test", language="de")).words
    office.change(
        "INSERT INTO staff_digest (staff_id, person_id, told_week) "
        "SELECT id, 'anna', '2026-11-23' FROM staff"
    )
    assert (await desk.post(f"{ONE}/test", language="de")).status == 303
    ((address, kind),) = office.rows("SELECT address, kind FROM outbox")
    assert (address, kind) == ("web:anna", "confirmation")
    assert (
        "no text in this language: Chinese" in (await desk.post(f"{ONE}/test", language="zh")).words
    )
    office.change("UPDATE person SET stopped_at = created_at")
    assert "wants no messages" in (await desk.post(f"{ONE}/test", language="de")).words
    assert len(office.rows("SELECT id FROM outbox")) == 1


TRY = "Send a test to my own messenger"


async def test_a_test_is_offered_where_it_works_and_else_it_is_said_why_not(
    office: Office,
) -> None:
    desk = await office.joins("olga", "organiser")
    await desk.post(f"{LIST}/new", **NEWS)

    async def offered() -> tuple[bool, str]:
        """Whether there is a button, and what is said where there is none."""
        words = (await desk.get(ONE)).words
        return TRY in words, words.partition("You cannot send yourself a test. ")[2]

    is_offered, why = await offered()
    assert (is_offered, why.startswith("Your messenger is not linked")) == (False, True)
    office.change(
        "INSERT INTO staff_digest (staff_id, person_id, told_week) "
        "SELECT id, 'anna', '2026-11-23' FROM staff"
    )
    assert await offered() == (True, "")
    await presses(desk, "send")
    assert await offered() == (True, "")
    assert (await desk.post(f"{ONE}/test", language="de")).status == 303
    office.change("UPDATE broadcast SET about = 'event:gone'")
    is_offered, why = await offered()
    assert (is_offered, why.startswith("event:gone is not there")) == (False, True)
    office.change("UPDATE broadcast SET about = ''")
    office.change("UPDATE person SET stopped_at = created_at WHERE id = 'anna'")
    is_offered, why = await offered()
    assert (is_offered, why.startswith("Who talks with us at web:anna wants")) == (False, True)
    office.change("UPDATE person SET stopped_at = NULL")
    minutes_pass(office, 1)
    assert await offered() == (False, "")


async def test_who_wrote_back_is_found_from_it_and_their_talk_shows_what_they_got(
    office: Office,
) -> None:
    desk = await sent_off(office, minutes=1)
    office.change(
        "UPDATE outbox SET state = 'sent', settled_at = created_at WHERE address <> 'web:chen'"
    )
    for name in ("anna", "bert"):
        office.change(
            "INSERT INTO transcript (address, channel, language, heard_at) "
            "VALUES (:at, 'web', 'de', '2026-11-26 09:00:00.000000')",
            at=f"web:{name}",
        )
    office.change(
        "INSERT INTO broadcast_reply (broadcast_id, person_id, address, replied_at) "
        "VALUES (1, 'anna', 'web:anna', '2026-11-26 09:00:00.000000')"
    )
    page = (await desk.get(ONE)).words
    assert "People who wrote within 24 hours after they got it: 1" in page
    found = await desk.get("/console/conversations?broadcast=1")
    assert re.findall(r"/console/conversations/(\d+)", found.html) == ["1"]
    assert (
        "Who replied to broadcast no. 1, or wrote within 24 hours after they got it" in found.words
    )
    assert "Gute Nachrichten." in (await desk.get("/console/conversations/1")).words


async def test_topics_are_offered_named_and_let_go(office: Office) -> None:
    desk = await office.joins("olga", "organiser")
    assert "There is none yet" in (await desk.get("/console/topics")).words
    refused = await desk.post("/console/topics", id="Bad Name", title_en="x", kind="interest")
    assert (refused.status, refused.fields["id"]) == (422, "Bad Name")
    await desk.post("/console/topics", id="trees", title_en="Trees", title_zh="树木", kind="city")
    await desk.post("/console/topics", id="trees", do="close")
    assert "not offered any more" in (await desk.get("/console/topics")).words


class Listed(Channel):
    """A messenger that lets nobody write first, but for mass messages."""

    name = "wechat"
    can = Capabilities(reply_window=172_800, push_budget=5)
    mass = Mass(least=2, most=10_000, monthly=4, known=timedelta(hours=24))


async def test_a_mass_message_is_told_before_and_what_the_platform_reports_after(
    sqlite_url: str, tmp_path: Path, library: Library
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with opened(settings, library, {"wechat": Listed}) as office:
        with office.house.database.write() as connection:
            for name in ("anna", "bert"):
                at = {"channel": "wechat", "person_id": name, "created_at": NOW}
                talk = {"person_id": name, "language": "en", "state": {}, "heard_at": NOW}
                connection.execute(insert(Person).values(id=name, created_at=NOW))
                connection.execute(insert(Place).values(id=f"wechat:{name}", **at))
                connection.execute(insert(Conversation).values(address=f"wechat:{name}", **talk))
        desk = await office.joins("olga", "organiser")
        await desk.post(f"{LIST}/new", **NEWS)
        draft = (await desk.get(ONE)).words
        assert "wechat soon, by mass message English 2" in draft
        assert "By mass message nobody gets more than 4 a month" in draft
        office.change("UPDATE person SET quiet = '09:00-12:00'")
        await desk.post(f"{LIST}/new", **(NEWS | {"night": "wait"}))
        at_night = (await desk.get(f"{LIST}/2")).words
        assert "wechat after their quiet hours, by mass message English 2" in at_night
        await presses(desk, "send")
        assert minutes_pass(office, 1) == 2
        message = {"broadcast_id": 1, "channel": "wechat", "language": "en", "state": "taken"}
        message |= {"people": 2, "created_at": NOW, "attempts": 1, "platform_ref": "7"}
        with office.house.database.write() as connection:
            connection.execute(insert(MassMessage).values(message))
            keep(connection, "wechat", Report("7", 2, 1), NOW)
        assert "WeChat reports: delivered 1, refused 1." in (await desk.get(ONE)).words


async def test_to_those_it_did_not_reach_the_same_conditions_hold(office: Office) -> None:
    desk = await office.joins("olga", "organiser")
    await desk.post(f"{LIST}/new", **NEWS, **{"languages:de": "1"})
    await presses(desk, "send")
    assert minutes_pass(office, 1) == 1
    office.change("UPDATE outbox SET state = 'failed', error = '400'")
    made = await desk.post(f"{ONE}/again")
    assert made.location == f"{LIST}/2/write"
    assert "People who would get it: 1" in (await desk.get(f"{LIST}/2")).words


async def test_what_meanwhile_keeps_it_from_being_sent_once_more_is_told_in_the_form_and_mended(
    office: Office,
) -> None:
    """A choice that another dialog hears, an event that is gone: nothing of the rest is lost."""
    desk = await sent_off(office, minutes=1)
    office.change("UPDATE outbox SET state = 'failed', error = '400'")
    office.change(
        """UPDATE broadcast SET about = 'event:gone', choices = '[{"en": "Help", "de": "Ja"}]'"""
    )
    made = await desk.post(f"{ONE}/again")
    assert (made.status, made.location) == (303, f"{LIST}/2/write")
    form = await desk.get(made.location)
    assert "It cannot be sent as it is. Please look at this:" in form.words
    assert said_at(form, "choice_0_en").startswith("Choice 1, English: who types “Help” is not")
    assert said_at(form, "about") == "event:gone is not there, or not public yet."
    draft = await desk.get(f"{LIST}/2")
    assert f'<a href="{LIST}/2/write#choice_0_en">Choice 1, English' in draft.html
    assert "Send it" not in draft.words
    fields = {name: value for name, value in form.fields.items() if ":" not in name}
    mended = fields | {"choice_0_en": "Yes", "about": ""}
    assert (await desk.post(f"{LIST}/2/write", **mended)).location == f"{LIST}/2"
    draft = await desk.get(f"{LIST}/2")
    assert "People who would get it: 3" in draft.words
    assert "Send it" in draft.words


async def test_every_mistake_is_told_at_once_and_each_at_its_field(office: Office) -> None:
    desk = await office.joins("olga", "organiser")
    wrong = {
        "name": "",
        "text_en": "Dear {name}",
        "text_de": "x" * 3001,
        "choice_1_en": "Yes",
        "choice_1_de": "z" * 31,
        "choice_2_en": "No",
        "choice_2_de": "Stop",
        "choice_3_en": "Help",
        "choice_3_de": "2",
        "url_0": "ftp://x",
        "label_1_en": "Way",
        "hours": "0",
        "zone": "Mars",
        "begins": "2020-05-03T09:00",
        "seen_within": "x",
        "missed": "7",
        "include": "nobody, #99",
        "exclude": "#98",
        "channels:pigeon": "1",
    }
    page = await desk.post(f"{LIST}/new", **(NEWS | wrong))
    assert page.status == 422
    at = set(re.findall(r'<li><a href="#(\w+)">', page.html))
    right = {"choice_1_en", "choice_2_en", "label_1_en", "channels:pigeon"}
    assert at == {*wrong, "url_1", "channels"} - right
    for field in at:
        assert said_at(page, field), field
    assert said_at(page, "include") == "“NOBODY” is no code."
    assert (page.fields["hours"], page.fields["include"]) == ("0", "nobody, #99")


async def test_who_was_named_by_hand_and_not_reached_is_named_once_more(office: Office) -> None:
    desk = await office.joins("olga", "organiser")
    await desk.post("/console/topics", id="trees", title_en="Trees", kind="interest")
    await desk.post(f"{LIST}/new", **NEWS, **{"topics:trees": "1"})
    office.change("INSERT INTO hand_picked VALUES (1, 'bert', 1), (1, 'chen', 1)")
    await presses(desk, "send")
    assert minutes_pass(office, 1) == 2
    await surely(desk, "cancel")
    minutes_pass(office, 1)
    await desk.post(f"{ONE}/again")
    page = (await desk.get(f"{LIST}/2")).words
    assert "Besides, people named by hand 2" in page
    assert "People who would get it: 2" in page


async def test_after_thirty_days_nobody_knows_whom_it_did_not_reach(office: Office) -> None:
    """The rows are shredded then: that nobody is found does not mean that it reached all."""
    desk = await sent_off(office, minutes=1)
    office.change("UPDATE outbox SET state = 'failed', error = '400', settled_at = created_at")
    minutes_pass(office, 1)
    again, forgotten = "Write to those it did not reach once more", "Whom broadcast 1 did not reach"
    assert again in (await desk.get(ONE)).words
    await desk.post(f"{ONE}/again")
    later = f"{LIST}/2"
    assert forgotten not in (await desk.get(later)).words
    minutes_pass(office, 60 * 24 * 29)  # what became of it is kept
    minutes_pass(office, 60 * 24 * 2)
    shred(office.house.database, office.clock[0])
    desk = await office.joins("bea", "organiser")  # who was signed in is so no more
    page = (await desk.get(ONE)).words
    assert "failed 3" in page
    assert again not in page
    assert f"{forgotten} is no longer known: that is kept for 30 days." in page
    refused = await desk.post(f"{ONE}/again")
    assert (refused.status, forgotten in refused.words) == (409, True)
    assert "Nobody would get it" in (await desk.get(later)).words
    assert forgotten in (await desk.get(later)).words
    not_sent = await desk.post(later, do="send", revision="1")
    assert (not_sent.status, forgotten in not_sent.words) == (409, True)
    assert 'value="1">1: News' not in (await desk.get(f"{LIST}/new")).html


@pytest.mark.parametrize("path", [LIST, f"{LIST}.csv"])
async def test_a_list_of_many_asks_the_database_no_more_than_one_of_one(
    office: Office, path: str
) -> None:
    desk = await office.joins("olga", "organiser")
    await desk.post(f"{LIST}/new", **NEWS)
    with statements() as of_one:
        await desk.get(path)
    for _n in range(29):
        await desk.post(f"{LIST}/new", **NEWS)
    with statements() as of_all:
        assert (await desk.get(path)).html.count("News") == 30
    assert len(of_all) == len(of_one)
