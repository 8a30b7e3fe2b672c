"""`citybot channel`: which channels there are, how they are, and links that open them."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert

import adapters
from adapters.wecom import WeComChannel
from bot.channel import Channel, Desk, Misconfigured, Sent, Told, Unreachable
from bot.cli import citybot
from bot.cli.health import troubles, why
from bot.config import BadSetting, Settings
from bot.database import Database
from bot.hearing import Hearing
from bot.i18n import translate
from bot.message import Address, Capabilities, Reply
from bot.models import ChannelState, Outbox
from bot.services.channels import Health, Pause
from bot.services.invites import Invite, Signer
from bot.services.organising import Organising
from tests.eventful import SCHOOL
from tests.eventful import run as in_turn

NOW = datetime.now(UTC)


class Pigeon(Channel):
    """A messenger whose platform lives in this file."""

    name = "pigeon"
    can = Capabilities(text_limit=140)

    async def send(self, to: Address, reply: Reply) -> Sent:
        return Sent("coo")

    async def examine(self) -> tuple[Told, ...]:
        if not self.desk.settings.telegram_token.startswith("good"):
            raise Misconfigured("401: the token is wrong")
        return (Told("open"),)

    async def set_up(self) -> tuple[Told, ...]:
        return (*(await self.examine()), Told("There is no channel {name}.", {"name": "crow"}))

    async def invitation(self, code: str) -> str | None:
        return f"https://pigeon.example/{code}"


class Crow(Pigeon):
    """Another, whose platform is away."""

    name = "crow"

    async def invitation(self, code: str) -> str | None:
        raise Unreachable


class Owl(Pigeon):
    """One that no link opens."""

    name = "owl"
    unlinked = WeComChannel.unlinked

    async def invitation(self, code: str) -> str | None:
        return None


WITH_WECHAT = adapters.NEEDS


@pytest.fixture(autouse=True)
def _pigeon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The channel stands in the list as any other, opened by its setting."""
    monkeypatch.setattr(adapters, "CHANNELS", {**adapters.CHANNELS, "pigeon": Pigeon})
    monkeypatch.setattr(adapters, "NEEDS", {"pigeon": ("telegram_token",)})
    monkeypatch.setattr("bot.cli.check.NEEDS", adapters.NEEDS)


def run(tmp_path: Path, *words: str, token: str = "", **environ: str) -> Result:
    env: Mapping[str, str] = {"CITYBOT_TELEGRAM_TOKEN": token, "CITYBOT_SECRET": "s", **environ}
    return CliRunner().invoke(citybot, ["--data-dir", str(tmp_path), "channel", *words], env=env)


def test_a_closed_channel_says_what_it_needs(tmp_path: Path) -> None:
    shown = run(tmp_path, "list").stdout.splitlines()
    assert shown == [
        "web        open",
        "pigeon     closed; it opens with these settings: telegram_token",
    ]


