"""The person's language: which one, and texts, dates, numbers and lists in it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.i18n import (
    alternatives,
    format_day,
    format_list,
    format_moment,
    format_number,
    languages,
    negotiate,
    template_translations,
    translate,
    translate_plural,
)

CANCELLED = "All right, cancelled. Everything stays as it was."
KEPT = "Good, everything stays as it was."
ENTRY = "Here is what I keep about you: {count} entry, in one file."
ENTRIES = "Here is what I keep about you: {count} entries, in one file."


def test_every_folder_of_texts_is_a_language() -> None:
    assert languages() == {"de": "de", "en": "en", "zh": "zh_Hans"}


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        (("de",), "de"),
        (("de-AT",), "de"),
        (("de_DE.UTF-8",), "de"),
        (("de.UTF-8",), "de"),
        (("de@euro",), "de"),
        (("ZH_tw",), "zh"),
        (("zh-Hant-HK",), "zh"),
        (("cn",), "zh"),
        (("deu",), "de"),
        (("fr", "de"), "de"),
        ((None, "", "en"), "en"),
        (("C.UTF-8",), None),
        (("POSIX",), None),
        (("fr",), None),
        (("dexter",), None),
        (("\0" * 10_000,), None),
        ((), None),
    ],
)
def test_a_locale_leads_to_a_language_we_speak(
    wanted: tuple[str | None, ...], spoken: str | None
) -> None:
    assert negotiate(*wanted) == spoken


def test_a_text_is_said_in_the_language_asked_for() -> None:
    said = {code: translate(code, CANCELLED) for code in languages()}
    assert said["en"] == CANCELLED
    assert len(set(said.values())) == 3


def test_what_nobody_translated_is_said_in_english() -> None:
    assert translate("de", "never written") == "never written"
    assert translate("xx", CANCELLED) == CANCELLED
    assert translate("de", "") == ""


def test_what_a_person_wrote_is_never_a_template() -> None:
    hostile = "{count} {0.__class__} %s %(x)s {{7*7}}"
    assert translate("en", "You wrote: {text}", text=hostile) == f"You wrote: {hostile}"
    assert translate("en", hostile) == hostile


@pytest.mark.parametrize(
    ("language", "count", "text"),
    [
        ("en", 1, "Here is what I keep about you: 1 entry, in one file."),
        ("en", 0, "Here is what I keep about you: 0 entries, in one file."),
        ("en", 2, "Here is what I keep about you: 2 entries, in one file."),
        ("xx", 2, "Here is what I keep about you: 2 entries, in one file."),
    ],
)
def test_a_count_chooses_its_form(language: str, count: int, text: str) -> None:
    assert translate_plural(language, ENTRY, ENTRIES, count) == text


@pytest.mark.parametrize("language", ["de", "zh"])
def test_both_forms_of_a_counted_text_are_translated(language: str) -> None:
    for count, said in ((1, CANCELLED), (0, KEPT), (2, KEPT)):
        assert translate_plural(language, CANCELLED, KEPT, count) == translate(language, said)
    assert translate(language, KEPT) not in (KEPT, translate(language, CANCELLED))


def test_a_trigger_has_its_wordings_in_each_language() -> None:
    wordings = alternatives("wordings: cancel")
    assert wordings.keys() == languages().keys()
    assert "cancel" in wordings["en"]
    assert "取消" in wordings["zh"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Monday, May 4, 2026, 2:00\u202fPM"),
        ("de", "Montag, 4. Mai 2026, 14:00"),
        ("zh", "2026年5月4日星期一 14:00"),
        ("xx", "Monday, May 4, 2026, 2:00\u202fPM"),
    ],
)
def test_a_moment_is_written_in_the_zone_and_manner_of_the_reader(language: str, text: str) -> None:
    moment = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert format_moment(language, moment, ZoneInfo("Europe/Berlin")) == text


def test_a_moment_may_be_another_day_elsewhere() -> None:
    moment = datetime(2026, 12, 31, 20, tzinfo=UTC)
    assert format_moment("zh", moment, ZoneInfo("Asia/Shanghai")) == "2027年1月1日星期五 04:00"


@pytest.mark.parametrize(
    ("utc_hour", "local"),
    [(0, "02:00"), (1, "02:00")],  # the hour that comes twice on 31 October 2027
)
def test_the_hour_that_comes_twice_is_written_as_the_clock_shows_it(
    utc_hour: int, local: str
) -> None:
    moment = datetime(2027, 10, 31, utc_hour, tzinfo=UTC)
    assert format_moment("de", moment, ZoneInfo("Europe/Berlin")).endswith(local)


@pytest.mark.parametrize(
    ("language", "day", "number", "items"),
    [
        ("en", "May 4, 2026", "1,234,567.5", "a, b, and c"),
        ("de", "4. Mai 2026", "1.234.567,5", "a, b und c"),
        ("zh", "2026年5月4日", "1,234,567.5", "a、b和c"),
    ],
)
def test_days_numbers_and_lists_are_written_as_people_do(
    language: str, day: str, number: str, items: str
) -> None:
    assert format_day(language, date(2026, 5, 4)) == day
    assert format_number(language, 1234567.5) == number
    assert format_list(language, ("a", "b", "c")) == items


def test_a_page_gets_the_same_texts() -> None:
    assert template_translations("de").gettext(CANCELLED) == translate("de", CANCELLED)
