"""The security headers of everything this channel answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.config import BadSetting, Settings
from bot.i18n import _

_ORIGIN = re.compile(r"\*|https?://[A-Za-z0-9.*-]+(:(\d{1,5}|\*))?")

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_CONTENT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)


@dataclass(frozen=True, slots=True)
class Policy:
    """Which headers an answer gets. `embedders` are the origins that may frame the chat."""

    embedders: tuple[str, ...] = ()

    def page(self, embedded: bool) -> Mapping[str, str]:
        """For whatever may show a person's data. `embedded`: it may stand in another's frame."""
        framers = " ".join(("'self'", *self.embedders)) if embedded else "'self'"
        opener = {} if embedded else {"Cross-Origin-Opener-Policy": "same-origin"}
        return {
            **ALWAYS,
            **opener,
            "Content-Security-Policy": f"{_CONTENT}; frame-ancestors {framers}",
            "Cache-Control": "no-store",
        }


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
