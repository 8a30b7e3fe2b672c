"""`citybot broadcast`: what an organiser does in a terminal, from a file to the last recipient."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, select, update

from adapters.capabilities import WEB
from bot.cli import citybot
from bot.cli.speech import language
from bot.database import Database
from bot.dialog import Transaction
from bot.mass_reports import Report, keep
from bot.models import (
    Base,
    Broadcast,
    BroadcastReply,
    Conversation,
    MassMessage,
    Outbox,
    Person,
    Place,
)
from bot.services.audience import Open
from bot.services.broadcast_clock import look_after_broadcasts
from bot.services.organising import Organising
from bot.services.staff import Staff
from tests.asking import statements
from tests.eventful import SCHOOL
from tests.images import PNG

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
WRITTEN = """
name: News
texts: {en: Good news., de: Gute Nachrichten.}
audience: {seen_within: 30}
"""
NOBODY = "Nobody would get this: please look at whom it is for.\n"
Says = Callable[..., Result]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("CITYBOT_BROADCAST_LIMIT", "2")
    language.cache_clear()
    yield
    language.cache_clear()


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    with closing(Database(sqlite_url)) as opened:
        for n, spoken in enumerate(("en", "de", "zh")):
            _somebody(opened, f"p{n}", spoken)
        yield opened


@pytest.fixture
def says(database: Database, tmp_path: Path) -> Says:
    """Runs `citybot broadcast …` on that database, as Anna."""
    (tmp_path / "news.yaml").write_text(WRITTEN, encoding="utf-8")

    def run(*words: str) -> Result:
        named = [str(tmp_path / word) if word.endswith(".yaml") else word for word in words]
        return CliRunner().invoke(citybot, ["--data-dir", str(tmp_path), "broadcast", *named])

    return run


def _somebody(database: Database, name: str, spoken: str, channel: str = "web") -> None:
    address = f"{channel}:{name}"
    with database.write() as connection:
        connection.execute(insert(Person).values(id=name, created_at=NOW))
        place = {"id": address, "channel": channel, "person_id": name, "created_at": NOW}
        connection.execute(insert(Place).values(place))
        talk = {"address": address, "person_id": name, "language": spoken, "state": {}}
        connection.execute(insert(Conversation).values(talk | {"heard_at": NOW}))


def test_from_a_file_to_what_became_of_it(says: Says, database: Database) -> None:
    written = says("write", "news.yaml")
    assert written.stdout == "1\n"
    seen = json.loads(says("preview", "1", "-o", "json").stdout)
    assert seen["reached"] == [["web", "looks", "de", 1], ["web", "looks", "en", 2]]
    assert (seen["people"], seen["others"]) == (3, 1)
    asked = says("send", "1", "--staff", "anna", "--yes")
    assert "need a second member of the team" in asked.stderr
    assert "A second person must agree" in says("agree", "1", "--staff", "anna", "--yes").stderr
    assert "at one login" in says("agree", "1", "--staff", "bert", "--yes").stderr
    _at_a_login_of_her_own(database)
    assert says("agree", "1", "--staff", "bert", "--yes").stdout == "1  about to begin\n"
    open_ = Open({"web": WEB}, frozenset({"web"}))
    assert look_after_broadcasts(database, datetime.now(UTC) + timedelta(minutes=5), open_) == 3
    status = says("status", "1").stdout
    assert "3  waits until they look or write" in status
    assert "At night: It waits until each person's quiet hours are over." in status
    assert "Can be delivered: until 72 hours after it begins: " in status
    with database.write() as connection:
        connection.execute(update(Outbox).values(settled_at=datetime(2027, 1, 31, 23, tzinfo=UTC)))
    rows = says("status", "1", "-o", "csv").stdout.splitlines()
    assert rows[0] == "talk,channel,language,state,reason,at"
    assert {row.rpartition(",")[2] for row in rows[1:]} == {"2027-02-01T00:00:00+01:00"}
    assert says("list").stdout == "1  3 still wait until they look or write  0/3  News\n"
    assert datetime.fromisoformat(json.loads(says("list", "-o", "json").stdout)[0]["begins"]).tzinfo
    assert says("pause", "1").exit_code == 1  # nothing is on its way any more
    assert says("cancel", "1", "--yes").stdout == "1  cancelled for good\n"
    assert "3  not sent: cancelled" in says("status", "1").stdout


def test_a_mass_message_is_told_before_and_what_the_platform_reports_after(
    says: Says, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "news.yaml").write_text(f"{WRITTEN}night: send\n", encoding="utf-8")
    for key in ("APP_ID", "APP_SECRET", "TOKEN", "AES_KEY"):
        monkeypatch.setenv(f"CITYBOT_WECHAT_{key}", "abc")
    monkeypatch.setenv("CITYBOT_WECHAT_MASS", "yes")
    for n in range(2):
        _somebody(database, f"w{n}", "de", "wechat")
    says("write", "news.yaml")
    told = says("preview", "1").stdout
    assert "2  wechat, Deutsch, soon, by mass message" in told
    assert "By mass message nobody gets more than 4 a month" in told
    message = {"broadcast_id": 1, "channel": "wechat", "language": "de", "state": "taken"}
    message |= {"people": 2, "created_at": NOW, "attempts": 1, "platform_ref": "7"}
    with database.write() as connection:
        connection.execute(insert(MassMessage).values(message))
    assert "WeChat has not reported yet" in says("status", "1").stdout
    with database.write() as connection:
        keep(connection, "wechat", Report("7", 2, 1), NOW)
    assert "WeChat reports: delivered 1, refused 1." in says("status", "1").stdout
    reports = json.loads(says("status", "1", "-o", "json").stdout)["reports"]
    assert reports == [{"channel": "wechat", "sent": 1, "refused": 1, "silent": 0}]


def test_who_needs_a_subscription_and_who_is_parked_is_told_with_the_reason(
    says: Says, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("APP_ID", "APP_SECRET", "TOKEN", "AES_KEY"):
        monkeypatch.setenv(f"CITYBOT_WECHAT_{key}", "abc")
    _somebody(database, "w1", "de", "wechat")
    _somebody(database, "w2", "de", "wechat")
    with database.write() as connection:
        connection.execute(update(Place).where(Place.id == "wechat:w2").values(left_at=NOW))
    says("write", "news.yaml")
    told = says("preview", "1").stdout
    assert "1  wechat, Deutsch, when they write to us again" in told
    assert "lets us write for 48 hours after they wrote" in told
    assert "1  wechat: need a subscription: they unfollowed or blocked us" in told
    plain = json.loads(says("preview", "1", "-o", "json").stdout)
    assert (plain["subscription"], plain["left_out"]) == ({"wechat": 1}, {})


def test_who_could_not_be_told_when_it_began_is_counted_apart(
    says: Says, database: Database
) -> None:
    with database.write() as connection:
        connection.execute(update(Person).where(Person.id == "p0").values(stopped_at=NOW))
    says("write", "news.yaml")
    says("send", "1", "--yes")
    open_ = Open({"web": WEB}, frozenset({"web"}))
    assert look_after_broadcasts(database, datetime.now(UTC) + timedelta(minutes=5), open_) == 2
    apart = "Not among these: it was for them, and they could not be told when it began"
    assert f"{apart}\n        1  want no messages from us" in says("status", "1").stdout
    status = json.loads(says("status", "1", "-o", "json").stdout)
    assert (status["tally"], status["left_out"]) == ({"parked": 2}, {"stopped": 1})


def test_a_test_goes_to_one_address_in_what_is_spoken_there(says: Says, database: Database) -> None:
    says("write", "news.yaml")
    assert says("test", "1", "--to", "web:p1").exit_code == 1  # nobody answers the question
    tried = says("test", "1", "--to", "web:p1", "--dry-run")
    assert (tried.stdout, "Nothing was changed." in tried.stderr) == ("web:p1  Deutsch\n", True)
    assert _told(database) == []
    assert says("test", "1", "--to", "web:p1", "--yes").stdout == "web:p1  Deutsch\n"
    says("test", "1", "--to", "web:p1", "--language", "en", "--yes")
    says("test", "1", "--to", "web:p2", "--yes")  # who speaks Chinese reads the text for others
    texts = [("web:p1", "Gute Nachrichten."), ("web:p1", "Good news."), ("web:p2", "Good news.")]
    assert _told(database) == texts


def test_a_test_goes_to_ones_own_messenger_where_no_address_is_named(
    says: Says, database: Database
) -> None:
    says("write", "news.yaml")
    assert "No messenger is linked" in says("test", "1", "--staff", "olga", "--yes").stderr
    with database.write() as connection:
        member = Staff(Transaction(connection, NOW)).add("olga", "organiser", "cli:root")
        linked = {"staff_id": member.id, "person_id": "p1", "told_week": NOW.date()}
        connection.execute(insert(Base.metadata.tables["staff_digest"]).values(linked))
    assert says("test", "1", "--staff", "olga", "--yes").stdout == "web:p1  Deutsch\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--to", "somewhere"), 2, "write CHANNEL:USER"),
        (("--to", "web:nobody", "--yes"), 1, "Nobody talks with us at web:nobody"),
        (("--to", "web:p0", "--yes"), 1, "wants no messages that we start"),
        (("--to", "web:p1", "--language", "zh", "--yes"), 1, "no text in this language: zh"),
    ],
)
def test_a_test_that_cannot_be_is_refused(
    says: Says, database: Database, words: tuple[str, ...], code: int, said: str
) -> None:
    says("write", "news.yaml")
    with database.write() as connection:
        connection.execute(update(Person).where(Person.id == "p0").values(stopped_at=NOW))
    refused = says("test", "1", *words)
    assert (refused.exit_code, said in refused.stderr) == (code, True)
    assert _told(database) == []


def _told(database: Database) -> list[tuple[str, str]]:
    with database.read() as connection:
        rows = connection.execute(select(Outbox.address, Outbox.body).order_by(Outbox.id)).all()
        return [(address, body["text"]) for address, body in rows]


def _at_a_login_of_her_own(database: Database) -> None:
    with database.write() as connection:
        connection.execute(update(Broadcast).values(sent_by="staff:anna via cli:anna"))


def test_a_question_comes_before_it_is_sent(says: Says) -> None:
    refused = says("send", "news.yaml")
    assert refused.exit_code == 1
    assert "3 people would get this." in refused.stdout
    assert says("list").stdout == ""


def test_an_audience_that_names_what_is_not_there_is_refused(says: Says, tmp_path: Path) -> None:
    written = WRITTEN.replace("seen_within: 30", "channels: [wechat]")
    (tmp_path / "odd.yaml").write_text(written, encoding="utf-8")
    refused = says("write", "odd.yaml")
    assert refused.exit_code == 1
    assert "a channel that is not open here: wechat. Those that are: web" in refused.stderr


def test_a_programme_is_told_by_its_title_in_the_language_of_the_terminal(
    says: Says, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever agrees reads whom it is for before they do; as JSON it stays an id."""
    with database.write() as connection:
        Organising(Transaction(connection, NOW)).save(SCHOOL)
    written = WRITTEN.replace("seen_within: 30", "programmes: [prog-summer-school]")
    (tmp_path / "school.yaml").write_text(written, encoding="utf-8")
    says("write", "school.yaml")
    for words in (("preview", "1"), ("send", "school.yaml"), ("agree", "1")):
        told = says(*words).stdout
        assert (
            "Whom it is for\nAre registered in one of these programmes: "
            "CITYMAKERS Summer School: a compact course in mixed teams\n"
        ) in told
    monkeypatch.setenv("LANGUAGE", "de")
    language.cache_clear()
    assert (
        "CITYMAKERS-Sommerschule: Kompaktkurs in gemischten Teams\n" in says("preview", "1").stdout
    )
    audience = json.loads(says("status", "1", "-o", "json").stdout)["audience"]
    assert audience == {"programmes": ["prog-summer-school"]}


