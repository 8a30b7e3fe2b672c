"""The form a broadcast is written in, in all languages side by side; nothing typed is lost."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from aiohttp import web

from bot.console.broadcasts import BROADCASTS
from bot.console.broadcasts.reaching import broadcasts_of, the_broadcast
from bot.console.desk import Desk
from bot.console.door import to
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import languages, translate
from bot.services.audience import STATUSES
from bot.services.broadcast import BadBroadcast, Broadcast
from bot.services.broadcast_written import read_broadcast, to_plain
from bot.services.event_words import STATUS_NAMES
from bot.services.events import Events
from bot.services.handpicking import people_of
from bot.services.polls import Polls
from bot.services.topics import Topics

LINKS: Final = 3  # rows of links in the form
_LISTS: Final = ("topics", "languages", "channels", "events", "programmes", "statuses", "polls")
_NUMBERS: Final = ("seen_within", "not_seen_within", "missed")


class WritingPages:
    """The form, empty or filled."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def blank(self, visit: Visit) -> web.StreamResponse:
        """For a new one; `about` may stand in the address, where a page of an event leads here."""
        about = visit.asked("about")
        form = {"fallback": visit.language, "zone": self._desk.settings.zone, "night": "wait"}
        return await self._page(visit, None, form | {"about": about, "hours": "72"})

    async def show(self, visit: Visit) -> web.StreamResponse:
        """Of one that is a draft."""
        known = await the_broadcast(self._desk, visit)
        if known.state != "draft":
            return to(f"{BROADCASTS}/{known.id}")
        return await self._page(visit, known, _filled(known))

    async def write(self, visit: Visit) -> web.StreamResponse:
        """Save it as a draft; nobody gets it by that."""
        known = await the_broadcast(self._desk, visit) if "id" in visit.request.match_info else None

        def save(transaction: Transaction) -> Broadcast:
            draft = read_broadcast(_plain(visit.form), self._desk.settings.zone)
            draft = replace(draft, id=known.id if known else 0, revision=_revision(visit))
            draft = replace(draft, image=known.image if known else None)
            broadcasts = broadcasts_of(self._desk, transaction)
            saved = broadcasts.save(draft, visit.member.actor)
            if _picks(visit.form):
                broadcasts.pick(saved.id, _picked(transaction, visit.form))
            return saved

        try:
            saved = await self._desk.do(save)
        except BadBroadcast as bad:
            told = translate(visit.language, bad.why, **bad.values)
            return await self._page(visit, known, visit.form, told, 422)
        return to(f"{BROADCASTS}/{saved.id}")

    async def _page(
        self,
        visit: Visit,
        known: Broadcast | None,
        form: Mapping[str, str],
        error: str = "",
        status: int = 200,
    ) -> web.StreamResponse:
        values = await self._desk.look(lambda t: self._offered(visit, t))
        values |= {"broadcast": known, "form": form, "error": error, "links": range(LINKS)}
        values |= {"is_for_registered": _asks(form, "events:", "programmes:", "statuses:")}
        values |= {"is_for_voters": _asks(form, "polls:")}
        return self._rendering.page(visit, "broadcast_form.html", values, status)

    def _offered(self, visit: Visit, transaction: Transaction) -> dict[str, Any]:
        """What can be chosen."""
        language, topics = visit.language, Topics(transaction).all(with_closed=True)
        events = [e for e in Events(transaction).every() if e.state != "draft"]
        polls = [p for p in Polls(transaction).every() if p.state != "draft"]
        abouts = [(f"event:{e.id}", e.name(language)) for e in events if not e.is_over(visit.now)]
        abouts += [(f"poll:{p.id}", p.name(language)) for p in polls if p.state == "open"]
        return {
            "abouts": abouts,
            "topics": [(topic.id, f"{topic.name(language)} ({topic.people})") for topic in topics],
            "events": [(e.id, e.name(language)) for e in events],
            "polls": [(p.id, p.name(language)) for p in polls],
            "programmes": sorted({e.programme for e in events if e.programme}),
            "channels": sorted(self._desk.channels),
            "statuses": [(s, translate(language, STATUS_NAMES[s])) for s in STATUSES],
        }


def _asks(form: Mapping[str, str], *beginnings: str) -> bool:
    """Whether something of that kind is marked."""
    return any(name.startswith(beginnings) for name in form)


def _filled(known: Broadcast) -> dict[str, str]:
    """The fields of the form, as it stands."""
    plain = to_plain(known)
    form = {key: str(plain.get(key, "")) for key in ("name", "fallback", "about", "zone", "hours")}
    form |= {"night": str(plain["night"]), "begins": str(plain.get("begins", "")).replace(" ", "T")}
    form |= {f"text_{code}": text for code, text in known.texts.items()}
    for place, page in enumerate(known.links):
        form[f"url_{place}"] = page.url
        form |= {f"label_{place}_{code}": text for code, text in page.label.items()}
    audience = known.audience.to_json()
    for key in _LISTS:
        form |= {f"{key}:{one}": "1" for one in audience.get(key, ())}
    form |= {key: str(audience[key]) for key in _NUMBERS if key in audience}
    return form | {"consents": " ".join(known.audience.consents)}


def _plain(form: Mapping[str, str]) -> dict[str, Any]:
    """What the form says, as a file would hold it."""
    plain: dict[str, Any] = {
        key: form.get(key, "") for key in ("name", "about", "zone", "hours", "night")
    }
    plain["texts"] = {code: form.get(f"text_{code}", "") for code in languages()}
    plain["begins"] = form.get("begins", "").replace("T", " ")
    spoken = [code for code, text in plain["texts"].items() if text.strip()]
    wanted = form.get("fallback", "")
    plain["fallback"] = wanted if wanted in spoken else next(iter(spoken), "")
    plain["links"] = [
        {
            "url": form[f"url_{place}"],
            "label": {code: form.get(f"label_{place}_{code}", "") for code in languages()},
        }
        for place in range(LINKS)
        if form.get(f"url_{place}", "").strip()
    ]
    audience: dict[str, Any] = {
        key: [name.partition(":")[2] for name in form if name.startswith(f"{key}:")]
        for key in _LISTS
    }
    audience |= {key: form.get(key, "").strip() or 0 for key in _NUMBERS}
    return plain | {"audience": audience | {"consents": form.get("consents", "").split()}}


def _revision(visit: Visit) -> int:
    seen = visit.form.get("revision", "")
    return int(seen) if seen.isdecimal() and len(seen) < 18 else 0


def _picks(form: Mapping[str, str]) -> bool:
    return bool(form.get("include", "").strip() or form.get("exclude", "").strip())


def _picked(transaction: Transaction, form: Mapping[str, str]) -> dict[str, bool]:
    wanted = dict.fromkeys(people_of(transaction, form.get("include", "")), True)
    return wanted | dict.fromkeys(people_of(transaction, form.get("exclude", "")), False)
