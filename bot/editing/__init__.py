"""Articles as staff pages work with them: looked up, drafted, tried, published.

The only place where staff pages and the articles meet; app.py hands it to the console.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.brain import reread_library
from bot.database import Database
from bot.dialog import Transaction
from bot.editing import preview, publishing
from bot.editing.checking import remarks, written
from bot.editing.listing import listed
from bot.editing.standing import fields_seen, standing
from bot.editing.trying import Stage
from bot.i18n import DEFAULT, languages
from bot.services.answered import Once
from bot.services.drafts import (
    Draft,
    Listed,
    Merged,
    Remark,
    Shown,
    Standing,
    lines,
    merge,
    with_lines,
)
from bot.services.gaps import Sample
from bot.services.redaction import BLOCK
from bot.services.subjects import Subject
from bot.services.trials import Tried
from bot.subjects import subjects
from knowledge.article import Article
from knowledge.drafting import article_of
from knowledge.library import Library
from knowledge.themes import THEMES

_MOST = 40  # wordings of one article in one language: more is a list, not an article
_LONGEST = 300  # characters of a wording


@dataclass(frozen=True, slots=True)
class Editing:
    """The articles in force, and what would change by writing in them."""

    library: Library

    def titles(self, language: str) -> Mapping[str, str]:
        """Every article's title, by slug."""
        slugs = sorted({article.slug for article in self.library.articles})
        found = {slug: self.library.article(slug, language) for slug in slugs}
        return {slug: article.title for slug, article in found.items() if article}

    def subjects(self, language: str) -> Mapping[str, Subject]:
        """What every article is about, by slug."""
        return subjects(self.library, language)

    def themes(self) -> Mapping[str, str]:
        """The themes, by name; how each is called is a msgid."""
        return THEMES

    def listed(self, transaction: Transaction, language: str) -> tuple[Listed, ...]:
        """Every article, as the list of them shows it."""
        return listed(self.library, transaction, language)

    def standing(self, transaction: Transaction, slug: str) -> Standing | None:
        """An article as it stands, with its history; None where there never was one."""
        found = standing(transaction, slug)
        return found if len(found.history) > 1 or found.packaged else None

    def taught(self, draft: Draft, samples: Sequence[Sample]) -> Draft:
        """With the wordings of these questions; what holds something of a person stays out."""
        own = written(draft) or tuple(languages())
        fallback = DEFAULT if DEFAULT in own else own[0]
        said: defaultdict[str, list[str]] = defaultdict(list)
        for sample in samples:
            if BLOCK not in sample.text:
                lang = sample.language if sample.language in own else fallback
                said[lang].append(_wording(sample))
        asked = {lang: with_lines(draft.of("asked", lang), more) for lang, more in said.items()}
        return draft.saying(
            {f"asked.{lang}": "\n".join(lines(text)[-_MOST:]) for lang, text in asked.items()}
        )

    def remarks(
        self, draft: Draft, packaged: frozenset[str], reader: tuple[str, date]
    ) -> tuple[Remark, ...]:
        """What `kb check` says of it, and what publishing asks besides."""
        return remarks(draft, self.library.articles, packaged, reader)

    def previews(self, draft: Draft) -> tuple[Shown, ...]:
        """How its answer looks on each channel, in each language that can be read already."""
        return preview.previews(_articles(draft))

    def tried(self, draft: Draft, samples: Iterable[Sample], answered: Iterable[Once]) -> Tried:
        """These questions asked again as if the draft were published, and what others lose."""
        samples = tuple(samples)
        plain = _untaught(draft, samples)
        stage = Stage.with_article(self.library, draft.slug, _articles(draft), _articles(plain))
        return stage.ask_again(draft.slug, samples, answered)

    def merged(self, transaction: Transaction, draft: Draft) -> Merged:
        """With what somebody else has published since the draft was begun."""
        found = standing(transaction, draft.slug)
        if dict(found.draft.seen) == dict(draft.seen):
            return Merged(draft)
        return merge(fields_seen(transaction, draft.slug, draft.seen), found.draft, draft)

    def publish(self, transaction: Transaction, draft: Draft, author: str) -> tuple[str, ...]:
        """Write it down as versions. Raises Overtaken when somebody else did meanwhile."""
        return publishing.publish(transaction, draft, author)

    def revert(
        self, transaction: Transaction, slug: str, numbers: tuple[int, int], author: str
    ) -> None:
        """Let it stand as after an older edit (of `numbers`, behind the last one that was seen).

        Raises Overtaken, LookupError.
        """
        publishing.revert(transaction, slug, numbers, author)

    def reread(self, database: Database) -> None:
        """Put in force here what was published; other processes look every few seconds."""
        reread_library(self.library, database)


def _wording(sample: Sample) -> str:
    return " ".join(sample.text.split())[:_LONGEST]


def _untaught(draft: Draft, samples: Iterable[Sample]) -> Draft:
    """Without the wordings of these questions."""
    taught = {_wording(sample).casefold() for sample in samples}
    asked = {f"asked.{lang}": lines(draft.of("asked", lang)) for lang in languages()}
    return draft.saying(
        {
            name: "\n".join(line for line in said if line.casefold() not in taught)
            for name, said in asked.items()
        }
    )


def _articles(draft: Draft) -> tuple[Article, ...]:
    found = (article_of(draft, lang) for lang in written(draft))
    return tuple(article for article in found if article)
