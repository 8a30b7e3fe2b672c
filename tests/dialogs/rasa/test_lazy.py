"""rasa_sdk costs a quarter of a second and a web server: only who has a token loads it."""

import subprocess
import sys
from pathlib import Path

import pytest

_ASK = (
    "from bot.cli.ask import answering; from bot.config import read; answering(read()).answer('hi')"
)
_EXPORT = "import dialogs; from dialogs.rasa.export import files; files(dialogs.load(), (), '')"
_RUN = (
    "import bot.cli.run; from bot import app; from bot.config import read;"
    "app.rasa_routes(app.build(read(), ('web',)))"
)


@pytest.mark.parametrize(
    ("program", "token", "loaded"),
    [(_ASK, "t", False), (_EXPORT, "t", False), (_RUN, "", False), (_RUN, "t", True)],
    ids=["ask", "export", "run without a token", "run with a token"],
)
def test_rasa_sdk_is_loaded_only_for_a_token(
    program: str, token: str, loaded: bool, tmp_path: Path
) -> None:
    environ = {"CITYBOT_DATA_DIR": str(tmp_path), "PYTHONPATH": "."}
    if token:
        environ["CITYBOT_RASA_TOKEN"] = token
    program += "\nimport sys; print('rasa_sdk' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=environ, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (told.returncode, told.stdout.split()[-1:]) == (0, [str(loaded)]), told.stderr
