"""A terminal with a person before it: colours, history, completion; prompt_toolkit and rich."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.styles import Style
from rich.console import Console
from rich.text import Text

from adapters.terminal.page import Page
from adapters.terminal.stage import interrupted
from bot.i18n import _, languages, translate

_WIDTH: Final = 88  # longer lines tire the eye
_MARGIN: Final = " "
_STYLE: Final = Style.from_dict({"prompt": "ansicyan bold", "placeholder": "ansibrightblack"})
# What helps anywhere; each catalogue holds the words its own language is heard by.
WORDS: Final = (
    _("help"),
    _("language"),
    _("human"),
    _("privacy"),
    _("stop"),
    _("cancel"),
)
_SLASHES: Final = ("/help", "/menu", "/back", "/debug", "/quit")


class ScreenStage:
    """Wrapped text in calm colours above a line to write in, which late messages do not disturb."""

    attended = True

    def __init__(
        self, name: str, language: str, history: Path | None = None, console: Console | None = None
    ) -> None:
        """`history` is a file of what was written before; `console` is where answers are shown."""
        self._name, self.language = name, language
        self._console = console or Console(highlight=False)
        self._offers = Offers()
        self._session: PromptSession[str] = PromptSession(
            history=_history(history),
            completer=self._offers,
            complete_while_typing=False,
            style=_STYLE,
            reserve_space_for_menu=4,
        )

    async def read(self) -> str | None:
        """What was written. Ctrl-C clears the line; the second in a row, or Ctrl-D, leaves."""
        warned = False
        while True:
            try:
                return await self._ask()
            except KeyboardInterrupt:
                if warned:
                    return None
                warned = True
                self.tell(interrupted(self.language))
            except EOFError:
                return None

    def show(self, page: Page) -> None:
        """The name and the text, and in blocks below it links, choices and what was changed."""
        self._offers.labels = page.offered
        self._print(Text.assemble("\n", (page.heading or self._name, "bold cyan")))
        self._print(Text(page.text))
        blocks = (
            [Text(f"{link.label}\n  {link.url}", style="dim") for link in page.links],
            [Text(line) for line in page.files],
            [_numbered(line) for line in page.choices],
            [Text(page.note, style="dim italic")] if page.note else [],
        )
        for block in filter(None, blocks):
            self._print(Text("\n").join([Text(), *block]))
        self._console.print()

    def tell(self, text: str) -> None:
        """A sentence of the terminal itself, quieter than an answer."""
        self._print(Text(text, style="dim"))

    async def _ask(self) -> str:
        say = self._say
        self._offers.words = tuple(map(say, WORDS))
        hint = say(_("Ask a question, or pick a number. Tab completes, Ctrl-D leaves."))
        with patch_stdout(raw=True):
            return await self._session.prompt_async(
                FormattedText([("class:prompt", "> ")]),
                placeholder=FormattedText([("class:placeholder", hint)]),
            )

    def _say(self, msgid: str) -> str:
        return translate(self.language, msgid)

    def _print(self, text: Text) -> None:
        """Wrap at words, but never cut an address: a terminal opens it only when it is whole."""
        width = min(self._console.width, _WIDTH) - len(_MARGIN)
        for line in text.split("\n", allow_blank=True):
            wrapped = [line] if "://" in line.plain else line.wrap(self._console, width)
            for row in wrapped:
                row.rstrip()
                self._console.print(Text(_MARGIN if row else "") + row, soft_wrap=True)


class Offers(Completer):
    """Completes the labels offered last, common words, and what begins with a slash."""

    def __init__(self) -> None:
        self.labels: tuple[str, ...] = ()
        self.words: tuple[str, ...] = ()

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Whatever goes on from what is written."""
        written = document.text_before_cursor
        wanted = written.lstrip().casefold()
        slashes = (*_SLASHES, *(f"/lang {code}" for code in languages()))
        known = slashes if wanted.startswith("/") else (*self.words, *self.labels)
        for key, offer in {offer.casefold(): offer for offer in known}.items():
            if key.startswith(wanted):
                yield Completion(offer, start_position=-len(written))


def _numbered(line: str) -> Text:
    mark, _blank, label = line.partition(" ")
    return Text.assemble((mark, "cyan"), " ", label)


def _history(path: Path | None) -> History:
    """The file of former lines, readable by its owner only; else what this run remembers."""
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    except OSError:
        return InMemoryHistory()
    return FileHistory(path)
