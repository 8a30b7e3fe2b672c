"""Talks over a Bot API that others wrote: npm `telegram-test-api`, its faults mended in front.

Set up with `make peers`; tests/peers/telegram/server.js says what is mended.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from adapters.telegram import TelegramChannel
from bot import app
from bot.config import Settings
from bot.metrics import Metrics
from bot.server import web_application
from knowledge.library import Library
from tests.conftest import missing

PEER = Path(__file__).parents[2] / "peers" / "telegram"
TOKEN = "7000000009:AApeer-token-0123456789abcdefgh"
PUBLIC = "https://bot.example.org"
Json = dict[str, Any]


@dataclass
class Peer:
    """The peer's process, as a person and as whoever looks over their shoulder."""

    base: str
    session: aiohttp.ClientSession

    async def ask(self, path: str, **params: Any) -> Any:
        async with self.session.post(self.base + path, json=params) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def says(self, text: str) -> None:
        await self.ask("/person/say", user=42, name="Anna", language="de", text=text)

    async def taps(self, shown: Json, label: str) -> None:
        (data,) = [
            b["callback_data"] for row in shown["keyboard"] for b in row if b["text"] == label
        ]
        number = shown["message_id"]
        await self.ask(
            "/person/tap", user=42, name="Anna", language="de", data=data, message_id=number
        )

    async def hears(self, count: int) -> list[Json]:
        """Wait until the bot has written that many messages."""
        async with asyncio.timeout(20):
            while len(shown := (await self.ask("/history"))["shown"]) < count:
                await asyncio.sleep(0.05)
        return list(shown)

    async def calls(self) -> dict[str, int]:
        return dict((await self.ask("/history"))["calls"])


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    node = shutil.which("node")
    if node is None or not (PEER / "node_modules" / "telegram-test-api").is_dir():
        missing("telegram-test-api (node, and npm ci in tests/peers/telegram)")
    process = await asyncio.create_subprocess_exec(
        node, str(PEER / "server.js"), TOKEN, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    port = int(await process.stdout.readline())
    async with aiohttp.ClientSession() as session:
        yield Peer(f"http://127.0.0.1:{port}", session)
    process.terminate()
    await process.communicate()


@asynccontextmanager
async def house(
    settings: Settings, peer: Peer, mode: str, library: Library
) -> AsyncIterator[app.House]:
    """A house on the peer; for the webhook, the peer is told the way to it."""
    public = PUBLIC if mode == "webhook" else ""
    chosen = replace(
        settings,
        telegram_token=TOKEN,
        telegram_api=peer.base,
        telegram_mode=mode,
        public_url=public,
    )
    built = app.build(chosen, ("telegram",), library=library, known={"telegram": TelegramChannel})
    application = web_application(built.database, built.channels.values(), Metrics())
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await peer.ask("/reach", **{PUBLIC: f"http://127.0.0.1:{runner.addresses[0][1]}"})
    async with app.running(built):
        try:
            async with asyncio.timeout(20):
                while not {"setWebhook", "deleteWebhook"} & (await peer.calls()).keys():
                    await asyncio.sleep(0.02)
            yield built
        finally:
            await runner.cleanup()


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_bot_api_that_others_wrote_holds_the_first_talks(
    mode: str, peer: Peer, plain: Settings, library: Library
) -> None:
    """Welcome, question, language and privacy."""
    async with house(plain, peer, mode, library) as built:
        await peer.says("/start")
        (welcome,) = await peer.hears(1)
        assert welcome["text"].startswith("Guten Tag! Ich bin Citybot")
        await peer.says("Wie wurde Andernach zur essbaren Stadt?")
        answer = (await peer.hears(2))[1]
        assert "Andernach" in answer["text"]
        await peer.says("/language")
        asked = (await peer.hears(3))[2]
        await peer.taps(asked, "中文")
        assert (await peer.hears(4))[3]["text"] == "好的，接下来我用中文回答您。"
        await peer.says("/privacy")
        privacy = (await peer.hears(5))[4]
        assert privacy["keyboard"]
        async with asyncio.timeout(20):
            while (await peer.hears(5))[2]["keyboard"] != [
                [{"text": "✓ 中文", "callback_data": "."}]
            ]:
                await asyncio.sleep(0.05)
        await built.channels["telegram"].set_up()
        calls = await peer.calls()
    assert calls["answerCallbackQuery"] == 1
    assert calls["sendMessage"] == 5
    assert calls["setMyCommands"] == 4
    assert ("getUpdates" in calls) == (mode == "polling")
