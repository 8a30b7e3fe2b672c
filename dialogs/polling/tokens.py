"""What the taps of a ballot say: nothing, to who does not know the voter and the poll.

Each voter has other values for the same options, and where a poll asks for it another order.
"""

import random
from collections.abc import Iterable
from hashlib import sha256

from bot.services.marks import PASS, UNSURE
from bot.services.polls import Option, Poll, Question

ENOUGH = "!"  # no more picks, no more statements, no more points
NEXT = ">"  # other options than these
AGREE, DISAGREE, NEITHER = "+", "-", "0"
VALUES = {AGREE: 1, DISAGREE: -1, NEITHER: 0}


def shown(poll: Poll, question: Question, person_id: str) -> tuple[Option, ...]:
    """The options in this voter's order, the same each time."""
    options = list(question.options)
    if question.shuffled:
        seed = sha256(f"{person_id}|{poll.code}|{question.id}".encode()).digest()
        random.Random(seed).shuffle(options)  # noqa: S311 - an order, not a secret
    return tuple(options)


def token(poll: Poll, question: Question, person_id: str, meaning: str) -> str:
    """The value of a tap: a short hash."""
    said = f"{person_id}|{poll.code}|{question.id}|{meaning}"
    return sha256(said.encode()).hexdigest()[:10]


def meaning(poll: Poll, question: Question, person_id: str, tapped: str) -> str | None:
    """What a tap means: an option, PASS, UNSURE, ENOUGH, or `STATEMENT+`; None for none of them."""
    known = (m for m in _meanings(question) if token(poll, question, person_id, m) == tapped)
    return next(known, None)


def _meanings(question: Question) -> Iterable[str]:
    yield from (PASS,) if question.passing else ()
    yield from (UNSURE,) if question.unsure else ()
    yield from (ENOUGH, NEXT)
    for option in question.options:
        if question.kind == "statements":
            yield from (f"{option.id}{sign}" for sign in VALUES)
        else:
            yield option.id
