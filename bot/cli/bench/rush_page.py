"""What was measured of a rush for seats, as its part of the page."""

from collections.abc import Sequence
from pathlib import Path

from bot.cli.bench import sections
from bot.cli.bench.page import as_markdown
from bot.cli.bench.registering import Outcome
from bot.cli.bench.turn import machine

_HEAD = ("database", "confirmed", "waiting", "in order", "p50 ms", "p95 ms", "longest ms")


def write(outcomes: Sequence[Outcome], path: Path) -> None:
    """In English; every number in it comes from this run."""
    where, rush = machine(()), outcomes[0].rush
    text = _SECTION.format(
        people=rush.people,
        seconds=f"{rush.seconds:g}",
        seats=rush.seats,
        system=where["system"],
        cores=where["cores"],
        python=where["python"],
        table=as_markdown(_HEAD, map(_row, outcomes)),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    sections.put(path, "registration", text)


def _row(outcome: Outcome) -> list[str]:
    times = (outcome.p50, outcome.p95, outcome.longest)
    return [
        outcome.database,
        *(f"{outcome.confirmed:,}", f"{outcome.waiting:,}", "yes" if outcome.in_order else "no"),
        *(f"{seconds * 1e3:,.0f}" for seconds in times),
    ]


_SECTION = """\
## Registration

Made by `citybot bench registration --write docs/performance.md`.

- {people:,} people come within {seconds} s for {seats:,} seats, each at a moment fixed beforehand:
  they tap the event, read the summary, and confirm. Both taps go through the inbox, as a channel
  hands them over.
- Times are from the moment somebody was to tap until their answer is committed; who has to wait
  counts as waiting. "In order": who waits does so in the order in which messages reached us.

Machine: {system}, {cores} cores, Python {python}.

{table}
"""
