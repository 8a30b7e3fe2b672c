"""One conversation: its transcript, labels and notes, and talking to its person."""

from collections.abc import Callable
from typing import Final

from aiohttp import web

from bot.console.conversations import CONVERSATIONS
from bot.console.desk import Desk
from bot.console.door import to
from bot.console.questions import outcomes
from bot.console.rendering import Rendering
from bot.console.visit import Visit, whole_number
from bot.dialog import Invalid, Transaction
from bot.i18n import _, translate
from bot.services.audit import Audit, Entry
from bot.services.canned import Canned, CannedAnswers
from bot.services.handover import HOLD, Handover
from bot.services.helping import LONGEST
from bot.services.remarks import LABEL, NOTE, Remarks
from bot.services.roles import PRIVATE, REVIEW, may
from bot.services.talk_script import as_script
from bot.services.transcript import Transcript, Transcripts
from bot.services.window import Window, window_at
from bot.web.problem import NOT_FOUND, Problem
from bot.web.saving import saved_as

_REASON: Final = (10, 200)  # characters of why somebody needs to read the text itself
_NO_REASON = _("Please say why, in ten to 200 characters: it stands in the audit.")
_Look = tuple[Transcript | None, Window, tuple[Canned, ...]]


class ConversationPage:
    """One of them."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering = desk, rendering

    async def show(self, visit: Visit) -> web.StreamResponse:
        """Both sides, with why it was answered so; what could say who it is is blacked out."""
        return await self._shown(visit)

    async def script(self, visit: Visit) -> web.StreamResponse:
        """The same as a script for tests/dialogs."""
        number = int(visit.part("id"))
        found = await self._desk.look(lambda t: Transcripts(t).get(number))
        if found is None:
            raise Problem(NOT_FOUND)
        headers = {"Content-Disposition": saved_as(f"test_conversation_{number}.py")}
        return web.Response(text=as_script(found), content_type="text/plain", headers=headers)

    async def raw(self, visit: Visit) -> web.StreamResponse:
        """Nothing blacked out, this once: for a reason, which stands in the audit."""
        reason, number = " ".join(visit.form.get("reason", "").split()), visit.part("id")
        if not _REASON[0] <= len(reason) <= _REASON[1]:
            return await self._shown(visit, error=translate(visit.language, _NO_REASON), status=422)
        await self._existing(visit)
        done = Entry(visit.member.actor, "conversation.read", f"conversation:{number}", reason)
        await self._desk.do(lambda t: Audit(t).write(done))
        return await self._shown(visit, raw=True)

    async def say(self, visit: Visit) -> web.StreamResponse:
        """Write to the person, or give them back to the assistant."""
        number, text = int(visit.part("id")), visit.form.get("text", "")
        found = await self._existing(visit)
        can = self._desk.reach.get(found.channel)

        def do(transaction: Transaction) -> None:
            if visit.form.get("do") == "return":
                Handover(transaction).give_back(number, visit.member)
            else:
                Handover(transaction).say(number, text, visit.member, can)

        return await self._done(visit, do, text)

    async def remark(self, visit: Visit) -> web.StreamResponse:
        """Put a label on or take it off; write a note or take it back."""
        number, form = int(visit.part("id")), visit.form
        await self._existing(visit)

        def do(transaction: Transaction) -> None:
            remarks = Remarks(transaction, visit.member)
            match form.get("do"):
                case "label":
                    remarks.label(number, form.get("label", ""))
                case "unlabel":
                    remarks.unlabel(number, form.get("label", ""))
                case "note":
                    remarks.note(number, form.get("note", ""))
                case "strike":
                    strike = form.get("note", "")
                    remarks.strike(number, whole_number(strike, 0))
                case _:
                    raise Problem(NOT_FOUND)

        return await self._done(visit, do, "")

    async def _done(
        self, visit: Visit, what: Callable[[Transaction], None], written: str
    ) -> web.StreamResponse:
        try:
            await self._desk.do(what)
        except Invalid as wrong:
            told = translate(visit.language, wrong.why, **wrong.values)
            return await self._shown(visit, error=told, written=written, status=422)
        return to(f"{CONVERSATIONS}/{int(visit.part('id'))}#end")

    async def _existing(self, visit: Visit) -> Transcript:
        found, _window, _canned = await self._looked(visit, raw=False)
        if found is None:
            raise Problem(NOT_FOUND)
        return found

    async def _looked(self, visit: Visit, raw: bool) -> _Look:
        old = whole_number(visit.asked("before"), None)

        def look(transaction: Transaction) -> _Look:
            found = Transcripts(transaction).get(int(visit.part("id")), raw, old)
            if found is None:
                return None, Window("left"), ()
            can = self._desk.reach.get(found.channel)
            window = window_at(transaction.connection, found.address, can, transaction.now)
            return found, window, CannedAnswers(transaction).all()

        return await self._desk.look(look)

    async def _shown(
        self,
        visit: Visit,
        *,
        error: str = "",
        written: str = "",
        raw: bool = False,
        status: int = 200,
    ) -> web.StreamResponse:
        found, window, canned = await self._looked(visit, raw)
        if found is None:
            raise Problem(NOT_FOUND)
        chosen = {str(one.id): one for one in canned}.get(visit.asked("canned"))
        values = {
            "talk": found,
            "window": window,
            "canned": canned,
            "written": written or (chosen.text(found.language) if chosen else ""),
            "error": error,
            "is_raw": raw,
            "minutes": HOLD.seconds // 60,
            "limits": {"text": LONGEST, "label": LABEL, "note": NOTE},
            "may_review": may(visit.member.role, REVIEW),
            "may_read": may(visit.member.role, PRIVATE),
            "outcomes": outcomes(visit),
            "titles": self._desk.editing.titles(visit.language),
            "dialogs": {n: translate(visit.language, t) for n, t in self._desk.dialogs.items()},
        }
        return self._rendering.page(visit, "conversation.html", values, status)
