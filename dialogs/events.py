"""The events there are: found by a question, listed, told one by one."""

from bot.dialog import Command, Outcome, Turn
from bot.i18n import _
from bot.message import Choice, Reply
from bot.services.event_texts import places_left
from bot.services.events import Events
from bot.understanding.places import named_in
from dialogs.answer import answer
from dialogs.event.asides import asks_of_shown, of_shown
from dialogs.event.calendar import Wanted, asks_for_list, there_and_then, wanted
from dialogs.event.finding import (
    RECENT,
    asks_where,
    meant,
    named,
    shown_last,
    surely_named,
    takes_place_in,
    wholly_named,
)
from dialogs.event.gone import asks_whether, whether
from dialogs.event.telling import (
    LISTED,
    label,
    listed,
    next_steps,
    nothing_coming,
    of_it,
    shown,
)


def events(turn: Turn) -> Outcome:
    """All that is coming; those that were named; or one that was tapped."""
    if turn.argument:
        event = turn.use(Events).get(turn.argument)
        if event is None or event.state == "draft":
            return Reply(turn.say(_("I do not know this event.")))
        return shown(turn, event)
    if asked := wanted(turn):
        return there_and_then(turn, asked)
    return _by_words(turn)


def _by_words(turn: Turn) -> Outcome:
    """The events whose words were said; all there are where none was named."""
    calendar = turn.use(Events)
    coming, others = calendar.coming(), (*calendar.called_off(), *calendar.over(RECENT))
    found = meant(turn, turn.text, coming)
    if wholly_named(turn.text, others) and not surely_named(turn.text, coming):
        return shown(turn, named(turn.text, others)[0])
    if places := named_in(turn.text):
        there = tuple(event for event in coming if takes_place_in(event, places))
        found = tuple(event for event in found if event in there) or there
        if not found and asks_where(turn.text, places):
            return there_and_then(turn, Wanted(places, ()))
    if not found and turn.trigger.strip("…") != turn.trigger:
        return answer(turn)  # "events in …", and none of ours is there: perhaps an article knows
    found = found or coming
    if not found:
        return nothing_coming(turn)
    return shown(turn, found[0]) if len(found) == 1 else listed(turn, found)


def past(turn: Turn) -> Outcome:
    """What was, the latest first: what came out of it, and what was shown there."""
    over = [e for e in turn.use(Events).every() if e.is_over(turn.now) and e.state in _WERE]
    if not over:
        return Reply(turn.say(_("No event has taken place yet.")))
    latest = sorted(over, key=lambda e: e.ends_at, reverse=True)[:LISTED]
    choices = tuple(Choice(f"events:{e.id}", label(e, turn.language)) for e in latest)
    return Reply(
        turn.say(_("These events are over. Pick one to see what came out of it:")), choices
    )


_WERE = ("open", "closed")


def left(turn: Turn) -> Outcome:
    """How many places are left: at the event that was named, or shown last, or at each."""
    coming = turn.use(Events).coming()
    found = named(turn.text, coming)
    if not found and named_in(turn.text):
        return answer(turn)  # of something in a place where none of ours is
    found = found or shown_last(turn, coming) or coming
    if not found:
        return nothing_coming(turn)
    lines = [of_it(turn, e, places_left(e, turn.language)) for e in found[:LISTED]]
    choices = tuple(Choice(f"events:{e.id}", label(e, turn.language)) for e in found[:LISTED])
    return Reply("\n".join(lines), choices)


def asks_about(turn: Turn) -> bool:
    """Whether a text that no wording names asks about one event."""
    return asks_whether(turn) or asks_of_shown(turn)


def about(turn: Turn) -> Outcome:
    """A question about the event told last, "where is it?", or whether one was cancelled."""
    if told_so := whether(turn):
        return told_so
    event, text = of_shown(turn)
    return Reply(text, next_steps(turn, event)) if event else answer(turn)


dialogs = (
    Command(
        "events",
        events,
        triggers=(_("wordings: events"),),
        menu=_("Events"),
        shared=True,
        claims=asks_for_list,
    ),
    Command("places-left", left, triggers=(_("wordings: places-left"),), shared=True),
    Command("about-event", about, claims=asks_about, shared=True),
    Command("past-events", past, triggers=(_("wordings: past-events"),), shared=True),
)
