"""What was agreed to is kept word for word, once, and can be taken back; links open once."""

from collections.abc import Callable
from datetime import timedelta

from bot.database import Database
from bot.dialog import Talk
from bot.message import Address
from bot.services.consents import Consents, version_of
from bot.services.retention import CONSENTS, shred
from bot.services.weblinks import DONE, HOURS, WebLinks, went_on
from tests.eventful import NOW, meet, run

ANNA = Talk("anna", Address("script", "anna"), "de")
TEXT = "Sie stimmen zu."
SECOND = timedelta(seconds=1)


def test_a_consent_names_the_very_text_and_is_given_once(database: Database) -> None:
    give: Callable[[str], str] = lambda text: run(  # noqa: E731
        database, lambda t: Consents(t).give(ANNA, "registration:x", text, "script:1")
    )
    first = give(TEXT)
    assert (give(TEXT), first) == (first, version_of(TEXT, "de"))
    assert give("Sie stimmen allem zu.") != first
    kept = run(database, lambda t: Consents(t).valid("anna", "registration:x"))
    assert [(g.text, g.channel) for g in kept] == [
        (TEXT, "script"), ("Sie stimmen allem zu.", "script"),
    ]  # fmt: skip


def test_a_consent_is_taken_back_and_kept_as_proof_for_three_years(database: Database) -> None:
    run(database, lambda t: Consents(t).give(ANNA, "sensitive:x", TEXT))
    assert run(database, lambda t: Consents(t).withdraw("anna", "sensitive:x"), NOW + SECOND) == 1
    assert run(database, lambda t: Consents(t).withdraw("anna", "sensitive:x")) == 0
    assert run(database, lambda t: Consents(t).valid("anna", "sensitive:x")) == ()
    shred(database, NOW + CONSENTS + SECOND)
    (left,) = run(database, lambda t: Consents(t).of_person("anna"))
    assert left.withdrawn_at == NOW + SECOND
    shred(database, NOW + CONSENTS + 2 * SECOND)
    assert run(database, lambda t: Consents(t).of_person("anna")) == ()


def test_a_link_opens_once_in_time_and_for_its_person(database: Database) -> None:
    meet(database, "anna")
    token = run(database, lambda t: WebLinks(t).make(ANNA, "registration:x", {"event": "x"}))
    link = run(database, lambda t: WebLinks(t).look(token))
    assert link is not None
    assert (link.person_id, link.address, link.target) == ("anna", "script:anna", {"event": "x"})
    assert token not in link.key
    assert run(database, lambda t: WebLinks(t).look(token + "x")) is None
    late = NOW + timedelta(hours=HOURS)
    assert run(database, lambda t: WebLinks(t).use(token, {}), late) is None
    assert run(database, lambda t: WebLinks(t).filled("anna", "registration:x")) is None
    assert run(database, lambda t: WebLinks(t).use(token, {"a": 1}), late - SECOND) == link
    assert run(database, lambda t: WebLinks(t).use(token, {"a": 2})) is None
    assert run(database, lambda t: WebLinks(t).filled("anna", "registration:x")) == {"a": 1}
    event = went_on(link, NOW)
    assert (event.sender, event.picked, event.text) == (ANNA.address, DONE, "")


def test_links_nobody_can_open_any_more_go(database: Database) -> None:
    run(database, lambda t: WebLinks(t).make(ANNA, "registration:x", {}))
    shred(database, NOW + timedelta(hours=HOURS) + SECOND)
    count = "SELECT count(*) FROM web_link"
    assert run(database, lambda t: t.connection.exec_driver_sql(count).scalar()) == 0
