"""`citybot broadcast preview`: whom it is for, whom it would reach, and what they read."""

from collections.abc import Iterator
from dataclasses import dataclass

import click
import orjson

from bot.cli import settings
from bot.cli.broadcast.reaching import number_argument, output_option, rehearse, the_broadcast
from bot.cli.reach import database_of, look
from bot.cli.speech import TranslatedCommand, language, say, say_count
from bot.i18n import _, language_called, language_name
from bot.message import Reply
from bot.quiet import Assumed
from bot.services.audience_told import Reader, Told, told
from bot.services.broadcast import Broadcast
from bot.services.broadcast_hours import hours_told
from bot.services.broadcast_names import REACH_NAMES, REASONS, SUBSCRIPTION, limits_told
from bot.services.broadcast_reach import Preview
from bot.services.broadcast_texts import as_read
from bot.services.broadcasts import Broadcasts


@dataclass(frozen=True, slots=True)
class Seen:
    """Whom it is for, in words, and whom it would reach."""

    audience: tuple[Told, ...]
    preview: Preview


@click.command(cls=TranslatedCommand, help=_("Show whom a broadcast would reach, and how."))
@number_argument
@output_option
@click.pass_context
def preview(ctx: click.Context, number: int, output: str) -> None:
    """Print how many people by channel, moment and language, and who cannot be told."""
    draft = the_broadcast(ctx, number)
    if output == "json":
        reached = rehearse(ctx, lambda broadcasts: broadcasts.preview(draft))
        click.echo(orjson.dumps(reached.to_json() | {"people": reached.people}))
        return
    reader = reader_of(ctx, draft)
    show_preview(ctx, draft, rehearse(ctx, lambda broadcasts: seen(broadcasts, draft, reader)))


def reader_of(ctx: click.Context, draft: Broadcast) -> Reader:
    """Who sits at the terminal; titles are read only where it names a programme."""
    if not draft.audience.programmes:
        return Reader(language(), {})
    from bot.brain import open_library  # all articles, for the few that name one
    from bot.editing import Editing

    with database_of(ctx) as database:
        return Reader(language(), Editing(open_library(database)).titles(language()))


def seen(broadcasts: Broadcasts, draft: Broadcast, reader: Reader) -> Seen:
    """As it stands at this moment."""
    picked = broadcasts.picked(draft.id)
    return Seen(told(broadcasts.transaction, draft, picked, reader), broadcasts.preview(draft))


def show_preview(ctx: click.Context, draft: Broadcast, seen: Seen) -> None:
    """On stdout what is known of it before it is sent, and what people read."""
    read = look(ctx, lambda transaction: as_read(transaction, draft)) or {}
    for code, reply in read.items():
        click.echo("\n".join((f"[{language_name(code)}]", *_lines(reply), "")))
    hours = hours_lines(ctx, draft)
    for line in (*_audience(seen.audience), *hours, "", *_reached(seen.preview)):
        click.echo(line)
    count, others = seen.preview.people, seen.preview.others
    click.echo(
        say_count(_("{count} person would get this."), _("{count} people would get this."), count)
    )
    for limit in limits_told(seen.preview, language()):
        click.echo(limit)
    if others:
        click.echo(
            say_count(
                _("{count} person will read the text in {spoken}: their own is not there."),
                _("{count} people will read the text in {spoken}: their own is not there."),
                others,
                spoken=language_called(language(), draft.fallback),
            )
        )


def hours_lines(ctx: click.Context, known: Broadcast) -> Iterator[str]:
    """What of the night was chosen, and how long it may be said."""
    assumed = Assumed.of(settings(ctx)).quiet
    yield from (paired(label, said) for label, said in hours_told(known, assumed, language()))


def paired(what: str, told: str) -> str:
    """The one with the other."""
    return say(_("{what}: {told}"), what=what, told=told)


def _audience(audience: tuple[Told, ...]) -> Iterator[str]:
    yield say(_("Whom it is for"))
    if not audience:
        yield say(_("Everybody who has not stopped us."))
    yield from (paired(label, value) for label, value in audience)


def _reached(preview: Preview) -> Iterator[str]:
    for channel, reach, code, count in preview.reached:
        yield f"{count:>9,}  {channel}, {language_name(code)}, {say(REACH_NAMES[reach])}"
    for channel, count in preview.subscription.items():
        yield f"{count:>9,}  {paired(channel, say(SUBSCRIPTION))}"
    for reason, count in preview.left_out.items():
        yield f"{count:>9,}  {say(REASONS[reason])}"


def _lines(reply: Reply) -> Iterator[str]:
    """What people read, see and can tap; and, for who answers for it, where links lead."""
    yield reply.text
    yield from (image.instead for image in reply.attachments)
    yield from (f"[{choice.label}]" for choice in reply.choices)
    yield from (paired(link.label, link.url) for link in reply.links)
