"""`citybot poll recount|import-paper`: count a published file again; add what was on paper."""

import csv
import io
import json
import sys
from pathlib import Path

import click

from bot.cli.doing import Doing, dry_option, sign_option, signed, staff_option
from bot.cli.poll.reaching import change, give_up
from bot.cli.speech import TranslatedCommand, tell
from bot.i18n import _
from bot.services import recount
from bot.services.paper import Agreement, Paper
from bot.services.poll_written import BadPoll

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_AGREEMENTS: dict[Agreement, str] = {
    "first": _(
        "Kept. It counts once a second person has entered the same, at a login of their own or "
        "signed with their staff password (--sign)."
    ),
    "agreed": _("Kept. Two people have the same: it counts."),
    "differs": _("Kept, but somebody else has other figures. Please count once more, together."),
}


@click.command(
    "recount", cls=TranslatedCommand, help=_("Count a published file again, from nothing else.")
)
@click.argument("path", type=_FILE, required=False)
@click.option("--expect", help=_("The SHA-256 that was published; exit 1 when it is another."))
@click.option("--script", is_flag=True, help=_("Print the program that counts: Python, one file."))
def recount_(path: Path | None, expect: str | None, script: bool) -> None:
    """Print every figure as JSON; no database is needed."""
    if script:
        click.echo(Path(recount.__file__).read_text(encoding="utf-8"), nl=False)
        return
    if path is None:
        raise click.UsageError(
            click.MissingParameter(param_type="argument", param_hint="PATH").format_message()
        )
    from bot.services.opinions import opinions_of  # numpy is heavy, and rarely needed

    try:
        data = path.read_bytes()
        found = recount.recount(data)
        if groups := opinions_of(data.decode()):
            found["opinions"] = groups
    except (OSError, ValueError) as error:
        tell(_("{path} cannot be counted: {error}"), path=str(path), error=str(error))
        sys.exit(1)
    click.echo(json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False))
    if expect and expect.lower().strip() != found["sha256"]:
        tell(_("This is not the file that was published: its SHA-256 is another."))
        sys.exit(1)


@click.command(
    "import-paper",
    cls=TranslatedCommand,
    help=_("Add a tally of paper ballots (CSV: question,option,count); two people must do it."),
)
@click.argument("poll_id", metavar="POLL")
@click.argument("path", type=_FILE)
@click.option("--place", required=True, help=_("Where it was counted: library."))
@click.option("--ballots", required=True, type=click.IntRange(0), help=_("How many ballots."))
@staff_option
@sign_option
@dry_option
@click.pass_context
def import_paper(ctx: click.Context, /, poll_id: str, path: Path, **given: object) -> None:
    """Say whether it counts yet."""
    staff, sign = str(given["staff"] or "") or None, bool(given["sign"])
    doing = Doing(staff, dry_run=bool(given["dry_run"]), proven=signed(ctx, staff, sign))
    try:
        counts = _read(path)
    except BadPoll as bad:
        give_up(bad)
    place, ballots = str(given["place"]), int(str(given["ballots"]))
    agreement = change(
        ctx,
        doing,
        lambda transaction, _keys: Paper(transaction).enter(
            poll_id, place, counts, ballots, doing.actor
        ),
    )
    if not doing.dry_run:
        tell(_AGREEMENTS[agreement])


def _read(path: Path) -> dict[str, dict[str, int]]:
    """Counts by question and option. Raises BadPoll naming the line."""
    counts: dict[str, dict[str, int]] = {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadPoll(
            _("{path} cannot be read: {error}"), path=str(path), error=str(error)
        ) from error
    for number, row in enumerate(csv.DictReader(io.StringIO(text, newline="")), 2):
        try:
            question, option, count = row["question"], row["option"], int(row["count"])
        except (KeyError, TypeError, ValueError) as error:
            text_ = _("{path}, line {line}: it must be question,option,count.")
            raise BadPoll(text_, path=str(path), line=number) from error
        if option in counts.setdefault(question, {}):
            text_ = _("{path}, line {line}: this option is there twice.")
            raise BadPoll(text_, path=str(path), line=number)
        counts[question][option] = count
    return counts
