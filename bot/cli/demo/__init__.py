"""`citybot demo`: an example city to look at, in a database without real people; and gone again."""

import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from bot.brain import open_library
from bot.cli import settings
from bot.cli.demo import traces
from bot.cli.demo.building import build
from bot.cli.demo.city import City, the_city
from bot.cli.demo.talks import hold_talks
from bot.cli.reach import is_there, reach
from bot.cli.speech import TranslatedCommand, say, tell
from bot.config import Settings
from bot.database import Database
from bot.i18n import _
from bot.services.keys import Keys


@click.command(
    cls=TranslatedCommand,
    help=_("Fill an empty database with an example city: events, polls, reminders, people."),
)
@click.option("--remove", is_flag=True, help=_("Take the example city away again."))
@click.option("--yes", is_flag=True, help=_("Do it without asking."))
@click.option("--dry-run", is_flag=True, help=_("Only say what would be done."))
@click.pass_context
def demo(ctx: click.Context, remove: bool, yes: bool, dry_run: bool) -> None:
    """Exit 1, with nothing changed, where there are real people."""
    chosen, now = settings(ctx), datetime.now(UTC)
    city = the_city(now.astimezone(ZoneInfo(chosen.zone)).date())
    if remove and not is_there(chosen):
        tell(_("There is no example city here."))
        return
    database, keys = reach(ctx), Keys.of(chosen)
    try:
        if remove:
            _remove(database, keys, city, (yes, dry_run))
        else:
            _build(database, chosen, city, dry_run)
    finally:
        database.close()


def _build(database: Database, chosen: Settings, city: City, dry_run: bool) -> None:
    with database.read() as connection:
        if traces.is_there(connection):
            tell(_("The example city is here already. To take it away: citybot demo --remove"))
            return
        people, names = traces.real_people(connection), traces.taken_names(connection, city)
    if people or names:
        _refuse(people, names)
    if not dry_run:
        now = datetime.now(UTC)
        build(database, chosen, city, now)
        hold_talks(database, chosen, open_library(database), now)
    _say_what_there_is(city, dry_run)


def _refuse(people: int, names: list[str]) -> None:
    if people:
        text = _(
            "Real people use this database ({count} addresses), so no examples go into it. Take "
            "another folder: CITYBOT_DATA_DIR=example citybot demo"
        )
        tell(text, count=people)
    else:
        tell(_("{name} is there already and is no example."), name=names[0])
    sys.exit(1)


def _say_what_there_is(city: City, dry_run: bool) -> None:
    for name in (*city.event_ids, *city.poll_ids):
        click.echo(name)
    if dry_run:
        tell(_("Nothing was changed."))
        return
    count = len(city.people)
    tell(_("The example city is ready; its {count} people are invented."), count=count)
    tell(_("Look at it: citybot run, citybot chat, citybot event list --all, citybot poll list"))
    tell(_("Take it away again: citybot demo --remove"))


def _remove(database: Database, keys: Keys, city: City, how: tuple[bool, bool]) -> None:
    yes, dry_run = how
    with database.read() as connection:
        if not traces.is_there(connection):
            tell(_("There is no example city here."))
            return
        guests = traces.guests(connection, city)
    if guests:
        tell(_("Registrations of others at its events, which go as well: {count}."), count=guests)
    if dry_run:
        tell(_("Nothing was changed."))
        return
    if guests and not yes:
        click.confirm(say(_("Go on?")), abort=True, err=True)
    with database.write() as connection:
        traces.remove(connection, city)
    for poll_id in city.poll_ids:
        keys.destroy(poll_id)
    tell(_("The example city is gone."))
