"""`citybot event`: events brought in from files, shown, opened, moved, cancelled; lists of people."""

import csv
import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar
from openpyxl import load_workbook

from bot.cli import citybot
from bot.database import Database
from bot.services.checkins import CheckIns
from bot.services.registrations import Registrations
from tests.eventful import asking, meet, run, told

NOW = datetime.now(UTC)
SCHOOL = """
- id: summer-school
  programme: prog-summer-school
  title: {en: Summer School, de: Sommerschule, zh: 暑期学校}
  starts: 2127-07-05 09:00
  ends: 2127-07-09 17:00
  zone: Europe/Berlin
  place: ufaFabrik, Berlin
  capacity: 2
  state: open
  fields:
    - {id: name, kind: text, ask: {en: "Name?", de: "Name?"}}
"""
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//somebody//EN
BEGIN:VEVENT
UID:Walk 12@example.org
SUMMARY;LANGUAGE=de:Stadtspaziergang
DTSTART;TZID=Asia/Shanghai:21270510T090000
DURATION:PT2H
LOCATION:Shanghai
END:VEVENT
BEGIN:VEVENT
UID:open-day@example.org
SUMMARY:An open day in the city
DTSTART;VALUE=DATE:21270511
END:VEVENT
END:VCALENDAR
"""


class Terminal:
    """Somebody of the team at a terminal, with a data folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *said: str, type_in: str = "") -> Result:
        return CliRunner().invoke(
            citybot, ["--data-dir", str(self.folder), "event", *said], input=type_in
        )

    def file(self, name: str, content: str) -> str:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    def database(self) -> Database:
        return Database(f"sqlite:///{self.folder / 'citybot.sqlite3'}")

    def registers(self, *people: str, **other: object) -> None:
        database = self.database()
        meet(database, *people)
        for person in people:
            request = asking(person, NOW, event_id="summer-school", **other)
            run(database, lambda t, r=request: Registrations(t).register(r), NOW)
        database.close()


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setattr("bot.cli.speech.language", lambda: "en")
    return Terminal(tmp_path)


@pytest.fixture
def school(terminal: Terminal) -> Terminal:
    """A terminal where the summer school is open."""
    assert terminal("import", terminal.file("e.yaml", SCHOOL)).exit_code == 0
    return terminal


# -- files -----------------------------------------------------------------------------------


def test_events_come_in_once_and_are_said_to_be_the_same_afterwards(terminal: Terminal) -> None:
    path = terminal.file("e.yaml", SCHOOL)
    first, second = terminal("import", path), terminal("import", path)
    assert (first.stdout, second.stdout) == ("summer-school  new\n", "summer-school  unchanged\n")
    assert second.stderr == "Events new: 0, changed: 0, unchanged: 1.\n"


WHOLE = """
- id: journey
  title: {en: "=Journey", de: Reise}
  summary: {zh: "两行\n文字"}
  place: {de: Schanghai, zh: 上海}
  starts: 2127-09-01 09:00
  ends: 2127-09-03 17:00
  opens: 2127-01-01 00:00
  closes: 2127-08-01 12:00
  zone: Asia/Shanghai
  reserved: 2
  capacity: 9
  seats_each: 2
  waiting_list: no
  offer_hours: 0
  materials: [{label: Plan, url: "https://example.org/plan"}]
  shred_on: 2127-12-01
  fields:
    - {id: born, kind: date, ask: "Born on?", least: 2060-01-01, most: 2110-12-31, personal: yes, reason: the hostel}
    - {id: food, kind: choices, ask: "Food?", most: 2, options: [{id: vegan, label: {de: Vegan}}, {id: any}]}
"""


@pytest.mark.parametrize("output", ["yaml", "json", "csv"])
def test_what_is_exported_comes_in_again_as_the_same(
    school: Terminal, output: str, tmp_path: Path
) -> None:
    """Also in another house, where all of it is new."""
    assert school("import", school.file("whole.yaml", WHOLE)).stdout == "journey  new\n"
    exported = school("export", "-o", output).stdout
    again = school("import", school.file(f"again.{output}", exported))
    assert again.stdout == "summer-school  unchanged\njourney  unchanged\n"
    (tmp_path / "elsewhere").mkdir()
    elsewhere = Terminal(tmp_path / "elsewhere")
    elsewhere("import", elsewhere.file(f"again.{output}", exported))
    assert elsewhere("export", "-o", output).stdout == exported


