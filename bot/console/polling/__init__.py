"""The staff pages of polls, each with who may enter."""

from collections.abc import Mapping
from functools import partial

from bot.console.desk import Desk
from bot.console.door import HERE, Room
from bot.console.polling.deeds import DEEDS, DeedPages
from bot.console.polling.editor import FORM, NEW, PollEditor
from bot.console.polling.listing import PollList
from bot.console.polling.one import OnePoll
from bot.console.polling.words import POLLS
from bot.console.rendering import Rendering
from bot.services.roles import POLL, READ

_ONE = f"{POLLS}/{{slug:[a-z0-9-]{{1,80}}}}"


def poll_rooms(desk: Desk, rendering: Rendering) -> Mapping[str, Mapping[str, Room]]:
    """All of them, by address and method."""
    polls = PollList(desk, rendering)
    return {
        POLLS: {"GET": Room(polls.list, READ)},
        f"{POLLS}.csv": {"GET": Room(polls.file, READ)},
        **_editor_rooms(PollEditor(desk, rendering)),
        _ONE: {"GET": Room(OnePoll(desk, rendering).show, READ)},
        **_deed_rooms(DeedPages(desk, rendering)),
    }


def _deed_rooms(pages: DeedPages) -> Mapping[str, Mapping[str, Room]]:
    """The password is asked for before the page, so that nothing typed there is lost to it."""
    return {
        f"{_ONE}/{name}": {
            "GET": Room(partial(pages.ask, deed), POLL, confirms=True),
            "POST": Room(partial(pages.do, deed), POLL, confirms=True, back=HERE),
        }
        for name, deed in DEEDS.items()
    }


def _editor_rooms(editor: PollEditor) -> Mapping[str, Mapping[str, Room]]:
    return {
        NEW: {"GET": Room(editor.blank, POLL), "POST": Room(editor.write, POLL, fields=FORM)},
        f"{_ONE}/edit": {
            "GET": Room(editor.show, POLL),
            "POST": Room(editor.write, POLL, fields=FORM),
        },
    }
