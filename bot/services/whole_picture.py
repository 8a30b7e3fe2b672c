"""Whether a PNG or a JPEG is whole: its parts are read, its pixels are not.

https://www.w3.org/TR/png-3/#5DataRep and https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B.
"""

from zlib import crc32

_NO_FRAMES = (0xC4, 0xC8, 0xCC)  # among the markers of frames, those that begin none


def is_whole_png(content: bytes) -> bool:
    """From its sizes to its end, every part as it was written."""
    at, kinds = 8, list[bytes]()
    while at + 12 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        body, check = content[at + 4 : at + 8 + size], content[at + 8 + size : at + 12 + size]
        if check != crc32(body).to_bytes(4) or (not kinds and not _has_sizes(body)):
            return False
        kinds.append(kind)
        if kind == b"IEND":
            return b"IDAT" in kinds
        at += 12 + size
    return False


def _has_sizes(body: bytes) -> bool:
    return len(body) == 17 and body[:4] == b"IHDR" and any(body[4:8]) and any(body[8:12])


def is_whole_jpeg(content: bytes) -> bool:
    """With a frame that has sizes, a scan after it, and an end after that."""
    at, has_frame = 2, False
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker, size = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if marker == 0xFF:  # fills up
            at += 1
            continue
        if marker == 0xDA:
            return has_frame and b"\xff\xd9" in content[at + 2 + size :]
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAMES:
            has_frame = any(content[at + 5 : at + 7]) and any(content[at + 7 : at + 9])
        at += 2 + size
    return False
