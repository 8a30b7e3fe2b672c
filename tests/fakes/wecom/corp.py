"""What WeCom knows of one company and one app of it: tokens, members, cards, what came twice.

Sending: https://developer.work.weixin.qq.com/document/path/90236
Limits: https://developer.work.weixin.qq.com/document/path/90312
Tokens: https://developer.work.weixin.qq.com/document/path/91039
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.clock import Clock
from tests.fakes.wechat.account import Refusal

TOKEN_LASTS = timedelta(seconds=7200)
CODE_LASTS = timedelta(hours=72)
TO_ONE = ((30, timedelta(minutes=1)), (1000, timedelta(hours=1)))


@dataclass
class Shown:
    """One message on a member's phone, oldest first.

    kind     text, file, image, template_card
    text     the words of it; of a card the title and what stands below
    taps     what can be tapped: words and key, in order
    done     what stands there instead, once the app has changed the card
    """

    kind: str
    text: str
    body: Mapping[str, Any]
    taps: tuple[tuple[str, str], ...] = ()
    done: str | None = None

    @property
    def line(self) -> str:
        """As a script would write it."""
        words = " ".join(self.text.split())
        buttons = [f"[{label}]" for label, _key in self.taps]
        return " ".join([words, *([f"({self.done})"] if self.done else buttons)])


@dataclass
class Member:
    """A member of the company."""

    userid: str
    sees_the_app: bool = True
    licensed: bool = True
    got: list[datetime] = field(default_factory=list)
    dropped: int = 0  # in silence
    shown: list[Shown] = field(default_factory=list)


@dataclass
class Code:
    """A response_code: changes one card, once."""

    card: Shown
    until: datetime
    used: bool = False


class Corp:
    """The state machine; refusals are raised."""

    def __init__(self, clock: Clock, corp_id: str, agent_id: int, secret: str) -> None:
        self.clock, self.corp_id, self.agent_id, self.secret = clock, corp_id, agent_id, secret
        self.listed = True  # whether our address is on the list of trusted ones
        self.busy = False  # over the limit of the minute
        self.takes_cards = True
        self.members: dict[str, Member] = {}
        self.media: dict[str, tuple[str, bytes]] = {}
        self.menu: dict[str, Any] | None = None
        self.agent: dict[str, Any] = {"name": "Stadt", "close": 0, "isreportenter": 0}
        self.codes: dict[str, Code] = {}
        self.task_ids: set[str] = set()
        self._seen: dict[bytes, datetime] = {}
        self._tokens: dict[str, datetime] = {}

    # -- tokens --------------------------------------------------------------------------------

    def token(self, corp_id: str, secret: str) -> dict[str, Any]:
        """The same one as long as it lives."""
        if corp_id != self.corp_id:
            raise Refusal(40013, "invalid corpid")
        if secret != self.secret:
            raise Refusal(40001, "invalid credential")
        if not self.listed:
            raise Refusal(60020, "not allow to access from your ip, from ip: 203.0.113.7")
        now = self.clock()
        alive = [value for value, until in self._tokens.items() if until > now]
        if not alive:
            alive = [f"CANARY-wecom-token-{len(self._tokens) + 1:04}"]
            self._tokens[alive[0]] = now + TOKEN_LASTS
        lasts = int((self._tokens[alive[0]] - now).total_seconds())
        return {"errcode": 0, "errmsg": "ok", "access_token": alive[0], "expires_in": lasts}

    def kill_tokens(self) -> None:
        """What was given is worthless at once: the platform may do so for its own reasons."""
        self._tokens = dict.fromkeys(self._tokens, self.clock())

    def check_token(self, value: str) -> None:
        """Raises Refusal for one that was never given, or has had its time."""
        if value not in self._tokens:
            raise Refusal(40014, "invalid access_token")
        if self._tokens[value] <= self.clock():
            raise Refusal(42001, "access_token expired")

    # -- members -------------------------------------------------------------------------------

    def member(self, userid: str) -> Member:
        """Somebody, known from now on; the case of a userid counts for nothing."""
        return self.members.setdefault(userid.lower(), Member(userid))

    def receivers(self, touser: str) -> tuple[list[Member], list[str], list[str]]:
        """Who gets it, who is unknown or may not see the app, who has no licence."""
        named = [
            self.members.get(name.lower()) or Member(name, False) for name in touser.split("|")
        ]
        seeing = [m for m in named if m.sees_the_app]
        if not seeing:
            raise Refusal(81013, "user & party & tag all invalid")
        unknown = [m.userid.lower() for m in named if not m.sees_the_app]
        unlicensed = [m.userid.lower() for m in seeing if not m.licensed]
        return [m for m in seeing if m.licensed], unknown, unlicensed

    def show(self, member: Member, shown: Shown) -> None:
        """On their phone; what is beyond the limit is dropped, and nobody hears of it."""
        now = self.clock()
        for most, span in TO_ONE:
            if sum(at > now - span for at in member.got) >= most:
                member.dropped += 1
                return
        member.got.append(now)
        member.shown.append(shown)

    # -- what came twice -----------------------------------------------------------------------

    def came_before(self, body: bytes, seconds: int) -> bool:
        """Whether the same JSON was taken within that time."""
        now = self.clock()
        before = self._seen.get(body)
        if before is not None and now - before < timedelta(seconds=seconds):
            return True
        self._seen[body] = now
        return False

    # -- cards ---------------------------------------------------------------------------------

    def code_for(self, card: Shown) -> str:
        """A code that lets the app change this card, once, for 72 hours."""
        code = f"code-{len(self.codes) + 1}"
        self.codes[code] = Code(card, self.clock() + CODE_LASTS)
        return code

    def change(self, code: str, words: str) -> None:
        """Nothing can be tapped any more. Raises Refusal."""
        found = self.codes.get(code)
        if found is None or found.used or found.until <= self.clock():
            raise Refusal(40058, "invalid response_code")
        found.used, found.card.done = True, words
