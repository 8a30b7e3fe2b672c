"""What was measured of bots, as people read it: tables, JSON, and their part of the page."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.cli.bench import sections
from bot.cli.bench.bots import (
    BARE,
    FAR,
    FAR_LATENCY,
    FAR_TIMES,
    FLOOR,
    ONE_BY_ONE,
    Reached,
    Report,
)
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
_TIMES = (
    _("house"),
    _("turn"),
    _("beside"),
    _("times as fast"),
    _("promised"),
    _("wished for"),
)
_ABSENT = _("Left out, as not installed: {names}. `make frameworks` installs them.")
_SLOWER = _(
    "{name}, {kind}: at least {aim} times as many replies as {other}. It was {value} times."
)


def as_data(report: Report) -> dict[str, Any]:
    """The report as JSON holds it; times in seconds. No address of a server, and no folder."""
    data = asdict(report)
    for place in ("postgres", "frameworks"):
        data["plan"].pop(place)
    return data


def as_text(report: Report) -> str:
    """The tables in the terminal's language, in columns, and who is not in them."""
    tables = [as_columns([[say(head) for head in _HEAD], *map(figure_row, report.figures)])]
    if report.reached:
        tables.append(as_columns([[say(head) for head in _TIMES], *map(_row, report.reached)]))
    if report.absent:
        tables.append(say(_ABSENT, names=", ".join(report.absent)))
    return "\n\n".join(tables)


def missed(report: Report) -> Iterator[str]:
    """The promises that these figures do not keep, in the terminal's language."""
    for one in report.reached:
        if not one.is_kept:
            told = {"aim": f"{one.aim.least:g}", "value": f"{one.times:.2f}"}
            yield say(_SLOWER, name=one.name, kind=one.kind, other=one.aim.other, **told)


def _row(one: Reached) -> list[str]:
    least, wished = (f"{value:g}" if value else "-" for value in (one.aim.least, one.aim.wished))
    return [one.name, one.kind, one.aim.other, f"{one.times:.2f}", least, wished]


def write(report: Report, path: Path) -> None:
    """Our part of the page, and its chart beside it."""
    chart = path.with_name(f"{path.stem}-telegram.svg")
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = [
        (f"{f.name}, {f.kind}", f.ratio) for f in report.figures if f.name != BARE and f.kind != FAR
    ]
    chart.write_text(bars("Replies a second as a share of bare aiohttp", shown), encoding="utf-8")
    sections.put(path, "telegram", as_section(report, chart.name))


def as_section(report: Report, chart: str) -> str:
    """In English; every number in it comes from this run."""
    plan, machine = report.plan, report.machine
    near = (figure for figure in report.figures if figure.kind != FAR)
    return _SECTION.format(
        conversations=plan.conversations,
        latency=f"{plan.latency:g} ms later" if plan.latency else "at once",
        seconds=f"{plan.seconds:g}",
        rounds=plan.rounds,
        absent=_absent(report),
        system=machine["system"],
        cores=machine["cores"],
        python=machine["python"],
        databases=machine["databases"],
        chart=chart,
        table=as_markdown(_HEAD, map(figure_row, near)),
        far=_far(report),
        times=as_markdown((*_TIMES, ""), (_judged(one) for one in report.reached)),
        bounds="".join(_bounds(report)),
        client=f"{max(figure.client for figure in report.figures):.0%}",
    )


def _absent(report: Report) -> str:
    if not report.absent:
        return ""
    return f"- Left out of this run, as they were not installed: {', '.join(report.absent)}.\n"


def _far(report: Report) -> str:
    """The table of the Bot API that is far away, if it was measured."""
    figures = [figure for figure in report.figures if figure.kind == FAR]
    if not figures:
        return ""
    return _FAR.format(
        latency=FAR_LATENCY,
        people=report.plan.conversations * FAR_TIMES,
        most=f"{report.plan.conversations * FAR_TIMES * 1000 / FAR_LATENCY:,.0f}",
        few=ONE_BY_ONE,
        table=as_markdown(_HEAD, map(figure_row, figures)),
    )


