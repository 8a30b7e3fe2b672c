"""Around a vote: take it back, or add a statement that others can vote on."""

from bot.dialog import Answers, Form, Json, Outcome, Slot, Slots, Turn
from bot.i18n import _
from bot.message import Choice, Reply
from bot.services.ballots import CLOSED, Ballots, NotTaken
from bot.services.moderation import Moderation
from bot.services.polls import Poll, Polls
from dialogs.polling.telling import label, none_open, not_taken


def _poll(turn: Turn, answers: Answers) -> Poll | None:
    return turn.use(Polls).get(str(answers.get("poll", "")))


def _of_poll(turn: Turn) -> Answers:
    return {"poll": turn.argument}


def _of_vote(turn: Turn) -> Answers:
    """The poll that was tapped, or the only one there is a vote in; of several we ask which."""
    voted = _voted(turn)
    if turn.argument or len(voted) < 2:
        return {"poll": turn.argument or "".join(p.id for p in voted)}
    return {}


def _voted(turn: Turn) -> tuple[Poll, ...]:
    """The open polls that this person voted in."""
    ballots, person = turn.use(Ballots), turn.talk.person_id
    return tuple(p for p in turn.use(Polls).open_now() if ballots.has_voted(p.id, person))


def _which(turn: Turn) -> Slots:
    """In which of them the vote is taken back: when each was changed last is not kept."""
    voted = _voted(turn)
    if len(voted) < 2:
        return ()
    choices = tuple(Choice(p.id, p.name(turn.language)) for p in voted)
    return (Slot("poll", _("In which poll do you take your vote back?"), choices=choices),)


def _withdraw_slots(turn: Turn, answers: Answers) -> Slots:
    found = _poll(turn, answers)
    if found is None:
        return _which(turn)
    if not turn.use(Ballots).has_voted(found.id, turn.talk.person_id):
        return ()
    choices = (Choice("yes", _("Yes, take it back")), Choice("no", _("No, it stays")))
    ask = turn.say(
        _("Take your vote in “{poll}” back? You may vote again until it closes."),
        poll=found.name(turn.language),
    )
    return (*_which(turn), Slot("sure", ask, choices=choices))


def withdraw(turn: Turn, answers: Answers) -> Outcome:
    """Take the ballot back, if that is really meant."""
    found = _poll(turn, answers)
    if found is None:
        return Reply(turn.say(_("You have no vote in a poll that is open.")))
    if answers.get("sure") == "no":
        return Reply(turn.say(_("Good, everything stays as it was.")))
    try:
        done = turn.use(Ballots).withdraw(found, turn.talk.person_id, turn.heard_at)
    except NotTaken as late_:
        return not_taken(turn, found, late_.why)
    text = (
        _("Done, your vote is taken back.")
        if done
        else _("You have no vote in a poll that is open.")
    )
    return Reply(turn.say(text), (label(turn, found),))


def _statement_slots(turn: Turn, answers: Answers) -> Slots:
    found = _poll(turn, answers)
    adding = [q for q in found.questions if q.adding] if found else []
    if found is None or not adding or not found.takes_votes(turn.heard_at):
        return ()

    def add(turn: Turn, said: Json) -> Json:
        whose = turn.talk.person_id
        turn.use(Moderation).add(found, adding[0].id, whose, (turn.language, str(said)))
        return "done"

    ask = _("What should others say yes or no to? One thought, in one sentence.")
    return (Slot("statement", ask, free=True, private=True, keep=add),)


def added(turn: Turn, answers: Answers) -> Outcome:
    """The statement waits to be looked at."""
    found = _poll(turn, answers)
    if found is None or "statement" not in answers:
        return none_open(turn) if found is None else not_taken(turn, found, CLOSED)
    text = _("Thank you. Somebody of the team reads it first; then others can vote on it.")
    return Reply(turn.say(text), (label(turn, found),))


dialogs = (
    Form(
        *("vote-withdraw", _withdraw_slots, withdraw),
        triggers=(_("wordings: vote-withdraw"),),
        title=_("taking back your vote"),
        begin=_of_vote,
        secret=True,
    ),
    Form(
        *("poll-statement", _statement_slots, added),
        title=_("your statement"),
        begin=_of_poll,
        private=True,
        secret=True,
    ),
)
