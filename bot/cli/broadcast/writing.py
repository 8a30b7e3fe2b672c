"""`citybot broadcast write|send`: from a file into the database, and off."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

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
from bot.dialog import Transaction
from bot.i18n import _, languages
from bot.services.broadcast import UNDO, BadBroadcast, Broadcast, Picture
from bot.services.broadcast_image import read_picture
from bot.services.broadcast_mistakes import Mistakes
from bot.services.broadcast_names import moment_told
from bot.services.broadcast_standing import is_scheduled
from bot.services.broadcast_written import half_read
from bot.services.broadcasts import Broadcasts
from bot.services.handpicking import people_of

_PATH = click.Path(exists=True, dir_okay=False, path_type=Path)
_UNREADABLE: Final = _("{path} cannot be read: {error}")
_NAMED: Final[Mapping[str, bool]] = {"include": True, "exclude": False}  # to be told, or not
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


@dataclass(frozen=True, slots=True)
class _Given:
    """What a file says, and the options beside it. `mistakes`: what is wrong in them so far."""

    draft: Broadcast
    mistakes: Mistakes
    codes: Mapping[str, Path]


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
    given = _read(ctx, path, more)
    run = rehearse if dry_run else change
    saved = run(ctx, lambda broadcasts: _save(broadcasts, given, actor_of(staff)))
    if dry_run:
        tell(_("Nothing was changed."))
        tell_rehearsed(given.draft, saved)
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
    given = _given(ctx, what, more)
    draft = given.draft

    def save(broadcasts: Broadcasts) -> Broadcast:
        return draft if draft.id else _save(broadcasts, given, doing.actor)

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


def _given(ctx: click.Context, what: str, more: dict[str, Any]) -> _Given:
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
        return _Given(the_broadcast(ctx, int(what)), Mistakes(), {})
    path = Path(what)
    if not path.is_file():
        tell(_("{what} is neither the number of a broadcast nor a file."), what=what)
        sys.exit(2)
    return _read(ctx, path, more)


def _read(ctx: click.Context, path: Path, more: dict[str, Any]) -> _Given:
    """As far as it can be read: what else is wrong with it, the database knows."""
    alts = dict(map(_alt, more["alts"]))
    if alts and more["image"] is None:
        raise click.UsageError(say(_("--alt says what a picture shows: add --image.")))
    try:
        draft, mistakes = half_read(read_plain(path), settings(ctx).zone)
    except BadBroadcast as bad:
        give_up(bad)
    except Unreadable as error:
        tell(_UNREADABLE, path=path, error=error)
        sys.exit(1)
    picture = mistakes.of(_picture, more["image"], alts) if more["image"] else None
    codes = {option: more[option] for option in _NAMED if more[option]}
    return _Given(replace(draft, image=picture), mistakes, codes)


def _picture(path: Path, alts: Mapping[str, str]) -> Picture:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadBroadcast(_UNREADABLE, path=path, error=error.strerror) from error
    return read_picture(content, alts)


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
        raise BadBroadcast(_UNREADABLE, path=path, error=error.strerror) from error


def _people(transaction: Transaction, path: Path) -> tuple[str, ...]:
    return people_of(transaction, _codes(path))


def _save(broadcasts: Broadcasts, given: _Given, actor: str) -> Broadcast:
    """Raises BadBroadcast with all that is wrong, in the file and beside it."""
    draft, mistakes, codes = given.draft, given.mistakes, given.codes
    mistakes.of(broadcasts.check, draft)
    named = {
        option: mistakes.of(_people, broadcasts.transaction, path) or ()
        for option, path in codes.items()
    }
    mistakes.refuse()
    saved = broadcasts.keep(draft, actor)
    if codes:
        picked = {person: _NAMED[option] for option, some in named.items() for person in some}
        broadcasts.pick(saved.id, picked, actor)
    return saved
