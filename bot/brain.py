"""What answers, put together: the dialogs, what they may use, and the articles in force.

Apart from app.py, which adds everything a house needs to run: `citybot ask` needs only this,
and starts in half the time.
"""

import dialogs
from bot.config import Settings
from bot.database import Database
from bot.dialog import Services
from bot.engine import Engine
from bot.services.articles import Articles
from bot.services.office import Office
from bot.services.people import People
from bot.services.privacy import Privacy
from bot.services.questions import Questions
from knowledge.library import Library


def open_library(database: Database | None) -> Library:
    """The articles in force: the packaged files, with the versions of staff laid over them."""
    versions = Articles.in_force(database) if database else ()
    return Library.packaged(versions)


def reread_library(library: Library, database: Database) -> None:
    """Put the articles in force that the database says now; readers never see a mix."""
    library.replace(open_library(database).articles)


def services(settings: Settings, library: Library) -> Services:
    """How a dialog gets what it uses: `turn.use(Questions)`."""
    office = Office(settings.office_hours, settings.zone)
    return {
        Library: lambda _transaction: library,
        Office: lambda _transaction: office,
        People: People,
        Privacy: Privacy,
        Questions: Questions,
        Settings: lambda _transaction: settings,
    }


def build_engine(settings: Settings, library: Library) -> Engine:
    """The built-in brain. Raises ValueError when dialogs clash."""
    return Engine(dialogs.load(), services(settings, library), fallback=dialogs.FALLBACK)
