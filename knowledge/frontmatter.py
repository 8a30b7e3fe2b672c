"""The front matter of an article: a plain subset of YAML, every value with its line.

Read from YAML's events, never composed into objects: no tag can name a type, no anchor can
multiply, no nesting can exhaust the stack. Words are kept as written, so that `NO` stays Norway
and `5.000` stays a figure.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import yaml

from bot.i18n import _

# Wheels of PyYAML bring the fast loader; a build from source without libyaml does not.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 3  # mapping > list of sources > one source
# What no text editor shows and databases, YAML or platforms refuse.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line of a file: a msgid with its values."""

    line: int
    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)


class Broken(Exception):
    """The front matter cannot be read at all."""

    def __init__(self, line: int, msgid: str, **values: object) -> None:
        super().__init__(msgid)
        self.fault = Fault(line, msgid, values)


class Word(NamedTuple):
    """One value, as written; empty for YAML's null."""

    text: str
    line: int


class Row(NamedTuple):
    """A list."""

    items: tuple["Node", ...]
    line: int


class Table(NamedTuple):
    """A mapping, and the line of each key."""

    entries: dict[str, "Node"]
    lines: dict[str, int]
    line: int


Node = Word | Row | Table


def parse(text: str, first_line: int) -> Table:
    """The mapping in `text`, whose first line is line `first_line` of the file. Raises Broken."""
    try:
        events: Iterator[yaml.Event] = iter(_LOADER(text).get_event, None)
        next(events)  # the stream starts
        if isinstance(next(events), yaml.StreamEndEvent):
            return Table({}, {}, first_line)
        node = _node(events, next(events), first_line, 1)
        next(events)  # the document ends
        if not isinstance(node, Table):
            raise Broken(first_line, _("The front matter must be lines of “key: value”."))
        _nothing_more(next(events), first_line)
        return node
    except yaml.YAMLError as error:
        line, problem = _place(error)
        raise Broken(
            first_line + line, _("The front matter is not valid YAML: {problem}"), problem=problem
        ) from error


def refuse_unfit(text: str, first_line: int) -> None:
    """Raises Broken at the line of a sign that nobody sees and that breaks things later."""
    if unfit := _UNFIT.search(text):
        raise Broken(
            first_line + text.count("\n", 0, unfit.start()),
            _("There is an invisible character, {code}, in this line."),
            code=f"U+{ord(unfit[0]):04X}",
        )


def _node(events: Iterator[yaml.Event], event: yaml.Event, first: int, depth: int) -> Node:
    line = _line(event, first)
    _refuse_magic(event, line)
    if isinstance(event, yaml.ScalarEvent):
        is_null = not event.style and event.value in ("~", "null")
        if event.style == '"':  # an escape may write what the file itself must not hold
            refuse_unfit(event.value, line)
        return Word("" if is_null else _one_line(event.value), line)
    if depth > _DEEPEST:
        raise Broken(line, _("The front matter is nested too deeply."))
    if isinstance(event, yaml.SequenceStartEvent):
        return Row(tuple(_items(events, first, depth)), line)
    return _table(events, first, depth, line)


def _line(event: yaml.Event, first: int) -> int:
    return first + (event.start_mark.line if event.start_mark else 0)


def _items(events: Iterator[yaml.Event], first: int, depth: int) -> Iterator[Node]:
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        yield _node(events, event, first, depth + 1)


def _table(events: Iterator[yaml.Event], first: int, depth: int, line: int) -> Table:
    entries: dict[str, Node] = {}
    lines: dict[str, int] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _node(events, event, first, depth + 1)
        if not isinstance(key, Word):
            raise Broken(key.line, _("A key must be a word."))
        if key.text in entries:
            raise Broken(key.line, _("The key “{key}” stands here twice."), key=key.text)
        lines[key.text] = key.line
        entries[key.text] = _node(events, next(events), first, depth + 1)
    return Table(entries, lines, line)


