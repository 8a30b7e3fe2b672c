"""The methods of the Bot API that a bot like ours calls, with the server's own checks.

https://core.telegram.org/bots/api#available-methods
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.fakes.telegram import markup, text
from tests.fakes.telegram.chats import Chat, Shown
from tests.fakes.telegram.pushes import Webhook
from tests.fakes.telegram.refusal import Refusal

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram

Json = dict[str, Any]
Files = dict[str, tuple[str, bytes]]
ACTIONS = frozenset(
    {
        *("typing", "upload_photo", "record_video", "upload_video", "record_voice"),
        *("upload_voice", "upload_document", "choose_sticker", "find_location"),
        *("record_video_note", "upload_video_note"),
    }
)
QUERY_SECONDS = 150
PORTS = (None, 80, 88, 443, 8443)
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_IMAGE = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_MEGABYTE = 1024 * 1024


class Methods:
    """Each public coroutine is a method by that name; raises Refusal."""

    def __init__(self, telegram: "FakeTelegram") -> None:
        self._fake = telegram

    def named(self, name: str) -> Callable[[Json, Files], Any] | None:
        """The method of that name; names are not case-sensitive."""
        known = {n.lower(): n for n in dir(self) if not n.startswith("_") and n != "named"}
        return getattr(self, known[name.lower()], None) if name.lower() in known else None

    def getMe(self, _params: Json, _files: Files) -> Json:  # noqa: N802 - the platform's names
        return self._fake.bot

    # -- messages --------------------------------------------------------------------------

    def sendMessage(self, params: Json, _files: Files) -> Json:  # noqa: N802
        chat = self._chat(params)
        entities = params.get("entities")
        told = text.read(
            str(params.get("text", "")), params.get("parse_mode"), entities, limit=4096, least=1
        )
        keyboard = self._keyboard(params)
        shown = Shown(chat.next_message(), "text", told.text, told.entities, keyboard)
        shown.thread = params.get("message_thread_id")
        return self._sent(chat, shown)

    def sendDocument(self, params: Json, files: Files) -> Json:  # noqa: N802
        return self._file(params, files, "document", 50)

    def sendPhoto(self, params: Json, files: Files) -> Json:  # noqa: N802
        if "photo" in files and not files["photo"][1].startswith(_IMAGE):
            raise Refusal(400, "IMAGE_PROCESS_FAILED")
        return self._file(params, files, "photo", 10)

    def _file(self, params: Json, files: Files, kind: str, megabytes: int) -> Json:
        chat = self._chat(params)
        if kind not in files:
            raise Refusal(400, f"there is no {kind} in the request")
        name, content = files[kind]
        if not content:
            raise Refusal(400, "file must be non-empty")
        if len(content) > megabytes * _MEGABYTE:
            raise Refusal(413, "Request Entity Too Large")
        caption = str(params.get("caption") or "")
        entities = params.get("caption_entities")
        told = text.read(caption, params.get("parse_mode"), entities, limit=1024, least=0)
        keyboard = self._keyboard(params)
        shown = Shown(chat.next_message(), kind, told.text, told.entities, keyboard)
        shown.file = (name, content)
        return self._sent(chat, shown)

    def sendPoll(self, params: Json, _files: Files) -> Json:  # noqa: N802
        chat = self._chat(params)
        options = [self._option(option) for option in params.get("options") or []]
        if not 1 <= text.units(params.get("question", "")) <= 300:
            raise Refusal(400, "poll question must be non-empty and at most 300 characters long")
        if not 1 <= len(options) <= 12:
            raise Refusal(400, "poll must have at least 1 and at most 12 options")
        anonymous = params.get("is_anonymous", True)
        poll = {"question": params["question"], "options": options, "is_anonymous": anonymous}
        keyboard = self._keyboard(params)
        shown = Shown(chat.next_message(), "poll", keyboard=keyboard, poll=poll)
        return self._sent(chat, shown)

    def _option(self, option: Any) -> str:
        said = option.get("text", "") if isinstance(option, dict) else str(option)
        if not 1 <= text.units(said) <= 100:
            raise Refusal(400, "poll options length must not exceed 100")
        return str(said)

    def sendChatAction(self, params: Json, _files: Files) -> bool:  # noqa: N802
        self._chat(params)
        if params.get("action") not in ACTIONS:
            raise Refusal(400, "wrong parameter action in request")
        return True

    def editMessageText(self, params: Json, _files: Files) -> Json:  # noqa: N802
        chat, shown = self._mine(params)
        entities = params.get("entities")
        told = text.read(
            str(params.get("text", "")), params.get("parse_mode"), entities, limit=4096, least=1
        )
        keyboard = self._keyboard(params)
        if (told.text, told.entities, keyboard) == (shown.text, shown.entities, shown.keyboard):
            raise Refusal(400, _NOT_MODIFIED)
        shown.text, shown.entities, shown.keyboard = told.text, told.entities, keyboard
        shown.edits += 1
        return self._as_json(chat, shown)

    def editMessageReplyMarkup(self, params: Json, _files: Files) -> Json:  # noqa: N802
        chat, shown = self._mine(params)
        keyboard = self._keyboard(params)
        if keyboard == shown.keyboard:
            raise Refusal(400, _NOT_MODIFIED)
        shown.keyboard = keyboard
        shown.edits += 1
        return self._as_json(chat, shown)

    def answerCallbackQuery(self, params: Json, _files: Files) -> bool:  # noqa: N802
        asked_at = self._fake.queries.get(str(params.get("callback_query_id")))
        if asked_at is None or self._fake.clock.now - asked_at > QUERY_SECONDS:
            raise Refusal(
                400, "query is too old and response timeout expired or query ID is invalid"
            )
        if text.units(str(params.get("text") or "")) > 200:
            raise Refusal(400, "MESSAGE_TOO_LONG")
        return True

    # -- what people see of the bot ----------------------------------------------------------

    def setMyCommands(self, params: Json, _files: Files) -> bool:  # noqa: N802
        commands = params.get("commands") or []
        if len(commands) > 100:
            raise Refusal(400, "too many commands")
        for command in commands:
            if not _COMMAND.fullmatch(command.get("command", "")):
                raise Refusal(400, "BOT_COMMAND_INVALID")
            if not 1 <= len(command.get("description", "")) <= 256:
                raise Refusal(400, "BOT_COMMAND_DESCRIPTION_INVALID")
        self._fake.commands[self._language(params)] = [
            (c["command"], c["description"]) for c in commands
        ]
        return True

    def setMyDescription(self, params: Json, _files: Files) -> bool:  # noqa: N802
        return self._describe(params, "description", 512)

    def setMyShortDescription(self, params: Json, _files: Files) -> bool:  # noqa: N802
        return self._describe(params, "short_description", 120)

    def _describe(self, params: Json, kind: str, limit: int) -> bool:
        said = str(params.get(kind) or "")
        if text.units(said) > limit:
            raise Refusal(400, f"BOT_{kind.upper()}_TOO_LONG")
        self._fake.descriptions[kind, self._language(params)] = said
        return True

    def _language(self, params: Json) -> str:
        code = str(params.get("language_code") or "")
        if code and not re.fullmatch("[a-z]{2}", code):
            raise Refusal(400, "BOT_LANGUAGE_CODE_INVALID")  # ISO 639-1, or empty for all
        return code

    # -- updates -------------------------------------------------------------------------------

    def setWebhook(self, params: Json, _files: Files) -> bool:  # noqa: N802
        url, secret = str(params.get("url") or ""), str(params.get("secret_token") or "")
        parts = urlsplit(url)
        if url and parts.scheme != "https":
            raise Refusal(400, "bad webhook: An HTTPS URL must be provided for webhook")
        if url and parts.port not in PORTS:
            raise Refusal(
                400, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"
            )
        if secret and not _SECRET.fullmatch(secret):
            raise Refusal(400, "secret token contains unallowed characters")
        connections = int(params.get("max_connections") or 40)
        allowed = list(params.get("allowed_updates") or [])
        self._fake.hook(Webhook(url, secret, min(max(connections, 1), 100), allowed))
        return True

    def deleteWebhook(self, params: Json, _files: Files) -> bool:  # noqa: N802
        if params.get("drop_pending_updates"):
            self._fake.pending.clear()
        self._fake.hook(Webhook())
        return True

    def getWebhookInfo(self, _params: Json, _files: Files) -> Json:  # noqa: N802
        webhook = self._fake.pusher.webhook
        error = {"last_error_date": webhook.error_at, "last_error_message": webhook.error}
        return {
            "url": webhook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._fake.pending),
            "max_connections": webhook.connections,
            **(error if webhook.error else {}),
        }

    # ------------------------------------------------------------------------------------------

    def _chat(self, params: Json) -> Chat:
        chat = self._fake.chats.get(int(params.get("chat_id") or 0))
        if chat is None:
            raise Refusal(400, "chat not found")
        if chat.moved_to is not None:
            raise Refusal(
                400,
                "group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.moved_to,
            )
        if chat.closed:
            raise Refusal(403, chat.closed)
        return chat

    def _mine(self, params: Json) -> tuple[Chat, Shown]:
        chat = self._chat(params)
        shown = chat.find(int(params.get("message_id") or 0))
        if shown is None:
            raise Refusal(400, "message to edit not found")
        return chat, shown

    def _keyboard(self, params: Json) -> list[list[Json]]:
        read = markup.read(params.get("reply_markup"))
        return read["inline_keyboard"] if read else []

    def _sent(self, chat: Chat, shown: Shown) -> Json:
        return self._as_json(chat, chat.show(shown))

    def _as_json(self, chat: Chat, shown: Shown) -> Json:
        return self._fake.as_json(chat, shown)


_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
