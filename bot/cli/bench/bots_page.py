"""What was measured of bots, as people read it: a table, JSON, and its part of the page."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.cli.bench import sections
from bot.cli.bench.bots import BARE, PTB, Report
from bot.cli.bench.chart import bars
from bot.cli.bench.page import as_columns, as_markdown, figure_row
from bot.cli.speech import say
from bot.i18n import _

_HEAD = (
    _("contender"),
    _("turn"),
    _("replies a second"),
    _("of bare aiohttp"),
    _("p50 ms"),
    _("p99 ms"),
    _("processor µs a turn"),
)


def as_data(report: Report) -> dict[str, Any]:
    """The report as JSON holds it; times in seconds. No address of a server."""
    data = asdict(report)
    data["plan"].pop("postgres")
    return data


def as_text(report: Report) -> str:
    """The table in the terminal's language, in columns."""
    return as_columns([[say(head) for head in _HEAD], *map(figure_row, report.figures)])


def missed(_report: Report) -> tuple[str, ...]:
    """None: it compares, and has no aim of its own."""
    return ()


def write(report: Report, path: Path) -> None:
    """Our part of the page, and its chart beside it."""
    chart = path.with_name(f"{path.stem}-telegram.svg")
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = [(f"{f.name}, {f.kind}", f.ratio) for f in report.figures if f.name != BARE]
    chart.write_text(bars("Replies a second as a share of bare aiohttp", shown), encoding="utf-8")
    sections.put(path, "telegram", as_section(report, chart.name))


def as_section(report: Report, chart: str) -> str:
    """In English; every number in it comes from this run."""
    plan, machine = report.plan, report.machine
    return _SECTION.format(
        conversations=plan.conversations,
        seconds=f"{plan.seconds:g}",
        rounds=plan.rounds,
        system=machine["system"],
        cores=machine["cores"],
        python=machine["python"],
        databases=machine["databases"],
        chart=chart,
        table=as_markdown(_HEAD, map(figure_row, report.figures)),
        read="\n".join(f"- {line}" for line in _read(report)),
    )


def _read(report: Report) -> Iterator[str]:
    plain_of = {figure.kind: figure for figure in report.figures if figure.name == PTB}
    for figure in report.figures:
        if figure.name not in (BARE, PTB):
            plain = plain_of[figure.kind]
            yield (
                f"{figure.name}, {figure.kind}: {figure.rate:,.0f} replies a second, update and "
                f"reply committed before Telegram hears 200: {figure.rate / plain.rate:.1f} times "
                f"what a plain {PTB} application does, which keeps nothing "
                f"({figure.cpu * 1e6:,.0f} µs of processor time against {plain.cpu * 1e6:,.0f})."
            )
    busiest = max(report.figures, key=lambda figure: figure.client)
    yield f"The lean Telegram kept at most {busiest.client:.0%} of one core busy."


_SECTION = """\
## Telegram

Made by `citybot bench telegram --write docs/performance.md`.

- {conversations} people write to a bot at once, each again when the update was answered 200 and the
  reply arrived at the Bot API. Updates come by webhook. `command` and `question` as above.
- `bare aiohttp` reads the update, sends the words and buttons of "help" to it and one answer of a
  like length to every question, and keeps nothing.
  `python-telegram-bot` is a plain application with one handler doing the same, as its own example
  for a web server of one's own has it; it keeps nothing either. `citybot` is the whole
  `citybot run`, without the pace of 25 messages a second that it keeps for Telegram's sake.
- Telegram is played by a lean server in a process of its own, on raw sockets; the same for all.
  Every contender has a process of its own; {rounds} rounds, {seconds} s in all for each, the order
  turned round by round. Shown are medians; a ratio compares within a round.
- Afterwards the rows are counted: one inbox row (done) an update, one outbox row a reply, one
  message at the Bot API, or this is not written.

Machine: {system}, {cores} cores, Python {python}; {databases}.

{table}

![Replies a second as a share of bare aiohttp]({chart})

{read}
"""
