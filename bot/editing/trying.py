"""Asks questions again as if an article were published: those of a gap, and those that went well.

What went well is the guard: the questions that were answered lately, and the wordings of the
articles that come nearest. A new article must not take them away.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.services.answered import Once
from bot.services.gaps import Sample
from bot.services.trials import Lost, Trial, Tried
from dialogs.asking import find_asked
from knowledge.article import Article
from knowledge.library import Library

_NEAR = 3  # articles that each of our wordings comes near to
_GUARDED = 300  # wordings asked again: a second or two


@dataclass(frozen=True, slots=True)
class Stage:
    """The library now, as it would be, and as it would be without the wordings that are tried."""

    now: Library
    then: Library
    plain: Library

    @classmethod
    def with_article(
        cls, library: Library, slug: str, articles: Sequence[Article], plain: Sequence[Article]
    ) -> "Stage":
        """As it would be with this article in place of the one of the same name."""
        others = [article for article in library.articles if article.slug != slug]
        then = Library([*others, *articles])
        is_same = tuple(plain) == tuple(articles)
        return cls(library, then, then if is_same else Library([*others, *plain]))

    def ask_again(self, slug: str, samples: Iterable[Sample], answered: Iterable[Once]) -> Tried:
        """What these questions find then, and which others lose what they found."""
        guarded = tuple(_distinct((*answered, *self._neighbours(slug))))
        lost = tuple(found for once in guarded if (found := self._lost(once)))
        return Tried(tuple(self._asked(sample) for sample in samples), len(guarded), lost)

    def _asked(self, sample: Sample) -> Trial:
        finding = find_asked(self.then, sample.text, sample.language)
        slug = finding.article.slug if finding.article else ""
        plain = _slug(self.plain, Once(sample.text, sample.language, ""))
        return Trial(sample, slug, plain, finding.found.confidence)

    def _lost(self, once: Once) -> Lost | None:
        after = _slug(self.then, once)
        if after == once.slug or _slug(self.now, once) != once.slug:
            return None  # went otherwise before: not because of this article
        return Lost(once.text, once.language, once.slug, after)

    def _neighbours(self, slug: str) -> Iterator[Once]:
        """The wordings of the articles that ours come near to."""
        near = {
            hit.slug
            for article in self.then.articles
            if article.slug == slug
            for line in (article.title, *article.aliases)
            for hit in self.then.search(line, article.lang, _NEAR + 1)
        } - {slug}
        for article in self.now.articles:
            if article.slug in near:
                yield from (Once(line, article.lang, article.slug) for line in article.aliases)


def _distinct(asked: Iterable[Once]) -> Iterable[Once]:
    return list({(o.language, o.text.casefold()): o for o in asked}.values())[:_GUARDED]


def _slug(library: Library, once: Once) -> str:
    finding = find_asked(library, once.text, once.language)
    return finding.article.slug if finding.article else ""
