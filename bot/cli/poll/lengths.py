"""How many messages a question takes on each channel, for whoever writes it."""

from collections.abc import Iterator

from adapters.capabilities import ALL
from bot.message import Choice, Reply
from bot.render import fit
from bot.services.poll_texts import channel_name
from bot.services.polls import Poll, Question
from dialogs.polling.paging import A_PAGE, WHOLE

MANY = 2  # messages of one question that people still read


def long_questions(poll: Poll, language: str) -> Iterator[tuple[str, str, int]]:
    """Questions that take more than that: id, channel, messages; in their longest language."""
    for question in poll.questions:
        for channel, can in ALL.items():
            asked = (fit(_asked(question, code), can).parts for code in poll.title)
            count = max(map(len, asked))
            if count > MANY:
                yield question.id, channel_name(channel, language), count


def _asked(question: Question, language: str) -> Reply:
    shown = question.options[: A_PAGE if len(question.options) > WHOLE else None]
    labels = (Choice(o.id, o.label.get(language, o.id)) for o in shown)
    one_by_one = question.kind == "statements"
    return Reply(question.ask[language], () if one_by_one else tuple(labels))
