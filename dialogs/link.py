"""Two addresses, one person: a short code from one channel, typed on the other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.dialog import Answered, Command, Json, Outcome, Turn
from bot.i18n import _, format_list
from bot.message import Address, Reply
from bot.services.linking import VALID, Linking, code_in
from bot.services.people import People

_TRIES = 5  # wrong codes an address may try...
_REST = timedelta(hours=1)  # ...before it has to rest


def offer(turn: Turn) -> Outcome:
    """Give a code to be typed elsewhere."""
    code = turn.use(Linking).code(turn.talk.person_id)
    text = turn.say(
        _(
            "Write this code to me on your other channel within {minutes} minutes: {code}\n\nThen "
            "I know that both are you: your language, registrations and votes count on both."
        ),
        minutes=int(VALID.total_seconds() // 60),
        code=code,
    )
    return Reply(text)


def redeem(turn: Turn) -> Outcome:
    """Somebody typed a code."""
    if (tries := _tries(turn)) >= _TRIES:
        return Reply(turn.say(_("Too many codes were wrong. Please try again in an hour.")))
    code = code_in(turn.argument.removeprefix("yes=") or turn.text) or ""
    linking = turn.use(Linking)
    person_id = linking.redeem(code) if turn.argument else linking.whose(code)
    if person_id is None:
        memory: dict[str, Json] = {"link_tries": tries + 1, "link_tried_at": turn.now.isoformat()}
        text = turn.say(
            _(
                "This code is not valid, or no longer. Write “link” on the other channel for a new "
                "one."
            )
        )
        return Answered((Reply(text),), memory=memory)
    if person_id == turn.talk.person_id:
        return Reply(turn.say(_("This is your own code. Write it to me on your other channel.")))
    return _joined(turn, person_id) if turn.argument else _ask(turn, person_id, code)


def _ask(turn: Turn, person_id: str, code: str) -> Outcome:
    """Whoever typed somebody else's code would give away their own questions and places.

    They are asked as they are spoken with here: what cannot be read, nobody can agree to.
    """
    places = _places(turn, turn.use(People).addresses(person_id))
    text = turn.say(
        _(
            "This code was given out here: {places}. Was it to you? Then I will take both for one "
            "person, and each sees what was asked and registered on the other."
        ),
        places=places,
    )
    yes = turn.choice(f"link-code:yes={code}", _("Yes, that is me"))
    return Reply(text, (yes, turn.choice("link-no:no", _("No, that is somebody else"))))


def decline(turn: Turn) -> Outcome:
    """The code was somebody else's."""
    return Reply(turn.say(_("Good that you looked. Nothing has changed.")))


def _places(turn: Turn, addresses: Sequence[Address]) -> str:
    """Where somebody writes to us, in words."""
    names = dict.fromkeys(_name(turn, at) for at in addresses)
    return format_list(turn.language, tuple(names))


def _joined(turn: Turn, person_id: str) -> Outcome:
    people = turn.use(People)
    others, ours = people.addresses(person_id), people.addresses(turn.talk.person_id)
    people.join(person_id, turn.talk.person_id)
    for other in others:  # each hears which one came to it: it may not have been theirs
        people.tell((other,), _done(_as_spoken_at(turn, other), ours))
    return Answered((_done(turn, others),), person=person_id)


def _as_spoken_at(turn: Turn, other: Address) -> Turn:
    """Each conversation goes on in its own language, whichever the code was typed in."""
    language = turn.use(People).language_at(other) or turn.language
    return replace(turn, talk=replace(turn.talk, language=language))


def _done(turn: Turn, others: Sequence[Address]) -> Reply:
    done = _("Done. From now on you are one person to me, here and there: {places}.")
    undo = turn.choice("unlink", _("Separate this channel again"))
    return Reply(turn.say(done, places=_places(turn, others)), (undo,))


def part(turn: Turn) -> Outcome:
    """This address is a person of its own again."""
    people = turn.use(People)
    if len(people.addresses(turn.talk.person_id)) < 2:
        return Reply(turn.say(_("This channel is not linked with another one.")))
    alone = people.part(turn.talk.address)
    text = turn.say(
        _(
            "Done: this channel stands by itself again. What you asked and registered stays with "
            "the other one."
        )
    )
    return Answered((Reply(text),), person=alone)


def _tries(turn: Turn) -> int:
    """How many wrong codes there were in the last hour."""
    memory = turn.talk.memory
    tries, tried_at = memory.get("link_tries"), memory.get("link_tried_at")
    if not isinstance(tries, int) or not isinstance(tried_at, str):
        return 0
    return tries if datetime.fromisoformat(tried_at) > turn.now - _REST else 0


def _name(turn: Turn, at: Address) -> str:
    """A channel as people call it."""
    names = {
        "telegram": "Telegram",
        "wechat": turn.say(_("WeChat")),
        "wecom": turn.say(_("WeCom")),
        "web": turn.say(_("the web page")),
        "terminal": turn.say(_("the terminal")),
    }
    return names.get(at.channel, at.channel)


dialogs = (
    Command("link", offer, triggers=(_("wordings: link"),), secret=True),
    Command("link-code", redeem, hears=lambda text: code_in(text) is not None, secret=True),
    Command("link-no", decline),
    Command("unlink", part, triggers=(_("wordings: unlink"),)),
)
