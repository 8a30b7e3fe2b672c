"""Sets a reminder up, and says back what was understood and what can be promised."""

from typing import Final

from bot.dialog import Answers, Outcome, Turn
from bot.i18n import _
from bot.message import Attachment, Choice, Reply
from bot.services.people import People
from bot.services.preferences import Preferences
from bot.services.reach import Reach
from bot.services.reminder_calendar import entry
from bot.services.reminder_texts import on_the_clock
from bot.services.reminders import MOST, Reminder, Reminders, TooMany, Wanted
from bot.understanding.dates import Moment
from dialogs.reminding.asked import Wish, morning_after, zone

REACH: Final = {
    "when they look": _(
        "You will see it when this page is open. To be safe, put it into your calendar as well."
    ),
    "when they write": _(
        "Here I may only write to you within two days of your last message. If they are over by "
        "then, you get it as soon as you write to me. To be safe, put it into your calendar as "
        "well."
    ),
}


def set_up(turn: Turn, answers: Answers, wish: Wish) -> Outcome:
    """Write the reminder down, and what the person told us on the way."""
    moment = wish.moment
    if moment is None:  # the event it counted from was cancelled meanwhile
        return Reply(turn.say(_("That has changed in the meantime. Please ask me once more.")))
    if answers.get("permission") == "yes":
        turn.use(People).resume(turn.talk.person_id)
    if "zone" in answers:
        turn.use(Preferences).set_zone(turn.talk.person_id, zone(turn, answers))
    if _comes_anyway(turn, wish, moment):
        told = on_the_clock(turn.language, moment.at, wish.zone)
        return Reply(turn.say(_("I do that already, on {moment}."), moment=told))
    wanted = _wanted(wish, moment)
    if answers.get("night") == "no" and (morning := morning_after(turn, wish)):
        wanted = _by_itself(turn, wish, Moment(morning, wish.zone))
    try:
        reminder, is_new = turn.use(Reminders).add(turn.talk, wanted)
    except TooMany:
        full = _("You have {count} reminders waiting; that is all I can keep. Delete one first.")
        return Reply(turn.say(full, count=MOST), (turn.choice("reminders", _("My reminders")),))
    _replace(turn, answers, reminder)
    return _confirmed(turn, wish, reminder, wanted.moment, is_new)


def _comes_anyway(turn: Turn, wish: Wish, moment: Moment) -> bool:
    """Whether the organisers remind of this event at the same moment, and no words are added."""
    if wish.event is None or wish.what:
        return False
    waiting = turn.use(Reminders).waiting(turn.talk.person_id)
    same = (r for r in waiting if r.rule_id and r.event_id == wish.event.id)
    return any(r.planned_at == moment.at for r in same)


def _wanted(wish: Wish, moment: Moment) -> Wanted:
    linked = wish.relative and wish.event
    return Wanted(
        text=wish.what or "",
        moment=moment,
        event_id=linked.id if linked else None,
        relative=wish.relative if linked else None,
    )


def _by_itself(turn: Turn, wish: Wish, moment: Moment) -> Wanted:
    """One that does not move with its event: it would be at night again."""
    name = wish.event.name(turn.language) if wish.event else ""
    return Wanted(text=wish.what or name, moment=moment)


def _replace(turn: Turn, answers: Answers, reminder: Reminder) -> None:
    """The reminder whose time was changed makes room for the new one."""
    before = turn.use(Reminders).named(str(answers.get("again", "")), turn.talk.person_id)
    if before and before.id != reminder.id:
        turn.use(Reminders).cancel(before.id, turn.talk.person_id)


def _confirmed(turn: Turn, wish: Wish, reminder: Reminder, moment: Moment, is_new: bool) -> Outcome:
    told = on_the_clock(turn.language, moment.at, wish.zone)
    lines = [_promise(turn, wish, told, is_new)]
    if moment.is_moved:
        moved = _("The clocks jump over that time on that day, so it is the first moment after it.")
        lines.append(turn.say(moved))
    files = _doubts(turn, reminder, wish, lines)
    choices = [
        Choice(f"remind:again={reminder.id}", turn.say(_("Another time"))),
        Choice(f"reminders:delete={reminder.id}", turn.say(_("Delete it"))),
    ]
    if turn.use(Preferences).of(turn.talk.person_id).zone is None:
        choices.append(turn.choice("timezone", _("Another time zone")))
    return Reply("\n\n".join(lines), tuple(choices), attachments=files)


def _promise(turn: Turn, wish: Wish, told: str, is_new: bool) -> str:
    """What will happen, in one sentence."""
    what = wish.what or (wish.event.name(turn.language) if wish.event else "")
    if not is_new:
        return turn.say(_("I have that already, for {moment}."), moment=told)
    if what:
        promise = _("I will remind you on {moment}: {what}")
        return turn.say(promise, moment=told, what=what)
    return turn.say(_("I will remind you on {moment}."), moment=told)


def _doubts(turn: Turn, reminder: Reminder, wish: Wish, lines: list[str]) -> tuple[Attachment, ...]:
    """Where it is not certain that we can write, we say so and hand over a calendar file."""
    reach = turn.use(Reach)
    certain = reach.at(turn.talk.address, turn.now, reminder.planned_at)
    if certain == "sure":
        return ()
    lines.append(turn.say(REACH[certain]))
    if not reach.takes_files(turn.talk.address):
        return ()
    title = wish.what or (wish.event.name(turn.language) if wish.event else "")
    return (entry(reminder, title or turn.say(_("Your reminder"))),)
