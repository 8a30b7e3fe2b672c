"""Access tokens: one refresher an account, over all processes, and never a storm of requests.

The platform gives an account one token at a time, some 2000 a day, and forgets it when it likes;
a program that asks anew at every refusal has spent the day's tokens within seconds.
https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html
"""

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from cryptography.fernet import Fernet, InvalidToken

from bot.channel import Misconfigured, SendError, Throttled, Unreachable, Unsure
from bot.i18n import _
from bot.tokens import LEASE, Kept, TokenShelf, failed, renewed

log = structlog.get_logger()
EARLY: Final = timedelta(minutes=4)  # both tokens hold for the last five minutes of the old one
AT_LEAST: Final = timedelta(seconds=30)  # a token is not asked for anew sooner, however short
REFUSED: Final = timedelta(minutes=5)  # after a wrong secret: 3 tries in 10 minutes, no more
AWAY: Final = timedelta(seconds=60)  # the longest wait after a try that did not get through
# Forced refreshes: 20 a day, 30 seconds apart. Doubled from one to the next, so that two systems
# that force each other's token away do not use up the day.
FORCE_FIRST, FORCE_LAST = timedelta(seconds=30), timedelta(hours=2)
USELESS: Final = 4  # tokens refused in a row before the channel pauses: after 30, 60 and 120 s
LOOK: Final = 0.2  # seconds between looks while another process renews


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the platform gave: a token, and for how long."""

    token: str
    lasts: timedelta


def fetched_of(answer: Mapping[str, object]) -> Fetched:
    """The token in an answer. Raises Unsure where there is none."""
    token, seconds = answer.get("access_token"), answer.get("expires_in")
    if not (isinstance(token, str) and token and isinstance(seconds, int) and seconds > 0):
        raise Unsure(_("The platform answered without a token."))
    return Fetched(token, timedelta(seconds=min(seconds, 7200)))


Fetch = Callable[[bool], Awaitable[Fetched]]  # whether to force a new one; raises SendError


@dataclass(frozen=True, slots=True)
class _Held:
    token: str
    renew_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Owner:
    """Platform and account, `wechat:wx0123`, and the secret that opens it."""

    account: str
    secret: str = field(repr=False)


class Tokens:
    """The token of one account, as this process sees it."""

    def __init__(
        self,
        shelf: TokenShelf,
        owner: Owner,
        fetch: Fetch,
        now: Callable[[], datetime],
    ) -> None:
        # Only who has the secret could renew the token; so only they can read it on the shelf, and
        # another secret begins with a clean sheet.
        key = hashlib.sha256(f"{owner.account} {owner.secret}".encode()).digest()
        self._sealing = Fernet(base64.urlsafe_b64encode(key))
        self._account = f"{owner.account}#{hashlib.sha256(key).hexdigest()[:8]}"
        self._shelf, self._fetch, self._now = shelf, fetch, now
        self._held: _Held | None = None
        self._one = asyncio.Lock()

    async def get(self) -> str:
        """A token that holds. Raises Misconfigured, Throttled or Unreachable."""
        if token := self._in_hand(None):
            return token
        async with self._one:
            return self._in_hand(None) or await self._obtained(None)

    async def another(self, refused: str) -> str:
        """A token instead of one that the platform refused. Raises as `get` does."""
        async with self._one:
            return self._in_hand(refused) or await self._obtained(refused)

    def _in_hand(self, refused: str | None) -> str | None:
        held = self._held
        fits = held and held.token != refused and self._now() < held.renew_at
        return held.token if held and fits else None

    async def _obtained(self, refused: str | None) -> str:
        """From the shelf, where another process may have put it, or from the platform."""
        for _look in range(int(LEASE.total_seconds() / LOOK) + 1):
            version, kept = await self._shelf.look(self._account)
            self._held = self._opened(kept)
            if token := self._in_hand(refused):
                return token
            if why := self._not_now(kept, refused):
                return self._still_good(refused) or _raise(why)
            mine = await self._shelf.lease(self._account, version)
            if mine is not None:
                return await self._renew(kept, mine, refused)
            if token := self._still_good(refused):
                return token
            await asyncio.sleep(LOOK)
        raise Unreachable(_("Another process is getting a new token."))

    def _opened(self, kept: Kept) -> _Held | None:
        if not (kept.token and kept.expires_at and kept.refreshed_at):
            return None
        try:
            token = self._sealing.decrypt(kept.token.encode()).decode()
        except InvalidToken:
            return None
        soonest = min(kept.refreshed_at + AT_LEAST, kept.expires_at)
        return _Held(token, max(kept.expires_at - EARLY, soonest), kept.expires_at)

    def _still_good(self, refused: str | None) -> str | None:
        """The old token, due to be renewed: better than none."""
        held = self._held
        good = held and held.token != refused and self._now() < held.expires_at
        return held.token if held and good else None

    def _not_now(self, kept: Kept, refused: str | None) -> SendError | None:
        """Why the platform is not asked at this moment; None if it may be."""
        now = self._now()
        if kept.retry_at and now < kept.retry_at:
            return _told_again(kept, kept.retry_at - now)
        if refused and kept.forced_at and now < kept.forced_at + _gap(kept.forced):
            return useless(kept.forced, kept.forced_at + _gap(kept.forced) - now)
        return None

    async def _renew(self, kept: Kept, version: int, refused: str | None) -> str:
        """Ask once; ask with force only when the platform repeats the token it refused."""
        now = self._now()
        try:
            fetched = await self._fetch(False)
            if fetched.token == refused:
                kept = _forced(kept, now)
                fetched = await self._fetch(True)
        except SendError as error:
            await self._shelf.settle(self._account, version, _failure(kept, error, now))
            log.warning("token_not_renewed", account=self._account, error=type(error).__name__)
            raise
        sealed = self._sealing.encrypt(fetched.token.encode()).decode()
        fresh = renewed(kept, sealed, now + fetched.lasts, now)
        if await self._shelf.settle(self._account, version, fresh):
            self._held = self._opened(fresh)
            log.info("token_renewed", account=self._account, forced=kept.forced_at == now)
        # Else our answer came so late that another process has renewed since: theirs counts.
        return self._in_hand(refused) or await self._obtained(refused)


def useless(times: int, wait: timedelta) -> SendError:
    """What follows when a token that the platform has just given is refused, so often in a row.

    It may repeat itself for a minute or two; only then is it for staff.
    """
    told = _("The platform refuses every token it gave.")
    return Throttled(wait, told, everyone=True) if times < USELESS else Misconfigured(told)


def _gap(forced: int) -> timedelta:
    return min(FORCE_FIRST * (1 << min(max(forced - 1, 0), 10)), FORCE_LAST)


def _forced(kept: Kept, now: datetime) -> Kept:
    in_a_row = kept.forced_at is not None and now < kept.forced_at + 2 * FORCE_LAST
    return replace(kept, forced=kept.forced + 1 if in_a_row else 1, forced_at=now)


def _failure(kept: Kept, error: SendError, now: datetime) -> Kept:
    wait = REFUSED if isinstance(error, Misconfigured) else _patience(kept, error)
    return failed(kept, type(error).__name__, str(error), now + wait)


def _patience(kept: Kept, error: SendError) -> timedelta:
    if isinstance(error, Throttled):
        return error.after
    return min(timedelta(seconds=1 << min(kept.failures, 10)), AWAY)


def _told_again(kept: Kept, wait: timedelta) -> SendError:
    """The error of the last try, for who asks before the next: they must not try themselves."""
    detail = kept.error or ""
    match kept.error_kind:
        case "Misconfigured":
            return Misconfigured(detail)
        case "Throttled":
            return Throttled(wait, detail)
    return Unreachable(detail)


def _raise(error: SendError) -> str:
    raise error
