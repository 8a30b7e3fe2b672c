"""`citybot kb`: check the articles, take them out as files, bring files in."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path, PurePath

import click
import orjson

from bot.cli import settings
from bot.cli.gaps import gaps
from bot.cli.login import login
from bot.cli.reach import is_there, reach
from bot.cli.speech import TranslatedCommand, TranslatedGroup, language, say, tell
from bot.cli.undo import remove, revert
from bot.dialog import Transaction
from bot.i18n import _
from bot.services.actors import named
from bot.services.articles import Articles, Version
from bot.services.audit import Audit, Entry
from knowledge.article import Article
from knowledge.check import check as look_at
from knowledge.files import (
    ArticleFile,
    BadArticle,
    as_text,
    decode,
    file_name,
    in_folder,
    packaged,
    read_placed,
)
from knowledge.findings import Finding
from knowledge.library import as_file
from knowledge.sheet import rows

_SEVERITIES = {"error": _("error"), "warning": _("warning"), "hint": _("hint")}
_PATHS = click.Path(exists=True, path_type=Path)


@click.command(
    cls=TranslatedGroup, help=_("The articles: check, export, import, revert, remove, gaps.")
)
def kb() -> None:
    """Only a family."""


for command in (gaps, revert, remove):
    kb.add_command(command)


@kb.command(
    cls=TranslatedCommand,
    help=_("Check articles: those in use, or only these files and folders."),
)
@click.argument("paths", nargs=-1, type=_PATHS)
@click.option(
    "-o", "--output", type=click.Choice(["text", "json"]), default="text", help=_("text or json.")
)
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...], output: str) -> None:
    """Print what was found; exit 1 when something is an error."""
    in_force = _in_force(ctx)
    given = _given(paths) if paths else in_force
    findings = _findings(given, in_force)
    if output == "json":
        click.echo(orjson.dumps([_as_json(f) for f in findings], option=orjson.OPT_INDENT_2))
    else:
        for finding in findings:
            click.echo(_as_line(finding))
    count = Counter(finding.severity for finding in findings)
    tell(
        _("Articles: {articles}. Errors: {errors}, warnings: {warnings}, hints: {hints}."),
        articles=len(given),
        errors=count["error"],
        warnings=count["warning"],
        hints=count["hint"],
    )
    sys.exit(1 if count["error"] else 0)


@kb.command(cls=TranslatedCommand, help=_("Write the articles in force into a folder."))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help=_("Overwrite files that differ."))
@click.option("--dry-run", is_flag=True, help=_("Only say what would be done."))
@click.pass_context
def export(ctx: click.Context, folder: Path, yes: bool, dry_run: bool) -> None:
    """Print each file that is written; those that say the same already are left alone."""
    wanted = {folder / PurePath(file.name).name: file.text for file in _in_force(ctx)}
    changed = {path: text for path, text in wanted.items() if _content(path) != text}
    in_the_way = [path for path in changed if path.exists()]
    if in_the_way and not (yes or dry_run):
        tell(
            _(
                "These files differ and would be overwritten; nothing was written. "
                "To overwrite them, add --yes."
            )
        )
        _print(in_the_way, to_stderr=True)
        sys.exit(1)
    if not dry_run:
        _write(folder, changed)
    _print(changed)
    tell(
        _("Files to write: {count}; already the same: {same}.")
        if dry_run
        else _("Files written: {count}; already the same: {same}."),
        count=len(changed),
        same=len(wanted) - len(changed),
    )


@kb.command(
    "import",
    cls=TranslatedCommand,
    help=_("Import files, folders or tables (CSV) as edits: all of them or none."),
)
@click.argument("paths", nargs=-1, required=True, type=_PATHS)
@click.option("--dry-run", is_flag=True, help=_("Only say what would be done."))
@click.pass_context
def import_(ctx: click.Context, paths: tuple[Path, ...], dry_run: bool) -> None:
    """Print each article that changes; exit 1, with nothing changed, when one has an error."""
    in_force, given = _in_force(ctx), _given(paths)
    findings = _findings(given, in_force)
    for finding in findings:
        if finding.severity != "hint":
            click.echo(_as_line(finding), err=True)
    if any(finding.severity == "error" for finding in findings):
        tell(_("There are errors; nothing was imported."))
        sys.exit(1)
    known = dict(filter(None, map(_read, in_force)))
    articles = [read_placed(file).article for file in given]
    changed = [a for a in articles if known.get((a.slug, a.lang)) != a]
    if changed and not dry_run:
        _save(ctx, changed)
    for article in changed:
        click.echo(file_name(article))
    tell(
        _("Articles to import: {count}; unchanged: {same}.")
        if dry_run
        else _("Articles imported: {count}; unchanged: {same}."),
        count=len(changed),
        same=len(articles) - len(changed),
    )


def _in_force(ctx: click.Context) -> tuple[ArticleFile, ...]:
    """The packaged files, with what staff edited in their place: as written, even if broken."""
    edited = [as_file(version) for version in _versions(ctx)]
    files = {PurePath(file.name).name: file for file in (*packaged(), *edited)}
    return tuple(files.values())


def _versions(ctx: click.Context) -> tuple[Version, ...]:
    if not is_there(settings(ctx)):
        return ()
    database = reach(ctx)
    try:
        return Articles.in_force(database)
    finally:
        database.close()


def _save(ctx: click.Context, articles: Iterable[Article]) -> None:
    database = reach(ctx)
    try:
        with database.write() as connection:
            transaction = Transaction(connection, datetime.now(UTC))
            service, audit, by = Articles(transaction), Audit(transaction), named("", login())
            for article in articles:
                if service.save(article.slug, article.lang, as_text(article), by):
                    about = f"article:{article.slug}"
                    audit.write(Entry(by, "article.import", about, article.lang))
    finally:
        database.close()


def _given(paths: Iterable[Path]) -> tuple[ArticleFile, ...]:
    try:
        return tuple(file for path in paths for file in _files(path))
    except BadArticle as bad:
        click.echo(bad.told(language()), err=True)
    except OSError as error:
        tell(_("{path} cannot be read: {error}"), path=error.filename, error=error.strerror)
    sys.exit(1)


def _files(path: Path) -> Sequence[ArticleFile]:
    if path.is_dir():
        return in_folder(path, f"{path}/")
    text = decode(path.read_bytes(), str(path))
    if path.suffix.lower() == ".csv":
        return rows(text, str(path))
    return (ArticleFile(str(path), text),)


def _findings(given: Sequence[ArticleFile], in_force: Sequence[ArticleFile]) -> tuple[Finding, ...]:
    """What is to say about the given files, seen among the articles they will stand with."""
    keys = dict(filter(None, map(_read, given)))
    names = {file.name for file in given}
    others = (file for file in in_force if file.name not in names)
    rest = [file for file in others if (known := _read(file)) and known[0] not in keys]
    findings = look_at((*rest, *given), date.today())  # noqa: DTZ011 - the person's own day
    return tuple(finding for finding in findings if finding.file in names)


def _read(file: ArticleFile) -> tuple[tuple[str, str], Article] | None:
    with suppress(BadArticle):
        article = read_placed(file).article
        return (article.slug, article.lang), article
    return None


def _as_line(finding: Finding) -> str:
    severity = say(_SEVERITIES[finding.severity])
    return f"{finding.file}:{finding.line}: {severity}: {finding.told(language())}"


def _as_json(finding: Finding) -> dict[str, str | int]:
    return {
        "file": finding.file,
        "line": finding.line,
        "severity": finding.severity,
        "message": finding.told(language()),
    }


def _content(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _write(folder: Path, files: dict[Path, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            path.write_bytes(text.encode("utf-8"))
    except OSError as error:
        tell(_("{path} cannot be written: {error}"), path=error.filename, error=error.strerror)
        sys.exit(1)


def _print(paths: Iterable[Path], to_stderr: bool = False) -> None:
    for path in paths:
        click.echo(str(path), err=to_stderr)
