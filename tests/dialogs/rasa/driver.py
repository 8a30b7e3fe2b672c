"""Plays the part of a Rasa 3.6 server: its forms and its RulePolicy, over our exported files.

What FormAction does is retold from rasa/core/actions/forms.py and loops.py; understanding is the
exported examples by heart, so that a script means the same every time.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import yaml
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from bot.message import Reply
from bot.render import fit
from dialogs.rasa.bridge import CAN

Event = dict[str, Any]
_PAYLOAD = re.compile(r"/(?P<intent>\w+)(?P<entities>\{.*\})?")


@dataclass(frozen=True)
class Training:
    """The files of `citybot rasa export`, read back."""

    domain: Mapping[str, Any]
    rules: tuple[Mapping[str, Any], ...]
    intents: Mapping[str, str]  # example to intent

    @classmethod
    def read(cls, files: Mapping[str, str]) -> "Training":
        nlu = yaml.safe_load(files["data/nlu.yml"])["nlu"]
        examples = {
            line.removeprefix("- ").casefold(): block["intent"]
            for block in nlu for line in block["examples"].splitlines()
        }  # fmt: skip
        rules = yaml.safe_load(files["data/rules.yml"])["rules"]
        return cls(yaml.safe_load(files["domain.yml"]), tuple(rules), examples)


class Rejection(Exception):
    """The form found nothing to read."""


class RasaServer:
    """One talk on a Rasa server that calls our actions."""

    def __init__(self, client: TestClient, token: str, training: Training, sender: str) -> None:
        self._client, self._token, self._training, self.sender = client, token, training, sender
        self.events: list[Event] = []
        self.shown: list[dict[str, Any]] = []
        self.calls: list[str] = []

    async def post(self, action: str, events: list[Event] | None = None) -> ClientResponse:
        """One call, as Rasa's RemoteAction makes it."""
        tracker = State.after(self.events if events is None else events).as_json(self.sender)
        body = {
            "next_action": action, "sender_id": self.sender, "tracker": tracker, "domain": {},
            "version": "3.6.21",
        }  # fmt: skip
        return await self._client.post(
            "/rasa/webhook", json=body, headers={"Authorization": f"Bearer {self._token}"}
        )

    async def say(self, text: str) -> list[dict[str, Any]]:
        """Hear a message, act until there is nothing left to do but listen."""
        self.shown = []
        self.events += [_did("action_listen"), self._understood(text)]
        self.events += self._extracted(text)
        for _step in range(10):
            action = self._predicted()
            if action == "action_listen":
                return self.shown
            await self._act(action)
        raise AssertionError(f"no end of actions after {text!r}: {self.calls}")

    async def tap(self, title: str) -> list[dict[str, Any]]:
        """Tap the button with that title."""
        payloads = {b["title"]: b["payload"] for r in self.shown for b in r["buttons"]}
        return await self.say(payloads[title])

    def _understood(self, text: str) -> Event:
        intent, entities = self._training.intents.get(text.casefold(), "nlu_fallback"), {}
        if payload := _PAYLOAD.fullmatch(text):
            intent, entities = payload["intent"], orjson.loads(payload["entities"] or "{}")
        found = [{"entity": name, "value": value} for name, value in entities.items()]
        data = {"intent": {"name": intent}, "entities": found, "text": text}
        return {"event": "user", "text": text, "parse_data": data}

    def _extracted(self, text: str) -> list[Event]:
        """action_extract_slots: fill what the mappings say the text is for."""
        state = State.after(self.events)
        now = {"active_loop": state.loop, "requested_slot": state.slots.get("requested_slot")}
        return [
            _set(name, text)
            for name, slot in self._training.domain["slots"].items()
            for mapping in slot["mappings"]
            if mapping["type"] == "from_text" and now in mapping["conditions"]
        ]

    def _predicted(self) -> str:
        """RulePolicy: what was asked for by an event, then the form, then the rules."""
        state = State.after(self.events)
        if state.followup:
            return state.followup
        if state.loop and not state.rejected:
            return "action_listen" if state.latest == state.loop else state.loop
        if state.latest == "action_listen" or state.rejected:
            return self._by_intent(state.intent)
        return self._after_form(state)

    def _by_intent(self, intent: str) -> str:
        rules = [r["steps"] for r in self._training.rules if r["steps"][0].get("intent") == intent]
        return str(rules[0][1]["action"]) if rules else "action_listen"

    def _after_form(self, state: "State") -> str:
        for rule in self._training.rules:
            ended = {"active_loop": state.latest} in rule.get("condition", [])
            if ended and state.loop is None:
                return str(rule["steps"][-1]["action"])
        return "action_listen"

    async def _act(self, action: str) -> None:
        try:
            if action in self._training.domain["forms"]:
                events = await self._form(action)
            elif action == "action_session_start":
                events = []
            else:
                assert action in self._training.domain["actions"]
                events = await self._run(action, self.events)
        except Rejection:
            self.events.append({"event": "action_execution_rejected", "name": action})
            return
        self.events += [_did(action), *events]

    async def _run(self, action: str, events: list[Event]) -> list[Event]:
        self.calls.append(action)
        response = await self.post(action, events)
        assert response.status == 200, await response.text()
        answer = await response.json()
        self.shown += answer["responses"]
        return list(answer["events"])

    # -- FormAction ----------------------------------------------------------------------------

    async def _form(self, form: str) -> list[Event]:
        state = State.after(self.events)
        events: list[Event] = []
        if state.loop != form:
            events = [{"event": "active_loop", "name": form}]
            filled = {s: v for s in self._required(form) if (v := state.slots.get(s)) is not None}
            events += await self._validate(form, filled) if filled else []
        if not _is_done(events):
            events += await self._do(form, state, events)
        return [*events, {"event": "active_loop", "name": None}] if _is_done(events) else events

    async def _do(self, form: str, state: "State", so_far: list[Event]) -> list[Event]:
        candidates: dict[str, Any] = {}
        needs_validation = not state.loop or state.latest == "action_listen"
        if needs_validation and state.loop:
            candidates = {n: v for n, v in self._since_heard() if n in self._required(form)}
        events = await self._validate(form, candidates)
        rejected = any(e["event"] == "action_execution_rejected" for e in events)
        read = any(e["event"] == "slot" and e["name"] != "requested_slot" for e in events)
        requested = state.slots.get("requested_slot") if state.loop == form else None
        if needs_validation and requested and not read and not rejected:
            raise Rejection
        if rejected:
            return events
        return events + await self._request_next(form, [*so_far, *events])

    async def _validate(self, form: str, candidates: Mapping[str, Any]) -> list[Event]:
        said = [_set(name, value) for name, value in candidates.items()]
        events = await self._run(f"validate_{form}", self._temporary(form, said))
        read = {e["name"] for e in events if e["event"] == "slot"}
        return events + [e for e in said if e["name"] not in read]

    async def _request_next(self, form: str, events: list[Event]) -> list[Event]:
        if _is_done(events):
            return [_set("requested_slot", None)]
        asked = [e["value"] for e in events if e.get("name") == "requested_slot"]
        slot = next(iter(asked), None)
        assert slot, "our validation always names the slot that comes next"
        return await self._run(f"action_ask_{form}_{slot}", self._temporary(form, events))

    def _temporary(self, form: str, events: list[Event]) -> list[Event]:
        state = State.after(self.events)
        requested = state.slots.get("requested_slot") if state.loop == form else None
        return [*self.events, _set("requested_slot", requested), _did(form), *events]

    def _required(self, form: str) -> list[str]:
        return list(self._training.domain["forms"][form]["required_slots"])

    def _since_heard(self) -> list[tuple[str, Any]]:
        heard = max(i for i, e in enumerate(self.events) if e["event"] == "user")
        return [(e["name"], e["value"]) for e in self.events[heard:] if e["event"] == "slot"]


