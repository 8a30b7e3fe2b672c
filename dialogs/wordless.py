"""What to say to a picture, a place, a contact: whatever came without a word."""

import re

from bot.i18n import _
from bot.message import Message

_WORDS_ONLY = _(
    "I can only read words: no pictures, voice messages or files. Please write it in a few words."
)
_NO_PLACES = _(
    "I cannot use a place here: I only ask for one in some polls. Please write in a few words what "
    "you would like to know."
)
_NOT_THIS_KIND = _(
    "I cannot read this kind of message, only words. Please write it in a few words."
)
# Pictures, voice and files by their media types; messengers' own kinds have types of their own.
_FILES = re.compile(r"(?:image|audio|video|\*)/.*|text/(?!vcard)|application/(?!x-)")


def instead_of_words(message: Message) -> str:
    """What to say to something that is no text, by what it was."""
    if message.says_where:
        return _NO_PLACES
    are_files = all(_FILES.match(file.kind) for file in message.attachments)
    return _WORDS_ONLY if are_files else _NOT_THIS_KIND
