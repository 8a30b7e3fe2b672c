"""`citybot poll post`: an informal poll in a Telegram group, with the way to the real vote."""

import asyncio
import sys
from typing import Any

import click

from bot import outbox
from bot.cli import settings
from bot.cli.doing import Doing, dry_option, staff_option, yes_option
from bot.cli.poll.reaching import change, the_poll
from bot.cli.speech import TranslatedCommand, tell
from bot.config import Settings
from bot.dialog import Transaction
from bot.i18n import _, languages
from bot.message import Address, Reply
from bot.services.audit import Audit, Entry
from bot.services.informal import SOURCE, informal
from bot.services.invites import Invite, Signer
from bot.services.polls import Poll
from bot.services.weblinks import Pages

_CHANNEL = "telegram"  # the one that has groups


@click.command(
    "post",
    cls=TranslatedCommand,
    help=_(
        "Put an open poll into a Telegram group: an informal one, and the way to the real vote."
    ),
)
@click.argument("poll_id", metavar="POLL")
@click.option("--group", required=True, help=_("The number of the group: -1001234567890."))
@click.option("--language", type=click.Choice(list(languages())), help=_("Of the group."))
@staff_option
@yes_option
@dry_option
@click.pass_context
def post(ctx: click.Context, /, poll_id: str, group: str, language: str | None, **how: Any) -> None:
    """Show what is sent."""
    chosen, poll = settings(ctx), the_poll(ctx, poll_id)
    if not group.removeprefix("-").isdecimal() or not group.startswith("-"):
        tell(_("{group} is no group: its number begins with a minus."), group=group)
        sys.exit(2)
    if poll.state != "open":
        tell(_("{poll} is not open."), poll=poll_id)
        sys.exit(1)
    spoken = language or chosen.language
    reply = informal(poll, spoken, _way_in(chosen, poll, spoken))
    click.echo(reply.text)
    doing = Doing(**how, risk=_("Everybody in the group will read this. Send it?"))
    change(ctx, doing, lambda transaction, _keys: _queue(transaction, group, poll, reply, doing))


def _way_in(chosen: Settings, poll: Poll, language: str) -> str:
    from bot.cli.channel import links_of, settings_told  # a whole house, for two commands of many

    own_page = Pages(chosen.public_url).of_poll(poll.id, language)
    code = Signer(chosen).make(Invite(f"poll:{poll.id}", SOURCE))
    with settings_told():
        found, _failed = asyncio.run(links_of(chosen, code))
        links = dict(found)
    if _CHANNEL not in links:
        tell(_("Telegram is not open: this waits until it is."))
    return own_page if poll.mode == "web-secret" else links.get(_CHANNEL, own_page)


def _queue(transaction: Transaction, group: str, poll: Poll, reply: Reply, doing: Doing) -> None:
    draft = outbox.Draft(
        Address(_CHANNEL, group), reply, kind="broadcast", expires_at=poll.closes_at
    )
    outbox.add(transaction.connection, [draft], transaction.now)
    entry = Entry(doing.actor, "poll.post", f"poll:{poll.id}", f"{_CHANNEL}:{group}")
    Audit(transaction).write(entry)
