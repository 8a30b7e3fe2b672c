"""Topics over the weeks: what people ask about, each topic on the same scale."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from bot.console.radar.chart import Cell, Chart, Strip, counted, not_shown, text
from bot.console.radar.look import Look
from bot.i18n import _
from bot.services.demand import NOTHING, Figure, Scope, shown
from bot.services.demand_counting import NO_ANSWER
from bot.services.weeks import WEEK
from bot.web.charts import Named
from bot.web.strips import columns

_WEEKS: Final = 12  # at least, so that a change can be seen
_DRAWN: Final = 11  # topics, beside what had no answer
_ABOUT = _(
    "Questions by the main theme of the article that answered them. What had no good answer has no "
    "topic: it stands by itself. All strips have one scale."
)


def topics(look: Look) -> Chart:
    """The finding: what is asked about most, and how that was before."""
    now = shown(look.demand.sums("topic", look.scope))
    before = shown(look.demand.sums("topic", look.scope.before))
    span = _span(look.scope)
    weeks = _weekly(look, span)
    keys = sorted((k for k, f in now.items() if f and f.questions), key=lambda k: _size(now, k))
    drawn = [k for k in keys if k != NO_ANSWER][:_DRAWN] + [k for k in keys if k == NO_ANSWER]
    most = max((f.questions for k in drawn for f in weeks[k].values() if f), default=0)
    head = (look.say(_("Topic")), look.say(_("Questions")), look.say(_("Before")))
    return Chart(
        "topics",
        _title(look, now, before, keys),
        look.say(_ABOUT),
        (*head, *(week.isoformat() for week in span.weeks)),
        tuple(_line(look, k, (now[k], before.get(k, NOTHING)), weeks[k]) for k in keys),
        strips=tuple(
            Strip(
                look.topic(key),
                _compared(look, now[key], before.get(key, NOTHING)),
                _url(look, key),
                columns(
                    _named(look, key, span),
                    [f.questions if f else None for f in weeks[key].values()],
                    most,
                ),
            )
            for key in drawn
        ),
        small=None in now.values() or any(None in weeks[key].values() for key in keys),
    )


def _span(scope: Scope) -> Scope:
    return replace(scope, first=min(scope.first, scope.last - (_WEEKS - 1) * WEEK))


def _weekly(look: Look, span: Scope) -> Mapping[str, Mapping[date, Figure | None]]:
    """By topic every week, also those in which nobody asked."""
    found = look.demand.weekly("topic", span)
    return {
        key: shown({week: found.get((key, week), NOTHING) for week in span.weeks})
        for key in {key for key, _week in found}
    }


def _size(figures: Mapping[str, Figure | None], key: str) -> tuple[bool, int, str]:
    figure = figures[key]
    return key == NO_ANSWER, -(figure.questions if figure else 0), key


def _title(
    look: Look,
    now: Mapping[str, Figure | None],
    before: Mapping[str, Figure | None],
    keys: list[str],
) -> str:
    first = next((key for key in keys if key != NO_ANSWER), None)
    if first is None:
        return look.say(_("No topic was asked about by three people or more."))
    figure, earlier = now[first] or NOTHING, before.get(first, NOTHING)
    if earlier is None:
        return look.plural(
            _("Most asked about: {topic}, {count} question."),
            _("Most asked about: {topic}, {count} questions."),
            figure.questions,
            topic=look.topic(first),
        )
    if not earlier.questions:
        return look.plural(
            _("Most asked about: {topic}, {count} question; none in the time before."),
            _("Most asked about: {topic}, {count} questions; none in the time before."),
            figure.questions,
            topic=look.topic(first),
        )
    return look.plural(
        _("Most asked about: {topic}, {count} question; {before} in the time before."),
        _("Most asked about: {topic}, {count} questions; {before} in the time before."),
        figure.questions,
        topic=look.topic(first),
        before=look.number(earlier.questions),
    )


def _compared(look: Look, now: Figure | None, before: Figure | None) -> str:
    count = look.number(now.questions) if now else not_shown(look).said
    earlier = look.number(before.questions) if before else not_shown(look).said
    return look.say(_("{count} (before: {before})"), count=count, before=earlier)


def _named(look: Look, key: str, span: Scope) -> Named:
    about = look.say(
        _("Questions a week, {days}. All figures are in the table."), days=look.days(span)
    )
    return Named(f"strip-{key}", look.topic(key), about)


def _url(look: Look, key: str, scope: Scope | None = None) -> str:
    """What had no good answer is what the list shows when no outcome is asked for."""
    if key == NO_ANSWER:
        return look.questions(scope, outcome="")
    return look.questions(scope, topic=key, outcome="answered")


def _line(
    look: Look,
    key: str,
    sums: tuple[Figure | None, Figure | None],
    weeks: Mapping[date, Figure | None],
) -> tuple[Cell, ...]:
    url = _url(look, key)
    one = {week: replace(look.scope, first=week, last=week) for week in weeks}
    return (
        text(look.topic(key), url),
        counted(look, sums[0], url),
        counted(look, sums[1], _url(look, key, look.scope.before)),
        *(counted(look, figure, _url(look, key, one[week])) for week, figure in weeks.items()),
    )
