"""Which network newcomers are counted by, however their address is written."""

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.config import Settings
from bot.web.origin import network_of

NETWORKS = [
    ("203.0.113.7", "203.0.113.7/32"),
    ("::ffff:203.0.113.7", "203.0.113.7/32"),  # as a socket for IPv4 and IPv6 says it
    ("::ffff:198.51.100.1", "198.51.100.1/32"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("127.0.0.1", None),
    ("::1", None),
    ("::ffff:127.0.0.1", None),
    ("unknown", None),
]


@pytest.mark.parametrize(("address", "network"), NETWORKS)
def test_a_newcomer_is_counted_by_network(address: str, network: str | None) -> None:
    request = make_mocked_request("GET", "/", headers={"X-Forwarded-For": address})
    assert network_of(request, Settings(trusted_proxies=1)) == network
