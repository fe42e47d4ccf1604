"""Signatures of texts: 64 bits that tell how far apart two texts are at least.

Each bit says that a text has a character at least so many times. Where two signatures differ in a
bit, the texts differ by one insertion or deletion at the least; so the number of bits that differ
never exceeds the Indel distance, and thousands of texts are ruled out by it in one go.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geofront.gazetteer.arrays import TextColumn

__all__ = ["bits_apart", "signature", "signatures"]

# How many of a character are told apart, in the alphabet of patterns: vowels differ most often.
_MOST_TOLD = {
    **dict.fromkeys("aiu", 5),
    **dict.fromkeys("bdghjklmnrstz", 2),
    **dict.fromkeys("`wypqxfcCSJGBDFKLMNRTXZ", 1),
}


def _masks() -> dict[int, tuple[int, ...]]:
    """Return the bits of a character by how often a text has it, from none to the most told."""
    masks = {}
    bit = 0
    for char, most in _MOST_TOLD.items():
        masks[ord(char)] = tuple(((1 << number) - 1) << bit for number in range(most + 1))
        bit += most
    return masks


_MASKS = _masks()


def signature(text: bytes) -> np.uint64:
    """Return the signature of a text; characters outside the alphabet of patterns don't count."""
    bits = 0
    for char, number in Counter(text).items():
        masks = _MASKS.get(char, (0,))
        bits |= masks[min(number, len(masks) - 1)]
    return np.uint64(bits)


def signatures(texts: TextColumn) -> NDArray[np.uint64]:
    """Return the signatures of many texts, shape (texts,)."""
    bits = np.zeros(len(texts), dtype=np.uint64)
    for char, masks in _MASKS.items():
        so_far = np.zeros(len(texts.block) + 1, dtype=np.int32)
        np.cumsum(texts.block == char, out=so_far[1:])
        number = np.minimum(np.diff(so_far[texts.starts]), len(masks) - 1)
        bits |= np.array(masks, dtype=np.uint64)[number]
    return bits


def bits_apart(one: np.uint64, others: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Return in how many bits signatures differ from one."""
    apart: NDArray[np.uint8] = np.bitwise_count(others ^ one)
    return apart
