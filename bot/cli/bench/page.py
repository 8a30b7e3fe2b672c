"""What was measured as people read it: a table for the terminal, JSON, and docs/performance.md."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from bot.cli.bench import sections
from bot.cli.bench.chart import bars
from bot.cli.bench.turn import BARE, Figure, Report, Standing
from bot.cli.speech import say
from bot.i18n import _

Say = Callable[[str], str]
_TURNS = (
    _("contender"),
    _("turn"),
    _("turns a second"),
    _("of bare aiohttp"),
    _("p50 ms"),
    _("p99 ms"),
    _("processor µs a turn"),
)
_HOUSES = (
    _("house"),
    _("first start s"),
    _("later start s"),
    _("memory at rest MB"),
    _("memory after MB"),
)
_RATIOS = {"web, SQLite": 0.12, "web, PostgreSQL": 0.08}  # aims, of bare aiohttp's rate
_START, _MEMORY, _ASK = 1.5, 150.0, 1.0  # aims at most: seconds, megabytes at rest, seconds
_SLOWER = _("{name}: at least {aim} of the turns of bare aiohttp. It was {value}.")
_LATER = _("{name}: ready within {aim} s. It took {value} s.")
_LARGER = _("{name}: at most {aim} MB of memory at rest. It was {value} MB.")
_ASKED_LONG = _("The first answer of citybot ask within {aim} s. It took {value} s.")
_FIRST_ANSWER = _("First answer of citybot ask")


def as_data(report: Report) -> dict[str, Any]:
    """The report as JSON holds it; times in seconds, memory in bytes. No address of a server."""
    data = asdict(report)
    data["plan"].pop("postgres")
    return data


def as_text(report: Report) -> str:
    """The tables in the terminal's language, in columns."""
    turns = as_columns([[say(head) for head in _TURNS], *map(figure_row, report.figures)])
    houses = as_columns([[say(head) for head in _HOUSES], *map(_house_row, report.houses)])
    return f"{turns}\n\n{houses}\n\n{say(_FIRST_ANSWER)}: {median(report.ask):.2f} s"


def missed(report: Report) -> Iterator[str]:
    """The aims that these figures miss, in the terminal's language."""
    for figure in _aimed(report):
        if not _is_enough(figure):
            yield _missed(_SLOWER, _RATIOS[figure.name], f"{figure.ratio:.2f}", figure.name)
    for house in report.houses:
        if house.second_start > _START:
            yield _missed(_LATER, _START, f"{house.second_start:.2f}", house.name)
        if (house.at_rest or 0) / 1e6 > _MEMORY:
            yield _missed(_LARGER, _MEMORY, _megabytes(house.at_rest), house.name)
    if (asked := median(report.ask)) > _ASK:
        yield _missed(_ASKED_LONG, _ASK, f"{asked:.2f}")


def _missed(msgid: str, aim: float, value: str, name: str = "") -> str:
    return say(msgid, aim=f"{aim:g}", value=value, name=name)


def write(report: Report, path: Path) -> None:
    """The page, and its chart beside it under the same name."""
    chart = path.with_suffix(".svg")
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = [(f"{f.name}: {f.kind}", f.ratio) for f in report.figures if f.name != BARE]
    chart.write_text(bars("Turns a second as a share of bare aiohttp", shown), encoding="utf-8")
    sections.put_head(path, as_page(report, chart.name))


def as_page(report: Report, chart: str) -> str:
    """docs/performance.md, in English; every number in it comes from this run."""
    plan, machine = report.plan, report.machine
    return _PAGE.format(
        conversations=plan.conversations,
        seconds=f"{plan.seconds:g}",
        rounds=plan.rounds,
        system=machine["system"],
        cores=machine["cores"],
        python=machine["python"],
        databases=machine["databases"],
        chart=chart,
        turns=as_markdown(_TURNS, map(figure_row, report.figures)),
        houses=as_markdown(_HOUSES, map(_house_row, report.houses)),
        ask=f"{median(report.ask):.2f}",
        read="\n".join(f"- {line}" for line in _read(report)),
    )


