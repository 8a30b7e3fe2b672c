"""Whether each channel would open with these settings; one of them in a house of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import adapters
from bot import app
from bot.channel import Channel, Told
from bot.cli.speech import say
from bot.config import BadSetting, Settings


@dataclass(frozen=True, slots=True)
class How:
    """Whether a channel opens. `wrong`: why it does not, though something of it is set up."""

    is_open: bool
    wrong: str = ""


def names() -> tuple[str, ...]:
    """The channels that a server may open."""
    added = (name for name in adapters.known() if name not in adapters.CHANNELS)
    ours = (name for name in adapters.NEEDS if name in adapters.CHANNELS)
    return ("web", *added, *ours)


def standing(chosen: Settings) -> dict[str, How]:
    """Every channel, by name: what is wrong with one does not hide the others."""
    return {name: _how(chosen, name) for name in names()}


async def working(
    chosen: Settings, name: str, work: Callable[[Channel], Awaitable[tuple[Told, ...]]]
) -> tuple[Told, ...]:
    """A house with this channel alone, that neither listens nor delivers."""
    house = app.build(chosen, (name,), known=adapters.known())
    try:
        return await work(house.channels[name])
    finally:
        await house.channels[name].close()
        await house.inbox.close()
        house.database.close()


def _how(chosen: Settings, name: str) -> How:
    missed = adapters.missing(name, chosen)
    if missed and len(missed) == len(adapters.NEEDS[name]):
        return How(is_open=False)
    try:
        if missed:
            raise adapters.half_set_up(name, missed)
        _try_out(chosen, name)
    except BadSetting as error:
        return How(is_open=False, wrong=say(error.msgid, **error.values))
    return How(is_open=True)


def _try_out(chosen: Settings, name: str) -> None:
    """Open it in an empty house that is gone afterwards. Raises BadSetting as at the start."""

    async def nothing(_channel: Channel) -> tuple[Told, ...]:
        return ()

    with TemporaryDirectory(prefix="citybot-") as folder:
        apart = replace(chosen, data_dir=Path(folder), keys_dir="", database_url="", redis_url="")
        asyncio.run(working(apart, name, nothing))
