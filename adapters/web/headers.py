"""The security headers of everything this channel answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from bot.config import BadSetting, Settings
from bot.i18n import _
from bot.web.headers import ALWAYS, CONTENT

_ORIGIN = re.compile(r"\*|https?://[A-Za-z0-9.*-]+(:(\d{1,5}|\*))?")


@dataclass(frozen=True, slots=True)
class Policy:
    """Which headers an answer gets. `embedders` are the origins that may frame the chat."""

    embedders: tuple[str, ...] = ()

    def page(self, embedded: bool) -> Mapping[str, str]:
        """For whatever may show a person's data. `embedded`: it may stand in another's frame."""
        return _framed(self.embedders) if embedded else _ALONE


def _headers(framers: str, **more: str) -> Mapping[str, str]:
    policy = f"{CONTENT}; frame-ancestors {framers}"
    return {**ALWAYS, **more, "Content-Security-Policy": policy, "Cache-Control": "no-store"}


_ALONE = _headers("'self'", **{"Cross-Origin-Opener-Policy": "same-origin"})


@cache
def _framed(embedders: tuple[str, ...]) -> Mapping[str, str]:
    return _headers(" ".join(("'self'", *embedders)))


def policy_of(settings: Settings) -> Policy:
    """Raises BadSetting when `embed_origins` holds what is not an origin."""
    origins = tuple(settings.embed_origins.split())
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise BadSetting(
                _("Setting {key}: {value} is not an origin like https://www.example.org."),
                key="embed_origins",
                value=origin,
            )
    return Policy(origins)
