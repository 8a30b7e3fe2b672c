"""When people get a broadcast, in words: what was chosen for the night, and how long it goes."""

from collections.abc import Iterator

from bot.i18n import _, sentences, translate, translate_plural
from bot.quiet import Quiet
from bot.services.audience_told import Told
from bot.services.broadcast import Broadcast
from bot.services.broadcast_names import moment_told


def hours_told(broadcast: Broadcast, assumed: Quiet | None, language: str) -> Iterator[Told]:
    """What was chosen, as pairs in that language. `assumed`: the night of who has said none."""
    yield translate(language, _("At night")), _night(broadcast, assumed, language)
    one, many = _("until {count} hour after it begins"), _("until {count} hours after it begins")
    said = translate_plural(language, one, many, broadcast.hours)
    if broadcast.ends_at:
        until = moment_told(broadcast, broadcast.ends_at, language)
        said = translate(language, _("{what}: {told}"), what=said, told=until)
    yield translate(language, _("Can be delivered")), said


def _night(broadcast: Broadcast, assumed: Quiet | None, language: str) -> str:
    if not broadcast.minds_night:
        return translate(language, _("It is sent all the same, also in people's quiet hours."))
    told = translate(language, _("It waits until each person's quiet hours are over."))
    if assumed is None or not str(assumed):
        return told
    theirs = _("For those who have set none these are {hours}, on their own clock.")
    return sentences(told, translate(language, theirs, hours=assumed))
