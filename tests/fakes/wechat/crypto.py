"""The platform's side of the seal, on bare primitives: shares not a line with the program's.

https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Technical_Plan.html
"""

import base64
import hashlib
import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class Broken(Exception):
    """What came back cannot be opened."""


def signature(*parts: str) -> str:
    """SHA-1 of the parts, sorted and joined."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


class Sealer:
    """Encrypts what is pushed, opens what comes back."""

    def __init__(self, aes_key: str, receiver: str) -> None:
        self._key = base64.b64decode(aes_key + "=")
        self._receiver = receiver.encode()

    def seal(self, plain: bytes, chance: bytes | None = None, receiver: str | None = None) -> str:
        """AES-256-CBC of 16 random bytes, the length, the text and the receiver, padded to 32."""
        to = self._receiver if receiver is None else receiver.encode()
        head = (chance or os.urandom(16)) + len(plain).to_bytes(4, "big")
        content = head + plain + to
        fill = 32 - len(content) % 32
        return self.encrypt(content + bytes([fill]) * fill)

    def encrypt(self, padded: bytes) -> str:
        """The bare cipher: for what is to be broken on purpose."""
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def open(self, sealed: str) -> bytes:
        """The text that was sealed. Raises Broken."""
        try:
            decryptor = self._cipher().decryptor()
            padded = decryptor.update(base64.b64decode(sealed, validate=True))
            padded += decryptor.finalize()
        except ValueError as error:
            raise Broken("cipher") from error
        fill = padded[-1]
        if not 1 <= fill <= 32 or padded[-fill:] != bytes([fill]) * fill:
            raise Broken("padding")
        content = padded[:-fill]
        length = int.from_bytes(content[16:20], "big")
        if content[20 + length :] != self._receiver:
            raise Broken("receiver")
        return content[20 : 20 + length]

    def _cipher(self) -> Cipher:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
