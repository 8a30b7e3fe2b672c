"""A change of events tried without being made: how many people would be told of it, and what."""

from collections.abc import Callable
from typing import Any, NoReturn

from sqlalchemy import func, select

from bot.dialog import Transaction
from bot.models import Base
from bot.services.event_office import EventOffice

_OUTBOX = Base.metadata.tables["outbox"].c
_LOOKED_AT = 200  # messages among which different ones are looked for
_SHOWN = 3


class Rehearsed(Exception):
    """Raised when the change has been tried, so that nothing of it stays."""

    def __init__(self, told: int, texts: tuple[str, ...]) -> None:
        super().__init__(told)
        self.told, self.texts = told, texts


def rehearse(transaction: Transaction, actor: str, do: Callable[[EventOffice], object]) -> NoReturn:
    """Do it, look at what people would read, and raise Rehearsed; or BadEvent, or Refused."""
    last = transaction.connection.scalar(select(func.max(_OUTBOX.id))) or 0
    office = EventOffice(transaction, actor)
    do(office)
    raise Rehearsed(office.told, _texts(transaction, last))


def _texts(transaction: Transaction, last: int) -> tuple[str, ...]:
    """A few of those that differ: people read them in their languages."""
    new = select(_OUTBOX.body).where(_OUTBOX.id > last).order_by(_OUTBOX.id).limit(_LOOKED_AT)
    bodies: list[Any] = list(transaction.connection.scalars(new))
    return tuple(dict.fromkeys(body["text"] for body in bodies if body))[:_SHOWN]