def _refuse_magic(event: yaml.Event, line: int) -> None:
    if tag := getattr(event, "tag", None):
        raise Broken(line, _("YAML tags such as {tag} are not allowed."), tag=tag)
    if getattr(event, "anchor", None):
        raise Broken(line, _("YAML anchors and aliases (& and *) are not allowed."))


def _nothing_more(event: yaml.Event, first: int) -> None:
    if not isinstance(event, yaml.StreamEndEvent):
        raise Broken(_line(event, first), _("The front matter must be one document."))


def _one_line(text: str) -> str:
    return " ".join(text.split("\n")).strip() if "\n" in text else text.strip()


def _place(error: yaml.YAMLError) -> tuple[int, str]:
    problem = getattr(error, "problem", None) or str(error)
    mark = getattr(error, "problem_mark", None)
    if "end of stream" in problem:  # the quote that was never closed is what helps
        mark = getattr(error, "context_mark", None) or mark
    return (mark.line if mark else 0), problem


class Fields:
    """Takes typed values out of a table, and keeps a list of what is wrong with it."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.faults: list[Fault] = []

    def blame(self, key: str, msgid: str, **values: object) -> None:
        """Note a fault at a key's line."""
        line = self._table.lines.get(key, self._table.line)
        self.faults.append(Fault(line, msgid, {"key": key, **values}))

    def word(self, key: str) -> str:
        """A single value; empty when missing."""
        node = self._table.entries.get(key)
        if node is None or isinstance(node, Word):
            return node.text if node else ""
        self.blame(key, _("“{key}” must be a single value."))
        return ""

    def needed(self, key: str) -> str:
        """A single value that must be there."""
        before = len(self.faults)
        if not (word := self.word(key)) and len(self.faults) == before:
            self.blame(key, _("“{key}” is missing."))
        return word

    def one_of(self, key: str, allowed: Iterable[str], default: str = "") -> str:
        """A value out of a list; without a default it must be there."""
        word = self.word(key) or default or self.needed(key)
        if word and word not in allowed:
            self.blame(key, _("“{key}” must be one of {allowed}."), allowed=", ".join(allowed))
        return word

    def words(self, key: str) -> tuple[str, ...]:
        """A list of values; empty when missing."""
        nodes = self._nodes(key)
        words = tuple(node.text for node in nodes if isinstance(node, Word) and node.text)
        if len(words) < len(nodes):
            self.blame(key, _("“{key}” must be a list of single values."))
        return words

    def flag(self, key: str) -> bool:
        """true or false; false when missing."""
        word = self.word(key)
        if word not in ("true", "false", ""):
            self.blame(key, _("“{key}” must be true or false."))
        return word == "true"

    def day(self, key: str) -> date | None:
        """A date; None when missing."""
        if not (word := self.word(key)):
            return None
        try:
            return date.fromisoformat(word)
        except ValueError:
            self.blame(key, _("“{key}” must be a date such as 2026-11-21."))
            return None

    def tables(self, key: str, allowed: tuple[str, ...]) -> tuple["Fields", ...]:
        """A list of mappings with only these keys; their faults are kept with ours."""
        nodes = self._nodes(key)
        tables = tuple(Fields(node) for node in nodes if isinstance(node, Table))
        if len(tables) < len(nodes):
            self.blame(
                key,
                _("“{key}” must be a list of entries with {allowed}."),
                allowed=", ".join(allowed),
            )
        for fields in tables:
            fields.faults = self.faults
            fields.only(allowed)
        return tables

    def only(self, allowed: tuple[str, ...]) -> None:
        """Blame every key we do not know."""
        for key in self._table.entries:
            if key not in allowed:
                self.blame(key, _("There is no key “{key}”."))

    def _nodes(self, key: str) -> tuple[Node, ...]:
        node = self._table.entries.get(key)
        if isinstance(node, Row):
            return node.items
        if node is not None and node != Word("", node.line):
            self.blame(key, _("“{key}” must be a list."))
        return ()