def test_a_calendar_becomes_drafts(terminal: Terminal) -> None:
    terminal("import", terminal.file("c.ics", CALENDAR))
    shown = json.loads(terminal("list", "-o", "json").stdout)
    assert [(e["id"], e["title"], e["state"], e["starts"]) for e in shown] == [
        ("walk-12", "Stadtspaziergang", "draft", "2127-05-10T09:00:00+08:00"),
        ("open-day", "An open day in the city", "draft", "2127-05-11T00:00:00+02:00"),
    ]


def test_a_calendar_twice_is_once_and_says_what_of_it_is_left_out(terminal: Terminal) -> None:
    more = "ORGANIZER:mailto:a@example.org\nDTSTAMP:20260101T000000Z\nBEGIN:VALARM\nEND:VALARM\nLOCATION:"
    path = terminal.file("c.ics", CALENDAR.replace("LOCATION:", more))
    first, second = terminal("import", path), terminal("import", path)
    assert first.stderr.startswith(
        "c.ics:4: left out, an event has no such thing: ORGANIZER, VALARM\n"
    )
    assert second.stdout == "walk-12  unchanged\nopen-day  unchanged\n"


def test_a_calendar_that_went_out_comes_in_again_and_loses_nothing(school: Terminal) -> None:
    """It has one language and no seats: what it does not hold stays as it is."""
    school("import", school.file("whole.yaml", WHOLE))
    before = school("export", "-o", "yaml").stdout
    exported = school("export", "-o", "ics")
    assert exported.stderr.startswith("Left out: seats, questions, dates of registration")
    again = school("import", school.file("again.ics", exported.stdout))
    assert again.stdout == "summer-school  unchanged\njourney  unchanged\n"
    assert school("export", "-o", "yaml").stdout == before


def test_an_empty_row_of_a_table_is_no_event(terminal: Terminal) -> None:
    row = "walk;A walk;2127-05-10 09:00;2127-05-10 11:00\n"
    table = terminal.file("t.csv", f"id;title_en;starts;ends\n;;;\n{row};;;\n")
    assert terminal("import", table).stdout == "walk  new\n"


