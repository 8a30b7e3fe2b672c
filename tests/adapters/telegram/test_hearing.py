"""Wire to event, as a table: what Telegram writes, what we hear."""

import json
from typing import Any

import pytest

from adapters.telegram.hearing import Renamed, Tapped
from bot.message import Address, Attachment, Joined, Left, Message
from tests.adapters.telegram.wire import (
    ANNA,
    AT,
    BOT,
    DATE,
    GROUP,
    PRIVATE,
    Json,
    heard,
    mark,
    message,
)

HER = Address("telegram", "42")
THERE = Address("telegram", "-100555")
ID = "7:900"
PHOTO = [{"file_id": "a", "file_unique_id": "b", "width": 9, "height": 9}]
FILE = {"file_id": "a", "file_unique_id": "b"}


def said(text: str, *files: Attachment, **more: Any) -> Message:
    fields = {"name": "Anna", "locale": "de", "attachments": files} | more
    return Message(ID, HER, text, AT, **fields)


WORDS = [
    ("words", message(text="Hallo"), said("Hallo")),
    ("a command", message(text="/help", entities=[mark("bot_command", 0, 5)]), said("/help")),
    (
        "a command with our name",
        message(text="/help@CityTestBot", entities=[mark("bot_command", 0, 17)]),
        said("/help"),
    ),
    (
        "words below a picture",
        message(photo=PHOTO, caption="Was ist das?"),
        said("Was ist das?", Attachment("image/jpeg", b"", "")),
    ),
    (
        "somebody without a language",
        message(text="hi", **{"from": {"id": 42, "is_bot": False, "first_name": "Anna"}}),
        said("hi", locale=None),
    ),
    (
        "changed words",
        {"edited_message": message(text="Hallo!", edit_date=DATE)},
        said("Hallo!"),
    ),
    ("words sent through an inline bot", message(text="hi", via_bot=BOT), said("hi")),
    (
        "words forwarded",
        message(
            text="hi", forward_origin={"type": "hidden_user", "date": 1, "sender_user_name": "x"}
        ),
        said("hi"),
    ),
]

FILES = [
    ("photo", {"photo": PHOTO}, Attachment("image/jpeg", b"", "")),
    (
        "sticker",
        {
            "sticker": {
                **FILE,
                "width": 1,
                "height": 1,
                "is_animated": False,
                "is_video": False,
                "type": "regular",
                "emoji": "👍",
            }
        },
        Attachment("application/x-sticker", b"", ""),
    ),
    ("voice", {"voice": {**FILE, "duration": 3}}, Attachment("audio/ogg", b"", "")),
    (
        "audio",
        {"audio": {**FILE, "duration": 3, "mime_type": "audio/mp4", "file_name": "s.m4a"}},
        Attachment("audio/mp4", b"", "s.m4a"),
    ),
    (
        "video",
        {"video": {**FILE, "duration": 3, "width": 1, "height": 1}},
        Attachment("video/mp4", b"", ""),
    ),
    (
        "video note",
        {"video_note": {**FILE, "duration": 3, "length": 1}},
        Attachment("video/mp4", b"", ""),
    ),
    (
        "animation",
        {
            "animation": {
                **FILE,
                "duration": 3,
                "width": 1,
                "height": 1,
                "file_name": "x.gif",
                "mime_type": "image/gif",
            },
            "document": FILE,
        },
        Attachment("image/gif", b"", "x.gif"),
    ),
    (
        "document",
        {"document": {**FILE, "mime_type": "application/pdf", "file_name": "plan.pdf"}},
        Attachment("application/pdf", b"", "plan.pdf"),
    ),
    (
        "document without a kind",
        {"document": FILE},
        Attachment("application/octet-stream", b"", ""),
    ),
    (
        "contact",
        {"contact": {"phone_number": "+49 30 1", "first_name": "Bo"}},
        Attachment("text/vcard", b"", ""),
    ),
    (
        "location",
        {"location": {"latitude": 52.5, "longitude": 13.4}},
        Attachment("application/geo+json", b'{"type":"Point","coordinates":[13.4,52.5]}', ""),
    ),
    (
        "venue",
        {
            "venue": {
                "location": {"latitude": 52.5, "longitude": 13.4},
                "title": "Rathaus",
                "address": "x",
            },
            "location": {"latitude": 52.5, "longitude": 13.4},
        },
        Attachment("application/geo+json", b'{"type":"Point","coordinates":[13.4,52.5]}', ""),
    ),
    ("dice", {"dice": {"emoji": "🎲", "value": 3}}, Attachment("application/x-dice", b"", "")),
    (
        "poll",
        {
            "poll": {
                "id": "1",
                "question": "?",
                "options": [],
                "total_voter_count": 0,
                "is_closed": False,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": False,
                "members_only": False,
            }
        },
        Attachment("application/x-poll", b"", ""),
    ),
]


