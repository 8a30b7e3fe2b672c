"""A ranking: the order that was found, how, and what decided it."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.i18n import _
from bot.services.poll_texts import method
from bot.services.results import placed
from bot.web.charts import Bar, bars
from bot.web.polls.asked import DRAWN, Asked, Parts, Table, Tally

_DUELS = 8  # options up to which each is compared with each in a table


def ranking(asked: Asked) -> Parts:
    """The order as a chart and a table, then the rounds or the duels behind it."""
    tally = asked.tally
    firsts = tally["firsts"]
    found = [(place, o) for place, group in placed(tally["order"]) for o in group]
    whole = sum(firsts.values()) or 1
    lines = [asked.line(o, asked.number(place), asked.number(firsts[o])) for place, o in found]
    heads = asked.head(_("Option"), _("Place"), _("First places"))
    drawn = [
        Bar(f"{place}. {asked.label(o)}", asked.spoken(o), (firsts[o] / whole,),
            asked.number(firsts[o]))
        for place, o in found[:DRAWN]
    ]  # fmt: skip
    order = Table(asked.say(_("The order that was found")), heads, tuple(lines))
    chart = bars(asked.named(_("The order, with first places as bars")), drawn)
    notes = (method(tally["method"], asked.language), asked.say(_EXPLAINED[tally["method"]]))
    return chart, (order, *_rounds(asked), *_duels(asked, [o for _place, o in found])), notes


_EXPLAINED: Final = {
    "schulze": _(
        "Each option is compared with each: an option beats another when more ballots prefer it. "
        "Who beats all others is first; where options beat each other in a circle, the clearest "
        "wins decide."
    ),
    "irv": _(
        "In each round the option with the fewest first places goes out, and its ballots go to the "
        "next choice on them, until one has more than half or all that are left are equal."
    ),
}


def _rounds(asked: Asked) -> Iterable[Table]:
    """The rounds of an instant run-off: a column each, the order of the result."""
    rounds = asked.tally.get("rounds", ())
    if not rounds:
        return
    heads = [asked.say(_("Round {number}"), number=n) for n in range(1, len(rounds) + 1)]
    order = [option for group in asked.tally["order"] for option in group]
    lines = [asked.line(o, *(_in_round(asked, r, o) for r in rounds)) for o in order]
    caption = asked.say(_("First places in each round"))
    yield Table(caption, (asked.say(_("Option")), *heads), tuple(lines))


def _in_round(asked: Asked, found: Tally, option: str) -> str:
    if option not in found["firsts"]:
        return "–"
    count = asked.number(found["firsts"][option])
    return asked.say(_("{count}, goes out"), count=count) if option in found["out"] else count


def _duels(asked: Asked, order: Sequence[str]) -> Iterable[Table]:
    """Each compared with each: how many ballots prefer the one of the line."""
    wins = {(a, b): n for a, b, n in asked.tally.get("duels", ())}
    if not wins or len(order) > _DUELS:
        return
    lines = [
        asked.line(a, *("–" if a == b else asked.number(wins[a, b]) for b in order)) for a in order
    ]
    caption = asked.say(_("How many ballots prefer the option of the line to that of the column"))
    yield Table(caption, (asked.say(_("Option")), *map(asked.label, order)), tuple(lines))
