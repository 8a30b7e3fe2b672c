"""Polls: vote in seconds, and change it until the end."""

from bot.dialog import Answered, Answers, Command, Form, Outcome, Slots, Turn
from bot.i18n import _
from bot.message import Choice, Reply
from bot.services.ballots import CLOSED, NOT_OPEN, Ballots
from bot.services.informal import SOURCE, informal
from bot.services.invites import Invite, Invites
from bot.services.poll_news import PollNews
from bot.services.poll_texts import told_in
from bot.services.polls import Poll, Polls
from bot.services.reach import Reach
from bot.services.receipts import read_poll_code
from bot.services.weblinks import Pages
from dialogs.polling.admission import admission
from dialogs.polling.afterwards import again, given_up, noted
from dialogs.polling.asking import REFUSED, Asking
from dialogs.polling.secret import by_link, is_seen
from dialogs.polling.telling import in_group, label, listed, none_open, not_taken, until
from dialogs.polling.tokens import meaning
from dialogs.polling.voting import keep, question_slot

_AT_ONCE = ("single", "scale", "place", "statements")  # kinds that one late tap can change


# -- voting ------------------------------------------------------------------------------------


def begin(turn: Turn) -> Answers:
    """Which poll: the one that was tapped."""
    return {"poll": turn.argument}


def slots(turn: Turn, answers: Answers) -> Slots:
    """The questions of the poll, before them what is needed to vote at all."""
    poll = _poll(turn, answers)
    if poll is None or _refusal(turn, poll, answers):
        return ()
    voted = turn.use(Ballots).has_voted(poll.id, turn.talk.person_id)
    before = () if voted else admission(turn, poll)
    if is_seen(turn, poll):
        return before
    return (*before, *(question_slot(turn, poll, q, answers) for q in poll.questions))


def _poll(turn: Turn, answers: Answers) -> Poll | None:
    return turn.use(Polls).get(str(answers.get("poll", "")))


def _refusal(turn: Turn, poll: Poll, answers: Answers) -> str:
    """Why one cannot vote here and now; "" when one can."""
    said = next((str(a) for a in answers.values() if str(a).startswith(f"{REFUSED} ")), "")
    if said:
        return said.removeprefix(f"{REFUSED} ")
    if len(answers) == 1 and not poll.takes_votes(turn.heard_at):
        return CLOSED if poll.state != "draft" and turn.heard_at >= poll.opens_at else NOT_OPEN
    return turn.use(Ballots).shuts_out(poll, turn.talk.person_id, turn.talk.address.channel)


def submit(turn: Turn, answers: Answers) -> Outcome:
    """Say that the vote counts, never what it says; or why it does not."""
    poll = _poll(turn, answers)
    if poll is None:
        return none_open(turn)
    if why := _refusal(turn, poll, answers):
        return noted(turn, poll, not_taken(turn, poll, why, answers))
    if is_seen(turn, poll):
        return by_link(turn, poll, answers)
    return noted(turn, poll, confirmed(turn, poll))


def left(turn: Turn, answers: Answers) -> Outcome | None:
    """Who gives up in the middle hears what counts; None where there is no vote of theirs."""
    poll = _poll(turn, answers)
    if poll is None:
        return None
    if not poll.takes_votes(turn.heard_at):
        return noted(turn, poll, not_taken(turn, poll, CLOSED, answers))
    said = given_up(turn, poll, answers)
    return noted(turn, poll, said) if said else None


def confirmed(turn: Turn, poll: Poll) -> Outcome:
    """The receipt, and what one can do from here."""
    receipt = turn.use(Ballots).receipt(poll.id, turn.talk.person_id)
    if receipt is None:
        return Reply(
            turn.say(_("You have not voted in “{poll}”."), poll=poll.name(turn.language)),
            (label(turn, poll),) if poll.takes_votes(turn.now) else (),
        )
    text = turn.say(
        _(
            "Thank you, your vote is recorded. Your receipt: {receipt}\nYou can change it until "
            "{when}; the last one counts."
        ),
        receipt=receipt,
        when=until(turn, poll),
    )
    after = told_in(poll.next_steps, turn.language)
    then = turn.say(_("What happens then: {text}"), text=after) if after else ""
    address = turn.use(Pages).of_receipts(turn.language)
    where = _("Whether it was counted, you can check here: {address}")
    check = turn.say(where, address=address) if address else ""
    return Reply("\n\n".join(filter(None, (text, check, then))), _afterwards(turn, poll))


