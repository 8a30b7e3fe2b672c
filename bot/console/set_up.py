"""Setting a channel up: what to do at the platform, which settings are there, and a test."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from bot.channel import SendError
from bot.config import SECRETS
from bot.console.desk import Desk
from bot.console.meanings import meaning, value_of
from bot.console.visit import Visit
from bot.i18n import _, translate
from bot.services.channels import in_words

log = structlog.get_logger()
_WAIT: Final = 30.0  # seconds in which a platform answers, or does not
_SLOW = _("The platform has not answered within 30 seconds. Please try again in a moment.")
_CLOSED = _("It is not open yet: give its settings to this server, and restart citybot.")
_BROKE = _("That went wrong on our side; the log of this server says more.")
_LOOK = _("What to do stands in the log of this server, and in the guide of the channel.")


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of a test: what the platform says of us, or what is wrong and what to do."""

    is_well: bool
    lines: tuple[str, ...]
    step: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A setting. `value` is "" for what is not given, and for secrets, which no page shows."""

    key: str
    meaning: str
    is_needed: bool
    is_given: bool
    is_secret: bool
    value: str

    @property
    def variable(self) -> str:
        """What it is called in the environment."""
        return f"CITYBOT_{self.key.upper()}"


@dataclass(frozen=True, slots=True)
class Shown:
    """The guide in the reader's language. `address`: to be copied to the platform."""

    steps: tuple[str, ...]
    settings: tuple[Given, ...]
    address: str
    base: str
    embed: str

    @property
    def missing(self) -> tuple[Given, ...]:
        """What has to be given before it opens."""
        return tuple(one for one in self.settings if one.is_needed and not one.is_given)


class SetUp:
    """Of all channels."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def shown(self, visit: Visit, name: str) -> Shown | None:
        """How one is set up; None for one that came from elsewhere."""
        guide = self._desk.guides.get(name)
        if guide is None:
            return None
        base = self._desk.settings.public_url.rstrip("/") or str(visit.request.url.origin())
        address = f"{base}{guide.callback}" if guide.callback else ""
        told = {"base": base, "address": address}
        return Shown(
            tuple(translate(visit.language, step, **told) for step in guide.steps),
            (
                *self._given(visit, guide.needs, needed=True),
                *self._given(visit, guide.settings, needed=False),
            ),
            address,
            base,
            f'<script src="{base}/widget.js" async></script>' if guide.embed else "",
        )

    async def test(self, visit: Visit, name: str, is_set_up: bool) -> Tested:
        """The same as `citybot channel test` or `setup`, on the channel that is open."""
        channel, language = self._desk.opened.get(name), visit.language
        if channel is None:
            return Tested(False, (translate(language, _CLOSED),))
        try:
            async with asyncio.timeout(_WAIT):
                told = await (channel.set_up() if is_set_up else channel.examine())
        except TimeoutError:
            return Tested(False, (translate(language, _SLOW),))
        except SendError as error:
            return self._wrong(language, name, error)
        except Exception:  # a channel of another package may break in its own way
            log.exception("channel_test_broke", channel=name)
            return Tested(False, (translate(language, _BROKE),))
        return Tested(True, tuple(translate(language, t.msgid, **t.values) for t in told))

    def _wrong(self, language: str, name: str, error: SendError) -> Tested:
        meaning_, said = type(error).__doc__ or "", str(error)
        lines = [translate(language, meaning_)]
        if said != meaning_:
            lines.append(in_words(language, said))
        step = self._desk.remedy(name, said)
        return Tested(False, tuple(lines), translate(language, step or _LOOK))

    def _given(self, visit: Visit, keys: Sequence[str], needed: bool) -> tuple[Given, ...]:
        found = []
        for key in keys:
            is_given, said = bool(getattr(self._desk.settings, key)), meaning(visit.language, key)
            shown = value_of(self._desk.settings, key) if is_given else ""
            found.append(Given(key, said, needed, is_given, key in SECRETS, shown))
        return tuple(found)
