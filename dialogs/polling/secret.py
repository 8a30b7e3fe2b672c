"""Polls that no messenger may see a vote of: there one gets a link to a ballot of one's own."""

from bot.config import Settings
from bot.dialog import Answers, Json, Outcome, Turn
from bot.i18n import _, sentences
from bot.message import Link, Reply
from bot.services.ballots import Ballots
from bot.services.poll_news import PollNews
from bot.services.polls import Poll
from bot.services.weblinks import BALLOT, HOURS, OF_BALLOT, Pages, WebLinks
from dialogs.polling.telling import to_page


def is_seen(turn: Turn, poll: Poll) -> bool:
    """Whether a vote given here would pass a messenger, though the poll must not let it.

    A terminal is ours, unless it shows what a messenger would (`citybot chat --as`).
    """
    channel = turn.talk.address.channel
    ours = ("web", *({"terminal"} & set(turn.use(Settings).own_channels.split())))
    return poll.mode == "web-secret" and channel not in ours


def by_link(turn: Turn, poll: Poll, answers: Answers) -> Outcome:
    """A ballot of one's own, good once; where nobody can open our pages, the code to type."""
    pages = turn.use(Pages)
    if not pages:
        text = _(
            "This poll takes votes on our own page alone, so that no messenger sees them. Open "
            "that page and write this code there: {code}"
        )
        return Reply(turn.say(text, code=poll.code), links=to_page(turn, poll))
    target: dict[str, Json] = {"poll": poll.id, "language": turn.language}
    target |= {"invitation": answers["invitation"]} if "invitation" in answers else {}
    token = turn.use(WebLinks).make(turn.talk, OF_BALLOT, target)
    voted = turn.use(Ballots).has_voted(poll.id, turn.talk.person_id)
    told = sentences(
        turn.say(_("This poll takes votes on our own page alone, so that no messenger sees them.")),
        turn.say(_("Your ballot is behind this link. It is yours alone, good once within {hours} "
                   "hours: do not pass it on."), hours=HOURS),
        turn.say(_("It takes the place of the vote you have given.")) if voted else "",
    )  # fmt: skip
    link = Link(turn.say(_("Open my ballot")), pages.at(BALLOT, token))
    follows = turn.use(PollNews).follows(poll.id, turn.talk.person_id)
    tell = () if follows else (turn.choice(f"poll-follow:{poll.id}", _("Tell me the result")),)
    back = (turn.choice(f"vote-withdraw:{poll.id}", _("Take my vote back")),) if voted else ()
    text = f"{poll.name(turn.language)}\n\n{told}"
    return Reply(text, (*tell, *back), (link, *to_page(turn, poll)))
