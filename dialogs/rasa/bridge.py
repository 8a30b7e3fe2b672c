"""The actions as rasa-sdk runs them, each in one transaction of ours.

Actions are registered as instances on an executor of our own: `register_package` would register
every Action of the process, and exit it on an import error.
"""

import asyncio
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rasa_sdk.executor import ActionExecutor

from bot.conversation import Conversation
from bot.database import Database
from bot.dialog import Dialog, Services, Transaction
from bot.message import Address, Attachment, Capabilities, Message, Reply
from bot.render import fit
from bot.text import MESSAGE_LIMIT, clean
from dialogs.rasa import names, talk
from dialogs.rasa.actions import Actions
from dialogs.rasa.call import Call, Done, Event, Take
from dialogs.rasa.export import domain
from dialogs.rasa.talk import CHANNEL

if TYPE_CHECKING:  # rasa_sdk has no types, and a class of no type cannot be built upon

    class Action:
        """One thing a Rasa server can ask for."""
else:
    from rasa_sdk import Action

# Rasa hands our replies to channels we do not know: buttons and files are theirs to show.
CAN = Capabilities(choices=50, choice_length=200, attachments=("*",))


class Bridge:
    """Answers action calls of a Rasa server."""

    def __init__(
        self, dialogs: Mapping[str, Dialog], services: Services, database: Database,
        language: str, now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        """`language`: of a person we know nothing about yet.

        Raises ValueError when Rasa could not tell two names apart.
        """
        self._services, self._database = services, database
        self._language, self._now = language, now
        self._payloads = names.Payloads(dialogs)
        self._domain = domain(dialogs)
        self._executor = ActionExecutor()
        for name, take in Actions(dialogs).by_name().items():
            self._executor.register_action(_Answered(name, take, self))

    def action_names(self) -> list[str]:
        """Every action there is."""
        return sorted(self._executor.actions)

    async def run(self, name: str, tracker: Mapping[str, Any]) -> dict[str, Any]:
        """The events and responses of an action, as Rasa reads them.

        Raises rasa_sdk's ActionNotFoundException and ActionExecutionRejection, and whatever a
        dialog raises; then nothing was saved.
        """
        # The executor keeps the last domain it was given for calls without one. Ours is the same
        # in every call, so that what one Rasa server sends never reaches an action of another.
        call = {"next_action": name, "tracker": tracker, "domain": self._domain}
        result = await self._executor.run(call)
        answer: dict[str, Any] = result.model_dump()
        return answer

    def take(self, action: Take, tracker: Any) -> Done:
        """Run an action on the talk of its sender, and save what it changed."""
        address, now = talk.address_of(tracker.sender_id), self._now()
        message = self._message(tracker.latest_message, address, now)
        with self._database.write() as connection:
            known = talk.load(connection, address, self._language, now)
            transaction = Transaction(connection, now)
            done = action(Call(tracker, known, message, transaction, self._services))
            if done.conversation:
                talk.save(connection, _after(done.conversation, done.replies), now)
        return done

    def responses(self, reply: Reply) -> Iterator[dict[str, Any]]:
        """A reply as arguments of rasa-sdk's `utter_message`, one file a message."""
        buttons = [
            {"title": choice.label, "payload": self._payloads.of(choice.value)}
            for choice in reply.choices
        ]
        yield {"text": reply.text, "buttons": buttons}
        for file in reply.attachments:
            yield {"attachment": _file(file)}

    def _message(self, said: Mapping[str, Any], sender: Address, now: datetime) -> Message:
        """What was said last, as Rasa understood it: a tap comes as `/intent{"argument":"…"}`."""
        message = Message(
            str(said.get("message_id") or CHANNEL), sender,
            clean(str(said.get("text") or ""))[:MESSAGE_LIMIT], now,
        )  # fmt: skip
        if not message.text.startswith("/"):
            return message
        carried = {e.get("entity"): clean(str(e.get("value"))) for e in said.get("entities") or ()}
        intent = str((said.get("intent") or {}).get("name"))
        picked = self._payloads.value(intent, carried.get(names.ARGUMENT, ""))
        return message if picked is None else replace(message, text="", picked=picked)


class _Answered(Action):
    """One of our actions, as rasa-sdk wants it."""

    def __init__(self, name: str, take: Take, bridge: Bridge) -> None:
        self._name, self._take, self._bridge = name, take, bridge

    def name(self) -> str:
        """What a Rasa server calls it."""
        return self._name

    async def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[Event]:
        """Answer, off the event loop: the database waits for its one writer."""
        done = await asyncio.to_thread(self._bridge.take, self._take, tracker)
        for reply in done.replies:
            for part in fit(reply, CAN).parts:
                for response in self._bridge.responses(part):
                    dispatcher.utter_message(**response)
        return list(done.events)


def _after(conversation: Conversation, replies: tuple[Reply, ...]) -> Conversation:
    """What was offered last is remembered, for a typed "2"; and that we have met."""
    offered = next((r.choices for r in reversed(replies) if r.choices), ())
    return replace(conversation, offered=offered, heard=conversation.heard + 1)


def _file(file: Attachment) -> dict[str, Any]:
    """A file where Rasa's channels look for it; our own travel in a data URL (RFC 2397)."""
    where = file.url_or_bytes
    if isinstance(where, bytes):
        where = f"data:{file.kind};base64,{b64encode(where).decode()}"
    return {"type": "file", "payload": {"title": file.name, "src": where}}
