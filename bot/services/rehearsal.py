"""A change of events tried without being made: how many people would be told of it, and what."""

from collections.abc import Callable
from typing import NoReturn

from bot.dialog import Transaction
from bot.services.event_office import EventOffice


class Rehearsed(Exception):
    """Raised when the change has been tried, so that nothing of it stays."""

    def __init__(self, told: int, texts: tuple[str, ...]) -> None:
        super().__init__(told)
        self.told, self.texts = told, texts


def rehearse(transaction: Transaction, actor: str, do: Callable[[EventOffice], object]) -> NoReturn:
    """Do it, look at what people would read, and raise Rehearsed; or BadEvent, or Refused."""
    office = EventOffice(transaction, actor)
    do(office)
    raise Rehearsed(office.told, office.texts)
