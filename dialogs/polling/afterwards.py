"""What is said and typed once a ballot was left: what counts of it, and that it is not kept."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.dialog import Answered, Answers, Invalid, Outcome, Turn
from bot.i18n import _, languages, translate
from bot.message import Reply
from bot.services.ballots import CLOSED, Ballots
from bot.services.marks import read
from bot.services.polls import Poll, Polls, Question
from bot.understanding.wordings import words
from dialogs.polling.asking import is_begun
from dialogs.polling.statements import OPINIONS
from dialogs.polling.telling import label, not_taken
from dialogs.polling.voting import OTHERS

_NOTED = "balloted"  # in the memory of a talk: which poll, and when its ballot was left
_WHILE = timedelta(minutes=15)  # so long what is typed may be the vote once more


def noted(turn: Turn, poll: Poll, outcome: Outcome) -> Answered:
    """The same, and the talk remembers for a while which poll it was about; never what was said."""
    memory = {_NOTED: [poll.id, turn.now.replace(second=0, microsecond=0).isoformat()]}
    if isinstance(outcome, Reply):
        return Answered((outcome,), memory=memory)
    return replace(outcome, memory={**outcome.memory, **memory})


def again(turn: Turn) -> Outcome | None:
    """A text that reads as an answer to the poll that was just left; None for any other text."""
    poll = _just_left(turn)
    if poll is None or not any(_is_answer(turn.text, question) for question in poll.questions):
        return None
    if not poll.takes_votes(turn.heard_at):
        return not_taken(turn, poll, CLOSED)
    text = _("Nothing has changed by this. To vote or to change your vote in “{poll}”, tap here:")
    return Reply(turn.say(text, poll=poll.name(turn.language)), (label(turn, poll),))


def given_up(turn: Turn, poll: Poll, answers: Answers) -> Reply | None:
    """What counts for who cancels in the middle of a ballot; None for who has not voted."""
    receipt = turn.use(Ballots).receipt(poll.id, turn.talk.person_id)
    if receipt is None:
        return None
    said = (
        _("Cancelled. What you have answered so far is on your ballot and counts; the rest stays "
          "as it was. Your receipt: {receipt}")
        if is_begun(answers)
        else _("Cancelled. Your vote counts as it was. Your receipt: {receipt}")
    )  # fmt: skip
    change = turn.choice(f"vote:{poll.id}", _("Change my vote"))
    back = turn.choice(f"vote-withdraw:{poll.id}", _("Take my vote back"))
    return Reply(turn.say(said, receipt=receipt), (change, back))


def _just_left(turn: Turn) -> Poll | None:
    match turn.talk.memory.get(_NOTED):
        case [str(poll_id), str(when)] if turn.now - datetime.fromisoformat(when) < _WHILE:
            return turn.use(Polls).get(poll_id)
    return None


def _is_answer(text: str, question: Question) -> bool:
    """Whether it reads as one: an option by name or number, points, a place; not a free text."""
    if question.kind == "text":
        return False
    said = {words(translate(code, label)) for code in languages() for label in (*OPINIONS, *OTHERS)}
    if words(text) in said:
        return True
    try:
        read(question, text, question.options)
    except Invalid:
        return False
    return True
