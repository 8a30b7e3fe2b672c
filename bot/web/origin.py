"""Where a request comes from: our own page or another site, which network, and how safely."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from aiohttp import web

from bot.config import Settings

_OURS = ("same-origin", "none")  # `none`: the person typed the address or pressed reload


def is_ours(request: web.Request, settings: Settings) -> bool:
    """Whether a request that acts for the person comes from our own page, or from no browser.

    A browser says so itself in `Sec-Fetch-Site` (over https), an older one by `Origin`. A program
    that sends neither has no cookie of anybody else to misuse.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in _OURS:
        return False
    origin = request.headers.get("Origin")
    if origin is None or (origin == "null" and site is not None):
        return True
    ours = {request.host, _host(settings.public_url)} - {""}
    return _host(origin) in ours


def is_encrypted(request: web.Request, settings: Settings) -> bool:
    """Whether the browser reached us over https, perhaps through a proxy in front of us."""
    if request.secure:
        return True
    if settings.trusted_proxies and request.headers.get("X-Forwarded-Proto", "").endswith("https"):
        return True
    return settings.public_url.rstrip("/") == f"https://{request.host}"


@lru_cache(256)
def is_loopback(host: str) -> bool:
    """Whether a host, with its port, is this machine itself."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def network_of(request: web.Request, settings: Settings) -> str | None:
    """The network newcomers are counted by; None on this machine, where it says nothing.

    The address itself is kept nowhere.
    """
    try:
        address = ip_address(_remote(request, settings.trusted_proxies))
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped  # a socket for both kinds: ::ffff:/64 would be all of IPv4
    if address.is_loopback:
        return None
    # One household or phone has a whole /64 to itself.
    prefix = 64 if isinstance(address, IPv6Address) else 32
    return str(ip_network((address, prefix), strict=False))


def _remote(request: web.Request, proxies: int) -> str:
    """Each trusted proxy appends who it heard; what stands further left anybody may write."""
    heard = request.headers.get("X-Forwarded-For", "").split(",")
    if proxies and len(heard) >= proxies:
        return heard[-proxies].strip()
    return request.remote or ""


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
