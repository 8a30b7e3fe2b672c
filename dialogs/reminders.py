"""A person's own reminders: shown, put off, deleted."""

from datetime import timedelta

from bot.dialog import Answers, Command, Form, Outcome, Slot, Slots, Turn
from bot.i18n import _, format_brief_moment
from bot.message import Choice, Reply
from bot.services.events import Events
from bot.services.preferences import Preferences
from bot.services.reminder_texts import on_the_clock
from bot.services.reminders import Reminder, Reminders, TooMany, Wanted
from bot.text import shorten
from bot.understanding.dates import Moment

_SHOWN = 10
_LABEL = 40  # characters of a choice
_NONE = _(
    "No reminder is waiting for you. To set one, write for example: remind me tomorrow at 9 to "
    "call Anna."
)


def listed(turn: Turn) -> Outcome:
    """All that wait, or what a tap on one says: `show=7`, `delete=7`, `delete-all`."""
    what, _equals, number = turn.argument.partition("=")
    if what == "delete-all":
        return _delete_all(turn)
    own = _own(turn, number)
    if own and what == "delete":
        return _delete(turn, own)
    if own and what == "show":
        return _show(turn, own)
    waiting = turn.use(Reminders).waiting(turn.talk.person_id)
    if not waiting:
        return Reply(turn.say(_NONE))
    lines = [turn.say(_("I will remind you:"))]
    lines += [f"• {line(turn, r)}" for r in waiting[:_SHOWN]]
    if len(waiting) > _SHOWN:
        lines.append(turn.say(_("… and {count} more."), count=len(waiting) - _SHOWN))
    return Reply("\n".join(lines), _choices(turn, waiting))


def _choices(turn: Turn, waiting: tuple[Reminder, ...]) -> tuple[Choice, ...]:
    if len(waiting) == 1:
        return _steps(turn, waiting[0])
    shown = tuple(Choice(f"reminders:show={r.id}", _label(turn, r)) for r in waiting[:_SHOWN])
    return (*shown, turn.choice("reminders:delete-all", _("Delete all of them")))


def _label(turn: Turn, own: Reminder) -> str:
    """Two of the same subject differ by their time."""
    moment = _briefly(turn, own)
    what = shorten(what_of(turn, own), _LABEL - len(moment))
    return turn.say(_("{what} ({moment})"), what=what, moment=moment)


def _steps(turn: Turn, own: Reminder) -> tuple[Choice, ...]:
    delete = turn.choice(f"reminders:delete={own.id}", _("Delete it"))
    if own.rule_id is not None:
        return (delete,)
    return (turn.choice(f"remind:again={own.id}", _("Another time")), delete)


def _own(turn: Turn, number: str) -> Reminder | None:
    """One of the person's own that is still waiting."""
    found = turn.use(Reminders).named(number, turn.talk.person_id)
    return found if found and found.state == "due" else None


def _show(turn: Turn, own: Reminder) -> Reply:
    return Reply(line(turn, own), _steps(turn, own))


def _delete(turn: Turn, own: Reminder) -> Reply:
    turn.use(Reminders).cancel(own.id, turn.talk.person_id)
    done = turn.say(_("Deleted: {what}. I will not remind you of it."), what=what_of(turn, own))
    return Reply(done, (turn.choice("reminders", _("My reminders")),))


def _delete_all(turn: Turn) -> Reply:
    count = turn.use(Reminders).cancel_all(turn.talk.person_id)
    return Reply(
        turn.say_count(
            _("{count} reminder is deleted."), _("{count} reminders are deleted."), count
        )
    )


def line(turn: Turn, own: Reminder) -> str:
    """When it comes, and what it is about."""
    return turn.say(_("{moment}: {what}"), moment=_when(turn, own), what=what_of(turn, own))


def _when(turn: Turn, own: Reminder) -> str:
    """On the person's own clock, else on the one that was meant."""
    zone = turn.use(Preferences).of(turn.talk.person_id).zone or own.local_zone
    return on_the_clock(turn.language, own.due_at, zone)


def _briefly(turn: Turn, own: Reminder) -> str:
    """When it comes, as a choice has room for it."""
    zone = turn.use(Preferences).of(turn.talk.person_id).zone or own.local_zone
    return format_brief_moment(turn.language, own.due_at, zone)


def what_of(turn: Turn, own: Reminder) -> str:
    """What it is about: its own words, else the event."""
    event = turn.use(Events).get(own.event_id) if own.event_id else None
    return own.text or (event.name(turn.language) if event else turn.say(_("Your reminder")))


def put_off(turn: Turn) -> Outcome:
    """A tap on a reminder that came: again in so many minutes, `7.60`."""
    number, _dot, minutes = turn.argument.partition(".")
    own = turn.use(Reminders).named(number, turn.talk.person_id)
    if own is None or minutes not in ("60", "1440"):
        return Reply(turn.say(_NONE))
    moment = Moment(turn.now + timedelta(minutes=int(minutes)), own.local_zone)
    wanted = Wanted(text=what_of(turn, own), moment=moment)
    try:
        again, _is_new = turn.use(Reminders).add(turn.talk, wanted)
    except TooMany:
        return listed(turn)
    text = turn.say(_("I will remind you again on {moment}."), moment=_when(turn, again))
    return Reply(text, _steps(turn, again))


def _ask_all(turn: Turn, _answers: Answers) -> str:
    count = len(turn.use(Reminders).waiting(turn.talk.person_id))
    return turn.say_count(
        _("Shall I delete {count} reminder?"), _("Shall I delete all {count} reminders?"), count
    )


def _all_slots(turn: Turn, _answers: Answers) -> Slots:
    waiting = turn.use(Reminders).waiting(turn.talk.person_id)
    return (_ALL,) if waiting else ()


_ALL = Slot(
    *("sure", _ask_all),
    choices=(Choice("yes", _("Yes, delete them")), Choice("no", _("No, leave it"))),
)


def _all_gone(turn: Turn, answers: Answers) -> Outcome:
    if answers.get("sure") == "no":
        return listed(turn)
    return _delete_all(turn) if "sure" in answers else Reply(turn.say(_NONE))


dialogs = (
    Form(
        *("delete-reminders", _all_slots, _all_gone),
        triggers=(_("wordings: delete-all-reminders"),),
        title=_("deleting your reminders"),
    ),
    Command("reminders", listed, triggers=(_("wordings: my-reminders"),)),
    Command("remind-later", put_off),
)
