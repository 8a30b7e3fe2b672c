"""wechatpy's endpoint classes over our calls: `await client.menu.create(...)`.

wechatpy knows the addresses and the shapes; its own `_request` blocks, waits for ever, and asks
for tokens without end (docs/decisions.md), so it is replaced by ours.
"""

from collections.abc import Callable, Mapping
from typing import Any

from adapters.tencent.answers import Answer
from adapters.tencent.calls import Call, Calls
from bot.channel import Refused


class Endpoints:
    """Goes before a client class of wechatpy: `class Client(Endpoints, WeChatClient)`.

    Every method of an endpoint then gives an awaitable, and raises our errors. Not for those that
    send files, and not for those that call elsewhere (`qrcode.show`).
    """

    access_token = None  # stands in the address of each call, and nowhere else

    def __init__(self, calls: Calls, account: str) -> None:
        # On purpose not wechatpy's: it opens a session of requests and a store for tokens.
        self._calls, self.appid = calls, account

    async def _request(self, method: str, url_or_endpoint: str, **given: Any) -> Any:
        """What every endpoint ends in. `given`: params, data, result_processor."""
        if url_or_endpoint.startswith(("http:", "https:")) or "api_base_url" in given:
            raise Refused("elsewhere", "this endpoint is not on our line")
        params = {key: str(value) for key, value in (given.get("params") or {}).items()}
        call = _call(method, f"cgi-bin/{url_or_endpoint}", params, given.get("data"))
        answer = await self._calls.call(call)
        processor: Callable[[Answer], Any] = given.get("result_processor") or _as_it_is
        return processor(answer)


def _call(method: str, path: str, params: Mapping[str, str], data: Any) -> Call:
    if data is None:
        return Call(path, method.upper(), params)
    if isinstance(data, Mapping | list):
        return Call.of_json(path, data, **params)
    return Call(path, method.upper(), params, data if isinstance(data, bytes) else data.encode())


def _as_it_is(answer: Answer) -> Answer:
    return answer
