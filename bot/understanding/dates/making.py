"""How the words that match a rule become a piece; the rules name these functions."""

from collections.abc import Callable
from dataclasses import replace

from bot.understanding.dates.pieces import (
    Again,
    Calendar,
    Clock,
    Distance,
    FromToday,
    Lead,
    Part,
    Piece,
    Tokens,
    Week,
    Weekday,
)
from bot.understanding.dates.words import Token


def values(tokens: Tokens, kinds: str) -> list[int]:
    """The values of the words of these kinds, in order."""
    return [int(token.value) for token in tokens if token.kind in kinds]


def quantity(tokens: Tokens) -> Distance | None:
    """`one and a half hours`, `an hour and a half`, `1 hour 30 minutes`, `half a day`."""
    total = {"seconds": 0.0, "days": 0.0, "months": 0.0}
    count: float | None = None
    unit: tuple[str, int] | None = None
    for token in tokens:
        if token.kind in "uUI":
            unit = token.value
            total[unit[0]] += (1 if count is None else count) * unit[1]
            count = None
        elif token.kind in "NEFq":  # "a half hour" is no hour and a half
            count = _counted(count, token, unit)
    if unit is None:
        return None
    if count is not None and count < 1:  # "an hour and a half"
        total[unit[0]] += count * unit[1]
    return _whole(total)


def _counted(count: float | None, token: Token, unit: tuple[str, int] | None) -> float:
    match token.kind:
        case "F":
            return 0.5 if count is None or unit is not None else count + 0.5
        case "q":
            return 0.25 * (token.value or count or 1)
        case "E":
            return float(f"{token.value[0]}.{token.value[1]}")
    return float(token.value)


def _whole(total: dict[str, float]) -> Distance | None:
    """Half a day is twelve hours; half a month is nothing anybody can count."""
    whole = int(total["days"])
    seconds = total["seconds"] + (total["days"] - whole) * 86_400
    if total["months"] != int(total["months"]):
        return None
    return Distance(round(seconds), whole, int(total["months"]))


def distance(tokens: Tokens) -> Piece | None:
    """`in two hours`."""
    return quantity(tokens)


def before(tokens: Tokens) -> Piece | None:
    """`two hours before`, `the day before`."""
    found = quantity(tokens)
    return Lead(found) if found else None


def short_hours(make: Callable[[Tokens], Piece | None]) -> Callable[[Tokens], Piece | None]:
    """`1 h before`, `in 2 h`: there a lone h is hours, and no time of day; "uhr" never is."""

    def made(tokens: Tokens) -> Piece | None:
        meant = [replace(t, kind="u") if t.kind == "h" else t for t in tokens]
        return make(meant) if all(t.value for t in meant if t.kind == "u") else None

    return made


def after(tokens: Tokens) -> Piece | None:
    """`an hour after it`."""
    found = quantity(tokens)
    return Lead(found, after=True) if found else None


def day_before(_tokens: Tokens) -> Piece:
    """`the evening before`: the part of the day is a piece of its own."""
    return Lead(Distance(days=1))


def same_day(_tokens: Tokens) -> Piece:
    """`the morning of the event`."""
    return Lead(Distance())


def from_today(tokens: Tokens) -> Piece:
    """`tomorrow`."""
    return FromToday(values(tokens, "D")[0])


def part(tokens: Tokens) -> Piece:
    """`in the evening`."""
    return Part(next(token.value for token in tokens if token.kind in "Py"))


def again(_tokens: Tokens) -> Piece:
    """`every Friday`."""
    return Again()


def weekday(tokens: Tokens) -> Piece:
    """`Friday`, `this Friday`."""
    return Weekday(values(tokens, "Ww")[0])


def next_weekday(tokens: Tokens) -> Piece:
    """`next Friday`; the Friday after that is a week later."""
    later = next((int(t.value) - 1 for t in tokens if t.kind == "n"), 0)
    return Weekday(values(tokens, "Ww")[0], next=not later, later=later)


def weekday_of_week(tokens: Tokens) -> Piece | None:
    """`Friday next week`."""
    if not _is_week(tokens):
        return None
    ahead = next((int(t.value) for t in tokens if t.kind == "n"), 0)
    return Weekday(values(tokens, "Ww")[0], week=ahead)


