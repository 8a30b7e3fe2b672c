"""The stage of every channel, by its name."""

from typing import Final

from tests.conformance import telegram, terminal, web, wechat, wecom
from tests.conformance.staged import Opener

STAGES: Final[dict[str, Opener]] = {
    "telegram": telegram.on_stage,
    "wechat": wechat.on_stage,
    "wecom": wecom.on_stage,
    "web": web.on_stage,
    "terminal": terminal.on_stage,
}
