"""What came out of a poll: shown, given as a file, told later; and what became of a receipt."""

from dataclasses import replace

from bot.dialog import Command, Outcome, Turn
from bot.i18n import _
from bot.message import Attachment, Reply
from bot.services.ballots import Ballots
from bot.services.poll_news import PollNews
from bot.services.poll_texts import receipt_told, receipt_unknown
from bot.services.polls import Polls
from bot.services.receipts import like_receipt, read_receipt
from bot.services.results import file_of, result
from dialogs.polling.showing import shown
from dialogs.polling.telling import none_open, result_of


def results(turn: Turn) -> Outcome:
    """The result of a poll: tapped, or the one they voted in last, else what was counted last."""
    polls = turn.use(Polls)
    named = turn.argument or turn.use(Ballots).voted_last(turn.talk.person_id)
    latest = (*polls.latest_closed(1), *polls.open_now())
    found = polls.get(named) if named else next(iter(latest), None)
    if found is None or found.state == "draft":
        return none_open(turn)
    reply = shown(turn, result(turn.transaction.connection, found))
    return reply if turn.argument or found.state == "closed" else _with_counted(turn, reply)


def _with_counted(turn: Turn, reply: Reply) -> Reply:
    """Who asked for a result may have meant the one that there is already."""
    counted = turn.use(Polls).latest_closed(1)
    return replace(reply, choices=(*reply.choices, *(result_of(turn, p) for p in counted)))


def file(turn: Turn) -> Outcome:
    """The file that anybody may count."""
    found = turn.use(Polls).get(turn.argument)
    content = file_of(turn.transaction.connection, found) if found else None
    if found is None or content is None:
        return Reply(turn.say(_("There is no file of this poll.")))
    text = turn.say(_("All ballots, in random order. How to count them is written in recount.py."))
    return Reply(text, attachments=(Attachment("text/csv", content.encode(), f"{found.id}.csv"),))


def follow(turn: Turn) -> Outcome:
    """Tell them the result, and what came of it."""
    found = turn.use(Polls).get(turn.argument)
    if found is None:
        return none_open(turn)
    turn.use(PollNews).follow(found.id, turn.talk.person_id)
    return Reply(turn.say(_("I will tell you here when it is counted, and later what came of it.")))


def receipt(turn: Turn) -> Outcome:
    """Whether a receipt was counted; never what it said."""
    code = read_receipt(turn.text) or like_receipt(turn.text) or ""
    states = turn.use(Ballots).status_of(code)
    if not states:
        return Reply(receipt_unknown(code, turn.language))
    known = ((turn.use(Polls).get(poll_id), state) for poll_id, state in states.items())
    lines = [receipt_told(code, state, poll, turn.language) for poll, state in known]
    return Reply("\n".join(lines))


def _is_receipt(text: str) -> bool:
    return (read_receipt(text) or like_receipt(text)) is not None


dialogs = (
    Command(
        "poll-results", results, triggers=(_("wordings: poll-results"),), shared=True, secret=True
    ),
    Command("poll-file", file, shared=True, secret=True),
    Command("poll-follow", follow, secret=True),
    Command("receipt", receipt, hears=_is_receipt, secret=True),
)
