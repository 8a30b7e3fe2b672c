"""What the command line says, in the language of the terminal: LANGUAGE, LC_ALL, LANG."""

import os
from collections.abc import Iterable
from functools import cache

import click

from bot.i18n import DEFAULT, negotiate, translate, translate_plural


@cache
def language() -> str:
    """The first locale of the environment that we speak."""
    wanted = os.environ.get("LANGUAGE", "").split(":")
    wanted += [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    return negotiate(*wanted) or DEFAULT


def say(msgid: str, /, **values: object) -> str:
    """A text in the terminal's language."""
    return translate(language(), msgid, **values)


def say_count(one: str, many: str, count: int, **values: object) -> str:
    """A text that changes with a count, in the terminal's language."""
    return translate_plural(language(), one, many, count, **values)


def tell(msgid: str, /, **values: object) -> None:
    """A message for the person: on stderr, so that stdout holds data only."""
    click.echo(say(msgid, **values), err=True)


def _translate_params(params: Iterable[click.Parameter]) -> None:
    for param in params:
        if isinstance(param, click.Option) and param.help:
            param.help = say(param.help)


class TranslatedCommand(click.Command):
    """A command whose help is written in the terminal's language."""

    def get_help(self, ctx: click.Context) -> str:
        """The help page, translated."""
        self.help = say(self.help or "")
        _translate_params(self.params)
        return super().get_help(ctx)

    def get_short_help_str(self, limit: int = 45) -> str:
        """The line in the list of commands, translated."""
        return say(self.help or "")


class TranslatedGroup(TranslatedCommand, click.Group):
    """A family of commands with translated help; commands inside are translated too."""

    command_class = TranslatedCommand
    group_class = type
