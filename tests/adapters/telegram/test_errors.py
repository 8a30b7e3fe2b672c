"""The table of errors: what Telegram says, what delivery makes of it."""

from datetime import timedelta

import pytest

from adapters.telegram.errors import is_about_looks, is_done, is_too_late, meaning
from adapters.telegram.request import Declined, NotReached, NotTelegram, Torn
from bot.channel import (
    Blocked,
    Misconfigured,
    Moved,
    Refused,
    SendError,
    Throttled,
    Unreachable,
    Unsure,
)
from bot.message import Address

HER = Address("telegram", "42")


def declined(code: int, description: str, **parameters: object) -> Declined:
    return Declined(code, description, parameters)


# https://github.com/tdlib/telegram-bot-api, Client.cpp
TABLE = [
    (declined(403, "Forbidden: bot was blocked by the user"), Blocked),
    (declined(403, "Forbidden: user is deactivated"), Blocked),
    (declined(403, "Forbidden: bot was kicked from the group chat"), Blocked),
    (declined(403, "Forbidden: bot was kicked from the supergroup chat"), Blocked),
    (declined(403, "Forbidden: the group chat was deleted"), Blocked),
    (declined(403, "Forbidden: bot is not a member of the supergroup chat"), Blocked),
    (declined(403, "Forbidden: bot can't initiate conversation with a user"), Blocked),
    (declined(403, "Forbidden: bots can't send messages to bots"), Refused),
    (declined(400, "Bad Request: chat not found"), Refused),
    (declined(400, "Bad Request: PEER_ID_INVALID"), Refused),
    (declined(400, "Bad Request: can't parse entities: x"), Refused),
    (declined(400, "Bad Request: message is too long"), Refused),
    (declined(400, "Bad Request: BUTTON_DATA_INVALID"), Refused),
    (declined(400, "Bad Request: reply markup is too long"), Refused),
    (declined(400, "Bad Request: not enough rights to send text messages to the chat"), Refused),
    (declined(413, "Request Entity Too Large"), Refused),
    (declined(401, "Unauthorized"), Misconfigured),
    (declined(404, "Not Found"), Misconfigured),
    (declined(500, "Internal Server Error"), Unreachable),
    (declined(502, "Bad Gateway"), Unreachable),
    (NotReached("ClientConnectorError"), Unreachable),
    (NotTelegram(502, None), Unreachable),
    (NotTelegram(503, None), Unreachable),
    (NotTelegram(403, None), Misconfigured),
    (NotTelegram(302, None), Misconfigured),
    (NotTelegram(404, None), Misconfigured),
    (Torn("ServerDisconnectedError"), Unsure),
]


@pytest.mark.parametrize(("error", "kind"), TABLE, ids=[str(row[0]) for row in TABLE])
def test_an_error_of_telegram_has_one_meaning(error: Exception, kind: type[SendError]) -> None:
    assert type(meaning(error, HER)) is kind  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (declined(429, "Too Many Requests: retry after 35", retry_after=35), 35),
        (declined(429, "Too Many Requests"), 30),
        (NotTelegram(429, 7.0), 7),
    ],
)
def test_we_wait_as_long_as_we_are_told(error: Exception, seconds: int) -> None:
    throttled = meaning(error, HER)  # type: ignore[arg-type]
    assert isinstance(throttled, Throttled)
    assert timedelta(seconds=seconds) <= throttled.after <= timedelta(seconds=seconds + 1)
    assert throttled.everyone is False


def test_a_group_that_moved_is_followed() -> None:
    error = declined(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100777)
    moved = meaning(error, Address("telegram", "-5"))
    assert isinstance(moved, Moved)
    assert moved.to == Address("telegram", "-100777")


@pytest.mark.parametrize(
    ("description", "looks"),
    [
        ("Bad Request: can't parse entities: Unsupported start tag", True),
        ("Bad Request: BUTTON_URL_INVALID", True),
        ("Bad Request: inline keyboard button URL 'http://x' is invalid: Wrong HTTP URL", True),
        ("Bad Request: reply markup is too long", True),
        ("Bad Request: message is too long", False),
        ("Bad Request: chat not found", False),
    ],
)
def test_it_is_known_when_words_alone_would_do(description: str, looks: bool) -> None:
    assert is_about_looks(declined(400, description)) is looks


def test_what_is_so_already_is_done() -> None:
    assert is_done(declined(400, "Bad Request: message is not modified: specified new message"))
    assert not is_done(declined(400, "Bad Request: message to edit not found"))


def test_a_tap_nobody_waits_for_any_more_is_known() -> None:
    late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert is_too_late(declined(400, late))
    assert not is_too_late(Torn("x"))