def weekday_later(tokens: Tokens) -> Piece | None:
    """`a week from Friday`, `Freitag in zwei Wochen`."""
    found = quantity(tokens)
    if not found or found.days % 7 or not found.days:
        return None
    return Weekday(values(tokens, "Ww")[0], later=found.days // 7)


def weekday_in_weeks(tokens: Tokens) -> Piece | None:
    """`in two weeks on Friday`."""
    found = quantity(tokens)
    if not found or found.days % 7 or not found.days:
        return None
    return Weekday(values(tokens, "Ww")[0], week=found.days // 7)


def week(tokens: Tokens) -> Piece | None:
    """`next week`, without a day."""
    ahead = next((int(t.value) for t in tokens if t.kind == "n"), 0)
    return Week(ahead) if _is_week(tokens) and ahead else None


def weekend(tokens: Tokens) -> Piece:
    """`next weekend`."""
    ahead = next((int(t.value) for t in tokens if t.kind == "n"), 0)
    return Week(ahead, weekend=True)


def _is_week(tokens: Tokens) -> bool:
    return any(token.kind == "U" and token.value == ("days", 7) for token in tokens)


def _is_month(tokens: Tokens) -> bool:
    return any(token.kind == "U" and token.value == ("months", 1) for token in tokens)


def whole_date(tokens: Tokens) -> Piece:
    """`3.5.2027`, `2027-05-03`, `3/5`: read when the words were found."""
    year, month, day, swapped = next(token.value for token in tokens if token.kind in "YS")
    return Calendar(day, month, year, swapped=swapped)


def month_first(tokens: Tokens) -> Piece:
    """`3/5` where everybody writes the month first."""
    year, month, day, swapped = next(token.value for token in tokens if token.kind in "YS")
    return Calendar(month, day, year) if swapped else Calendar(day, month, year)


def clock_with_dots(tokens: Tokens) -> Piece:
    """`um 9.10.`: only the words around say that it is no date."""
    _year, minute, hour, _swapped = next(token.value for token in tokens if token.kind == "Y")
    return Clock(hour, minute)


def dotted_date(tokens: Tokens) -> Piece:
    """`am 3.5`."""
    day, month = next(token.value for token in tokens if token.kind == "E")
    return Calendar(int(day), int(month))


def two_ordinals(tokens: Tokens) -> Piece:
    """`am 3. 5.`."""
    day, month = values(tokens, "R")[:2]
    return Calendar(day, month)


def day_and_month(tokens: Tokens) -> Piece | None:
    """`3 March 2027`, `March 3rd`."""
    numbers = [int(t.value) for t in tokens if t.kind in "RN" and float(t.value).is_integer()]
    (month,) = values(tokens, "M")
    if not numbers:
        return None
    year = next((n for n in numbers[1:] if 1900 <= n < 2200), None)
    return Calendar(numbers[0], month, year)


def day_of_month(tokens: Tokens) -> Piece:
    """`on the 3rd`."""
    return Calendar(values(tokens, "R")[0])


def day_of_next_month(tokens: Tokens) -> Piece | None:
    """`on the 3rd of next month`."""
    return Calendar(values(tokens, "R")[0], months=1) if _is_month(tokens) else None


def clock(tokens: Tokens) -> Piece | None:
    """`9:30`, `9 pm`, `9 Uhr 30`, `9.30 Uhr`; what is written 09:30 means the morning."""
    half = {"m": "am", "p": "pm"}.get(tokens[-1].kind, "")
    for token in tokens:
        if token.kind in "CE":
            hour, minute = (int(number) for number in token.value[:2])
            sure = str(token.value[0]).startswith("0") or token.is_spelt
            return Clock(hour, minute, half, sure=sure)
    numbers = [t.value for t in tokens if t.kind in "NR"]
    if not all(float(number).is_integer() for number in numbers):
        return None
    hour, minute = int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else 0
    return Clock(hour, minute, half)


def named_clock(tokens: Tokens) -> Piece:
    """`noon`, `midnight`."""
    return Clock(values(tokens, "K")[0], sure=True)


def half_past(tokens: Tokens) -> Piece:
    """`half past four`, `half four`."""
    return Clock(values(tokens, "N")[-1], 30)


def half_to(tokens: Tokens) -> Piece:
    """`halb drei`: half an hour before three."""
    return shifted(values(tokens, "N")[-1], -30)


def past(tokens: Tokens) -> Piece:
    """`ten past four`, `quarter past four`."""
    *minutes, hour = values(tokens, "N")
    return shifted(hour, minutes[0] if minutes else 15)


def to(tokens: Tokens) -> Piece:
    """`ten to four`, `quarter to four`."""
    *minutes, hour = values(tokens, "N")
    return shifted(hour, -(minutes[0] if minutes else 15))


def quarter_of(tokens: Tokens) -> Piece:
    """`viertel drei` is 2:15, `dreiviertel drei` 2:45, in the east and south of Germany."""
    quarters = next(int(token.value) for token in tokens if token.kind == "q")
    return shifted(values(tokens, "N")[-1], quarters * 15 - 60)


def past_half(tokens: Tokens) -> Piece:
    """`fünf nach halb drei`."""
    minutes, hour = values(tokens, "N")
    return shifted(hour, minutes - 30)


def to_half(tokens: Tokens) -> Piece:
    """`fünf vor halb drei`."""
    minutes, hour = values(tokens, "N")
    return shifted(hour, -minutes - 30)


def shifted(hour: int, minutes: int) -> Clock:
    """So many minutes from the full hour; what nobody says (99 past) stays impossible."""
    if not (0 < abs(minutes) <= 90 and 0 <= hour <= 24):
        return Clock(99)
    total = (hour % 24 * 60 + minutes) % 1440
    twelve = total if hour > 12 or total >= 60 else total + 720  # "quarter to one" is 12:45
    return Clock(*divmod(twelve, 60))
