"""Reads a gettext catalogue as translators write it: what each English text is called.

The format: https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html. Left out, as
gettext leaves them out of a compiled catalogue: what is not translated yet, what is marked fuzzy,
and what is obsolete (`#~`). Contexts and plural forms are not used in this house.
"""

import re
from collections.abc import Iterator

_STRING = r'"(?:[^"\\\n]|\\.)*"'
_STRINGS = rf"{_STRING}(?:[ \t\n]*{_STRING})*"
_ENTRY = re.compile(
    rf"(?P<notes>(?:^#(?!~).*\n)*)"
    rf"(?P<context>(?:^msgctxt[ \t]+{_STRINGS}[ \t]*\n)?)"
    rf"^msgid[ \t]+(?P<msgid>{_STRINGS})\s*"
    rf"^msgstr[ \t]+(?P<told>{_STRINGS})",
    re.MULTILINE,
)
_FUZZY = re.compile(r"^#,.*\bfuzzy\b", re.MULTILINE)
_BETWEEN = re.compile(r'"[ \t]*\n[ \t\n]*"')
_ESCAPE = re.compile(r"\\(.)")
_SIGNS = {"n": "\n", "t": "\t", "r": "\r"}


def read_catalogue(text: str) -> dict[str, str]:
    """Each msgid with its translation, the catalogue's own head (msgid "") aside."""
    return dict(_entries(text.replace("\r\n", "\n")))


def _entries(text: str) -> Iterator[tuple[str, str]]:
    for entry in _ENTRY.finditer(text):
        msgid, told = _joined(entry["msgid"]), _joined(entry["told"])
        if msgid and told and not entry["context"] and not _FUZZY.search(entry["notes"]):
            yield msgid, told


def _joined(strings: str) -> str:
    """The text of one or more strings in quotation marks."""
    text = _BETWEEN.sub("", strings)[1:-1] if "\n" in strings else strings[1:-1]
    return _ESCAPE.sub(lambda sign: _SIGNS.get(sign[1], sign[1]), text) if "\\" in text else text
