"""What was measured of the console as people read it: the terminal, JSON, its part of the page."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from bot.cli.bench import sections
from bot.cli.bench.looking import Figure, Plan, Timed
from bot.cli.bench.page import as_columns, as_markdown
from bot.cli.bench.turn import machine
from bot.cli.speech import say
from bot.i18n import _

MOST_P95, MOST_PAINT = 0.5, 1.0  # seconds
MOST_WEIGHT, MOST_SCRIPT = 100_000, 40_000  # bytes as they travel
PROMISES: Final = {
    "p95": _("19 of 20 looks at any page, list or chart take less than half a second"),
    "weight": _("a page with everything it loads has less than 100 kB, packed"),
    "script": _("of that less than 40 kB is script"),
    "paint": _("a browser shows something within a second"),
    "index": _("the long lists are read along an index, and not sorted whole"),
}
_HEAD = (_("page"), _("p50 ms"), _("p95 ms"), _("kB"))
_SHOWN: Final = 12  # pages in the terminal, the slowest first; JSON has them all


def as_data(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """The figures as JSON holds them; times in seconds, sizes in bytes."""
    return [asdict(figure) for figure in figures]


def as_lines(figures: Sequence[Figure]) -> Iterator[str]:
    """The figures as people read them."""
    for figure in figures:
        slowest = sorted(figure.pages, key=lambda page: -page.p95)
        rows = [list(map(say, _HEAD)), *map(_row, slowest[:_SHOWN])]
        yield figure.database
        yield as_columns(rows)
        yield say(
            _("  {pages} pages, filled in {seconds:.0f} s; * hands out or checks all there is"),
            pages=len(figure.pages),
            seconds=figure.filled,
        )
        promised = [page for page in figure.pages if page.is_promised]
        yield say(
            _("  the heaviest page: {weight:.0f} kB packed, {script:.0f} kB of it script"),
            weight=max(page.weight for page in promised) / 1e3,
            script=max(page.scripts for page in promised) / 1e3,
        )
        for one in figure.paints:
            yield say(
                _("  first paint of {address}: {p50:.2f} s, {longest:.2f} s at most"),
                address=one.address,
                p50=one.p50,
                longest=one.longest,
            )
        for address in figure.whole:
            yield say(_("  {address} is not read along an index"), address=address)


def _row(page: Timed) -> list[str]:
    mark = "" if page.is_promised else " *"
    times = (f"{page.p50 * 1e3:.0f}", f"{page.p95 * 1e3:.0f}")
    return [f"{page.address}{mark}", *times, f"{page.weight / 1e3:.0f}"]


def broken(figures: Sequence[Figure]) -> list[str]:
    """What these figures do not keep, by name in PROMISES."""
    pages = [page for figure in figures for page in figure.pages]
    found = {
        "p95": any(page.p95 >= MOST_P95 for page in pages if page.is_promised),
        "weight": any(page.weight >= MOST_WEIGHT for page in pages if page.is_promised),
        "script": any(page.scripts >= MOST_SCRIPT for page in pages),
        "paint": any(one.p50 >= MOST_PAINT for figure in figures for one in figure.paints),
        "index": any(figure.whole for figure in figures),
    }
    return [name for name, missed in found.items() if missed]


def write(figures: Sequence[Figure], plan: Plan, path: Path) -> None:
    """Our part of the page, in English; every number in it comes from this run."""
    where = machine(())
    text = _SECTION.format(
        messages=plan.messages,
        people=plan.people,
        rounds=plan.rounds,
        system=where["system"],
        cores=where["cores"],
        python=where["python"],
        databases="; ".join(figure.database for figure in figures),
        table=as_markdown(_heads(figures), _rows(figures)),
        read="\n".join(f"- {line}" for line in _read(figures)),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    sections.put(path, "console", text)


def _heads(figures: Sequence[Figure]) -> tuple[str, ...]:
    names = [figure.database.partition(" ")[0] for figure in figures]
    return ("page", *(f"{name} p50, p95 ms" for name in names), "kB")


def _rows(figures: Sequence[Figure]) -> Iterator[list[str]]:
    """A line a page, the slowest first."""
    together = zip(*(figure.pages for figure in figures), strict=True)
    for pages in sorted(together, key=lambda pages: -max(page.p95 for page in pages)):
        mark = "" if pages[0].is_promised else " \\*"
        times = (f"{page.p50 * 1e3:.0f}, {page.p95 * 1e3:.0f}" for page in pages)
        heaviest = max(page.weight for page in pages)
        yield [f"`{pages[0].address}`{mark}", *times, f"{heaviest / 1e3:.0f}"]


def _read(figures: Sequence[Figure]) -> Iterator[str]:
    for figure in figures:
        promised = [page for page in figure.pages if page.is_promised]
        slowest = max(promised, key=lambda page: page.p95)
        yield (
            f"{figure.database.partition(' ')[0]}: the slowest of {len(promised)} pages, lists and "
            f"charts is `{slowest.address}`, p95 {slowest.p95 * 1e3:.0f} ms. "
            f"Aim: less than {MOST_P95 * 1e3:.0f} ms, {_met(slowest.p95 < MOST_P95)}."
        )
    pages = [page for figure in figures for page in figure.pages if page.is_promised]
    heaviest, script = max(page.weight for page in pages), max(page.scripts for page in pages)
    yield (
        f"The heaviest page has {heaviest / 1e3:.0f} kB with everything it loads, packed. "
        f"Aim: less than {MOST_WEIGHT / 1e3:.0f} kB, {_met(heaviest < MOST_WEIGHT)}. Of that "
        f"{script / 1e3:.0f} kB is script. Aim: less than {MOST_SCRIPT / 1e3:.0f} kB, "
        f"{_met(script < MOST_SCRIPT)}."
    )
    paints = [(one.p50, one.address) for figure in figures for one in figure.paints]
    if paints:
        latest, address = max(paints)
        yield (
            f"Chromium shows something of a page within {latest:.2f} s (`{address}`, the latest of "
            f"them, with an empty cache). Aim: less than {MOST_PAINT:g} s, "
            f"{_met(latest < MOST_PAINT)}."
        )
    wrong = dict.fromkeys(address for figure in figures for address in figure.whole)
    told = ", ".join(f"`{address}`" for address in wrong)
    yield (
        f"Not read along an index: {told}."
        if wrong
        else "Every long list is read along an index, and none is sorted whole."
    )


def _met(is_met: bool) -> str:
    return "met" if is_met else "MISSED"


_SECTION = """\
## Console

Made by `citybot bench console --write docs/performance.md`.

- {messages:,} messages of {people:,} people, half of them heard and half said by us, all of them
  young enough to be searched; a fifth as many questions, asked over a year, with their gaps and the
  weekly figures made of them; events with registrations, open polls, reminders, audit, webhooks.
  What is said are sentences of the articles in three languages, with names of streets.
- Somebody signs in and asks for every page of the console, and for its lists with what narrows
  them: each filter, deep pages, rare words, frequent ones, two at once, and one that nobody wrote.
  Each is asked for once uncounted, then {rounds} times; a time is from the request until the last
  byte, over HTTP on this machine, by a client in the same process.
- \\* hands out or checks all there is, however much: measured, not promised.
- kB: the page, packed as a proxy packs it, and every style, script and image it names, each once;
  a browser fetches those once a version.
- What a long list asks the database is noted, and the database asked how it finds it (`EXPLAIN`):
  along an index in the order it is shown, so that a page costs the same however much there is.

Machine: {system}, {cores} cores, Python {python}; {databases}.

{table}

{read}
"""
