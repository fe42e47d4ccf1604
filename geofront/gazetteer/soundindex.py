"""Which names of a gazetteer sound like a given one: few candidates out of any number, quickly.

Names are kept under the skeleton of their consonants and under every skeleton that lacks one of
them (the deletion neighbourhood of Garbe's SymSpell), so that one consonant more, less or other is
found by looking up a handful of keys; names of several words also under each of their rarer words.
In a small gazetteer the names most alike are candidates whatever their skeleton.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel

from geofront.gazetteer.keys import KeyTable, TextColumn, key_of
from geofront.gazetteer.sounds import pattern, skeleton, sounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

__all__ = ["SoundIndex"]

_COMMON_WORD_SHARE = 0.01
_COMMON_WORD_LEAST = 80
_SHORTEST_KEY = 2
_LONGEST_KEY = 64
_LARGE = 100_000
_SHORTLIST_OF_LARGE = 12
_LEAST_SIMILARITY_OF_LARGE = 0.65
_SHORTEST_KEY_OF_LARGE = 3
_FAR_BEHIND = 0.3
# So few patterns are compared one and all as quickly as the likely ones are found.
_SCANNED = 20_000
_SCAN_SHORTLIST = 20
_LEAST_SIMILARITY = 0.5
_SHORTLIST = 40
_LEAST_WEIGHT = 0.05


@dataclass(frozen=True)
class SoundIndex:
    """The readings of numbered names.

    `joined` holds the pattern of each reading, `name_row` the row of its name; `bones` and `words`
    tell which readings have a skeleton, or a word of that skeleton; `frequency` counts the names
    that have a word, by the key of the word's skeleton in `frequency_keys`.
    """

    joined: TextColumn
    name_row: NDArray[np.int32]
    bones: KeyTable
    words: KeyTable
    frequency_keys: NDArray[np.uint64]
    frequency: NDArray[np.int32]
    names: int

    @classmethod
    def of(cls, names: Iterable[str]) -> SoundIndex:
        """Index names; the row of a name is its place in the order given."""
        joined: list[str] = []
        name_row = array("i")
        bone_keys, bone_rows = array("Q"), array("i")
        word_keys, word_rows = array("Q"), array("i")
        counts: Counter[int] = Counter()
        keys: dict[str, list[int]] = {}
        row = -1
        for row, name in enumerate(names):
            met: set[int] = set()
            for reading in sounds(name):
                number = len(joined)
                joined.append("".join(pattern(word) for word in reading))
                name_row.append(row)
                consonants = skeleton(reading)
                if consonants not in keys:
                    keys[consonants] = [key_of(key) for key in _neighbourhood(consonants)]
                bone_keys.extend(keys[consonants])
                bone_rows.extend([number] * len(keys[consonants]))
                for word in reading:
                    key = _word_key(word)
                    word_keys.append(key)
                    word_rows.append(number)
                    met.add(key)
            counts.update(met)
        frequent = sorted(counts)
        return cls(
            joined=TextColumn.of(joined),
            name_row=np.array(name_row, dtype=np.int32),
            bones=KeyTable.of(bone_keys, bone_rows),
            words=KeyTable.of(word_keys, word_rows),
            frequency_keys=np.array(frequent, dtype=np.uint64),
            frequency=np.array([counts[key] for key in frequent], dtype=np.int32),
            names=row + 1,
        )

    def weight(self, word: str) -> float:
        """Return how telling a word in phonemes is: 1 if no name has it, towards 0 if all have."""
        count = self._count(_word_key(word))
        return max(_LEAST_WEIGHT, 1 - math.log(count + 1) / math.log(self.names + 2))

    def names_like(self, name: str, *, also: NDArray[np.int32] | None = None) -> NDArray[np.int32]:
        """Return the rows of the names that sound most like one.

        Parameters
        ----------
        name
            A name in any script.
        also
            Rows of names that are looked at as well, whatever their skeleton.

        Returns
        -------
        NDArray[np.int32]
            Some forty rows at most for each reading, in ascending order.
        """
        found: set[int] = set()
        extra = self._readings_of(also) if also is not None and len(also) else None
        for reading in sounds(name):
            query = "".join(pattern(word) for word in reading).encode()
            likely = self._candidates(reading)
            if extra is not None:
                likely = np.union1d(likely, extra)
            limit = _SHORTLIST_OF_LARGE if self._is_large and extra is None else _SHORTLIST
            found.update(self._most_like(query, likely, limit, all_of_them=extra is not None))
            if extra is None and len(self.joined) <= _SCANNED:
                everything = np.arange(len(self.joined), dtype=np.int32)
                found.update(self._most_like(query, everything, _SCAN_SHORTLIST))
        return np.array(sorted(found), dtype=np.int32)

    def _most_like(
        self, query: bytes, readings: NDArray[np.int32], limit: int, *, all_of_them: bool = False
    ) -> list[int]:
        """Return the rows of the names whose readings are most like a pattern.

        Unless all of them are wanted, those far behind the best are left out.
        """
        readings = self._of_like_length(readings, len(query))
        best = process.extract(
            query,
            self._patterns_of(readings),
            scorer=Indel.normalized_similarity,
            limit=limit,
            score_cutoff=self._least_similarity,
        )
        least = 0.0 if all_of_them or not best else best[0][1] - _FAR_BEHIND
        return [int(self.name_row[readings[place]]) for _, like, place in best if like >= least]

    @property
    def _is_large(self) -> bool:
        return self.names > _LARGE

    @property
    def _least_similarity(self) -> float:
        return _LEAST_SIMILARITY_OF_LARGE if self._is_large else _LEAST_SIMILARITY

    def _candidates(self, reading: tuple[str, ...]) -> NDArray[np.int32]:
        bones = skeleton(reading)
        # In a large gazetteer two consonants tell too little: thousands of names have them.
        shortest = _SHORTEST_KEY_OF_LARGE if self._is_large else _SHORTEST_KEY
        keys = (key for key in _neighbourhood(bones) if key == bones or len(key) >= shortest)
        rows = [self.bones.rows_of(key_of(key)) for key in keys]
        common = max(_COMMON_WORD_LEAST, _COMMON_WORD_SHARE * self.names)
        for word in reading:
            key = _word_key(word)
            if len(skeleton((word,))) >= _SHORTEST_KEY and self._count(key) < common:
                rows.append(self.words.rows_of(key))
        return np.unique(np.concatenate(rows)) if rows else np.empty(0, dtype=np.int32)

    @cached_property
    def _patterns(self) -> bytes:
        """All patterns in one block: slices of bytes are the quickest to make."""
        return self.joined.block.tobytes()

    def _patterns_of(self, readings: NDArray[np.int32]) -> list[bytes]:
        block, starts = self._patterns, self.joined.starts
        ends = zip(starts[readings].tolist(), starts[readings + 1].tolist(), strict=True)
        return [block[start:end] for start, end in ends]

    def _of_like_length(self, readings: NDArray[np.int32], length: int) -> NDArray[np.int32]:
        """Leave out readings whose length alone rules out the least similarity."""
        lengths = self.joined.starts[readings + 1] - self.joined.starts[readings]
        shorter = np.minimum(lengths, length)
        alike: NDArray[np.bool_] = 2 * shorter >= self._least_similarity * (lengths + length)
        return readings[alike]

    @cached_property
    def _by_name(self) -> NDArray[np.int64]:
        return np.searchsorted(self.name_row, np.arange(self.names + 1)).astype(np.int64)

    def _readings_of(self, names: NDArray[np.int32]) -> NDArray[np.int32]:
        starts, ends = self._by_name[names], self._by_name[names + 1]
        spans = [np.arange(s, e, dtype=np.int32) for s, e in zip(starts, ends, strict=True)]
        return np.concatenate(spans) if spans else np.empty(0, dtype=np.int32)

    def _count(self, key: int) -> int:
        place = int(np.searchsorted(self.frequency_keys, np.uint64(key)))
        if place < len(self.frequency_keys) and int(self.frequency_keys[place]) == key:
            return int(self.frequency[place])
        return 0


@lru_cache(maxsize=65536)
def _word_key(word: str) -> int:
    return key_of(skeleton((word,)) or word)


def _neighbourhood(consonants: str) -> Iterator[str]:
    """Yield a skeleton and those that lack one of its consonants, as far as they tell anything."""
    if consonants:
        yield consonants
    if _SHORTEST_KEY < len(consonants) <= _LONGEST_KEY:
        yield from {consonants[:i] + consonants[i + 1 :] for i in range(len(consonants))}
