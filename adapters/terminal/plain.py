"""Plain lines in and out: for pipes, files, screen readers and terminals without a cursor."""

import asyncio
import io
import signal
import sys
from contextlib import suppress
from typing import TextIO

from adapters.terminal.lines import Lines
from adapters.terminal.page import Page
from adapters.terminal.stage import interrupted
from bot.i18n import _, translate


class PlainStage:
    """No colour, no cursor movement; every message starts with who speaks."""

    def __init__(
        self, name: str, language: str, source: TextIO | None = None, sink: TextIO | None = None
    ) -> None:
        """`name` is the assistant's; standard input and output unless others are given."""
        self._source, self._sink = source or sys.stdin, sink or sys.stdout
        self._name, self.language = name, language
        self._lines = _lines(self._source)
        self.attended = bool(self._source and self._source.isatty())
        self._asking = self._warned = self._spoken = False
        if isinstance(self._sink, io.TextIOWrapper):
            self._sink.reconfigure(errors="replace")  # a terminal that knows no Chinese

    async def read(self) -> str | None:
        """The next line. Ctrl-C drops the line begun; the second in a row ends the input."""
        if not self.attended:
            return await self._lines.read()
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):  # Windows: there the first one leaves
            loop.add_signal_handler(signal.SIGINT, self._interrupt)
        try:
            return await self._ask()
        finally:
            with suppress(NotImplementedError):  # likewise
                loop.remove_signal_handler(signal.SIGINT)

    def show(self, page: Page) -> None:
        """Who speaks and the text; below it links, choices and what was changed."""
        who = f"{self._name} ({page.heading})" if page.heading else self._name
        note = f"({page.note})" if page.note else ""
        links = (f"{link.label}: {link.url}" for link in page.links)
        blocks = (f"{who}: {page.text}", *map("\n".join, (links, page.files, page.choices)), note)
        self._say("\n\n".join(filter(None, blocks)))

    def tell(self, text: str) -> None:
        """A sentence of the terminal itself, said like any other."""
        self._say(f"{self._name}: {text}")

    async def _ask(self) -> str | None:
        self._asking = True
        self._prompt()
        line = await self._lines.read()
        self._asking = self._warned = False
        if line is None:
            self._write("\n")
        return line

    def _interrupt(self) -> None:
        if self._warned:
            self._lines.end()
            return
        self._warned = True
        self.tell(interrupted(self.language))

    def _say(self, text: str) -> None:
        """Write a message below the one before; a prompt that waits is said again below it."""
        space = "\n" * (self._asking + self._spoken)
        self._spoken = True
        self._write(f"{space}{text}\n")
        if self._asking:
            self._prompt()

    def _prompt(self) -> None:
        self._write(translate(self.language, _("You")) + ": ")

    def _write(self, text: str) -> None:
        if self._sink is not None:
            self._sink.write(text)
            self._sink.flush()


def _lines(source: TextIO | None) -> Lines:
    """The bytes below a text stream: read there, a line can be as long as it likes."""
    try:
        return Lines(source.fileno(), source.encoding or "utf-8") if source else Lines(-1)
    except (OSError, ValueError):  # a stream that is closed, or lives in memory only
        return Lines(-1)