def test_that_it_is_for_everybody_is_told_too(says: Says, tmp_path: Path) -> None:
    written = WRITTEN.replace("audience: {seen_within: 30}", "")
    (tmp_path / "all.yaml").write_text(written, encoding="utf-8")
    says("write", "all.yaml")
    assert "Whom it is for\nEverybody who has not stopped us.\n" in says("preview", "1").stdout


@pytest.mark.parametrize("name", ["asks.yaml", "asks.json"])
def test_a_choice_that_another_dialog_hears_is_refused_with_what_it_would_do(
    says: Says, tmp_path: Path, name: str
) -> None:
    texts = {"en": "Will you come?", "de": "Kommen Sie?", "zh": "您来吗？"}
    choices = [{"en": "Yes", "de": "Ja", "zh": "是"}, {"en": "Perhaps", "de": "Gern", "zh": "帮助"}]
    asks = {"name": "Garden day", "texts": texts, "choices": choices}
    (tmp_path / name).write_text(json.dumps(asks), encoding="utf-8")
    for words in (("write",), ("write", "--dry-run"), ("send", "--yes")):
        refused = says(*words, str(tmp_path / name))
        assert (refused.exit_code, refused.stderr) == (
            1,
            "choices.2.zh: who types “帮助” is not counted, but sees what the assistant can do. "
            "Please put it differently.\n",
        )
    assert says("list").stdout == ""


