"""`citybot poll say|invite|statements|texts`: what goes to voters, and what comes from them."""

from typing import Any, Literal

import click

from bot.cli.doing import Doing, dry_option, staff_option
from bot.cli.poll.reaching import change, give_up, organise, the_poll
from bot.cli.poll.states import read_texts
from bot.cli.reach import look
from bot.cli.speech import TranslatedCommand, tell
from bot.i18n import _
from bot.services.moderation import Moderation
from bot.services.poll_written import BadPoll


@click.command(
    "say",
    cls=TranslatedCommand,
    help=_("Say what happens now, or what came of it; who wanted to hear is told."),
)
@click.argument("poll_id", metavar="POLL")
@click.option("--next", "next_steps", multiple=True, help=_("What happens now: de=Der Rat …"))
@click.option("--outcome", multiple=True, help=_("What came of it: de=Gebaut wird …"))
@staff_option
@dry_option
@click.pass_context
def steps(ctx: click.Context, /, poll_id: str, **given: Any) -> None:
    """Nothing on stdout: it is what voters read."""
    doing = Doing(given["staff"], dry_run=given["dry_run"])
    try:
        now, came = read_texts(given["next_steps"]), read_texts(given["outcome"])
    except BadPoll as bad:
        give_up(bad)
    if now:
        organise(ctx, doing, lambda office: office.say_next_steps(poll_id, now))
    if came:
        organise(ctx, doing, lambda office: office.say_outcome(poll_id, came))


@click.command(cls=TranslatedCommand, help=_("Make invitation codes; they are shown only once."))
@click.argument("poll_id", metavar="POLL")
@click.option("--count", type=click.IntRange(1, 100_000), required=True, help=_("How many."))
@staff_option
@click.pass_context
def invite(ctx: click.Context, poll_id: str, count: int, staff: str | None) -> None:
    """Print one code a line; each is good for one vote."""
    codes = organise(ctx, Doing(staff), lambda office: office.invite(poll_id, count))
    for code in codes:
        click.echo(code)
    tell(_("These codes are kept nowhere: give them out, or keep them yourself."))


@click.command(cls=TranslatedCommand, help=_("Look at statements that voters added."))
@click.argument("poll_id", metavar="POLL")
@click.option("--accept", multiple=True, metavar="ID", help=_("Let others vote on it."))
@click.option("--refuse", multiple=True, metavar="ID", help=_("Leave it out."))
@click.option("--as", "said", multiple=True, help=_("Its text in other languages: de=Mehr Bäume"))
@staff_option
@click.pass_context
def statements(ctx: click.Context, /, poll_id: str, **given: Any) -> None:
    """Print those that wait; judge those that are named."""
    the_poll(ctx, poll_id)
    doing = Doing(given["staff"])
    try:
        texts = read_texts(given["said"])
    except BadPoll as bad:
        give_up(bad)
    verdicts: tuple[tuple[Literal["accepted", "refused"], str], ...] = (
        *(("accepted", one) for one in given["accept"]),
        *(("refused", one) for one in given["refuse"]),
    )
    for verdict, one in verdicts:
        _judge(ctx, doing, (poll_id, one), verdict, texts)
    waiting = look(ctx, lambda t: Moderation(t).statements(poll_id)) or ()
    for written in waiting:
        click.echo(f"{written.id}  {written.text}")
    tell(_("Waiting to be looked at: {count}."), count=len(waiting))


def _judge(
    ctx: click.Context,
    doing: Doing,
    one: tuple[str, str],
    verdict: Literal["accepted", "refused"],
    texts: dict[str, str],
) -> None:
    change(ctx, doing, lambda t, _keys: Moderation(t).judge(one, verdict, doing.actor, texts))


@click.command(cls=TranslatedCommand, help=_("Look at what people wrote in a counted poll."))
@click.argument("poll_id", metavar="POLL")
@click.option("--show", "shown", multiple=True, metavar="ID", help=_("Publish it."))
@click.option("--hide", "hidden", multiple=True, metavar="ID", help=_("Do not publish it."))
@staff_option
@click.pass_context
def texts(ctx: click.Context, /, poll_id: str, **given: Any) -> None:
    """Print those that wait; publish or hide those that are named."""
    the_poll(ctx, poll_id)
    doing = Doing(given["staff"])
    for one in (*given["shown"], *given["hidden"]):
        _publish(ctx, doing, (poll_id, one), one in given["shown"])
    waiting = look(ctx, lambda t: Moderation(t).texts(poll_id)) or ()
    for written in waiting:
        click.echo(f"{written.id}  {written.question}  {written.text}")
    tell(_("Waiting to be looked at: {count}."), count=len(waiting))


def _publish(ctx: click.Context, doing: Doing, one: tuple[str, str], shown: bool) -> None:
    change(ctx, doing, lambda t, _keys: Moderation(t).show(one, shown, doing.actor))
