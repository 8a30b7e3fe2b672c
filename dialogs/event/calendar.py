"""Questions for a list by place and time: "events in Shanghai", "2027年有什么活动"; and no other.

Such a question has a word for events, places or a time or both, and nothing else that says
anything: "events against cars in Ghent" is for the articles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from bot.dialog import Outcome, Turn
from bot.i18n import _, format_list, format_span, sentences
from bot.message import Choice, Reply
from bot.services.events import Event, Events
from bot.understanding.dates import Day, Here, Meaning, Past, Several, read
from bot.understanding.periods import Part, Span, han_parts, parts, spans
from bot.understanding.places import as_said, known_names
from bot.understanding.telling import courtesies, question_words
from bot.understanding.wordings import cover, wordings, words
from dialogs.event.finding import takes_place_in
from dialogs.event.telling import LISTED, label, listed, shown
from dialogs.reminding.asked import clock_of

_READ = 200  # characters of such a question
_OVER = 200  # events that are over, looked through for those days
_EVENTS = _("wordings: calendar, events")
_FRAME = _("wordings: calendar, frame")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: `places` as `takes_place_in` takes them, and the days, if any."""

    places: frozenset[str]
    spans: tuple[Span, ...]

    def fits(self, event: Event) -> bool:
        """Whether an event is there, on those days by the clock of its place."""
        there = not self.places or takes_place_in(event, self.places)
        return there and self.is_then(event)

    def is_then(self, event: Event) -> bool:
        """Whether an event is on those days."""
        begins, ends = (
            at.astimezone(event.local_zone).date() for at in (event.starts_at, event.ends_at)
        )
        return not self.spans or any(span.holds(begins, ends) for span in self.spans)


@dataclass(frozen=True, slots=True)
class _Place:
    name: str


class _Small:
    """A word for events, or one that says nothing by itself."""


_ALL, _FRAME_WORD = _Small(), _Small()


def asks_for_list(turn: Turn) -> bool:
    """Whether somebody asks what there is at a place or a time."""
    return wanted(turn) is not None


def wanted(turn: Turn) -> Wanted | None:
    """The places and days whose events are asked for; None when it is another question."""
    text = turn.text
    if len(text) > _READ or not _speaks_of_events(words(text)):
        return None
    today = turn.heard_at.astimezone(clock_of(turn)).date()
    return _read(text, (), today) or _on_a_day(turn, today)


def _speaks_of_events(said: tuple[str, ...]) -> bool:
    heads = wordings(_EVENTS)
    return any(said[at : at + size] in heads for at in range(len(said)) for size in (1, 2, 3, 4))


def _read(text: str, days: tuple[Span, ...], today: date) -> Wanted | None:
    in_figures, rest = han_parts(text)
    said = cover(words(rest), _known())
    if not said or _ALL not in said:
        return None
    times = [*in_figures, *(word for word in said if isinstance(word, Part))]
    places = frozenset(word.name for word in said if isinstance(word, _Place))
    found = Wanted(places, (*days, *spans(times, today)))
    return found if found.places or found.spans else None


def _on_a_day(turn: Turn, today: date) -> Wanted | None:
    """Likewise of a certain day: "events on May 5", "was ist am Freitag los?"."""
    reading = read(turn.text, Here(turn.heard_at, clock_of(turn), turn.language))
    days = _days(reading.meaning) if reading else ()
    return _read(reading.rest, days, today) if reading and days else None


def _days(meaning: Meaning | None) -> tuple[Span, ...]:
    """The days it can be, also one that is over."""
    match meaning:
        case Day(on) | Past(Day(on)):
            return (Span(on, on),)
        case Several(options):
            return tuple(span for option in options for span in _days(option))
    return ()


@cache
def _known() -> Mapping[tuple[str, ...], Part | _Place | _Small]:
    """Every word such a question may have."""
    small = courtesies() | question_words() | wordings(_FRAME)
    return {
        **{said: _Place(name) for said, name in known_names().items()},
        **parts(),
        **dict.fromkeys(small, _FRAME_WORD),
        **dict.fromkeys(wordings(_EVENTS), _ALL),
    }


def there_and_then(turn: Turn, asked: Wanted) -> Outcome:
    """What there is, else what there was; else that there is nothing, and what there is instead."""
    calendar = turn.use(Events)
    coming = calendar.coming()
    if found := tuple(filter(asked.fits, coming)):
        lead = turn.say(_("In my calendar for {what}:"), what=_named(turn, asked))
        return shown(turn, found[0]) if len(found) == 1 else listed(turn, found, lead)
    were = tuple(filter(asked.fits, calendar.over(_OVER))) if asked.spans else ()
    none = turn.say(
        _("There is nothing in my calendar for {what} at the moment."), what=_named(turn, asked)
    )
    if were:
        lead = turn.say(_("What took place then is over. Pick one to see what came out of it:"))
        return Reply(sentences(none, lead), _choices(turn, were))
    if off := tuple(filter(asked.fits, calendar.called_off())):
        planned = turn.say(_("What was planned is cancelled:"))
        return Reply(sentences(none, planned), _choices(turn, off))
    return _instead(turn, none, asked, coming)


def _instead(turn: Turn, none: str, asked: Wanted, coming: Sequence[Event]) -> Reply:
    """What is at the same place at another time, else at that time elsewhere, else all there is."""
    person = turn.choice("human", _("Ask a person"))
    there = tuple(e for e in coming if asked.places and takes_place_in(e, asked.places))
    then = tuple(e for e in coming if asked.places and asked.is_then(e))
    if not coming:
        return Reply(none, (person,))
    lead = _("There at another time:") if there else _("What else is coming:")
    return Reply(
        sentences(none, turn.say(lead)), (*_choices(turn, there or then or coming), person)
    )


def _choices(turn: Turn, events: Sequence[Event]) -> tuple[Choice, ...]:
    return tuple(Choice(f"events:{e.id}", label(e, turn.language)) for e in events[:LISTED])


def _named(turn: Turn, asked: Wanted) -> str:
    """ "Shanghai, May 2027": the place as they wrote it, the time as their language writes it."""
    language = turn.language
    places = format_list(language, tuple(as_said(p, turn.text) for p in sorted(asked.places)))
    times = format_list(
        language, tuple(format_span(language, s.first, s.last) for s in asked.spans)
    )
    if places and times:
        return turn.say(_("{place}, {time}"), place=places, time=times)
    return places or times
