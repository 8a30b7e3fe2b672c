"""Edits by staff: which version counts, what is kept, and two editors at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from bot.database import Database
from bot.dialog import Transaction
from bot.services.articles import AS_PACKAGED, Articles, Overtaken, Version

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def test_the_highest_version_counts(database: Database):
    with database.write() as connection:
        articles = Articles(Transaction(connection, NOW))
        articles.save("bus", "en", "first")
        articles.save("garden", "en", "first")
        articles.save("garden", "de", "zuerst")
    with database.write() as connection:
        Articles(Transaction(connection, LATER)).save("garden", "en", "second")
    wanted = (
        Version("bus", "en", 1, "first", NOW),
        Version("garden", "de", 1, "zuerst", NOW),
        Version("garden", "en", 2, "second", LATER),
    )
    assert Articles.in_force(database) == wanted
    with database.read() as connection:
        articles = Articles(Transaction(connection, LATER))
        assert articles.current() == wanted
        assert articles.history("garden", "en") == (
            Version("garden", "en", 2, "second", LATER),
            Version("garden", "en", 1, "first", NOW),
        )


def test_the_same_text_makes_no_new_version_but_going_back_does(database: Database):
    with database.write() as connection:
        articles = Articles(Transaction(connection, NOW))
        saved = [articles.save("garden", "en", text) for text in ("one", "one", "two", "one")]
    assert [version and version.version for version in saved] == [1, None, 2, 3]


def test_an_edit_that_was_taken_back_is_no_longer_in_force_but_kept(database: Database):
    with database.write() as connection:
        articles = Articles(Transaction(connection, NOW))
        assert articles.languages("garden") == ()
        articles.save("garden", "en", "one")
        articles.save("garden", "de", "eins")
    before = Articles.newest(database)
    with database.write() as connection:
        articles = Articles(Transaction(connection, NOW))
        articles.save("garden", "en", AS_PACKAGED)
        assert [version.slug + version.lang for version in articles.current()] == ["gardende"]
        assert [version.content for version in articles.history("garden", "en")] == ["", "one"]
        assert articles.languages("garden") == ("de", "en")
    assert Articles.newest(database) > before, "a running house looks for this to grow"


def test_nothing_is_in_force_before_anybody_edits(database: Database):
    assert Articles.in_force(database) == ()


def test_two_editors_at_once_both_get_a_version(database: Database):
    def save(text: str) -> None:
        with database.write() as connection:
            Articles(Transaction(connection, NOW)).save("garden", "en", text)

    with ThreadPoolExecutor(4) as editors:
        list(editors.map(save, (f"text {number}" for number in range(12))))
    with database.read() as connection:
        history = Articles(Transaction(connection, NOW)).history("garden", "en")
    assert [version.version for version in history] == list(range(12, 0, -1))
    assert {version.content for version in history} == {f"text {n}" for n in range(12)}


def test_an_edit_follows_what_its_author_has_seen(database: Database):
    with database.write() as connection:
        articles = Articles(Transaction(connection, NOW))
        articles.follow(0, ("garden", "en", "one"), "staff:anna")
        articles.follow(1, ("garden", "en", "two"), "staff:ben")
        for seen in (0, 1, 3):
            with pytest.raises(Overtaken):
                articles.follow(seen, ("garden", "en", "three"), "staff:zoe")
        found = articles.history("garden", "en")
    assert [(v.version, v.content, v.author) for v in found] == [
        (2, "two", "staff:ben"),
        (1, "one", "staff:anna"),
    ]


def test_of_those_who_have_seen_the_same_one_is_first(database: Database):
    def follow(text: str) -> bool:
        with database.write() as connection:
            try:
                Articles(Transaction(connection, NOW)).follow(0, ("garden", "en", text), text)
            except Overtaken:
                return False
        return True

    with ThreadPoolExecutor(4) as editors:
        assert sum(editors.map(follow, map(str, range(8)))) == 1
