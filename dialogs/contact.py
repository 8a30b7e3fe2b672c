"""A code that came to somebody's e-mail address or phone number: it is theirs from now on."""

from bot.dialog import Command, Outcome, Turn
from bot.i18n import _
from bot.message import Reply
from bot.services.contacts import Contacts
from bot.services.guesses import WAIT, Guesses
from bot.services.receipts import read_contact_code


def confirm(turn: Turn) -> Outcome:
    """Somebody typed such a code, whatever we were talking about."""
    code, guesses = read_contact_code(turn.text) or "", turn.use(Guesses)
    if minutes := guesses.minutes(turn.talk):
        return Reply(turn.say(WAIT, minutes=minutes))
    if not turn.use(Contacts).confirm(code, turn.talk.person_id):
        guesses.wrong(turn.talk, "contact")
        text = _("This code is not valid, or no longer. Please ask the team for a new one.")
        return Reply(turn.say(text))
    text = _(
        "Thank you, your e-mail address or phone number is confirmed. We keep neither, only "
        "a check value that tells whether two are the same."
    )
    return Reply(turn.say(text))


dialog = Command(
    "contact-code",
    confirm,
    hears=lambda text: read_contact_code(text) is not None,
    secret=True,
)
