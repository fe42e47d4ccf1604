"""Folding of spellings to search keys, so that Tiyas, Tiyās and at-Tiyas meet."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["ARABIC_ARTICLES", "fold", "normalise", "slug"]

ARABIC_ARTICLES = frozenset(
    [
        "al",
        "el",
        "ul",
        "il",
        "ad",
        "ed",
        "adh",
        "edh",
        "ar",
        "er",
        "as",
        "es",
        "ash",
        "esh",
        "ach",
        "ech",
        "at",
        "et",
        "ath",
        "az",
        "ez",
        "an",
        "en",
        "aj",
        "ej",
    ]
)
"""The Arabic article before sun and moon letters, as the press transliterates it."""

_ARABIC_ARTICLE = "ال"
_APOSTROPHES = re.compile("['’‘`´ʿʾʼʻ′ˈ]")
_NOT_WORD = re.compile(r"[\W_]+")
_ARABIC_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه"})
_LATIN_LETTERS = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "ß": "ss"})
_SHORTEST_STEM = 2


def normalise(name: str) -> str:
    """Return a spelling as exact look-ups compare it: case, blanks and composition evened out.

    Parameters
    ----------
    name
        A toponym in any script.

    Returns
    -------
    str
        The same spelling, composed (NFC), lower-cased, with single blanks.
    """
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def slug(name: str) -> str:
    """Return a name as part of an id: its letters and digits, a hyphen for all else."""
    return _NOT_WORD.sub("-", normalise(name)).strip("-")


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """Return the search key of a spelling: no marks, no article, no punctuation.

    Folding twice is folding once.

    Parameters
    ----------
    name
        A toponym in Latin or Arabic script; other scripts keep their letters.

    Returns
    -------
    str
        The key; empty where the name holds no letter or digit.

    Examples
    --------
    >>> from geofront.gazetteer.names import fold
    >>> fold("al-Ḥamīdīyah")
    'hamidiyah'
    """
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = _APOSTROPHES.sub("", text.translate(_ARABIC_LETTERS).translate(_LATIN_LETTERS))
    words = _NOT_WORD.sub(" ", text).split()
    stems = [_without_arabic_article(word) for word in words]
    return " ".join([s for s in stems if s not in ARABIC_ARTICLES] or stems)


def _without_arabic_article(word: str) -> str:
    while word.startswith(_ARABIC_ARTICLE) and len(word) - len(_ARABIC_ARTICLE) > _SHORTEST_STEM:
        word = word[len(_ARABIC_ARTICLE) :]
    return word
