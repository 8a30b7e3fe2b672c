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
    assert renewed.address == old.address
    assert SESSIONS.read(SESSIONS.token(renewed), NOW + IDLE + RENEWED) == renewed


def _forgeries() -> list[str]:
    own = SESSIONS.token(SESSIONS.begin(NOW))
    session_id, issued, signature = own.split(".")
    other = Sessions("another secret").token(SESSIONS.begin(NOW))
    return [
        "",
        ".",
        "..",
        "é.1.2",
        "\x00",
        "a" * 5000,
        other,
        own + "=",
        own.swapcase(),
        f"{session_id}.{int(issued) + 1}.{signature}",
        f"{session_id}.{'9' * 400}.{signature}",
        f"{session_id}.-1.{signature}",
        f"{'A' * 24}.{issued}.{signature}",
        f"{session_id}.{issued}.{'A' * 43}",
        f"{session_id}.{issued}",
        f" {own}",
        f"{own}\n",
    ]


@pytest.mark.parametrize("token", _forgeries())
def test_a_forged_token_is_refused(token: str) -> None:
    with pytest.raises(Stale):
        SESSIONS.read(token, NOW)
