"""FakeWeChat: an Official Account's platform over real HTTP, with a virtual clock.

Pushes sealed callbacks (`phone`), serves the API (`api`), keeps the account (`account`).
"""

import itertools
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode
from xml.etree import ElementTree

import aiohttp

from tests.clock import Clock
from tests.fakes.wechat.account import Account
from tests.fakes.wechat.crypto import Sealer, signature
from tests.fakes.wechat.phone import Phone, Push, check_signature, shown_of, text_of
from tests.fakes.wechat.server import Api

APP_ID = "wx5823bf96d3bd56c7"
SECRET = "CANARY-app-secret-0123456789abcdef"
TOKEN = "CANARYtokenQDG6eK"
AES_KEY = "CANARYjWmYVi0Cp4DWrKJ3Zk1TMUfLzS8bQxE5n7oRA"


class FakeWeChat:
    """One account on the platform; `patience` is how long it waits for our server, in seconds."""

    def __init__(self, clock: Clock | None = None, *, verified: bool = True) -> None:
        self.clock = clock or Clock()
        self.account = Account(self.clock, APP_ID, SECRET, verified)
        self.api = Api(self.account)
        self.sealer = Sealer(AES_KEY, APP_ID)
        self.pushes: list[Push] = []
        self.patience = 5.0
        self.callback = ""  # the server address typed into the platform's settings
        self.base = ""
        self._ids = itertools.count(24_000_000_000_000_001)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["FakeWeChat"]:
        """Serve the API; `base` is its address."""
        async with self.api.running() as self.base, aiohttp.ClientSession() as self.http:
            yield self

    def phone(self, openid: str = "oAnna-0123456789abcdefghijkl") -> Phone:
        """A person's phone."""
        return Phone(self, openid)

    def next_id(self) -> int:
        """A MsgId."""
        return next(self._ids)

    async def verify(self, echo: str = "5921473096283946") -> tuple[int, bytes]:
        """What the platform does when the address is saved: it must get `echostr` back."""
        stamp, nonce = self._stamp()
        query = {"timestamp": stamp, "nonce": nonce, "echostr": echo}
        query["signature"] = signature(TOKEN, stamp, nonce)
        async with self.http.get(f"{self.callback}?{urlencode(query)}") as response:
            return response.status, await response.read()

    def envelope(self, plain: bytes, openid: str = "") -> tuple[str, bytes]:
        """Address and body of one push, sealed and signed anew."""
        stamp, nonce = self._stamp()
        encrypted = self.sealer.seal(plain)
        query = {
            "signature": signature(TOKEN, stamp, nonce),
            "timestamp": stamp,
            "nonce": nonce,
            "openid": openid,
            "encrypt_type": "aes",
            "msg_signature": signature(TOKEN, stamp, nonce, encrypted),
        }
        body = f"<xml><ToUserName>gh_0123456789ab</ToUserName><Encrypt>{encrypted}</Encrypt></xml>"
        return f"{self.callback}?{urlencode(query)}", body.encode()

    def read_reply(self, body: bytes, openid: str) -> str:
        """What a phone shows for a sealed passive reply. Raises for what it would not take."""
        envelope = ElementTree.fromstring(body)
        check_signature(TOKEN, envelope)
        plain = self.sealer.open(text_of(envelope, "Encrypt"))
        return shown_of(ElementTree.fromstring(plain), openid)

    def _stamp(self) -> tuple[str, str]:
        return str(int(self.clock().timestamp())), str(secrets.randbelow(10**10))
