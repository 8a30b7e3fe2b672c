"""The staff pages of polls, each with who may enter."""

from collections.abc import Mapping
from functools import partial

from bot.console.desk import Desk
from bot.console.door import HERE, Room
from bot.console.polling.deeds import DEEDS, DeedPages
from bot.console.polling.editor import FORM, NEW, PollEditor
from bot.console.polling.giving import GivingPages
from bot.console.polling.listing import PollList
from bot.console.polling.moderating import ModerationPage
from bot.console.polling.one import OnePoll
from bot.console.polling.papers import FORM as TALLY
from bot.console.polling.papers import PaperPages
from bot.console.polling.posters import PosterPages
from bot.console.polling.results import ResultPage
from bot.console.polling.saying import SayingPage
from bot.console.polling.words import POLLS
from bot.console.rendering import Rendering
from bot.services.roles import POLL, READ

Rooms = Mapping[str, Mapping[str, Room]]

_ONE = f"{POLLS}/{{slug:[a-z0-9-]{{1,80}}}}"


def poll_rooms(desk: Desk, rendering: Rendering) -> Rooms:
    """All of them, by address and method."""
    polls = PollList(desk, rendering)
    return {
        POLLS: {"GET": Room(polls.list, READ, lags=True)},
        f"{POLLS}.csv": {"GET": Room(polls.file, READ, lags=True)},
        **_editor_rooms(PollEditor(desk, rendering)),
        _ONE: {"GET": Room(OnePoll(desk, rendering).show, READ)},
        **_deed_rooms(DeedPages(desk, rendering)),
        **_telling_rooms(SayingPage(desk, rendering), ModerationPage(desk, rendering)),
        **_giving_rooms(GivingPages(desk, rendering)),
        **_poster_rooms(PosterPages(desk, rendering)),
        **_counting_rooms(PaperPages(desk, rendering), ResultPage(desk, rendering)),
    }


def _deed_rooms(pages: DeedPages) -> Rooms:
    """The password is asked for before the page, so that nothing typed there is lost to it."""
    return {
        f"{_ONE}/{name}": {
            "GET": Room(partial(pages.ask, deed), POLL, confirms=True),
            "POST": Room(partial(pages.do, deed), POLL, confirms=True, back=HERE),
        }
        for name, deed in DEEDS.items()
    }


def _editor_rooms(editor: PollEditor) -> Rooms:
    return {
        NEW: {"GET": Room(editor.blank, POLL), "POST": Room(editor.write, POLL, fields=FORM)},
        f"{_ONE}/edit": {
            "GET": Room(editor.show, POLL),
            "POST": Room(editor.write, POLL, fields=FORM),
        },
    }


def _telling_rooms(saying: SayingPage, moderation: ModerationPage) -> Rooms:
    return {
        f"{_ONE}/say": {"GET": Room(saying.show, POLL), "POST": Room(saying.say, POLL)},
        f"{_ONE}/written": {
            "GET": Room(moderation.show, POLL),
            "POST": Room(moderation.decide, POLL),
        },
    }


def _giving_rooms(giving: GivingPages) -> Rooms:
    return {
        f"{_ONE}/codes": {
            "GET": Room(giving.codes, POLL, confirms=True),
            "POST": Room(giving.invite, POLL, confirms=True, back=HERE),
        },
        f"{_ONE}/kiosk": {
            "GET": Room(giving.kiosk, POLL, confirms=True),
            "POST": Room(giving.tablet, POLL, confirms=True, back=HERE),
        },
    }


def _poster_rooms(posters: PosterPages) -> Rooms:
    return {
        f"{_ONE}/ways": {"GET": Room(posters.show, POLL)},
        f"{_ONE}/poster.pdf": {"GET": Room(posters.pdf, POLL)},
        f"{_ONE}/poster.html": {"GET": Room(posters.html, POLL)},
        f"{_ONE}/qr/{{name:[a-z0-9._-]{{1,40}}}}": {"GET": Room(posters.code, POLL)},
    }


def _counting_rooms(papers: PaperPages, results: ResultPage) -> Rooms:
    return {
        f"{_ONE}/paper": {
            "GET": Room(papers.show, POLL),
            "POST": Room(papers.enter, POLL, fields=TALLY),
        },
        f"{_ONE}/sheet": {"GET": Room(papers.sheet, POLL)},
        f"{_ONE}/results": {"GET": Room(results.show, READ)},
    }