@pytest.mark.parametrize(("update", "event"), [w[1:] for w in WORDS], ids=[w[0] for w in WORDS])
def test_what_a_person_says_is_heard(update: Json, event: Message) -> None:
    assert heard(update if "edited_message" in update else {"message": update}) == event


@pytest.mark.parametrize(("content", "file"), [f[1:] for f in FILES], ids=[f[0] for f in FILES])
def test_what_is_no_words_is_named_and_not_fetched(content: Json, file: Attachment) -> None:
    assert heard({"message": message(**content)}) == said("", file)


BARE = {
    "photo": [{}],
    "sticker": {"file_id": "a"},
    "poll": {"question": "?", "options": [{"text": "x"}]},
    "dice": {"value": 3},
    "contact": {"phone_number": "+49 30 1"},
    "story": {"id": 1},
    "venue": {"location": {"latitude": 52.5, "longitude": 13.4}},
}


@pytest.mark.parametrize("kind", BARE)
def test_an_older_server_leaves_out_what_we_do_not_need(kind: str) -> None:
    """A Bot API server of one's own stays behind; what it lacks must not cost anybody a word."""
    event = heard({"message": message(caption="see", **{kind: BARE[kind]})})
    assert isinstance(event, Message)
    assert (event.text, len(event.attachments)) == ("see", 1)


def test_an_answer_to_a_poll_of_an_older_server_is_heard() -> None:
    poll = message(chat=GROUP, poll=BARE["poll"], **{"from": BOT})
    event = heard(in_group("und Berlin?", reply_to_message=poll))
    assert isinstance(event, Message)
    assert event.text == "und Berlin?"


@pytest.mark.parametrize(
    ("status", "more", "event"),
    [
        ("administrator", {}, Joined),
        ("restricted", {"is_member": True}, Joined),
        ("restricted", {"is_member": False}, type(None)),
        ("demigod", {}, type(None)),
    ],
)
def test_what_members_may_do_is_not_asked_for(status: str, more: Json, event: type) -> None:
    """Each version of the Bot API knows more rights; those of an older server are fewer."""
    members = {
        "old_chat_member": {"user": BOT, "status": "left"},
        "new_chat_member": {"user": BOT, "status": status, **more},
    }
    told = {"chat": GROUP, "from": ANNA, "date": DATE, **members}
    assert isinstance(heard({"my_chat_member": told}), event)


def test_an_album_is_one_message_and_its_caption_another() -> None:
    first, second = (
        heard({"message": message(photo=PHOTO, media_group_id="g1", message_id=n)}) for n in (5, 6)
    )
    captioned = heard({"message": message(photo=PHOTO, media_group_id="g1", caption="Schön?")})
    assert isinstance(first, Message)
    assert first.id == "7:album:g1"
    assert second == first
    assert isinstance(captioned, Message)
    assert captioned.id == ID


@pytest.mark.parametrize(
    ("text", "invite"),
    [
        ("/start", None),
        ("/start poll-7_x", "poll-7_x"),
        (f"/start {'a' * 64}", "a" * 64),
        (f"/start {'a' * 65}", None),
        ("/start Ünfug", None),
        ("/start two words", None),
        ("/start\nabc", "abc"),
    ],
)
def test_start_is_a_join_with_what_a_link_of_ours_may_hold(text: str, invite: str | None) -> None:
    assert heard({"message": message(text=text)}) == Joined(ID, HER, AT, "Anna", "de", invite)


def test_a_word_that_begins_like_start_is_words() -> None:
    assert heard({"message": message(text="/starten")}) == said("/starten")


# -- nothing of ours -------------------------------------------------------------------------

IGNORED = [
    ("a bot", {"message": message(text="hi", **{"from": {**ANNA, "is_bot": True}})}),
    ("a channel's post", {"channel_post": message(text="hi", chat={"id": -1009, "type": "channel"})}),
    ("a message in a channel", {"message": message(text="hi", chat={"id": -1009, "type": "channel"})}),
    ("nobody", {"message": {k: v for k, v in message(text="hi").items() if k != "from"}}),
    ("somebody came", {"message": message(chat=GROUP, new_chat_members=[ANNA])}),
    ("something was pinned", {"message": message(chat=GROUP, pinned_message={"chat": GROUP, "message_id": 1, "date": 0})}),
    ("a live location goes on", {"edited_message": message(location={"latitude": 1, "longitude": 2}, edit_date=DATE)}),
    ("a picture is changed", {"edited_message": message(photo=PHOTO, edit_date=DATE)}),
    ("an inline query", {"inline_query": {"id": "1", "from": ANNA, "query": "x", "offset": ""}}),
    ("a poll elsewhere", {"poll": FILES[-1][1]["poll"]}),
    ("a kind nobody knows yet", {"hologram": {"id": 1}}),
    ("nothing at all", {}),
    ("blank words", {"message": message(text="  ")}),
]  # fmt: skip


