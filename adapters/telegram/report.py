"""What Telegram knows of us, for `citybot channel test`.

https://core.telegram.org/bots/api#getwebhookinfo
"""

from datetime import UTC, datetime, timedelta

from telegram import Bot, User, WebhookInfo

from adapters.telegram.hook import Hook
from adapters.telegram.request import readable
from bot.channel import Misconfigured, Told
from bot.i18n import _

_FRESH = timedelta(hours=1)  # a failure longer ago is over


async def report(bot: Bot, hook: Hook | None) -> tuple[Told, ...]:
    """One line a thing. Raises TelegramError, or Misconfigured for a webhook that is not ours."""
    with readable():
        me, info = await bot.get_me(), await bot.get_webhook_info()
    return (*_of_us(me), *_of_updates(info, hook))


def _of_us(me: User) -> tuple[Told, ...]:
    named = Told(_("Bot: @{name}, number {id}."), {"name": me.username, "id": me.id})
    if not me.can_join_groups:
        return named, Told(_("Groups: it cannot be added to any (/setjoingroups)."))
    if me.can_read_all_group_messages:
        return named, Told(
            _("Groups: Telegram sends it all that is said there (/setprivacy); it heeds its name.")
        )
    return named, Told(_("Groups: it hears what is said to it."))


def _of_updates(info: WebhookInfo, hook: Hook | None) -> tuple[Told, ...]:
    waiting = Told(_("Updates waiting: {count}."), {"count": info.pending_update_count})
    if hook is None:
        there = Told(_("A webhook is set; the next start removes it."))
        none = Told(_("Updates are asked for (polling)."))
        return (there if info.url else none), waiting
    if info.url != hook.url:
        raise Misconfigured(
            _("The webhook leads to another address: citybot channel setup telegram sets it anew.")
            if info.url
            else _("No webhook is set: citybot channel setup telegram sets it.")
        )
    return Told(_("The webhook is set.")), waiting, *_troubles(info)


def _troubles(info: WebhookInfo) -> tuple[Told, ...]:
    at, said = info.last_error_date, info.last_error_message
    if at is None or not said or datetime.now(UTC) - at > _FRESH:
        return ()
    return (
        Told(
            _("Telegram could not deliver at {time} UTC: {reason}"),
            {"time": f"{at.astimezone(UTC):%H:%M}", "reason": said},
        ),
    )
