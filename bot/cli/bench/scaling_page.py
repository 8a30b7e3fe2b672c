"""What a second process brings, as people read it: a table, JSON, and its part of the page."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from bot.cli.bench import sections
from bot.cli.bench.chart import bars
from bot.cli.bench.page import as_columns, as_markdown
from bot.cli.bench.spreading import ROLES, Figure, Report
from bot.cli.speech import say
from bot.i18n import _

LEAST: Final = 1.6  # times the turns, with twice the processes
_NEEDED: Final = 4  # cores: two for them, one for PostgreSQL, one for whoever asks
_HEAD = (
    _("processes"),
    _("turns a second"),
    _("of one process"),
    _("processor µs a turn"),
    _("cores busy"),
)
_NOWHERE = _("This needs PostgreSQL: on SQLite one process does everything.")


def as_data(report: Report) -> dict[str, Any]:
    """The report as JSON holds it; times in seconds. No address of a server."""
    data = asdict(report)
    data["plan"].pop("postgres")
    return data


def as_text(report: Report) -> str:
    """The table in the terminal's language, in columns."""
    if not report.figures:
        return say(_NOWHERE)
    return as_columns([[say(head) for head in _HEAD], *map(_row, report.figures)])


def missed(report: Report) -> Iterator[str]:
    """The aims that these figures miss, in the terminal's language; none where cores are few."""
    for f in report.figures if _is_judged(report) else ():
        if f.processes > 1 and f.ratio < LEAST:
            yield say(
                _("{name}: at least {aim} times the turns of one process. It was {value}."),
                **{"name": _named(f), "aim": f"{LEAST:g}", "value": f"{f.ratio:.2f}"},
            )


def write(report: Report, path: Path) -> None:
    """Our part of the page, and its chart beside it."""
    chart = path.with_name(f"{path.stem}-scaling.svg")
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = [(_named(f), f.ratio) for f in report.figures]
    chart.write_text(bars("Turns a second, as a multiple of one process", shown), encoding="utf-8")
    sections.put(path, "scaling", as_section(report, chart.name))


def as_section(report: Report, chart: str) -> str:
    """In English; every number in it comes from this run."""
    plan, machine = report.plan, report.machine
    return _SECTION.format(
        roles=ROLES,
        rounds=plan.rounds,
        conversations=plan.conversations,
        backlog=f"{plan.backlog:,}",
        seconds=f"{plan.seconds:g}",
        least=f"{LEAST:g}",
        system=machine["system"],
        cores=machine["cores"],
        python=machine["python"],
        databases=machine["databases"],
        table=as_markdown(_HEAD, map(_row, report.figures)),
        chart=chart,
        read="\n".join(f"- {line}" for line in _read(report)),
    )


def _row(f: Figure) -> list[str]:
    return [
        _named(f),
        f"{f.rate:,.0f}",
        f"{f.ratio:.2f}",
        f"{f.cpu * 1e6:,.0f}",
        f"{f.busy:.1f}",
    ]


def _named(f: Figure) -> str:
    return f"{f.processes}, {f.work}"


def _cores(report: Report) -> int:
    return int(report.machine["cores"])


def _is_judged(report: Report) -> bool:
    return _cores(report) >= _NEEDED


def _read(report: Report) -> Iterator[str]:
    alone = {f.work: f for f in report.figures if f.processes == 1}
    for f in report.figures:
        if f.processes == 1:
            continue
        one = alone[f.work]
        yield (
            f"{f.work}: two processes take {f.rate:,.0f} turns a second where one takes "
            f"{one.rate:,.0f}, {f.ratio:.2f} times as many. A turn takes {f.cpu * 1e6:,.0f} µs of "
            f"their processor time, and {one.cpu * 1e6:,.0f} of one alone. "
            f"{_told_aim(report, f, one)}"
        )


def _told_aim(report: Report, f: Figure, one: Figure) -> str:
    if _is_judged(report):
        return f"Aim: at least {LEAST:g}, {'met' if f.ratio >= LEAST else 'MISSED'}."
    dearer = f.cpu / one.cpu if one.cpu else 0.0
    return (
        f"Aim: at least {LEAST:g} where two cores are free. Here they are not: with one process "
        f"{one.busy:.1f} of {_cores(report)} cores were at work already, with two {f.busy:.1f}; "
        "and of cores that others want as well, two processes get a larger share than one. What "
        f"holds anywhere is what a turn costs: {dearer:.2f} times as much with two as with one."
    )


_SECTION = """\
## Scaling

Made by `citybot bench scaling --write docs/performance.md`.

- What a second process brings. A turn is taken by the process with the role `web` that hears the
  message, or, where it was left waiting by one that was killed, by a `worker`: see
  [operations](operations.md#several-processes). One and two `citybot run --roles {roles}` stand on
  a PostgreSQL database each; nothing is delivered, so that turns are all they do.
- Every turn is a question: searching and wording it is the work, and it is done in the process.
  `as they come in`: {conversations} conversations talk at once, half of them to each of two
  processes. `left waiting`: {backlog} questions of as many people lie in the inbox, and the
  processes share them; counted from the first that is done.
- {rounds} rounds, {seconds} s in all for each; in a round everybody plays once, and the order
  turns. Shown are medians; a ratio compares within a round. `cores busy` counts everybody's work
  on the machine: theirs, PostgreSQL's, the load client's, and whatever else ran.
- Afterwards the rows are counted: one inbox row (done) and one outbox row a turn, or this is not
  written.

Machine: {system}, {cores} cores, Python {python}; {databases}.

{table}

![Turns a second, as a multiple of one process]({chart})

{read}
"""
