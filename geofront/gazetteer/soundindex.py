"""Which names of a gazetteer sound like a given one: few candidates out of any number, quickly.

A *reading*, one way to read a name, is held once, however many names have it. Readings are found by
the skeleton of their consonants and by every skeleton that lacks one of them (the deletion
neighbourhood of Garbe's SymSpell), so that one consonant more, less or other is found by looking up
a handful of keys; those of several words also by each of their rarer words. In a small gazetteer
the readings most alike are candidates whatever their skeleton. Most candidates are ruled out by
their signatures, before any text is compared.
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

from geofront.gazetteer.arrays import KeyTable, NumberLists, TextColumn, key_of, ranges
from geofront.gazetteer.signatures import bits_apart, signature, signatures
from geofront.gazetteer.sounds import pattern, skeleton, sounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
# Of how many times the short list the least likeness that gets into it is learnt.
_SAMPLE = 4
# RapidFuzz may drop what is just as like as the cutoff says.
_ROUNDING = 1e-5


@dataclass(frozen=True)
class SoundIndex:
    """The readings of numbered names, in the order of their skeletons.

    `spoken` holds the words of each reading in phonemes, with blanks between them, `patterns` and
    `signatures` what they are compared by; `names_of` tells which names have a reading,
    `readings_of` which readings a name has. Skeleton i is that of the readings from
    `skeleton_starts[i]` to before `skeleton_starts[i + 1]`. `bones` tells which skeletons have a
    key, `words` which readings have a word of that skeleton; `frequency` counts the names that have
    a word, by the key of the word's skeleton in `frequency_keys`.
    """

    spoken: TextColumn
    patterns: TextColumn
    signatures: NDArray[np.uint64]
    names_of: NumberLists
    readings_of: NumberLists
    skeleton_starts: NDArray[np.int32]
    bones: KeyTable
    words: KeyTable
    frequency_keys: NDArray[np.uint64]
    frequency: NDArray[np.int32]

    @classmethod
    def of(cls, names: Iterable[str]) -> SoundIndex:
        """Index names; the row of a name is its place in the order given."""
        numbers: dict[str, int] = {}
        counts: Counter[int] = Counter()
        name_row, reading_met = array("i"), array("i")
        row = -1
        for row, name in enumerate(names):
            met: set[int] = set()
            for reading in sounds(name):
                name_row.append(row)
                reading_met.append(numbers.setdefault(" ".join(reading), len(numbers)))
                met.update(_word_key(word) for word in reading)
            counts.update(met)
        readings = list(numbers)
        skeletons = [skeleton(tuple(reading.split(" "))) for reading in readings]
        order = sorted(range(len(readings)), key=skeletons.__getitem__)
        new_number = np.empty(len(order), dtype=np.int32)
        new_number[order] = np.arange(len(order), dtype=np.int32)
        pairs = (
            np.array(name_row, dtype=np.int32),
            new_number[np.array(reading_met, dtype=np.int32)],
        )
        spoken = TextColumn.of(readings[number] for number in order)
        patterns = TextColumn.of(pattern(readings[number].replace(" ", "")) for number in order)
        starts, bones = _bones_of([skeletons[number] for number in order])
        frequent = sorted(counts)
        return cls(
            spoken=spoken,
            patterns=patterns,
            signatures=signatures(patterns),
            names_of=NumberLists.of(pairs[1], pairs[0], len(order)),
            readings_of=NumberLists.of(*pairs, row + 1),
            skeleton_starts=starts,
            bones=bones,
            words=_words_of(spoken),
            frequency_keys=np.array(frequent, dtype=np.uint64),
            frequency=np.array([counts[key] for key in frequent], dtype=np.int32),
        )

    @property
    def names(self) -> int:
        """The number of names."""
        return len(self.readings_of)

    def readings(self, name: int) -> list[tuple[str, ...]]:
        """Return the ways to read the name of a row, as words of phonemes."""
        return [tuple(self.spoken[row].split(" ")) for row in self.readings_of[name].tolist()]

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
            The rows in ascending order: those of the forty most alike for each way to read the
            name, or a dozen in a large gazetteer, and all others that sound just like the last.
        """
        found: set[int] = set()
        extra = self.readings_of.joined(also) if also is not None and len(also) else None
        for reading in sounds(name):
            query = "".join(map(pattern, reading)).encode()
            likely = self._candidates(reading)
            if extra is not None:
                likely = _distinct(np.concatenate([likely, extra]))
            limit = _SHORTLIST_OF_LARGE if self._is_large and extra is None else _SHORTLIST
            best = self._most_like(query, likely, limit)
            if best and extra is None:
                best = [one for one in best if one[0] >= best[0][0] - _FAR_BEHIND]
            found.update(self._names_of(best, limit))
            if extra is None and len(self.patterns) <= _SCANNED:
                everything = np.arange(len(self.patterns), dtype=np.int32)
                best = self._most_like(query, everything, _SCAN_SHORTLIST)
                found.update(self._names_of(best, _SCAN_SHORTLIST))
        return np.array(sorted(found), dtype=np.int32)

    def _most_like(
        self, query: bytes, readings: NDArray[np.int32], limit: int
    ) -> list[tuple[float, int]]:
        """Return the readings whose patterns are most like a pattern, and how much, best first."""
        starts = self.patterns.starts
        lengths = starts[readings + 1] - starts[readings]
        apart = bits_apart(signature(query), self.signatures[readings])
        apart = np.maximum(apart, np.abs(lengths - len(query)))
        at_most = 1 - apart / (lengths + len(query))
        least = self._least_similarity
        likely = at_most >= least
        readings, at_most = readings[likely], at_most[likely]
        if len(readings) > _SAMPLE * limit:
            likeliest = np.argpartition(-at_most, _SAMPLE * limit)[: _SAMPLE * limit]
            best = self._compared(query, readings[likeliest], limit, least)
            if len(best) == limit:
                least = best[-1][0] - _ROUNDING
                readings = readings[at_most >= least]
        return self._compared(query, readings, limit, least)

    def _compared(
        self, query: bytes, readings: NDArray[np.int32], limit: int, least: float
    ) -> list[tuple[float, int]]:
        block, starts = self._block, self.patterns.starts
        ends = zip(starts[readings].tolist(), starts[readings + 1].tolist(), strict=True)
        best = process.extract(
            query,
            [block[start:end] for start, end in ends],
            scorer=Indel.normalized_similarity,
            limit=limit,
            score_cutoff=least,
        )
        return [(alike, int(readings[place])) for _, alike, place in best]

    def _names_of(self, readings: list[tuple[float, int]], limit: int) -> list[int]:
        """Return the names of readings, best first, until there are enough."""
        names: list[int] = []
        for _, reading in readings:
            if len(names) >= limit:
                break
            names.extend(self.names_of[reading].tolist())
        return names

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
        alike = [self.bones.rows_of(key_of(key)) for key in keys]
        found = _distinct(np.concatenate(alike)) if alike else np.empty(0, dtype=np.int32)
        readings = ranges(self.skeleton_starts[found], self.skeleton_starts[found + 1])
        common = max(_COMMON_WORD_LEAST, _COMMON_WORD_SHARE * self.names)
        rare = []
        for word in reading:
            key = _word_key(word)
            if len(skeleton((word,))) >= _SHORTEST_KEY and self._count(key) < common:
                rare.append(self.words.rows_of(key))
        return _distinct(np.concatenate([readings, *rare])) if rare else readings

    @cached_property
    def _block(self) -> bytes:
        """All patterns in one block: slices of bytes are the quickest to make."""
        return self.patterns.block.tobytes()

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


def _bones_of(skeletons: Sequence[str]) -> tuple[NDArray[np.int32], KeyTable]:
    """Return where each skeleton begins among those of all readings, in order, and their keys."""
    starts, keys, rows = array("i"), array("Q"), array("i")
    for number, consonants in enumerate(skeletons):
        if number == 0 or consonants != skeletons[number - 1]:
            near = [key_of(key) for key in _neighbourhood(consonants)]
            keys.extend(near)
            rows.extend([len(starts)] * len(near))
            starts.append(number)
    starts.append(len(skeletons))
    return np.array(starts, dtype=np.int32), KeyTable.of(keys, rows)


def _words_of(spoken: TextColumn) -> KeyTable:
    """Return which readings have a word, by the key of its skeleton."""
    keys, rows = array("Q"), array("i")
    for row in range(len(spoken)):
        words = spoken[row].split(" ")
        keys.extend(map(_word_key, words))
        rows.extend([row] * len(words))
    return KeyTable.of(keys, rows)


def _distinct(numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return each number once, in ascending order; quicker than `np.unique`, which hashes."""
    ordered = np.sort(numbers)
    new = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return ordered[new]
