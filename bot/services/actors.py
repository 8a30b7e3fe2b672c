"""Who does something, as the audit chain names them, and whether two of these are one person.

staff:anna             a member of the team, who signed in, or gave their password
staff:anna via cli:ops the name that somebody gave on the command line, and their login there
cli:ops                a login that gave no name
token:website          a program, by the name of its token
"""

from typing import Protocol


class Doer(Protocol):
    """Whoever decides something: a member of the team, or a program with a token."""

    @property
    def name(self) -> str: ...
    @property
    def actor(self) -> str: ...


_VIA = " via "


def named(name: str, login: str) -> str:
    """Who gives that name at that login; without a name, the login."""
    name = " ".join(name.split())
    return f"staff:{name}{_VIA}cli:{login}" if name else f"cli:{login}"


def are_two(one: str, other: str) -> bool:
    """Whether these are two people, as far as it can be known.

    Two names given at one login may be one person: one of them has to give their own password.
    """
    login, others = (actor.partition("cli:")[2] for actor in (one, other))
    return person_of(one) != person_of(other) and not (login and login == others)


def person_of(actor: str) -> str:
    """The person behind it, however their name was spelled."""
    return actor.partition(_VIA)[0].rpartition(":")[2].strip().casefold()
