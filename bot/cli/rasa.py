"""`citybot rasa`: writes the files a Rasa server is trained with."""

from pathlib import Path

import click

import dialogs
from bot.cli import settings
from bot.cli.speech import TranslatedCommand, TranslatedGroup, say, tell
from bot.i18n import _
from dialogs.rasa.export import files
from knowledge.files import packaged, read_articles


@click.command(cls=TranslatedGroup, help=_("Have a Rasa server lead the talk."))
def rasa() -> None:
    """Only a family."""


@rasa.command(cls=TranslatedCommand, help=_("Write domain, rules, examples and settings for Rasa."))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help=_("Replace files without asking."))
@click.pass_context
def export(ctx: click.Context, folder: Path, yes: bool) -> None:
    """Print the path of each file; ask before replacing any."""
    chosen = settings(ctx)
    url = chosen.public_url or f"http://localhost:{chosen.port}"
    made = files(dialogs.load(), read_articles(packaged()), url)
    if not yes and any((folder / path).exists() for path in made):
        click.confirm(say(_("Replace the files in {path}?"), path=folder), abort=True, err=True)
    for path, text in made.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        click.echo(target)
    tell(
        _("Train with: rasa train, in {path}. The token goes into CITYBOT_RASA_TOKEN."), path=folder
    )
