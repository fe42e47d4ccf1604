"""Columns that stay on disk until they are read: texts, lists of numbers, tables of keys."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["KeyTable", "NumberLists", "TextColumn", "key_of", "ranges"]


def _typed(code: str, values: Iterable[int]) -> array[int]:
    return values if isinstance(values, array) else array(code, values)


def key_of(text: str) -> int:
    """Return a number for a text, the same in every process (64 bits of BLAKE2b)."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


@dataclass(frozen=True, slots=True)
class TextColumn:
    """Texts one after the other in one block of UTF-8; text i ends where text i + 1 begins.

    `block` is of bytes, shape (size,); `starts` has one entry more than there are texts.
    """

    block: NDArray[np.uint8]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str]) -> TextColumn:
        """Make a column of texts."""
        pieces = [text.encode("utf-8", "surrogatepass") for text in texts]
        starts = np.zeros(len(pieces) + 1, dtype=np.int64)
        np.cumsum([len(piece) for piece in pieces], out=starts[1:])
        return cls(np.frombuffer(b"".join(pieces), dtype=np.uint8), starts)

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> str:
        """Return text number `row`."""
        piece = self.block[self.starts[row] : self.starts[row + 1]].tobytes()
        return piece.decode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class KeyTable:
    """Which rows have a key: `keys` sorted, `rows` beside them, both of shape (entries,)."""

    keys: NDArray[np.uint64]
    rows: NDArray[np.int32]

    @classmethod
    def of(cls, keys: Iterable[int], rows: Iterable[int]) -> KeyTable:
        """Make a table of pairs; a pair that comes twice stays once."""
        # Typed arrays: as Python numbers the pairs of a large gazetteer would fill the memory.
        all_keys = np.frombuffer(_typed("Q", keys), dtype=np.uint64)
        all_rows = np.frombuffer(_typed("i", rows), dtype=np.int32)
        order = np.lexsort((all_rows, all_keys))
        sorted_keys, sorted_rows = all_keys[order], all_rows[order]
        new = np.ones(len(order), dtype=bool)
        new[1:] = (np.diff(sorted_keys) != 0) | (np.diff(sorted_rows) != 0)
        return cls(sorted_keys[new], sorted_rows[new])

    def rows_of(self, key: int) -> NDArray[np.int32]:
        """Return the rows that have a key, in ascending order."""
        wanted = np.uint64(key)
        first = int(np.searchsorted(self.keys, wanted, side="left"))
        last = int(np.searchsorted(self.keys, wanted, side="right"))
        return self.rows[first:last]


@dataclass(frozen=True, slots=True)
class NumberLists:
    """Numbered lists of numbers: list i is of `numbers`, from `starts[i]` to `starts[i + 1]`."""

    numbers: NDArray[np.int32]
    starts: NDArray[np.int32]

    @classmethod
    def of(cls, lists: NDArray[np.int32], numbers: NDArray[np.int32], count: int) -> NumberLists:
        """Make so many lists of pairs: the list, and a number in it."""
        starts = np.zeros(count + 1, dtype=np.int32)
        np.cumsum(np.bincount(lists, minlength=count), out=starts[1:])
        return cls(numbers[np.lexsort((numbers, lists))], starts)

    def __len__(self) -> int:
        """Return how many lists there are."""
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> NDArray[np.int32]:
        """Return the numbers of list `row`, in ascending order."""
        return self.numbers[self.starts[row] : self.starts[row + 1]]

    def joined(self, rows: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the numbers of several lists, one list after the other."""
        return self.numbers[ranges(self.starts[rows], self.starts[rows + 1])]


def ranges(starts: NDArray[np.int32], ends: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the numbers from each start to before its end, one range after the other."""
    lengths = ends - starts
    shift = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
    return np.asarray(shift + np.arange(len(shift)), dtype=np.int32)
