"""Catalogues are read as gettext's own tools read them."""

import io
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue import read_catalogue

CATALOGUES = sorted((Path(__file__).parent.parent / "locales").glob("*/LC_MESSAGES/messages.po"))
TEXTS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Z"))
    | st.sampled_from('\n\t\r\\"#')
)


def compiled(text: str) -> dict[str, str]:
    """The same catalogue through Babel and gettext's binary form."""
    binary = io.BytesIO()
    write_mo(binary, read_po(io.BytesIO(text.encode())))
    binary.seek(0)
    texts: dict[str, str] = GNUTranslations(binary)._catalog  # type: ignore[attr-defined]
    return {msgid: told for msgid, told in texts.items() if msgid}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_ours_are_read_as_if_they_were_compiled(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert read_catalogue(text) == compiled(text)


@given(st.dictionaries(TEXTS.filter(bool), TEXTS), st.sampled_from([20, 76, 0]))
def test_whatever_babel_writes_is_read_again(texts: dict[str, str], width: int) -> None:
    catalogue = Catalog()
    for msgid, told in texts.items():
        catalogue.add(msgid, told, locations=[("dialogs/answer.py", 7)])
    written = io.BytesIO()
    write_po(written, catalogue, width=width)
    text = written.getvalue().decode()
    assert read_catalogue(text) == compiled(text)


@pytest.mark.parametrize(
    ("entry", "read"),
    [
        ('msgid "a"\nmsgstr "b"', {"a": "b"}),
        ('msgid "a"\nmsgstr ""', {}),
        ('#, fuzzy\nmsgid "a"\nmsgstr "b"', {}),
        ('#, python-brace-format, fuzzy\n#: x.py\nmsgid "a"\nmsgstr "b"', {}),
        ('#, fuzzy\nmsgid "a"\nmsgstr "b"\n\nmsgid "c"\nmsgstr "d"', {"c": "d"}),
        ('#~ msgid "a"\n#~ msgstr "b"', {}),
        ('#~ msgid "a"\n#~ msgstr "b"\nmsgid "c"\nmsgstr "d"', {"c": "d"}),
        ('msgctxt "verb"\nmsgid "a"\nmsgstr "b"', {}),
        ('msgid "a"\nmsgid_plural "as"\nmsgstr[0] "b"\nmsgstr[1] "c"', {}),
        ('msgid ""\n"a"\n" b"\nmsgstr ""\n"c\\n"\n"d"', {"a b": "c\nd"}),
        ('msgid "a"\r\nmsgstr "b"\r\n', {"a": "b"}),
        (r'msgid "say \"\\n\""' + '\nmsgstr "b"', {r'say "\n"': "b"}),
        ('msgid "msgid \\"x\\""\nmsgstr "# msgstr"', {'msgid "x"': "# msgstr"}),
        ("", {}),
    ],
)
def test_an_entry(entry: str, read: dict[str, str]) -> None:
    assert read_catalogue(entry) == read
