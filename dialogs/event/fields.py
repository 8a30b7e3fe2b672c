"""Organisers' fields as slots of a form: how each is asked, read, and named when it changes."""

from bot.config import Settings
from bot.dialog import Answers, Json, Slot, Turn
from bot.i18n import _
from bot.message import Choice
from bot.services.answers import fits, read_answer
from bot.services.event_texts import foreign, only_in
from bot.services.events import Event
from bot.services.fields import Field
from bot.services.texts import in_language
from bot.services.weblinks import Pages
from bot.slots import SKIPPED

_CALLED = {
    "email": _("e-mail|email|mail|e-mail address|email address|mail address"),
    "phone": _("phone|phone number|telephone|mobile|mobile number|number"),
    "country": _("country|land"),
    "city": _("city|town|place"),
    "date": _("date|day|birthday"),
}
_KNOWN_NAMES = {
    "name": _("name|my name|full name"),
    "motivation": _("motivation|reason"),
    "organisation": _("organisation|organization|employer"),
    "diet": _("diet|food"),
}


def field_slot(field: Field, event: Event) -> Slot:
    """A slot that asks for this field; what it gives is what is kept."""

    def options(turn: Turn, kind: str) -> tuple[Choice, ...]:
        if field.kind != kind:
            return ()
        return tuple(Choice(o.id, in_language(o.label, turn.language)) for o in field.options)

    def together(picks: tuple[str, ...]) -> Json:
        places = (str(n) for n, option in enumerate(field.options, 1) if option.id in picks)
        return read_answer(field, ", ".join(places), event.zone)

    return Slot(
        field.id,
        ask=lambda turn, _answers: question(field, turn, event),
        read=lambda text: read_answer(field, text, event.zone),
        choices=lambda turn: options(turn, "choice"),
        free=field.kind in ("text", "long_text"),
        short=field.kind in ("text", "city"),
        optional=not field.required,
        figures=field.kind in ("number", "choices", "phone", "date"),
        called=called(field),
        several=lambda turn: options(turn, "choices"),
        together=together,
        fits=lambda value: (value == SKIPPED and not field.required) or fits(field, value),
    )


def called(field: Field) -> tuple[str, ...]:
    """How people name it who want to change what they answered."""
    names = (field.id.replace("_", " "), *field.ask.values())
    known = (_CALLED.get(field.kind), _KNOWN_NAMES.get(field.id))
    return (*names, *filter(None, known))


def question(field: Field, turn: Turn, event: Event) -> str:
    """What is asked, why, and what several may be picked of."""
    lines = [in_language(field.ask, turn.language)]
    if field.kind == "choices":
        options = (in_language(o.label, turn.language) for o in field.options)
        lines += [f"{place}. {label}" for place, label in enumerate(options, 1)]
        lines.append(turn.say(_("Write the numbers of those that fit, for example: 1, 3")))
    if reason := in_language(field.reason, turn.language):
        lines.append(turn.say(_("Why we ask: {reason}"), reason=reason))
    return "\n".join((*lines, *_of_its_language(field, turn.language, event)))


def _of_its_language(field: Field, language: str, event: Event) -> tuple[str, ...]:
    """Said once of each language that is not the person's: with the first text that has it."""
    before = event.fields[: event.fields.index(field)]
    said = foreign(language, (event.title, *(text for one in before for text in one.texts)))
    told = only_in(language, foreign(language, field.texts) - said)
    return (told,) if told else ()


def where_asked(turn: Turn, field: Field) -> str:
    """Where a field is asked: `chat`, `page`, or `nowhere`: the organisers ask themselves."""
    own = turn.talk.address.channel in turn.use(Settings).own_channels.split()
    if field.collect_on != "web" or own:
        return "chat"
    return "page" if turn.use(Pages) else "nowhere"


def kept(fields: tuple[Field, ...], answers: Answers) -> dict[str, Json]:
    """The answers to these fields, as they are kept with a registration."""
    given = {field.id: answers.get(field.id) for field in fields}
    return {name: value for name, value in given.items() if value not in (None, SKIPPED)}
