"""What is put into a broadcast is only ever words, whatever they look like (G11)."""

from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from bot.database import Database
from bot.services.broadcast import BadBroadcast
from tests.broadcasting import City
from tests.eventful import held

HOSTILE = [
    "{}",
    "%s %(event)s %n",
    "{0.__class__.__mro__}",
    "{event} {when} {{event}}",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "'; DROP TABLE outbox; --",
    "<script>alert(1)</script> &amp;",
    "_*[x](tg://user?id=1)`",
    '=HYPERLINK("https://example.org")',
    r"\g<0> \1 \n",
    "ends in a brace {",
    "مرحبا بالعالم",
    "👩‍👩‍👧‍👦 城市",
]
ABOUT = {"about": "event:summer-school", "night": "send"}


@pytest.fixture
def city(sqlite_url: str) -> Iterator[City]:
    with closing(Database(sqlite_url)) as database:
        made = City(database)
        made.person("anna", "post")
        yield made


@pytest.mark.parametrize("words", HOSTILE)
async def test_a_title_is_put_in_as_it_is(city: City, words: str) -> None:
    held(city.database, title={"en": words}, place=words)
    broadcast = city.sent(**ABOUT, texts={"en": "Come to {event}: {where}."})
    await city.deliver()
    assert city.post.sent == [f"anna: Come to {words}: {words}."]
    assert city.tally(broadcast) == {"sent": 1}


@pytest.mark.parametrize("words", HOSTILE)
async def test_a_text_is_refused_when_it_is_written_or_sent_as_it_is(
    city: City, words: str
) -> None:
    """Nothing in between: what is neither is found out by somebody who waits for their news."""
    with suppress(BadBroadcast):
        city.sent(texts={"en": f"News: {words}"})
    await city.deliver()
    assert city.post.sent in ([], [f"anna: News: {words}"])
    assert (city.post.sent == []) == ("{" in words or "}" in words)


@pytest.mark.parametrize("words", ["a\0b", "\ud800x", "\u202eevil\u202c", "x\x1b[31m"])
async def test_what_no_database_and_no_screen_should_see_is_taken_out(
    city: City, words: str
) -> None:
    city.sent(texts={"en": f"News {words}"})
    await city.deliver()
    (said,) = city.post.sent
    assert not {"\0", "\ud800", "\u202e", "\u202c", "\x1b"} & set(said)


async def test_a_text_of_a_megabyte_is_refused_and_a_title_of_one_is_sent_to_all_or_none(
    city: City,
) -> None:
    with pytest.raises(BadBroadcast, match="at most 3000"):
        city.write(texts={"en": "x" * 1_000_000})
    held(city.database, title={"en": "城" * 350_000})
    city.person("bert", "post")
    broadcast = city.sent(**ABOUT, texts={"en": "Come to {event}!"})
    await city.deliver()
    assert city.tally(broadcast) == {"sent": 2}