def _bounds(report: Report) -> Iterator[str]:
    """What a bot by hand reaches of each promise that is not kept: more is hardly to be had."""
    rates = {(figure.name, figure.kind): figure.rate for figure in report.figures}
    for one in report.reached:
        floor = FLOOR.format(one.name.partition(", ")[2])
        if not one.is_kept and one.aim.other != floor and (floor, one.kind) in rates:
            reached = rates[floor, one.kind] / rates[one.aim.other, one.kind]
            told = {"kind": one.kind, "other": one.aim.other, "least": f"{one.aim.least:g}"}
            yield _BOUND.format(floor=floor, house=one.name, times=f"{reached:.2f}", **told)


def _judged(one: Reached) -> list[str]:
    return [*_row(one), "; ".join(_judgement(one))]


def _judgement(one: Reached) -> Iterator[str]:
    if one.aim.least:
        yield "kept" if one.is_kept else "MISSED"
    if one.aim.wished:
        yield "wish met" if one.times >= one.aim.wished else "wish not met"


_SECTION = """\
## Telegram

Made by `citybot bench telegram --frameworks .venv-frameworks --write docs/performance.md`, after
`make frameworks`.

- {conversations} people write to a bot at once, each again when the update was answered 200 (or
  204) and the reply arrived at the Bot API, which does what it is asked {latency}. Updates come by
  webhook. `command` and `question` as above.
- `bare aiohttp` reads the update, sends the words and buttons of "help" to it and one answer of a
  like length to every question, and keeps nothing. The frameworks do the same in one handler, each
  as its own example of a webhook has it, and keep nothing either. `python-telegram-bot` answers one
  update after the other, as it does unless told otherwise. `NoneBot2` takes updates with its
  FastAPI driver and calls with its aiohttp driver, the faster of the two it has. `grammY` is on
  Node, and calls the Bot API as the others do. Each has a process, and all but
  `python-telegram-bot` an environment of their own, with the versions in
  `bot/cli/bench/frameworks`.
- `by hand` is the durable floor: aiohttp's server and client and a database, nothing else. It
  answers the same, commits what arrived together in one transaction, update and reply, before it
  answers 200, and marks the reply as sent with the next one; as durable as the house. The house,
  `by hand` and `NoneBot2` run on uvloop, the other Python contenders on asyncio's own loop.
- `citybot` is the whole `citybot run`, without the pace of 25 messages a second that it keeps for
  Telegram's sake.
- Telegram is played by a lean server in a process of its own, on raw sockets; the same for all.
  {rounds} rounds, {seconds} s in all for each contender and turn, the order turned round by round.
  Shown are medians; a ratio compares within a round.
- Afterwards the rows are counted, of the house and by hand: one inbox row (done) an update, one
  outbox row a reply, one message at the Bot API, or this is not written.
{absent}
Machine: {system}, {cores} cores, Python {python}; {databases}.

{table}

![Replies a second as a share of bare aiohttp]({chart})

{far}### Beside the others

How many times as many replies a second, each committed before Telegram hears 200, the house gives
as the others, within a round. Of questions nothing is promised: the house looks them up.

{times}

{bounds}The lean Telegram kept at most {client} of one core busy.
"""
_BOUND = """\
- {house}, {kind}: {least} times as many replies as {other} are promised, and not reached. The bot
  {floor}, which does nothing but keep the same rows, gives {times} times as many.

"""
_FAR = """\
### With a Bot API {latency} ms away

The same, but the Bot API does what it is asked, and says so, after {latency} ms: so {people} people
write at once, and nobody can give more than {most} replies a second. `python-telegram-bot` answers
one after the other: {few} people write to it, as more would only wait.

{table}

"""
