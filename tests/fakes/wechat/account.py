"""What WeChat knows of one Official Account: tokens, quotas, who may be written to how often.

Tokens: https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html
Windows: https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html
Quotas: https://developers.weixin.qq.com/doc/offiaccount/Message_Management/API_Call_Limits.html
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.clock import Clock

TOKEN_LASTS = timedelta(seconds=7200)
OVERLAP = timedelta(minutes=5)
SHANGHAI = ZoneInfo("Asia/Shanghai")
QUOTAS = {  # calls a day of a new account
    "cgi-bin/token": 2000,
    "cgi-bin/message/custom/send": 500_000,
    "cgi-bin/message/mass/send": 100,
    "cgi-bin/menu/create": 1000,
    "cgi-bin/qrcode/create": 100_000,
}


class Refusal(Exception):
    """An errcode, in an answer of HTTP 200."""

    def __init__(self, code: int, message: str, **more: Any) -> None:
        super().__init__(f"{code} {message}")
        self.code, self.message, self.more = code, message, more


@dataclass
class Window:
    """How many messages may still be sent to a person, until when."""

    until: datetime
    left: int


@dataclass
class Follower:
    """A person as the platform sees them."""

    follows: bool = True
    refuses: bool = False  # has switched off our messages: 48002
    windows: dict[str, Window] = field(default_factory=dict)
    subscribed: Counter[str] = field(default_factory=Counter)  # one-time consents by template
    shown: list[str] = field(default_factory=list)  # what their phone shows, oldest first
    massed: Counter[str] = field(default_factory=Counter)  # mass messages they got, by month


@dataclass
class Token:
    """An access token; `dies_at` moves forward when it is replaced or killed."""

    value: str
    dies_at: datetime


class Account:
    """The state machine; refusals are raised."""

    def __init__(self, clock: Clock, app_id: str, secret: str, verified: bool = True) -> None:
        self.clock, self.app_id, self.secret, self.verified = clock, app_id, secret, verified
        self.allowed = True  # whether our server's address is on the allow-list
        self.followers: dict[str, Follower] = {}
        self.quotas = dict(QUOTAS)
        self.used: Counter[tuple[str, str]] = Counter()
        self.menu: dict[str, Any] | None = None
        self.scenes: dict[str, dict[str, Any]] = {}
        self.media: dict[str, bytes] = {}
        self._tokens: list[Token] = []
        self._forced: list[datetime] = []
        self._made = 0

    # -- tokens --------------------------------------------------------------------------------

    def stable_token(self, app_id: str, secret: str, force: bool) -> dict[str, Any]:
        """The same token at every normal call; another one near its end, or by force."""
        self._know(app_id, secret)
        now, current = self.clock(), self._current()
        if force:
            self._may_force()
            self.kill_tokens()
            current = None
        elif current and current.dies_at - now <= OVERLAP:
            current = None  # the old one holds until it dies: both are good for five minutes
        current = current or self._fresh()
        return {
            "access_token": current.value,
            "expires_in": int((current.dies_at - now).total_seconds()),
        }

    def kill_tokens(self) -> None:
        """As when another system forces its own: what was given is worthless at once."""
        for token in self._tokens:
            token.dies_at = self.clock()

    def check_token(self, value: str) -> None:
        """Raises Refusal for one that was never given, or has had its time."""
        known = next((token for token in self._tokens if token.value == value), None)
        if known is None:
            raise Refusal(40001, "invalid credential, access_token is invalid or not latest")
        if known.dies_at <= self.clock():
            raise Refusal(42001, "access_token expired")

    def _know(self, app_id: str, secret: str) -> None:
        if app_id != self.app_id:
            raise Refusal(40013, "invalid appid")
        if not self.allowed:
            raise Refusal(40164, "invalid ip 203.0.113.7, not in whitelist rid: 6000-0a")
        if secret != self.secret:
            raise Refusal(40125, "invalid appsecret")

    def _current(self) -> Token | None:
        alive = [token for token in self._tokens if token.dies_at > self.clock()]
        return alive[-1] if alive else None

    def _fresh(self) -> Token:
        self._made += 1
        token = Token(f"CANARY-access-token-{self._made:04}", self.clock() + TOKEN_LASTS)
        self._tokens.append(token)
        return token

    def _may_force(self) -> None:
        now = self.clock()
        today = [at for at in self._forced if at > now - timedelta(days=1)]
        if len(today) >= 20 or (today and now - today[-1] < timedelta(seconds=30)):
            raise Refusal(45011, "api minute-quota reach limit, must slower, retry next minute")
        self._forced.append(now)

    # -- quotas --------------------------------------------------------------------------------

    def count(self, path: str) -> None:
        """One call more today, as Shanghai counts days."""
        key = (path, f"{self.clock().astimezone(SHANGHAI):%Y-%m-%d}")
        if self.used[key] >= self.quotas.get(path, 1_000_000):
            raise Refusal(45009, "reach max api daily quota limit")
        self.used[key] += 1

    def quota(self, path: str) -> dict[str, int]:
        """What is left of it."""
        limit = self.quotas.get(path, 1_000_000)
        used = self.used[(path, f"{self.clock().astimezone(SHANGHAI):%Y-%m-%d}")]
        return {"daily_limit": limit, "used": used, "remain": limit - used}

    # -- people --------------------------------------------------------------------------------

    def follower(self, openid: str) -> Follower:
        """Somebody, known from now on."""
        return self.followers.setdefault(openid, Follower())

    def open_window(self, openid: str, tapped: bool) -> None:
        """They wrote: 5 in 48 hours; they tapped, followed or scanned: 3 in a minute."""
        lasts, left = (timedelta(minutes=1), 3) if tapped else (timedelta(hours=48), 5)
        window = Window(self.clock() + lasts, left)
        self.follower(openid).windows["tap" if tapped else "message"] = window

    def service_message(self, openid: str) -> Follower:
        """Whom a customer-service message reaches. Raises Refusal."""
        if not self.verified:
            raise Refusal(48001, "api unauthorized")
        person = self.followers.get(openid)
        if person is None:
            raise Refusal(40003, "invalid openid")
        if not person.follows:
            raise Refusal(43004, "require subscribe")
        if person.refuses:
            raise Refusal(48002, "user refuses to receive messages")
        self._spend(person)
        return person

    def _spend(self, person: Follower) -> None:
        opened = [w for w in person.windows.values() if w.until > self.clock()]
        if not opened:
            raise Refusal(45015, "response out of time limit or subscription is canceled")
        with_room = sorted((w for w in opened if w.left), key=lambda w: w.until)
        if not with_room:
            raise Refusal(45047, "out of response count limit")
        with_room[0].left -= 1
