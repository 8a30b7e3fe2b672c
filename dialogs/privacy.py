"""What is kept about a person: told, handed over, or deleted."""

from itertools import chain

import orjson

from bot.config import Settings
from bot.dialog import Answered, Answers, Command, Form, Outcome, Slot, Turn
from bot.i18n import _
from bot.message import Attachment, Choice, Link, Reply
from bot.services.privacy import Privacy


def told(turn: Turn) -> Outcome:
    """What is kept, how long, and the two rights as taps."""
    if turn.argument == "forget":
        return Answered((), open="privacy-erase")
    settings = turn.use(Settings)
    text = turn.say(
        _(
            "I keep what we write here for 3 days, so that you can read it again, and your "
            "questions for 30 days with your chat account; after that only the question "
            "itself stays, no longer linked to you. I know your name, email address or "
            "phone number only if you tell me. You can get everything, or have it deleted, "
            "at any time."
        )
    )
    if settings.organisation:
        who = turn.say(_("{who} is responsible for this chat."), who=settings.organisation)
        text = f"{text}\n\n{who}"
    links = (
        (Link(turn.say(_("Privacy notice")), settings.privacy_url),) if settings.privacy_url else ()
    )
    return Reply(
        text,
        (
            turn.choice("privacy-export", _("Get my data")),
            turn.choice("privacy-erase", _("Delete my data")),
        ),
        links,
    )


def export(turn: Turn) -> Outcome:
    """Everything kept about the person, as a file."""
    kept = turn.use(Privacy).export(turn.talk.person_id)
    rows = len(list(chain.from_iterable(kept.values())))
    data = orjson.dumps(kept, option=orjson.OPT_INDENT_2)
    text = turn.say_count(
        _("Here is what I keep about you: {count} entry, in one file."),
        _("Here is what I keep about you: {count} entries, in one file."),
        rows,
    )
    return Reply(text, attachments=(Attachment("application/json", data, "my-data.json"),))


def _erase(turn: Turn, answers: Answers) -> Outcome:
    if answers["sure"] != "yes":
        return Reply(turn.say(_("Good, everything stays as it was.")))
    turn.use(Privacy).erase(turn.talk.person_id)
    done = _("Done: everything I kept about you is deleted. If you write again, we start anew.")
    return Answered((Reply(turn.say(done)),), forget=True)


_SURE = Slot(
    "sure",
    ask=_("Shall I delete everything I keep about you? This cannot be undone."),
    choices=(Choice("yes", _("Yes, delete everything")), Choice("no", _("No, keep it"))),
)

dialogs = (
    Command(
        "privacy",
        told,
        menu=_("Privacy"),
        triggers=(_("wordings: privacy"),),
    ),
    Command("privacy-export", export, triggers=(_("wordings: privacy-export"),)),
    Form(
        "privacy-erase",
        (_SURE,),
        _erase,
        title=_("deleting your data"),
        triggers=(_("wordings: privacy-erase"),),
    ),
)
