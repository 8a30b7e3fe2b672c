"""The token of a session: who made it, how old it is, and what it does not tell."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.web.session import IDLE, RENEWED, Sessions, Stale

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SESSIONS = Sessions("a secret")


def test_a_token_leads_back_to_its_session() -> None:
    session = SESSIONS.begin(NOW)
    assert SESSIONS.read(SESSIONS.token(session), NOW) == session


def test_two_sessions_are_never_the_same_place() -> None:
    assert len({SESSIONS.begin(NOW).address for _ in range(1000)}) == 1000


def test_the_address_does_not_hold_what_the_browser_keeps() -> None:
    session = SESSIONS.begin(NOW)
    assert session.id not in str(session.address)
    assert str(session.address) == f"web:{session.address.user}"
    assert len(session.address.user) == 32


def test_a_token_is_taken_for_thirty_idle_days_and_no_longer() -> None:
    token = SESSIONS.token(SESSIONS.begin(NOW))
    assert SESSIONS.read(token, NOW + IDLE).issued_at == NOW
    with pytest.raises(Stale):
        SESSIONS.read(token, NOW + IDLE + timedelta(seconds=1))


def test_a_renewed_token_is_the_same_talk_with_new_days() -> None:
    old = SESSIONS.begin(NOW)
    assert not old.is_due(NOW + RENEWED)
    later = NOW + RENEWED + timedelta(seconds=1)
    assert old.is_due(later)
    renewed = SESSIONS.renew(old, later)
    assert (renewed.address, old.renewed, renewed.renewed) == (old.address, False, True)
    assert SESSIONS.read(SESSIONS.token(renewed), NOW + IDLE + RENEWED) == renewed


def test_a_mark_is_stable_and_belongs_to_one_session_and_one_secret() -> None:
    session = SESSIONS.begin(NOW)
    mark = SESSIONS.mark(session, "message-1")
    assert SESSIONS.mark(SESSIONS.renew(session, NOW + IDLE), "message-1") == mark
    others = {
        SESSIONS.mark(session, "message-2"),
        SESSIONS.mark(SESSIONS.begin(NOW), "message-1"),
        Sessions("another secret").mark(session, "message-1"),
    }
    assert len(others | {mark}) == 4


OWN = SESSIONS.token(SESSIONS.begin(NOW))
ID, ISSUED, SIGNATURE = OWN.split(".")
FORGED = {
    "nothing": "",
    "a dot": ".",
    "two dots": "..",
    "another alphabet": "é.1.2",
    "NUL": "\x00",
    "very long": "a" * 5000,
    "of another house": Sessions("another secret").token(SESSIONS.begin(NOW)),
    "padded": OWN + "=",
    "in the other case": OWN.swapcase(),
    "as if renewed": f"{ID}.{ISSUED}r.{SIGNATURE}",
    "a second younger": f"{ID}.{int(ISSUED) + 1}.{SIGNATURE}",
    "from the far future": f"{ID}.{'9' * 400}.{SIGNATURE}",
    "from before time": f"{ID}.-1.{SIGNATURE}",
    "of another person": f"{'A' * 24}.{ISSUED}.{SIGNATURE}",
    "with a guessed signature": f"{ID}.{ISSUED}.{'A' * 43}",
    "without signature": f"{ID}.{ISSUED}",
    "with a blank before": f" {OWN}",
    "with a line end": f"{OWN}\n",
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_token_is_refused(how: str) -> None:
    with pytest.raises(Stale):
        SESSIONS.read(FORGED[how], NOW)
