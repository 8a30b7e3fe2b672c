"""Answers what people ask about an event while they register, or right after it was told."""

from collections.abc import Callable
from functools import cache

import regex

from bot.config import Settings
from bot.dialog import Answers, Slot, Turn
from bot.i18n import _, sentences, translate
from bot.message import Reply
from bot.services.event_texts import moment, only_in, state_of, until
from bot.services.events import Event, Events
from bot.services.texts import in_language, language_of
from bot.understanding import Phrases, is_question
from bot.understanding.wordings import wordings, words
from knowledge.answering import language_of as spoken

_TOPICS = {
    "where": (_("wordings: where is it"),),
    "when": (_("wordings: when is it"),),
    "long": (_("wordings: how long is it"),),
    "cost": (_("wordings: what does it cost"),),
    "whom": (_("wordings: who can take part"),),
    "deadline": (_("wordings: until when can I register"),),
    "contact": (_("wordings: whom can I ask"),),
    "why": (_("wordings: why do you ask"),),
}
_OF_COST = _("cost|costs|fee|fees|price|free of charge|for free|admission|euro|eur|yuan|rmb")
_SENTENCE = regex.compile(r"(?<=[.!?]\s)|(?<=[。！？\n])")
_CURRENCY = ("€", "¥", "￥", "$", "£")


@cache
def _topics() -> Phrases:
    return Phrases(_TOPICS)


def aside(turn: Turn, slot: Slot, answers: Answers) -> Reply | None:
    """What a form about an event says to a question about it; None where the text asks none.

    A long answer may hold a question: there only what asks nothing else is one.
    """
    event = turn.use(Events).get(str(answers.get("event", "")))
    topic = _topic(turn.text, whole=slot.free and not slot.short) if event else None
    if event is None or topic is None:
        return None
    language = _language(turn)
    if topic == "why":
        return Reply(_reason(turn, event, slot, language))
    return Reply(_told(turn, event, topic, language))


def unanswered(turn: Turn, slot: Slot, answers: Answers) -> Reply | None:
    """A question that nobody here can answer: the organisers can."""
    event = turn.use(Events).get(str(answers.get("event", "")))
    if event is None:
        return None
    language = _language(turn)
    once_more = _("If that was your answer, please write it once more.")
    note = translate(language, once_more) if slot.short else ""
    return Reply(sentences(_unknown(turn, event, language), note))


def asks_of_shown(turn: Turn) -> bool:
    """Whether a text asks about the event that was told last."""
    return _shown(turn) is not None and _topic(turn.text, whole=True) not in (None, "why")


def of_shown(turn: Turn) -> tuple[Event | None, str]:
    """The event that was told last, and what is said to a question about it."""
    event, topic = _shown(turn), _topic(turn.text, whole=True)
    if event is None or topic is None:
        return None, ""
    return event, _told(turn, event, topic, turn.language)


def _shown(turn: Turn) -> Event | None:
    event = turn.use(Events).get(str(turn.talk.memory.get("event") or ""))
    return event if event and event.state != "draft" else None


def _topic(text: str, whole: bool) -> str | None:
    wish = _topics().whole(text)
    if wish is None and not whole and is_question(text):
        wish = _topics().within(text)
    return wish.dialog if wish else None


def _language(turn: Turn) -> str:
    return spoken(turn.text, turn.language)


def _told(turn: Turn, event: Event, topic: str, language: str) -> str:
    """What is known of it, else who knows; said so where it is written in another language."""
    known = _KNOWN[topic](turn, event, language)
    return known or _unknown(turn, event, language)


def _unknown(turn: Turn, event: Event, language: str) -> str:
    told = _("The organisers of {event} have not written that here.")
    contact = event.contact or turn.use(Settings).contact
    ask = translate(language, _("They know: {contact}"), contact=contact) if contact else ""
    return sentences(translate(language, told, event=event.name(language)), ask)


def _where(_turn: Turn, event: Event, language: str) -> str:
    place = event.where(language)
    told = _("{event} takes place here: {place}")
    return translate(language, told, event=event.name(language), place=place) if place else ""


def _when(_turn: Turn, event: Event, language: str) -> str:
    """Also to "how long": its beginning and its end."""
    told = _("{event} begins: {moment}. It ends: {end}.")
    begins = moment(language, event.starts_at, event.zone)
    ends = until(event, language)
    return translate(language, told, event=event.name(language), moment=begins, end=ends)


def _cost(_turn: Turn, event: Event, language: str) -> str:
    """The sentences of the organisers that speak of money."""
    written = (event.summary, event.for_whom)
    said = (s.strip() for texts in written for s in _SENTENCE.split(in_language(texts, language)))
    found = [sentence for sentence in said if _is_of_cost(sentence)]
    note = only_in(language, {language_of(event.summary, language)} - {language})
    return "\n".join((*found, *filter(None, (note,)))) if found else ""


def _is_of_cost(sentence: str) -> bool:
    said, known = words(sentence), wordings(_OF_COST)
    spans = (said[at : at + size] for at in range(len(said)) for size in (1, 2, 3))
    return any(sign in sentence for sign in _CURRENCY) or any(span in known for span in spans)


def _whom(_turn: Turn, event: Event, language: str) -> str:
    whom = in_language(event.for_whom, language)
    return translate(language, _("For: {whom}"), whom=whom) if whom else ""


def _deadline(turn: Turn, event: Event, language: str) -> str:
    return state_of(event, language, turn.now, turn.heard_at)


def _contact(turn: Turn, event: Event, language: str) -> str:
    contact = event.contact or turn.use(Settings).contact
    return translate(language, _("Contact: {contact}"), contact=contact) if contact else ""


_KNOWN: dict[str, Callable[[Turn, Event, str], str]] = {
    **{"where": _where, "when": _when, "long": _when, "cost": _cost},
    **{"whom": _whom, "deadline": _deadline, "contact": _contact},
}


def _reason(turn: Turn, event: Event, slot: Slot, language: str) -> str:
    """Why a slot is asked, as its organisers wrote it."""
    if slot.name == "seats":
        return translate(language, _("So that a seat is kept for everybody who comes with you."))
    field = next((f for f in event.fields if f.id == slot.name), None)
    asked = [field] if field else [f for f in event.fields if slot.name == "page" and f.reason]
    reasons = [in_language(f.reason, language) for f in asked if f.reason]
    if reasons:
        return translate(language, _("Why we ask: {reason}"), reason="; ".join(reasons))
    told = _("The organisers of {event} ask this for the event; they wrote no other reason.")
    contact = _contact(turn, event, language)
    return sentences(translate(language, told, event=event.name(language)), contact)
