"""A broadcast as a row of its table, and back."""

from typing import Any

from bot.services.audience import Audience
from bot.services.broadcast import Broadcast, Page, Picture


def as_row(broadcast: Broadcast) -> dict[str, Any]:
    """What the team decides of it."""
    image = broadcast.image
    return {
        "name": broadcast.name,
        "texts": dict(broadcast.texts),
        "fallback": broadcast.fallback,
        "links": [{"label": dict(page.label), "url": page.url} for page in broadcast.links],
        "choices": [dict(label) for label in broadcast.choices],
        "about": broadcast.about,
        "image": {"kind": image.kind, "base64": image.base64, "alt": dict(image.alt)}
        if image
        else None,
        "audience": broadcast.audience.to_json(),
        "minds_night": broadcast.minds_night,
        "zone": broadcast.zone,
        "wanted_at": broadcast.wanted_at,
        "hours": broadcast.hours,
    }


def from_row(row: Any) -> Broadcast:
    """As it stands."""
    values = dict(row._mapping)
    choices = values.pop("choices") or ()
    image = values.pop("image")
    return Broadcast(
        **{k: v for k, v in values.items() if k not in ("links", "audience")},
        links=tuple(Page(page["label"], page["url"]) for page in values["links"]),
        choices=tuple(choices),
        audience=Audience.from_json(values["audience"]),
        image=Picture(**image) if image else None,
    )
