"""Which events a person means: by their titles, places and months, or by their programme."""

from collections.abc import Sequence
from itertools import pairwise

from bot.dialog import Turn
from bot.services.events import Event
from bot.understanding import is_question
from bot.understanding.places import country_of, named_in, names_of
from bot.understanding.profile import profile
from bot.understanding.wordings import is_han, words
from dialogs.event.months import month_in
from knowledge.answering import find
from knowledge.library import Library

_STEM = 5  # letters from which a word and its longer form are the same: Lernreise, Lernreisen
RECENT = 10  # events that are over and still found by their names
_SURE = 2  # words of an event in a question about it


def meant(turn: Turn, text: str, events: Sequence[Event]) -> tuple[Event, ...]:
    """The events a text names best; none when it names none of them."""
    if not events or not text:
        return ()
    return named(text, events) or _of_programme(turn, text, events)


def shown_last(turn: Turn, events: Sequence[Event]) -> tuple[Event, ...]:
    """The event that was told last, as long as nothing else was."""
    return tuple(event for event in events if event.id == turn.talk.memory.get("event"))


def named(text: str, events: Sequence[Event]) -> tuple[Event, ...]:
    """The events that share most words with the text; their month counts as one."""
    scores = _scores(text, events)
    best = max(scores.values(), default=0)
    return tuple(event for event in events if best and scores[event.id] == best)


def best_named(
    text: str, events: Sequence[Event], others: Sequence[Event], least: int = _SURE
) -> tuple[Event, ...]:
    """The events that share at least so many words with a text, and more than any other does."""
    best = max(_scores(text, events).values(), default=0)
    beaten = max(_scores(text, others).values(), default=0)
    return named(text, events) if best >= least and best > beaten else ()


def surely_named(text: str, events: Sequence[Event]) -> bool:
    """Whether a text that means nothing else names an event: by two words, or by all it has."""
    best = max(_scores(text, events).values(), default=0)
    telling = len(telling_words(text))
    return (best >= _SURE and best * 2 >= telling) or 0 < telling <= best


def is_a_name(text: str, events: Sequence[Event]) -> bool:
    """Whether a text is no question, and nothing but words of an event, two of them at least."""
    return not is_question(text) and wholly_named(text, events, besides=0)


def wholly_named(text: str, events: Sequence[Event], besides: int = 1) -> bool:
    """Whether a text has hardly any words but those of an event: one more for each two of them.

    What is over or cancelled must not take a question from the articles that know more of it.
    """
    telling = len(telling_words(text))
    best = max(_scores(text, events).values(), default=0)
    return best >= _SURE and telling - best <= best // 2 * besides


def _scores(text: str, events: Sequence[Event]) -> dict[str, int]:
    said, month = telling_words(text), month_in(text)
    return {e.id: _shared(said, _names(e)) + (_month(e) == month) for e in events}


def _month(event: Event) -> int:
    return event.starts_at.astimezone(event.local_zone).month


def _of_programme(turn: Turn, text: str, events: Sequence[Event]) -> tuple[Event, ...]:
    article = find(turn.use(Library), text, turn.language, kind="programme").article
    return tuple(event for event in events if article and event.programme == article.slug)


def asks_of_other(turn: Turn) -> bool:
    """Whether "how do I register for …?" is asked of something that is none of our programmes."""
    if not is_question(turn.trigger) or len(words(turn.text)) <= len(words(turn.trigger)):
        return False
    article = find(turn.use(Library), turn.text, turn.language, kind="programme").article
    return article is None or article.kind != "programme"


def asks_where(text: str, places: frozenset[str]) -> bool:
    """Whether a question ends with the place, or begins with it as in Chinese, or names a month.

    "What is on in Ghent?" asks for the calendar; "what is on in Ghent against cars" for an article.
    """
    said = words(text)
    names = {words(name) for place in places for name in names_of(place)}
    return month_in(text) is not None or any(
        name in (said[: len(name)], said[-len(name) :]) for name in names
    )


def takes_place_in(event: Event, places: frozenset[str]) -> bool:
    """Whether it is in one of these cities or countries, as `named_in` gives them."""
    return not places.isdisjoint(_cities(_texts(event)) | {country_of(event.zone)})


def _names(event: Event) -> frozenset[str]:
    """Also in languages nobody wrote it in: a question in Chinese finds what is in Leipzig."""
    texts = _texts(event)
    cities = (name for city in _cities(texts) for name in names_of(city))
    return frozenset().union(*map(telling_words, (*texts, *cities)))


def _texts(event: Event) -> tuple[str, ...]:
    places = (event.place or "", *event.place_in.values())
    return (*event.title.values(), *places, event.id.replace("-", " "))


def _cities(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*map(named_in, texts))


def telling_words(text: str) -> frozenset[str]:
    """The words that may name something; of Chinese, each two characters beside each other."""
    said, small = words(text), profile().small
    pairs = (a + b for a, b in pairwise(said) if is_han(a) and is_han(b))
    single = (w for w in said if not is_han(w) and len(w) > 2 and w not in small)
    return frozenset((*pairs, *single))


def _shared(said: frozenset[str], names: frozenset[str]) -> int:
    return sum(any(_same(word, name) for name in names) for word in said)


def _same(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return one == other or (
        len(short) >= _STEM and long.startswith(short) and len(long) - len(short) <= 2
    )
