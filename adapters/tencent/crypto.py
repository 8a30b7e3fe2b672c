"""The seal on every callback: signature, freshness, encryption, and for whom it is.

Only AES mode: without it the signature covers neither body nor sender.
https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Message_encryption_and_decryption.html
https://developer.work.weixin.qq.com/document/path/90968
"""

import base64
import binascii
import hmac
import re
import secrets
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from wechatpy.crypto import PrpCrypto
from wechatpy.utils import WeChatSigner

from adapters.tencent import xml
from adapters.tencent.errors import BadCallback

FRESH: Final = timedelta(minutes=5)
_PREFIX, _LENGTH, _BLOCK = 16, 4, 32  # random bytes, big-endian length, PKCS#7 block
_NUMBER = re.compile(r"[0-9]{1,12}")
_NONCE = 128  # characters; the platform's have about ten


@dataclass(frozen=True, slots=True)
class Stamp:
    """What stands in a callback's address: who signed it, when, with which nonce."""

    signature: str
    timestamp: str
    nonce: str

    @classmethod
    def of(cls, query: Mapping[str, str], signature: str = "msg_signature") -> "Stamp":
        """Read from the query of a request; `signature` names the parameter it stands in."""
        return cls(query.get(signature, ""), query.get("timestamp", ""), query.get("nonce", ""))


class Seal:
    """The token and the key that a platform and one account of ours share."""

    def __init__(
        self, token: str, aes_key: str, receiver: str, now: Callable[[], datetime]
    ) -> None:
        """`receiver` is the app id or the corp id. Raises ValueError for a key that is none."""
        key = _key_of(aes_key)
        self._token, self._receiver, self._now = token, receiver, now
        self._cipher: Any = _Prp(key)

    def check(self, stamp: Stamp, *signed: str) -> None:
        """That the platform signed these just now. Raises BadCallback."""
        if not _NUMBER.fullmatch(stamp.timestamp) or not 0 < len(stamp.nonce) <= _NONCE:
            raise BadCallback("stamp-missing")
        wanted = self._signature(stamp, *signed)
        if not hmac.compare_digest(wanted, _bytes(stamp.signature)):
            raise BadCallback("signature")
        # Last: whether a stamp is fresh is nobody's business who cannot sign.
        if abs(self._now().timestamp() - int(stamp.timestamp)) > FRESH.total_seconds():
            raise BadCallback("stale")

    def open(self, stamp: Stamp, encrypted: str) -> bytes:
        """What the platform sealed for us. Raises BadCallback."""
        self.check(stamp, encrypted)
        opened: bytes = self._cipher.decrypt(encrypted, self._receiver)
        return opened

    def close(self, text: str) -> str:
        """An answer, sealed: the XML that goes back in the response."""
        stamp = str(int(self._now().timestamp()))
        nonce = str(secrets.randbelow(10**10))
        encrypted = self._cipher.encrypt(text, self._receiver).decode()
        unsigned = Stamp("", stamp, nonce)
        signature = self._signature(unsigned, encrypted).decode()
        return xml.write(
            {
                "Encrypt": encrypted,
                "MsgSignature": signature,
                "TimeStamp": int(stamp),
                "Nonce": nonce,
            }
        )

    def _signature(self, stamp: Stamp, *signed: str) -> bytes:
        signer = WeChatSigner()
        signer.add_data(*map(_bytes, (self._token, stamp.timestamp, stamp.nonce, *signed)))
        return bytes(signer.signature, "ascii")


def _key_of(aes_key: str) -> bytes:
    """43 letters and digits are 32 bytes; the last sign holds two bits that count for nothing."""
    try:
        key = base64.b64decode(f"{aes_key}=", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise ValueError("an EncodingAESKey has 43 letters and digits")
    return key


def _bytes(text: str) -> bytes:
    """Whatever stands in an address, also what is no UTF-8: str would raise, or compare in time."""
    return text.encode("utf-8", "surrogatepass")


class _Prp(PrpCrypto):  # type: ignore[misc] # wechatpy has no types
    """wechatpy's cipher, with what it leaves unchecked checked, and chance that is chance."""

    def get_random_string(self) -> str:
        return secrets.token_hex(_PREFIX // 2)

    def _decrypt(self, text: str, _id: str, exception: object = None) -> bytes:
        """16 random bytes, the length, the text, the receiver, and padding to 32."""
        content = _unpadded(self._plain(text))
        (length,) = struct.unpack_from(">I", content, _PREFIX)
        start = _PREFIX + _LENGTH
        if not hmac.compare_digest(content[start + length :], _bytes(_id)):
            raise BadCallback("receiver")
        return content[start : start + length]

    def _plain(self, text: str) -> bytes:
        try:
            sealed = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise BadCallback("not-base64") from None
        if not sealed or len(sealed) % _BLOCK:
            raise BadCallback("length")
        plain: bytes = self.cipher.decrypt(sealed)
        return plain


def _unpadded(plain: bytes) -> bytes:
    """Without its padding. One reason for all that is wrong: how wrong it is helps no one."""
    padding = plain[-1]
    whole = 1 <= padding <= _BLOCK and plain.endswith(bytes([padding]) * padding)
    if not whole or len(plain) - padding < _PREFIX + _LENGTH:
        raise BadCallback("padding")
    return plain[:-padding]
