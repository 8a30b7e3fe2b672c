"""What stands on a poster of a poll: in every language we speak, with a code for each channel."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from bot.config import Settings
from bot.i18n import _, languages, translate
from bot.services.poll_texts import asks, secrecy, until, who_may_vote
from bot.services.polls import Poll
from bot.services.texts import in_language
from bot.services.weblinks import POLLS, Pages

if TYPE_CHECKING:
    from segno import QRCode

Size = Literal["a4", "a3"]
SOURCE: Final = "poster"  # where the link was found, as arrivals are counted
_PAGES: Final = ("web",)  # channels that are pages of our own
_TYPED: Final = ("telegram",)  # channels with an address that people can type
_NAMES: Final = {
    "web": _("Web page"),
    "telegram": "Telegram",
    "wechat": _("WeChat"),
    "wecom": _("WeCom"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """A code to scan: where it leads, and the names of that channel in our languages.

    address: what to type where nobody can scan; "" where it is nothing that people type
    """

    channel: str
    url: str
    names: tuple[str, ...]
    address: str = ""

    def code(self) -> "QRCode":
        """As squares; readable even when a quarter of it is torn off."""
        return _code(self.url)


@lru_cache(maxsize=8)  # drawn anew for each size that is tried
def _code(url: str) -> "QRCode":
    import segno  # heavy enough, and rarely needed

    return segno.make_qr(url, error="q")


@dataclass(frozen=True, slots=True)
class Said:
    """The poster in one language. `title` is "" where the poll is not written in it."""

    language: str
    title: str
    summary: str
    asks: tuple[str, ...]
    scan: str
    write: str
    closes: str
    who: str
    secrecy: str


@dataclass(frozen=True, slots=True)
class Poster:
    """Everything on it."""

    code: str
    issuer: str
    contact: str
    said: tuple[Said, ...]
    ways: tuple[Way, ...]

    @property
    def titled(self) -> tuple[Said, ...]:
        """The languages the poll is written in."""
        return tuple(said for said in self.said if said.title)


def poster(settings: Settings, poll: Poll, links: Iterable[tuple[str, str]]) -> Poster:
    """The poster of a poll. `links`: channel and what opens the talk there."""
    page = Pages(settings.public_url).at(POLLS, f"/{poll.id}")
    ways = [_way(channel, url, page) for channel, url in links if takes_votes(poll, channel)]
    return Poster(
        poll.code,
        settings.organisation or settings.name,
        settings.contact,
        tuple(_said(poll, language, bool(ways)) for language in languages()),
        tuple(sorted(ways, key=lambda way: way.channel not in _PAGES)),
    )


def takes_votes(poll: Poll, channel: str) -> bool:
    """Whether one can vote there: a poster must not send people where they are refused."""
    if poll.mode == "web-secret":
        return channel in _PAGES
    return poll.level != "account" or channel not in _PAGES


def _way(channel: str, url: str, page: str) -> Way:
    name = _NAMES.get(channel, channel)
    told = dict.fromkeys(translate(language, name) for language in languages())
    return Way(channel, url, tuple(told), _typed(page if channel in _PAGES else url, channel))


def _typed(url: str, channel: str) -> str:
    """Without what only machines need: the scheme, and what stands behind a question mark."""
    if channel not in (*_PAGES, *_TYPED):
        return ""
    parts = urlsplit(url)
    return parts.netloc + parts.path


def _said(poll: Poll, language: str, can_scan: bool) -> Said:
    written = bool(poll.title.get(language))
    return Said(
        language,
        poll.title.get(language, ""),
        in_language(poll.summary, language) if written else "",
        asks(poll, language) if written else (),
        translate(language, _("Scan and vote")) if can_scan else "",
        translate(language, _("or write us this code:")),
        translate(language, _("Open until {when}."), when=until(poll, language)),
        who_may_vote(poll, language),
        secrecy(poll, language),
    )
