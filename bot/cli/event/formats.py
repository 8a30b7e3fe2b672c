"""Events in files: a table (CSV), a calendar (iCalendar), JSON and YAML; read and written.

What the keys mean: bot/services/event_written.py and docs/events.md.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import yaml

from bot.cli.event.calendars import read_calendar
from bot.cli.event.written import Written
from bot.cli.speech import language as terminal_language
from bot.cli.speech import say
from bot.i18n import _, languages
from bot.services.calendar import feed
from bot.services.event_written import BY_LANGUAGE, KEYS, to_plain
from bot.services.events import Event
from bot.services.fields import BadEvent
from bot.tables import as_csv

_UNREADABLE = _("{where}: cannot be read: {error}")
_LARGEST = 5_000_000  # bytes of a file


def read_file(path: Path, language: str) -> Iterator[Written]:
    """The events in a file; `language` is that of texts which do not say theirs.

    Raises BadEvent, OSError.
    """
    kind = path.suffix.lower()
    if kind not in (".csv", ".ics", ".json", ".yaml", ".yml"):
        raise BadEvent(_("{path}: I read .csv, .ics, .json and .yaml."), path=path.name)
    if path.stat().st_size > _LARGEST:
        raise BadEvent(_("{path} is too large to be a list of events."), path=path.name)
    try:
        text = path.read_text(encoding="utf-8-sig")
        if kind == ".csv":
            yield from _rows(text, path.name)
        elif kind == ".ics":
            yield from read_calendar(text, path.name, language)
        else:
            yield from _listed(_parsed(text, kind, path.name), path.name)
    except UnicodeDecodeError as error:
        raise BadEvent(_("{path} is not text in UTF-8."), path=path.name) from error


def write_events(events: Sequence[Event], output: str) -> str:
    """The events as a file of that kind."""
    if output == "ics":
        return feed(events, terminal_language()).decode()
    plain = [to_plain(event) for event in events]
    if output == "csv":
        return as_csv(_columns(plain), map(_flat, plain))
    if output == "json":
        return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"
    return str(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100))


def _columns(plain: Sequence[Mapping[str, Any]]) -> list[str]:
    """The keys in their order, texts by language; no column where nobody wrote anything."""
    flat = [key for row in map(_flat, plain) for key in row]
    wanted = [n for key in KEYS for n in ((key, *(f"{key}_{code}" for code in languages())))]
    return [name for name in wanted if name in flat]


def _flat(plain: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for key, value in plain.items():
        if key in BY_LANGUAGE and isinstance(value, dict):
            row |= {f"{key}_{code}": text for code, text in value.items()}
        else:
            structured = isinstance(value, dict | list)
            row[key] = json.dumps(value, ensure_ascii=False) if structured else value
    return row


def _rows(text: str, name: str) -> Iterator[Written]:
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)  # German spreadsheets write semicolons
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            where = f"{name}:{reader.line_num}"
            if None in row:
                raise BadEvent(_("{where}: this row has more cells than the header."), where=where)
            # A spreadsheet's apostrophe before a formula is not part of the text.
            cells = {k: (v or "").strip() for k, v in row.items()}
            if any(cells.values()):
                values = {k: _unquoted(v) for k, v in cells.items()}
                yield Written(where, values, _columns_of(where, cells))
    except csv.Error as error:
        raise BadEvent(
            _("{where}: the table cannot be read: {error}"),
            where=f"{name}:{reader.line_num + 1}",
            error=error,
        ) from error


def _columns_of(where: str, columns: Iterable[str]) -> dict[str, str]:
    """Of each key, the column that holds it; of texts by language, the first."""
    found: dict[str, str] = {}
    for column in columns:
        name, _underscore, language = column.rpartition("_")
        key = name if language in languages() else column
        found.setdefault(key, say(_("{where}, column {column}"), where=where, column=column))
    return found


def _unquoted(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:2] in "=+-@|%" else cell


def _parsed(text: str, kind: str, name: str) -> Any:
    try:
        return json.loads(text) if kind == ".json" else yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise BadEvent(_UNREADABLE, where=where, error=error.problem) from error
    except json.JSONDecodeError as error:
        where = f"{name}:{error.lineno}:{error.colno}"
        raise BadEvent(_UNREADABLE, where=where, error=error.msg) from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        first = str(error).partition("\n")[0][:200]
        raise BadEvent(_("The file cannot be read: {error}"), error=first) from error


def _listed(content: Any, name: str) -> Iterator[Written]:
    """A list of events, or one."""
    for place, one in enumerate(content if isinstance(content, list) else [content], 1):
        if not isinstance(one, Mapping):
            raise BadEvent(_("{where} is no event."), where=f"{name} #{place}")
        yield Written(f"{name} #{place}", one)
