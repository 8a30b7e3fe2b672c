"""What each channel can show, with the platform's own document beside each limit."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from bot.config import Settings
from bot.message import Capabilities, Mass

_HOURS: Final = 3600

TELEGRAM: Final = Capabilities(
    # Ours, for no limit is documented: the server refuses keyboards of more than 100 buttons, and
    # those whose JSON passes some 10 kB. A button here takes at most 350 bytes: a label of 40 units
    # escaped as \uXXXX, and the 64 bytes that come back of a tap:
    # https://core.telegram.org/bots/api#inlinekeyboardbutton
    choices=24,
    # Ours: a telephone shows about this much of one button.
    choice_length=40,
    # 1-4096 characters, counted in UTF-16 units as entities are; 96 are kept back for the note that
    # marks a message sent twice: https://core.telegram.org/bots/api#sendmessage
    text_limit=4000,
    measure="utf16",
    # Any type of file: https://core.telegram.org/bots/api#senddocument
    attachments=("*",),
    # `url` of a button: https://core.telegram.org/bots/api#inlinekeyboardbutton
    links=True,
    # https://core.telegram.org/bots/api#sendpoll
    polls=True,
    # https://core.telegram.org/bots/api#sendchataction
    typing=True,
    # https://core.telegram.org/bots/api#editmessagetext
    edit=True,
    # None: once a person has pressed start we may write until they block us; about one message a
    # second to a person, 30 a second to all: https://core.telegram.org/bots/faq
    reply_window=None,
)

WECHAT: Final = Capabilities(
    # A reply holds no buttons, only text, picture, voice, video, music or news:
    # https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
    choices=0,
    # Ours: the page above names no limit, the server refuses customer messages above 2048 bytes
    # (errcode 45002). 1800 are 600 Chinese characters.
    text_limit=1800,
    measure="utf8",
    # What can be uploaded as an image to be sent:
    # https://developers.weixin.qq.com/doc/offiaccount/Asset_Management/New_temporary_materials.html
    attachments=("image/png", "image/jpeg", "image/gif"),
    # 5 customer messages within 48 hours of a person's message, 3 within a minute of a menu click,
    # a follow or a scan:
    # https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html
    reply_window=48 * _HOURS,
    push_budget=5,
    tap_window=60,
    tap_budget=3,
    # The platform waits 5 seconds for the answer to its request:
    # https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
    answers_within=4.5,
)

# A list of 2 to 10,000 OpenIDs: `touser` at
# https://developers.weixin.qq.com/doc/service/api/notify/message/api_masssend.html
# A person gets four a month; a `clientmsgid` is known for 24 hours:
# https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Batch_Sends_and_Originality_Checks.html
# The last hour is kept back: when those 24 begin, the page does not say.
WECHAT_MASS: Final = Mass(least=2, most=10_000, monthly=4, known=timedelta(hours=23))

WECOM: Final = Capabilities(
    # All of it: https://developer.work.weixin.qq.com/document/path/90236
    # One of up to 20 on a card to be marked and sent (vote_interaction), up to 6 as buttons.
    choices=20,
    # Mode 1 of the same card: any number of them.
    several=True,
    # 10 Chinese characters: that is advised for a button; an option takes 17.
    choice_length=30,
    # Text is cut off after 2048 bytes without an error.
    text_limit=2048,
    measure="utf8",
    # `file` messages take any type: https://developer.work.weixin.qq.com/document/path/90253
    attachments=("*",),
    # None: staff of the company can be written to at any time, 30 messages a minute to one person;
    # what goes beyond is dropped without an error.
    reply_window=None,
)

# Our own page: the limits are our contract with the widget, not a platform's.
WEB: Final = Capabilities(
    choices=50,
    choice_length=80,
    text_limit=4000,
    measure="characters",
    attachments=("*",),
    links=True,
    typing=True,
)

# A terminal has no limits; choices are numbers there, and links are for the eye.
TERMINAL: Final = Capabilities(text_limit=100_000, measure="characters")

ALL: Final[Mapping[str, Capabilities]] = MappingProxyType(
    {
        "telegram": TELEGRAM,
        "wechat": WECHAT,
        "wecom": WECOM,
        "web": WEB,
        "terminal": TERMINAL,
    }
)


def masses(settings: Settings) -> Mapping[str, Mass]:
    """The channels whose account may send mass messages, as the settings say, with their limits."""
    return {"wechat": WECHAT_MASS} if settings.wechat_mass == "yes" else {}