def figure_row(figure: Figure) -> list[str]:
    """A contender as a line of a table: name, kind, rate, ratio, p50, p99, processor time."""
    return [
        figure.name,
        figure.kind,
        f"{figure.rate:,.0f}",
        f"{figure.ratio:.2f}",
        f"{figure.p50 * 1e3:.1f}",
        f"{figure.p99 * 1e3:.1f}",
        f"{figure.cpu * 1e6:,.0f}",
    ]


def _house_row(house: Standing) -> list[str]:
    return [
        house.name,
        f"{house.first_start:.2f}",
        f"{house.second_start:.2f}",
        _megabytes(house.at_rest),
        _megabytes(house.after),
    ]


def _megabytes(size: int | None) -> str:
    return "-" if size is None else f"{size / 1e6:.0f}"


def as_columns(rows: Sequence[Sequence[str]]) -> str:
    """A table for the terminal."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def as_markdown(head: Sequence[str], rows: Iterator[list[str]]) -> str:
    """A table for a page."""
    lines = [list(head), ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _aimed(report: Report) -> Iterator[Figure]:
    return (f for f in report.figures if f.name in _RATIOS and f.kind == "command")


def _is_enough(figure: Figure) -> bool:
    return round(figure.ratio, 2) >= _RATIOS[figure.name]


def _most(value: float, aim: float) -> str:
    return f"Aim: at most {aim:g}, {'met' if value <= aim else 'MISSED'}"


def _read(report: Report) -> Iterator[str]:
    """What we read from it: sentences whose numbers are those of the table."""
    bare = next(f for f in report.figures if f.name == BARE)
    for figure in _aimed(report):
        met = "met" if _is_enough(figure) else "MISSED"
        yield (
            f"{figure.name}: one process takes {figure.rate:,.0f} commands a second, each "
            f"committed before its answer: {figure.ratio:.2f} of what bare aiohttp does, which "
            f"keeps nothing ({figure.cpu * 1e6:,.0f} µs of processor time against "
            f"{bare.cpu * 1e6:,.0f}). Aim: at least {_RATIOS[figure.name]:g}, {met}."
        )
    inside = {
        f.name.partition(", ")[2]: f
        for f in report.figures
        if f.name.startswith("in process") and f.kind == "command"
    }
    for database, figure in inside.items():
        yield (
            f"Without HTTP a command on {database} costs {figure.cpu * 1e6:,.0f} µs: "
            "understanding it, the answer, and its share of the transaction."
        )
    for house in report.houses:
        yield (
            f"{house.name}: ready {house.second_start:.2f} s after its start "
            f"({house.first_start:.2f} s with an empty database). "
            f"{_most(house.second_start, _START)}. "
            f"{_megabytes(house.at_rest)} MB at rest. {_most((house.at_rest or 0) / 1e6, _MEMORY)}."
        )
    asked = median(report.ask)
    yield f"The first answer of `citybot ask` takes {asked:.2f} s. {_most(asked, _ASK)}."
    client = max(f.client for f in report.figures if not f.name.startswith("in process"))
    yield f"The load client kept at most {client:.0%} of one core busy."


_PAGE = """\
# Performance

Made by `citybot bench turn --write docs/performance.md`; measure again on your machine, and read
the ratios rather than the rates: machines differ, and so does one machine from hour to hour.

## What was measured

- A turn: `POST /chat/api/messages` to a real `citybot run`. Inbox row, conversation and reply in
  the outbox are committed before the 200. {conversations} conversations talk at once, each
  saying its next message when the last is answered.
- `command` is "help"; `question` is one of 480 questions in three languages, searched in the
  articles and kept with what became of it.
- `bare aiohttp` reads the same JSON, answers a small one and keeps nothing: the ceiling.
- `in process` hands the same messages to the inbox without HTTP.
- Every contender has a process and a database of its own. {rounds} rounds, {seconds} s in all for
  each; in a round everybody plays once, and the order turns round by round. Shown are medians; a
  ratio compares within a round.
- The load client is a process of its own on raw sockets. It checks every answer, and afterwards
  the rows are counted: one inbox row (done) an answer, one outbox row a reply, or the figures
  are void and this page is not written.

Machine: {system}, {cores} cores, Python {python}; {databases}.

## Turns

{turns}

![Turns a second as a share of bare aiohttp]({chart})

## Start and memory

{houses}

`citybot ask "…"` prints its first answer {ask} s after the shell starts it.

## What we read from it

{read}
"""
