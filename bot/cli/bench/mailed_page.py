"""What was measured of broadcasts, as people read it: lines, JSON, and its part of the page."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.cli.bench import sections
from bot.cli.bench.mailed import Figure, Plan
from bot.cli.bench.page import as_markdown
from bot.cli.bench.turn import machine
from bot.cli.speech import say
from bot.i18n import _

LEAST_RATIO, LEAST_ROWS, MOST_GROWN = 0.6, 100, 64 * 1024 * 1024
_PROMISES = {
    "ratio": _("a broadcast drains at 0.6 of what aiohttp's client alone can post"),
    "rows": _("a hundred recipients share a transaction"),
    "memory": _("memory stays as it is, whatever the number of people"),
    "doubled": _("nobody gets a broadcast twice, also after a kill"),
    "exact": _("the ledger is exact, also after a kill"),
}
_HEAD = (
    *("database", "people", "queued in, s", "a second", "aiohttp alone", "of it", "CPU, µs"),
    *("rows a transaction", "memory, MB"),
)


def as_data(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """The figures as JSON holds them."""
    return [asdict(figure) | {"ratio": figure.ratio} for figure in figures]


def as_lines(figures: Sequence[Figure]) -> Iterator[str]:
    """The figures as people read them."""
    for f in figures:
        yield f.name
        yield say(
            _("  {people:,} people queued in {seconds:.1f} s, by one statement"),
            people=f.people,
            seconds=f.queueing,
        )
        yield say(
            _("  {rate:,.0f} a second, {ratio:.2f} of what aiohttp alone posts; {cpu:.0f} µs each"),
            rate=f.rate,
            ratio=f.ratio,
            cpu=f.cpu * 1e6,
        )
        yield say(
            _("  {rows:.0f} recipients a transaction, {memory:.0f} MB more memory"),
            rows=f.rows_a_commit,
            memory=f.grown / 1e6,
        )
        yield say(
            _("  killed {kills} times: {arrived:,} arrived, {doubled} twice; ledger: {tally}"),
            kills=f.kills,
            arrived=f.arrived,
            doubled=f.doubled,
            tally=", ".join(f"{state} {count:,}" for state, count in f.tally.items()),
        )


def broken(figures: Sequence[Figure]) -> list[str]:
    """The promises that these figures do not keep, as msgids."""
    found = {
        "ratio": any(f.ratio < LEAST_RATIO for f in figures),
        "rows": any(f.rows_a_commit < LEAST_ROWS for f in figures),
        "memory": any(f.grown > MOST_GROWN for f in figures),
        "doubled": any(f.doubled for f in figures),
        "exact": any(not f.is_exact for f in figures),
    }
    return [_PROMISES[name] for name, missed in found.items() if missed]


def write(figures: Sequence[Figure], plan: Plan, path: Path) -> None:
    """Our part of the page, in English; every number in it comes from this run."""
    where = machine(())
    text = _SECTION.format(
        people=plan.people,
        fewer=plan.fewer,
        kills=plan.kills,
        system=where["system"],
        cores=where["cores"],
        python=where["python"],
        table=as_markdown(_HEAD, map(_row, figures)),
        read="\n".join(f"- {line}" for line in _read(figures)),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    sections.put(path, "broadcast", text)


def _row(f: Figure) -> list[str]:
    return [
        *(f.name, f"{f.people:,}", f"{f.queueing:.1f}", f"{f.rate:,.0f}", f"{f.bare:,.0f}"),
        *(f"{f.ratio:.2f}", f"{f.cpu * 1e6:.0f}", f"{f.rows_a_commit:.0f}", f"{f.grown / 1e6:.0f}"),
    ]


def _read(figures: Sequence[Figure]) -> Iterator[str]:
    for f in figures:
        states = ", ".join(f"{state} {count:,}" for state, count in f.tally.items())
        yield (
            f"{f.name}, killed {f.kills} times on the way to {f.audience:,} people: {f.arrived:,} "
            f"got it, {f.doubled} of them twice; the ledger says {states}."
        )


_SECTION = """\
## Broadcasts

Made by `citybot bench broadcast --write docs/performance.md`.

- A broadcast to {people:,} people on Telegram: queued by one statement, then sent by the house's
  own delivery and channel, without the pace that is kept for Telegram's sake, to a lean Telegram
  on this machine. Before and after it aiohttp's client alone posts the same requests to the same
  Telegram and keeps nothing.
- Another one to {fewer:,} people, killed {kills} times with `kill -9` and begun anew. What was on
  its way then (at most 256 at a time) is `unsure` in the ledger, and nobody gets it twice.

Machine: {system}, {cores} cores, Python {python}.

{table}

{read}
"""
