"""Networks as they are written in a setting: `10.0.0.0/8 192.168.1.7`."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network


def read_networks(text: str) -> tuple[Network, ...]:
    """What a text names, separated by blanks or commas. Raises ValueError."""
    return tuple(ip_network(part) for part in text.replace(",", " ").split())


def is_within(remote: str, networks: Iterable[Network]) -> bool:
    """Whether an address is this machine's own, or in one of these networks."""
    try:
        address = ip_address(remote)
    except ValueError:  # a socket file, or nothing at all
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or any(address in network for network in networks)
