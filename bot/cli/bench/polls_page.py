"""What was measured of polls, as people read it: lines, JSON, and its part of the page."""

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from bot.cli.bench import sections
from bot.cli.bench.page import as_markdown
from bot.cli.bench.voting import AT_ONCE, MOST_P95, MOST_TALLY, TEN_MINUTES, Figure
from bot.cli.speech import say
from bot.i18n import _

PROMISES: Final = {
    "right": _("every vote is one ballot, and every ballot is counted"),
    "p95": _("95 of 100 voters hear within a second"),
    "tally": _("a poll is counted within a minute"),
}
_HEAD: Final = (
    _("database"),
    _("votes a second"),
    _("p50 ms"),
    _("p95 ms"),
    _("longest ms"),
    _("counted s"),
    _("closed s"),
)


def as_data(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """The figures as JSON holds them; no address of a server."""
    found = [asdict(figure) | {"is_right": figure.is_right} for figure in figures]
    for one in found:
        one["plan"].pop("postgres")
    return found


def as_lines(figures: Sequence[Figure]) -> Iterator[str]:
    """The figures in the terminal's language."""
    for f in figures:
        yield f.database
        yield say(
            _("  {rate:,.0f} votes a second, each on its ballot before the voter hears"),
            rate=f.rate,
        )
        yield say(
            _(
                "  {played:,} votes in {seconds:g} s ({votes:,} in ten minutes): half within "
                "{p50:.0f} ms, 95 % within {p95:.0f} ms, the longest {longest:.0f} ms"
            ),
            played=f.plan.played,
            seconds=f.plan.seconds,
            votes=f.plan.votes,
            p50=f.p50 * 1e3,
            p95=f.p95 * 1e3,
            longest=f.longest * 1e3,
        )
        yield say(
            _("  {ballots:,} ballots: counted in {counting:.1f} s, closed in {closing:.1f} s"),
            ballots=f.counted,
            counting=f.counting,
            closing=f.closing,
        )


def write(figures: Sequence[Figure], path: Path) -> None:
    """Our part of the page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sections.put(path, "poll", _section(figures))


def _section(figures: Sequence[Figure]) -> str:
    """In English; every number in it comes from this run."""
    plan = figures[0].plan
    return _SECTION.format(
        at_once=AT_ONCE,
        rush=f"{plan.rush:,}",
        votes=f"{plan.votes:,}",
        minutes=f"{TEN_MINUTES / 60:g}",
        played=f"{plan.played:,}",
        seconds=f"{plan.seconds:g}",
        ballots=f"{plan.ballots:,}",
        p95=f"{MOST_P95:g}",
        tally=f"{MOST_TALLY:g}",
        system=platform.system(),
        cores=os.cpu_count(),
        python=platform.python_version(),
        table=as_markdown(_HEAD, map(_row, figures)),
    )


def _row(f: Figure) -> list[str]:
    waits = [f"{wait * 1e3:,.0f}" for wait in (f.p50, f.p95, f.longest)]
    return [f.database, f"{f.rate:,.0f}", *waits, f"{f.counting:.1f}", f"{f.closing:.1f}"]


_SECTION = """\
## Polls

Made by `citybot bench poll --write docs/performance.md`.

- Votes a second: {rush} voters have the ballot open, {at_once} tap at once. A vote goes through
  the inbox, is on its ballot, and that is committed before the voter hears of it.
- p50, p95, longest: {votes} voters in {minutes} minutes, of which {played} in {seconds} s were
  played. Each opens the ballot and taps at a moment fixed beforehand; both waits count.
- Counted: {ballots} ballots read, shuffled, written as one file, hashed, and counted again from
  that file. Closed: all of closing, with the key destroyed and the rows deleted.
- Afterwards ballots, participations and marks are counted: one each a vote, or this is not written.
  Nor is it where 95 of 100 do not hear within {p95} s, or closing takes {tally} s.
- One process does all of it, voters included: the same cores carry both.

Machine: {system}, {cores} cores, Python {python}.

{table}
"""
