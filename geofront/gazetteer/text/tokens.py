"""Tokens: the words of a running text, how each may be read, and what lies between them."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from geofront.gazetteer.names import fold

__all__ = [
    "APART",
    "HYPHEN",
    "LINE",
    "SPACE",
    "STOP",
    "Form",
    "Tokens",
    "Word",
    "even",
    "word_set",
    "words_in",
]

SPACE, HYPHEN, LINE, APART, STOP = " ", "-", "\n", ",", "."
"""What lies between two words: a blank, a hyphen, one line break, something else, or what ends
a sentence."""

# Marks of direction, soft hyphens and the like: they stand inside words and mean nothing.
_IGNORED = "\u00ad\u061c\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_MARKS = "\u0300-\u036f\u0483-\u0487\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06ed\ufe20-\ufe2f"
_APOSTROPHES = "'’‘`´ʿʾʼʻ′ˈ"
_HYPHENS = "-_‐‑‒–—−"
_TOKEN = re.compile(
    r"(?:https?://|www\.)\S+|\[\d{1,4}\]"  # addresses and footnotes are no words
    rf"|(?P<word>[^\W_](?:[{_IGNORED}{_MARKS}{_APOSTROPHES}]{{0,4}}[^\W_]|[{_MARKS}])*)"
)
_UNWRITTEN = re.compile(f"[{_IGNORED}]")
_NO_LETTER = re.compile(f"[{_IGNORED}{_MARKS}]")
_QUIET = re.compile(f"[{_IGNORED}{_APOSTROPHES}]")
_EVEN = str.maketrans({**dict.fromkeys(_HYPHENS[1:], "-"), **dict.fromkeys(_APOSTROPHES, "'")})
_POSSESSIVE = re.compile(f"[{_APOSTROPHES}][sS]$")
_ARABIC = re.compile("[\u0600-\u06ff]")
_LINE_BREAK = re.compile("\r\n?|[\n\u2028\u2029]")
_SENTENCE_END = re.compile(r"[.!?…:;\r\n\u2028\u2029•|#*>\"“«؟۔]")


def word_set(words: str) -> frozenset[str]:
    """Return words that stand in one text as a set."""
    return frozenset(words.split())


# Words that ordinary text capitalises: at the start of a sentence, or wherever they stand.
_ORDINARY = word_set(
    "a an the this that these those in on at of to from for by with near around inside outside "
    "into toward towards after before since until during while when where as and or but if so both "
    "then now later earlier soon here there once still even all some many most meanwhile today "
    "yesterday also only although though despite because between across over under north south "
    "east west northeast northwest southeast southwest central greater rural old new ancient "
    "historic besieged downtown battle operation syria iraq turkey lebanon american iraqi israeli "
    "french german arab monday tuesday wednesday thursday friday saturday sunday january february "
    "march april may june july august september october november december"
)
_ADJECTIVE = re.compile("(?:ern|ian|ish|ese)$")
_ORDINARY_ENDING = re.compile("(?:ing|ly)$")

_SAME_PHRASE = (SPACE, HYPHEN)
_PLAIN_ARTICLES = ("al", "el")  # the others are also English words: as, at, an, en
_LONGEST_ARTICLE = 4
_SHORTEST_ARABIC = 3
_LONG_WORD = 4
_LOUD_WORDS = 4
_HEADLINE_SHARE = 0.8
_HEADLINE_REACH = 20


class Form(NamedTuple):
    """A way to read a word: its key, and how many characters at its ends are no part of it."""

    key: str
    lead: int = 0
    tail: int = 0


class Word(NamedTuple):
    """What a word looks like, wherever it stands.

    `capital` and `small` tell how its first letter is written; in a script without capitals, and
    of a number, both are false.
    """

    lower: str
    forms: tuple[Form, ...]
    capital: bool
    small: bool
    acronym: bool
    possessive: bool
    article: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its forms."""
        return tuple(form.key for form in self.forms)


