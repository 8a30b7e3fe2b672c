"""`citybot broadcast write|send`: from a file into the database, and off."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.cli import settings
from bot.cli.broadcast.files import Unreadable, read_plain
from bot.cli.broadcast.previewing import reader_of, seen, show_preview
from bot.cli.broadcast.reaching import (
    actor_of,
    change,
    give_up,
    rehearse,
    take,
    tell_rehearsed,
    the_broadcast,
    unasked_option,
)
from bot.cli.doing import Doing, dry_option, staff_option, yes_option
from bot.cli.speech import TranslatedCommand, language, say, tell
from bot.i18n import _, languages
from bot.services.broadcast import UNDO, BadBroadcast, Broadcast, Picture
from bot.services.broadcast_image import read_picture
from bot.services.broadcast_names import moment_told
from bot.services.broadcast_standing import is_scheduled
from bot.services.broadcast_written import read_broadcast
from bot.services.broadcasts import Broadcasts
from bot.services.handpicking import people_of

_PATH = click.Path(exists=True, dir_okay=False, path_type=Path)
_OPTIONS = (
    click.option("--image", type=_PATH, help=_("A picture, PNG or JPEG.")),
    click.option(
        *("--alt", "alts"),
        multiple=True,
        metavar="LANGUAGE=TEXT",
        help=_("What the picture shows, for who cannot see it: en=A garden."),
    ),
    click.option("--include", type=_PATH, help=_("Codes of people to be told too, one a line.")),
    click.option("--exclude", type=_PATH, help=_("Codes of people not to be told, one a line.")),
)


def _written(command: Any) -> Any:
    """What a file cannot hold."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command(cls=TranslatedCommand, help=_("Write a broadcast from a file (.yaml or .json)."))
@click.argument("path", type=_PATH)
@_written
@staff_option
@unasked_option
@dry_option
@click.pass_context
def write(ctx: click.Context, /, path: Path, staff: str | None, dry_run: bool, **more: Any) -> None:
    """Print its number: a draft, which nobody gets before it is sent."""
    draft = _read(ctx, path, more)
    run = rehearse if dry_run else change
    saved = run(ctx, lambda broadcasts: _save(broadcasts, draft, more, actor_of(staff)))
    if dry_run:
        tell(_("Nothing was changed."))
        tell_rehearsed(draft, saved)
    else:
        click.echo(saved.id)


@click.command(
    cls=TranslatedCommand,
    help=_("Send a broadcast: one that was written, by its number, or from a file."),
)
@click.argument("what")
@_written
@staff_option
@yes_option
@dry_option
@click.pass_context
def send(ctx: click.Context, /, what: str, yes: bool, dry_run: bool, **more: Any) -> None:
    """Show whom it reaches, ask, and send it off; it can be taken back before it begins."""
    doing = Doing(more.pop("staff"), yes, dry_run, risk=_("Send it?"))
    draft = _draft(ctx, what, more)

    def save(broadcasts: Broadcasts) -> Broadcast:
        return draft if draft.id else _save(broadcasts, draft, more, doing.actor)

    reader = reader_of(ctx, draft)
    looked = rehearse(ctx, lambda broadcasts: seen(broadcasts, save(broadcasts), reader))
    show_preview(ctx, draft, looked)
    sent = take(ctx, doing, lambda broadcasts: broadcasts.send(save(broadcasts), doing.actor))
    if dry_run:
        tell_rehearsed(draft, sent)
        return
    click.echo(sent.id)
    _tell_next(sent)


def _tell_next(sent: Broadcast) -> None:
    if sent.state == "asked":
        said = _("So many people need a second member of the team: citybot broadcast agree {n}")
    elif is_scheduled(sent, datetime.now(UTC)):
        said = _("It begins {when}. Until then: citybot broadcast back {n}")
    else:
        said = _("It begins {when}. For {seconds} seconds at least: citybot broadcast back {n}")
    begins = moment_told(sent, sent.due_at, language()) if sent.due_at else ""
    tell(said, when=begins, seconds=int(UNDO.total_seconds()), n=sent.id)


def _draft(ctx: click.Context, what: str, more: dict[str, Any]) -> Broadcast:
    if what.isascii() and what.isdecimal() and len(what) < 18:
        if any(more.values()):  # passed over, people would be told who were left out
            raise click.UsageError(
                say(
                    _(
                        "What was written goes as it was written: "
                        "for other people or a picture, send a file."
                    )
                )
            )
        return the_broadcast(ctx, int(what))
    path = Path(what)
    if not path.is_file():
        tell(_("{what} is neither the number of a broadcast nor a file."), what=what)
        sys.exit(2)
    return _read(ctx, path, more)


def _read(ctx: click.Context, path: Path, more: dict[str, Any]) -> Broadcast:
    try:
        draft = read_broadcast(read_plain(path), settings(ctx).zone)
        return _with_image(draft, more["image"], more["alts"])
    except BadBroadcast as bad:
        give_up(bad)
    except Unreadable as error:
        tell(_("{path} cannot be read: {error}"), path=path, error=error)
    except OSError as error:  # the picture
        tell(_("{path} cannot be read: {error}"), path=more["image"], error=error.strerror)
    sys.exit(1)


def _with_image(draft: Broadcast, path: Path | None, alts: Sequence[str]) -> Broadcast:
    if path is None:
        if alts:
            raise click.UsageError(say(_("--alt says what a picture shows: add --image.")))
        return draft
    picture: Picture = read_picture(path.read_bytes(), dict(map(_alt, alts)))
    return replace(draft, image=picture)


def _alt(written: str) -> tuple[str, str]:
    code, is_one, text = written.partition("=")
    if not is_one or code not in languages():
        known = ", ".join(languages())
        raise click.UsageError(
            say(_("--alt {given}: write LANGUAGE=TEXT, in {known}."), given=written, known=known)
        )
    return code, text


def _codes(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        told = _("{path} is not text in UTF-8. In a spreadsheet, save it as “CSV UTF-8”.")
        raise BadBroadcast(told, path=path) from error
    except OSError as error:
        told = _("{path} cannot be read: {error}")
        raise BadBroadcast(told, path=path, error=error.strerror) from error


def _save(broadcasts: Broadcasts, draft: Broadcast, more: dict[str, Any], actor: str) -> Broadcast:
    saved = broadcasts.save(draft, actor)
    picked = {
        person: wanted
        for option, wanted in (("include", True), ("exclude", False))
        if more[option]
        for person in people_of(broadcasts.transaction, _codes(more[option]))
    }
    if more["include"] or more["exclude"]:
        broadcasts.pick(saved.id, picked, actor)
    return saved
