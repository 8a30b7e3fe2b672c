"""What is said of a poll: what it is, until when, who sees what, and why a vote does not count."""

from bot.dialog import Answers, Outcome, Turn
from bot.i18n import _, clauses, sentences
from bot.message import Choice, Link, Message, Reply
from bot.services import poll_texts
from bot.services.ballots import CLOSED, CONTACT_USED, NOT_HERE, NOT_OPEN, Ballots
from bot.services.event_texts import moment
from bot.services.polls import Poll, Polls
from bot.services.texts import in_language
from bot.services.weblinks import Pages
from dialogs.polling.asking import is_begun, receipt_in

LISTED = 8  # polls in one message


def until(turn: Turn, poll: Poll) -> str:
    """Until when one can vote, in the zone of the poll."""
    return poll_texts.until(poll, turn.language)


def lead(turn: Turn, poll: Poll) -> str:
    """What stands above the first question."""
    blocks = [poll.name(turn.language), in_language(poll.summary, turn.language)]
    rules = [turn.say(_("Open until {when}."), when=until(turn, poll))]
    rules += [
        text(poll, turn.language)
        for text in (poll_texts.secrecy, poll_texts.who_in_short, poll_texts.on_tablets)
    ]
    moved = poll_texts.extended(poll, turn.language)
    return "\n\n".join(filter(None, (*blocks, sentences(*rules), moved)))


def label(turn: Turn, poll: Poll) -> Choice:
    """An open poll as a choice."""
    return Choice(f"vote:{poll.id}", poll.name(turn.language))


def to_page(turn: Turn, poll: Poll) -> tuple[Link, ...]:
    """The page of a poll, where people outside can open our pages."""
    address = turn.use(Pages).of_poll(poll.id, turn.language)
    return (Link(turn.say(_("The page of this poll")), address),) if address else ()


def listed(turn: Turn, polls: tuple[Poll, ...]) -> Reply:
    """The open polls, each a tap away."""
    lines = [turn.say(_("These polls are open:"))]
    for poll in polls[:LISTED]:
        when = turn.say(_("until {when}"), when=until(turn, poll))
        lines.append(f"• {clauses(turn.language, (poll.name(turn.language), when))}")
    at_once = "poll" if in_group(turn) else "vote"  # one votes alone with us
    choices = (Choice(f"{at_once}:{p.id}", p.name(turn.language)) for p in polls[:LISTED])
    return Reply("\n".join(lines), tuple(choices))


def in_group(turn: Turn) -> bool:
    """Whether several people read along."""
    return isinstance(turn.event, Message) and turn.event.shared


def none_open(turn: Turn) -> Reply:
    """There is nothing to vote in; what was counted last can be seen."""
    closed = turn.use(Polls).latest_closed(3)
    results = tuple(result_of(turn, poll) for poll in closed)
    text = (
        _("No poll is open with me at the moment. These were counted last:")
        if closed
        else _("No poll is open with me at the moment, and I have no result to show.")
    )
    return Reply(turn.say(text), (*results, turn.choice("human", _("Ask a person"))))


def result_of(turn: Turn, poll: Poll) -> Choice:
    """A result as a choice."""
    text = turn.say(_("Result: {poll}"), poll=poll.name(turn.language))
    return Choice(f"poll-results:{poll.id}", text)


def not_taken(turn: Turn, poll: Poll, why: str, answers: Answers | None = None) -> Outcome:
    """A vote that does not count, said kindly, with what one can do instead.

    `answers`: of the round it ends; what was answered in it before counts.
    """
    if why == NOT_OPEN:
        when = moment(turn.language, poll.opens_at, poll.zone)
        text = turn.say(_("“{poll}” opens on {when}."), poll=poll.name(turn.language), when=when)
        return Reply(text)
    if why != CLOSED:
        choices = (
            () if why in (NOT_HERE, CONTACT_USED) else (turn.choice("human", _("Ask a person")),)
        )
        return Reply(turn.say(why), choices)
    if poll.state == "cancelled":
        return Reply(turn.say(_("This poll was cancelled; the votes are deleted.")))
    text = turn.say(
        _("“{poll}” closed on {when}. Votes that came later do not count."),
        poll=poll.name(turn.language),
        when=until(turn, poll),
    )
    text = sentences(text, _in_time(turn, poll, answers or {}))
    return Reply(text, (turn.choice(f"poll-results:{poll.id}", _("See the result")),))


def _in_time(turn: Turn, poll: Poll, answers: Answers) -> str:
    """That what was answered before the end counts; "" for who had answered nothing."""
    ballots, person = turn.use(Ballots), turn.talk.person_id
    receipt = ballots.receipt(poll.id, person) or receipt_in(answers)
    if receipt:
        said = _("What you had answered by then counts. Your receipt: {receipt}")
        return turn.say(said, receipt=receipt)
    counts = is_begun(answers) or ballots.has_voted(poll.id, person)
    return turn.say(_("What you had answered by then counts.")) if counts else ""
