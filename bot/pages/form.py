"""The form for personal answers: opened by a link that one person was given, and sent once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from bot.config import Settings
from bot.dialog import Json, Talk, Transaction
from bot.i18n import _, translate
from bot.message import Address
from bot.pages.desk import Desk
from bot.pages.door import NO_LINK, Visit
from bot.pages.fields import Filled, Input, Posted, inputs, read, sent_inputs
from bot.pages.rendering import Rendering
from bot.services.agreements import agreement, cross_border, sensitive
from bot.services.consents import Consents
from bot.services.event_texts import of_their_language, when
from bot.services.events import Event, Events
from bot.services.fields import Field
from bot.services.weblinks import OF_BALLOT, WebLink, WebLinks, went_on
from bot.web.body import read_form
from bot.web.problem import SLOW_DOWN, Problem, later

LIMIT: Final = 512 * 1024  # bytes: forty long answers in Chinese, as a browser writes them
FIELDS: Final = 3000  # forty questions with all their options
_TICK = _("Please tick this box, so that we may keep your answers.")
TICK_SENSITIVE = _("Please tick this box, or leave the answers below it empty.")


@dataclass(frozen=True, slots=True)
class Task:
    """What a link asks for: these fields of this event."""

    link: WebLink
    event: Event
    fields: tuple[Field, ...]

    def consents(self, settings: Settings, language: str) -> dict[str, str]:
        """What has to be agreed to by itself, by purpose; `sensitive` may be left out."""
        texts = {"registration": agreement(settings, self.event, language)}
        if settings.cross_border and self.link.target.get("abroad") != "yes":
            texts["cross-border"] = cross_border(settings, language)
        if any(one.sensitive for one in self.fields):
            texts["sensitive"] = sensitive(self.event, language, self.fields)
        return texts


class FormPage:
    """Shows the form, reads it, and lets the talk go on."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.Response:
        """The questions, each with its reason. Opening the page uses nothing up."""
        task = await self._task(visit)
        if task is None:
            return await self._spent(visit)
        visit = visit.of(str(task.link.target.get("language", visit.language)))
        return self._page(visit, task, inputs(task.fields, visit.language))

    async def send(self, visit: Visit) -> web.Response:
        """Keep the answers, once; what is wrong is said beside each, and nothing is lost."""
        posted = await read_form(visit.request, LIMIT, FIELDS)
        task = await self._task(visit)
        if task is None:
            return await self._spent(visit)
        visit = visit.of(str(task.link.target.get("language", visit.language)))
        consents = task.consents(self._desk.settings, visit.language)
        filled = read(task.event, task.fields, posted, visit.language)
        missing = _unticked(task, consents, posted, filled)
        if filled.errors or missing:
            wrong = {purpose: translate(visit.language, why) for purpose, why in missing.items()}
            shown = sent_inputs(task.fields, visit.language, posted, filled)
            return self._page(visit, task, shown, posted, wrong)
        agreed = {
            p: text for p, text in consents.items() if p in posted and _counts(p, task, filled)
        }
        token = visit.part("token")
        await self._desk.do(lambda t: _keep(t, token, filled.answers, (agreed, visit.language)))
        return await self._spent(visit)

    async def done(self, visit: Visit) -> web.Response:
        """Thanks; the talk goes on where it came from."""
        return self._rendering.page(
            "done.html", visit.language, to_chat=visit.request.query.get("from") == "web"
        )

    async def _spent(self, visit: Visit) -> web.Response:
        """A link that was used: the talk is told so, once, however often this is asked for."""
        link = await self._desk.look(lambda t: WebLinks(t).spent(visit.part("token")))
        if link is None or link.purpose == OF_BALLOT:
            raise Problem(NO_LINK)
        visit = visit.of(str(link.target.get("language", visit.language)))
        accepted = await self._desk.accept(went_on(link, visit.now))
        if accepted.status == "slow_down":
            raise later(SLOW_DOWN, accepted.retry_after.total_seconds())
        channel = Address.parse(link.address).channel
        place = f"/form/done?lang={visit.language}&from={channel}"
        return web.Response(status=303, headers={"Location": place})

    async def _task(self, visit: Visit) -> Task | None:
        return await self._desk.look(lambda t: _task_of(t, visit.part("token")))

    def _page(
        self,
        visit: Visit,
        task: Task,
        shown: Sequence[Input],
        posted: Posted | None = None,
        missing: Mapping[str, str] | None = None,
    ) -> web.Response:
        response = self._rendering.page(
            "form.html",
            visit.language,
            event=task.event,
            when=when(task.event, visit.language),
            only_in=of_their_language(task.event, task.fields, visit.language),
            plain=[one for one in shown if not one.field.sensitive],
            protected=[one for one in shown if one.field.sensitive],
            consents=task.consents(self._desk.settings, visit.language),
            ticked=posted or {},
            missing=missing or {},
            until=task.link.expires_at,
        )
        if posted is not None:
            response.set_status(422)
        return response


def _task_of(transaction: Transaction, token: str) -> Task | None:
    link = WebLinks(transaction).look(token)
    if link is None:
        return None
    event = Events(transaction).get(str(link.target.get("event", "")))
    wanted: Any = link.target.get("fields") or ()
    if event is None or event.is_over(transaction.now) or event.state == "cancelled":
        raise Problem(NO_LINK)
    return Task(link, event, tuple(one for one in event.fields if one.id in wanted))


def _unticked(
    task: Task, consents: Mapping[str, str], posted: Posted, filled: Filled
) -> dict[str, str]:
    """The boxes that must be ticked and are not: purpose to what is said about it."""
    open_ = [p for p in consents if p not in posted and _counts(p, task, filled)]
    return {p: TICK_SENSITIVE if p == "sensitive" else _TICK for p in open_}


def _counts(purpose: str, task: Task, filled: Filled) -> bool:
    """Whether a consent matters here: where nothing protected was answered, that one does not."""
    return purpose != "sensitive" or gives_protected(task.fields, filled.answers)


def gives_protected(fields: Iterable[Field], answers: Mapping[str, Json]) -> bool:
    """Whether something that the law protects specially was answered."""
    return any(one.sensitive and answers.get(one.id) is not None for one in fields)


def _keep(
    transaction: Transaction,
    token: str,
    answers: Mapping[str, Json],
    agreed: tuple[Mapping[str, str], str],
) -> None:
    """The answers and what was agreed to; nothing for all but the first who sends it."""
    given = {name: value for name, value in answers.items() if value is not None}
    link = WebLinks(transaction).use(token, given)
    if link is None:
        return
    texts, language = agreed
    talk = Talk(link.person_id, Address("page", link.key), language)
    for purpose, text in texts.items():
        named = f"{purpose}:{link.target['event']}"
        Consents(transaction).give(talk, named, text, f"page:{link.key[:16]}")
