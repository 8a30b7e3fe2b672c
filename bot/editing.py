"""Gives a wording that was not understood to the article that answers it: tried, then published.

The only place where staff pages and the articles meet; app.py hands it to the console.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.dialog import Transaction
from bot.i18n import DEFAULT
from bot.services.articles import Articles
from bot.services.gaps import Sample
from bot.services.redaction import BLOCK
from bot.services.subjects import Subject
from bot.subjects import subjects
from dialogs.asking import find_asked
from knowledge.article import Article
from knowledge.files import as_text
from knowledge.library import Library

_MOST = 40  # wordings of one article in one language: more is a list, not an article
_LONGEST = 300  # characters of a wording


@dataclass(frozen=True, slots=True)
class Trial:
    """A question asked again. `slug`: the article it finds now; "" when it still finds none."""

    sample: Sample
    slug: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Editing:
    """The articles in force, and what would change by taking wordings in."""

    library: Library

    def titles(self, language: str) -> Mapping[str, str]:
        """Every article's title, by slug."""
        slugs = sorted({article.slug for article in self.library.articles})
        found = {slug: self.library.article(slug, language) for slug in slugs}
        return {slug: article.title for slug, article in found.items() if article}

    def subjects(self, language: str) -> Mapping[str, Subject]:
        """What every article is about, by slug."""
        return subjects(self.library, language)

    def tried(self, slug: str, samples: Sequence[Sample]) -> tuple[Trial, ...]:
        """Each question asked again, as if its wording stood in the article. Raises LookupError."""
        changed = {(a.slug, a.lang): a for a in self._taught(slug, samples)}
        articles = [changed.get((a.slug, a.lang), a) for a in self.library.articles]
        trial = Library(articles)
        return tuple(_asked_again(trial, sample) for sample in samples)

    def publish(self, transaction: Transaction, slug: str, samples: Sequence[Sample]) -> None:
        """Write the wordings into the article, as versions of it. Raises LookupError."""
        articles = Articles(transaction)
        for article in self._taught(slug, samples):
            articles.save(article.slug, article.lang, as_text(article))

    def _taught(self, slug: str, samples: Sequence[Sample]) -> Iterable[Article]:
        """The article in each language, with the wordings of that language in it."""
        known = {a.lang: a for a in self.library.articles if a.slug == slug}
        if not known:
            raise LookupError(slug)
        fallback = known.get(DEFAULT) or next(iter(known.values()))
        for lang in dict.fromkeys(sample.language for sample in samples):
            article = known.get(lang, fallback)
            said = [sample.text for sample in samples if sample.language == lang]
            yield _with_wordings(article, said)


def _with_wordings(article: Article, said: Iterable[str]) -> Article:
    """What holds something of a person stays out: an article is public."""
    lines = [" ".join(text.split())[:_LONGEST] for text in said if BLOCK not in text]
    known = {alias.casefold() for alias in article.aliases}
    fresh = [line for line in dict.fromkeys(lines) if line.casefold() not in known]
    return replace(article, aliases=(*article.aliases, *fresh)[-_MOST:])


def _asked_again(library: Library, sample: Sample) -> Trial:
    finding = find_asked(library, sample.text, sample.language)
    slug = finding.article.slug if finding.article else ""
    return Trial(sample, slug, finding.found.confidence)
