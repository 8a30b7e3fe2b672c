"""`citybot run` on a database that is far away: every commit takes so many milliseconds more.

    python -m bot.cli.bench.house_slow 50 run --port 0

The wait is in the thread that commits and holds its locks meanwhile, as with a slow disk or a
server in another city; run as a module in a process of its own.
"""

import sys
import time

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from bot.cli import citybot


def slow_down(seconds: float) -> None:
    """From now on, every commit of this process waits first."""

    @event.listens_for(Engine, "commit")
    def _wait(_connection: Connection) -> None:
        time.sleep(seconds)


if __name__ == "__main__":
    slow_down(float(sys.argv[1]) / 1000)
    citybot(sys.argv[2:], prog_name="citybot")
