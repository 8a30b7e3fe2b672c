"""The other end of webhooks: one queue a chat, head of line, tried again as Telegram does.

From https://github.com/tdlib/telegram-bot-api, WebhookActor.cpp and Client.cpp: the first retry at
once, then after 2, 4, 8 ... s; Retry-After is honoured; a message is given up after 24 h, a
callback query after 150 s; an update beyond 64 KiB is dropped; after 23 h of HTTP 410 the webhook
is closed.
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.fakes.telegram.clock import VirtualClock
from tests.fakes.telegram.ledger import Push

LARGEST = 64 * 1024
LONGEST_PAUSE = 60.0
GONE_AFTER = 23 * 3600.0
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(slots=True)
class Pending:
    """An update that was not taken yet."""

    update: dict[str, Any]
    queue: str
    expires_at: float

    @property
    def id(self) -> int:
        """Its update_id."""
        return int(self.update["update_id"])


@dataclass(slots=True)
class Webhook:
    """Where updates go. `reach` says which address on this machine stands for a public one."""

    url: str = ""
    secret: str = ""
    connections: int = 40
    allowed: list[str] = field(default_factory=list)
    error: str = ""
    error_at: int = 0
    gone_since: float | None = None


class Pusher:
    """Pushes what is pending, each queue in order, queues at the same time."""

    def __init__(self, clock: VirtualClock, pending: list[Pending]) -> None:
        self.webhook = Webhook()
        self.pushes: list[Push] = []
        self.given_up: list[int] = []
        self.reach: dict[str, str] = {}
        self.flying = 0
        self.most_flying = 0
        self._clock, self._pending = clock, pending
        self._queues: dict[str, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None
        self._free = asyncio.Semaphore(40)

    def use(self, webhook: Webhook) -> None:
        """Another webhook, or none: queues start anew."""
        self.webhook = webhook
        self._free = asyncio.Semaphore(webhook.connections)
        for task in self._queues.values():
            task.cancel()
        self._queues.clear()
        self.look()

    def look(self) -> None:
        """Begin to push the queues that have something."""
        if not self.webhook.url:
            return
        for name in {pending.queue for pending in self._pending}:
            if name not in self._queues or self._queues[name].done():
                self._queues[name] = asyncio.create_task(self._drain(name))

    async def close(self) -> None:
        """Stop pushing."""
        for task in self._queues.values():
            task.cancel()
        await asyncio.gather(*self._queues.values(), return_exceptions=True)
        if self._session:
            await self._session.close()

    async def _drain(self, name: str) -> None:
        while head := next((p for p in self._pending if p.queue == name), None):
            if await self._deliver(head) and head in self._pending:
                self._pending.remove(head)

    async def _deliver(self, head: Pending) -> bool:
        """Until it is taken or given up."""
        fails = 0
        while self._clock.now < head.expires_at:
            push = await self._push(head, fails + 1)
            if 200 <= push.status < 300:
                self.webhook.gone_since = None
                return True
            self._note(push)
            if push.retry_after is not None:
                pause = min(max(push.retry_after, 0.0), 3600.0)
            else:
                pause = 0.0 if not fails else min(2.0 ** min(fails, 6), LONGEST_PAUSE)
            fails += 1
            await self._clock.sleep(min(pause, head.expires_at - self._clock.now))
        self.given_up.append(head.id)
        return True

    async def _push(self, head: Pending, attempt: int) -> Push:
        async with self._free:
            self.flying += 1
            self.most_flying = max(self.most_flying, self.flying)
            try:
                status, after = await self._post(head.update)
            finally:
                self.flying -= 1
        push = Push(head.id, attempt, status, self._clock.now, after)
        self.pushes.append(push)
        return push

    async def _post(self, update: dict[str, Any]) -> tuple[int, float | None]:
        self._session = self._session or aiohttp.ClientSession()
        headers = {HEADER: self.webhook.secret} if self.webhook.secret else {}
        try:
            async with self._session.post(
                self._local(), json=update, headers=headers, timeout=aiohttp.ClientTimeout(60)
            ) as answer:
                await answer.read()
                after = answer.headers.get("Retry-After")
                return answer.status, float(after) if after else None
        except (aiohttp.ClientError, TimeoutError):
            return 0, None

    def _local(self) -> str:
        parts = urlsplit(self.webhook.url)
        base = f"{parts.scheme}://{parts.netloc}"
        return self.webhook.url.replace(base, self.reach.get(base, base), 1)

    def _note(self, push: Push) -> None:
        webhook = self.webhook
        told = f"Wrong response from the webhook: {push.status}"
        webhook.error = told if push.status else "Connection refused"
        webhook.error_at = int(self._clock.now)
        if push.status != 410:
            webhook.gone_since = None
        elif webhook.gone_since is None:
            webhook.gone_since = self._clock.now
        elif self._clock.now - webhook.gone_since >= GONE_AFTER:
            webhook.url = ""


def size_of(update: dict[str, Any]) -> int:
    """Bytes of an update as it is pushed."""
    return len(json.dumps(update, ensure_ascii=False).encode())
