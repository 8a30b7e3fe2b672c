"""What staff do: set up, examine; and settings that cannot be right."""

import time
from dataclasses import replace

import pytest

from adapters.telegram import TelegramChannel, hook
from adapters.telegram import commands as texts
from adapters.telegram.commands import commands
from bot import app
from bot.brain import build_engine
from bot.channel import Misconfigured, Told, Unreachable, Unsure
from bot.config import BadSetting, Settings
from bot.i18n import languages, translate
from bot.message import Choice
from bot.services.invites import Invite, Signer
from knowledge.library import Library
from tests.adapters.telegram.living import PUBLIC, Living, on_telegram
from tests.adapters.telegram.test_polling import deaf
from tests.adapters.telegram.wire import message
from tests.fakes.telegram import FakeTelegram, Page, Refuses


def lines(told: tuple[Told, ...]) -> list[str]:
    return [translate("en", line.msgid, **line.values) for line in told]


async def test_the_commands_stand_there_in_every_language(polling: Living) -> None:
    told = await polling.channel.set_up()
    telegram = polling.telegram
    assert sorted(telegram.commands) == ["", "de", "en", "zh"]
    assert telegram.commands[""] == telegram.commands["en"]
    assert dict(telegram.commands["de"])["language"] == "Sprache"
    ours = tuple(c.value for c in commands(polling.channel.desk.menu))
    assert {"help", "language", "privacy", "mydata", "link", "stop", "cancel"} <= set(ours)
    assert {tuple(name for name, _told in c) for c in telegram.commands.values()} == {ours}
    assert {kind for kind, _language in telegram.descriptions} == {
        "description",
        "short_description",
    }
    assert lines(told)[-1] == "No webhook (one that was set is taken away): updates are asked for."


async def test_an_older_server_without_descriptions_gets_the_rest(polling: Living) -> None:
    """A Bot API server of one's own may know a method less; that is no wrong token."""
    polling.telegram.script("setMyDescription", Refuses(404, "Not Found"))
    told = lines(await polling.channel.set_up())
    assert told[0].startswith("Commands set: /help")
    assert told[1] == "This Bot API server is too old for a description; all else works."
    assert sorted(polling.telegram.commands) == ["", "de", "en", "zh"]


async def test_a_token_that_is_revoked_while_we_describe_ourselves_is_said(
    polling: Living,
) -> None:
    polling.telegram.script("setMyDescription", Refuses(401, "Unauthorized"))
    with pytest.raises(Misconfigured, match="401"):
        await polling.channel.set_up()


async def test_setting_up_twice_is_harmless(webhook: Living) -> None:
    first = await webhook.channel.set_up()
    assert await webhook.channel.set_up() == first
    assert lines(first)[-1] == "Webhook set."


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_text_has_room_at_telegram(language: str) -> None:
    assert len(translate(language, texts._LONG, name="N" * 40)) <= 512
    assert len(translate(language, texts._SHORT)) <= 120
    assert all(1 <= len(translate(language, c.label)) <= 256 for c in commands(()))


def test_every_command_is_heard_by_a_dialog(library: Library, plain: Settings) -> None:
    engine = build_engine(plain, library)
    chosen = commands(app._menu(engine))
    heard = [engine.wish(f"/{c.value}") for c in chosen]
    assert None not in heard
    assert len(set(heard)) == len(chosen) >= 8


def test_help_comes_first_and_a_name_telegram_refuses_is_left_out() -> None:
    menu = (Choice("events", "Events"), Choice("help", "Help"), Choice("past-events", "Past"))
    assert [c.value for c in commands(menu)][:3] == ["help", "events", "mydata"]


async def test_examining_says_who_we_are(polling: Living) -> None:
    assert lines(await polling.channel.examine()) == [
        "Bot: @CityTestBot, number 7000000001.",
        "Groups: it hears what is said to it.",
        "Updates are asked for (polling).",
        "Updates waiting: 0.",
    ]


@pytest.mark.parametrize(
    ("about", "line"),
    [
        ({"can_join_groups": False}, "Groups: it cannot be added to any (/setjoingroups)."),
        (
            {"can_read_all_group_messages": True},
            "Groups: Telegram sends it all that is said there (/setprivacy); it heeds its name.",
        ),
    ],
)
async def test_examining_says_how_it_is_in_groups(
    polling: Living, about: dict[str, bool], line: str
) -> None:
    polling.telegram.bot |= about
    assert lines(await polling.channel.examine())[1] == line


async def test_examining_tells_what_telegram_could_not_deliver(webhook: Living) -> None:
    assert lines(await webhook.channel.examine())[2:] == [
        "The webhook is set.",
        "Updates waiting: 0.",
    ]
    pushed_to = webhook.telegram.pusher.webhook
    pushed_to.error, pushed_to.error_at = "Wrong response from the webhook: 503", int(time.time())
    assert lines(await webhook.channel.examine())[-1].endswith("response from the webhook: 503")
    pushed_to.error_at -= 7200
    assert lines(await webhook.channel.examine())[-1] == "Updates waiting: 0."


@pytest.mark.parametrize("url", ["", "https://elsewhere.example.org/hook"])
async def test_examining_finds_a_webhook_that_is_not_ours(webhook: Living, url: str) -> None:
    webhook.telegram.pusher.webhook.url = url
    with pytest.raises(Misconfigured):
        await webhook.channel.examine()


