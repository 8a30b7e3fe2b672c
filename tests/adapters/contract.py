"""What every channel must hold to; `check(channel)` is for channels of other packages too."""

import asyncio
from contextlib import suppress

from bot.channel import Channel
from bot.message import Capabilities


def check(name: str, channel: Channel) -> None:
    """The declarations of a channel. Raises AssertionError naming what is broken."""
    assert channel.name == name, "a channel is listed under its own name"
    assert isinstance(channel.can, Capabilities), "it says what it can show"
    assert channel.can.text_limit > 0
    assert (channel.can.choices == 0) == (channel.can.choice_length == 0)
    sends = type(channel).send is not Channel.send
    assert sends != channel.fetches, "it sends, or its people come and fetch; never both"
    routes = [(route.method, route.path) for route in channel.routes()]
    assert len(routes) == len(set(routes)), "a route is named once"
    assert (channel.can.push_budget > 0) == (channel.can.reply_window is not None)
    assert (channel.can.tap_budget > 0) == (channel.can.tap_window > 0)


async def check_ending(channel: Channel) -> None:
    """A channel that listens can be told to stop, and closing twice is harmless."""
    listening = asyncio.create_task(channel.listen())
    await asyncio.sleep(0)
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.wait_for(listening, 5)
    await channel.close()
    await channel.close()
