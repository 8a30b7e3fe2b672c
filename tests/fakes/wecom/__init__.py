"""FakeWeCom: a company's WeCom over real HTTP, with a virtual clock.

Pushes sealed callbacks (`phone`), serves the API (`server`), keeps the company (`corp`). Seal and
clock are those of FakeWeChat, on bare primitives: not a line is shared with the program.
"""

import itertools
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import aiohttp

from tests.clock import Clock
from tests.fakes.wechat.crypto import Sealer, signature
from tests.fakes.wecom.corp import Corp
from tests.fakes.wecom.phone import Phone, Push
from tests.fakes.wecom.server import Api

CORP_ID = "ww1a2b3c4d5e6f7890"
AGENT_ID = 1000002
SECRET = "CANARY-corp-secret-0123456789abcdef"
TOKEN = "CANARYtokenWeCom3k"
AES_KEY = "CANARYcomKey0Cp4DWrKJ3Zk1TMUfLzS8bQxE5n7oRA"


class FakeWeCom:
    """One app of one company; `patience` is how long it waits for our server, in seconds."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.corp = Corp(self.clock, CORP_ID, AGENT_ID, SECRET)
        self.api = Api(self.corp)
        self.sealer = Sealer(AES_KEY, CORP_ID)
        self.pushes: list[Push] = []
        self.patience = 5.0
        self.callback = ""  # the address typed into the app's settings
        self.base = ""
        self._ids = itertools.count(7_000_000_000_000_001)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["FakeWeCom"]:
        """Serve the API; `base` is its address."""
        async with self.api.running() as self.base, aiohttp.ClientSession() as self.http:
            yield self

    def phone(self, userid: str = "Anna.Li") -> Phone:
        """A member's phone."""
        return Phone(self, userid)

    def next_id(self) -> int:
        """A MsgId."""
        return next(self._ids)

    async def verify(self, echo: str = "1616140317555161061") -> tuple[int, bytes]:
        """What the platform does when the address is saved: it must get the echo, opened."""
        query = self.signed(self.sealer.seal(echo.encode()), "echostr")
        async with self.http.get(f"{self.callback}?{urlencode(query)}") as response:
            return response.status, await response.read()

    def envelope(self, plain: bytes) -> tuple[str, bytes]:
        """Address and body of one push, sealed and signed anew."""
        query = self.signed(self.sealer.seal(plain))
        encrypted = query.pop("encrypted")
        body = (
            f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName>"
            f"<Encrypt><![CDATA[{encrypted}]]></Encrypt>"
            f"<AgentID><![CDATA[{AGENT_ID}]]></AgentID></xml>"
        )
        return f"{self.callback}?{urlencode(query)}", body.encode()

    def signed(self, encrypted: str, name: str = "encrypted") -> dict[str, str]:
        """A signature over it, stamp and nonce; itself under that name."""
        stamp, nonce = str(int(self.clock().timestamp())), str(secrets.randbelow(10**10))
        signed = signature(TOKEN, stamp, nonce, encrypted)
        return {"msg_signature": signed, "timestamp": stamp, "nonce": nonce, name: encrypted}