def _afterwards(turn: Turn, poll: Poll) -> tuple[Choice, ...]:
    follows = turn.use(PollNews).follows(poll.id, turn.talk.person_id)
    tell = () if follows else (turn.choice(f"poll-follow:{poll.id}", _("Tell me the result")),)
    add = (turn.choice(f"poll-statement:{poll.id}", _("Add a statement")),)
    return (
        *tell,
        *(add if any(q.adding for q in poll.questions) else ()),
        turn.choice(f"vote:{poll.id}", _("Change my vote")),
        turn.choice(f"vote-withdraw:{poll.id}", _("Take my vote back")),
    )


def late(turn: Turn, slot: str, value: str) -> Outcome | None:
    """A tap on the keyboard of a question that was answered: where it can be, it is a change."""
    code, dot, number = slot.partition(".")
    poll = turn.use(Polls).by_code(code) if dot and read_poll_code(code) else None
    if poll is None or not number.isdecimal() or not 1 <= int(number) <= len(poll.questions):
        return None
    answers: Answers = {"poll": poll.id}
    if why := _refusal(turn, poll, answers):
        return not_taken(turn, poll, why)
    if is_seen(turn, poll):
        return Answered((), open=f"vote:{poll.id}")
    asking = Asking(turn, poll, poll.questions[int(number) - 1], answers)
    tapped = meaning(poll, asking.question, turn.talk.person_id, value)
    voted = turn.use(Ballots).has_voted(poll.id, turn.talk.person_id)
    if tapped is None or asking.question.kind not in _AT_ONCE or not voted:
        return Answered((), open=f"vote:{poll.id}")
    kept = str(keep(asking, turn, value))
    if kept.startswith(REFUSED):
        return not_taken(turn, poll, kept.removeprefix(f"{REFUSED} "))
    return noted(turn, poll, confirmed(turn, poll))


# -- around it ---------------------------------------------------------------------------------


def poll(turn: Turn) -> Outcome:
    """The open polls; one alone, or one that was named, begins at once."""
    polls = turn.use(Polls)
    if turn.argument:
        named = polls.get(turn.argument)
        return none_open(turn) if named is None else _one(turn, named)
    open_now = polls.open_now()
    if not open_now:
        return none_open(turn)
    return _one(turn, open_now[0]) if len(open_now) == 1 else listed(turn, open_now)


def _one(turn: Turn, found: Poll) -> Outcome:
    if found.takes_votes(turn.heard_at) and in_group(turn):
        return informal(found, turn.language, _way_in(turn, found))
    if found.state == "draft":
        return none_open(turn)
    if found.state in ("closed", "cancelled"):
        return Answered((), open=f"poll-results:{found.id}")
    return Answered((), open=f"vote:{found.id}")


def _way_in(turn: Turn, found: Poll) -> str:
    """A link to a talk with the person alone, at this poll; else to the poll's own page."""
    code = turn.use(Invites).make(Invite(f"poll:{found.id}", SOURCE))
    own_page = turn.use(Pages).of_poll(found.id, turn.language)
    if found.mode == "web-secret":
        return own_page
    return turn.use(Reach).door(turn.talk.address.channel, code) or own_page


def by_code(turn: Turn) -> Outcome:
    """Somebody typed what a poster shows."""
    found = turn.use(Polls).by_code(read_poll_code(turn.text) or "")
    if found is None:
        return Reply(turn.say(_("I know no poll with this code. Is it written right?")))
    return _one(turn, found)


dialogs = (
    Command(
        "poll", poll, triggers=(_("wordings: poll"),), menu=_("Polls"), shared=True, secret=True
    ),
    Form(
        *("vote", slots, submit),
        title=_("the poll"),
        progress=True,
        begin=begin,
        late=late,
        private=True,
        again=again,
        left=left,
        secret=True,
    ),
    Command(
        *("poll-code", by_code),
        hears=lambda text: read_poll_code(text) is not None,
        shared=True,
        secret=True,
    ),
)
