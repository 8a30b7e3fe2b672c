"""People and groups on the fake: what they do becomes updates, what the bot does is shown to them."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.text import units

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram

Json = dict[str, Any]
_DETECTED = re.compile(r"(?<!\S)(/[A-Za-z0-9_]{1,32}(?:@\w+)?|@\w{4,32})")


@dataclass(slots=True)
class Shown:
    """A message as a chat shows it. `file` is the name and content of a document or photo."""

    message_id: int
    kind: str
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    keyboard: list[list[Json]] = field(default_factory=list)
    file: tuple[str, bytes] | None = None
    poll: Json | None = None
    edits: int = 0
    thread: int | None = None

    @property
    def labels(self) -> list[list[str]]:
        """The labels of its buttons, row by row."""
        return [[button["text"] for button in row] for row in self.keyboard]

    def button(self, label: str) -> Json:
        """Its button with that label."""
        found = [b for row in self.keyboard for b in row if b["text"] == label]
        assert found, f"{label!r} is not among {self.labels}"
        return found[0]


class Chat:
    """A place where the bot and people write."""

    def __init__(self, telegram: "FakeTelegram", chat: Json) -> None:
        self.telegram, self.id, self.as_json = telegram, int(chat["id"]), chat
        self.sees: list[Shown] = []  # what the bot wrote, oldest first, as edited since
        self.closed: str = ""  # why the bot may not write here, as the server says it
        self.moved_to: int | None = None
        self._messages = 100 * (abs(self.id) % 1000)

    def next_message(self) -> int:
        """The number of the next message here."""
        self._messages += 1
        return self._messages

    def show(self, shown: Shown) -> Shown:
        """The bot wrote something."""
        self.sees.append(shown)
        return shown

    def find(self, message_id: int) -> Shown | None:
        """A message of the bot by its number."""
        return next((s for s in self.sees if s.message_id == message_id), None)

    @property
    def texts(self) -> list[str]:
        """All the bot wrote here."""
        return [shown.text for shown in self.sees]

    async def hears(self, count: int = 1, seconds: float = 10) -> list[Shown]:
        """Wait until the bot has written that many messages in all; gives all of them."""
        await self.telegram.until(lambda: len(self.sees) >= count, seconds)
        return self.sees

    def message(self, sender: Json | None, **content: Any) -> Json:
        """A message in this chat as the wire has it."""
        text = content.get("text", content.get("caption"))
        found = detected(text) if text else []
        entities = {"entities" if "text" in content else "caption_entities": found} if found else {}
        return {
            "message_id": self.next_message(),
            "date": int(self.telegram.clock.now),
            "chat": self.as_json,
            **({"from": sender} if sender else {}),
            **entities,
            **content,
        }

    def press(self, sender: Json, shown: Shown, button: Json) -> int:
        """Somebody taps a button of the bot's; gives the id of the update."""
        return self.telegram.press(self, sender, shown, button)


class Person(Chat):
    """A person in their private chat with the bot. Has pressed start unless told otherwise."""

    def __init__(
        self, telegram: "FakeTelegram", user: int, name: str, language: str | None
    ) -> None:
        super().__init__(telegram, {"id": user, "type": "private", "first_name": name})
        spoken = {"language_code": language} if language else {}
        self.user: Json = {"id": user, "is_bot": False, "first_name": name, **spoken}

    def says(self, text: str, **more: Any) -> int:
        """They write; gives the id of the update."""
        return self.sends(text=text, **more)

    def sends(self, **content: Any) -> int:
        """They send anything: `sticker=...`, `photo=[...], caption=...`."""
        return self.telegram.queue("message", self.message(self.user, **content), f"{self.id}")

    def starts(self, payload: str = "") -> int:
        """They press start, or follow a deep link."""
        return self.says(f"/start {payload}".strip())

    def edits(self, text: str) -> int:
        """They change what they wrote."""
        edited = self.message(self.user, text=text, edit_date=int(self.telegram.clock.now))
        return self.telegram.queue("edited_message", edited, f"{self.id}")

    def presses(self, label: str) -> int:
        """They tap the newest button with that label."""
        for shown in reversed(self.sees):
            if any(label in row for row in shown.labels):
                return self.press(self.user, shown, shown.button(label))
        raise AssertionError(f"no button {label!r}: {[s.labels for s in self.sees]}")

    def blocks(self) -> int:
        """They block the bot."""
        self.closed = "bot was blocked by the user"
        return self._membership("member", "kicked")

    def unblocks(self) -> int:
        """They let it write again."""
        self.closed = ""
        return self._membership("kicked", "member")

    def _membership(self, before: str, after: str) -> int:
        return self.telegram.membership(self, self.user, before, after)


class Group(Chat):
    """A group the bot is in."""

    def __init__(self, telegram: "FakeTelegram", number: int, title: str) -> None:
        kind = "supergroup" if number < -1_000_000_000_000 else "group"
        super().__init__(telegram, {"id": number, "type": kind, "title": title})

    def says(self, person: Person, text: str, **more: Any) -> int:
        """A member writes; the bot gets it as if its privacy mode were off."""
        return self.sends(person.user, text=text, **more)

    def sends(self, sender: Json | None, **content: Any) -> int:
        """Anything happens in the group."""
        return self.telegram.queue("message", self.message(sender, **content), f"{self.id}")

    def adds_bot(self, by: Person) -> int:
        """A member adds the bot."""
        self.closed = ""
        return self.telegram.membership(self, by.user, "left", "member")

    def removes_bot(self, by: Person) -> int:
        """A member throws it out."""
        self.closed = "bot was kicked from the group chat"
        return self.telegram.membership(self, by.user, "member", "kicked")

    def becomes_supergroup(self, number: int) -> "Group":
        """It gets a new number; the old one is told about in an update, and refused."""
        self.moved_to = number
        moved = self.telegram.group(number, self.as_json["title"])
        self.sends(None, migrate_to_chat_id=number)
        moved.sends(None, migrate_from_chat_id=self.id)
        return moved


def detected(text: str) -> list[Json]:
    """Commands and mentions, as the server marks them."""
    return [
        {
            "type": "bot_command" if found[1].startswith("/") else "mention",
            "offset": units(text[: found.start(1)]),
            "length": units(found[1]),
        }
        for found in _DETECTED.finditer(text)
    ]
