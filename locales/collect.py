"""Brings the catalogues up to what is said: new texts in, old ones out, translations kept.

`make locales` runs it after pybabel has written messages.pot. Sorted by text and without line
numbers, so that a catalogue changes only where a text does. In the English catalogue a text is
its own translation, but for wordings and plurals.
"""

import io
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
SOURCE = "en"
HEADER = r"""msgid ""
msgstr ""
"Language: {language}\n"
"Content-Type: text/plain; charset=utf-8\n"
"""


def main() -> None:
    """Update messages.po of every language."""
    template = _read(HERE / "messages.pot")
    for path in sorted(HERE.glob("*/LC_MESSAGES/messages.po")):
        language = path.parts[-3]
        body = _updated(template, _read(path), language == SOURCE)
        path.write_text(f"{HEADER.format(language=language)}\n{body}", encoding="utf-8")


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _updated(template: Catalog, known: Catalog, is_source: bool) -> str:
    fresh = Catalog(locale=known.locale)
    for said in template:
        if said.id:
            places = sorted({(file, None) for file, _line in said.locations})
            translation = _translation(said, known, is_source)
            fresh.add(said.id, translation, locations=places, context=said.context)
    written = io.BytesIO()
    write_po(written, fresh, width=100, omit_header=True, sort_output=True)
    return written.getvalue().decode()


def _translation(said: Message, known: Catalog, is_source: bool) -> object:
    before = known.get(_key(said), said.context)
    if before is not None and any(before.string):
        return before.string
    return said.id if is_source and _is_its_own(said) else None


def _key(said: Message) -> str:
    return said.id if isinstance(said.id, str) else said.id[0]


def _is_its_own(said: Message) -> bool:
    return isinstance(said.id, str) and not said.id.startswith("wordings: ")


if __name__ == "__main__":
    main()
