"""What we ask of WeChat's API, over one line with one token."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from aiohttp import FormData
from wechatpy import WeChatClient

from adapters.tencent.answers import TokenRefused
from adapters.tencent.calls import Call, Calls, Line
from adapters.tencent.endpoints import Endpoints
from adapters.tencent.token import Fetched, Owner, Tokens, fetched_of
from adapters.wechat.errcodes import NotGranted, errcodes
from adapters.wechat.mass import mass_call
from adapters.wechat.wording import plain
from bot.channel import Misconfigured, Refused
from bot.config import Settings
from bot.i18n import _
from bot.message import Attachment
from bot.tokens import TokenShelf

SEND: Final = "/cgi-bin/message/custom/send"
_NO_SCENE = _("QR codes that bring an invitation need a verified service account on WeChat.")
_LONGEST = timedelta(days=30)  # of a code that lapses


class _Client(Endpoints, WeChatClient):  # type: ignore[misc] # wechatpy has no types
    """wechatpy's endpoints, awaited."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A QR code of ours: what it says, for who draws it, and WeChat's own picture of it."""

    url: str
    image: str


class Api:
    """The calls this channel makes. All of them raise SendErrors."""

    def __init__(self, settings: Settings, shelf: TokenShelf, now: Callable[[], datetime]) -> None:
        self._app_id, self._secret = settings.wechat_app_id, settings.wechat_app_secret
        self._now = now
        self._line = Line(settings.wechat_api, errcodes(now))
        account = f"wechat:{self._app_id}"
        self._tokens = Tokens(shelf, Owner(account, self._secret), self._fetch, now)
        self._calls = Calls(self._line, self._tokens)
        self._client = _Client(self._calls, self._app_id)

    async def check_token(self) -> None:
        """That the platform knows us."""
        await self._tokens.get()

    async def say(self, openid: str, text: str) -> None:
        """A customer-service message."""
        await self._client.message.send_text(openid, plain(text))

    async def show(self, openid: str, picture: str) -> None:
        """A picture that was uploaded before."""
        await self._client.message.send_image(openid, picture)

    async def send_to_many(self, openids: Sequence[str], text: str, key: str) -> str:
        """A mass message, see mass.py; gives what the platform calls it."""
        answer = await self._calls.call(mass_call(openids, text, key, self._now))
        return str(answer.get("msg_id", ""))

    async def mass_status(self, ref: str) -> str:
        """SEND_SUCCESS, SENDING, SEND_FAIL or DELETE; without figures.

        https://developers.weixin.qq.com/doc/service/en/api/notify/message/api_massmsgget
        """
        asked = Call.of_json("cgi-bin/message/mass/get", {"msg_id": ref})
        return str((await self._calls.call(asked)).get("msg_status", ""))

    async def upload(self, file: Attachment) -> str:
        """Put a picture on the platform, for three days; gives its id there.

        https://developers.weixin.qq.com/doc/offiaccount/Asset_Management/New_temporary_materials.html
        """
        if isinstance(file.url_or_bytes, str):
            raise Refused("file", "only files we hold can be uploaded")
        content = file.url_or_bytes

        def form() -> FormData:
            made = FormData()
            made.add_field("media", content, filename=file.name, content_type=file.kind)
            return made

        answer = await self._calls.call(
            Call("cgi-bin/media/upload", params={"type": "image"}, body=form)
        )
        return str(answer.get("media_id", ""))

    async def notify(self, openid: str, template: str, words: Mapping[str, str]) -> None:
        """A template message of a service account; `words` by the template's fields."""
        await self._client.message.send_template(openid, template, _fields(words))

    async def notify_once(self, openid: str, template: str, words: Mapping[str, str]) -> None:
        """A subscription notice, of those the person has agreed to."""
        await self._client.message.send_subscribe_message(openid, template, _fields(words))

    async def put_menu(self, menu: Mapping[str, Any]) -> None:
        """The menu that everybody sees, within five minutes."""
        await self._client.menu.create(menu)

    async def menu(self) -> Mapping[str, Any] | None:
        """The menu as the platform has it; None if there is none."""
        try:
            answer = await self._client.menu.get()
        except Refused as refused:
            if refused.code == "46003":
                return None
            raise
        found = answer.get("menu")
        return found if isinstance(found, Mapping) else None

    async def quota(self, path: str) -> tuple[int, int]:
        """Calls made today, and how many are allowed.

        https://developers.weixin.qq.com/doc/offiaccount/openApi/get_api_quota.html
        """
        asked = Call.of_json("cgi-bin/openapi/quota/get", {"cgi_path": path})
        quota = (await self._calls.call(asked)).get("quota", {})
        return int(quota.get("used", 0)), int(quota.get("daily_limit", 0))

    async def scene(self, code: str, lasts: timedelta | None) -> Scene:
        """A QR code that brings `code` with whoever scans it; None: it never lapses.

        At most 100,000 that never lapse; 64 characters of code.
        https://developers.weixin.qq.com/doc/offiaccount/Account_Management/Generating_a_Parametric_QR_Code.html
        """
        asked: dict[str, Any] = {"action_info": {"scene": {"scene_str": code}}}
        if lasts is None:
            asked |= {"action_name": "QR_LIMIT_STR_SCENE"}
        else:
            seconds = int(min(lasts, _LONGEST).total_seconds())
            asked |= {"action_name": "QR_STR_SCENE", "expire_seconds": seconds}
        try:
            answer = await self._client.qrcode.create(asked)
        except NotGranted as error:
            raise NotGranted(_NO_SCENE) from error
        return Scene(str(answer.get("url", "")), self._client.qrcode.get_url(answer["ticket"]))

    async def close(self) -> None:
        """Hang up."""
        await self._calls.close()

    async def _fetch(self, force: bool) -> Fetched:
        """https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html"""
        asked = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": self._secret,
            "force_refresh": force,
        }
        try:
            answer = await self._line.call(Call.of_json("cgi-bin/stable_token", asked))
        except TokenRefused as refused:  # here it is the secret that 40001 speaks of
            raise Misconfigured(f"{refused} invalid appsecret") from None
        return fetched_of(answer)


def _fields(words: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"value": value} for name, value in words.items()}