async def test_examining_by_polling_finds_a_webhook(polling: Living) -> None:
    await polling.telegram.until(lambda: bool(polling.telegram.made("deleteWebhook")))
    polling.telegram.pusher.webhook.url = "https://elsewhere.example.org/hook"
    assert lines(await polling.channel.examine())[2] == (
        "A webhook is set; the next start removes it."
    )


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (Refuses(401, "Unauthorized"), Misconfigured),
        (Page(404), Misconfigured),
        (Page(502), Unreachable),
    ],
)
async def test_staff_hear_what_is_wrong(polling: Living, script: object, kind: type) -> None:
    polling.telegram.script("getMe", script)  # type: ignore[arg-type]
    with pytest.raises(kind):
        await polling.channel.examine()
    polling.telegram.script("setMyCommands", script)  # type: ignore[arg-type]
    with pytest.raises(kind):
        await polling.channel.set_up()


# -- the webhook is looked after ---------------------------------------------------------------


async def test_a_webhook_somebody_took_away_is_set_again(
    webhook: Living, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ours = webhook.telegram.pusher.webhook.url
    webhook.telegram.pusher.webhook.url = ""
    assert webhook.channel._hook is not None
    await webhook.channel._hook._look()
    assert webhook.telegram.pusher.webhook.url == ours
    assert "webhook_taken_away" in capfd.readouterr().out


async def test_each_trouble_with_the_webhook_is_told_once(
    webhook: Living, capfd: pytest.CaptureFixture[str]
) -> None:
    at = webhook.telegram.pusher.webhook
    at.error, at.error_at = "Connection refused", 5
    assert webhook.channel._hook is not None
    for _time in range(2):
        await webhook.channel._hook._look()
    assert capfd.readouterr().out.count("webhook_failing") == 1


# -- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "url", "pushed"),
    [
        ("auto", "https://bot.example.org", True),
        ("auto", "https://bot.example.org:8443", True),
        ("auto", "https://bot.example.org:9999", False),
        ("auto", "http://bot.example.org", False),
        ("auto", "", False),
        ("polling", "https://bot.example.org", False),
        ("webhook", "https://bot.example.org", True),
    ],
)
def test_telegram_pushes_where_it_can(mode: str, url: str, pushed: bool) -> None:
    assert hook.is_wanted(Settings(telegram_mode=mode, public_url=url)) is pushed


@pytest.mark.parametrize("url", ["", "http://bot.example.org", "https://bot.example.org:9999"])
def test_a_webhook_that_could_never_be_reached_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(BadSetting, match="telegram_mode"):
        hook.is_wanted(Settings(telegram_mode="webhook", public_url=url))


@pytest.mark.parametrize("token", ["", "x", "123", "123:short", "abc:" + "x" * 35, "1:" + "é" * 35])
def test_what_is_no_token_is_a_wrong_setting_and_not_shown(
    plain: Settings, telegram: FakeTelegram, library: Library, token: str
) -> None:
    settings = replace(on_telegram(plain, telegram), telegram_token=token)
    with pytest.raises(BadSetting) as caught:
        app.build(settings, ("telegram",), library=library, known={"telegram": TelegramChannel})
    assert str(caught.value) == "Setting telegram_token is not the token of a bot."


async def test_an_invitation_is_a_deep_link_that_comes_back_with_its_code(polling: Living) -> None:
    code = Signer(polling.house.settings).make(Invite("answer:kalkbreite-zurich", "poster"))
    link = await polling.channel.invitation(code)
    assert link == f"https://t.me/CityTestBot?start={code}"
    anna = polling.telegram.person(42)
    anna.starts(link.partition("start=")[2])
    _welcome, article = await anna.hears(2)
    assert "Kalkbreite" in article.text


async def test_no_invitation_is_made_up_while_telegram_does_not_say_who_we_are(
    polling: Living,
) -> None:
    polling.telegram.script("getMe", Refuses(401, "Unauthorized"))
    with pytest.raises(Misconfigured):
        await polling.channel.invitation("code")


async def test_staff_see_a_webhook_that_fails_until_nothing_waits_any_more(
    webhook: Living,
) -> None:
    at, kept = webhook.telegram.pusher.webhook, webhook.channel._hook
    assert kept is not None
    # Its first word, that all is well, must not come after ours.
    await webhook.telegram.until(lambda: kept._hearing._written is None)
    webhook.telegram.pusher.reach[PUBLIC] = "http://127.0.0.1:1"  # nobody is there
    webhook.telegram.queue_raw({"message": message(text="late")}, "42")
    await webhook.telegram.until(lambda: bool(at.error))
    await kept._look()
    assert deaf(webhook) == at.error
    webhook.telegram.pending.clear()
    await kept._look()
    assert deaf(webhook) is None


async def test_the_front_door_is_the_name_telegram_knows(polling: Living) -> None:
    assert await polling.channel.front_door() == "https://t.me/CityTestBot"


@pytest.mark.parametrize("method", ["getMe", "getWebhookInfo"])
@pytest.mark.parametrize("result", [b"true", b"{}", b"[]", b"7", b'"yes"'])
async def test_an_answer_nobody_can_read_is_said_to_be_one(
    webhook: Living, method: str, result: bytes
) -> None:
    said = Page(200, b'{"ok":true,"result":' + result + b"}", "application/json")
    webhook.telegram.script(method, said)
    with pytest.raises(Unsure, match="an answer that is none"):
        await webhook.channel.examine()
