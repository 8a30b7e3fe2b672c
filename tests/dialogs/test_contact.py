"""Somebody confirms an e-mail address or phone number, in the middle of a poll or before."""

from bot.dialog import Transaction
from bot.services.contacts import Contacts
from tests.dialogs.polling import FIRST
from tests.dialogs.test_poll import Booth
from tests.dialogs.test_poll import booth as polling_booth
from tests.script import as_line
from tests.services.polls.station import NOON, WHO

booth = polling_booth


def sent(booth: Booth, contact: str = "anna@example.org") -> str:
    """The code that the team sent there."""
    with booth.station.database.write() as connection:
        contacts = Contacts(Transaction(connection, NOON))
        return contacts.give_out([contact], "a secret of tests", WHO)[contact]


async def test_a_contact_is_confirmed_in_the_middle_of_a_poll(booth: Booth) -> None:
    booth.station.open(FIRST, level="contact")
    code = sent(booth)
    await booth.anna.play(f"""
        > vote
        < For this poll an e-mail address or phone number has to be confirmed. Please write the code that the team sent to yours.
        > my birthday
        < Such a code looks like 7F3K-29QM-4D2X. For this poll …
        > AAAA-BBBB-CCC2
        < This code is not valid, or no longer. Please ask the team for a new one.
        < Back to the poll. For this poll …
        > {code.lower().replace("-", " ")}
        < Thank you, your e-mail address or phone number is confirmed. We keep neither, only a check value that tells whether two are the same.
        < Bike lanes … Everybody with a confirmed e-mail address or phone number may vote once. Where first? [North] [South]
        > 2
        < Thank you, your vote is recorded. …
    """)
    assert booth.chosen() == [("where", "south", 1)]


async def test_who_guesses_the_code_of_a_contact_waits(booth: Booth) -> None:
    code = sent(booth)
    for number in range(8):
        await booth.anna.say(f"AAAA-BBBB-CCC{number + 2}")
    await booth.anna.play(f"""
        > {code}
        < Too many codes were wrong, so I wait a while before I try another one. Please write yours again in 2 minutes. If it does not work then, the team will help you.
    """)
    assert booth.station.rows("contact") == []


async def test_a_contact_is_confirmed_before(booth: Booth) -> None:
    booth.station.open(FIRST, level="contact")
    code = sent(booth)
    await booth.anna.play(f"""
        > {code}
        < Thank you, your e-mail address or phone number is confirmed. We keep neither, only a check value that tells whether two are the same.
        > vote
        < Bike lanes … Where first? [North] [South]
    """)


async def test_a_second_account_of_one_contact_is_told_what_to_do(booth: Booth) -> None:
    booth.station.open(FIRST, level="contact")
    await booth.anna.say(sent(booth))
    await booth.anna.say("vote")
    await booth.anna.say("1")
    phone = booth.anna.another("annas-phone")
    await phone.say(sent(booth))
    await phone.say("vote")
    assert [as_line(reply) for reply in phone.shown] == [
        "Somebody has voted with your e-mail address or phone number already. If that was you on "
        "another channel, write “link” there: then you can change that vote here."
    ]
    assert booth.station.count("ballot") == 1
