"""An event as search engines and calendars of other sites read it: JSON-LD of schema.org/Event.

https://schema.org/Event. It stands in the page as a data block, which browsers never run; the
policy names its hash all the same, so that nothing else may stand inline.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from bot.config import Settings
from bot.services.events import Event
from bot.services.texts import in_language, language_of


def json_ld(event: Event, settings: Settings, language: str, url: str) -> str:
    """The data, written so that it cannot end the element it stands in."""
    text = json.dumps(_data(event, settings, language, url), ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def hash_of(text: str) -> str:
    """How a policy names an inline element: https://www.w3.org/TR/CSP3/#grammardef-hash-source"""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _data(event: Event, settings: Settings, language: str, url: str) -> Mapping[str, Any]:
    said = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.name(language),
        "description": in_language(event.summary, language),
        "inLanguage": language_of(event.title, language),
        "startDate": event.starts_at.astimezone(event.local_zone).isoformat(),
        "endDate": event.ends_at.astimezone(event.local_zone).isoformat(),
        "eventStatus": f"https://schema.org/{_status(event)}",
        "eventAttendanceMode": f"https://schema.org/{_mode(event)}",
        "location": _location(event, language),
        "organizer": {"@type": "Organization", "name": settings.organisation or settings.name},
        "url": url,
        "maximumAttendeeCapacity": event.capacity,
        "remainingAttendeeCapacity": max(0, event.free) if event.free is not None else None,
    }
    return {key: value for key, value in said.items() if value not in (None, "")}


def _status(event: Event) -> str:
    return "EventCancelled" if event.state == "cancelled" else "EventScheduled"


def _mode(event: Event) -> str:
    return "OfflineEventAttendanceMode" if event.where("") else "OnlineEventAttendanceMode"


def _location(event: Event, language: str) -> Mapping[str, str] | None:
    if place := event.where(language):
        return {"@type": "Place", "name": place, "address": place}
    return {"@type": "VirtualLocation", "url": event.link} if event.link else None
