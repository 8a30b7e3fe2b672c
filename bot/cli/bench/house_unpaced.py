"""`citybot run` without the pace that is kept for Telegram's sake: 25 messages a second.

What a benchmark measures is the house; run as a module in a process of its own.
"""

from adapters.telegram import TelegramChannel
from bot.cli import citybot
from bot.pace import Pace

if __name__ == "__main__":
    TelegramChannel.pace = Pace()
    citybot(["run"], prog_name="citybot")
