"""A poll in a group: a platform's own poll to talk about, and the way to the real vote.

What is tapped in a group is seen by Telegram, may be by the group, and is nobody's for us: no such
vote is heard, kept or counted. So it says that it is informal wherever it is forwarded to.
"""

from typing import Final

import orjson

from bot.i18n import _, sentences, translate
from bot.message import MEASURES, POLL, Attachment, Link, Measure, Reply
from bot.services.poll_texts import until
from bot.services.polls import Poll, Question
from bot.services.texts import in_language
from bot.text import shorten

SOURCE: Final = "group"  # where the link was found, as arrivals are counted
_UNITS: Final[Measure] = "utf16"
# https://core.telegram.org/bots/api#sendpoll, the only platform with polls of its own in groups
_ASK, _LABEL, _OPTIONS = 300, 100, 12
_KINDS: Final = ("single", "scale", "place")  # one tap is one answer


def informal(poll: Poll, language: str, url: str) -> Reply:
    """What stands in the group. `url`: where one votes alone with us; "" where none is known."""
    native = _native(poll, language)
    note = _(
        "The poll below is informal: it is there to talk about, nobody counts it, and Telegram "
        "sees who taps what."
    )
    alone = _("Your vote counts when you give it to me alone, until {when}.")
    code = _("Write me this code in a private chat: {code}")
    blocks = (
        poll.name(language),
        sentences(
            translate(language, note) if native else "",
            translate(language, alone, when=until(poll, language)),
        ),
        translate(language, code, code=poll.code),
    )
    links = (Link(translate(language, _("Vote so that it counts")), url),) if url else ()
    return Reply("\n\n".join(blocks), links=links, attachments=native)


def _native(poll: Poll, language: str) -> tuple[Attachment, ...]:
    """The first question that fits; none where names or votes are not to pass a messenger."""
    fits = (q for q in poll.questions if q.kind in _KINDS and 2 <= len(q.options) <= _OPTIONS)
    question = next(fits, None)
    if question is None or poll.mode != "confidential":
        return ()
    labels = _labels(question, language)
    if len(set(labels)) != len(labels):
        return ()
    asked = translate(
        language, _("[Informal, not counted] {ask}"), ask=in_language(question.ask, language)
    )
    content = {"question": _cut(asked, _ASK), "options": labels}
    return (Attachment(POLL, orjson.dumps(content), ""),)


def _labels(question: Question, language: str) -> list[str]:
    return [_cut(in_language(option.label, language), _LABEL) for option in question.options]


def _cut(text: str, limit: int) -> str:
    return shorten(text, limit, MEASURES[_UNITS])
