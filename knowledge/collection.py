"""Checks articles against each other: doubles, missing and differing translations."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from bot.i18n import _, languages
from knowledge.files import Placed
from knowledge.findings import Finding, at

_SHARED = ("kind", "status", "country", "themes", "sources", "verified")


def compare(placed: Sequence[Placed]) -> Iterator[Finding]:
    """What only shows when all articles are seen together."""
    by_slug: dict[str, list[Placed]] = defaultdict(list)
    for one in placed:
        by_slug[one.article.slug].append(one)
    for slug, translations in by_slug.items():
        yield from _doubles(translations)
        yield from _missing(slug, translations, by_slug)
        yield from _differing(translations)
    yield from _same_questions(placed)


def _doubles(translations: Sequence[Placed]) -> Iterator[Finding]:
    first: dict[str, Placed] = {}
    for one in translations:
        if other := first.get(one.article.lang):
            yield at(
                one,
                "slug",
                "error",
                _("{file} is the same article in the same language."),
                file=other.file.name,
            )
        first.setdefault(one.article.lang, one)


def _missing(
    slug: str, translations: Sequence[Placed], by_slug: Mapping[str, Sequence[Placed]]
) -> Iterator[Finding]:
    missing = [lang for lang in languages() if lang not in {p.article.lang for p in translations}]
    if not missing:
        return
    one = translations[0]
    yield at(
        one,
        "slug",
        "warning",
        _("This article is missing in: {languages}."),
        languages=", ".join(missing),
    )
    if near := get_close_matches(slug, [other for other in by_slug if other != slug], 1, 0.85):
        yield at(one, "slug", "warning", _("Did you mean the slug {slug}?"), slug=near[0])


def _differing(translations: Sequence[Placed]) -> Iterator[Finding]:
    first, *others = translations
    for other in others:
        for key in _SHARED:
            if getattr(other.article, key) != getattr(first.article, key):
                yield at(
                    other,
                    key,
                    "warning",
                    _("“{key}” differs from {file}."),
                    key=key,
                    file=first.file.name,
                )


def _same_questions(placed: Sequence[Placed]) -> Iterator[Finding]:
    first: dict[tuple[str, str], Placed] = {}
    for one in placed:
        for question in one.article.aliases:
            key = (one.article.lang, re.sub(r"[\W_]+", "", question.casefold()))
            other = first.setdefault(key, one)
            if other.article.slug != one.article.slug:
                yield at(
                    one,
                    "asked",
                    "warning",
                    _("“{question}” is also asked in {file}."),
                    question=question,
                    file=other.file.name,
                )
