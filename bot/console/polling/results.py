"""What came out of a poll, as everybody may see it, and the published file counted again here."""

import asyncio
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from bot.console.desk import Desk
from bot.console.polling.one import known
from bot.console.polling.words import at
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.dialog import Transaction
from bot.services import poll_texts
from bot.services.poll_standing import Verdict, counted_again
from bot.services.polls import Poll
from bot.services.results import Result, result
from bot.services.suppression import CELL
from bot.services.weblinks import POLLS
from bot.web.polls.figures import figures
from bot.web.polls.taking_part import hides_some, taking_part, took_part


@dataclass(frozen=True, slots=True)
class _Found:
    poll: Poll
    result: Result
    verdict: Verdict | None


class ResultPage:
    """Staff see no more of a result than anybody."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """Charts and tables; with `?recount=1` also what counting again gave."""
        found = await self._desk.look(partial(_found, visit))
        poll, language = found.poll, visit.language
        drawn = await asyncio.to_thread(figures, found.result, language)
        values = {
            "poll": poll,
            "name": poll.name(language),
            "state": poll_texts.state_of(poll, language, visit.now),
            "result": found.result,
            "verdict": found.verdict,
            "is_recounted": bool(visit.asked("recount")),
            "few": poll_texts.too_few(poll, found.result.ballots, language),
            "figures": drawn,
            "took_part": took_part(found.result, language),
            "people": taking_part(found.result, language),
            "hides": hides_some(found.result),
            "cell": CELL,
            "files": f"{POLLS}/{poll.id}",
            "back": at(poll, ""),
        }
        return self._rendering.page(visit, "poll_results.html", values)


def _found(visit: Visit, transaction: Transaction) -> _Found:
    poll, connection = known(transaction, visit.part("slug")), transaction.connection
    verdict = counted_again(connection, poll) if visit.asked("recount") else None
    return _Found(poll, result(connection, poll), verdict)
