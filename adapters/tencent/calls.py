"""Calls to the platform's API: bounded in time and size, every failure one of our errors."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    FormData,
)

from adapters.tencent.answers import Answer, Errcodes, TokenRefused, read
from adapters.tencent.token import Tokens, useless
from bot.channel import Unreachable, Unsure

# In all less than the Deliverer's patience, so that it is us who say what happened.
AGAIN: Final = timedelta(seconds=30)  # after two tokens in one call were refused
TIMEOUT: Final = ClientTimeout(total=15, connect=5, sock_connect=5)


@dataclass(frozen=True, slots=True)
class Call:
    """One call: where, what stands in the address, and what is sent along.

    A file is made anew for each try: aiohttp sends a form once.

    errcodes  what some of them mean of this call, whatever they mean of others
    answers   those that are no refusal of this call
    """

    path: str  # below the base: cgi-bin/menu/create
    method: str = "POST"
    params: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Callable[[], FormData] | None = None
    errcodes: Errcodes = field(default_factory=dict)
    answers: frozenset[int] = frozenset()

    @classmethod
    def of_json(cls, path: str, values: Any, **params: str) -> "Call":
        """A POST; Chinese goes as UTF-8, for escapes would be shown as it stands."""
        body = json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")
        return cls(path, params=params, body=body)


class Line:
    """The connection to one host of the platform, opened at the first call."""

    def __init__(self, base: str, errcodes: Errcodes) -> None:
        """`base`: https://api.weixin.qq.com; `errcodes`: what a refusal means there."""
        self._base, self._errcodes = base.rstrip("/"), errcodes
        self._session: ClientSession | None = None

    async def call(self, call: Call) -> Answer:
        """One call as it stands. Raises a SendError, or TokenRefused."""
        try:
            return await self._exchange(call)
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise Unreachable(type(error).__name__) from None
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            # The call may have arrived. No cause: its text holds the address, and so the token.
            raise Unsure(type(error).__name__) from None

    async def _exchange(self, call: Call) -> Answer:
        url = f"{self._base}/{call.path}"
        data = call.body() if callable(call.body) else call.body
        async with self._open().request(
            call.method, url, params=call.params, data=data, allow_redirects=False
        ) as response:
            return await read(response, {**self._errcodes, **call.errcodes}, call.answers)

    def _open(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession(timeout=TIMEOUT, trust_env=True)
        return self._session

    async def close(self) -> None:
        """Hang up; a later call opens the line anew."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(0)  # lets the transports go


class Calls:
    """Calls with the account's token in the address."""

    def __init__(self, line: Line, tokens: Tokens) -> None:
        self._line, self._tokens = line, tokens
        self._refused: set[str] = set()  # second tokens, since a call last went through

    async def call(self, call: Call) -> Answer:
        """One call; once more with another token if the platform refuses ours.

        Raises a SendError: Throttled if it refuses the other one as well, and Misconfigured when
        that goes on.
        """
        token = await self._tokens.get()
        try:
            return await self._with(call, token)
        except TokenRefused:
            token = await self._tokens.another(token)
        try:
            return await self._with(call, token)
        except TokenRefused:
            # Calls that fly together are refused together, with one token.
            self._refused.add(token)
            raise useless(len(self._refused), AGAIN) from None

    async def _with(self, call: Call, token: str) -> Answer:
        params = {**call.params, "access_token": token}
        answer = await self._line.call(replace(call, params=params))
        self._refused.clear()
        return answer

    async def close(self) -> None:
        """Hang up."""
        await self._line.close()
