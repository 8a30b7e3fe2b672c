"""The questions of a poll as people will be asked them: the real words, on each channel."""

from typing import Final

from bot.dialog import Services, Talk, Transaction, Turn
from bot.editing.preview import CHANNELS, bubbles
from bot.i18n import languages
from bot.message import Address, Message, Reply
from bot.services.ballots import Ballots
from bot.services.drafts import Shown
from bot.services.polls import Poll, Question
from bot.slots import choices_of
from dialogs.polling.voting import question_slot

_READER: Final = Address("web", "preview")


class _NoVotes:
    """Ballots of who has not voted: asking for the first time looks at nothing else."""

    def mine(self, _poll: Poll, _person_id: str) -> None:
        return None


_SERVICES: Final[Services] = {Ballots: lambda _transaction: _NoVotes()}


def asked(transaction: Transaction, poll: Poll) -> tuple[tuple[Question, tuple[Shown, ...]], ...]:
    """Every question, in each language the poll is written in, on each channel."""
    spoken = tuple(code for code in languages() if poll.title.get(code))
    return tuple(
        (
            question,
            tuple(
                one for code in spoken for one in _on_channels(transaction, poll, question, code)
            ),
        )
        for question in poll.questions
    )


def _on_channels(
    transaction: Transaction, poll: Poll, question: Question, language: str
) -> tuple[Shown, ...]:
    message = Message("preview", _READER, "", transaction.now)
    turn = Turn(message, Talk("preview", _READER, language), transaction, _SERVICES)
    slot = question_slot(turn, poll, question, {})
    text = slot.ask if isinstance(slot.ask, str) else slot.ask(turn, {})
    reply = Reply(text, choices_of(slot, turn), slot.links(turn), several=slot.several(turn))
    return tuple(
        Shown(language, channel, can.measure, can.text_limit, bubbles(reply, can), ())
        for channel, can in CHANNELS.items()
    )
