"""What is said of one registration: the summary before it, the confirmation, how it stands."""

from dataclasses import replace

from bot.config import Settings
from bot.dialog import Answers, Slots, Turn
from bot.i18n import _, sentences
from bot.message import Attachment, Choice, Link, Reply
from bot.services.agreements import agreement
from bot.services.answers import shown
from bot.services.calendar import invitation
from bot.services.event_texts import other_language, places_left, seats, when
from bot.services.events import Event
from bot.services.passes import Passes
from bot.services.preferences import Preferences
from bot.services.reach import Reach
from bot.services.registration import Registration
from bot.services.registrations import Registered, Registrations
from bot.services.reminder_texts import on_the_clock
from bot.services.reminders import Reminders
from bot.services.standing import how_it_stands, pass_it_on, take_it
from bot.services.texts import in_language
from bot.services.tickets import ticket
from bot.services.weblinks import PLACE, Pages
from dialogs.event.fields import where_asked
from dialogs.event.telling import was_told

_REMINDED_HERE = _("From {moment} on a reminder waits for you here.")


def summary(turn: Turn, event: Event, answers: Answers, asked: Slots) -> str:
    """Everything that was answered, and what is agreed to by registering."""
    language = turn.language
    named = turn.say(_("{event}, {when}"), event=event.name(language), when=when(event, language))
    lines = [turn.say(_("Is this right?")), f"• {named}"]
    lines += [f"• {place}"] if (place := event.where(language)) else []
    if "seats" in answers:
        lines.append(f"• {seats(language, int(str(answers['seats'])))}")
    names = {slot.name for slot in asked}
    lines += [
        f"• {in_language(field.ask, language)} {shown(field, answers[field.id], language)}"
        for field in event.fields
        if field.id in names and field.id in answers
    ]
    is_first = answers.keys() == {"event"}  # nothing was asked that could have said so
    if is_first and not was_told(turn, event) and (note := other_language(event, language)):
        lines.append(note)
    agreed = agreement(turn.use(Settings), event, language)
    return "\n".join((*lines, places_left(event, language), "", agreed))


def confirmation(turn: Turn, done: Registered) -> Reply:
    """What a person is told who has registered, with the file for their calendar."""
    registration, event = done.registration, done.event
    lines = [stands(turn, event, registration)]
    if registration.status == "waiting":
        lines.append(turn.say(_("I write to you here when it is your turn.")))
    if registration.status == "confirmed":
        lines += [*_of_files(turn), _reminded(turn, event)]
    missing = _missing(turn, event, registration)
    text = "\n\n".join(filter(None, (sentences(*lines), missing)))
    return with_files(turn, event, registration, text)


def _of_files(turn: Turn) -> tuple[str, ...]:
    """What the files are for, where this channel takes any; elsewhere the page has both."""
    if not turn.use(Reach).takes_files(turn.talk.address):
        return ()
    calendar = turn.say(_("The file puts it into your calendar."))
    return (calendar, turn.say(_("The code is for the door."))) if turn.use(Pages) else (calendar,)


def _reminded(turn: Turn, event: Event) -> str:
    """When a reminder comes, as far as we can promise it; "" where none does."""
    waiting = turn.use(Reminders).waiting(turn.talk.person_id)
    first = next((r for r in waiting if r.event_id == event.id), None)
    settings = turn.use(Preferences).of(turn.talk.person_id)
    if first is None or settings.stopped:
        return ""
    told = on_the_clock(turn.language, first.due_at, settings.zone or event.local_zone)
    is_sure = turn.use(Reach).at(turn.talk.address, turn.now, first.due_at) == "sure"
    promise = _("I will remind you on {moment}.") if is_sure else _REMINDED_HERE
    return turn.say(promise, moment=told)


def stands(turn: Turn, event: Event, registration: Registration) -> str:
    """How it stands, and what it is called."""
    place = turn.use(Registrations).seats.place(registration)
    return how_it_stands(event, registration, turn.language, place)


def shown_whole(turn: Turn, event: Event, registration: Registration) -> Reply:
    """How it stands, with what was answered. Files come on registering, and when asked for."""
    lines = [stands(turn, event, registration)]
    lines += [
        f"• {in_language(field.ask, turn.language)} {shown(field, value, turn.language)}"
        for field in event.fields
        if (value := registration.answers.get(field.id)) is not None
    ]
    links = own_page(turn, registration) if registration.is_active else ()
    return Reply("\n".join(lines), steps(turn, event, registration), links)


def steps(turn: Turn, event: Event, registration: Registration) -> tuple[Choice, ...]:
    """What one can do with it now."""
    if not registration.is_active or event.is_over(turn.now):
        return (turn.choice("events", _("See all events")),)
    answer = (
        Choice(f"place:yes={event.id}", take_it(turn.language, registration.seats)),
        Choice(f"place:no={event.id}", pass_it_on(turn.language, registration.seats)),
    )
    edit = turn.choice(f"edit-registration:{event.id}", _("Change my answers"))
    change = (edit,) if event.fields or event.seats_each > 1 else ()
    cancel = turn.choice(f"cancel-registration:{event.id}", _("Cancel my registration"))
    return answer if registration.status == "offered" else (*change, cancel)


def own_page(turn: Turn, registration: Registration) -> tuple[Link, ...]:
    """The page of a registration, where people can open ours."""
    pages = turn.use(Pages)
    if not (pages and registration.reference):
        return ()
    url = pages.at(PLACE, turn.use(Passes).make(registration.reference))
    return (Link(turn.say(_("My registration as a web page")), url),)


def with_files(turn: Turn, event: Event, registration: Registration, text: str) -> Reply:
    """The text with what one can do, the page of the registration, and the files for it."""
    links = own_page(turn, registration) if registration.is_active else ()
    instead = no_files_here(turn)
    files = tuple(
        replace(file, instead=instead)
        for file in _files(event, registration, links[0].url if links else "")
    )
    return Reply(text, steps(turn, event, registration), links, files)


def no_files_here(turn: Turn) -> str:
    """How people get a file where the chat takes none."""
    on_the_page = _("No files can be sent in this chat. The page has them.")
    elsewhere = _(
        "No files can be sent in this chat. Our other channels can: “link” joins them to this one."
    )
    return turn.say(on_the_page if turn.use(Pages) else elsewhere)


def _files(event: Event, registration: Registration, url: str = "") -> tuple[Attachment, ...]:
    """The calendar entry; and where there is a page at the door that reads it, the code."""
    if registration.status != "confirmed":
        return ()
    code = (ticket(registration),) if url else ()
    return (invitation(event, registration, url), *code)


def _missing(turn: Turn, event: Event, registration: Registration) -> str:
    """Personal answers that this chat may not take, and no page takes."""
    nowhere = [
        in_language(f.ask, turn.language)
        for f in event.fields
        if where_asked(turn, f) == "nowhere" and f.id not in registration.answers
    ]
    if not nowhere:
        return ""
    asked = _("The organisers also ask the following, but not in this chat: {questions}")
    contact = event.contact or turn.use(Settings).contact
    tell = turn.say(_("Please tell them: {contact}"), contact=contact) if contact else ""
    return sentences(turn.say(asked, questions=sentences(*nowhere)), tell)
