"""A wish to be reminded as far as it is understood, read anew at each step from what was said.

The answers of the form hold texts and what was picked, never a result: so a time zone that is
named on the way changes what "at nine" means, and a day later "in two hours" still counts from
when it was said.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.config import Settings
from bot.dialog import Answers, Turn
from bot.quiet import Quiet
from bot.services.events import Event, Events
from bot.services.preferences import Preferences
from bot.services.registrations import Registrations
from bot.services.reminders import Reminders
from bot.understanding.dates import (
    Day,
    Here,
    Impossible,
    Meaning,
    Moment,
    Past,
    Reading,
    Relative,
    Several,
    read,
)
from bot.understanding.places import home_in, zone_of
from bot.understanding.wordings import is_han, words
from dialogs.event.finding import named
from dialogs.reminding.home import apart
from dialogs.reminding.wish import is_call, subject, without_call

_NAME = 4  # words that name an event; of Chinese characters twice as many
NOTHING = "nothing"  # picked instead of something to be reminded of
Problem = Past | Impossible | Literal["unread", "no event", "home"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is known so far.

    meaning  of the time; a Day, Several or None is still to be asked about
    problem  why the last answer leads nowhere
    what     to be reminded of; None when nothing was said
    """

    zone: ZoneInfo
    meaning: Meaning | None
    problem: Problem | None
    what: str | None
    event: Event | None = None

    @property
    def relative(self) -> Relative | None:
        """What it counts from the event, where it does."""
        return self.meaning if isinstance(self.meaning, Relative) else None

    @property
    def moment(self) -> Moment | None:
        """The moment it means, when nothing is left to ask."""
        event = self.event
        if self.relative and event:
            return self.relative.moment(event.starts_at, event.ends_at, event.local_zone)
        return self.meaning if isinstance(self.meaning, Moment) else None


def begin(turn: Turn) -> Answers:
    """What the words say that began the form; `again=7` changes the time of reminder 7."""
    started = {"said_at": turn.heard_at.isoformat()}
    kind, _equals, number = turn.argument.partition("=")
    if kind == "again":
        return started | {"again": number}
    if turn.argument:
        return started
    text, home = apart(turn.text)
    return started | {"text": without_call(text)} | ({"zone": str(home)} if home else {})


def here(turn: Turn, answers: Answers) -> Here:
    """Whose clock counts, and from when."""
    said_at = answers.get("said_at")  # missing where a Rasa server began the form
    at = datetime.fromisoformat(str(said_at)) if said_at else turn.heard_at
    return Here(at, zone(turn, answers), turn.language)


def zone(turn: Turn, answers: Answers) -> ZoneInfo:
    """The zone they name now, else the one they told us before, else the house's."""
    return zone_of(str(answers.get("zone", ""))) or clock_of(turn)


def clock_of(turn: Turn) -> ZoneInfo:
    """The person's zone; of who has not said, we assume the house's."""
    return turn.use(Preferences).of(turn.talk.person_id).zone or house_zone(turn)


def house_zone(turn: Turn) -> ZoneInfo:
    """The office's zone: what we assume of people who have not said."""
    return ZoneInfo(turn.use(Settings).zone)


def wish(turn: Turn, answers: Answers) -> Wish:
    """All that was said until now, put together."""
    when = here(turn, answers)
    anew = _said_anew(answers)
    opening = read(_opening(answers), when)
    said = read(str(answers["when"]), when) if "when" in answers and not anew else opening
    meaning, problem = _usable(said)
    problem = _unread(str(answers["when"])) if "when" in answers and said is None else problem
    if isinstance(meaning, Several) and "which" in answers:
        meaning, problem = picked(str(answers["which"]), when, meaning)
    if isinstance(meaning, Day) and "time" in answers:
        timed = read(str(answers["time"]), when, meaning.on)
        usable, problem = _usable(timed)
        meaning = usable or meaning
        problem = problem or (None if timed else _unread(str(answers["time"])))
    if isinstance(meaning, Several) and "hour" in answers:
        meaning, problem = picked(str(answers["hour"]), when, meaning)
    event = _event(turn, answers, meaning, said, opening)
    found = Wish(when.zone, meaning, problem, _what(turn, answers, opening, event), event)
    return _possible(found, turn)


def _said_anew(answers: Answers) -> bool:
    """Whether the answer to "when?" is a whole wish of its own: "remind me at 3 to call Bo"."""
    return "when" in answers and is_call(str(answers["when"]))


def _opening(answers: Answers) -> str:
    """The words of the wish: those it began with, or those it was said anew with."""
    said = without_call(str(answers["when"])) if _said_anew(answers) else ""
    return said or str(answers.get("text", ""))


def _usable(reading: Reading | None) -> tuple[Meaning | None, Problem | None]:
    meaning = reading.meaning if reading else None
    return (None, meaning) if isinstance(meaning, Past | Impossible) else (meaning, None)


