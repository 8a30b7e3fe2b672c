"""Polls of one vote a contact: confirmed by a code that came there, whoever writes it to us."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.dialog import Invalid, Transaction
from bot.services.ballots import CONTACT_NEEDED, CONTACT_USED, NotTaken
from bot.services.contacts import VALID, Contacts, read_contact
from bot.services.keys import Keys
from bot.services.people import People
from tests.services.polls.station import NOON, WHO, Station
from tests.services.polls.test_ballots import SECOND, assert_adds_up

MAIL, PHONE = "anna@example.org", "+49301234567"


def code_to(station: Station, contact: str, at: datetime = NOON) -> str:
    with station.database.write() as connection:
        contacts = Contacts(Transaction(connection, at))
        return contacts.give_out([contact], "a secret of tests", WHO)[contact]


def confirmed(station: Station, person: str, code: str, at: datetime = NOON) -> bool:
    with station.database.write() as connection:
        return Contacts(Transaction(connection, at)).confirm(code, person)


def refusal(station: Station, person: str, channel: str = "telegram") -> str:
    with pytest.raises(NotTaken) as refused:
        station.vote(person, channel=channel)
    with station.ballots() as ballots:
        shown = ballots.shuts_out(station.poll(), person, channel)
    assert shown in ("", refused.value.why)
    return refused.value.why


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("Anna@Example.ORG", MAIL),
        (" anna@example.org ", MAIL),
        ("030 1234567", PHONE),
        ("+49 (30) 123-4567", PHONE),
    ],
)
def test_a_contact_is_one_however_it_is_written(written: str, known: str) -> None:
    assert read_contact(written, "Europe/Berlin") == known


@pytest.mark.parametrize(
    "written", ["", "anna", "anna@", "@example.org", "123", "\u202e\x00", "💥"]
)
def test_what_is_no_contact_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        read_contact(written, "Europe/Berlin")


def test_who_has_no_confirmed_contact_does_not_vote(station: Station) -> None:
    station.open(level="contact")
    assert refusal(station, "anna") == CONTACT_NEEDED
    assert confirmed(station, "anna", code_to(station, MAIL))
    assert station.vote("anna").first
    assert_adds_up(station)


def test_a_code_is_good_once_and_for_a_while(station: Station) -> None:
    code = code_to(station, MAIL)
    assert [confirmed(station, who, code) for who in ("anna", "bert")] == [True, False]
    late = code_to(station, MAIL)
    assert not confirmed(station, "anna", late, NOON + VALID)
    assert not confirmed(station, "anna", "AAAA-BBBB-CCC2")


def test_two_accounts_with_one_contact_have_one_vote(station: Station) -> None:
    """F05: the second is told so; once both are linked, it changes the vote."""
    station.open(level="contact")
    confirmed(station, "anna", code_to(station, MAIL))
    station.vote("anna", "north")
    confirmed(station, "annas-phone", code_to(station, MAIL))
    assert refusal(station, "annas-phone") == CONTACT_USED
    with station.database.write() as connection:
        people = People(Transaction(connection, NOON), Keys(station.folder))
        people.join("anna", "annas-phone")
    assert station.vote("anna", "south", channel="web").first is False
    assert [row["option"] for row in station.rows("ballot_choice")] == ["south"]
    assert_adds_up(station)


def test_one_person_with_two_contacts_has_one_vote(station: Station) -> None:
    station.open(level="contact")
    confirmed(station, "anna", code_to(station, MAIL))
    station.vote("anna", "north")
    confirmed(station, "anna", code_to(station, PHONE), NOON + SECOND)
    assert station.vote("anna", "south").first is False
    assert_adds_up(station)


def test_of_a_contact_only_a_keyed_hash_is_kept(station: Station) -> None:
    code = code_to(station, MAIL)
    confirmed(station, "anna", code)
    code_to(station, MAIL)
    kept = str([station.rows(t) for t in ("contact", "contact_code", "audit_entry")])
    assert (MAIL in kept, code in kept, station.count("contact")) == (False, False, 1)
    with station.database.write() as connection:
        Contacts(Transaction(connection, NOON)).give_out([MAIL], "another secret", WHO)
    assert len({row["contact_hash"] for row in station.rows("contact_code")}) == 2


def test_without_the_contacts_key_one_human_votes_twice(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard-off twin: by the account alone, one address is two votes."""
    from bot.services import ballots

    monkeypatch.setattr(ballots, "contact_of", lambda _connection, person: person)
    station.open(level="contact")
    for person in ("anna", "annas-phone"):
        confirmed(station, person, code_to(station, MAIL))
        station.vote(person)
    assert station.count("ballot") == 2


def test_codes_that_nobody_wrote_are_shredded(station: Station) -> None:
    from bot.services.retention import shred

    code_to(station, MAIL)
    shred(station.database, NOON + VALID)
    assert station.count("contact_code") == 1
    shred(station.database, NOON + VALID + timedelta(seconds=1))
    assert station.count("contact_code") == 0


def test_a_visitor_who_is_forgotten_leaves_no_contact(station: Station) -> None:
    from bot.services.retention import SILENCE, shred

    confirmed(station, "anna", code_to(station, MAIL))
    confirmed(station, "bert", code_to(station, PHONE))
    with station.database.write() as connection:
        for who, channel in (("anna", "web"), ("bert", "telegram")):
            values = {"who": who, "at": f"{channel}:{who}", "channel": channel, "now": NOON}
            for statement in (
                "INSERT INTO person (id, created_at) VALUES (:who, :now)",
                "INSERT INTO address (id, channel, person_id, created_at) "
                "VALUES (:at, :channel, :who, :now)",
                "INSERT INTO conversation (address, person_id, language, state, heard_at) "
                "VALUES (:at, :who, 'en', '{}', :now)",
            ):
                connection.execute(text(statement), values)
    shred(station.database, NOON + SILENCE + SECOND)
    assert [row["person_id"] for row in station.rows("contact")] == ["bert"]
