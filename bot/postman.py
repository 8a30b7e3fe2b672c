"""Carries calls to webhooks: signs each, sends it to public addresses only, writes down its end.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import asyncio
import base64
import hmac
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.config import Settings
from bot.database import Database
from bot.outward import NotPublic, PublicResolver, is_public
from bot.services.webhook_calls import Claimed, Outcome, claim, settle
from bot.services.webhooks import seal_of

log = structlog.get_logger()
EVERY: Final = 1.0  # seconds between two looks
SECONDS: Final = 15.0  # that whoever is called may take, as the specification says
_CONNECT = 5.0
_LONGEST_WAIT = timedelta(hours=24)  # that a Retry-After is believed
_AGENT = "Citybot-Webhooks/1"


class Postman:
    """Looks again and again for calls that are due; several processes may."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        now: Callable[[], datetime],
        every: float = EVERY,
    ) -> None:
        self._database, self._now, self._every = database, now, every
        self._seal, self._inside = seal_of(settings), settings.webhooks_inside.lower() == "yes"
        self._chance = random.SystemRandom()
        self._under_way: Counter[int] = Counter()

    async def run(self) -> None:
        """Until cancelled; what is under way then is sent again when its lease has lapsed."""
        async with self._session() as http, asyncio.TaskGroup() as group:
            while True:
                for call in await self._claim():
                    self._under_way[call.webhook_id] += 1
                    group.create_task(self._carry(http, call))
                await asyncio.sleep(self._every)

    async def _claim(self) -> Iterable[Claimed]:
        busy = [webhook for webhook, count in self._under_way.items() if count > 0]
        try:
            return await asyncio.to_thread(claim, self._database, self._now(), busy)
        except SQLAlchemyError as error:
            log.warning("webhooks_not_looked_at", error=type(error).__name__)
            return ()

    async def _carry(self, http: aiohttp.ClientSession, call: Claimed) -> None:
        """One call; whatever goes wrong, the row says so or its lease lapses."""
        try:
            outcome = await self._sent(http, call)
            done = (self._database, call, outcome, self._now(), self._chance)
            await asyncio.to_thread(settle, *done)
        except Exception as error:  # one call that goes wrong must not end those beside it
            log.warning("webhook_not_settled", call=call.id, error=type(error).__name__)
        finally:
            self._under_way[call.webhook_id] -= 1

    async def _sent(self, http: aiohttp.ClientSession, call: Claimed) -> Outcome:
        keys = [self._seal.open(sealed) for sealed in call.secrets]
        if keys[0] is None:
            return Outcome(error="secret")
        headers = signed(call, self._now(), filter(None, keys))
        try:
            self._refuse_private(call.url)
            posting = http.post(
                call.url, data=call.body.encode(), headers=headers, allow_redirects=False
            )
            async with posting as answer:  # whatever it says, nobody reads it
                return _outcome(answer)
        except NotPublic:
            return Outcome(error="private")
        except TimeoutError:
            return Outcome(error="timeout")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            is_private = isinstance(error.__cause__, NotPublic)
            return Outcome(error="private" if is_private else "unreachable")

    def _refuse_private(self, url: str) -> None:
        """A number is never resolved, so the resolver does not see it."""
        host = urlsplit(url).hostname or ""
        try:
            allowed = self._inside or is_public(host)
        except ValueError:
            return
        if not allowed:
            raise NotPublic(host)

    def _session(self) -> aiohttp.ClientSession:
        resolver = None if self._inside else PublicResolver()
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, limit=100),
            timeout=aiohttp.ClientTimeout(total=SECONDS, sock_connect=_CONNECT),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,  # a proxy would call whatever it is asked to
        )


def signed(call: Claimed, now: datetime, keys: Iterable[bytes]) -> Mapping[str, str]:
    """The headers of a call: what is signed is its id, the moment of this try, and its body."""
    moment = str(int(now.timestamp()))
    content = f"{call.message_id}.{moment}.{call.body}".encode()
    macs = (base64.b64encode(hmac.digest(key, content, "sha256")).decode() for key in keys)
    return {
        "Content-Type": "application/json",
        "User-Agent": _AGENT,
        "webhook-id": call.message_id,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{mac}" for mac in macs),
    }


def _outcome(answer: aiohttp.ClientResponse) -> Outcome:
    is_done = 200 <= answer.status < 300
    said = answer.headers.get("Retry-After", "")
    seconds = int(said) if said.isascii() and said.isdecimal() and len(said) < 7 else 0
    wait = min(timedelta(seconds=seconds), _LONGEST_WAIT)
    return Outcome(answer.status, "" if is_done else "status", wait)
