"""How events are told in a talk: in a list, one by one, and when there are none."""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialog import Answered, Outcome, Turn
from bot.i18n import _, format_day, translate
from bot.message import Choice, Link, Reply
from bot.services.event_texts import other_language, state_of, titles_only_in, when
from bot.services.events import Event, Events
from bot.services.registrations import Registrations
from bot.services.texts import in_language
from bot.services.weblinks import EVENTS, Pages
from dialogs.answer import answer_with
from knowledge.answering import SCREEN, find
from knowledge.library import Library

LISTED = 10  # events in one message
TOLD = "event_told"  # in the memory of the talk: the event that was told in full
_NOTHING = _(
    "There is nothing to register for in my calendar at the moment. I can pass your interest on "
    "to the team."
)


def label(event: Event, language: str) -> str:
    """Its title and day, as a choice."""
    day = event.starts_at.astimezone(event.local_zone).date()
    told = format_day(language, day)
    return translate(language, _("{event}, {when}"), event=event.name(language), when=told)


def listed(turn: Turn, events: Sequence[Event], lead: str = "") -> Reply:
    """The next events, each a tap away."""
    lines = [lead or turn.say(_("These events are coming:"))]
    for event in events[:LISTED]:
        lines.append(f"• {of_it(turn, event, when(event, turn.language))}")
    if len(events) > LISTED:
        lines.append(turn.say(_("… and {count} more."), count=len(events) - LISTED))
    if note := titles_only_in(turn.language, events[:LISTED]):
        lines.append(note)
    choices = tuple(Choice(f"events:{e.id}", label(e, turn.language)) for e in events[:LISTED])
    return Reply("\n".join(lines), choices)


def of_it(turn: Turn, event: Event, text: str) -> str:
    """Its name, and what is said of it."""
    return turn.say(_("{event}: {text}"), event=event.name(turn.language), text=text)


def shown(turn: Turn, event: Event) -> Outcome:
    """One event; a question that follows is about it."""
    return Answered((told(turn, event),), memory={"event": event.id, TOLD: event.id})


def was_told(turn: Turn, event: Event) -> bool:
    """Whether all about it was told last, also that it is in another language."""
    return turn.talk.memory.get(TOLD) == event.id


def told(turn: Turn, event: Event) -> Reply:
    """All about one event, and what one can do now."""
    language = turn.language
    lines = [event.name(language), when(event, language)]
    lines += [place] if (place := event.where(language)) else []
    for_whom = in_language(event.for_whom, language)
    lines += [turn.say(_("For: {whom}"), whom=for_whom)] if for_whom else []
    blocks = ["\n".join(lines), in_language(event.summary, language), _stands(turn, event)]
    blocks += [turn.say(_("Contact: {contact}"), contact=event.contact)] if event.contact else []
    blocks.append(other_language(event, language))
    return Reply("\n\n".join(filter(None, blocks)), next_steps(turn, event), _links(turn, event))


def _stands(turn: Turn, event: Event) -> str:
    """Whether one can register, and what is left; after it, what came out of it."""
    state = state_of(event, turn.language, turn.now, turn.heard_at)
    results = in_language(event.results, turn.language)
    if not (results and event.is_over(turn.now) and event.state != "cancelled"):
        return state
    return f"{state}\n\n{turn.say(_('What came out of it:'))}\n{results}"


def next_steps(turn: Turn, event: Event) -> tuple[Choice, ...]:
    """What one can do about it now."""
    mine = turn.use(Registrations).seats.find(event.id, turn.talk.person_id)
    if mine and mine.status != "cancelled":
        return (turn.choice(f"place:show={event.id}", _("See my registration")),)
    if not event.is_open(turn.heard_at):
        return (turn.choice("events", _("See all events")),)
    full = not event.has_room()
    if full and not event.waiting_list:
        return (turn.choice("events", _("See all events")),)
    register = _("Join the waiting list") if full else _("Register")
    return (turn.choice(f"registration:{event.id}", register),)


def _links(turn: Turn, event: Event) -> tuple[Link, ...]:
    pages = turn.use(Pages)
    own = (
        (Link(turn.say(_("The event as a web page")), pages.at(EVENTS, f"/{event.id}")),)
        if pages
        else ()
    )
    page = (Link(turn.say(_("More about it")), event.link),) if event.link else ()
    return (*page, *own, *(event.materials if event.is_over(turn.now) else ()))


def nothing_open(turn: Turn) -> Outcome:
    """There is nothing to register for; what we know of the programme that was meant."""
    coming = turn.use(Events).coming()
    if coming:
        note = turn.say(_("There is nothing to register for at the moment, but this is coming:"))
        steps = tuple(Choice(f"events:{e.id}", label(e, turn.language)) for e in coming[:LISTED])
        return Reply(note, steps)
    return with_programme(turn, turn.say(_NOTHING))


def nothing_coming(turn: Turn) -> Reply:
    """There is no event at all, and none was named."""
    return Reply(turn.say(_NOTHING), (turn.choice("human", _("Ask a person")),))


def with_programme(turn: Turn, note: str) -> Outcome:
    """A note, and below it what an article says about the programme that was meant."""
    person = turn.choice("human", _("Ask a person"))
    finding = find(turn.use(Library), turn.text, turn.language, kind="programme")
    article = finding.article
    if article is None or article.kind != "programme":
        return Reply(note, (person,))
    known = answer_with(turn, article, finding.passages, room=SCREEN - len(note) - 2)
    reply = replace(known, text=f"{note}\n\n{known.text}", choices=(person, *known.choices))
    return Answered((reply,), memory={"shown": article.slug})
