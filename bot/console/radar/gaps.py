"""Gaps: what waits for an answer, by how many asked, and how lately."""

from typing import Final

from bot.console.radar.chart import UNDRAWN, Cell, Chart, count, text
from bot.console.radar.look import Look
from bot.i18n import _, format_day
from bot.services.gaps import Gap, Gaps
from bot.services.weeks import WEEK
from bot.web.charts import Bar, Named, bars

_DRAWN: Final = 10
_ALL_CLOSED = _("No open gap: whatever at least three people asked has an answer, or a decision.")
_HALF: Final = 4 * WEEK  # after which a question counts half as much
_ABOUT = _(
    "Matters that at least three people asked about without a good answer, and that nobody decided "
    "yet; in all languages and channels together. Most people first; what nobody asked about "
    "for four weeks counts half."
)


def gaps(look: Look) -> Chart:
    """The finding: how many there are, and the largest."""
    found = sorted(Gaps(look.transaction).find(), key=lambda gap: (-_weight(look, gap), gap.id))
    most = max((gap.people for gap in found), default=1)
    title = look.say(_("People who asked about an open gap"))
    named = Named("drawn-gaps", title, look.say(_("All figures are in the table.")))
    drawn = [_bar(look, gap, most) for gap in found[:_DRAWN]]
    heads = (_("What people ask"), _("People"), _("Languages"), _("Last asked"), _("Want to hear"))
    return Chart(
        "gaps",
        _title(look, found),
        look.say(_ABOUT),
        tuple(map(look.say, heads)),
        tuple(_line(look, gap) for gap in found),
        bars(named, drawn) if drawn else UNDRAWN,
    )


def _weight(look: Look, gap: Gap) -> float:
    return float(gap.people * 0.5 ** ((look.transaction.now - gap.asked_at) / _HALF))


def _title(look: Look, found: list[Gap]) -> str:
    if not found:
        return look.say(_ALL_CLOSED)
    return look.plural(
        _("{count} gap waits for a decision; {people} people asked about the first."),
        _("{count} gaps wait for a decision; {people} people asked about the first."),
        len(found),
        people=look.number(found[0].people),
    )


def _name(gap: Gap) -> tuple[str, str]:
    sample = gap.samples[0] if gap.samples else None
    return (" ".join(sample.text.split())[:120], sample.language) if sample else (str(gap.id), "")


def _bar(look: Look, gap: Gap, most: int) -> Bar:
    name, language = _name(gap)
    return Bar(name, language or look.language, (gap.people / most,), look.number(gap.people))


def _line(look: Look, gap: Gap) -> tuple[Cell, ...]:
    name, language = _name(gap)
    url = f"/console/gaps/{gap.id}"
    spoken = ", ".join(f"{look.spoken(code)} {n}" for code, n in gap.languages.items())
    day = gap.asked_at.astimezone(look.zone).date()
    return (
        text(name, url, language),
        count(look, gap.people, url),
        text(spoken),
        Cell(format_day(look.language, day), day.isoformat()),
        count(look, gap.waiting),
    )
