"""`citybot chat`: talk to the assistant here, in the terminal; or pipe lines through it."""

import asyncio
import getpass
import logging
import os
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

import click

from adapters.capabilities import ALL
from bot.cli import settings
from bot.cli.speech import TranslatedCommand, language, tell
from bot.config import Settings
from bot.i18n import DEFAULT, _, negotiate
from bot.processes import EVERY_ROLE
from bot.text import clean

if TYPE_CHECKING:
    from adapters.terminal import Manner
    from adapters.terminal.stage import Stage

_OTHERS = tuple(name for name in ALL if name != "terminal")
_QUICK = 1_000_000  # messages: who may start this program needs no flood gate
_INTERRUPTED = 130  # what a shell expects after Ctrl-C


@click.command(cls=TranslatedCommand, help=_("Talk to the assistant here, in the terminal."))
@click.option("--lang", help=_("The language to begin in: de, en, zh."))
@click.option(
    "--as", "shown_as", type=click.Choice(_OTHERS), help=_("Show answers as this channel would.")
)
@click.option("--plain", is_flag=True, help=_("No colours, no cursor movement."))
@click.option("--debug", is_flag=True, help=_("Explain why each answer was chosen."))
@click.pass_context
def chat(
    ctx: click.Context, lang: str | None, shown_as: str | None, plain: bool, debug: bool
) -> None:
    """Talk until Ctrl-D, /quit or the end of the input."""
    chosen = settings(ctx, language=lang, flood_messages=_QUICK)
    if not lang and chosen.language == DEFAULT:
        chosen = replace(chosen, language=language())
    if shown_as and shown_as != "web":
        own = (name for name in chosen.own_channels.split() if name != "terminal")
        chosen = replace(chosen, own_channels=" ".join(own))  # a messenger would read along
    # Loaded here: the list of all commands does not need it.
    from sqlalchemy.exc import SQLAlchemyError

    from adapters.terminal import Manner
    from bot.cli.reach import give_up

    how = Manner(_user(), shown_as, negotiate(lang), debug)
    try:
        asyncio.run(_talk(chosen, how, plain))
    except KeyboardInterrupt:
        tell("")
        sys.exit(_INTERRUPTED)
    except SQLAlchemyError as error:
        give_up(error)
    except BrokenPipeError:
        raise  # who read us has enough: the program ends without a word
    except OSError as error:
        reason = ": ".join(filter(None, (error.strerror, error.filename)))
        tell(_("That does not work here: {reason}"), reason=reason)
        sys.exit(1)


async def _talk(chosen: Settings, manner: "Manner", plain: bool) -> None:
    from adapters.terminal import TerminalChannel
    from bot import app, logs

    logs.set_up(chosen.log_level, chosen.log_format)
    if chosen.log_level == "info":  # nobody asked for logs, and a person reads here
        logging.disable(logging.ERROR)
    opened = partial(TerminalChannel, stage=_stage(chosen, plain), manner=manner)
    house = app.build(replace(chosen, roles=EVERY_ROLE), ("terminal",), known={"terminal": opened})
    async with app.running(house):
        await cast(TerminalChannel, house.channels["terminal"]).talk()


def _stage(chosen: Settings, plain: bool) -> "Stage":
    spoken = negotiate(chosen.language) or DEFAULT
    if plain or not _is_screen():
        from adapters.terminal.plain import PlainStage

        return PlainStage(chosen.name, spoken)
    from adapters.terminal.screen import ScreenStage

    return ScreenStage(chosen.name, spoken, chosen.data_dir / "chat-history")


def _is_screen() -> bool:
    """Whether both ends are a terminal that can move its cursor."""
    ends = (sys.stdin, sys.stdout)
    return all(end and end.isatty() for end in ends) and os.environ.get("TERM") != "dumb"


def _user() -> str:
    """The name of the person's account, for the address; "me" where there is none."""
    try:
        return clean(getpass.getuser())[:64] or "me"
    except (OSError, KeyError, ImportError):
        return "me"
