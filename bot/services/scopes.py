"""What a program may do with a token: scopes, each a right of bot/services/roles.py.

No scope leads the team or reads the audit: those are for people.
"""

from collections.abc import Mapping
from typing import Final

from bot.i18n import _
from bot.services.roles import EDIT, ORGANISE, POLL, PRIVATE, READ, REVIEW

ASK: Final = "ask"  # ask what anybody may ask in the chat, and read articles; no right of the team

SCOPES: Final[Mapping[str, str | None]] = {
    ASK: None,
    "read": READ,
    "review": REVIEW,
    "edit": EDIT,
    "organise": ORGANISE,
    "poll": POLL,
    "private": PRIVATE,
}
SAID: Final[Mapping[str, str]] = {
    ASK: _("ask questions and read articles, as anybody may in the chat"),
    "read": _("see figures, questions, gaps, events, polls, broadcasts and channels"),
    "review": _("answer people, and decide on gaps"),
    "edit": _("besides: give the questions of a gap to an article"),
    "organise": _(
        "open, close, cancel and move events; who registered, without their answers; write drafts "
        "of broadcasts, which people send"
    ),
    "poll": _("open and close polls"),
    "private": _("besides: the personal answers of who registered"),
}
