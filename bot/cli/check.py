"""`citybot check`: the doctor. Looks at everything the house needs and says what to do."""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click
import orjson
from sqlalchemy.exc import SQLAlchemyError

from adapters import NEEDS, served
from bot.channel import SendError
from bot.cli import settings_of_teller
from bot.cli.db import schema_of
from bot.cli.health import health_of, troubles, waiting, why
from bot.cli.reach import NEWER
from bot.cli.speech import TranslatedCommand, language, say
from bot.cli.standing import working
from bot.config import BadSetting, Settings
from bot.database import SCHEMA, NewerSchema, refuse_newer
from bot.i18n import _, languages, place_name, sentences
from bot.services.channels import Health
from bot.services.office import Office
from knowledge.files import packaged

_MARKS = {True: "ok", False: "!!"}


@dataclass(frozen=True, slots=True)
class Look:
    """One thing looked at: how it is, and what to do when it is not well."""

    name: str
    well: bool
    text: str


@click.command(cls=TranslatedCommand, help=_("Look whether everything is in order."))
@click.option(
    "-o", "--output", type=click.Choice(["text", "json"]), default="text", help=_("text or json.")
)
@click.pass_context
def check(ctx: click.Context, output: str) -> None:
    """Exit 1 when something is not in order."""
    chosen = settings_of_teller(ctx)
    looks = [look for part in _PARTS for look in part(chosen)]
    has_ground = all(look.well for look in looks if look.name in _GROUND)
    looks += (_channels if has_ground else _unasked)(chosen)
    if output == "json":
        rows = [{"name": x.name, "ok": x.well, "text": x.text} for x in looks]
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
    else:
        for look in looks:
            click.echo(f"{_MARKS[look.well]:3} {look.name:12} {look.text}")
    sys.exit(0 if all(look.well for look in looks) else 1)


def _data(chosen: Settings) -> Iterator[Look]:
    folder = chosen.data_dir.resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"ok")
        yield Look("data", True, str(folder))
    except OSError as error:
        yield Look(
            "data",
            False,
            say(
                _("{path} cannot be written: {error}"), path=str(folder), error=error.strerror or ""
            ),
        )


def _database(chosen: Settings) -> Iterator[Look]:
    kind = "sqlite" if chosen.database().startswith("sqlite") else "postgresql"
    try:
        schema = schema_of(chosen)
        refuse_newer(schema)
    except NewerSchema as error:
        yield Look("database", False, say(NEWER, found=error.found))
        return
    except SQLAlchemyError as error:
        yield Look(
            "database",
            False,
            say(_("{kind}: not reachable ({error})"), kind=kind, error=type(error).__name__),
        )
        return
    if schema == SCHEMA:
        yield Look("database", True, say(_("{kind}, schema {schema}"), kind=kind, schema=schema))
    else:
        yield Look(
            "database",
            True,
            say(
                _("{kind}: will be set up at the next start; to do it now: citybot db upgrade"),
                kind=kind,
            ),
        )


def _redis(chosen: Settings) -> Iterator[Look]:
    if not chosen.redis_url:
        yield Look("redis", True, say(_("not used; a single process does not need it")))
        return
    from redis import Redis, RedisError

    try:
        with Redis.from_url(chosen.redis_url, socket_timeout=3) as redis:
            redis.ping()
        yield Look("redis", True, say(_("answers")))
    except (RedisError, OSError) as error:
        yield Look(
            "redis",
            False,
            say(
                _("not reachable ({error}); everything works, only slower"),
                error=type(error).__name__,
            ),
        )


def _articles(_chosen: Settings) -> Iterator[Look]:
    articles = packaged()
    count = say(
        _("{count} articles in {languages}"),
        count=len(articles),
        languages=", ".join(languages()),
    )
    yield Look("articles", bool(articles), count)


def _office(chosen: Settings) -> Iterator[Look]:
    office = Office(chosen.office_hours, chosen.zone)  # readable: the settings looked at it
    spoken = language()
    hours = office.told(spoken) or say(_("never open"))
    yield Look("office", True, f"{hours} ({place_name(spoken, office.zone)})")


def _channels(chosen: Settings) -> Iterator[Look]:
    """The messengers that are set up, asked on the spot."""
    try:
        names = [name for name in served(chosen) if name in NEEDS]
        health = health_of(chosen)
        for name in names:
            yield from _channel(chosen, name, health.get(name, Health()))
    except BadSetting as error:
        yield Look("channels", False, say(error.msgid, **error.values))
    except SQLAlchemyError as error:  # it was there when we looked above
        yield Look("channels", False, type(error).__name__)


def _channel(chosen: Settings, name: str, health: Health) -> Iterator[Look]:
    """What it says now, and of what the last run wrote down whatever has another cause."""
    known = ""
    try:
        told = asyncio.run(working(chosen, name, lambda one: one.examine()))
        now = Look(name, True, sentences(*(say(line.msgid, **line.values) for line in told)))
    except SendError as error:
        known, now = str(error), Look(name, False, why(name, error))
    except BadSetting as error:  # one that only the channel understands
        now = Look(name, False, say(error.msgid, **error.values))
    yield from _ledger(name, health, known)
    yield now


def _unasked(chosen: Settings) -> Iterator[Look]:
    """That the messengers were not asked: each would say again what is said above."""
    try:
        names = [name for name in served(chosen) if name in NEEDS]
    except BadSetting as error:
        yield Look("channels", False, say(error.msgid, **error.values))
        return
    if names:
        told = _("not asked yet ({names}): please mend first what stands above")
        yield Look("channels", False, say(told, names=", ".join(names)))


def _ledger(name: str, health: Health, known: str) -> Iterator[Look]:
    """What the last run of the house wrote down of a channel; `known` is said already."""
    for trouble in troubles(name, health, known):
        yield Look(name, False, trouble)
    if waits := waiting(health):
        yield Look(name, True, waits)


_PARTS: tuple[Callable[[Settings], Iterator[Look]], ...] = (
    _data,
    _database,
    _redis,
    _articles,
    _office,
)
_GROUND = frozenset({"data", "database"})  # without these no channel opens
