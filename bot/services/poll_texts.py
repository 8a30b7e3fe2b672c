"""How a poll is told to a person: who may vote, who sees what, until when, how it stands."""

from datetime import datetime
from typing import Final

from bot.i18n import _, language_name, sentences, translate
from bot.services.event_texts import moment
from bot.services.polls import Poll, Question
from bot.services.suppression import CELL, LEAST
from bot.services.texts import Texts, in_language, language_of

_CHANNELS: Final = {
    "web": _("the web page"),
    "paper": _("paper"),
    "telegram": "Telegram",
    "wechat": _("WeChat"),
    "wecom": _("WeCom"),
    "terminal": _("the terminal"),
    "kiosk": _("tablets in the street"),
}
_LEVELS: Final = {
    "web": _(
        "Everybody, once. We go by the account of a messenger or by the browser: that prevents "
        "mistakes, not deceit."
    ),
    "account": _(
        "Everybody with an account of a messenger we are on, once a person: accounts that were "
        "linked with us count as one."
    ),
    "contact": _(
        "Everybody whose e-mail address or phone number was confirmed by a code that was sent "
        "there: one vote for each. Accounts that were linked with us count as one."
    ),
    "code": _("Who was given an invitation code. Each code is good for one vote."),
}
_IN_SHORT: Final = {
    "web": _("Everybody may vote once."),
    "account": _("Everybody with an account of a messenger may vote once."),
    "contact": _("Everybody with a confirmed e-mail address or phone number may vote once."),
    "code": _("Who was given an invitation code may vote once."),
}
_ANSWERS: Final = {
    "multiple": _("Pick {least} to {most}."),
    "ranking": _("Put {least} to {most} of them in order; 1 is the best."),
    "statements": _("Say yes or no to as many as you like."),
    "budget": _("You have {most} points to give."),
    "text": _("Please write nothing that tells who you are. The team reads it first."),
}
_EXACTLY: Final = {
    "multiple": _("Pick exactly {most}."),
    "ranking": _("Put exactly {most} of them in order; 1 is the best."),
}
_ONE: Final = _("Pick exactly one.")
_MODES: Final = {
    "confidential": _(
        "Your vote is kept apart from you; nobody sees a result before the end. Receipts say that "
        "a vote counts, never what it says."
    ),
    "named": _("This poll is by name: your name will stand beside your vote, for everybody."),
    "web-secret": _("Your vote is given on our own page alone, so that no messenger sees it."),
}
_APART: Final = _(
    "Your vote is kept apart from you. Receipts say that a vote counts, never what it says."
)
_HOW_FAR: Final = _(
    "The team cannot see votes. Until the end, who runs the database could find out with some "
    "effort who voted how; then the key is destroyed and the ballots are shuffled, and nobody can."
)
_ON_SCREEN: Final = _("Your own messenger goes on showing what you tapped.")
_ON_PAGE: Final = _("Who uses your browser after you may see there what you tapped.")
_LIVE: Final = _("The figures so far are open to all.")
_DESTROYED: Final = _(
    "Votes were kept apart from people. The key between them is destroyed and the ballots are "
    "shuffled: nobody can tell any more who voted how."
)
_TABLETS: Final = _(
    "Votes are also taken on tablets in the street, where nobody is known and nobody can check who "
    "votes twice. The result shows how many these are, where that gives nobody away."
)
_METHODS: Final = {
    "schulze": _("Counted by Schulze's method."),
    "irv": _("Counted by instant run-off."),
}
_RECEIPTS: Final = {
    "cast": _("{receipt} is a vote in “{poll}”. It will be counted when the poll closes."),
    "counted": _("{receipt} was counted in “{poll}”."),
    "withdrawn": _("{receipt} was taken back, and is not counted in “{poll}”."),
    "joined": _("{receipt} was a second vote of one person in “{poll}”, and is not counted."),
}


def channel_name(channel: str, language: str) -> str:
    """What people call a channel, in the middle of a sentence."""
    return translate(language, _CHANNELS.get(channel, channel))


def until(poll: Poll, language: str) -> str:
    """Until when one can vote, in the zone of the poll."""
    return moment(language, poll.closes_at, poll.zone)


def quoted(text: str, language: str) -> str:
    """What somebody else says, in the quotation marks of the reader."""
    return translate(language, _("“{text}”"), text=text)


def not_translated(texts: Texts, language: str) -> str:
    """That a text is shown in another language than the reader's; "" where it is not."""
    shown = language_of(texts, language)
    if shown == language:
        return ""
    text = _("({language}; there is no translation)")
    return translate(language, text, language=language_name(shown))


