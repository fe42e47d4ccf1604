"""How alike two spellings are, in sound and in writing, from 0 to 1.

The patterns of `geofront.gazetteer.sounds` are compared by their longest common subsequence (the
Indel distance of RapidFuzz): a missing consonant costs three times a missing vowel, and one taken
for a similar one costs two thirds of that. Names of several words are also compared word by word,
where rare words weigh more (their inverse document frequency in the gazetteer itself).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel

from geofront.gazetteer.names import fold
from geofront.gazetteer.sounds import pattern, skeleton, sounds

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Reading", "Spelling", "likeness"]

_WRITTEN_SHARE = 0.12
_SKELETON_SHARE = 0.15
_OTHER_BEGINNING = 0.95
_OTHER_ARTICLE = 0.985
_SHIFTED_WORDS = 0.93
_WORD_BY_WORD = 0.97
_SAME_WORD = 0.45
_ARTICLE = re.compile(r"(?i)(?:(?:a[ldrstnz]|a[std]h|e[ldrstnz]|ul)[- ](?=\w)|ال\w)")
_LATIN = re.compile("[a-z]")

_similarity = Indel.normalized_similarity


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a spelling: patterns and weights of its words, and its consonants."""

    words: tuple[str, ...]
    weights: tuple[float, ...]
    joined: str
    skeleton: str
    beginning: str

    @classmethod
    def of(cls, words: tuple[str, ...], weigh: Callable[[str], float]) -> Reading:
        """Make the reading of a name's words in phonemes."""
        patterns = tuple(pattern(word) for word in words)
        return cls(
            words=patterns,
            weights=tuple(weigh(word) for word in words),
            joined="".join(patterns),
            skeleton=skeleton(words),
            beginning=skeleton((words[0][0],)) or "a",
        )


@dataclass(frozen=True, slots=True)
class Spelling:
    """A spelling prepared for comparison.

    `written` is its folded key where it is in Latin letters, `article` whether it begins with the
    Arabic article; `readings` are the ways to read it, the plain one first.
    """

    text: str
    written: str
    article: bool
    readings: tuple[Reading, ...]

    @classmethod
    def of(cls, text: str, weigh: Callable[[str], float]) -> Spelling:
        """Prepare a spelling; `weigh` gives the weight of a word in phonemes."""
        written = fold(text).replace(" ", "")
        return cls(
            text,
            written if _LATIN.search(written) else "",
            bool(_ARTICLE.match(text)),
            tuple(Reading.of(words, weigh) for words in sounds(text)),
        )


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
