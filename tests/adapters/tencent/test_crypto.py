"""The seal: against a second implementation, and against whoever tries to break it."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from adapters.tencent.crypto import FRESH, Seal, Stamp
from adapters.tencent.errors import BadCallback
from tests.fakes.wechat.crypto import Sealer, signature
from tests.peers.tencent import LIBRARIES, peer

NOW = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
TOKEN, APP_ID = "QDG6eK", "wx5823bf96d3bd56c7"
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
THEIRS = Sealer(KEY, APP_ID)
TEXTS = ["x", "hello", "你好，🌱 城市", "a" * 51, "长" * 2000, ""]


def seal(now: datetime = NOW) -> Seal:
    return Seal(TOKEN, KEY, APP_ID, lambda: now)


def signed(encrypted: str, at: datetime = NOW, nonce: str = "1320562132") -> Stamp:
    stamp = str(int(at.timestamp()))
    return Stamp(signature(TOKEN, stamp, nonce, encrypted), stamp, nonce)


@pytest.mark.parametrize("text", TEXTS)
def test_what_the_platform_seals_is_opened(text: str) -> None:
    encrypted = THEIRS.seal(text.encode())
    assert seal().open(signed(encrypted), encrypted) == text.encode()


@pytest.mark.parametrize("text", TEXTS)
def test_what_we_seal_the_platform_opens(text: str) -> None:
    envelope = ElementTree.fromstring(seal().close(text))
    field = {child.tag: child.text or "" for child in envelope}
    assert THEIRS.open(field["Encrypt"]).decode() == text
    expected = signature(TOKEN, field["TimeStamp"], field["Nonce"], field["Encrypt"])
    assert field["MsgSignature"] == expected
    assert field["TimeStamp"] == str(int(NOW.timestamp()))


# Made once with the platform's own scheme on bare AES: a change in either side is seen.
VECTOR = "JVwoIzeb5XuqKIT2XqjnoM7ZCJI4BRSRwdh+mUcMawjBLgH59b10jpXLGgiG6/2aMh9Ldd4/WaBDSf+0Tfx/1A=="


def test_a_written_down_vector_is_still_opened() -> None:
    assert THEIRS.seal("你好 hello".encode(), chance=bytes(range(16))) == VECTOR
    assert seal().open(signed(VECTOR), VECTOR) == "你好 hello".encode()


def padded(fill: int, count: int) -> bytes:
    """A whole message of 64 bytes whose padding says `fill`, `count` times."""
    content = bytes(16) + (4).to_bytes(4, "big") + b"text" + APP_ID.encode()
    return content.ljust(64 - count, b".")[: 64 - count] + bytes([fill]) * count


GOOD = THEIRS.seal(b"<xml></xml>")
BROKEN = {
    "another receiver": (THEIRS.seal(b"x", receiver="wx0000000000000000"), "receiver"),
    "no receiver": (THEIRS.seal(b"x", receiver=""), "receiver"),
    "padding 0": (THEIRS.encrypt(padded(0, 1)), "padding"),
    "padding 33": (THEIRS.encrypt(padded(33, 33)), "padding"),
    "padding 255": (THEIRS.encrypt(padded(255, 1)), "padding"),
    "padding that differs": (THEIRS.encrypt(padded(9, 8)), "padding"),
    "nothing but padding": (THEIRS.encrypt(bytes([32]) * 32), "padding"),
    "a length beyond the end": (
        THEIRS.encrypt(bytes(16) + b"\xff\xff\xff\xff" + bytes([12]) * 12),
        "receiver",
    ),
    "truncated": (base64.b64encode(base64.b64decode(GOOD)[:-1]).decode(), "length"),
    "15 bytes": (base64.b64encode(bytes(15)).decode(), "length"),
    "not base64": ("%%%%", "not-base64"),
    "letters of another alphabet": ("你好", "not-base64"),
    "empty": ("", "length"),
    "a random block": (base64.b64encode(bytes(range(32))).decode(), "padding"),
}


@pytest.mark.parametrize(("encrypted", "reason"), BROKEN.values(), ids=BROKEN)
def test_whatever_is_wrong_inside_is_one_error(encrypted: str, reason: str) -> None:
    """Even signed by who has the token: the key and the app id count as well."""
    with pytest.raises(BadCallback) as refused:
        seal().open(signed(encrypted), encrypted)
    assert refused.value.reason == reason


STAMP = signed(GOOD)
FORGED = {
    "no signature": (replace(STAMP, signature=""), "signature"),
    "another signature": (replace(STAMP, signature="0" * 40), "signature"),
    "upper case": (replace(STAMP, signature=STAMP.signature.upper()), "signature"),
    "beyond ASCII": (replace(STAMP, signature="é" * 40), "signature"),
    "no text at all": (replace(STAMP, signature="\udcff\ud800"), "signature"),
    "ten thousand signs": (replace(STAMP, signature="a" * 10_000), "signature"),
    "another nonce": (replace(STAMP, nonce="1"), "signature"),
    "no nonce": (replace(STAMP, nonce=""), "stamp-missing"),
    "an endless nonce": (replace(STAMP, nonce="1" * 129), "stamp-missing"),
    "no timestamp": (replace(STAMP, timestamp=""), "stamp-missing"),
    "a negative one": (replace(STAMP, timestamp="-1"), "stamp-missing"),
    "Arabic digits": (replace(STAMP, timestamp="١٢٣"), "stamp-missing"),
    "400 digits": (replace(STAMP, timestamp="1" * 400), "stamp-missing"),
}


@pytest.mark.parametrize(("stamp", "reason"), FORGED.values(), ids=FORGED)
def test_a_forged_stamp_is_refused(stamp: Stamp, reason: str) -> None:
    with pytest.raises(BadCallback) as refused:
        seal().open(stamp, GOOD)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("off", "opens"),
    [
        (timedelta(0), True),
        (FRESH, True),
        (-FRESH, True),
        (FRESH + timedelta(seconds=1), False),
        (-FRESH - timedelta(seconds=1), False),
        (timedelta(hours=3), False),
    ],
)
def test_a_stamp_is_good_for_five_minutes_either_way(off: timedelta, opens: bool) -> None:
    """A recording is worthless afterwards; and a clock may be a little wrong."""
    later = seal(NOW + off)
    if opens:
        assert later.open(STAMP, GOOD) == b"<xml></xml>"
        return
    with pytest.raises(BadCallback, match="stale"):
        later.open(STAMP, GOOD)


def test_a_stamp_of_another_message_does_not_fit() -> None:
    with pytest.raises(BadCallback, match="signature"):
        seal().open(STAMP, THEIRS.seal(b"<xml>altered</xml>"))


def test_the_signature_of_a_plain_request_covers_no_body() -> None:
    """What GET is verified with; a POST with it alone is refused."""
    stamp = replace(STAMP, signature=signature(TOKEN, STAMP.timestamp, STAMP.nonce))
    seal().check(stamp)
    with pytest.raises(BadCallback, match="signature"):
        seal().open(stamp, GOOD)


@pytest.mark.parametrize("key", ["", "short", KEY[:-1], KEY + "A", "é" * 43, "!" * 43])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="43"):
        Seal(TOKEN, key, APP_ID, lambda: NOW)


def test_no_two_seals_are_alike() -> None:
    assert len({seal().close("the same") for _ in range(20)}) == 20


@pytest.mark.parametrize("library", LIBRARIES)
async def test_other_peoples_crypto_and_ours_understand_each_other(library: str) -> None:
    """Both ways, or we would merely agree with ourselves."""
    stamp = Stamp("", str(int(NOW.timestamp())), "1320562132")
    async with peer(TOKEN, KEY, APP_ID) as theirs:
        for text in TEXTS:
            job = {"timestamp": stamp.timestamp, "nonce": stamp.nonce}
            made = await theirs(library, "encrypt", message=text, **job)
            ours = seal().open(replace(stamp, signature=made["signature"]), made["sealed"])
            assert ours == text.encode()
            field = {c.tag: c.text or "" for c in ElementTree.fromstring(seal().close(text))}
            job = {"timestamp": field["TimeStamp"], "nonce": field["Nonce"]}
            opened = await theirs(library, "decrypt", sealed=field["Encrypt"], **job)
            assert (opened["message"], opened["id"]) == (text, APP_ID)
            assert opened["signature"] == field["MsgSignature"]
