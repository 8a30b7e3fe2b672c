"""A copy of the program in which a page's steps are really taken: files written, commands run."""

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

from babel.messages.pofile import read_po, write_po

from tests.docs.markdown import ROOT, Block, shown, spoken

_ROOMS = ("adapters", "bot", "dialogs", "knowledge", "locales")
_TEST_FILES = ("__init__.py", "conftest.py", "postgres.py", "script.py", "statements.py")
_SETTINGS = ("pyproject.toml", "babel.cfg")
_HALF_COMPILED = shutil.ignore_patterns("*.pyc.*")  # by tests beside us; the rest saves time
_SECONDS = 100


class Workshop:
    """A folder commands run in, with the commands of this environment in front of all others."""

    def __init__(self, folder: Path, data: Path) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CITYBOT_", "PYTEST_"))}
        self.folder = folder
        self._environ = {
            **kept,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "CITYBOT_DATA_DIR": str(data),
            "PYTHONPATH": str(folder),  # the copy counts, not what is installed
            "PYTHONDONTWRITEBYTECODE": "1",
            "LANGUAGE": "en",
            "TERM": "dumb",
            "COLUMNS": "100",
        }

    @classmethod
    def furnished(cls, folder: Path) -> "Workshop":
        """A copy of all rooms, with what a test of a new one needs."""
        copy = folder / "citybot"
        for room in _ROOMS:
            shutil.copytree(ROOT / room, copy / room, ignore=_HALF_COMPILED)
        (copy / "tests").mkdir()
        for name in _TEST_FILES:
            shutil.copy(ROOT / "tests" / name, copy / "tests" / name)
        for name in _SETTINGS:
            shutil.copy(ROOT / name, copy / name)
        return cls(copy, folder / "data")

    def play(self, block: Block) -> None:
        """Write a block that names its file; run one that holds commands, and compare."""
        if block.path:
            self._write(block)
        elif block.kind == "console":
            for said in spoken(block):
                self.run(said.command, said.output)

    def _write(self, block: Block) -> None:
        """A file that is there already grows at its end; a catalogue is translated."""
        path = self.folder / block.path
        if path.suffix == ".po":
            _translate(path, block.text)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        present = path.read_text(encoding="utf-8") + "\n\n" if path.exists() else ""
        path.write_text(present + block.text, encoding="utf-8")

    def run(self, command: str, expected: str) -> None:
        """Run one line in a shell; what it prints must be as shown."""
        done = subprocess.run(  # a shell, because that is where the reader types it
            ["bash", "-c", command],
            cwd=self.folder,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        said = done.stdout.rstrip("\n")
        assert shown(expected).fullmatch(said), (
            f"\n$ {command}\n{said}\n--- but the page shows:\n{expected}"
        )


def _translate(path: Path, text: str) -> None:
    """Do what an editor of catalogues does: fill in what is there, add nothing."""
    catalogue = read_po(io.BytesIO(path.read_bytes()))
    for entry in read_po(io.BytesIO(text.encode())):
        if entry.id:
            present = catalogue.get(entry.id)
            assert present is not None, f"the program says no such thing: {entry.id}"
            present.string = entry.string
    with path.open("wb") as file:
        write_po(file, catalogue)
