"""Whether pages of other sites may call the API from a browser: none, unless a setting says so."""

from collections.abc import Mapping

from aiohttp import web

from bot.config import Settings

_METHODS = "GET, POST"
_SENT = "Authorization, Content-Type, Idempotency-Key, If-None-Match"
_SEEN = "ETag, Retry-After, Idempotency-Replayed"


class Origins:
    """The sites of `api_origins`. Cookies are never taken, so no `Allow-Credentials` is sent."""

    def __init__(self, settings: Settings) -> None:
        self._open = frozenset(settings.api_origins.split())

    def allowed(self, request: web.Request) -> Mapping[str, str]:
        """What a browser must read to hand our answer on."""
        origin = request.headers.get("Origin", "")
        if origin not in self._open:
            return {}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": _SEEN,
            "Cross-Origin-Resource-Policy": "cross-origin",
        }

    def preflight(self, request: web.Request) -> web.Response:
        """The answer to OPTIONS (https://fetch.spec.whatwg.org/#http-cors-protocol)."""
        response = web.Response(status=204, headers={"Allow": f"{_METHODS}, OPTIONS"})
        if self.allowed(request):
            response.headers["Access-Control-Allow-Methods"] = _METHODS
            response.headers["Access-Control-Allow-Headers"] = _SENT
            response.headers["Access-Control-Max-Age"] = "600"
        return response
