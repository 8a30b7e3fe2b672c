"""A reminder rule as an organiser writes it, in a command or a form: read, or refused."""

import re
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, Final

from bot.i18n import _, languages
from bot.services.events import Event
from bot.services.reminder_rules import LATE, Rule
from bot.services.reminder_texts import on_the_clock
from bot.text import clean

TEXT_LIMIT: Final = 1000  # characters of what is said besides
_DISTANCE = re.compile(r"(\d{1,4})\s*([dhm])", re.ASCII)
_FARTHEST = 5 * 366  # days
_FIRST_YEAR, _LAST_YEAR = 1900, 2400
_AFTERWARDS = frozenset({"attended", "no_show"})  # known of people only when it is over


class BadRule(Exception):
    """A rule that cannot be; says why, as a msgid with its values."""

    def __init__(self, why: str, /, **values: object) -> None:
        super().__init__(why)
        self.why, self.values = why, values


def read_rule(event_id: str, parts: Mapping[str, Any]) -> Rule:
    """The rule these parts describe: one of before, after, on; and more. Raises ValueError."""
    if sum(bool(parts.get(name)) for name in ("before", "after", "on")) != 1:
        raise ValueError("one of before, after, on")
    before, after, on = (parts.get(name) for name in ("before", "after", "on"))
    days, minutes = _distance(before or after or "0m")
    sign = -1 if before else 1
    return Rule(
        event_id=event_id,
        anchor="wall" if on else "start" if before else "end",
        days=sign * days,
        minutes=sign * minutes,
        at=time.fromisoformat(parts["at"]) if parts.get("at") else None,
        wall=_wall(on) if on else None,
        workday=parts.get("workday") or None,
        statuses=tuple(parts.get("statuses") or ("confirmed",)),
        texts=_texts(parts.get("texts") or {}),
        late_minutes=parts.get("late", LATE),
    )


def fires_at(rule: Rule, event: Event, now: datetime, language: str) -> datetime:
    """When it will fire first. Raises BadRule where nobody would be reminded by it."""
    fires = rule.moment(event)
    told = on_the_clock(language, fires, event.local_zone)
    if fires <= now:
        raise BadRule(_("That would be {moment}, which is over already."), moment=told)
    if rule.anchor == "wall" and fires > event.ends_at and not _AFTERWARDS & {*rule.statuses}:
        raise BadRule(
            _(
                "The event is over by {moment}. Then it can only be meant for those who attended "
                "or did not come (attended, no_show)."
            ),
            moment=told,
        )
    return fires


def _distance(written: str) -> tuple[int, int]:
    """`1d` in days, `2h` and `30m` in minutes. Raises ValueError."""
    found = _DISTANCE.fullmatch(written.strip())
    if found is None or int(found[1]) > _FARTHEST:
        raise ValueError(written)
    count = int(found[1])
    return (count, 0) if found[2] == "d" else (0, count * (60 if found[2] == "h" else 1))


def _wall(written: str) -> datetime:
    wall = datetime.fromisoformat(written)
    if wall.tzinfo is not None or not _FIRST_YEAR < wall.year < _LAST_YEAR:
        raise ValueError(written)
    return wall


def _texts(written: Mapping[str, str]) -> dict[str, str]:
    """What is added, by language. Raises ValueError."""
    texts = {code: clean(text) for code, text in written.items() if text.strip()}
    if any(code not in languages() or len(text) > TEXT_LIMIT for code, text in texts.items()):
        raise ValueError("texts by language")
    return texts
