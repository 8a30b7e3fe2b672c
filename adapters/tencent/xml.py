"""XML of the platform: read with suspicion, written without loopholes.

A callback is a flat list of elements below `<xml>`; a few events hold lists within. Nothing of
XML beyond that is needed, so nothing beyond it is taken.
https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat  # bare: its handlers below refuse all that entities could do

from adapters.tencent.errors import BadCallback

LIMIT: Final = 64 * 1024  # bytes of a callback; the platform's own texts end at some 2 KiB
CHILDREN: Final = 64  # of one element
DEPTH: Final = 4  # below the root: SelectedItems/SelectedItem/OptionIds/OptionId
_DECLARES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
# All that XML 1.0 cannot hold, however it is written: https://www.w3.org/TR/xml/#charsets
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Values = Mapping[str, "str | int | Values"]


@dataclass(slots=True)
class Element:
    """One element: its text, or the elements within."""

    name: str
    within: "list[Element]" = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text as it was sent, blanks and all; white space between elements is none."""
        return "" if self.within else "".join(self.pieces)

    def of(self, name: str) -> str:
        """The text of the one element of that name; empty where there is none.

        Raises BadCallback if it comes twice or holds elements: then nobody knows what is meant.
        """
        found = self.all(name)
        if len(found) > 1:
            raise BadCallback("xml-doubled")
        if found and found[0].within:
            raise BadCallback("xml-nested")
        return found[0].text if found else ""

    def all(self, *path: str) -> "tuple[Element, ...]":
        """All elements along this path of names, in order."""
        return tuple(self._along(path))

    def _along(self, path: tuple[str, ...]) -> "Iterator[Element]":
        for element in self.within:
            if element.name == path[0]:
                yield from element._along(path[1:]) if len(path) > 1 else (element,)


def read(body: bytes) -> Element:
    """The root of a callback. Raises BadCallback for whatever is not one."""
    if len(body) > LIMIT:
        raise BadCallback("xml-too-large")
    body = _without_illegal(body)  # before anything is looked for: `<!DOC\x0bTYPE`
    if _DECLARES.search(body):
        raise BadCallback("xml-declares")
    return _Reader().read(body)


def _without_illegal(body: bytes) -> bytes:
    """What people can type and XML cannot hold goes; the platform passes it on as it is.

    Never a NUL: expat takes `<`, NUL for UTF-16, whatever encoding it was told.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise BadCallback("xml-not-utf8") from None
    if "\0" in text:
        raise BadCallback("xml-not-utf8")
    return _ILLEGAL.sub("", text).encode()


class _Reader:
    """Builds the tree as expat goes along, and stops at the first thing that is too much."""

    def __init__(self) -> None:
        self._root = Element("")
        self._open = [self._root]
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse

    def read(self, body: bytes) -> Element:
        try:
            self._parser.Parse(body, True)
        except expat.ExpatError:
            raise BadCallback("xml-malformed") from None
        root = self._root.within[0]
        if root.name != "xml":
            raise BadCallback("xml-root")
        return root

    def _start(self, name: str, _attributes: Mapping[str, str]) -> None:
        parent = self._open[-1]
        if len(self._open) > DEPTH + 1:
            raise BadCallback("xml-too-deep")
        if len(parent.within) >= CHILDREN:
            raise BadCallback("xml-too-many")
        element = Element(name)
        parent.within.append(element)
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].pieces.append(text)

    def _refuse(self, *_declared: object) -> None:
        raise BadCallback("xml-declares")


def write(values: Values) -> str:
    """An answer: texts in CDATA, whole numbers bare, mappings nested.

    A text cannot end its CDATA: wechatpy lets `]]>` through, and with it elements of whoever wrote
    the text.
    """
    return f"<xml>{_inner(values)}</xml>"


def _inner(values: Values) -> str:
    return "".join(f"<{name}>{_written(value)}</{name}>" for name, value in values.items())


def _written(value: "str | int | Values") -> str:
    if isinstance(value, Mapping):
        return _inner(value)
    return str(value) if isinstance(value, int) else _cdata(value)


def _cdata(text: str) -> str:
    safe = _ILLEGAL.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{safe}]]>"
