"""What answers, put together: the dialogs, what they may use, and the articles in force.

Apart from app.py, which adds everything a house needs to run: `citybot ask` needs only this,
and starts in half the time.
"""

from functools import cache

import dialogs
from bot.config import Settings
from bot.database import Database
from bot.dialog import Services
from bot.engine import Engine
from bot.services.articles import Articles
from bot.services.ballots import Ballots
from bot.services.broadcast_replies import Replies
from bot.services.consents import Consents
from bot.services.contacts import Contacts
from bot.services.decided import DecidedGaps, KnownGaps
from bot.services.events import Events
from bot.services.feedback import Feedback
from bot.services.guesses import Guesses
from bot.services.handover import Handover
from bot.services.invites import Invites, Signer
from bot.services.keys import Keys
from bot.services.linking import Linking
from bot.services.moderation import Moderation
from bot.services.office import Office
from bot.services.passes import Passes
from bot.services.people import People
from bot.services.poll_news import PollNews
from bot.services.polls import Polls
from bot.services.preferences import Preferences
from bot.services.privacy import Privacy
from bot.services.question_links import QuestionLinks
from bot.services.questions import Questions
from bot.services.reach import EVERYWHERE, Reach
from bot.services.registrations import Registrations
from bot.services.reminders import Reminders
from bot.services.topics import Topics
from bot.services.weblinks import Pages, WebLinks
from knowledge.library import Library


def open_library(database: Database | None) -> Library:
    """The articles in force: the packaged files, with the versions of staff laid over them."""
    versions = Articles.in_force(database) if database else ()
    return Library.packaged(versions)


def reread_library(library: Library, database: Database) -> None:
    """Put the articles in force that the database says now; readers never see a mix."""
    library.replace(open_library(database).articles)


def services(settings: Settings, library: Library, reach: Reach = EVERYWHERE) -> Services:
    """How a dialog gets what it uses: `turn.use(Questions)`."""
    office = Office(settings.office_hours, settings.zone)
    pages, passes = Pages(settings.public_url), Passes(settings)
    keys = Keys.of(settings)
    signer = Signer(settings)
    gaps = KnownGaps(library.marks)
    return {
        Ballots: lambda transaction: Ballots(transaction, keys),
        Consents: Consents,
        Contacts: Contacts,
        DecidedGaps: lambda transaction: DecidedGaps(transaction, gaps),
        Events: Events,
        Feedback: Feedback,
        Guesses: Guesses,
        Handover: Handover,
        Invites: lambda transaction: Invites(transaction, signer),
        Library: lambda _transaction: library,
        Linking: Linking,
        Office: lambda _transaction: office,
        Pages: lambda _transaction: pages,
        Passes: lambda _transaction: passes,
        Preferences: Preferences,
        Moderation: Moderation,
        People: lambda transaction: People(transaction, keys),
        PollNews: PollNews,
        Polls: Polls,
        Privacy: lambda transaction: Privacy(transaction, keys),
        QuestionLinks: lambda transaction: QuestionLinks(transaction, settings),
        Questions: Questions,
        Reach: lambda _transaction: reach,
        Registrations: Registrations,
        Reminders: Reminders,
        Replies: Replies,
        Settings: lambda _transaction: settings,
        Topics: Topics,
        WebLinks: WebLinks,
    }


def build_engine(settings: Settings, library: Library, reach: Reach = EVERYWHERE) -> Engine:
    """The built-in brain. Raises ValueError when dialogs clash."""
    known = services(settings, library, reach)
    return Engine(dialogs.load(), known, fallback=dialogs.FALLBACK)


def heard_as(text: str) -> str | None:
    """The name of the dialog that takes a text whatever was said before; None when none does."""
    return _listening().hears(text)


@cache
def _listening() -> Engine:
    """A brain that answers nothing, and so needs no services."""
    return Engine(dialogs.load(), {}, fallback=dialogs.FALLBACK)