class Picky(Pigeon):
    """One that understands a setting better than the settings do."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        raise BadSetting("Setting {key} is not the token of a bot.", key="telegram_token")


def test_a_channel_that_would_not_open_is_not_called_open_and_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels = {**adapters.CHANNELS, "picky": Picky, "half": Pigeon}
    needs = {"half": ("telegram_token", "wechat_app_id"), "picky": ("telegram_token",)}
    monkeypatch.setattr(adapters, "CHANNELS", channels)
    monkeypatch.setattr(adapters, "NEEDS", {**needs, **adapters.NEEDS})
    shown = run(tmp_path, "list", token="good")
    assert shown.stdout.splitlines() == [
        "web        open",
        "half       The channel half also needs: wechat_app_id.",
        "picky      Setting telegram_token is not the token of a bot.",
        "pigeon     open",
    ]
    assert list(tmp_path.iterdir()) == [], "looking leaves no trace"
    rows = {
        r["name"]: r for r in orjson.loads(run(tmp_path, "list", "-o", "json", token="g").stdout)
    }
    assert (rows["half"]["open"], rows["half"]["wrong"]) == (
        False,
        "The channel half also needs: wechat_app_id.",
    )
    assert (rows["pigeon"]["open"], rows["pigeon"]["wrong"]) == (True, None)


def test_a_platform_that_is_away_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_self: Channel) -> tuple[Told, ...]:
        raise Unreachable("ClientConnectorError")

    monkeypatch.setattr(Pigeon, "examine", away)
    shown = run(tmp_path, "test", "pigeon", token="good")
    assert shown.exit_code == 1
    assert "Look whether this server reaches the internet" in shown.stderr


def test_an_open_channel_says_what_became_of_its_messages(tmp_path: Path) -> None:
    run(tmp_path, "test", "pigeon", token="good")  # makes the database
    _keep(tmp_path, "sent", "sent", "parked", "cancelled")
    (_web, pigeon) = orjson.loads(run(tmp_path, "list", "-o", "json", token="good").stdout)
    assert pigeon["open"]
    assert {state: count for state, count in pigeon["rows"].items() if count} == {
        "sent": 2, "parked": 1, "cancelled": 1,
    }  # fmt: skip
    assert run(tmp_path, "list", token="good").stdout.splitlines()[1:] == [
        "pigeon     open. In the last day: waiting for its person 1, sent 2, cancelled 1",
        "pigeon     1 message waits until its person writes again.",
    ]


def test_a_channel_that_pauses_says_why_and_what_to_do(tmp_path: Path) -> None:
    run(tmp_path, "test", "pigeon", token="good")
    _ail(tmp_path, "pigeon", "401 Unauthorized", datetime.now(UTC) + timedelta(minutes=5))
    (line,) = run(tmp_path, "list", token="good").stdout.splitlines()[1:]
    assert re.sub(r"\b(29\d|300) s", "300 s", line) == (
        "pigeon     sending pauses (it is tried again in 300 s): In the platform's words: “401 "
        "Unauthorized”. To look: citybot channel test pigeon"
    )


def test_a_pause_that_is_over_says_no_time(tmp_path: Path) -> None:
    run(tmp_path, "test", "pigeon", token="good")
    _ail(tmp_path, "pigeon", "401", NOW)
    assert run(tmp_path, "list", token="good").stdout.splitlines()[1:] == [
        "pigeon     sending pauses: In the platform's words: “401”. To look: citybot channel test "
        "pigeon"
    ]


def test_the_counts_are_said_in_the_readers_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, "test", "pigeon", token="good")
    _keep(tmp_path, "sent", "queued")
    monkeypatch.setattr("bot.cli.speech.language", lambda: "de")
    (line,) = run(tmp_path, "list", token="good").stdout.splitlines()[1:]
    assert line.endswith("in der Warteschlange 1, gesendet 1")


@pytest.mark.parametrize(
    ("name", "error", "step"),
    [
        ("telegram", "401 Unauthorized", "Get the token from @BotFather (/token)"),
        ("wechat", "40164 invalid ip 192.0.2.7, not in whitelist", "Put the address named in the"),
        ("wechat", "40125 invalid appsecret", "Make a new AppSecret on mp.weixin.qq.com"),
        ("wechat", "43101 user refuse to accept the msg", "Only people who agreed to the notice"),
        ("wechat", "40037 invalid template_id", "Copy the ID of the template from"),
        ("wechat", "47003 argument invalid!", "The last part of wechat_notice is to be the name"),
        ("wecom", "60020 not allow to access from your ip", "Put the address named in the message"),
    ],
)
def test_what_a_platform_refuses_comes_with_the_next_step(name: str, error: str, step: str) -> None:
    words = f"In the platform's words: “{error}”."
    told = why(name, Misconfigured(error))
    assert told.startswith(f"{Misconfigured.__doc__} {words} {step}")
    pause = Pause(NOW, NOW, error)
    (trouble,) = troubles(name, Health(pause=pause))
    assert trouble.startswith(f"sending pauses: {words} {step}")
    (trouble,) = troubles(name, Health(deaf=pause))
    assert trouble.startswith(f"nothing is heard: {words} {step}")
    (trouble,) = troubles(name, Health(mute=pause))
    told = "people are not told that something waits for them"
    assert trouble.startswith(f"{told}: {words} {step}")


def test_one_cause_is_said_once_with_all_that_follows_from_it() -> None:
    """WeChat writes a number of its own behind each refusal."""
    reasons = [f"40125 invalid appsecret, rid: {number}" for number in (1, 2, 3)]
    pause, deaf, mute = (Pause(NOW, NOW, reason) for reason in reasons)
    (trouble,) = troubles("wechat", Health(pause=pause, deaf=deaf, mute=mute))
    assert trouble.startswith(
        "sending pauses, nothing is heard, and people are not told that something waits for them: "
        "In the platform's words: “40125 invalid appsecret, rid: 1”. Make a new AppSecret"
    )
    other = Pause(NOW, NOW, "43101 user refuse to accept the msg")
    assert len(list(troubles("wechat", Health(pause=pause, deaf=deaf, mute=other)))) == 2
    assert list(troubles("wechat", Health(pause=pause), known="40125 invalid appsecret")) == []
    assert len(list(troubles("wechat", Health(pause=pause), known="41002 appid missing"))) == 1


def test_between_chinese_sentences_there_is_no_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.speech.language", lambda: "zh")
    error = "40125 invalid appsecret"
    (trouble,) = troubles("wechat", Health(pause=Pause(NOW, NOW, error)))
    for told in (trouble, why("wechat", Misconfigured(error))):
        assert f"“{error}”。请" in told
        assert not re.search("[。！？：；，] ", told)


def test_a_code_nobody_knows_a_step_for_is_only_shown() -> None:
    told = why("wechat", Misconfigured("48004 api forbidden"))
    assert told == f"{Misconfigured.__doc__} In the platform's words: “48004 api forbidden”."


def test_a_channel_that_hears_nothing_says_so_until_it_hears_again(tmp_path: Path) -> None:
    run(tmp_path, "test", "pigeon", token="good")
    with closing(Database(Settings(data_dir=tmp_path).database())) as database:
        hearing = Hearing(database, "pigeon", lambda: NOW)
        asyncio.run(hearing.fails("Conflict: terminated by other getUpdates request"))
        assert run(tmp_path, "list", token="good").stdout.splitlines()[1:] == [
            "pigeon     nothing is heard: In the platform's words: “Conflict: terminated by other "
            "getUpdates request”. To look: citybot channel test pigeon"
        ]
        (_web, pigeon) = orjson.loads(run(tmp_path, "list", "-o", "json", token="good").stdout)
        assert pigeon["deaf_since"] == NOW.isoformat()
        asyncio.run(Hearing(database, "pigeon", lambda: NOW).works())  # a later life
        assert run(tmp_path, "list", token="good").stdout.splitlines()[1:] == ["pigeon     open"]


def test_a_reason_of_ours_is_said_in_the_readers_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, "test", "pigeon", token="good")
    _ail(tmp_path, "pigeon:in", Misconfigured.__doc__ or "", NOW)
    monkeypatch.setattr("bot.cli.speech.language", lambda: "de")
    (line,) = run(tmp_path, "list", token="good").stdout.splitlines()[1:]
    assert translate("de", Misconfigured.__doc__ or "") in line
    assert "Worten" not in line


def test_the_doctor_shows_what_pauses_and_what_waits(tmp_path: Path) -> None:
    run(tmp_path, "test", "pigeon", token="good")
    _keep(tmp_path, "parked", "parked")
    _ail(tmp_path, "pigeon", "401", NOW)
    env = {"CITYBOT_TELEGRAM_TOKEN": "good", "CITYBOT_SECRET": "s"}
    looked = CliRunner().invoke(citybot, ["--data-dir", str(tmp_path), "check"], env=env)
    lines = [line for line in looked.stdout.splitlines() if "pigeon" in line]
    assert looked.exit_code == 1
    assert lines == [
        "!!  pigeon       sending pauses: In the platform's words: “401”. To look: citybot channel "
        "test pigeon",
        "ok  pigeon       2 messages wait until their people write again.",
        "ok  pigeon       open",
    ]


def test_half_a_set_up_is_a_usage_error_that_names_all_that_is_missing(tmp_path: Path) -> None:
    keys = {"CITYBOT_WECHAT_APP_ID": "wx1", "CITYBOT_WECHAT_TOKEN": "t"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adapters, "NEEDS", WITH_WECHAT)
        listed = run(tmp_path, "test", "wechat", **keys)
        shown = run(tmp_path, "list", **keys)
    assert "wechat     The channel wechat also needs:" in shown.stdout
    assert listed.exit_code == 2
    assert listed.stderr.splitlines()[-1] == (
        "Error: The channel wechat also needs: wechat_app_secret, wechat_aes_key."
    )


def test_setting_up_says_what_was_done(tmp_path: Path) -> None:
    done = run(tmp_path, "setup", "pigeon", token="good")
    assert (done.exit_code, done.stdout) == (0, "open\nThere is no channel crow.\n")
    assert done.stderr.splitlines()[-1] == "pigeon: in order."


def test_what_is_wrong_is_said_with_what_the_platform_said(tmp_path: Path) -> None:
    found = run(tmp_path, "test", "pigeon", token="bad")
    assert (found.exit_code, found.stderr.splitlines()[-1]) == (
        1,
        "pigeon: The channel is not set up correctly; it pauses until that is mended. "
        "In the platform's words: “401: the token is wrong”.",
    )


@pytest.mark.parametrize("name", ["owl", "pigeon", "web; rm -rf", ""])
def test_a_channel_that_is_not_open_cannot_be_tested(tmp_path: Path, name: str) -> None:
    assert run(tmp_path, "test", name).exit_code == 2


def test_an_invitation_leads_to_its_place(tmp_path: Path) -> None:
    made = run(tmp_path, "invite", "answer:kalkbreite-zurich", "--source", "poster", token="good")
    code = Signer(Settings(secret="s")).make(Invite("answer:kalkbreite-zurich", "poster"))
    assert made.stdout == f"pigeon\thttps://pigeon.example/{code}\n"


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("anwser:kalkbreite-zurich", "There is nothing named anwser to open. These there are:"),
        (
            "answer:kalkbreite",
            "There is no article kalkbreite. Near to it: kalkbreite-zurich (Kalkbreite, Zurich: ",
        ),
        ("registration:summer", "There is no event summer. Near to it: –"),
        ("poll:park", "There is no poll park. Near to it: –"),
        ("", "There is nothing named  to open."),
    ],
)
def test_an_invitation_to_nowhere_is_not_made(tmp_path: Path, target: str, told: str) -> None:
    made = run(tmp_path, "invite", target, token="good")
    assert (made.exit_code, made.stdout) == (2, "")
    assert told in made.stderr


def test_what_a_link_may_open_is_listed_by_its_title(tmp_path: Path) -> None:
    """What we call it ourselves is only what is to be written."""
    run(tmp_path, "test", "pigeon", token="good")
    starts = NOW + timedelta(days=30)
    with closing(Database(Settings(data_dir=tmp_path).database())) as database:
        event = replace(SCHOOL, starts_at=starts, ends_at=starts + timedelta(hours=8))
        in_turn(database, lambda t: Organising(t).save(event), NOW)
    listed = run(tmp_path, "invite", "anwser", token="good").stderr.splitlines()[3:]
    named = dict(line.split(maxsplit=1) for line in listed[1:])
    assert named["poll"] == "Polls"
    assert named["registration:summer-school"] == "Summer School Berlin"
    assert named["answer:…"] == "an answer, by the name of its article"
    assert "crisis" not in named
    near = run(tmp_path, "invite", "registration:sumer-school", token="good").stderr
    assert "Near to it: summer-school (Summer School Berlin)" in near
    made = run(tmp_path, "invite", "registration:summer-school", token="good")
    assert made.exit_code == 0


def test_an_invitation_that_no_channel_can_make_is_an_error(tmp_path: Path) -> None:
    made = run(tmp_path, "invite", "help")
    assert (made.exit_code, made.stdout) == (1, "")
    assert made.stderr.splitlines()[-1] == (
        "No channel that is open can be opened by a link. See: citybot channel list"
    )


def test_an_invitation_that_is_missing_is_an_error_beside_those_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters, "CHANNELS", {**adapters.CHANNELS, "crow": Crow})
    monkeypatch.setattr(adapters, "NEEDS", dict.fromkeys(("pigeon", "crow"), ("telegram_token",)))
    made = run(tmp_path, "invite", "help", token="good")
    assert (made.exit_code, len(made.stdout.splitlines())) == (1, 1)
    assert made.stderr.splitlines()[-1] == "crow: The platform did not answer; we try again."


def test_a_channel_that_no_link_opens_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters, "CHANNELS", {**adapters.CHANNELS, "owl": Owl})
    monkeypatch.setattr(adapters, "NEEDS", dict.fromkeys(("pigeon", "owl"), ("telegram_token",)))
    made = run(tmp_path, "invite", "help", token="good")
    assert made.exit_code == 0
    assert made.stderr.splitlines()[-1] == f"owl: {Owl.unlinked}"


def test_the_doctor_asks_the_platforms(tmp_path: Path) -> None:
    env = {"CITYBOT_TELEGRAM_TOKEN": "bad"}
    looked = CliRunner().invoke(citybot, ["--data-dir", str(tmp_path), "check"], env=env)
    assert looked.exit_code == 1
    assert [line for line in looked.stdout.splitlines() if "pigeon" in line] == [REFUSED]


REFUSED = (
    "!!  pigeon       The channel is not set up correctly; it pauses until that is mended. "
    "In the platform's words: “401: the token is wrong”."
)


def test_what_is_said_stands_in_no_log_beside_it(tmp_path: Path) -> None:
    """A fresh database is set up, and a token refused: the log has words for both."""
    found = run(tmp_path, "test", "pigeon", token="bad")
    assert len(found.stderr.splitlines()) == 1
    loud = run(tmp_path / "loud", "test", "pigeon", token="bad", CITYBOT_LOG_LEVEL="debug")
    assert "schema_upgraded" in loud.stderr


def test_the_doctor_says_once_what_has_one_cause(tmp_path: Path) -> None:
    """The last run wrote it down twice, and the platform says it again."""
    run(tmp_path, "test", "pigeon", token="good")
    _ail(tmp_path, "pigeon", "401 Unauthorized", NOW)
    _ail(tmp_path, "pigeon:in", "401 Unauthorized", NOW)
    env = {"CITYBOT_TELEGRAM_TOKEN": "bad", "CITYBOT_SECRET": "s"}
    looked = CliRunner().invoke(citybot, ["--data-dir", str(tmp_path), "check"], env=env)
    assert [line for line in looked.stdout.splitlines() if "pigeon" in line] == [REFUSED]


def test_without_a_database_the_doctor_says_so_once(tmp_path: Path) -> None:
    away = "postgresql://x@127.0.0.1:1/x"
    env = {"CITYBOT_TELEGRAM_TOKEN": "good", "CITYBOT_SECRET": "s", "DATABASE_URL": away}
    looked = CliRunner().invoke(citybot, ["--data-dir", str(tmp_path), "check"], env=env)
    assert looked.exit_code == 1
    assert [line for line in looked.stdout.splitlines() if line.startswith("!!")] == [
        "!!  database     postgresql: not reachable (OperationalError)",
        "!!  channels     not asked yet (pigeon): please mend first what stands above",
    ]


def test_where_nothing_can_be_kept_the_doctor_asks_nobody(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    env = {"CITYBOT_TELEGRAM_TOKEN": "good"}
    looked = CliRunner().invoke(citybot, ["--data-dir", str(tmp_path / "data"), "check"], env=env)
    assert looked.exit_code == 1
    assert [line.split()[:2] for line in looked.stdout.splitlines() if "!!" in line] == [
        ["!!", "data"],
        ["!!", "channels"],
    ]


def _keep(folder: Path, *states: str) -> None:
    database = Database(Settings(data_dir=folder).database())
    row = {"channel": "pigeon", "address": "pigeon:anna", "kind": "reply", "body": {"text": "hi"}}
    row |= {"created_at": NOW, "due_at": NOW, "attempts": 1}
    with database.write() as connection:
        connection.execute(insert(Outbox), [row | {"state": state} for state in states])
    database.close()


def _ail(folder: Path, channel: str, reason: str, until: datetime) -> None:
    row = {"channel": channel, "since": NOW, "paused_until": until, "failures": 2}
    database = Database(Settings(data_dir=folder).database())
    with closing(database), database.write() as connection:
        connection.execute(insert(ChannelState).values(row | {"reason": reason}))


class Choosy(Pigeon):
    """A messenger with a setting that nobody else understands."""

    def __init__(self, desk: Desk) -> None:
        raise BadSetting("Setting {key} is not a {what}.", key="telegram_token", what="pigeon")


@pytest.mark.parametrize("words", [("test", "pigeon"), ("setup", "pigeon"), ("invite", "help")])
def test_a_setting_only_a_channel_understands_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr(adapters, "CHANNELS", {**adapters.CHANNELS, "pigeon": Choosy})
    result = run(tmp_path, *words, token="good")
    assert result.exit_code == 2
    assert "Setting telegram_token is not a pigeon." in result.stderr


def test_the_doctor_names_it_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters, "CHANNELS", {**adapters.CHANNELS, "pigeon": Choosy})
    env = {"CITYBOT_TELEGRAM_TOKEN": "good", "CITYBOT_SECRET": "s"}
    result = CliRunner().invoke(citybot, ["--data-dir", str(tmp_path), "check"], env=env)
    assert "Setting telegram_token is not a pigeon." in result.stdout
    assert result.exit_code == 1
