"""What may not be said where others read along, and the way to where it may."""

from typing import Final

from bot.dialog import Turn
from bot.i18n import _
from bot.message import Link, Reply
from bot.services.informal import SOURCE
from bot.services.invites import Invite, Invites
from bot.services.reach import Reach

_ALONE: Final = _("That is only between the two of us: please write it to me in a private chat.")


def alone(turn: Turn, dialog: str) -> Reply:
    """A sentence, and where the channel has one, a link that opens that dialog for the person."""
    way = _way(turn, dialog)
    links = (Link(turn.say(_("Open a private chat")), way),) if way else ()
    return Reply(turn.say(_ALONE), links=links)


def _way(turn: Turn, dialog: str) -> str:
    """What was said stays in the group: the link names the dialog alone."""
    if not {Reach, Invites} <= turn.services.keys():  # an engine without a house
        return ""
    try:
        code = turn.use(Invites).make(Invite(dialog, SOURCE))
    except ValueError:  # a name that does not fit into a link
        return ""
    return turn.use(Reach).door(turn.talk.address.channel, code)
