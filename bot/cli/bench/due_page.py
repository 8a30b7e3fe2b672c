"""What was measured of reminders, as people read it: lines, JSON, and its part of the page."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.cli.bench import sections
from bot.cli.bench.due import Figure, Plan
from bot.cli.bench.page import as_markdown
from bot.cli.bench.turn import machine
from bot.cli.speech import say
from bot.i18n import _

MOST_RATIO, MOST_LATE = 1.5, 2.0
_PROMISES = {
    "ratio": _("a reminder costs no more than 1.5 times as much with many stored"),
    "late": _("99 of 100 come within 2 seconds"),
    "complete": _("each comes exactly once"),
}
_HEAD = (
    *("database", "a look, nothing due, ms", "one reminder, µs", "late p50 s", "late p99 s"),
    "all at one moment, p99 s",
)


def as_data(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """The figures as JSON holds them."""
    return [asdict(figure) | {"ratio": figure.ratio} for figure in figures]


def as_lines(figures: Sequence[Figure]) -> Iterator[str]:
    """The figures as people read them."""
    for f in figures:
        yield f"{f.name}"
        yield say(
            _("  a look, nothing due: {few:.2f} ms with {stored:,}, {many:.2f} ms with {all:,}"),
            few=f.look_few * 1e3,
            many=f.look_many * 1e3,
            stored=f.few,
            all=f.many,
        )
        yield say(
            _("  one reminder: {few:.0f} µs, {many:.0f} µs ({ratio:.2f} times)"),
            few=f.fire_few * 1e6,
            many=f.fire_many * 1e6,
            ratio=f.ratio,
        )
        yield say(
            _("  late: {p50:.2f} s p50, {p99:.2f} s p99, {most:.2f} s at most; {came:,} of {of:,}"),
            p50=f.late_p50,
            p99=f.late_p99,
            most=f.late_most,
            came=f.came,
            of=f.played,
        )
        yield say(
            _("  all at one moment: 99 of 100 have come after {seconds:.1f} s"), seconds=f.at_once
        )


def broken(figures: Sequence[Figure]) -> list[str]:
    """The promises that these figures do not keep, as msgids."""
    found = {
        "ratio": any(f.ratio > MOST_RATIO for f in figures),
        "late": any(f.late_p99 > MOST_LATE for f in figures),
        "complete": any(f.came != f.played for f in figures),
    }
    return [_PROMISES[name] for name, missed in found.items() if missed]


def write(figures: Sequence[Figure], plan: Plan, path: Path) -> None:
    """Our part of the page, in English; every number in it comes from this run."""
    where = machine(())
    text = _SECTION.format(
        few=plan.few,
        many=plan.many,
        due=plan.due,
        seconds=f"{plan.seconds:g}",
        system=where["system"],
        cores=where["cores"],
        python=where["python"],
        table=as_markdown(_HEAD, map(_row, figures)),
        read="\n".join(f"- {line}" for line in _read(figures)),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    sections.put(path, "reminders", text)


def _row(f: Figure) -> list[str]:
    return [
        f.name,
        f"{f.look_few * 1e3:.2f} → {f.look_many * 1e3:.2f}",
        f"{f.fire_few * 1e6:,.0f} → {f.fire_many * 1e6:,.0f}",
        *(f"{seconds:.2f}" for seconds in (f.late_p50, f.late_p99, f.at_once)),
    ]


def _read(figures: Sequence[Figure]) -> Iterator[str]:
    for f in figures:
        yield (
            f"{f.name}: with {f.many:,} stored a reminder costs {f.ratio:.2f} times what it costs "
            f"with {f.few:,}; {f.came:,} of {f.played:,} came, 99 of 100 within "
            f"{f.late_p99:.2f} s."
        )


_SECTION = """\
## Reminders

Made by `citybot bench reminders --write docs/performance.md`.

- First {few:,}, then {many:,} reminders of other days are stored (shown as few → many). A look is
  what the clock does every second; one reminder is claimed, worded and in the outbox.
- Then {due:,} reminders in a minute become due, evenly ({seconds} s of it are played), and after
  that {due:,} at one moment. The house's own clock and delivery say them; only the platform is
  pretended, and takes everything at once. Late is from the moment meant until the platform has it.

Machine: {system}, {cores} cores, Python {python}.

{table}

{read}
"""
