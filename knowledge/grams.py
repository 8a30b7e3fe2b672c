"""Runs of letters as numbers: what survives a typo, an ending and a compound word."""

from collections.abc import Sequence

import numpy as np

from knowledge.postings import KEY_BITS, Floats, Ints, Keys

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd, bits well mixed (Knuth, golden ratio)
_LINE_END = ord("\n")


def sizes(lang: str) -> tuple[int, ...]:
    """How long the runs are: a Han character says about as much as three letters."""
    return (1, 2, 3) if lang == "zh" else (3, 4, 5)


def keys_by_line(text: str, lengths: tuple[int, ...], skipping: bool = False) -> tuple[Keys, Ints]:
    """The runs within each line of a text, and the number of the line each stands in.

    `skipping` adds each letter with the next but one as if they were neighbours, so that a question
    that forgot the one between still finds them: in Chinese the slip most often made.
    """
    codes = _codes(text)
    lines = np.cumsum(codes == _LINE_END)
    shapes = [tuple(range(length)) for length in lengths] + [(0, 2)] * skipping
    keys, places = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    for shape in shapes:
        last = len(codes) - shape[-1]
        if last > 0:
            inside = (lines[:last] == lines[shape[-1] :]) & (codes[:last] != _LINE_END)
            keys.append(_hashed(codes, shape)[inside])
            places.append(lines[:last][inside])
    return np.concatenate(keys), np.concatenate(places)


def weighted_keys(text: str, salience: Floats, lengths: tuple[int, ...]) -> tuple[Keys, Floats]:
    """The different runs of one line; each weighs as much as its letters do on average."""
    codes = _codes(text)
    totals = np.append(0.0, np.cumsum(salience))
    keys, weights = [np.empty(0, np.uint64)], [np.empty(0)]
    for length in lengths:
        if len(codes) >= length:
            keys.append(_hashed(codes, range(length)))
            weights.append((totals[length:] - totals[:-length]) / length)
    found = np.concatenate(keys)
    order = np.argsort(found, kind="stable")
    found = found[order]
    first = np.flatnonzero(np.append(len(found) > 0, found[1:] != found[:-1]))
    if not len(first):
        return found, np.empty(0)
    return found[first], np.add.reduceat(np.concatenate(weights)[order], first)


def _codes(text: str) -> Keys:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)


def _hashed(codes: Keys, shape: Sequence[int]) -> Keys:
    """The keys of the letters so far apart, for each place where the last is still in the text."""
    last = len(codes) - shape[-1]
    hashed = np.full(last, len(shape), np.uint64)
    for offset in shape:
        hashed = (hashed + codes[offset : offset + last]) * _MULTIPLIER
        hashed ^= hashed >> np.uint64(29)
    return hashed >> np.uint64(64 - KEY_BITS)
