"""Tables as CSV or as a workbook; what a stranger wrote never runs in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

_FORMULA = tuple("=+-@\t\r|%＝＋－＠")


def harmless(value: Any) -> Any:
    """A text that looks like a formula, as a text: with an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


Rows = Iterable[Mapping[str, Any]]
Labels = Mapping[str, str]
"""What columns are called for people, where that is not their own name."""


def as_csv(columns: Sequence[str], rows: Rows, labels: Labels = MappingProxyType({})) -> str:
    """CSV (RFC 4180); cells that could be formulas are made harmless."""
    table = io.StringIO()
    writer = csv.DictWriter(table, columns, restval="", lineterminator="\r\n")
    writer.writerow({name: harmless(labels.get(name, name)) for name in columns})
    writer.writerows({key: harmless(value) for key, value in row.items()} for row in rows)
    return table.getvalue()


def as_workbook(title: str, columns: Sequence[str], rows: Rows, labels: Labels) -> bytes:
    """XLSX; every text is a text, whatever it begins with, and stays one when it is edited."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has one
    sheet.title = title[:31].translate(dict.fromkeys(map(ord, r"\/?*[]:"), "-"))
    head = [labels.get(name, name) for name in columns]
    _write(sheet, [head, *([row.get(name) for name in columns] for row in rows)])
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Any, lines: Iterable[Sequence[Any]]) -> None:
    for row, line in enumerate(lines, 1):
        for column, value in enumerate(line, 1):
            cell = sheet.cell(row, column, value)
            if isinstance(value, str):
                cell.data_type = "s"  # else a leading = makes it a formula
                cell.quotePrefix = harmless(value) != value
