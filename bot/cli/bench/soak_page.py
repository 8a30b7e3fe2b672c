"""What was measured of a long run, as people read it: lines, JSON, and its part of the page."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from bot.cli.bench import sections
from bot.cli.bench.chart import bars
from bot.cli.bench.page import as_markdown
from bot.cli.bench.soaking import PEOPLE, Figure, Report, held
from bot.cli.bench.watching import tenths
from bot.cli.speech import say
from bot.i18n import _

MOST_GROWTH: Final = 1.0  # megabytes an hour
SHOWS_GROWTH: Final = 120.0  # minutes from which a run is judged by that
_HEAD = (
    *("house", "messages", "people", "p50 ms", "p99 ms", "memory at start MB", "at end MB"),
    *("growth MB an hour", "open files", "processor"),
)


def as_data(report: Report) -> dict[str, Any]:
    """The report as JSON holds it; times in seconds, memory in bytes. No address of a server."""
    data = asdict(report)
    data["plan"].pop("postgres")
    return data


def as_lines(report: Report) -> Iterator[str]:
    """The figures in the terminal's language."""
    for f in report.figures:
        least, most = held(f.samples)
        yield f.name
        yield say(
            _("  {said:,} messages, {replies:,} replies: {p50:.0f} ms p50, {p99:.0f} ms p99"),
            **{"said": f.said, "replies": f.replies, "p50": f.p50 * 1e3, "p99": f.p99 * 1e3},
        )
        yield say(
            _("  memory: {start:.1f} MB at the start, {end:.1f} at the end, {growth:+.1f} an hour"),
            **{"start": f.start / 1e6, "end": f.end / 1e6, "growth": f.growth.rate / 1e6},
        )
        yield say(_("  open files: {least} to {most}"), least=least, most=most)


def missed(report: Report) -> Iterator[str]:
    """The aims that these figures miss, in the terminal's language; a short run has none."""
    for f in report.figures:
        if _is_judged(report) and _grows(f):
            yield say(
                _("{name}: memory grows by less than {aim} MB an hour. It was {value}."),
                **{"name": f.name, "aim": f"{MOST_GROWTH:g}", "value": f"{_rate(f):.2f}"},
            )


def write(report: Report, path: Path) -> None:
    """Our part of the page, and its chart beside it."""
    chart = path.with_name(f"{path.stem}-soak.svg")
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = [
        (f"{f.name}, minute {at / 60:.1f}", memory / 1e6)
        for f in report.figures
        for at, memory in tenths(f.samples)
    ]
    chart.write_text(bars("Memory in MB, by tenths of the run", shown), encoding="utf-8")
    sections.put(path, "soak", as_section(report, chart.name))


def as_section(report: Report, chart: str) -> str:
    """In English; every number in it comes from this run."""
    plan, machine = report.plan, report.machine
    return _SECTION.format(
        minutes=f"{plan.minutes:g}",
        rate=f"{plan.rate:g}",
        people=PEOPLE,
        every=f"{plan.every:g}",
        warm=f"{plan.warm:g}",
        system=machine["system"],
        cores=machine["cores"],
        python=machine["python"],
        databases=machine["databases"],
        load=machine["load"],
        table=as_markdown(_HEAD, map(_row, report.figures)),
        chart=chart,
        read="\n".join(f"- {line}" for line in _read(report)),
    )


def _row(f: Figure) -> list[str]:
    least, most = held(f.samples)
    return [
        f.name,
        *(f"{count:,}" for count in (f.said, f.people)),
        *(f"{seconds * 1e3:.1f}" for seconds in (f.p50, f.p99)),
        *(f"{size / 1e6:.1f}" for size in (f.start, f.end)),
        f"{_rate(f):+.2f} ± {2 * f.growth.error / 1e6:.2f}",
        f"{least} to {most}",
        f"{f.cpu:.0%}",
    ]


def _rate(f: Figure) -> float:
    return f.growth.rate / 1e6


def _grows(f: Figure) -> bool:
    return _rate(f) >= MOST_GROWTH


def _is_judged(report: Report) -> bool:
    return report.plan.minutes >= SHOWS_GROWTH


def _read(report: Report) -> Iterator[str]:
    for f in report.figures:
        lag = sorted(s.lag for s in f.samples)
        yield (
            f"{f.name}: {f.said:,} messages of {f.people:,} people, {f.replies:,} replies, none "
            f"lost; {f.refused:,} were refused at first, and pushed again as Telegram does. "
            f"{f.pages:,} pages of the console beside them. What does nothing, `/livez`, "
            f"was answered in {lag[len(lag) // 2] * 1e3:.1f} ms (half of the time), "
            f"{lag[len(lag) * 99 // 100] * 1e3:.0f} ms (99 of 100): so long the loop was busy."
        )
        yield f"{f.name}: {_told_growth(report, f)}"


def _told_growth(report: Report, f: Figure) -> str:
    told = f"over the second half memory moves by {_rate(f):+.2f} MB an hour."
    if not _is_judged(report):
        return f"{told} So short a run shows that nothing is lost, not whether it grows for ever."
    met = "MISSED" if _grows(f) else "met"
    return f"{told} Aim: less than {MOST_GROWTH:g}, {met}."


_SECTION = """\
## Soak

Made by `citybot bench soak --minutes {minutes} --rate {rate} --write docs/performance.md`.

- {people} people are there at any time and write {rate} messages a second in all to each house, by
  Telegram's webhook, whether or not the last was answered. Each says eight lines: a greeting, three
  questions, the poll, a vote, a reminder, help; then somebody new comes. So the database and
  whatever is kept for each person grow as on busy days.
- All houses run at the same time, each the whole `citybot run` without the pace kept for Telegram's
  sake. Every {every} s a page of the console is opened by somebody signed in, and memory and open
  descriptors of the process are read. A time is from when a line was to be said to its reply.
- Memory at the start is that after {warm} s. Growth is a straight line through the second half, by
  least squares; ± is twice its standard error, which is too small: neighbouring looks are alike.
- What it can show: a process fills its caches for its first twenty minutes or so, and a step of one
  megabyte within half an hour is 4 MB an hour. In 30 minutes a leak of a kilobyte a message is
  unmistakable, one of a few bytes is not, and what happens once a day did not happen. The goal,
  under 1 MB an hour, is for a day (`--minutes 1440`); from two hours on a run is judged by it.
- Afterwards the rows are counted: one inbox row (done) a message, one outbox row a reply at the Bot
  API, or this is not written.

Machine: {system}, {cores} cores, Python {python}; {databases}. Load when it began: {load}.

{table}

![Memory in MB, by tenths of the run]({chart})

{read}
"""