@pytest.mark.parametrize("update", [i[1] for i in IGNORED], ids=[i[0] for i in IGNORED])
def test_what_is_not_for_us_is_nothing(update: Json) -> None:
    assert heard(update) is None


UNREADABLE = [
    {"update_id": "a"},
    {"update_id": 2**53, "message": message(text="x")},
    {"message": 5},
    {"message": {}},
    {"message": message(text=7)},
    {"message": message(text="x", date=10**20)},
    {"message": message(text="x", chat={"id": "x", "type": "private"})},
    {"message": message(text="x", chat={"id": 2**60, "type": "private"})},
    {"message": message(text="x", **{"from": {**ANNA, "first_name": ["A"]}})},
    {"message": message(text="x", entities=5)},
    {"message": message(location={"latitude": "x"})},
    {"callback_query": {"id": "1"}},
    {"callback_query": {"id": "1", "from": {**ANNA, "first_name": 5}, "chat_instance": "1"}},
]


@pytest.mark.parametrize("update", UNREADABLE, ids=[json.dumps(u)[:60] for u in UNREADABLE])
def test_what_cannot_be_read_is_an_error(update: Json) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError, OverflowError)):
        heard(update)


# -- groups ----------------------------------------------------------------------------------

NAME = "@CityTestBot"


def in_group(text: str, *marks: Json, **more: Any) -> Json:
    return {"message": message(chat=GROUP, text=text, entities=list(marks), **more)}


ADDRESSED = [
    ("a command with our name", in_group("/help@CityTestBot", mark("bot_command", 0, 17)), "/help"),
    ("its letters in another case", in_group("/help@citytestbot", mark("bot_command", 0, 17)), "/help"),
    ("a mention before", in_group(f"{NAME} was ist Kiez?", mark("mention", 0, 12)), "was ist Kiez?"),
    ("a mention behind", in_group(f"was ist Kiez? {NAME}", mark("mention", 14, 12)), "was ist Kiez?"),
    ("a mention behind an emoji", in_group(f"👨‍👩‍👧 {NAME} hilf", mark("mention", 9, 12)), "👨‍👩‍👧  hilf"),
    ("a mention without a name", in_group("City, was?", mark("text_mention", 0, 4, user=BOT)), ", was?"),
    ("an answer to us", in_group("und Berlin?", reply_to_message=message(chat=GROUP, **{"from": BOT})), "und Berlin?"),
    ("below a picture", {"message": message(chat=GROUP, photo=PHOTO, caption=f"{NAME} hm?", caption_entities=[mark("mention", 0, 12)])}, "hm?"),
]  # fmt: skip
ELSEWHERE = [
    ("talk among people", in_group("was ist Kiez?")),
    ("a command to whoever", in_group("/help", mark("bot_command", 0, 5))),
    ("a command to another bot", in_group("/help@OtherBot", mark("bot_command", 0, 14))),
    ("our name within a word", in_group("@CityTestBots hi", mark("mention", 0, 13))),
    ("our name, but not marked", in_group("mail to x@CityTestBot")),
    ("another person mentioned", in_group("Anna, was?", mark("text_mention", 0, 4, user=ANNA))),
    ("an answer to another", in_group("ja", reply_to_message=message(chat=GROUP))),
    ("a post of the group's channel", in_group(f"{NAME} hi", mark("mention", 0, 12), is_automatic_forward=True)),
    ("a channel that writes here", in_group(f"{NAME} hi", mark("mention", 0, 12), sender_chat={"id": -1009, "type": "channel"}, **{"from": {**BOT, "id": 136817688}})),
]  # fmt: skip


@pytest.mark.parametrize(
    ("update", "text"), [a[1:] for a in ADDRESSED], ids=[a[0] for a in ADDRESSED]
)
def test_in_a_group_we_hear_what_is_said_to_us(update: Json, text: str) -> None:
    event = heard(update)
    assert isinstance(event, Message)
    assert (event.sender, event.text, event.name, event.locale) == (THERE, text, None, None)


@pytest.mark.parametrize("update", [e[1] for e in ELSEWHERE], ids=[e[0] for e in ELSEWHERE])
def test_in_a_group_we_keep_out_of_what_is_not(update: Json) -> None:
    assert heard(update) is None


