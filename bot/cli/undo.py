"""`citybot kb revert` and `kb remove`: take edits back; what was before counts again."""

import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import click

from bot.cli import settings
from bot.cli.login import login
from bot.cli.reach import is_there, reach
from bot.cli.speech import TranslatedCommand, say, tell
from bot.database import Database
from bot.dialog import Transaction
from bot.i18n import _, languages
from bot.services.actors import named
from bot.services.articles import AS_PACKAGED, Articles, Version
from bot.services.audit import Audit, Entry
from knowledge.files import packaged

History = tuple[Version, ...]  # of an article in one language, newest first
Plan = dict[str, str]  # language: the content that shall count again


def _before(history: History) -> str:
    return history[1].content if len(history) > 1 else AS_PACKAGED


def _from_the_beginning(_history: History) -> str:
    return AS_PACKAGED


def _command(name: str, help_: str, chosen: Callable[[History], str]) -> click.Command:
    @click.command(name, cls=TranslatedCommand, help=help_)
    @click.argument("slug")
    @click.option(
        "--lang",
        type=click.Choice(tuple(languages())),
        help=_("Only in this language; otherwise in all."),
    )
    @click.option("--yes", is_flag=True, help=_("Do it without asking."))
    @click.option("--dry-run", is_flag=True, help=_("Only say what would be done."))
    @click.pass_context
    def undo(ctx: click.Context, slug: str, lang: str | None, yes: bool, dry_run: bool) -> None:
        """Print each article that changes, by its file's name; exit 1 when none does."""
        if not is_there(settings(ctx)):
            _nothing(slug)
        with closing(reach(ctx)) as database:
            plan = _plan(database, slug, lang, chosen)
            if not plan:
                _nothing(slug)
            _say_what(slug, plan)
            if dry_run:
                return
            if not yes:
                click.confirm(say(_("Shall I do that?")), abort=True, err=True)
            with database.write() as connection:
                transaction = Transaction(connection, datetime.now(UTC))
                articles, by = Articles(transaction), named("", login())
                for code, content in plan.items():
                    articles.save(slug, code, content, by)
                done = Entry(by, f"article.{name}", f"article:{slug}", ", ".join(plan))
                Audit(transaction).write(done)

    return undo


revert = _command(
    "revert",
    _("Take the last edit of an article back, be it one that took something back."),
    _before,
)
remove = _command(
    "remove",
    _("Take all edits of an article back: it is as packaged, or gone."),
    _from_the_beginning,
)


def _plan(
    database: Database, slug: str, lang: str | None, chosen: Callable[[History], str]
) -> Plan:
    """What would change; a language that stays as it is is left out."""
    with database.read() as connection:
        articles = Articles(Transaction(connection, datetime.now(UTC)))
        histories = {code: articles.history(slug, code) for code in articles.languages(slug)}
    plan = {code: chosen(h) for code, h in histories.items() if lang in (None, code)}
    return {code: text for code, text in plan.items() if text != histories[code][0].content}


def _nothing(slug: str) -> None:
    tell(_("There is no edit of “{slug}” to take back."), slug=slug)
    sys.exit(1)


def _say_what(slug: str, plan: Plan) -> None:
    names = {file.name for file in packaged()}
    count: Counter[str] = Counter()
    for code, content in plan.items():
        name = f"{slug}.{code}.md"
        click.echo(name)
        count["edited" if content else "packaged" if name in names else "gone"] += 1
    tell(
        _("As edited before: {edited}; as packaged: {packaged}; gone: {gone}."),
        edited=count["edited"],
        packaged=count["packaged"],
        gone=count["gone"],
    )
