"""Runs of letters as numbers: what survives a typo, an ending and a compound word."""

import numpy as np

from knowledge.postings import KEY_BITS, Floats, Ints, Keys

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd, bits well mixed (Knuth, golden ratio)
_LINE_END = ord("\n")


def sizes(lang: str) -> tuple[int, ...]:
    """How long the runs are: a Han character says about as much as three letters."""
    return (1, 2, 3) if lang == "zh" else (3, 4, 5)


def keys_by_line(text: str, lengths: tuple[int, ...], skipping: bool = False) -> tuple[Keys, Ints]:
    """The runs within each line of a text, and the number of the line each stands in."""
    codes = _codes(text)
    ends = codes == _LINE_END
    lines = np.cumsum(ends)
    keys, places = [], []
    for length in lengths:
        last = len(codes) - length + 1
        if last > 0:
            inside = (lines[:last] == lines[length - 1 :]) & ~ends[:last]
            keys.append(_hashed(codes, length)[inside])
            places.append(lines[:last][inside])
    if skipping and len(codes) > 2:
        last=len(codes)-2
        gap=(codes==32)|ends
        inside=~gap[:last]&~gap[1:-1]&~gap[2:]
        keys.append(_hashed2(codes[:last],codes[2:])[inside]); places.append(lines[:last][inside])
    if not keys:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    return np.concatenate(keys), np.concatenate(places)


def weighted_keys(text: str, salience: Floats, lengths: tuple[int, ...]) -> tuple[Keys, Floats]:
    """The different runs of one line; each weighs as much as its letters do on average."""
    codes = _codes(text)
    totals = np.append(0.0, np.cumsum(salience))
    keys, weights = [np.empty(0, np.uint64)], [np.empty(0)]
    for length in lengths:
        if len(codes) >= length:
            keys.append(_hashed(codes, length))
            weights.append((totals[length:] - totals[:-length]) / length)
    different, inverse = np.unique(np.concatenate(keys), return_inverse=True)
    return different, np.bincount(inverse, np.concatenate(weights), len(different))


def _codes(text: str) -> Keys:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)


def _hashed2(a,b):
    h=np.full(len(a),2,np.uint64)
    for c in (a,b):
        h=(h+c)*_MULTIPLIER
        h^=h>>np.uint64(29)
    return h>>np.uint64(64-KEY_BITS)


def _hashed(codes: Keys, length: int) -> Keys:
    last = len(codes) - length + 1
    hashed = np.full(last, length, np.uint64)
    for offset in range(length):
        hashed = (hashed + codes[offset : offset + last]) * _MULTIPLIER
        hashed ^= hashed >> np.uint64(29)
    return hashed >> np.uint64(64 - KEY_BITS)
