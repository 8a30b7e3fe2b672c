"""What is kept about a person: told, handed over, or deleted."""

from itertools import chain

import orjson

from bot.config import Settings
from bot.dialog import Answered, Answers, Command, Form, Outcome, Slot, Turn
from bot.i18n import _
from bot.message import Attachment, Choice, Link, Reply
from bot.services.privacy import Privacy
from bot.services.reach import Reach
from bot.services.weblinks import Pages

_KIND = "application/json"


def told(turn: Turn) -> Outcome:
    """What is kept, how long, and the two rights as taps."""
    if turn.argument == "forget":
        return Answered((), open="privacy-erase")
    settings = turn.use(Settings)
    text = turn.say(
        _(
            "I keep what we write here for 3 days, so that you can read it again, and your "
            "questions for 30 days with your chat account; after that only the question "
            "itself stays, no longer linked to you. If you register for an event, I keep your "
            "answers until the day I name then, usually 60 days after it. What I shall remind "
            "you of is kept until then and 3 days longer. I know your name, email address or "
            "phone number only if you tell me. You can get everything, or have it deleted, at "
            "any time."
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
    if not turn.use(Reach).takes_files(turn.talk.address, _KIND):
        return _not_here(turn, rows)
    data = orjson.dumps(kept, option=orjson.OPT_INDENT_2)
    text = turn.say_count(
        _("Here is what I keep about you: {count} entry, in one file."),
        _("Here is what I keep about you: {count} entries, in one file."),
        rows,
    )
    return Reply(text, attachments=(Attachment(_KIND, data, "my-data.json"),))


def _not_here(turn: Turn, rows: int) -> Reply:
    """Where a chat takes no files, the person is told where they get it."""
    text = turn.say_count(
        _("I keep {count} entry about you, but no files can be sent in this chat."),
        _("I keep {count} entries about you, but no files can be sent in this chat."),
        rows,
    )
    how = _(
        "Another channel of ours can, the chat on our web page for one: write “link” here, send "
        "the code there, and ask for your data there. Or ask the team for the file."
    )
    human = turn.choice("human", _("Ask a person"))
    pages = turn.use(Pages)
    links = (Link(turn.say(_("Our web page")), pages.at("/chat")),) if pages else ()
    return Reply(f"{text}\n\n{turn.say(how)}", (human,), links)


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
        shared=True,
    ),
    Command("privacy-export", export, triggers=(_("wordings: privacy-export"),), secret=True),
    Form(
        "privacy-erase",
        (_SURE,),
        _erase,
        title=_("deleting your data"),
        triggers=(_("wordings: privacy-erase"),),
        anywhere=True,
    ),
)