def _possible(wish: Wish, turn: Turn) -> Wish:
    """People take their time to answer: what has passed meanwhile is asked again."""
    moment = wish.moment
    if moment is not None and moment.at <= turn.now:
        return replace(wish, meaning=None, problem=Past(moment))
    if counts_from_event(wish.meaning) and wish.event is None and not coming(turn):
        return replace(wish, meaning=None, problem="no event")
    return wish


def picked(value: str, when: Here, offered: Several) -> tuple[Meaning | None, Problem | None]:
    """One of several: as it was tapped, or told in words, a time alone for the first day."""
    tapped = next((option for option in offered.options if key(option) == value), None)
    if tapped is not None:
        return tapped, None
    first = offered.options[0]
    day = first.on if isinstance(first, Day) else None
    day = first.at.astimezone(when.zone).date() if isinstance(first, Moment) else day
    told = read(value, when, day)
    meaning, problem = _usable(told)
    return (meaning, None) if meaning else (offered, problem or _unread(value))


def _unread(said: str) -> Problem:
    """Why a text is no time: it may say where they are instead, which is heard elsewhere."""
    return "home" if home_in(said) else "unread"


def key(option: Meaning) -> str:
    """An option as the value of a choice."""
    match option:
        case Moment():
            return option.at.isoformat()
        case Day():
            return option.on.isoformat()
        case Relative():
            return f"{option.days},{option.seconds},{option.at},{option.after}"
    return ""


def counts_from_event(meaning: Meaning | None) -> bool:
    """Whether it says "before" or "after", of which several times may be meant."""
    several = isinstance(meaning, Several) and isinstance(meaning.options[0], Relative)
    return several or isinstance(meaning, Relative)


def coming(turn: Turn) -> tuple[Event, ...]:
    """Events of the person that a reminder can count from."""
    held = turn.use(Registrations).of_person(turn.talk.person_id)
    return tuple(event for _registration, event in held if event.starts_at > turn.now)


def _event(
    turn: Turn,
    answers: Answers,
    meaning: Meaning | None,
    said: Reading | None,
    opening: Reading | None,
) -> Event | None:
    """The event that was picked, else the one the words name, else the only one of theirs."""
    if not counts_from_event(meaning):
        return None
    if "event" in answers:
        return turn.use(Events).get(str(answers["event"]))
    first = opening.rest if opening else _opening(answers)
    text = f"{first} {said.rest if said else ''}"
    mine = coming(turn)
    found = named(text, mine) or named(text, turn.use(Events).coming()) or mine
    return found[0] if len(found) == 1 else None


def _what(turn: Turn, answers: Answers, opening: Reading | None, event: Event | None) -> str | None:
    """What to be reminded of: as it was answered, or what the words say beside the time.

    A few words that name the event are no words of their own.
    """
    if "what" in answers:
        what = str(answers["what"])
        return "" if what == NOTHING else (subject(without_call(what)) or what)
    if "again" in answers:
        own = turn.use(Reminders).named(str(answers["again"]), turn.talk.person_id)
        linked = turn.use(Events).get(own.event_id) if own and own.event_id else None
        return (own and own.text) or (linked.name(turn.language) if linked else "")
    rest = subject(opening.rest if opening else _opening(answers))
    size = sum(0.5 if is_han(word) else 1.0 for word in words(rest))
    return "" if event and size <= _NAME and named(rest, (event,)) else rest or None


def at_night(turn: Turn, found: Wish) -> bool:
    """Whether another place's clock gave a moment that is in the person's own quiet hours.

    What they say by their own clock is meant as it is said.
    """
    moment = found.moment
    if moment is None or found.relative is None or str(moment.zone) == str(clock_of(turn)):
        return False
    return is_at_night(turn, moment.at)


def is_at_night(turn: Turn, at: datetime) -> bool:
    """Whether a moment is in the person's quiet hours."""
    return _quiet(turn).next_allowed(at, clock_of(turn)) != at


def morning_after(turn: Turn, found: Wish) -> datetime | None:
    """The end of that night; None when the event it counts to has begun by then."""
    if found.moment is None or found.event is None or found.relative is None:
        return None
    at = _quiet(turn).next_allowed(found.moment.at, clock_of(turn))
    return at if found.relative.after or at < found.event.starts_at else None


def _quiet(turn: Turn) -> Quiet:
    told = turn.use(Preferences).of(turn.talk.person_id).quiet
    return told or Quiet.read(turn.use(Settings).quiet_hours)


def zone_is_open(turn: Turn, meaning: Meaning | None) -> bool:
    """Whether we ask whose clock is meant: only who most likely lives by another than ours."""
    if turn.use(Preferences).of(turn.talk.person_id).zone or turn.language != "zh":
        return False
    exact = isinstance(meaning, Moment) and meaning.wall is None
    return not exact and not counts_from_event(meaning) and "Shanghai" not in str(house_zone(turn))
