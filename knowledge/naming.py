"""Whether a short question names something itself: a place, a topic, the title of an article."""

from collections.abc import Iterator, Sequence

from knowledge.glossary import glossary
from knowledge.library import Library
from knowledge.pieces import cut
from knowledge.words import clean, is_han, stems, words

_WORD_FOR_WORD = 0.75  # likeness of a question and a title, or a line people ask by


def names_topic(text: str, lang: str) -> bool:
    """Whether it has a word for a place or for a topic of ours."""
    known = glossary().places | glossary().topics
    return not known.isdisjoint(_concepts(words(clean(text)), lang))


def is_known(library: Library, text: str, lang: str, but: str) -> bool:
    """Whether people ask for an article in these very words; not for the one of this slug."""
    found = library.search(text, lang)
    alike = dict(found.signs).get("asked_words", 0.0) >= _WORD_FOR_WORD
    return alike and found[0].slug != but


def stands_alone(library: Library, text: str, lang: str) -> bool:
    """Whether it has a word of a title, or one that asks for what no article knows ("today")."""
    if any(piece.cue and not piece.small for piece in cut(words(clean(text)), lang)):
        return True
    told = _telling(clean(text), lang)
    articles = (library.article(hit.slug, lang) for hit in library.search(text, lang))
    return any(told & _telling(clean(article.title), lang) for article in articles if article)


def _concepts(written: Sequence[str], lang: str) -> Iterator[int]:
    """What words stand for as a whole; a single Chinese character may be any."""
    for word, (whole, _parts) in zip(written, glossary().of_words(written, lang), strict=True):
        yield from whole
        if is_han(word):
            yield from (concept for _at, many, concept in glossary().of_han(word) if many > 1)
    yield from (concept for _at, _many, concept in glossary().of_phrases(written, lang))


def _telling(cleaned: str, lang: str) -> set[str]:
    """The words that say something, without their endings."""
    telling = [piece.text for piece in cut(words(cleaned), lang) if not piece.small]
    return set(stems(telling, lang))
