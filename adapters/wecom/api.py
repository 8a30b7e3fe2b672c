"""What we ask of WeCom's API, over one line with one token."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from aiohttp import FormData
from wechatpy.enterprise import WeChatClient

from adapters.tencent.answers import Answer, TokenRefused
from adapters.tencent.calls import Call, Calls, Line
from adapters.tencent.endpoints import Endpoints
from adapters.tencent.token import Fetched, Owner, Tokens, fetched_of
from adapters.wecom.errcodes import ERRCODES
from adapters.wecom.media import Shelf, digest_of, kind_of
from bot.channel import Blocked, Misconfigured, Refused, Unsure
from bot.config import Settings
from bot.i18n import _
from bot.message import Attachment
from bot.tokens import TokenShelf

_NO_MENU: Final = "46003"


class _Client(Endpoints, WeChatClient):  # type: ignore[misc] # wechatpy has no types
    """wechatpy's endpoints, awaited."""


class Api:
    """The calls this channel makes. All of them raise SendErrors."""

    def __init__(self, settings: Settings, shelf: TokenShelf, now: Callable[[], datetime]) -> None:
        self._corp_id, self._secret = settings.wecom_corp_id, settings.wecom_secret
        self._agent_id = settings.wecom_agent_id
        self._line = Line(settings.wecom_api, ERRCODES)
        # A token belongs to the secret, which is of one app.
        account = f"wecom:{self._corp_id}:{self._agent_id}"
        self._calls = Calls(
            self._line, Tokens(shelf, Owner(account, self._secret), self._fetch, now)
        )
        self._client = _Client(self._calls, self._corp_id)
        self._media = Shelf(now)

    async def send(self, user: str, said: Mapping[str, Any]) -> str:
        """One message to one member; gives its id.

        Raises Blocked for one who may not see the app, Refused for one without a licence: the
        platform names both in an answer that says `ok`.
        """
        answer = await self._client.message.send(self._agent_id, user, msg=dict(said))
        if _names(answer.get("invaliduser"), user):
            raise Blocked("invaliduser")
        if _names(answer.get("unlicenseduser"), user):
            raise Refused("unlicenseduser", "no interface licence for this member")
        return str(answer.get("msgid", ""))

    async def disable(self, user: str, code: str, words: str) -> None:
        """Instead of what could be tapped on a card, show these words.

        https://developer.work.weixin.qq.com/document/path/94888
        """
        asked = {
            "userids": [user],
            "agentid": self._agent_id,
            "response_code": code,
            "button": {"replace_name": words},
        }
        await self._calls.call(Call.of_json("cgi-bin/message/update_template_card", asked))

    async def upload(self, file: Attachment) -> tuple[str, str]:
        """Put a file on the platform; gives its id there, and as what it can be sent.

        https://developer.work.weixin.qq.com/document/path/90253
        """
        content = file.url_or_bytes
        if isinstance(content, str):
            raise Refused("file", "only files we hold can be uploaded")
        kind = kind_of(file.kind, content)
        shelf, digest = self._media, digest_of(kind, content, file.name)
        async with shelf.one_at_a_time(digest):
            media_id = shelf.find(digest) or await self._uploaded(kind, content, file)
            shelf.keep(digest, media_id)
        return media_id, kind

    async def _uploaded(self, kind: str, content: bytes, file: Attachment) -> str:
        def form() -> FormData:
            made = FormData(quote_fields=False)  # the platform reads a name as it stands
            name = file.name.translate({0x22: "'", 0x0A: " ", 0x0D: " "})
            made.add_field("media", content, filename=name, content_type=file.kind)
            return made

        call = Call("cgi-bin/media/upload", params={"type": kind}, body=form)
        media_id = (await self._calls.call(call)).get("media_id")
        if not isinstance(media_id, str):
            raise Unsure(_("The platform took the file and gave no number for it."))
        return media_id

    async def put_menu(self, menu: Mapping[str, Any]) -> None:
        """The menu that every member sees: https://developer.work.weixin.qq.com/document/path/90231"""
        await self._client.menu.create(self._agent_id, menu)

    async def has_menu(self) -> bool:
        """Whether there is a menu."""
        try:
            return bool((await self._client.menu.get(self._agent_id)).get("button"))
        except Refused as refused:
            if refused.code == _NO_MENU:
                return False
            raise

    async def report_entering(self) -> None:
        """Have us told who opens the app, and not where they are.

        https://developer.work.weixin.qq.com/document/path/90228
        """
        wanted = {"agentid": self._agent_id, "report_location_flag": 0, "isreportenter": 1}
        await self._calls.call(Call.of_json("cgi-bin/agent/set", wanted))

    async def agent(self) -> Answer:
        """The app as the platform has it: https://developer.work.weixin.qq.com/document/path/90227"""
        found: Answer = await self._client.agent.get(self._agent_id)
        return found

    async def close(self) -> None:
        """Hang up."""
        await self._calls.close()

    async def _fetch(self, _force: bool) -> Fetched:
        """The same token until it ends or dies; nobody can force another.

        https://developer.work.weixin.qq.com/document/path/91039
        """
        asked = {"corpid": self._corp_id, "corpsecret": self._secret}
        try:
            answer = await self._line.call(Call("cgi-bin/gettoken", "GET", asked))
        except TokenRefused as refused:  # here it is the secret that 40001 speaks of
            raise Misconfigured(f"{refused} invalid secret") from None
        return fetched_of(answer)


def _names(users: object, user: str) -> bool:
    """Whether a list like `anna|bob` names somebody; the platform writes it in lower case."""
    return isinstance(users, str) and user.lower() in users.lower().split("|")
