"""How alike two spellings are, in sound and in writing, from 0 to 1.

The patterns of `geofront.gazetteer.sounds` are compared by their longest common subsequence (the
Indel distance of RapidFuzz): a missing consonant costs three times a missing vowel, and one taken
for a similar one costs two thirds of that. Names of several words are also compared word by word,
where rare words weigh more (their inverse document frequency in the gazetteer itself). Where nearly
all letters agree the sounds may be further apart, for a slip of the pen can change them much.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel

from geofront.gazetteer.names import ARABIC_ARTICLES, fold
from geofront.gazetteer.sounds import pattern, skeleton

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Reading", "Spelling", "likeness"]

_WRITTEN_SHARE = 0.12
_SKELETON_SHARE = 0.15
_OTHER_BEGINNING = 0.95
_OTHER_ARTICLE = 0.985
_SHIFTED_WORDS = 0.93
_WORD_BY_WORD = 0.97
_SAME_WORD = 0.45
# What a letter that differs counts where a spelling is taken for misspelt.
_SLIP = 2.0
_ARTICLE = re.compile(rf"(?i)(?:(?:{'|'.join(sorted(ARABIC_ARTICLES))})[- ](?=\w)|ال\w)")
_LATIN = re.compile("[a-z]")

_similarity = Indel.normalized_similarity


class Reading:
    """One way to read a spelling: the patterns of its words, and its consonants."""

    __slots__ = ("_spoken", "_weigh", "_weights", "beginning", "joined", "skeleton", "words")

    def __init__(self, spoken: tuple[str, ...], weigh: Callable[[str], float]) -> None:
        """Prepare words in phonemes; `weigh` gives the weight of one."""
        self.words = tuple(map(pattern, spoken))
        self.joined = "".join(self.words)
        self.skeleton = skeleton(spoken)
        self.beginning = _class_of(spoken[0][0])
        self._spoken, self._weigh = spoken, weigh
        self._weights: tuple[float, ...] | None = None

    @property
    def weights(self) -> tuple[float, ...]:
        """The weights of the words; made on use, for a single word does without."""
        if self._weights is None:
            self._weights = tuple(map(self._weigh, self._spoken))
        return self._weights


@dataclass(frozen=True, slots=True)
class Spelling:
    """A spelling prepared for comparison.

    `written` is its folded key where it is in Latin letters, `article` whether it begins with the
    Arabic article; `readings` are the ways to read it.
    """

    written: str
    article: bool
    readings: tuple[Reading, ...]

    @classmethod
    def of(
        cls, text: str, spoken: Iterable[tuple[str, ...]], weigh: Callable[[str], float]
    ) -> Spelling:
        """Prepare a spelling of these readings; `weigh` gives the weight of a word in phonemes."""
        written = fold(text).replace(" ", "")
        return cls(
            written if _LATIN.search(written) else "",
            bool(_ARTICLE.match(text)),
            tuple(Reading(words, weigh) for words in spoken),
        )


@lru_cache(maxsize=256)
def _class_of(phoneme: str) -> str:
    """Return what a name begins with: the class of a consonant, or a vowel."""
    return skeleton((phoneme,)) or "a"


def likeness(query: Spelling, name: Spelling) -> float:
    """Return how alike two spellings are.

    Parameters
    ----------
    query, name
        The spellings; neither of the two comes first.

    Returns
    -------
    float
        From 0, nothing in common, to 1, the same sounds and letters.
    """
    best = max(
        (_sound(q, n) for q in query.readings for n in name.readings),
        default=0.0,
    )
    if query.written and name.written:
        written = _similarity(query.written, name.written)
        best = (1 - _WRITTEN_SHARE) * best + _WRITTEN_SHARE * written
        best = max(best, 1 - _SLIP * (1 - written))
    return best if query.article == name.article else best * _OTHER_ARTICLE


def _sound(query: Reading, name: Reading) -> float:
    joined = _similarity(query.joined, name.joined)
    if len(query.words) == len(name.words) == 1:
        score = joined
    elif len(query.words) == len(name.words):
        score = max(_SHIFTED_WORDS * joined, (joined + _words(query, name)) / 2)
    else:
        score = max(joined, _WORD_BY_WORD * _words(query, name))
    if query.skeleton and name.skeleton:
        bones = _similarity(query.skeleton, name.skeleton)
        score = (1 - _SKELETON_SHARE) * score + _SKELETON_SHARE * bones
    return score if query.beginning == name.beginning else score * _OTHER_BEGINNING


def _words(query: Reading, name: Reading) -> float:
    """Pair the words, the weightiest first, and return the share of all weight that is matched."""
    matched = 0.0
    left = list(range(len(name.words)))
    for i in sorted(range(len(query.words)), key=lambda i: -query.weights[i]):
        if not left:
            break
        best = max(left, key=lambda j: _similarity(query.words[i], name.words[j]))
        alike = _similarity(query.words[i], name.words[best])
        if alike > _SAME_WORD:
            left.remove(best)
            matched += (query.weights[i] + name.weights[best]) * alike
    total = sum(query.weights) + sum(name.weights)
    return matched / total if total else 0.0
