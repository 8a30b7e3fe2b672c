"""What somebody has to say before they can vote at all: a code, or their name."""

from functools import partial

from bot.dialog import Invalid, Json, Slot, Slots, Turn
from bot.i18n import _
from bot.services.ballots import BAD_CODE, Ballots
from bot.services.contacts import Contacts
from bot.services.guesses import WAIT, Guesses
from bot.services.polls import Poll
from bot.services.receipts import read_invitation


def admission(turn: Turn, poll: Poll) -> Slots:
    """The slots before the first question of somebody who has not voted yet."""
    return (*_invitation(poll), *_contact(turn, poll), *_name(poll))


def _invitation(poll: Poll) -> Slots:
    def read(text: str) -> Json:
        code = read_invitation(text)
        if code is None:
            raise Invalid(_("An invitation code looks like 7F3K2-9QMB4-HX6T."))
        return code

    if poll.level != "code":
        return ()
    ask = _("Please write the invitation code you were given. It is good for one vote.")
    keep = partial(_valid, poll)
    return (Slot("invitation", ask, read, private=True, figures=True, counted=False, keep=keep),)


def _valid(poll: Poll, turn: Turn, code: Json) -> Json:
    """The invitation, when one may vote with it; a wrong one is counted. Raises Invalid."""
    guesses = turn.use(Guesses)
    if minutes := guesses.minutes(turn.talk):
        raise Invalid(WAIT, minutes=minutes)
    why = turn.use(Ballots).refuses(poll, str(code))
    if why == BAD_CODE:
        guesses.wrong(turn.talk, f"poll:{poll.id}")
    if why:
        raise Invalid(why)
    return code


def _contact(turn: Turn, poll: Poll) -> Slots:
    """Who has a confirmed contact is not asked. The code itself is heard by dialogs/contact.py."""

    def read(_text: str) -> Json:
        raise Invalid(_("Such a code looks like 7F3K-29QM-4D2X."))

    if poll.level != "contact" or turn.use(Contacts).has(turn.talk.person_id):
        return ()
    ask = _(
        "For this poll an e-mail address or phone number has to be confirmed. Please write the "
        "code that the team sent to yours."
    )
    return (Slot("contact", ask, read, private=True, figures=True, counted=False),)


def _name(poll: Poll) -> Slots:
    def read(text: str) -> Json:
        if not any(c.isalpha() for c in text) or len(text) > 100:
            raise Invalid(_("Please write your name."))
        return text

    if poll.mode != "named":
        return ()
    ask = _("This poll is by name: under which name do you vote? Everybody will see it.")
    return (Slot("name", ask, read, private=True, free=True, counted=False),)
