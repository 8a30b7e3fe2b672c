"""A poll as a form, all languages side by side: looked at, kept, and lost to no second editor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from aiohttp import web

from bot.console.desk import Desk
from bot.console.door import to
from bot.console.polling.draft import (
    Draft,
    pressed,
    read_draft,
    tidied,
)
from bot.console.polling.filing import draft_of, flat
from bot.console.polling.judged import Judged, Wrong, judged, wrong
from bot.console.polling.naming import FIELDS, called
from bot.console.polling.one import known
from bot.console.polling.words import KINDS, LEVELS, METHODS, MODES, POLLS, at, named
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.i18n import _, languages
from bot.services.drafts import Shown
from bot.services.keys import Keys
from bot.services.poll_check import OPTIONS, QUESTIONS
from bot.services.poll_office import PollOffice
from bot.services.poll_plain import to_plain
from bot.services.poll_standing import has_votes
from bot.services.poll_written import BadPoll
from bot.services.polls import Poll, Polls, Question
from bot.web.polls.printed import printed

NEW: Final = f"{POLLS}/new"
FORM: Final = 4500  # fields: five questions of a hundred answers, in three languages
_TAKEN: Final = _("There is already a poll of this name. Please choose another one.")
_CHANNELS: Final = {"wechat": _("WeChat"), "telegram": _("Telegram"), "web": _("Web page")}
_ZONES: Final = ("Europe/Berlin", "Europe/Zurich", "Europe/Vienna", "Asia/Shanghai", "UTC")
_MOST: Final = 30  # fields that are shown of what somebody else changed


class Overtaken(Exception):
    """Somebody else has kept this poll since the form was opened."""


@dataclass(frozen=True, slots=True)
class View:
    """The form at one moment. `seen`: the revision that its writer has before them."""

    draft: Draft
    known: Poll | None = None
    seen: int = 0
    is_locked: bool = False
    wrong: tuple[Wrong, ...] = ()
    poll: Poll | None = None
    shown: Sequence[tuple[Question, Sequence[Shown]]] = ()
    theirs: Mapping[str, str] | None = None


class PollEditor:
    """A new poll, or one that is there."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering
        self._keys = Keys.of(desk.settings)

    async def blank(self, visit: Visit) -> web.StreamResponse:
        """A new one."""
        fields = {"zone": self._desk.settings.zone, "level": "web", "mode": "confidential"}
        return self._page(visit, View(Draft(fields)))

    async def show(self, visit: Visit) -> web.StreamResponse:
        """One that is there, with how it looks."""

        def look(transaction: Transaction) -> View:
            poll = known(transaction, visit.part("slug"))
            view = View(draft_of(poll, to_plain(poll)), poll, poll.revision)
            locked = has_votes(transaction.connection, poll.id)
            return replace(
                view, is_locked=locked, poll=poll, shown=self._desk.asked(transaction, poll)
            )

        view = await self._desk.look(look)
        if view.known and view.known.state not in ("draft", "open"):
            return to(at(view.known, ""))
        return self._page(visit, view)

    async def write(self, visit: Visit) -> web.StreamResponse:
        """Do what the pressed button says: change the form, look at it, or keep it."""
        draft, do = read_draft(visit.form), visit.form.get("do", "")
        if do not in ("", "check", "save"):
            draft = pressed(draft, do)
            return self._page(visit, await self._desk.look(partial(self._begun, visit, draft)))
        view = await self._desk.look(partial(self._looked, visit, tidied(draft)))
        if do != "save":
            return self._page(visit, view)
        if view.poll is None:
            return self._page(visit, view, status=422)
        return await self._kept(visit, view, view.poll)

    async def _kept(self, visit: Visit, view: View, poll: Poll) -> web.StreamResponse:
        try:
            kept = await self._desk.do(partial(self._keep, visit, view, poll))
        except BadPoll as bad:
            found = replace(view, wrong=(wrong(bad, visit.language),))
            return self._page(visit, found, status=422)
        except Overtaken:
            again = await self._desk.look(partial(self._compared, visit, view))
            return self._page(visit, again, status=409)
        return to(f"{at(kept, '')}?done={'saved' if kept.state == 'draft' else 'changed'}")

    def _keep(self, visit: Visit, view: View, poll: Poll, transaction: Transaction) -> Poll:
        there = Polls(transaction).lock(poll.id)
        if view.known is None and there is not None:
            if not _is_same(there, poll, visit):  # sent twice, it is the same poll
                raise BadPoll(_TAKEN)
            return there
        if view.known is not None and (there is None or there.revision != view.seen):
            raise Overtaken
        PollOffice(transaction, self._keys, visit.member.actor).save(poll)
        return there or replace(poll, state="draft")

    def _begun(self, visit: Visit, draft: Draft, transaction: Transaction) -> View:
        """What was posted, about the poll that the address names."""
        if "slug" not in visit.request.match_info:
            return View(draft)
        poll = known(transaction, visit.part("slug"))
        seen = visit.form.get("seen", "")
        number = int(seen) if seen.isdecimal() and len(seen) < 10 else -1
        return View(draft, poll, number, has_votes(transaction.connection, poll.id))

    def _looked(self, visit: Visit, draft: Draft, transaction: Transaction) -> View:
        view = self._begun(visit, draft, transaction)
        found: Judged = judged(draft, view.known, transaction.now, visit.language)
        shown = self._desk.asked(transaction, found.poll) if found.poll else ()
        return replace(view, wrong=found.wrong, poll=found.poll, shown=shown)

    def _compared(self, visit: Visit, view: View, transaction: Transaction) -> View:
        """With what stands there now, where it is otherwise; kept once more, it is written over."""
        poll = known(transaction, visit.part("slug"))
        theirs, ours = flat(draft_of(poll, to_plain(poll))), flat(view.draft)
        names = (name for name in (*theirs, *ours) if theirs.get(name, "") != ours.get(name, ""))
        kept = {name: theirs.get(name, "") for name in names if name not in _HIDDEN}
        return replace(view, known=poll, seen=poll.revision, theirs=kept)

    def _page(self, visit: Visit, view: View, status: int = 200) -> web.StreamResponse:
        language, poll = visit.language, view.known
        values: dict[str, Any] = {
            "view": view,
            "poll": poll,
            "draft": view.draft,
            "fields": named(language, FIELDS),
            "kinds": named(language, KINDS),
            "levels": named(language, LEVELS),
            "modes": named(language, MODES),
            "methods": named(language, METHODS),
            "channels": named(language, _CHANNELS),
            "wrong": {one.field: one.told for one in view.wrong},
            "theirs": _theirs(view, language),
            "questions": [printed(q, language) for q in view.poll.questions] if view.poll else (),
            "spoken": _readers_first(view, language),
            "zones": _ZONES,
            "most": {"questions": QUESTIONS, "options": OPTIONS},
            "here": at(poll, "edit") if poll else NEW,
            "back": at(poll, "") if poll else POLLS,
        }
        return self._rendering.page(visit, "poll_form.html", values, status)


_HIDDEN: Final = ("csrf", "do", "seen", "id")  # none of the poll's, and its name, which stays


def _is_same(there: Poll, poll: Poll, visit: Visit) -> bool:
    """Whether just this was kept before; who does not say when it opens means the moment."""
    if not visit.form.get("opens", "").strip():
        poll = replace(poll, opens_at=there.opens_at)
    names = ("opens_at", "closes_at", "zone", "next_steps")
    is_alike = all(getattr(there, name) == getattr(poll, name) for name in names)
    return there.state == "draft" and is_alike and there.wording() == poll.wording()


def _theirs(view: View, language: str) -> list[tuple[str, str, str]]:
    """Field, what it is called, and what stands there now."""
    found = list((view.theirs or {}).items())[:_MOST]
    return [(name, called(name, language), text) for name, text in found]


def _readers_first(view: View, language: str) -> tuple[str, ...]:
    """The languages of a preview; the reader's own is shown at once."""
    written = view.poll.title if view.poll else {}
    return tuple(sorted((c for c in languages() if written.get(c)), key=lambda c: c != language))
