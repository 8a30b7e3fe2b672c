"""What every program of tests.forked loads and learns.

Once, in the process that they are forked from.
"""

import adapters.telegram
import adapters.wechat
import adapters.wecom
from bot.brain import heard_as

__all__ = ["adapters"]

heard_as("")  # the phrases of every language
