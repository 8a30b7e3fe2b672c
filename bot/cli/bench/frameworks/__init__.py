"""Frameworks that the house is compared with; they live in an environment of their own.

The product needs none of them, and their pins are not ours. `make frameworks` makes the
environment: a folder with an interpreter that has them, and `node_modules`. Their applications
import nothing of ours.
"""

import shutil
from pathlib import Path

AIOGRAM, NONEBOT, GRAMMY = "aiogram 3", "NoneBot2", "grammY"
_HERE = Path(__file__).parent
_SCRIPTS = {
    AIOGRAM: "bot_aiogram.py",
    NONEBOT: "bot_nonebot.py",
    GRAMMY: "bot_grammy.js",
}
FRAMEWORKS = tuple(_SCRIPTS)


def start_of(name: str, environment: Path | None) -> tuple[str, ...]:
    """The program that answers with this framework; empty when it is not in the environment."""
    if environment is None:
        return ()
    script = str(_HERE / _SCRIPTS[name])
    if name == GRAMMY:
        node, library = shutil.which("node"), environment / "node_modules" / "grammy"
        return (node, script) if node and library.is_dir() else ()
    python = environment / "bin" / "python"
    return (str(python), "-I", script) if python.is_file() else ()
