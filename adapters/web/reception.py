"""Takes what a person says to the house, in the session they have or a new one."""

import asyncio

from babel import Locale

from adapters.web.endings import Endings
from adapters.web.lines import label_of
from adapters.web.session import Session, Sessions
from adapters.web.utterance import Utterance
from adapters.web.visit import Visit
from bot.channel import Accepted, Desk
from bot.database import DATABASE_DOWN
from bot.dialog import Transaction
from bot.flood import FloodGate
from bot.i18n import _, translate
from bot.message import Choice, Left, Message
from bot.services.destinations import destination
from bot.services.invites import Invite, Signer
from bot.understanding import picked
from bot.web.origin import network_of
from bot.web.problem import SLOW_DOWN, later

# What our own page offers besides the choices of a reply.
OFFERED = {"human": _("Talk to a person"), "privacy:forget": _("Delete my data")}

INVITED = "invite:"
START = _("Start here")


class Reception:
    """Knows the sessions; hands every message to `desk.accept`."""

    def __init__(self, desk: Desk, sessions: Sessions, endings: Endings) -> None:
        self._desk, self._sessions, self._endings = desk, sessions, endings
        self._signer = Signer(desk.settings)
        # A hall full of people behind one address may all begin at once; a flood may not.
        self._newcomers = FloodGate(burst=500, seconds=100)

    def enter(self, visit: Visit) -> Session:
        """The session of this visit, begun if there is none. Raises Problem at a flood of them."""
        if visit.session is not None:
            return visit.session
        network = network_of(visit.request, self._desk.settings)
        if network is not None and self._newcomers.knock(network) != "welcome":
            raise later(SLOW_DOWN, self._newcomers.wait(network))
        session = self._sessions.begin(visit.now)
        visit.begin(session)
        return session

    async def say(self, visit: Visit, utterance: Utterance) -> Accepted:
        """Hand over a message; it is stored when this returns. Raises Problem."""
        session = self.enter(visit)
        address = session.address
        if utterance.after:
            await self._desk.mailbox.fetched(address, utterance.after)
        message = Message(
            # Unique in the channel, so one person cannot claim another's; and it outlives who
            # deleted their data, so it must not lead to them.
            id=self._sessions.mark(session, utterance.id),
            sender=address,
            text=utterance.text or await self._label(visit, utterance.picked or ""),
            sent_at=visit.now,
            picked=utterance.picked or _begins(visit, utterance),
            locale=utterance.locale or visit.language,
        )
        accepted = await self._desk.accept(message)
        if accepted.status == "slow_down":
            notice = accepted.notice.text if accepted.notice else ""
            raise later(SLOW_DOWN, accepted.retry_after.total_seconds(), notice)
        return accepted

    async def leads_to(self, visit: Visit) -> str:
        """The title of what the link leads to by which they came; "" where it has none."""
        invite = self._signer.read(visit.invite)
        return await asyncio.to_thread(self._title, visit, invite) if invite else ""

    def _title(self, visit: Visit, invite: Invite) -> str:
        with self._desk.database.read() as connection:
            return destination(Transaction(connection, visit.now), invite, visit.language)

    async def leave(self, visit: Visit) -> None:
        """End the session: its token is not taken any more, nothing is sent to it."""
        session = visit.session
        visit.end()  # first: the cookie goes even if the house cannot be told
        if session is None or not await self._has_spoken(session):
            return  # nothing is kept of who never said a word
        await asyncio.to_thread(self._endings.add, session)
        self._desk.wakeups.wake(str(session.address))  # its open streams end
        left = f"left:{self._sessions.mark(session, 'left')}"
        await self._desk.accept(Left(left, session.address, visit.now))

    async def _has_spoken(self, session: Session) -> bool:
        if session.renewed:  # the transcript may be shredded by now; the talk is still known
            return True
        try:
            return bool(await self._desk.mailbox.transcript(session.address))
        except DATABASE_DOWN:  # not known: the token must not outlive the wish to end
            return True

    async def _label(self, visit: Visit, picked: str) -> str:
        """The words on the button, which is what the person said."""
        if picked.startswith(INVITED):
            return translate(visit.language, START)
        if picked in OFFERED:
            return translate(visit.language, OFFERED[picked])
        if picked.startswith("language:"):
            return language_name(picked.removeprefix("language:"))
        if visit.session is None:
            return picked
        transcript = await self._desk.mailbox.transcript(visit.session.address)
        return label_of(transcript, picked) or picked


def _begins(visit: Visit, utterance: Utterance) -> str | None:
    """The link's own value where what was typed means its button: "1", "yes", "start here"."""
    offered = (Choice("yes", translate(visit.language, START)),)
    meant = utterance.invite and picked(utterance.text, offered)
    return f"{INVITED}{utterance.invite}" if meant else None


def language_name(code: str) -> str:
    """A language in its own words: Deutsch, English, 中文; the code itself if nobody knows it."""
    try:
        return (Locale.parse(code).get_language_name(code) or code).capitalize()
    except ValueError:
        return code
