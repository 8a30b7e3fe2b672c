"""The addresses of broadcasts and topics, each with who may enter."""

from collections.abc import Mapping
from typing import Final

from bot.console.broadcasts import BROADCASTS, TOPICS
from bot.console.broadcasts.listing import ListPages
from bot.console.broadcasts.one import OnePages
from bot.console.broadcasts.picture import PicturePages
from bot.console.broadcasts.topics import TopicPages
from bot.console.broadcasts.writing import WritingPages
from bot.console.desk import Desk
from bot.console.door import Room
from bot.console.rendering import Rendering
from bot.services.broadcast_image import ALT_LIMIT, LARGEST
from bot.services.broadcast_written import TEXT_LIMIT
from bot.services.roles import ORGANISE, READ

_FIELDS: Final = 1600  # of the form, with every topic, event and poll: a megabyte of text
_ONE = f"{BROADCASTS}/{{id:[0-9]{{1,17}}}}"


def broadcast_rooms(desk: Desk, rendering: Rendering) -> Mapping[str, Mapping[str, Room]]:
    """All of them: whoever reads may look, who organises may send."""
    lists, one = ListPages(desk, rendering), OnePages(desk, rendering)
    writing, topics = WritingPages(desk, rendering), TopicPages(desk, rendering)
    picture = PicturePages(desk, rendering)
    form = Room(writing.write, ORGANISE, fields=_FIELDS, text=TEXT_LIMIT)
    return {
        BROADCASTS: {"GET": Room(lists.list, READ, lags=True)},
        f"{BROADCASTS}.csv": {"GET": Room(lists.file, READ, lags=True)},
        f"{BROADCASTS}/new": {
            "GET": Room(writing.blank, ORGANISE),
            "POST": form,
        },
        _ONE: {"GET": Room(one.show, READ), "POST": Room(one.step, ORGANISE)},
        f"{_ONE}.csv": {"GET": Room(one.file, READ)},
        f"{_ONE}/write": {
            "GET": Room(writing.show, ORGANISE),
            "POST": form,
        },
        f"{_ONE}/picture": {
            "GET": Room(picture.show, ORGANISE),
            "POST": Room(picture.save, ORGANISE, file=LARGEST, text=ALT_LIMIT),
        },
        f"{_ONE}/picture/file": {"GET": Room(picture.file, READ)},
        f"{_ONE}/decide": {"POST": Room(one.decide, ORGANISE)},
        f"{_ONE}/again": {"POST": Room(one.again, ORGANISE)},
        f"{_ONE}/test": {"POST": Room(one.test, ORGANISE)},
        TOPICS: {"GET": Room(topics.show, READ), "POST": Room(topics.save, ORGANISE)},
    }