def told_in(texts: Texts, language: str) -> str:
    """A text as a reader of that language gets it; it says so where it is in another one."""
    said = in_language(texts, language)
    return sentences(said, not_translated(texts, language)) if said else ""


def how_to_answer(question: Question, language: str) -> str:
    """How many may be picked, what may be spent; "" where the options say it."""
    exact = _EXACTLY if question.least == question.most else _ANSWERS
    text = _ONE if question.least == question.most == 1 else exact.get(question.kind, "")
    text = text if question.kind in ("multiple", "ranking") else _ANSWERS.get(question.kind, "")
    return translate(language, text, least=question.least, most=question.most) if text else ""


def who_in_short(poll: Poll, language: str) -> str:
    """Who may vote, in the few words there is room for in a talk."""
    return translate(language, _IN_SHORT[poll.level])


def who_may_vote(poll: Poll, language: str) -> str:
    """What one person is in this poll."""
    return sentences(translate(language, _LEVELS[poll.level]), on_tablets(poll, language))


def on_tablets(poll: Poll, language: str) -> str:
    """That people vote where nobody is known; "" where they do not."""
    return translate(language, _TABLETS) if poll.kiosk else ""


def asks(poll: Poll, language: str) -> tuple[str, ...]:
    """The questions, as they are asked."""
    return tuple(in_language(question.ask, language) for question in poll.questions)


def secrecy(poll: Poll, language: str) -> str:
    """Who sees what of a vote, said before it is given."""
    mode = _APART if poll.live and poll.mode == "confidential" else _MODES[poll.mode]
    return sentences(translate(language, mode), translate(language, _LIVE) if poll.live else "")


def how_far(poll: Poll, language: str) -> str:
    """What that cannot keep secret, and until when."""
    rest = _ON_PAGE if poll.mode == "web-secret" else _ON_SCREEN
    return sentences(translate(language, _HOW_FAR), translate(language, rest))


def secrecy_kept(poll: Poll, language: str) -> str:
    """What became of that once the poll was counted."""
    destroyed = poll.purged_at is not None and poll.mode != "named"
    return translate(language, _DESTROYED) if destroyed else secrecy(poll, language)


def extended(poll: Poll, language: str) -> str:
    """That it closes later than was said, and why; "" where it does not."""
    if not poll.extended:
        return ""
    last = poll.extended[-1]
    told = translate(
        language,
        _("The end was moved from {before} to {until}: {reason}"),
        before=moment(language, last.before, poll.zone),
        until=moment(language, last.until, poll.zone),
        reason=in_language(last.reason, language),
    )
    return sentences(told, not_translated(last.reason, language))


def state_of(poll: Poll, language: str, now: datetime) -> str:
    """How it stands at this moment."""
    if poll.state == "cancelled":
        return translate(language, _("This poll was cancelled; the votes are deleted."))
    if poll.state == "closed":
        return translate(language, _("Closed on {when}, and counted."), when=until(poll, language))
    if now < poll.opens_at:
        opens = moment(language, poll.opens_at, poll.zone)
        return translate(language, _("Opens on {when}."), when=opens)
    if poll.state == "closing" or now >= poll.closes_at:
        text = _("Closed on {when}. It is being counted.")
        return translate(language, text, when=until(poll, language))
    return translate(language, _("Open until {when}."), when=until(poll, language))


def too_few(poll: Poll, ballots: int, language: str) -> str:
    """Why no figures are shown of a poll in which that many ballots were given."""
    text = _("“{poll}”: nobody took part.")
    if ballots >= LEAST:
        text = _(
            "“{poll}”: fewer than {cell} people voted otherwise than on paper. No figures are "
            "shown, so that nobody can be known by them."
        )
    elif ballots:
        text = _(
            "“{poll}”: fewer than {least} people took part. No figures are shown, so that "
            "nobody can be known by them."
        )
    return translate(language, text, poll=poll.name(language), least=LEAST, cell=CELL)


def method(name: str, language: str) -> str:
    """How a ranking is counted."""
    return translate(language, _METHODS[name])


def receipt_told(receipt: str, state: str, poll: Poll | None, language: str) -> str:
    """What became of a receipt in one poll; never what it says."""
    name = poll.name(language) if poll else "?"
    if poll and poll.state == "cancelled":
        text = _("“{poll}” was cancelled; there is no result.")
        return translate(language, text, poll=name)
    return translate(language, _RECEIPTS[state], receipt=receipt, poll=name)


def receipt_unknown(receipt: str, language: str) -> str:
    """There is no such receipt."""
    text = _("I know no receipt {receipt}. Is it written right?")
    return translate(language, text, receipt=receipt)
