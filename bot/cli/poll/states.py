"""`citybot poll create|open|close|extend|cancel`: from a file to the closing minute."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import yaml

from bot.cli.doing import Doing, dry_option, sign_option, signed, staff_option, yes_option
from bot.cli.poll.lengths import long_questions
from bot.cli.poll.looking import tell_page, tell_tallies
from bot.cli.poll.reaching import give_up, organise, the_poll
from bot.cli.speech import TranslatedCommand, language, say, tell
from bot.i18n import _, languages
from bot.services.event_texts import moment
from bot.services.poll_check import half_said, missing_languages, two_numbers
from bot.services.poll_office import PollOffice, Saved
from bot.services.poll_written import BadPoll, read_moment, read_poll
from bot.services.polls import Poll

_SAVED: dict[Saved, str] = {
    "new": _("new"),
    "changed": _("changed"),
    "same": _("unchanged"),
}


@click.command(cls=TranslatedCommand, help=_("Write a poll from a file (.yaml or .json)."))
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--open", "at_once", is_flag=True, help=_("Also open it."))
@staff_option
@dry_option
@click.pass_context
def create(ctx: click.Context, path: Path, at_once: bool, staff: str | None, dry_run: bool) -> None:
    """Print the poll's id and what became of it; people type its code."""
    poll = _read(path)

    def do(office: PollOffice) -> Saved:
        saved = office.save(poll)
        if at_once:
            office.open_draft(poll.id)
        return saved

    saved = organise(ctx, Doing(staff, dry_run=dry_run), do)
    click.echo(f"{poll.id}  {say(_SAVED[saved])}")
    for code in missing_languages(poll):
        tell(_("{poll}: {language} is missing; those who speak it read another language."),
             poll=poll.id, language=code)  # fmt: skip
    for place, code in half_said(poll):
        tell(_("{poll}: {language} is missing; those who speak it read another language."),
             poll=f"{poll.id}, {place}", language=code)  # fmt: skip
    for name in two_numbers(poll):
        tell(
            _(
                "{question}: the answers are figures, but not their places in a list. Where people "
                "write a number, 3 is the third of them: use words, or bare figures."
            ),
            question=name,
        )
    for question, channel, count in long_questions(poll, language()):
        tell(_("{question} is {count} messages on {channel}: take fewer options, or shorter ones."),
             question=question, count=count, channel=channel)  # fmt: skip
    if dry_run:
        return
    saved_poll = the_poll(ctx, poll.id)
    tell(_("People can type its code: {code}"), code=saved_poll.code)
    if at_once:
        tell(_("{poll} is open until {when}."), poll=poll.id, when=_closes(saved_poll))
        tell_page(ctx, saved_poll)


def _read(path: Path) -> Poll:
    try:
        text = path.read_text(encoding="utf-8")
        plain = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
        return read_poll(plain, datetime.now(UTC))
    except BadPoll as bad:
        give_up(bad)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        tell(
            _("{path} cannot be read: {error}"), path=str(path), error=" ".join(str(error).split())
        )
    sys.exit(1)


@click.command("open", cls=TranslatedCommand, help=_("Let people vote."))
@click.argument("poll_id", metavar="POLL")
@staff_option
@dry_option
@click.pass_context
def open_(ctx: click.Context, poll_id: str, staff: str | None, dry_run: bool) -> None:
    """Say until when it is open."""
    poll = organise(ctx, Doing(staff, dry_run=dry_run), lambda office: office.open(poll_id))
    if not dry_run:
        tell(_("{poll} is open until {when}."), poll=poll_id, when=_closes(poll))
        tell_page(ctx, poll)


@click.command(cls=TranslatedCommand, help=_("Close a poll now, earlier than was said."))
@click.argument("poll_id", metavar="POLL")
@staff_option
@yes_option
@dry_option
@click.pass_context
def close(ctx: click.Context, poll_id: str, staff: str | None, yes: bool, dry_run: bool) -> None:
    """The running house counts it some seconds later."""
    risk = _("People were told another time. Close it now?")
    doing = Doing(staff, yes, dry_run, risk)
    tell_tallies(ctx, poll_id, ("first", "differs"))
    organise(ctx, doing, lambda office: office.close(poll_id))
    if not dry_run:
        tell(_("{poll} is closing; it will be counted in some seconds."), poll=poll_id)


@click.command(cls=TranslatedCommand, help=_("Cancel a poll: no result, and the votes go."))
@click.argument("poll_id", metavar="POLL")
@click.option("--reason", required=True, help=_("Why, for the audit."))
@staff_option
@yes_option
@dry_option
@click.pass_context
def cancel(ctx: click.Context, /, poll_id: str, reason: str, **how: Any) -> None:
    """Say that it is cancelled."""
    risk = _("All votes of this poll will be deleted. Cancel it?")
    organise(ctx, Doing(**how, risk=risk), lambda office: office.cancel(poll_id, reason))
    if not how["dry_run"]:
        tell(_("{poll} is cancelled."), poll=poll_id)


@click.command(
    cls=TranslatedCommand,
    help=_("Close a poll later: one person asks, another one agrees (--agree)."),
)
@click.argument("poll_id", metavar="POLL")
@click.option("--until", help=_("Local time of the poll: 2027-05-14 18:00"))
@click.option("--reason", multiple=True, help=_("Why, for voters: en=Holidays. Once a language."))
@click.option("--agree", is_flag=True, help=_("Agree to what somebody else has asked for."))
@staff_option
@sign_option
@dry_option
@click.pass_context
def extend(ctx: click.Context, /, poll_id: str, until: str | None, **given: Any) -> None:
    """Say what is needed next, or until when it is open now."""
    proven = signed(ctx, given["staff"], given["sign"])
    doing = Doing(given["staff"], dry_run=given["dry_run"], proven=proven)
    if given["agree"]:
        poll = organise(ctx, doing, lambda office: office.agree_extension(poll_id))
        tell(_("{poll} is open until {when}."), poll=poll_id, when=_closes(poll))
        return
    zone = the_poll(ctx, poll_id).local_zone
    try:
        later, reason = read_moment(until, zone, "--until"), read_texts(given["reason"])
    except BadPoll as bad:
        give_up(bad)
    organise(ctx, doing, lambda office: office.ask_extension(poll_id, later, reason))
    tell(_("Now a second person must agree: citybot poll extend {poll} --agree"), poll=poll_id)


def read_texts(written: tuple[str, ...]) -> dict[str, str]:
    """Texts by language, each written `de=Ferien`. Raises BadPoll."""
    texts = {}
    for one in written:
        code, equals, text = one.partition("=")
        if not equals or code not in languages() or not text.strip():
            raise BadPoll(_("{text} is no text of a language: write it like de=Ferien."), text=one)
        texts[code] = text.strip()
    return texts


def _closes(poll: Poll) -> str:
    return moment(language(), poll.closes_at, poll.zone)
