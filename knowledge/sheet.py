"""Articles out of a table (CSV): one article a row, columns named like the keys of a file.

Lists (themes, figures, asked, sources) hold one entry a line of the cell, or are separated by
`|`; a source is its title, then its address. The text has the column `text`.
"""

import csv
import json
from collections.abc import Iterator
from io import StringIO

from bot.i18n import _
from knowledge.files import KEYS, ArticleFile, BadArticle
from knowledge.frontmatter import Fault

_COLUMNS = (*KEYS, "text")
_LISTS = ("themes", "figures", "asked")


def rows(text: str, name: str) -> tuple[ArticleFile, ...]:
    """Each row as the file it stands for, findings pointing at the row. Raises BadArticle."""
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)  # German spreadsheets write semicolons
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        unknown = [column for column in reader.fieldnames or () if column not in _COLUMNS]
        if unknown:
            raise BadArticle(name, Fault(1, _("There is no key “{key}”."), {"key": unknown[0]}))
        return tuple(_files(reader, name))
    except csv.Error as error:
        # The reader counts the lines of rows it could read: the next one is at fault.
        broken = Fault(
            reader.line_num + 1, _("The table cannot be read: {error}"), {"error": error}
        )
        raise BadArticle(name, broken) from error


def _files(reader: "csv.DictReader[str]", name: str) -> Iterator[ArticleFile]:
    line = reader.line_num + 1
    for row in reader:
        if None in row:
            raise BadArticle(name, Fault(line, _("This row has more cells than the header.")))
        yield ArticleFile(name, _as_text({k: (v or "").strip() for k, v in row.items()}), line)
        line = reader.line_num + 1


def _as_text(row: dict[str, str]) -> str:
    front = "\n".join(f"{key}: {_cell(key, row[key])}" for key in KEYS if row.get(key))
    return f"---\n{front}\n---\n{row.get('text', '')}\n"


def _cell(key: str, value: str) -> str:
    """A cell as JSON, which is YAML too."""
    if key == "verified":
        return json.dumps(value.lower())  # spreadsheets shout TRUE
    if key == "sources":
        return json.dumps([_source(entry) for entry in _entries(value)], ensure_ascii=False)
    return json.dumps(_entries(value) if key in _LISTS else value, ensure_ascii=False)


def _entries(value: str) -> list[str]:
    return [entry.strip() for entry in value.replace("\n", "|").split("|") if entry.strip()]


def _source(entry: str) -> dict[str, str]:
    title, _blank, url = entry.rpartition(" ")
    return {"title": title, "url": url} if "://" in url else {"title": entry}
