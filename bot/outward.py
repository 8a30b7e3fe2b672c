"""Where the house may call: public addresses only, so that nobody sends it against its neighbours.

A name is resolved once, its addresses are checked, and the very one that was checked is called: a
name that answers differently a moment later leads nowhere else (DNS rebinding).
"""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from bot.dialog import Invalid
from bot.i18n import _

LONGEST: Final = 500  # characters of an address
_NAT64 = ip_network("64:ff9b::/96")  # an IPv4 address in its last 32 bits (RFC 6052)
_PORTS = range(1, 65_536)


class NotPublic(OSError):
    """The address is none that the house may call."""


def check_url(url: str, inside: bool) -> str:
    """The address as it is kept. `inside`: private ones and plain http too. Raises Invalid."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = 443 if parts.port is None else parts.port
    except ValueError:
        raise Invalid(_BAD) from None
    host = parts.hostname or ""
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST
    if not (plain and host and port in _PORTS) or parts.scheme not in ("https", "http"):
        raise Invalid(_BAD)
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Invalid(_("The address may hold no name, password or #: what signs is the secret."))
    if not inside and (parts.scheme != "https" or not _may_be_public(host)):
        raise Invalid(_("The address must begin with https:// and be one of the public internet."))
    return url


_BAD = _("That is not an address I can call: https://example.org/hook")


def _may_be_public(host: str) -> bool:
    """What is no number is decided when its name is resolved."""
    try:
        return is_public(host)
    except ValueError:
        return not host.endswith(("localhost", ".local", ".internal", ".lan"))


def is_public(host: str) -> bool:
    """Whether a number is an address of the public internet, however it is wrapped. ValueError."""
    address = _unwrapped(ip_address(host.partition("%")[0]))
    return address.is_global and not address.is_multicast and not address.is_reserved


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address leads to, where it does."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
    if address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFF_FFFF)
    return inner or address


class PublicResolver(AbstractResolver):
    """Resolves names, and gives only addresses that may be called. Raises NotPublic."""

    def __init__(self, names: AbstractResolver | None = None) -> None:
        self._names = names or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """All of a name's addresses; one that is private spoils them all."""
        found: Sequence[ResolveResult] = await self._names.resolve(host, port, family)
        if not found or not all(is_public(one["host"]) for one in found):
            raise NotPublic(host)
        return list(found)

    async def close(self) -> None:
        """Nothing stays open."""
        await self._names.close()
