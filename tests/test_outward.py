"""Where the house may call: the public internet, however an address is spelled or wrapped."""

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.dialog import Invalid
from bot.outward import NotPublic, PublicResolver, check_url, is_public

PRIVATE = (
    *("127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
    *("0.0.0.0", "100.64.0.1", "198.18.0.1", "192.0.2.1", "224.0.0.1", "240.0.0.1"),
    *("255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1"),
    *("64:ff9b::a9fe:a9fe", "2001:db8::1", "2001:0:4136:e378:8000:63bf:80ff:fffe"),
)
PUBLIC = ("1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::101:101")


@pytest.mark.parametrize("host", PRIVATE)
def test_an_address_that_is_no_public_one_is_known(host: str) -> None:
    assert not is_public(host)


@pytest.mark.parametrize("host", PUBLIC)
def test_a_public_address_is_known(host: str) -> None:
    assert is_public(host)


@pytest.mark.parametrize(
    "url",
    [
        *("", "x", "//example.org", "ftp://example.org", "javascript:alert(1)", "https://"),
        *("http://example.org/hook", "https://localhost", "https://db.internal/x"),
        *("https://anna:pw@example.org", "https://example.org/#x", "https://example.org:99999"),
        *("https://127.0.0.1/x", "https://[::1]/x", "https://[::ffff:10.0.0.1]/x"),
        *("https://169.254.169.254/latest/meta-data", "https://exa mple.org", "https://ex.org/\n"),
        *("https://münchen.example/hook", "https://printer.local", "https://example.org:0/"),
        f"https://example.org/{'x' * 500}",
    ],
)
def test_an_address_we_would_not_call_is_refused(url: str) -> None:
    if url.endswith("\n"):  # blanks around it are nobody's wish
        assert check_url(url, inside=False) == url.strip()
        return
    with pytest.raises(Invalid):
        check_url(url, inside=False)


def test_inside_addresses_are_taken_where_a_setting_says_so() -> None:
    assert check_url("https://example.org:8443/a?b=c", inside=False)
    assert check_url("http://127.0.0.1:9/hook", inside=True)
    with pytest.raises(Invalid):
        check_url("ftp://127.0.0.1", inside=True)


class Names(AbstractResolver):
    """Answers as it is told, another time otherwise."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = self.answers.pop(0)
        other = {"hostname": host, "port": port, "family": family, "proto": 0, "flags": 0}
        return [ResolveResult(host=one, **other) for one in found]  # type: ignore[typeddict-item]

    async def close(self) -> None:
        return None


async def test_a_name_that_leads_inside_is_not_called() -> None:
    for answer in [("127.0.0.1",), ("1.1.1.1", "10.0.0.1"), ("::1",), ()]:
        with pytest.raises(NotPublic):
            await PublicResolver(Names(answer)).resolve("hook.example.org", 443)


async def test_what_was_checked_is_what_is_called() -> None:
    """A name that answers otherwise a moment later (rebinding) is asked only once."""
    names = Names(("1.1.1.1",), ("127.0.0.1",))
    found = await PublicResolver(names).resolve("hook.example.org", 443)
    assert [one["host"] for one in found] == ["1.1.1.1"]
    assert len(names.answers) == 1
