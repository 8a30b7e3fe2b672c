"""Statements: who agrees, what most agree with, what divides, and groups of opinion."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.i18n import _
from bot.web.charts import bars
from bot.web.polls.asked import DRAWN, Asked, Parts, Table, Tally


def statements(asked: Asked) -> Parts:
    """Each statement as a chart and a table, then what people agree on and what not."""
    counts = asked.tally["options"].items()
    heads = asked.head(_("Statement"), _("Agree"), _("Disagree"), _("Pass"), _("Agree, as a share"))
    lines, drawn = [], []
    for option, n in counts:
        voted = sum(n.values())
        share = asked.share(n["agree"], voted)
        cells = (asked.number(n[key]) for key in ("agree", "disagree", "pass"))
        lines.append(asked.line(option, *cells, share))
        parts = tuple(n[key] / (voted or 1) for key in ("agree", "pass", "disagree"))
        drawn.append(asked.bar(option, parts, share))
    keys = asked.head(_("Agree"), _("Pass"), _("Disagree"))
    chart = bars(asked.named(_("Opinions on each statement, as bars")), drawn[:DRAWN], keys)
    table = Table(asked.say(_("Votes on each statement")), heads, tuple(lines))
    return chart, (table, *_minds(asked)), _groups(asked)


def _minds(asked: Asked) -> Iterable[Table]:
    """What most agree with, what divides, and what each group of opinion thinks."""
    found = asked.result.opinions.get(asked.question.id, {})
    groups = found.get("groups", ())
    for key, (caption, share) in (_IN_GROUPS if groups else _OF_ALL).items():
        lines = tuple(asked.line(o, asked.share(n, 1)) for o, n in found.get(key, ()))
        if lines:
            yield Table(asked.say(caption), asked.head(_("Statement"), share), lines)
    if groups:
        yield _by_group(asked, groups)


_IN_GROUPS: Final = {
    "consensus": (_("Most agree, whatever group they are in"), _("Agree in every group, at least")),
    "divisive": (_("Here people are of different minds"), _("Difference")),
}
_OF_ALL: Final = {"consensus": (_("Most agree"), _("Agree, as a share"))}


def _by_group(asked: Asked, groups: Sequence[Tally]) -> Table:
    heads = [
        asked.say(_("Group {number} ({count} people)"), number=n, count=asked.number(g["people"]))
        for n, g in enumerate(groups, 1)
    ]
    lines = [
        asked.line(o, *(_in_group(asked, group["agree"][o]) for group in groups))
        for o in groups[0]["agree"]
    ]
    caption = asked.say(_("How many agree in each group of opinion"))
    return Table(caption, (asked.say(_("Statement")), *heads), tuple(lines))


def _in_group(asked: Asked, share: float | None) -> str:
    return "–" if share is None else asked.share(share, 1)


def _groups(asked: Asked) -> Sequence[str]:
    found = asked.result.opinions.get(asked.question.id, {})
    if found.get("groups"):
        return (
            asked.say(
                _(
                    "Groups are people who voted alike, found by the method of pol.is. A share is "
                    "of those in the group who voted on the statement."
                )
            ),
        )
    return (asked.say(_("People do not fall into groups of opinion here, or are too few for it.")),)
