"""An account at a platform that is a counter, and its tokens as one process sees them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from adapters.tencent.token import Fetched, Owner, Tokens
from bot.channel import SendError
from bot.database import Database
from bot.tokens import TokenShelf


@dataclass
class Clock:
    """A clock that is moved by hand."""

    at: datetime = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **units: float) -> None:
        self.at += timedelta(**units)


@dataclass
class Platform:
    """Gives the same token until it is killed or near its end, as `stable_token` does."""

    clock: Clock
    asked: list[bool] = field(default_factory=list)  # with force?
    errors: list[SendError] = field(default_factory=list)
    lasts: timedelta = timedelta(hours=2)
    made: int = 0
    dies_at: datetime | None = None
    before: Callable[[], object] | None = None
    can_be_forced: bool = True  # WeCom cannot

    async def fetch(self, force: bool) -> Fetched:
        self.asked.append(force)
        if self.before:
            await self.before()  # type: ignore[misc]
        if self.errors:
            raise self.errors.pop(0)
        now = self.clock()
        forced = force and self.can_be_forced
        if forced or self.dies_at is None or self.dies_at - now <= timedelta(minutes=5):
            self.made += 1
            self.dies_at = now + self.lasts
        return Fetched(f"token-{self.made}", self.dies_at - now)

    def kill(self) -> None:
        """Another system has forced its own: a normal call gives that one from now on."""
        self.made += 1
        self.dies_at = self.clock() + self.lasts


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def platform(clock: Clock) -> Platform:
    return Platform(clock)


@pytest.fixture
def process(database: Database, platform: Platform, clock: Clock) -> Callable[..., Tokens]:
    """Another process on the same database: `process()`."""

    def start(secret: str = "s3cret") -> Tokens:
        shelf = TokenShelf(database, clock)
        return Tokens(shelf, Owner("wechat:wx01", secret), platform.fetch, clock)

    return start
