"""From pieces to a meaning: which day, which time, and what it can mean at this moment."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from bot.understanding.dates.days import DAY, Days, Refused, ahead, days_of, first
from bot.understanding.dates.meaning import (
    Certain,
    Day,
    Here,
    Impossible,
    Meaning,
    Moment,
    Past,
    Relative,
    Several,
)
from bot.understanding.dates.pieces import Again, Clock, Distance, Lead, Part, Piece
from bot.understanding.dates.times import Times, times_of
from bot.understanding.places import country_of

FARTHEST = timedelta(days=5 * 366)
_SHOWN = 5  # options one is asked to choose from


def resolve(pieces: Sequence[Piece], here: Here) -> Meaning | None:
    """What these pieces mean; None when they do not say enough."""
    try:
        meaning = _resolve(pieces, here)
    except Refused as refused:
        return refused.why
    except (OverflowError, ValueError):
        return Impossible("too-far")
    return _within_reach(meaning, here)


def _resolve(pieces: Sequence[Piece], here: Here) -> Meaning | None:
    if first(pieces, Again):
        return Impossible("again-and-again")
    lead = first(pieces, Lead)
    if lead:
        return _around(lead, pieces, here)
    distance = first(pieces, Distance)
    if distance and distance.seconds:
        return _from_now(distance, here)
    days = days_of(pieces, here.wall.date(), _country(here))
    times = times_of(first(pieces, Clock), first(pieces, Part))
    if days is None and times is None:
        return None
    if times is None:
        return _some_day(days.dates, here) if days else None
    return _some_time(days or Days((here.wall.date(),), open=True), times, here)


def _country(here: Here) -> str:
    """Whose working days count where that clock does."""
    return "CN" if country_of(str(here.zone)) == "CN" else "DE"


def _within_reach(meaning: Meaning | None, here: Here) -> Meaning | None:
    last = meaning.options[-1] if isinstance(meaning, Several) else meaning
    if isinstance(last, Moment) and last.at - here.now > FARTHEST:
        return Impossible("too-far")
    if isinstance(last, Day) and last.on - here.wall.date() > FARTHEST:
        return Impossible("too-far")
    return meaning


def _one_of(options: Iterable[Certain]) -> Meaning | None:
    different = tuple(dict.fromkeys(options))
    if not different:
        return None
    return different[0] if len(different) == 1 else Several(different[:_SHOWN])


# -- distances ---------------------------------------------------------------------------------


def _from_now(distance: Distance, here: Here) -> Meaning:
    if distance.days or distance.months:
        wall = datetime.combine(ahead(here.wall.date(), distance), here.wall.time())
        begin = Moment.of(wall, here.zone).at
    else:
        begin = here.now
    moment = Moment(begin + timedelta(seconds=distance.seconds), here.zone)
    return moment if moment.at > here.now else Past(moment)


def _around(lead: Lead, pieces: Sequence[Piece], here: Here) -> Meaning | None:
    """Before or after something; where the text names its day, that day is the anchor."""
    clock, part = first(pieces, Clock), first(pieces, Part)
    if lead.distance.months:
        return None
    days = days_of(pieces, here.wall.date(), _country(here))
    sign = 1 if lead.after else -1
    if days and lead.distance.seconds:
        anchor = _some_time(days, times_of(clock, part) or Times(((0, time(0)),)), here)
        shift = timedelta(days=sign * lead.distance.days, seconds=sign * lead.distance.seconds)
        return _shifted(anchor, shift, here) if clock or part else None
    if days:
        shifted = tuple(on + sign * timedelta(days=lead.distance.days) for on in days.dates)
        times = times_of(clock, part)
        return _some_time(Days(shifted), times, here) if times else _some_day(shifted, here)
    times = times_of(clock, part) if not lead.distance.seconds else None
    options = times.at if times else ((0, None),)
    steps = sign * lead.distance.days
    seconds = sign * lead.distance.seconds
    return _one_of(Relative(steps + late, seconds, at, lead.after) for late, at in options)


def _shifted(anchor: Meaning | None, shift: timedelta, here: Here) -> Meaning | None:
    options = anchor.options if isinstance(anchor, Several) else (anchor,)
    moments = [Moment(o.at + shift, here.zone) for o in options if isinstance(o, Moment)]
    return _future(moments, here) or (Past(moments[-1]) if moments else None)


def _some_day(dates: Sequence[date], here: Here) -> Meaning | None:
    coming = [Day(day) for day in dates if day >= here.wall.date()]
    return _one_of(coming) if coming else Past(Day(dates[-1])) if dates else None


def _some_time(days: Days, times: Times, here: Here) -> Meaning | None:
    """The moments that are still to come; when none is, what else it may have meant."""
    moments = _moments(days.dates, times.at, here)
    found = _future(moments, here)
    if found:
        return found
    tomorrow = tuple(day + DAY for day in days.dates)
    later: list[Moment] = []
    if days.open or (days.today and times.instead):
        later = _moments(days.dates, times.instead, here) + _moments(tomorrow, times.at, here)
    return _future(later, here) or (Past(max(moments, key=lambda m: m.at)) if moments else None)


def _moments(dates: Iterable[date], times: Iterable[tuple[int, time]], here: Here) -> list[Moment]:
    return [
        Moment.of(datetime.combine(day + timedelta(days=late), at), here.zone)
        for day in dates
        for late, at in times
    ]


def _future(moments: Iterable[Moment], here: Here) -> Meaning | None:
    return _one_of(moment for moment in moments if moment.at > here.now)
