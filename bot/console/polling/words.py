"""What staff pages call the parts of a poll."""

from collections.abc import Mapping
from typing import Final

from bot.i18n import _, format_number, translate
from bot.services.event_texts import moment
from bot.services.polls import Poll
from bot.services.suppression import LEAST

POLLS: Final = "/console/polls"
STATES: Final = {
    "draft": _("draft"),
    "open": _("open"),
    "closing": _("closing"),
    "closed": _("closed"),
    "cancelled": _("cancelled"),
}
KINDS: Final = {
    "single": _("one of several"),
    "multiple": _("several of them"),
    "scale": _("a scale"),
    "ranking": _("an order"),
    "statements": _("statements to agree with"),
    "budget": _("points to share out"),
    "text": _("a text"),
    "place": _("a place"),
}
LEVELS: Final = {
    "web": _("everybody with a browser or an account of a messenger"),
    "account": _("everybody with an account of a messenger"),
    "contact": _("a confirmed e-mail address or phone number each"),
    "code": _("who was given an invitation code"),
}
MODES: Final = {
    "confidential": _("votes are kept apart from people"),
    "web-secret": _("votes are kept apart from people, and no messenger sees them"),
    "named": _("by name: everybody sees who chose what"),
}
METHODS: Final = {"schulze": _("Schulze's method"), "irv": _("instant run-off")}


def named(language: str, words: Mapping[str, str]) -> dict[str, str]:
    """The same in that language."""
    return {name: translate(language, said) for name, said in words.items()}


def at(poll: Poll, name: str) -> str:
    """The address of one of a poll's pages; "" for the first."""
    return f"{POLLS}/{poll.id}/{name}".rstrip("/")


def window(poll: Poll, language: str) -> tuple[str, str]:
    """When it opens and closes, by the clock of those who vote, with the place of that clock."""
    return moment(language, poll.opens_at, poll.zone), moment(language, poll.closes_at, poll.zone)


def people(count: int, language: str) -> str:
    """How many took part; as in a result, fewer than LEAST are no figure."""
    if 0 < count < LEAST:
        return translate(language, _("fewer than {least}"), least=LEAST)
    return format_number(language, count)
