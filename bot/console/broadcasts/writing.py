"""The form a broadcast is written in, in all languages side by side; nothing typed is lost."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any, Final

from aiohttp import web

from bot.console.broadcasts import BROADCASTS
from bot.console.broadcasts.form import (
    asks,
    codes,
    differing,
    filled,
    filled_in,
    marked,
    picked,
    plain,
)
from bot.console.broadcasts.mistakes import Wrong, by_field, unkept, wrong_in
from bot.console.broadcasts.reaching import NOT_SENT, hindrance, the_broadcast
from bot.console.desk import Desk
from bot.console.door import to
from bot.console.rendering import Rendering
from bot.console.visit import Visit, whole_number
from bot.dialog import Transaction
from bot.i18n import _, translate
from bot.services.audience import STATUSES
from bot.services.audience_check import are_gone
from bot.services.broadcast import BadBroadcast, Broadcast, Overtaken
from bot.services.broadcast_choices import CHOICES
from bot.services.broadcast_written import LINKS, TEXT_LIMIT, half_read
from bot.services.event_words import STATUS_NAMES
from bot.services.events import Event, Events
from bot.services.polls import Polls
from bot.services.topics import Topics

_NOT_SAVED: Final = _("It is not saved yet. Please look at this:")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands above the form: what is wrong in it, or what somebody else wrote meanwhile."""

    told: str = ""
    status: int = 200
    wrong: tuple[Wrong, ...] = ()
    clashes: Mapping[str, str] = field(default_factory=dict)


_NONE: Final = Trouble()


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
        form = await self._filled(known)
        bad = await self._desk.look(lambda t: hindrance(self._desk, t, known))
        if bad is None:
            return await self._page(visit, known, form)
        wrong = wrong_in(bad, form, visit.language)
        return await self._page(visit, known, form, Trouble(NOT_SENT, wrong=wrong))

    async def write(self, visit: Visit) -> web.StreamResponse:
        """Save it as a draft; nobody gets it by that."""
        known = await the_broadcast(self._desk, visit) if "id" in visit.request.match_info else None
        if visit.mended:
            wrong = unkept(visit.mended, visit.language)
            return await self._page(visit, known, visit.form, Trouble(_NOT_SAVED, 422, wrong))
        try:
            saved = await self._desk.do(lambda t: self._save(visit, t, known))
        except Overtaken as bad:
            return await self._overtaken(visit, bad)
        except BadBroadcast as bad:
            wrong = wrong_in(bad, visit.form, visit.language)
            return await self._page(visit, known, visit.form, Trouble(_NOT_SAVED, 422, wrong))
        return to(f"{BROADCASTS}/{saved.id}")

    def _save(self, visit: Visit, transaction: Transaction, known: Broadcast | None) -> Broadcast:
        draft, mistakes = half_read(plain(visit.form), self._desk.settings.zone)
        revision = whole_number(visit.form.get("revision", ""), 0)
        draft = replace(draft, id=known.id if known else 0, revision=revision)
        draft = replace(draft, image=known.image if known else None)
        broadcasts = self._desk.broadcasts(transaction)
        before = broadcasts.picked(draft.id) if draft.id else {}
        named = mistakes.of(picked, transaction, visit.form, before)
        mistakes.of(broadcasts.check, draft)
        mistakes.refuse()
        saved = broadcasts.keep(draft, visit.member.actor)
        broadcasts.pick(saved.id, named or {}, visit.member.actor)
        return saved

    async def _filled(self, known: Broadcast) -> dict[str, str]:
        def look(transaction: Transaction) -> dict[str, str]:
            named = self._desk.broadcasts(transaction).picked(known.id)
            return filled(known, codes(transaction, named))

        return await self._desk.look(look)

    async def _overtaken(self, visit: Visit, bad: Overtaken) -> web.StreamResponse:
        """What the other wrote meanwhile stands beside ours, which counts when saved again."""
        known = await the_broadcast(self._desk, visit)
        theirs = await self._filled(known)
        clashes = {name: theirs.get(name, "") for name in differing(visit.form, theirs)}
        form = {**visit.form, "revision": str(known.revision)}
        trouble = Trouble(bad.why, 409, clashes=clashes)
        if not clashes:  # it is no draft any more, or they wrote the same
            wrong = wrong_in(bad, form, visit.language)
            trouble = Trouble(_NOT_SAVED, 422, wrong)
        return await self._page(visit, known, form, trouble)

    async def _page(
        self,
        visit: Visit,
        known: Broadcast | None,
        form: Mapping[str, str],
        trouble: Trouble = _NONE,
    ) -> web.StreamResponse:
        values = await self._desk.look(lambda t: self._offered(visit, t, form))
        values |= {"broadcast": known, "form": form, "links": range(LINKS)}
        values |= {"trouble": trouble, "wrong": by_field(trouble.wrong)}
        values |= {"error": translate(visit.language, trouble.told)}
        values |= {"choices": range(CHOICES), "is_asking": filled_in(form, "choice_")}
        values |= {"is_leading": filled_in(form, "url_", "label_")}
        values |= {"is_for_registered": asks(form, "events:", "programmes:", "statuses:")}
        values |= {"is_for_voters": asks(form, "polls:"), "limit": TEXT_LIMIT}
        return self._rendering.page(visit, "broadcast_form.html", values, trouble.status)

    def _offered(
        self, visit: Visit, transaction: Transaction, form: Mapping[str, str]
    ) -> dict[str, Any]:
        """What can be chosen; and what is marked already, also where it is offered no more."""
        language, topics = visit.language, Topics(transaction).all(with_closed=True)
        events, polls = Events(transaction).every(), Polls(transaction).every()
        names = {
            "events": {event.id: event.name(language) for event in events},
            "polls": {poll.id: poll.name(language) for poll in polls},
            "programmes": self._desk.editing.titles(language),
        }
        shown = [event for event in events if event.state != "draft"]
        offered = {
            "topics": [(topic.id, f"{topic.name(language)} ({topic.people})") for topic in topics],
            "events": [(event.id, event.name(language)) for event in shown],
            "polls": [(poll.id, poll.name(language)) for poll in polls if poll.state != "draft"],
            "programmes": _programmes(shown, names["programmes"]),
            "channels": [(name, name) for name in sorted(self._desk.channels)],
            "statuses": [(s, translate(language, STATUS_NAMES[s])) for s in STATUSES],
        }
        for kind, options in offered.items():
            known, called = dict(options), names.get(kind, {})
            options += [
                (one, called.get(one, one)) for one in marked(form, kind) if one not in known
            ]
        ended = self._desk.broadcasts(transaction).all(("done", "cancelled"))
        sent = [one for one in ended if one.begun_at and not are_gone(one.begun_at, visit.now)]
        coming = {f"event:{event.id}" for event in shown if not event.is_over(visit.now)}
        coming |= {f"poll:{poll.id}" for poll in polls if poll.state == "open"}
        abouts = _abouts(names, {*coming, form.get("about", "")})
        return {**offered, "abouts": abouts, "sent": sent}


def _abouts(names: Mapping[str, Mapping[str, str]], among: Set[str]) -> list[tuple[str, str]]:
    """What it may be about, by name."""
    every = {f"event:{name}": said for name, said in names["events"].items()}
    every |= {f"poll:{name}": said for name, said in names["polls"].items()}
    return [(about, said) for about, said in every.items() if about in among]


def _programmes(events: Iterable[Event], titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """Those that have an event, by their titles."""
    slugs = {event.programme for event in events if event.programme}
    return sorted(((slug, titles.get(slug, slug)) for slug in slugs), key=itemgetter(1))