@dataclass
class State:
    """A tracker after its events."""

    events: list[Event]
    slots: dict[str, Any]
    said: dict[str, Any]
    loop: str | None = None
    rejected: bool = False
    latest: str = ""
    followup: str | None = None

    @classmethod
    def after(cls, events: list[Event]) -> "State":
        state = cls(events, {}, {})
        for event in events:
            state._apply(event)
        return state

    @property
    def intent(self) -> str:
        return str(self.said["intent"]["name"])

    def _apply(self, event: Event) -> None:
        match event["event"]:
            case "user":
                self.said = event["parse_data"]
            case "slot":
                self.slots[event["name"]] = event["value"]
            case "active_loop":
                self.loop, self.rejected = event["name"], False
            case "action":
                self.latest, self.followup = event["name"], None
                self.rejected = self.rejected and event["name"] != self.loop
            case "action_execution_rejected":
                self.rejected = event["name"] == self.loop
            case "followup":
                self.followup = event["name"]
            case "restart":
                self.slots, self.loop, self.rejected = {}, None, False
                self.latest, self.followup = "", "action_session_start"

    def as_json(self, sender: str) -> dict[str, Any]:
        return {
            "sender_id": sender, "slots": self.slots, "latest_message": self.said,
            "events": self.events, "paused": False, "followup_action": self.followup,
            "active_loop": {"name": self.loop} if self.loop else {},
            "latest_action_name": self.latest,
        }  # fmt: skip


def _did(action: str) -> Event:
    return {"event": "action", "name": action}


def _set(slot: str, value: Any) -> Event:
    return {"event": "slot", "name": slot, "value": value}


def _is_done(events: list[Event]) -> bool:
    if any(e["event"] == "action_execution_rejected" for e in events):
        return False
    asked = [e["value"] for e in events if e.get("name") == "requested_slot"]
    loops = [e["name"] for e in events if e["event"] == "active_loop"]
    return (bool(asked) and asked[-1] is None) or (bool(loops) and loops[-1] is None)


def heard(replies: Iterable[Reply]) -> tuple[str, list[str]]:
    """What the built-in engine said, fitted for the same channel: text, and labels of choices."""
    parts = [part for reply in replies for part in fit(reply, CAN).parts]
    return "\n\n".join(p.text for p in parts), [c.label for p in parts for c in p.choices]


def told(responses: Iterable[dict[str, Any]]) -> tuple[str, list[str]]:
    """What a Rasa server would show: text, and titles of buttons."""
    texts = [r["text"] for r in responses if r["text"]]
    return "\n\n".join(texts), [b["title"] for r in responses for b in r["buttons"]]
