"""How articles do: whether their answers help, and which nobody looked at for long."""

from datetime import date, timedelta
from typing import Final

from bot.console.radar.chart import DOUBT, UNDRAWN, Cell, Chart, count, counted, share, text
from bot.console.radar.look import Look
from bot.i18n import _, format_day
from bot.services.demand import Figure, shown
from bot.services.subjects import Subject
from bot.web.charts import Bar, Named, bars

_DRAWN: Final = 10  # articles; the table has them all
_OLD: Final = timedelta(days=365)  # since somebody looked at its facts
_HELP = _(
    "How often an article was the answer. “Missed”: the person said that they meant something "
    "else. “Asked again”: within ten minutes they asked for the same, or for something that had no "
    "answer. Nobody is asked whether it helped; the rest may have been content or have left."
)
_STALE = _(
    "Articles that were an answer, and whose facts nobody looked at for a year or longer. The day "
    "is the oldest “checked on” of its languages."
)


def helpfulness(look: Look) -> Chart:
    """The finding: the answer that helps least."""
    found = shown(look.demand.sums("article", look.scope))
    known = {slug: f for slug, f in found.items() if f and f.questions}
    order = sorted(known, key=lambda slug: (-_vain(known[slug]), slug))
    title = look.say(_("Answers that missed or were asked for again"))
    named = Named("drawn-help", title, look.say(_("All figures are in the table.")))
    drawn = [_bar(look, slug, known[slug]) for slug in order[:_DRAWN]]
    keys = (look.say(_("missed")), look.say(_("asked again")))
    heads = (_("Article"), _("Answers"), _("Missed"), _("Asked again"), _("Share"))
    return Chart(
        "help",
        _help_title(look, known, order),
        look.say(_HELP),
        tuple(map(look.say, heads)),
        tuple(_help_line(look, slug, known[slug]) for slug in order),
        bars(named, drawn, keys) if drawn else UNDRAWN,
        small=None in found.values(),
    )


def _vain(figure: Figure) -> float:
    """The share of answers in vain, doubted where there are few: one of three says little."""
    return (figure.missed + figure.again) / (figure.questions + DOUBT)


def _help_title(look: Look, known: dict[str, Figure], order: list[str]) -> str:
    if not order:
        return look.say(_("No article was an answer for three people or more."))
    first = known[order[0]]
    if not (vain := first.missed + first.again):
        return look.say(_("No answer missed, and nobody asked again."))
    return look.plural(
        _("“{title}” helped least: {count} of {all} answers missed or was asked for again."),
        _("“{title}” helped least: {count} of {all} answers missed or were asked for again."),
        vain,
        title=look.title(order[0]),
        all=look.number(first.questions),
    )


def _bar(look: Look, slug: str, figure: Figure) -> Bar:
    missed = figure.missed / figure.questions
    again = min(figure.again / figure.questions, 1 - missed)
    said = look.say(
        _("{part} of {all}"),
        part=look.number(figure.missed + figure.again),
        all=look.number(figure.questions),
    )
    return Bar(look.title(slug), look.language, (missed, again), said)


def _help_line(look: Look, slug: str, figure: Figure) -> tuple[Cell, ...]:
    url = look.questions(article=slug)
    return (
        text(look.title(slug), url),
        counted(look, figure, url),
        count(look, figure.missed, look.questions(article=slug, outcome="not_meant")),
        count(look, figure.again),
        share(look, figure.missed + figure.again, figure.questions),
    )


def stale(look: Look) -> Chart:
    """The finding: how many articles people rely on though nobody looked at them for long."""
    found = shown(look.demand.sums("article", look.scope))
    known = {slug: f for slug, f in found.items() if f and f.questions and slug in look.subjects}
    old = [slug for slug in known if _is_old(look.subjects[slug], look.today)]
    old.sort(key=lambda slug: (-known[slug].questions, slug))
    most = max((known[slug].questions for slug in old), default=1)
    title = look.say(_("Answers by articles not looked at for a year"))
    named = Named("drawn-stale", title, look.say(_("All figures are in the table.")))
    drawn = [_stale_bar(look, slug, known[slug], most) for slug in old[:_DRAWN]]
    return Chart(
        "stale",
        _stale_title(look, old),
        look.say(_STALE),
        tuple(map(look.say, (_("Article"), _("Answers"), _("Checked on")))),
        tuple(_stale_line(look, slug, known[slug]) for slug in old),
        bars(named, drawn) if drawn else UNDRAWN,
        small=None in found.values(),
    )


def _is_old(subject: Subject, today: date) -> bool:
    return subject.checked_on is None or today - subject.checked_on > _OLD


def _stale_title(look: Look, old: list[str]) -> str:
    if not old:
        return look.say(_("Every article that was an answer was looked at within a year."))
    return look.plural(
        _("{count} article is asked for and was not looked at for a year: first of all “{title}”."),
        _(
            "{count} articles are asked for and were not looked at for a year: first of all "
            "“{title}”."
        ),
        len(old),
        title=look.title(old[0]),
    )


def _stale_bar(look: Look, slug: str, figure: Figure, most: int) -> Bar:
    part = figure.questions / most
    return Bar(look.title(slug), look.language, (part,), look.number(figure.questions))


def _stale_line(look: Look, slug: str, figure: Figure) -> tuple[Cell, ...]:
    url, day = look.questions(article=slug), look.subjects[slug].checked_on
    said = format_day(look.language, day) if day else look.say(_("never"))
    checked = Cell(said, day.isoformat() if day else "")
    return text(look.title(slug), url), counted(look, figure, url), checked