class Tokens:
    """A text as words, with what lies between them.

    Parameters
    ----------
    text
        Running text in any script.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.bounds = [m.span() for m in _TOKEN.finditer(text) if m["word"]]
        self.words = [_word(text[start:end]) for start, end in self.bounds]
        between = [_gap(text[a[1] : b[0]]) for a, b in pairwise(self.bounds)]
        self.gaps = [STOP, *between, STOP]
        """What lies before each word, and after the last."""

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.words)

    @cached_property
    def written_small(self) -> frozenset[str]:
        """The words that stand somewhere in the text without a capital."""
        return frozenset(word.lower for word in self.words if word.small)

    def starts_sentence(self, at: int) -> bool:
        """Return whether a word begins a sentence or a line."""
        return self.gaps[at] in {LINE, STOP}

    def starts_phrase(self, at: int) -> bool:
        """Return whether there is more than a blank or a hyphen before a word."""
        return self.gaps[at] not in _SAME_PHRASE

    def is_abbreviated(self, at: int) -> bool:
        """Return whether a word has a full stop right behind it."""
        return self.text[self.bounds[at][1]] == "."

    def is_article(self, at: int) -> bool:
        """Return whether a word is the Arabic article of the next, and no English *as* or *at*."""
        word, gap = self.words[at], self.gaps[at + 1]
        if not word.article or gap not in _SAME_PHRASE:
            return False
        noun = self.words[at + 1]
        if gap == HYPHEN:
            return noun.capital or word.capital
        if word.lower in _PLAIN_ARTICLES:
            return noun.capital
        inside = at > 0 and not self.starts_phrase(at) and self.words[at - 1].capital
        return noun.capital and (inside or (word.capital and not self.starts_sentence(at)))

    def is_address(self, start: int, end: int) -> bool:
        """Return whether characters are part of a mail address, an account or a domain."""
        before, after = self.text[start - 1 : start], self.text[end : end + 2]
        return before == "@" or after[:1] == "@" or (after[:1] == "." and after[1:].islower())

    def is_ordinary(self, at: int) -> bool:
        """Return whether a capitalised word is no name, nor the part of one, as far as one sees."""
        word = self.words[at]
        if word.possessive or word.acronym or word.lower in _ORDINARY:
            return True
        if _ADJECTIVE.search(word.lower):
            return True
        seen = _ORDINARY_ENDING.search(word.lower) or word.lower in self.written_small
        return bool(seen) and self.starts_sentence(at)

    def is_headline(self, at: int, least: int) -> bool:
        """Return whether a word stands among so many long words, nearly all with a capital."""
        long = [w for w in self._sentence(at) if len(w.lower) >= _LONG_WORD]
        capitals = sum(not word.small for word in long)
        return len(long) >= least and capitals >= _HEADLINE_SHARE * len(long)

    def has_small_words(self, at: int) -> bool:
        """Return whether a word stands among some that do not belong to names, such as *in*."""
        return any(
            word.lower in _ORDINARY or (word.small and not word.article)
            for word in self._sentence(at)
        )

    def is_loud(self, at: int) -> bool:
        """Return whether a word stands among words that are nearly all in capitals."""
        sentence = self._sentence(at)
        loud = sum(word.acronym for word in sentence)
        return len(sentence) >= _LOUD_WORDS and loud >= _HEADLINE_SHARE * len(sentence)

    def _sentence(self, at: int) -> list[Word]:
        first, stop = at, at + 1
        while at - first < _HEADLINE_REACH and not self.starts_sentence(first):
            first -= 1
        while stop - at < _HEADLINE_REACH and not self.starts_sentence(stop):
            stop += 1
        return self.words[first:stop]


def words_in(toponym: str) -> list[Word]:
    """Return the words of a name."""
    return [_word(m["word"]) for m in _TOKEN.finditer(toponym) if m["word"]]


def even(spelling: str) -> str:
    """Return a spelling with plain hyphens, apostrophes and blanks, and no hidden marks."""
    return " ".join(_UNWRITTEN.sub("", spelling).translate(_EVEN).split())


@lru_cache(maxsize=65536)
def _word(raw: str) -> Word:
    plain = _UNWRITTEN.sub("", raw)
    lower = plain.casefold()
    first = plain.lstrip(_APOSTROPHES)[:1]
    possessive = bool(_POSSESSIVE.search(plain))
    if _ARABIC.search(plain):
        forms = _arabic_forms(raw)
    else:
        forms = (Form(_key(plain)),)
        if possessive:
            forms = (*forms, Form(_key(plain[:-2]), tail=len(raw) - raw.rindex(plain[-2])))
    return Word(
        lower=lower,
        forms=tuple(form for form in forms if form.key),
        capital=first.isupper() or first.istitle(),
        small=first.islower(),
        acronym=plain.isalpha() and plain.isupper() and len(plain) > 1,
        possessive=possessive,
        article=1 < len(lower) <= _LONGEST_ARTICLE and fold(f"{lower} 1") == "1",
    )


def _key(word: str) -> str:
    """Return the folded key of a word; the Arabic article, which folding drops, stays."""
    return ("ال" if word.startswith("ال") else "") + fold(word)


def _arabic_forms(raw: str) -> tuple[Form, ...]:
    """Return a word as it stands, then without the small words written together with it."""
    written = [i for i, c in enumerate(raw) if not _NO_LETTER.match(c)]
    letters = "".join(raw[i] for i in written)
    readings = {0: letters}
    if letters[:1] in tuple("وف"):
        readings[1] = letters[1:]
    for lead, rest in list(readings.items()):
        if rest[:1] in tuple("بلك"):
            # After li- the article loses its first letter.
            readings[lead + 1] = ("ا" if rest.startswith("لل") else "") + rest[1:]
    return tuple(
        Form(_key(rest), lead=written[lead] if lead else 0)
        for lead, rest in readings.items()
        if lead == 0 or len(rest) >= _SHORTEST_ARABIC
    )


@lru_cache(maxsize=1024)
def _gap(between: str) -> str:
    bare = _QUIET.sub("", between)
    if not bare.isspace():
        if bare and bare in _HYPHENS:
            return HYPHEN
        return STOP if _SENTENCE_END.search(bare) else APART
    breaks = len(_LINE_BREAK.findall(bare))
    return (SPACE, LINE, STOP)[min(breaks, 2)]
