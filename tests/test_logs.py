"""What is logged: one line an event, no secret, no text of a person."""

import json
import logging
import time

import pytest
import structlog

from bot import logs

TOKEN = "123456789:AAEabcdefghijklmnopqrstuvwxyz012345678"


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        (f"POST https://api.telegram.org/bot{TOKEN}/sendMessage", "bot<token>/sendMessage"),
        (f"https://api.telegram.org/bot{TOKEN.replace(':', '%3A')}/getMe", "bot<token>/getMe"),
        ("/cgi-bin/gettoken?corpid=ww1&corpsecret=canary", "corpsecret=<hidden>"),
        ("/token?appid=wx1&secret=canary&x=1", "secret=<hidden>&x=1"),
        ("/send?access_token=canary HTTP/1.1", "access_token=<hidden> HTTP/1.1"),
        ('{"access_token":"canary","expires_in":7200}', '"access_token":"<hidden>"'),
        ("{'access_token': 'canary', 'x': 1}", "'access_token': '<hidden>'"),
        ("Authorization: Bearer canary", "Authorization: Bearer <hidden>"),
        ("{'Authorization': 'Basic canary'}", "'Authorization': 'Basic <hidden>'"),
        ("X-Telegram-Bot-Api-Secret-Token: canary", "Secret-Token: <hidden>"),
        ("Cookie: a=canary; b=canary", "Cookie: <hidden>"),
        ("Set-Cookie: session=canary; Path=/", "Cookie: <hidden>"),
        ("redis://:canary@host/0", "redis://:<hidden>@host/0"),
        ("postgresql://user:canary@host/db", "postgresql://user:<hidden>@host/db"),
        ("/wechat?signature=canary&openid=canary&nonce=1", "nonce=1"),
        ("password: canary", "password: <hidden>"),
        ("api_key=canary", "api_key=<hidden>"),
    ],
)
def test_a_secret_is_taken_out_of_a_line(line: str, hidden: str) -> None:
    told = logs.without_secrets(line)
    assert "canary" not in told
    assert TOKEN[10:] not in told
    assert hidden in told


@pytest.mark.parametrize(
    "line",
    ["GET /chat 200", "at 12:30:45", "3 tokens left", "https://example.org/a?b=c", "id 123456:ok"],
)
def test_a_line_without_secrets_stays_as_it_is(line: str) -> None:
    assert logs.without_secrets(line) == line


@pytest.mark.parametrize(
    "hostile",
    [
        "token",
        "token=",
        "1234567890",
        "://a",
        "://",
        "cookie: ",
        "authorization: bearer ",
        "a-",
        " ",
    ],
)
def test_a_megabyte_of_anything_is_cleaned_in_a_moment(hostile: str) -> None:
    line = hostile * (1_000_000 // len(hostile))
    begun = time.process_time()
    logs.without_secrets(line)
    assert time.process_time() - begun < 2


def shown(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    out, err = capsys.readouterr()
    assert out == ""  # standard output holds data only
    return [json.loads(line) for line in err.split("\n") if line]


def test_an_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("info", "json")
    structlog.get_logger().info("started\n2026-05-04 INFO fake", rows=3, odd="\x1b[31m\u2028\u202e")
    (event,) = shown(capsys)
    assert event["event"] == "started\\n2026-05-04 INFO fake"
    assert event["rows"] == 3
    assert event["odd"] == "\\x1b[31m\\u2028\\u202e"
    assert event["level"] == "info"
    assert str(event["timestamp"]).endswith("Z")


def test_on_a_terminal_nobody_can_fake_a_line_or_a_colour(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.set_up("info", "human")
    logging.getLogger("a.library").warning("GET /\n2026-05-04 fake \x9b31m")
    try:
        raise ValueError("no\n2026-05-04T00:00:00Z [info] fake \x1b[31m")
    except ValueError:
        structlog.get_logger().exception("broke")
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if line.startswith("2026-05-04")] == []
    assert "\x9b" not in "".join(lines)
    assert "fake \\x1b[31m" in lines[-1]


def test_what_a_person_wrote_or_is_called_is_not_logged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.set_up("info", "json")
    structlog.get_logger().info(
        "heard",
        text="canary",
        name="canary",
        event_data={"text": "canary", "deep": [{"Name": "canary"}]},
    )
    told = shown(capsys)
    assert "canary" not in json.dumps(told)
    assert told[0]["text"] == "<hidden>"


def test_secrets_are_found_wherever_they_hide(capsys: pytest.CaptureFixture[str]) -> None:
    """In values, in nested values, in an error's text, and in what libraries say."""
    logs.set_up("debug", "json")
    log = structlog.get_logger()
    log.info("a", url=f"https://api.telegram.org/bot{TOKEN}/getMe")
    log.info("b", headers={"Authorization": "Bearer canary"}, many=[f"bot{TOKEN}"])
    log.info("c", error=ValueError(f"bot{TOKEN}"))
    logging.getLogger("a.library").debug("GET /?access_token=%s", "canary")
    try:
        raise OSError(f"https://api.telegram.org/bot{TOKEN}/ refused")
    except OSError:
        log.exception("d")
        logging.getLogger("a.library").exception("e")
    told = shown(capsys)
    assert [event["event"] for event in told][:3] == ["a", "b", "c"]
    assert len(told) == 6
    assert "canary" not in json.dumps(told)
    assert TOKEN[10:] not in json.dumps(told)


def test_a_traceback_shows_no_local_variables(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("info", "json")

    def handle(said: str) -> None:
        raise RuntimeError("broke")

    try:
        handle("canary: what the person wrote")
    except RuntimeError:
        structlog.get_logger().exception("failed")
    (event,) = shown(capsys)
    assert "RuntimeError: broke" in str(event["exception"])
    assert (
        "what the person wrote" not in str(event["exception"]).replace('handle("canary', "")[200:]
    )


@pytest.mark.parametrize("library", ["alembic.runtime.plugins", "httpx", "apscheduler.executors"])
def test_libraries_that_talk_much_are_heard_from_warnings_on(
    library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up("info", "json")
    logging.getLogger(library).info("setup plugin")
    logging.getLogger(library).warning("careful")
    assert [event["event"] for event in shown(capsys)] == ["careful"]


def test_what_is_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("warning", "json")
    structlog.get_logger().info("detail")
    structlog.get_logger().warning("matters")
    assert [event["event"] for event in shown(capsys)] == ["matters"]


def test_auto_is_json_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("info", "auto")
    structlog.get_logger().info("started")
    assert [event["event"] for event in shown(capsys)] == ["started"]


def test_a_lone_surrogate_does_not_break_logging(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("info", "json")
    structlog.get_logger().info("odd", value="\ud800")
    structlog.get_logger().info("next")
    assert capsys.readouterr().err.count("\n") == 2
