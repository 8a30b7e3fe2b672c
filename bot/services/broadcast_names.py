"""What the parts of broadcasts are called, for the team."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from bot.i18n import _, format_moment, translate
from bot.services.audience_check import FORGOTTEN
from bot.services.broadcast import Broadcast
from bot.services.broadcast_reach import Preview
from bot.services.retention import LEDGER

STEPS: Final[Mapping[str, str]] = {
    "draft": _("draft"),
    "asked": _("waits for a second member of the team"),
    "due": _("about to begin"),
    "sending": _("being sent"),
    "paused": _("paused"),
    "done": _("finished"),
    "cancelled": _("cancelled for good"),
}
STATE_NAMES: Final[Mapping[str, str]] = {
    "queued": _("not sent yet"),
    "sending": _("on its way"),
    "sent": _("sent"),
    "parked": _("waits until they look or write"),
    "failed": _("failed"),
    "expired": _("too late"),
    "cancelled": _("not sent: cancelled"),
    "unsure": _("sent or not: unknown"),
}
REACH_NAMES: Final[Mapping[str, str]] = {
    "now": _("at once"),
    "night": _("after their quiet hours"),
    "mass": _("soon, by mass message"),
    "mass-night": _("after their quiet hours, by mass message"),
    "looks": _("when they open the page"),
    "writes": _("when they write to us again"),
}
REASONS: Final[Mapping[str, str]] = {
    "stopped": _("want no messages from us"),
    "left": _("have left, or blocked us"),
    "closed": _("are on channels that are not open here"),
    "elsewhere": _("named by hand, and on none of the channels it is for"),
    "unsubscribed": _("left the topic meanwhile"),
    "linked": _("the same person on another channel"),
    "night": _("it is night where they are: they get it in the morning"),
    "broadcast cancelled": _("the broadcast was cancelled"),
}
SUBSCRIPTION: Final = _(
    "need a subscription: they unfollowed or blocked us, and get it only if they follow or start "
    "us again"
)
NOT_TOLD: Final = _("Not among these: it was for them, and they could not be told when it began")
_WINDOW: Final = _(
    "Who gets it when they write to us again: their platform lets us write for {hours} hours after "
    "they wrote. A notice one subscribes to there has a fixed wording, and cannot carry this text."
)
_MONTHLY: Final = _(
    "By mass message nobody gets more than {count} a month from this account: what is over, the "
    "platform leaves out without a word."
)
REPORTED: Final = _("{platform} reports: delivered {sent}, refused {refused}.")
SILENT: Final = _("{platform} has not reported yet how many got a mass message.")
PLATFORMS: Final[Mapping[str, str]] = {"wechat": _("WeChat")}


def limits_told(preview: Preview, language: str) -> Iterator[str]:
    """What keeps somebody from getting it, or from getting it soon, in words."""
    if preview.window:
        yield translate(language, _WINDOW, hours=preview.window)
    if preview.monthly:
        yield translate(language, _MONTHLY, count=preview.monthly)
    if preview.forgotten:
        yield translate(language, FORGOTTEN, number=preview.forgotten, days=LEDGER.days)


def not_told(reach: Mapping[str, Any] | None, language: str) -> Iterator[tuple[int, str]]:
    """Of those it is for: how many cannot be told, and why, in words. `reach`: see Preview."""
    known = reach or {}
    for channel, count in known.get("subscription", {}).items():
        said = translate(language, SUBSCRIPTION)
        yield count, translate(language, _("{what}: {told}"), what=channel, told=said)
    for reason, count in known.get("left_out", {}).items():
        yield count, translate(language, REASONS[reason])


def moment_told(broadcast: Broadcast, at: datetime, language: str) -> str:
    """A moment by the broadcast's own clock, and whose that is: two may go by two clocks."""
    when = format_moment(language, at, broadcast.local_zone)
    return translate(language, _("{when} ({zone} time)"), when=when, zone=broadcast.zone)