def test_all_that_is_wrong_in_a_file_is_told_at_once(says: Says, tmp_path: Path) -> None:
    wrong = {"texts": {"en": "Dear {name}"}, "hours": 0, "night": "x", "about": "fair"}
    wrong |= {"links": [{"url": "ftp://x"}], "audience": {"languages": ["fr"], "missed": "-"}}
    (tmp_path / "wrong.yaml").write_text(json.dumps(wrong), encoding="utf-8")
    refused = says("write", "wrong.yaml")
    assert refused.stderr.splitlines() == [
        "name: 1 to 200 characters.",
        "en: nothing is known to put in for {name}. Known here: -",
        "This is no address of a page: ftp://x",
        "links.1.label: a text is missing.",
        "It may be about event:NAME or poll:NAME, not fair.",
        "audience.languages: one of de, en, zh.",
        "audience.missed: a whole number from 0 to 1000000000.",
        "hours: a whole number from 1 to 336.",
        "night: one of wait, send.",
    ]
    assert says("list").stdout == ""


@pytest.mark.parametrize("words", [("write",), ("write", "--dry-run"), ("send", "--yes")])
def test_what_only_the_house_knows_to_be_wrong_is_told_with_what_the_file_says(
    says: Says, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """A topic that is not there, a moment that is over; and the picture, and the codes."""
    wrong = {"name": "News", "texts": {"en": "Hello", "de": "Hallo"}, "hours": 0}
    wrong |= {"audience": {"topics": ["trees"]}, "begins": "2020-05-03 09:00"}
    (tmp_path / "wrong.yaml").write_text(json.dumps(wrong), encoding="utf-8")
    (tmp_path / "tree.yaml").write_bytes(b"GIF89a")
    (tmp_path / "codes.yaml").write_text("someone", encoding="utf-8")
    beside = ("--image", "tree.yaml", "--include", "codes.yaml")
    refused = says(*words, "wrong.yaml", *beside)
    assert (refused.exit_code, refused.stderr.splitlines()) == (
        1,
        [
            "hours: a whole number from 1 to 336.",
            "The picture must be a PNG or a JPEG.",
            "Please write what the picture shows, for who cannot see it.",
            "The moment it should begin at is over: write a later one, or none, "
            "and it begins at once.",
            "It is for a topic that is not there: trees. Those there are: -",
            "“SOMEONE” is no code.",
        ],
    )
    assert says("list").stdout == ""


def test_a_list_of_many_asks_the_database_no_more_than_one_of_one(
    says: Says, database: Database
) -> None:
    says("write", "news.yaml")
    with statements() as of_one:
        says("list")
    table = Base.metadata.tables["broadcast"]
    with database.write() as connection:
        row = connection.execute(select(table)).mappings().one()
        connection.execute(insert(table), [{**row, "id": n} for n in range(2, 31)])
    with statements() as of_all:
        assert len(says("list").stdout.splitlines()) == 30
    assert len(of_all) == len(of_one)


def test_after_thirty_days_nobody_knows_whom_it_did_not_reach(
    says: Says, database: Database, tmp_path: Path
) -> None:
    says("write", "news.yaml")
    long_ago = {"state": "done", "begun_at": NOW - 29 * DAY, "done_at": NOW - 29 * DAY}
    with database.write() as connection:
        connection.execute(update(Broadcast).values(long_ago))
    (tmp_path / "missed.yaml").write_text(
        WRITTEN.replace("seen_within: 30", "missed: 1"), encoding="utf-8"
    )
    assert says("write", "missed.yaml").stdout == "2\n"
    why = "Whom broadcast 1 did not reach is no longer known: that is kept for 30 days.\n"
    assert why not in says("preview", "2").stdout
    with database.write() as connection:
        old = update(Broadcast).where(Broadcast.id == 1)
        connection.execute(old.values(begun_at=NOW - 31 * DAY))
    assert why in says("preview", "2").stdout
    assert json.loads(says("preview", "2", "-o", "json").stdout)["forgotten"] == 1
    for words in (("send", "2"), ("write", "missed.yaml")):
        refused = says(*words, *(["--yes"]))
        assert (refused.exit_code, refused.stderr) == (1, why)


def test_who_is_to_be_left_out_is_never_passed_over_in_silence(says: Says, tmp_path: Path) -> None:
    """What was written goes as it was written; with a file of codes it is refused, not sent."""
    says("write", "news.yaml")
    (tmp_path / "codes.yaml").write_text("#1\n", encoding="utf-8")
    refused = says("send", "1", "--yes", "--exclude", "codes.yaml")
    assert (refused.exit_code, "goes as it was written" in refused.stderr) == (2, True)
    assert "draft" in says("list").stdout


def test_a_dry_run_changes_nothing_and_says_what_would_be(says: Says) -> None:
    would_be = "Nothing was changed.\nThe broadcast would be: {}\n"
    assert says("write", "news.yaml", "--dry-run").stderr == would_be.format("draft")
    asked = would_be.format("waits for a second member of the team")
    assert says("send", "news.yaml", "--dry-run").stderr == asked
    assert says("list").stdout == ""
    says("write", "news.yaml")
    assert says("send", "1", "--dry-run").stderr == asked.replace("The broadcast", "Broadcast 1")


def test_a_dry_run_of_sending_refuses_what_sending_would(says: Says, tmp_path: Path) -> None:
    says("write", "news.yaml")
    says("send", "1", "--yes")
    again = says("send", "1", "--dry-run")
    assert (again.exit_code, "It waits for a second member" in again.stderr) == (1, True)
    nobody = f"{WRITTEN}".replace("seen_within", "not_seen_within")
    (tmp_path / "nobody.yaml").write_text(nobody, encoding="utf-8")
    for how in ("--dry-run", "--yes"):
        refused = says("send", "nobody.yaml", how)
        assert (refused.exit_code, refused.stderr) == (1, NOBODY)


@pytest.mark.parametrize("words", [("status",), ("preview",), ("pause",), ("test",), ("agree",)])
def test_a_number_that_no_broadcast_can_have_is_refused(says: Says, words: tuple[str]) -> None:
    refused = says(*words, "9" * 23)
    assert (refused.exit_code, "range" in refused.stderr) == (2, True)


REFUSALS = {
    ("draft", "cancel"): "It is a draft, so this cannot be done: it can be changed, sent, or thrown"
    " away on its page in the console.\n",
    ("asked", "pause"): "It waits for a second member of the team, so this cannot be done: they can"
    " agree, or it can be taken back or cancelled.\n",
    ("due", "pause"): "It has not begun yet, so this cannot be done: it can be taken back or"
    " cancelled.\n",
    ("sending", "back"): "It is being sent, so this cannot be done: it can be paused or"
    " cancelled.\n",
    ("paused", "back"): "It is paused, so this cannot be done: it can go on, or be cancelled.\n",
    ("done", "pause"): "It was sent to all who could be written to, so this cannot be done: it can "
    "be cancelled for those who"
    " have not looked or written yet.\n",
    ("cancelled", "resume"): "It is cancelled, so this cannot be done: nothing of it is sent any"
    " more.\n",
}


@pytest.mark.parametrize(("state", "step"), REFUSALS)
def test_a_step_that_cannot_be_says_its_state_and_what_can_be_done(
    says: Says, database: Database, state: str, step: str
) -> None:
    says("write", "news.yaml")
    with database.write() as connection:
        connection.execute(update(Broadcast).values(state=state))
    refused = says(step, "1", "--yes")
    assert (refused.exit_code, refused.stderr) == (1, REFUSALS[state, step])


STEPS = (
    *(("asked", "agree", "due", True), ("due", "back", "draft", False)),
    *(("sending", "pause", "paused", False), ("paused", "resume", "sending", True)),
    *(("sending", "cancel", "cancelled", True), ("sending", "decide", "sending", True)),
)


@pytest.mark.parametrize("step", STEPS, ids=[name for _before, name, *_ in STEPS])
def test_every_step_can_be_tried_first_and_asks_where_something_is_sent_or_lost(
    says: Says, database: Database, step: tuple[str, str, str, bool]
) -> None:
    before, name, after, asks = step
    says("write", "news.yaml", "--yes")
    with database.write() as connection:
        kept = {"state": before, "sent_by": "staff:anna via cli:anna", "ends_at": NOW + DAY}
        connection.execute(update(Broadcast).values(kept))
        row = {"channel": "web", "address": "web:p0", "kind": "broadcast", "broadcast_id": 1}
        row |= {"created_at": NOW, "due_at": NOW, "state": "unsure", "attempts": 1}
        connection.execute(insert(Outbox).values(row | {"expires_at": NOW + DAY}))
    words = (name, "1", *(("again",) if name == "decide" else ()))
    tried = says(*words, "--dry-run")
    assert (tried.exit_code, "Nothing was changed." in tried.stderr) == (0, True)
    assert _stands(database) == (before, "unsure")
    if asks:
        assert says(*words).exit_code == 1  # nobody answers
        assert _stands(database) == (before, "unsure")
    assert says(*words, "--yes").exit_code == 0
    assert _stands(database) == (after, "queued" if name == "decide" else "unsure")


def _stands(database: Database) -> tuple[str, str]:
    with database.read() as connection:
        of = Outbox.broadcast_id == Broadcast.id
        states = select(Broadcast.state, Outbox.state).join(Outbox, of)
        broadcast, recipient = connection.execute(states).one()
        return broadcast, recipient


def test_whoever_is_named_by_no_code_is_told_so(says: Says, tmp_path: Path) -> None:
    codes = tmp_path / "codes.yaml"
    codes.write_text("7F3-K29-QMB\n", encoding="utf-8")
    wrong = says("send", "news.yaml", "--yes", "--exclude", "codes.yaml")
    assert "Nobody is known by the code “7F3-K29-QMB”." in wrong.stderr


def test_codes_come_as_a_spreadsheet_saves_them(says: Says, tmp_path: Path) -> None:
    """With its mark before the first; and one that saves no UTF-8 is told so, nothing is kept."""
    (tmp_path / "codes.yaml").write_text("7F3-K29-QMB\n", encoding="utf-8-sig")
    marked = says("write", "news.yaml", "--include", "codes.yaml")
    assert "Nobody is known by the code “7F3-K29-QMB”." in marked.stderr
    (tmp_path / "codes.yaml").write_text("Müller\n", encoding="latin-1")
    refused = says("write", "news.yaml", "--include", "codes.yaml")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "codes.yaml is not text in UTF-8. In a spreadsheet, save it as" in refused.stderr
    assert says("list").stdout == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a list", "names with values"),
        ("name: x\ntexts: {en: '{oops}'}", "{oops}"),
        ("[" * 2000, "cannot be read"),
        ("name: x\ntexts:", "texts: a text is missing."),
        ("", "odd.yaml cannot be read: The file is empty."),
        ("name: x\nname: y\ntexts: {en: x}", "“name” is written twice in the same place"),
        ("name: x\ntexts: {en: x, en: y}", "“en” is written twice in the same place"),
        ("name: x\ntexts: {fr: x}", "texts: there is no key “fr”. Known here: de, en, zh"),
        ("\x00", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_one_is_refused_kindly(
    says: Says, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "odd.yaml").write_text(text, encoding="utf-8")
    refused = says("write", "odd.yaml")
    assert refused.exit_code == 1
    assert said in refused.stderr


def test_what_people_read_is_the_text_that_was_written(says: Says, tmp_path: Path) -> None:
    """Also where YAML 1.1 would read a truth or a number, and where JSON escapes an emoji."""
    choices = "choices: [{en: Yes, de: On}, {en: No, de: 12:30}]"
    odd = f"{WRITTEN}{choices}\nbegins: 2031-05-03 09:00\nhours: 24\n"
    (tmp_path / "odd.yaml").write_text(odd, encoding="utf-8")
    says("write", "odd.yaml")
    known = json.loads(says("status", "1", "-o", "json").stdout)
    assert known["choices"] == [{"en": "Yes", "de": "On"}, {"en": "No", "de": "12:30"}]
    assert (known["begins"], known["hours"]) == ("2031-05-03 09:00", 24)
    escaped = {"name": "A \N{THUMBS UP SIGN}", "texts": {"en": "\N{THUMBS UP SIGN} Come!"}}
    (tmp_path / "odd.json").write_text(json.dumps(escaped), encoding="utf-8")
    says("write", str(tmp_path / "odd.json"))
    known = json.loads(says("status", "2", "-o", "json").stdout)
    assert (known["name"], known["texts"]) == (escaped["name"], escaped["texts"])


def test_a_preview_shows_the_picture_in_words_and_where_links_lead(
    says: Says, tmp_path: Path
) -> None:
    more = (
        'links: [{label: {en: More}, url: "https://example.org/a"}]\nchoices: [{en: Yes, de: Ja}]'
    )
    (tmp_path / "more.yaml").write_text(f"{WRITTEN}{more}", encoding="utf-8")
    (tmp_path / "tree.yaml").write_bytes(PNG)
    says("write", "more.yaml", "--image", "tree.yaml", "--alt", "en=A tree")
    assert says("preview", "1").stdout.startswith(
        "[English]\nGood news.\nImage: A tree\n[Yes]\n[No more of these]\nMore: https://example.org/a\n"
    )


def test_what_is_told_of_something_is_told_in_chinese_signs(
    says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    says("write", "news.yaml")
    monkeypatch.setenv("LANGUAGE", "zh_CN")
    language.cache_clear()
    assert says("status", "1").stdout.splitlines() == [
        "News：草稿",
        "夜间：等每个人的免打扰时段结束后再发送。未设置者按其当地时间22:00-08:00计算。",
        "可送达：至开始后72小时",
    ]


def test_the_list_tells_when_a_draft_is_to_begin(says: Says, tmp_path: Path) -> None:
    later = "begins: 2031-05-03 09:00\nzone: Asia/Shanghai\n"
    (tmp_path / "later.yaml").write_text(f"{WRITTEN}{later}", encoding="utf-8")
    says("write", "later.yaml")
    says("write", "news.yaml")
    listed = json.loads(says("list", "-o", "json").stdout)
    assert [one["begins"] for one in listed] == ["", "2031-05-03T09:00:00+08:00"]


def test_what_begins_another_day_is_scheduled_and_can_be_taken_back_until_then(
    says: Says, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYBOT_BROADCAST_LIMIT", "0")
    later = "begins: 2031-05-03 09:00\nzone: Asia/Shanghai\n"
    (tmp_path / "later.yaml").write_text(f"{WRITTEN}{later}", encoding="utf-8")
    when = "Saturday, May 3, 2031, 9:00\u202fAM (Asia/Shanghai time)"
    sent = says("send", "later.yaml", "--yes").stderr
    assert sent == f"It begins {when}. Until then: citybot broadcast back 1\n"
    assert says("status", "1").stdout.splitlines()[0] == f"News: scheduled for {when}"
    assert says("list").stdout == f"1  scheduled for {when}  0/0  News\n"
    says("send", "news.yaml", "--yes")
    assert says("status", "2").stdout.splitlines()[0] == "News: about to begin"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--alt", "en=A tree"), "add --image"),
        (("--alt", "xx=A tree", "--image", "tree.yaml"), "--alt xx=A tree: write LANGUAGE=TEXT"),
        (("--alt", "A tree", "--image", "tree.yaml"), "in de, en, zh"),
    ],
)
def test_words_for_a_picture_that_nobody_would_read_are_refused(
    says: Says, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "tree.yaml").write_bytes(b"\xff\xd8\xff")
    refused = says("write", "news.yaml", *words)
    assert refused.exit_code == 2
    assert said in " ".join(refused.stderr.split())
    assert says("list").stdout == ""


def _at_each_look(monkeypatch: pytest.MonkeyPatch, *happens: Callable[[], object]) -> None:
    """What happens while one who follows waits for the next look; waiting longer fails."""
    steps = iter(happens)
    monkeypatch.setattr(time, "sleep", lambda _seconds: next(steps)())


def test_who_follows_from_a_script_reads_a_line_whenever_something_changed(
    says: Says, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYBOT_BROADCAST_LIMIT", "0")
    later = "begins: 2031-05-03 09:00\nzone: Asia/Shanghai\nnight: send\n"
    (tmp_path / "later.yaml").write_text(f"{WRITTEN}{later}", encoding="utf-8")
    says("send", "later.yaml", "--yes")

    def change(**values: object) -> None:
        with database.write() as connection:
            connection.execute(update(Broadcast).values(values))

    def told(name: str, state: str) -> None:
        row = {"channel": "web", "address": f"web:{name}", "kind": "broadcast", "broadcast_id": 1}
        at = datetime.now(UTC)  # of who got it a minute before nothing is left to tell a pace from
        row |= {"created_at": at, "due_at": at, "attempts": 1, "language": "en"}
        with database.write() as connection:
            connection.execute(insert(Outbox).values(row | {"state": state, "settled_at": at}))

    now = datetime.now(UTC)
    _at_each_look(
        monkeypatch,
        lambda: None,
        lambda: change(due_at=now + timedelta(seconds=30)),
        lambda: change(state="sending", begun_at=NOW, changed_at=now - timedelta(minutes=1)),
        lambda: told("p0", "queued"),
        lambda: told("p1", "sent"),
        lambda: change(state="cancelled"),
    )
    lines = says("status", "1", "--follow").stdout.splitlines()
    pace = lines[4].removeprefix("#1  being sent  1/2  ")
    assert re.fullmatch(r"\d+ a minute; about \d+ min left", pace)
    assert [*lines[:4], *lines[5:7]] == [
        "#1  scheduled for Saturday, May 3, 2031, 9:00\u202fAM (Asia/Shanghai time)",
        "#1  about to begin",
        "#1  being sent",
        "#1  being sent  0/1",
        "#1  cancelled for good  2/2",
        "News: cancelled for good",
    ]


def test_who_follows_a_draft_or_one_that_waits_for_agreement_does_not_wait(
    says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    _at_each_look(monkeypatch)
    says("write", "news.yaml")
    assert says("status", "1", "--follow").stdout.startswith("#1  draft\nNews: draft")
    says("send", "1", "--yes")
    waits = "#1  waits for a second member of the team\n"
    assert says("status", "1", "--follow").stdout.startswith(waits)
    seen = says("status", "1", "--follow", "-o", "json")
    assert (json.loads(seen.stdout)["state"], seen.stderr) == ("asked", waits)
    assert says("status", "7", "--follow").stderr == "There is no broadcast 7.\n"


def test_what_people_answered_is_counted(says: Says, database: Database, tmp_path: Path) -> None:
    asks = WRITTEN + "choices: [{en: 'Yes', de: Ja}, {en: 'No', de: Nein}]\n"
    (tmp_path / "asks.yaml").write_text(asks, encoding="utf-8")
    says("write", "asks.yaml")
    assert "[Ja]\n[Nein]\n" in says("preview", "1").stdout
    with database.write() as connection:
        reply = {"broadcast_id": 1, "person_id": "p0", "address": "web:p0", "replied_at": NOW}
        connection.execute(insert(BroadcastReply).values(reply | {"choice": 1}))
    status = says("status", "1").stdout
    assert status.endswith("\nWhat they answered\n        0  Yes\n        1  No\n")
    assert json.loads(says("status", "1", "-o", "json").stdout)["answers"] == [0, 1]


def test_why_some_wait_is_apart_from_why_some_did_not_get_it(
    says: Says, database: Database
) -> None:
    says("write", "news.yaml")
    row = {"channel": "web", "kind": "broadcast", "broadcast_id": 1, "attempts": 1}
    row |= {"created_at": NOW, "due_at": NOW}
    states = {"queued": "night", "failed": "400", "unsure": "cut off"}
    with database.write() as connection:
        for state, error in states.items():
            told = {"address": f"web:{state}", "state": state, "error": error}
            connection.execute(insert(Outbox).values(row | told))
    why = says("status", "1").stdout.partition("\nWhy some did not get it\n")[2]
    assert why == (
        "        1  failed: 400\n"
        "\nWhy some wait\n"
        "        1  not sent yet: it is night where they are: they get it in the morning\n"
    )


def test_of_the_unsure_ones_the_team_decides(says: Says, database: Database) -> None:
    says("write", "news.yaml")
    with database.write() as connection:
        row = {"channel": "web", "address": "web:p0", "kind": "broadcast", "broadcast_id": 1}
        row |= {"created_at": NOW, "due_at": NOW, "state": "unsure", "attempts": 1}
        connection.execute(insert(Outbox).values(row))
        connection.execute(update(Outbox).values(language="en"))
    status = says("status", "1")
    assert "\nWhat became of it\n        1  sent or not: unknown\n" in status.stdout
    assert "citybot broadcast decide 1" in status.stderr
    with database.write() as connection:
        reply = {"broadcast_id": 1, "person_id": "p0", "address": "web:p0", "replied_at": NOW}
        connection.execute(insert(BroadcastReply).values(reply))
    assert "1  wrote within 24 hours after they got it" in says("status", "1").stdout
    assert json.loads(says("status", "1", "-o", "json").stdout)["wrote_within_24_hours"] == 1
    assert says("decide", "1", "sent", "--yes").stdout == "1 recipient.\n"
    assert json.loads(says("status", "1", "-o", "json").stdout)["tally"] == {"sent": 1}
    assert says("status", "1", "-o", "csv").stdout.splitlines()[1].startswith(",web,en,sent,")