def test_an_entry_of_an_unknown_zone_is_refused_and_not_taken_for_ours(terminal) -> None:
    entry = (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:A walk\n"
        "DTSTART;TZID=Mars/Base:21270510T090000\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    refused = terminal("import", terminal.file("mars.ics", entry))
    assert (refused.exit_code, refused.stderr) == (
        1,
        "mars.ics:5: I do not know the time zone Mars/Base.\n",
    )


def test_an_entry_of_outlook_keeps_its_hour(terminal) -> None:
    """Outlook names zones in its own way; in May, Berlin is two hours ahead of UTC."""
    entry = (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:A walk\n"
        "DTSTART;TZID=W. Europe Standard Time:21270510T090000\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    terminal("import", terminal.file("outlook.ics", entry))
    (walk,) = json.loads(terminal("list", "-o", "json").stdout)
    assert datetime.fromisoformat(walk["starts"]).astimezone(UTC).hour == 7


def test_what_is_written_twice_in_one_file_is_refused(terminal) -> None:
    row = "walk,A walk,2127-05-10 09:00,2127-05-10 11:00,Europe/Berlin\n"
    table = terminal.file("twice.csv", f"id,title_en,starts,ends,zone\n{row}{row}")
    refused = terminal("import", table)
    assert (refused.exit_code, refused.stderr) == (1, "twice.csv:3: walk is written twice.\n")
    assert json.loads(terminal("list", "-o", "json").stdout) == []


def test_a_calendar_of_events_goes_out(school: Terminal) -> None:
    calendar = Calendar.from_ical(school("export", "-o", "ics").stdout)
    (entry,) = calendar.walk("VEVENT")
    assert (str(entry["UID"]), str(entry["SUMMARY"])) == ("summer-school@citybot", "Summer School")


GOOD = {"id": "x", "title": "X", "starts": "2127-05-03 09:00", "ends": "2127-05-03 10:00"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"ends": "2127-05-03 08:00"}, "x ends before it starts."),
        ({"starts": "2027-02-31 10:00"}, "2027-02-31 10:00 is no time in the calendar; write it like 2027-05-03 09:00."),
        ({"starts": "2027-03-28 02:30"}, "2027-03-28 02:30 does not exist in Europe/Berlin: the clocks are put forward then."),
        ({"starts": "soon"}, "soon is no time in the calendar; write it like 2027-05-03 09:00."),
        ({"zone": "Europe/Atlantis"}, "Europe/Atlantis is no time zone; write it like Europe/Berlin or Asia/Shanghai."),
        ({"zone": "../etc"}, "../etc is no time zone; write it like Europe/Berlin or Asia/Shanghai."),
        ({"id": "Ä B"}, "Ä B is no id for an event: use a-z, 0-9 and -, at most 80."),
        ({"title": ""}, "x needs a title."),
        ({"title": {"xx": "X"}}, "title must be a text, or texts by language: de, en, zh."),
        ({"capacity": "many"}, "capacity: many is no whole number from 0."),
        ({"capacity": -1}, "capacity: -1 is no whole number from 0."),
        ({"capacity": True}, "capacity: True is no whole number from 0."),
        ({"capacity": 2, "reserved": 3}, "x: more seats are reserved than there are."),
        ({"seats_each": 0}, "x: seats and hours must be numbers that can be, from 0."),
        ({"state": "maybe"}, "x: the state must be one of draft, open, closed, cancelled."),
        ({"link": "javascript:alert(1)"}, "x: javascript:alert(1) is no address of a page (https://…)."),
        ({"colour": "red"}, "There is no key “colour”."),
        ({"closes": "2127-05-01", "opens": "2127-05-02"}, "x: registration ends before it begins."),
        ({"shred_on": "2127-05-01"}, "x: answers cannot be deleted before the event ends."),
        ({"starts": "2020-05-03 09:00", "ends": "2020-05-03 10:00", "state": "open"}, "x is over; it cannot be opened."),
        ({"fields": [{"id": "seats", "kind": "text", "ask": "?"}]}, "seats is no name for a field: use a-z, 0-9 and _."),
        ({"fields": [{"id": "a", "kind": "file", "ask": "?"}]}, "Field a: the kind must be one of text, long_text, number, choice, choices, date, email, phone, country, city."),
        ({"fields": [{"id": "a", "kind": "email", "ask": "?"}]}, "Field a is personal: say in reason why you ask."),
        ({"fields": [{"id": "a", "kind": "text", "ask": "?", "sensitive": True, "reason": "r"}]}, "Field a is sensitive: people must be free to leave it out (required: false)."),
        ({"fields": [{"id": "a", "kind": "choice", "ask": "?"}]}, "Field a needs 1 to 50 options, each with an id of its own."),
        ({"fields": [{"id": "a", "kind": "date", "ask": "?", "least": 5}]}, "Field a: least and most are days, like 2027-05-14."),
        ({"fields": [{"id": "a", "kind": "date", "ask": "?", "most": "2027-02-31"}]}, "Field a: least and most are days, like 2027-05-14."),
        ({"fields": [{"id": "a", "kind": "date", "ask": "?", "least": "2027-05-02", "most": "2027-05-01"}]}, "Field a: least is more than most."),
        ({"fields": [{"id": "a", "kind": "number", "ask": "?", "most": "many"}]}, "Field a: least and most are whole numbers."),
        ({"place": {"xx": "X"}}, "place must be a text, or texts by language: de, en, zh."),
        ({"fields": "[{"}, "fields is not JSON that can be read."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_reason(terminal, changes, why) -> None:
    path = terminal.file("e.json", json.dumps([GOOD, GOOD | changes]))
    done = terminal("import", path)
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", f"e.json #2: {why}\n")
    assert terminal("list", "--all").stdout == ""  # all or none


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("e.txt", "", "e.txt: I read .csv, .ics, .json and .yaml."),
        ("e.csv", "id,title_en\n1,2,3\n", "e.csv:2: this row has more cells than the header."),
        ("e.json", "[" * 100_000, "The file cannot be read: "),
        ("e.json", '[{"id": "a",\n "title" "b"}]', "e.json:2:10: cannot be read: Expecting ':' delimiter"),
        ("e.yaml", "- id: a\n  title: [", "e.yaml:2:11: cannot be read: "),
        ("e.csv", "id,title_en,starts,ends,capacity\na,A,2127-05-03 09:00,2127-05-03 10:00,many\n", "e.csv:2, column capacity: capacity: many is no whole number from 0."),
        ("e.csv", "id,title_en,starts,ends\n\na,A,2127-02-31 09:00,2127-05-03 10:00\n", "e.csv:3, column starts: 2127-02-31 09:00 is no time in the calendar"),
        ("e.csv", "id,title_en,place_xx,starts,ends\na,A,B,2127-05-03 09:00,2127-05-03 10:00\n", "e.csv:2: There is no key “place_xx”."),
        ("e.ics", CALENDAR.replace("SUMMARY:An", "X-SUMMARY:An"), "e.ics:11: an entry needs SUMMARY and DTSTART."),
        ("e.yaml", "- 5", "e.yaml #1 is no event."),
        ("e.ics", "BEGIN:VCALENDAR", "There is no event in e.ics."),
        ("e.ics", CALENDAR.replace("DURATION:PT2H", "RRULE:FREQ=DAILY"), "e.ics:8: a repeating entry; write each date as an event."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told(terminal, name, content, why) -> None:
    done = terminal("import", terminal.file(name, content))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(why)
    assert not isinstance(done.exception, Exception)


def test_of_an_hour_that_comes_twice_the_first_counts_unless_it_is_said(terminal) -> None:
    twice = {"starts": "2027-10-31 02:30", "ends": "2027-10-31 05:00"}
    second = {"id": "y", "starts": "2027-10-31T02:30+01:00"}
    terminal("import", terminal.file("e.json", json.dumps([GOOD | twice, GOOD | twice | second])))
    shown = json.loads(terminal("list", "--all", "-o", "json").stdout)
    assert {e["id"]: e["starts"] for e in shown} == {
        "x": "2027-10-31T02:30:00+02:00", "y": "2027-10-31T02:30:00+01:00",
    }  # fmt: skip


# -- changing --------------------------------------------------------------------------------


def test_capacity_is_not_lowered_below_the_seats_that_are_taken(school: Terminal) -> None:
    school.registers("a", "b", "c")
    done = school("import", school.file("less.json", '{"id": "summer-school", "capacity": 1}'))
    assert done.exit_code == 1
    assert "2 seats are taken and 0 reserved, so there cannot be only 1." in done.stderr
    grown = school(
        "import", "--yes", school.file("more.json", '{"id": "summer-school", "capacity": 3}')
    )
    assert grown.stdout == "summer-school  changed\n"
    database = school.database()
    assert told(database) == [("c", "Good news: a seat is")]
    database.close()


def test_people_are_told_only_after_a_yes(school: Terminal) -> None:
    school.registers("a", "b")
    tried = school("cancel", "summer-school", "--dry-run")
    assert tried.stderr == "Nothing was changed; people who would be told: 2.\n"
    refused = school("cancel", "summer-school", type_in="n\n")
    assert (refused.exit_code, "2 people will be told. Go on?" in refused.stderr) == (1, True)
    done = school("cancel", "summer-school", type_in="y\n")
    assert done.stderr.endswith(
        "People who are told now: 2.\nsummer-school is cancelled; places that ended: 2.\n"
    )
    again = school("cancel", "summer-school")
    assert again.stderr == "summer-school is cancelled; places that ended: 0.\n"
    assert school("open", "summer-school").stderr == "summer-school is cancelled, and stays so.\n"


def test_an_event_is_moved_and_stays_as_long_as_it_was(school: Terminal) -> None:
    school.registers("a")
    done = school("move", "summer-school", "--starts", "2127-07-12 09:00", "--yes")
    assert done.stderr.endswith(
        "(Berlin), until July 16, 2127\nPersonal answers are deleted on September 14, 2127.\n"
    )
    past = school("move", "summer-school", "--starts", "2024-07-12 09:00", "--yes")
    assert (past.exit_code, "cannot be moved into the past" in past.stderr) == (1, True)
    wrong = school("move", "summer-school", "--starts", "2127-02-30")
    assert (wrong.exit_code, wrong.stderr.startswith("2127-02-30 is no time")) == (1, True)


def test_who_waits_is_admitted_to_a_reserved_seat_or_taken_off_the_list(school: Terminal) -> None:
    terminal = school
    terminal("import", terminal.file("r.json", '{"id": "summer-school", "reserved": 1}'))
    terminal.registers("a", "b", "c")
    rows = json.loads(terminal("attendees", "summer-school", "-o", "json").stdout)
    assert [(r["status"], r["place"]) for r in rows] == [
        ("confirmed", None), ("waiting", 1), ("waiting", 2),
    ]  # fmt: skip
    last = rows[2]["reference"].lower().replace("-", " ")
    assert terminal("admit", "summer-school", last).exit_code == 0
    assert terminal("admit", "summer-school", last).exit_code == 1
    assert terminal("remove", "summer-school", rows[0]["reference"], "--yes").exit_code == 0
    rows = json.loads(terminal("attendees", "summer-school", "-o", "json").stdout)
    assert [r["status"] for r in rows] == ["cancelled", "offered", "confirmed"]


@pytest.mark.parametrize("said", ["show", "open", "close", "cancel", "attendees"])
def test_an_event_that_is_not_there_is_told(school: Terminal, said: str) -> None:
    done = school(said, "nothing")
    assert (done.exit_code, done.stderr) == (1, "There is no event named nothing.\n")


def test_looking_makes_no_database(terminal: Terminal) -> None:
    assert terminal("list").stderr == "Events: 0.\n"
    assert list(terminal.folder.iterdir()) == []


# -- lists of people -------------------------------------------------------------------------

HOSTILE = ("=HYPERLINK(1)", "+1", "-1", "@x", "|cmd", "%0", "＝1+1", "a\n=1", 'q"u;o,te', "王 🦄")


def test_no_answer_runs_in_a_spreadsheet(school: Terminal) -> None:
    for n, text in enumerate(HOSTILE):
        school.registers(f"p{n}", answers={"name": text})
    shown = school("attendees", "summer-school", "-o", "csv").stdout
    names = [row["Name?"] for row in csv.DictReader(io.StringIO(shown, newline=""))]
    assert names == [f"'{t}" if t[0] in "=+-@|%＝" else t for t in HOSTILE]


def test_in_a_workbook_every_text_is_a_text(school: Terminal) -> None:
    for n, text in enumerate(HOSTILE):
        school.registers(f"p{n}", answers={"name": text})
    path = school.folder / "list.xlsx"
    school("attendees", "summer-school", "-o", "xlsx", "--file", str(path))
    sheet = load_workbook(path).active
    assert [cell.value for cell in sheet[1]][:2] == ["Reference", "Status"]
    cells = [cell for column in sheet.columns for cell in column if column[0].value == "Name?"][1:]
    assert [(cell.value, cell.data_type) for cell in cells] == [(t, "s") for t in HOSTILE]
    assert path.stat().st_mode & 0o077 == 0


HEADS = {
    "en": "Reference,Status,Place on the waiting list,Seats,Language,Registered on,Name?,Rating,Comment",
    "de": "Kennung,Status,Platz auf der Warteliste,Plätze,Sprache,Angemeldet am,Ihr Name?,Bewertung,Kommentar",
    "zh": "报名编号,状态,候补名次,名额,语言,报名时间,您的姓名？,评分,留言",
}
IN_A_LINE = {"en": "confirmed  1  English", "de": "bestätigt  1  Englisch", "zh": "已确认  1  英语"}


@pytest.mark.parametrize("language", HEADS)
def test_a_list_for_people_is_in_their_language(
    school: Terminal, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    ask = {"en": "Name?", "de": "Ihr Name?", "zh": "您的姓名？"}
    more = {"id": "summer-school", "fields": [{"id": "name", "kind": "text", "ask": ask}]}
    school("import", school.file("more.json", json.dumps(more)))
    school.registers("a", answers={"name": "王芳"})
    for module in ("bot.cli.speech", "bot.cli.event.attendees"):
        monkeypatch.setattr(sys.modules[module], "language", lambda: language)
    table = school("attendees", "summer-school", "-o", "csv").stdout
    assert table.splitlines()[0] == HEADS[language]
    line = school("attendees", "summer-school").stdout
    assert IN_A_LINE[language] in line
    assert line.endswith(f"{ask[language]} 王芳\n")
    for_programs = json.loads(school("attendees", "summer-school", "-o", "json").stdout)
    assert (for_programs[0]["status"], for_programs[0]["name"]) == ("confirmed", "王芳")


def test_a_question_does_not_run_in_a_spreadsheet_either(school: Terminal) -> None:
    more = {"id": "summer-school", "fields": [{"id": "n", "kind": "text", "ask": {"en": "=1+1"}}]}
    school("import", school.file("more.json", json.dumps(more)))
    table = school("attendees", "summer-school", "-o", "csv").stdout
    assert table.splitlines()[0].split(",")[6] == "'=1+1"


def test_a_list_can_be_of_some_only(school: Terminal) -> None:
    school.registers("a", "b", "c")
    lines = school("attendees", "summer-school", "-o", "jsonl", "--status", "waiting").stdout
    assert [json.loads(line)["place"] for line in lines.splitlines()] == [1]


def test_an_event_is_shown_as_it_is_written_with_its_counts(school: Terminal) -> None:
    school.registers("a", "b", "c")
    shown = json.loads(school("show", "summer-school", "-o", "json").stdout)
    assert (shown["starts"], shown["taken"]) == ("2127-07-05 09:00", 2)
    assert shown["registrations"] == {
        "confirmed": {"registrations": 2, "seats": 2}, "waiting": {"registrations": 1, "seats": 1},
    }  # fmt: skip
    line = school("list").stdout
    assert line.startswith("summer-school  open  Saturday, July 5, 2127, 9:00")
    assert line.endswith("2/2  waiting: 1  Summer School\n")


# -- the door --------------------------------------------------------------------------------


@pytest.fixture
def public(school: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A house that people reach from outside."""
    monkeypatch.setenv("CITYBOT_PUBLIC_URL", "https://chat.example.org/")
    return school


def _opens(terminal: Terminal, link: str) -> bool:
    database = terminal.database()
    token = link.strip().removeprefix("https://chat.example.org/checkin/")
    event = run(database, lambda t: CheckIns(t).event_of(token), NOW)
    database.close()
    return event is not None and event.id == "summer-school"


def test_the_link_to_the_door_is_shown_once_and_the_newest_works(public: Terminal) -> None:
    first, second = public("checkin-link", "summer-school"), public("checkin-link", "summer-school")
    assert first.stderr.startswith(
        "Who has this link can check people in, until Wednesday, July 16"
    )
    assert (_opens(public, first.stdout), _opens(public, second.stdout)) == (False, True)


def test_a_link_that_got_into_wrong_hands_is_made_useless(public: Terminal) -> None:
    link = public("checkin-link", "summer-school").stdout
    voided = public("checkin-link", "summer-school", "--void")
    assert (voided.stdout, voided.stderr) == ("", "Links that do not work any more: 1.\n")
    assert not _opens(public, link)


def test_where_nobody_can_reach_the_page_there_is_no_link(school: Terminal) -> None:
    refused = school("checkin-link", "summer-school")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Set public_url first")
    assert school("checkin-link", "nowhere").exit_code == 1
