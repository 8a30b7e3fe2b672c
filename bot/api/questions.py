"""What people asked, without who they are; and answers of the team to them."""

from typing import Any

from bot.api.call import Call
from bot.dialog import Transaction
from bot.i18n import languages
from bot.services.asked import DAYS, Asked, Question, Sought
from bot.services.helping import LONGEST, Helping
from bot.services.questions import OUTCOMES
from bot.web.problem import NOT_FOUND, Problem


class Questions:
    """The list, one of them, and its answer."""

    def list(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """A page of them, newest first; without an outcome, those that had no good answer."""
        sought = Sought(
            outcome=call.asked("outcome", OUTCOMES),
            language=call.asked("language", languages()),
            words=call.request.query.get("q", "")[:200],
            days=call.asked_number("days", 30, DAYS[-1]),
            before=call.asked_number("after", 0) or None,
        )
        found = Asked(transaction).find(sought, call.limit)
        older = str(found.older) if found.older else None
        return {"items": [*map(_in_a_list, found.questions)], "next": older}

    def show(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """One, with the articles that were considered, and what the team answered."""
        return _whole(_known(call, transaction))

    def answer(self, call: Call, transaction: Transaction) -> dict[str, Any]:
        """Send an answer to who left it for the team."""
        call.only("text")
        _known(call, transaction)
        Helping(transaction).answer(call.number, call.text("text", LONGEST), call.token)
        return _whole(_known(call, transaction))


def _known(call: Call, transaction: Transaction) -> Question:
    question = Asked(transaction).get(call.number)
    if question is None:
        raise Problem(NOT_FOUND)
    return question


def _in_a_list(question: Question) -> dict[str, Any]:
    names = ("id", "asked_at", "language", "text", "outcome", "confidence", "nearest")
    return {name: getattr(question, name) for name in names}


def _whole(question: Question) -> dict[str, Any]:
    """The address is only named by its channel."""
    help_ = question.help
    answer = help_ and {"text": help_.text, "by": help_.by, "at": help_.at, "state": help_.state}
    return _in_a_list(question) | {
        "channel": question.channel,
        "can_answer": question.can_answer,
        "found": list(question.found),
        "answer": answer,
    }
