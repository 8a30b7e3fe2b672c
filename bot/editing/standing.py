"""What an article says now, read from the database and the files that come with the program."""

from collections.abc import Iterator, Mapping
from importlib import resources
from itertools import groupby

from bot.dialog import Transaction
from bot.i18n import DEFAULT, languages
from bot.services.articles import AS_PACKAGED, Articles, Version
from bot.services.drafts import Draft, Edit, Fields, Standing, is_slug
from knowledge.article import Article
from knowledge.drafting import fields_of
from knowledge.files import BadArticle, decode, read_article

_FOLDER = resources.files("knowledge") / "articles"


def standing(transaction: Transaction, slug: str) -> Standing:
    """The article, with its history; its fields are empty where there is none."""
    history = tuple(_history(transaction, slug))
    last = history[-1]
    packaged = frozenset(_packaged(slug))
    return Standing(Draft(slug, last.fields, last.versions), packaged, history[::-1])


def _history(transaction: Transaction, slug: str) -> Iterator[Edit]:
    """Edits from the first on. What was published at once in several languages is one."""
    articles, packaged = Articles(transaction), _packaged(slug)
    versions = [v for lang in articles.languages(slug) for v in articles.history(slug, lang)]
    versions.sort(key=lambda v: (v.created_at, v.version))
    yield Edit(0, (), None, "", {}, fields_of(in_force(packaged, {})))
    counting: dict[str, Version] = {}
    edits = groupby(versions, key=lambda v: (v.created_at, v.author))
    for number, ((at, by), group) in enumerate(edits, 1):
        new = {version.lang: version for version in group}
        counting |= new
        seen = {lang: version.version for lang, version in counting.items()}
        yield Edit(
            number, tuple(sorted(new)), at, by, seen, fields_of(in_force(packaged, counting))
        )


def fields_seen(transaction: Transaction, slug: str, seen: Mapping[str, int]) -> Fields:
    """What the article said at the versions that somebody has seen."""
    articles = Articles(transaction)
    versions = {
        version.lang: version
        for lang, number in seen.items()
        for version in articles.history(slug, lang)
        if version.version == number
    }
    return fields_of(in_force(_packaged(slug), versions))


def as_it_stands(transaction: Transaction, slug: str) -> tuple[dict[str, Article], dict[str, int]]:
    """The article in each language, and which version that is; 0: as packaged."""
    newest = Articles(transaction).newest_of(slug)
    return in_force(_packaged(slug), newest), {lang: v.version for lang, v in newest.items()}


def in_force(
    packaged: Mapping[str, Article], versions: Mapping[str, Version]
) -> dict[str, Article]:
    """The article in each language: the version, or else the file, as a running house reads it."""
    edited = {lang: found for lang, version in versions.items() if (found := _read(version))}
    both = {**packaged, **edited}
    return {lang: both[lang] for lang in _ordered() if lang in both}


def _ordered() -> Iterator[str]:
    """Our languages; what all share is taken from the first."""
    yield DEFAULT
    yield from (lang for lang in languages() if lang != DEFAULT)


def _packaged(slug: str) -> dict[str, Article]:
    """What comes with the program; `slug` must be one, for it becomes the name of a file."""
    if not is_slug(slug):
        return {}
    files = {lang: _FOLDER / f"{slug}.{lang}.md" for lang in _ordered()}
    return {
        lang: read_article(decode(file.read_bytes(), file.name), file.name)
        for lang, file in files.items()
        if file.is_file()
    }


def _read(version: Version) -> Article | None:
    if version.content == AS_PACKAGED:
        return None
    try:
        return read_article(version.content, f"{version.slug}.{version.lang}.md")
    except BadArticle:
        return None  # the file counts instead, as in the library
