"""A place that was sent, perhaps where somebody is, is gone with the turn that read it."""

import pytest
from sqlalchemy import select

from bot.message import GEO, Attachment
from bot.models import Inbox
from tests.script import Chat, as_line

HERE = Attachment(GEO, b'{"type": "Point", "coordinates": [11.57549, 48.13743]}', "")


def kept(chat: Chat) -> list[object]:
    with chat.house.database.read() as connection:
        return list(connection.scalars(select(Inbox.payload).order_by(Inbox.id)))


async def test_a_place_nobody_asked_for_is_not_kept(chat: Chat) -> None:
    await chat.say("hello")
    await chat.say("", attachments=(HERE,))
    assert as_line(chat.shown[0])
    words, place = kept(chat)
    assert words is not None
    assert place is None


async def test_a_place_nobody_asked_for_hears_where_places_are_used(chat: Chat) -> None:
    await chat.say("hello")
    await chat.say("", attachments=(HERE,))
    assert chat.shown[0].text == (
        "I cannot use a place here: I only ask for one in some polls. Please write in a few words "
        "what you would like to know."
    )


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        ("image/jpeg", "I can only read words: no pictures, voice messages or files."),
        ("audio/ogg", "I can only read words: no pictures, voice messages or files."),
        ("application/pdf", "I can only read words: no pictures, voice messages or files."),
        ("*/*", "I can only read words: no pictures, voice messages or files."),
        ("text/vcard", "I cannot read this kind of message, only words."),
        ("application/x-sticker", "I cannot read this kind of message, only words."),
        ("application/x-wechat-hongbao", "I cannot read this kind of message, only words."),
    ],
)
async def test_what_is_no_text_is_answered_as_what_it_is(
    chat: Chat, kind: str, begins: str
) -> None:
    await chat.say("hello")
    await chat.say("", attachments=(Attachment(kind, b"", ""),))
    assert chat.shown[0].text == f"{begins} Please write it in a few words."


async def test_a_picture_is_kept_as_having_been_sent(chat: Chat) -> None:
    """The guard-off twin: it is the place that goes."""
    await chat.say("", attachments=(Attachment("image/jpeg", b"", ""),))
    assert kept(chat) != [None]