def test_a_group_admin_without_a_name_is_a_person() -> None:
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    event = heard(
        in_group(f"{NAME} hi", mark("mention", 0, 12), sender_chat=GROUP, **{"from": anonymous})
    )
    assert isinstance(event, Message)


def test_a_topic_is_a_place_of_its_own() -> None:
    topic = in_group(
        f"{NAME} hi", mark("mention", 0, 12), message_thread_id=9, is_topic_message=True
    )
    event = heard(topic)
    assert isinstance(event, Message)
    assert event.sender == Address("telegram", "-100555:9")


def test_a_link_brings_us_into_a_group() -> None:
    started = in_group("/start@CityTestBot poll-7", mark("bot_command", 0, 18))
    assert heard(started) == Joined(ID, THERE, AT, invite="poll-7")


@pytest.mark.parametrize(
    ("update", "renamed"),
    [
        (message(chat={**GROUP, "id": -5, "type": "group"}, migrate_to_chat_id=-100777), ("-5", "-100777")),
        (message(chat={**GROUP, "id": -100777}, migrate_from_chat_id=-5), ("-5", "-100777")),
    ],
    ids=["told in the old chat", "told in the new one"],
)  # fmt: skip
def test_a_group_that_becomes_a_supergroup_is_the_same(
    update: Json, renamed: tuple[str, str]
) -> None:
    old, new = (Address("telegram", user) for user in renamed)
    assert heard({"message": update}) == Renamed(old, new)


# -- coming and going ------------------------------------------------------------------------


def change(before: str, after: str, chat: Json = PRIVATE, **more: Any) -> Json:
    def member(status: str) -> Json:
        restricted = dict.fromkeys(
            (*("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos"),
             *("can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls"),
             *("can_send_other_messages", "can_add_web_page_previews", "can_change_info"),
             *("can_invite_users", "can_pin_messages", "can_manage_topics", "can_edit_tag", "can_react_to_messages")),
            False,
        )  # fmt: skip
        fields = {"until_date": 0} | (restricted if status == "restricted" else {})
        admin = dict.fromkeys(
            ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
             "can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info",
             "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories"), False,
        )  # fmt: skip
        fields |= admin if status == "administrator" else {}
        return {"user": BOT, "status": status, **fields, **more}

    moved = {"chat": chat, "from": ANNA, "date": DATE}
    return {
        "my_chat_member": moved
        | {"old_chat_member": member(before), "new_chat_member": member(after)}
    }


@pytest.mark.parametrize(
    ("update", "event"),
    [
        (change("member", "kicked"), Left(ID, HER, AT)),
        (change("kicked", "member"), Joined(ID, HER, AT, "Anna", "de")),
        (change("left", "member", GROUP), Joined(ID, THERE, AT, locale="de")),
        (change("kicked", "administrator", GROUP), Joined(ID, THERE, AT, locale="de")),
        (change("member", "left", GROUP), Left(ID, THERE, AT)),
        (change("administrator", "kicked", GROUP), Left(ID, THERE, AT)),
        (change("member", "restricted", GROUP, is_member=False), Left(ID, THERE, AT)),
        (change("member", "administrator", GROUP), None),
        (change("member", "restricted", GROUP, is_member=True), None),
        (change("left", "administrator", {"id": -1009, "type": "channel"}), None),
    ],
)
def test_coming_and_going_is_heard(update: Json, event: object) -> None:
    assert heard(update) == event


# -- taps ------------------------------------------------------------------------------------


def tap(**content: Any) -> Json:
    return {"callback_query": {"id": "q1", "from": ANNA, "chat_instance": "1", **content}}


@pytest.mark.parametrize(
    ("update", "at"),
    [
        (tap(message=message(text="?"), data="a.1"), HER),
        (tap(message=message(text="?", chat=GROUP), data="a.1"), THERE),
        (tap(message={"chat": GROUP, "message_id": 5, "date": 0}, data="a.1"), THERE),
        (tap(inline_message_id="x", data="a.1"), HER),
    ],
    ids=["alone", "in a group", "of a message long ago", "of a message elsewhere"],
)
def test_a_tap_is_heard_where_the_button_is(update: Json, at: Address) -> None:
    tapped = heard(update)
    assert isinstance(tapped, Tapped)
    assert (tapped.id, tapped.at, tapped.data, tapped.by.first_name) == ("q1", at, "a.1", "Anna")


def test_a_tap_on_a_game_carries_nothing() -> None:
    tapped = heard(tap(message=message(text="?"), game_short_name="chess"))
    assert isinstance(tapped, Tapped)
    assert tapped.data is None
