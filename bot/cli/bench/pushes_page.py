"""What was measured of WeChat, as people read it: a table, JSON, and its part of the page."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.cli.bench import sections
from bot.cli.bench.chart import bars
from bot.cli.bench.page import as_columns, as_markdown, figure_row
from bot.cli.bench.pushed import AIM, BARE, CALM, NORMAL, RATE, SLOW, Report
from bot.cli.bench.turn import Figure
from bot.cli.speech import say
from bot.i18n import _

_HEAD = (
    _("contender"),
    _("turn"),
    _("replies a second"),
    _("of aiohttp and wechatpy"),
    _("p50 ms"),
    _("p99 ms"),
    _("processor µs a turn"),
)

_LATE = _(
    "{name}, in normal load: 99 of 100 passive replies are there in less than {aim} s. It took "
    "{took} s. Other programs may have kept this machine busy; please measure again on a quiet one."
)


def as_data(report: Report) -> dict[str, Any]:
    """The report as JSON holds it; times in seconds. No address of a server."""
    data = asdict(report)
    data["plan"].pop("postgres")
    return data


def as_text(report: Report) -> str:
    """The table in the terminal's language, in columns."""
    return as_columns([[say(head) for head in _HEAD], *map(figure_row, report.figures)])


def missed(report: Report) -> Iterator[str]:
    """Where people would wait too long in normal load, in the terminal's language."""
    for figure in filter(_is_late, report.figures):
        yield say(_LATE, name=figure.name, aim=f"{AIM:g}", took=f"{figure.p99:.2f}")


def _is_late(figure: Figure) -> bool:
    return figure.kind.endswith(NORMAL) and figure.p99 >= AIM


def write(report: Report, path: Path) -> None:
    """Our part of the page, and its chart beside it."""
    chart = path.with_name(f"{path.stem}-wechat.svg")
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = [(f"{f.name}: {f.kind}", f.ratio) for f in report.figures if f.name != BARE]
    title = "Replies a second as a share of aiohttp and wechatpy"
    chart.write_text(bars(title, shown), encoding="utf-8")
    sections.put(path, "wechat", as_section(report, chart.name))


def as_section(report: Report, chart: str) -> str:
    """In English; every number in it comes from this run."""
    plan, machine = report.plan, report.machine
    return _SECTION.format(
        conversations=plan.conversations,
        calm=CALM,
        rate=f"{RATE:g}",
        slow=SLOW,
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
    bare = next(figure for figure in report.figures if figure.name == BARE)
    for figure in report.figures:
        if figure.kind == "command" and figure.name != BARE:
            yield (
                f"{figure.name}: {figure.rate:,.0f} replies a second, push and reply committed "
                f"before WeChat hears them: {figure.ratio:.2f} of what {BARE} do, which keep "
                f"nothing ({figure.cpu * 1e6:,.0f} µs of processor time against "
                f"{bare.cpu * 1e6:,.0f})."
            )
        elif figure.kind.endswith(NORMAL):
            met = "MISSED" if _is_late(figure) else "met"
            yield (
                f"{figure.name}, normal load: half of the passive replies within {figure.p50:.2f} "
                f"s, 99 of 100 within {figure.p99:.2f} s. Aim: under {AIM:g}, {met}; WeChat waits "
                "5 s."
            )
    busiest = max(report.figures, key=lambda figure: figure.client)
    yield f"The load client kept at most {busiest.client:.0%} of one core busy."


_SECTION = """\
## WeChat

Made by `citybot bench wechat --write docs/performance.md`.

- {conversations} followers write at once, each again when the passive reply came: sealed pushes to
  `POST /wechat`, each opened, taken to the inbox, answered, marked as sent and sealed again.
- `command` and `question` as above; also with {calm} followers at once.
- Normal load is {rate} questions a second, coming whether or not the last one is answered: a day on
  which each fifth of 100,000 followers writes five messages, all within six hours. What waits its
  turn at the client counts as waiting.
- Slow SQLite and slow PostgreSQL: every commit of the house takes {slow} ms more, and holds its
  locks meanwhile, as on a slow disk or with a server in another city.
- `aiohttp and wechatpy` opens the push, gives the words of `command`, seals them, and keeps
  nothing. `citybot` is the whole `citybot run`, without customer-service messages.
- The load client seals everything beforehand and opens every reply afterwards. Every contender has
  a process of its own; {rounds} rounds, {seconds} s in all for each, the order turned round by
  round. Shown are medians; a ratio compares within a round.
- Afterwards the rows are counted: one inbox row (done) and one outbox row a reply, or this is not
  written.

Machine: {system}, {cores} cores, Python {python}; {databases}.

{table}

![Replies a second as a share of aiohttp and wechatpy]({chart})

{read}
"""
