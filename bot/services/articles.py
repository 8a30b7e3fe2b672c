"""Edits of articles by staff: versions on top of the packaged files; the highest one counts.

Nothing is ever deleted: taking an edit back is a version too. An empty one stands for "as
packaged", which is no article at all where only staff wrote one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, and_, func, select

from bot.database import Database
from bot.dialog import Transaction
from bot.models import ArticleVersion
from bot.rows import dialect_of, insert_into

AS_PACKAGED = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One edit. `content` is a whole file, front matter and text, or AS_PACKAGED.

    `author`: who wrote it, as the audit names them; "" where that is not known.
    """

    slug: str
    lang: str
    version: int
    content: str
    created_at: datetime
    author: str = ""


class Overtaken(Exception):
    """Somebody else has written a version meanwhile; nothing was saved."""


class Articles:
    """The versions of all articles. Whoever saves one has checked its content before."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @staticmethod
    def in_force(database: Database) -> tuple[Version, ...]:
        """The version that counts of every article that is not as packaged, read on its own."""
        with database.read() as connection:
            return tuple(_versions(connection, _current()))

    @staticmethod
    def newest(database: Database) -> int:
        """The id of the last edit; it grows with every edit, and is 0 without any."""
        with database.read() as connection:
            return connection.scalar(select(func.max(ArticleVersion.id))) or 0

    def current(self) -> tuple[Version, ...]:
        """The version that counts of every article that is not as packaged."""
        return tuple(_versions(self._transaction.connection, _current()))

    def history(self, slug: str, lang: str) -> tuple[Version, ...]:
        """All versions of one article, newest first."""
        return tuple(_versions(self._transaction.connection, _of(slug, lang)))

    def languages(self, slug: str) -> tuple[str, ...]:
        """The languages in which an article was ever edited."""
        edited = select(ArticleVersion.lang).where(ArticleVersion.slug == slug).distinct()
        return tuple(sorted(self._transaction.connection.scalars(edited)))

    def newest_of(self, slug: str) -> dict[str, Version]:
        """The last version of an article in each language, also one that took the others back."""
        histories = {lang: self.history(slug, lang) for lang in self.languages(slug)}
        return {lang: history[0] for lang, history in histories.items()}

    def last_changes(self) -> tuple[Version, ...]:
        """The last version of every article in each language that was ever edited."""
        return tuple(_versions(self._transaction.connection, _newest()))

    def follow(self, seen: int, version: tuple[str, str, str], author: str) -> None:
        """Write an edit (slug, language, content) down behind the version that was seen, or none.

        Raises Overtaken when there is a newer one: whoever wrote it has not been read.
        """
        slug, lang, content = version
        now = self._transaction.now
        newest = self.newest_of(slug).get(lang)
        if (newest.version if newest else 0) != seen or not self._insert(
            Version(slug, lang, seen + 1, content, now, author)
        ):
            raise Overtaken

    def save(self, slug: str, lang: str, content: str, author: str = "") -> Version | None:
        """Write an edit down; None when the newest version says the same already."""
        while True:
            newest = next(iter(self.history(slug, lang)), None)
            if newest and newest.content == content:
                return None
            number = newest.version + 1 if newest else 1
            version = Version(slug, lang, number, content, self._transaction.now, author)
            if self._insert(version):
                return version
            # Somebody else took the number meanwhile; theirs is committed, ours comes after it.

    def _insert(self, version: Version) -> bool:
        connection = self._transaction.connection
        inserted = connection.execute(
            insert_into(dialect_of(connection), ArticleVersion)
            .values(
                slug=version.slug,
                lang=version.lang,
                version=version.version,
                content=version.content,
                created_at=version.created_at,
                author=version.author or None,
            )
            .on_conflict_do_nothing()
            .returning(ArticleVersion.id)
        )
        return inserted.scalar() is not None


_COLUMNS = (
    ArticleVersion.slug,
    ArticleVersion.lang,
    ArticleVersion.version,
    ArticleVersion.content,
    ArticleVersion.created_at,
    ArticleVersion.author,
)
_Rows = Select[str, str, int, str, datetime, str | None]


def _of(slug: str, lang: str) -> _Rows:
    this = and_(ArticleVersion.slug == slug, ArticleVersion.lang == lang)
    return select(*_COLUMNS).where(this).order_by(ArticleVersion.version.desc())


def _newest() -> _Rows:
    newest = (
        select(
            ArticleVersion.slug,
            ArticleVersion.lang,
            func.max(ArticleVersion.version).label("version"),
        )
        .group_by(ArticleVersion.slug, ArticleVersion.lang)
        .subquery()
    )
    is_newest = and_(
        ArticleVersion.slug == newest.c.slug,
        ArticleVersion.lang == newest.c.lang,
        ArticleVersion.version == newest.c.version,
    )
    return (
        select(*_COLUMNS).join(newest, is_newest).order_by(ArticleVersion.slug, ArticleVersion.lang)
    )


def _current() -> _Rows:
    return _newest().where(ArticleVersion.content != AS_PACKAGED)


def _versions(connection: Connection, rows: _Rows) -> Iterator[Version]:
    for slug, lang, version, content, created_at, author in connection.execute(rows):
        yield Version(slug, lang, version, content, created_at, author or "")
