"""Mentions: the places that a running text names, and where in it.

A name is found by its spelling or its folded key, the longest first, never by mere likeness. What
keeps other words out, where a script has capital letters:

- A name begins with a capital, or with the article and a capital. What a gazetteer itself spells
  without (*port of Tartus*) may stand so; a description with no capital at all (*abandoned base*)
  counts only where the text also names a place nearby.
- One word at the start of a sentence, where anything is capitalised, must be spelled exactly.
- A name is not part of a longer one: of a person (a title, or a capitalised word that is no known
  place, stands before it or after it) or of an organisation (*Homs News*). Seats of government lend
  their names to what lies there (*Aleppo Citadel*), villages do not. In headlines, where every
  word has a capital, an exact spelling is enough.
- What introduces speech is no place: *Khattab said*. A name that was once a person's stays the
  person's, unless a word such as *in* or *near* stands before it.
- Names that mean something else far more often (`_HOMONYMS`) need a word such as *village* before
  them, once in a text. That list is short, and the only one that knows names.

The rules for capitals are those of English, French or Russian; in German, where every noun has
one, names right behind a noun are missed. Arabic has no capitals. There the small words that are
written together with the next one (and, so, in, to, like) are taken off, and the article must be
as the gazetteer has it.

Between namesakes the other places that the text names nearby decide, as a context given by the
caller would, and the reasons of the matches say so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geofront.crs import geodesic_km
from geofront.gazetteer.match import NO_CONTEXT, Context, Match
from geofront.gazetteer.names import normalise
from geofront.gazetteer.resolver import resolve
from geofront.gazetteer.tables import shipped_gazetteer
from geofront.gazetteer.text.nametree import name_tree
from geofront.gazetteer.text.tokens import HYPHEN, LINE, SPACE, Tokens, even, word_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geofront.crs import LonLat
    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.place import Place
    from geofront.gazetteer.text.nametree import Node
    from geofront.gazetteer.text.tokens import Form, Word

__all__ = ["Mention", "scan"]


_HOMONYMS = word_set(
    "ark martin sham qatar benin riyadh bali jinan خطاب السكري الازرق المشتل الباب العاصي"
)
_PLACE_NOUNS = word_set(
    "village villages town towns city hamlet settlement district neighborhood neighbourhood "
    "قريه بلده مدينه ناحيه منطقه حي محيط ريف اطراف ضواحي قرب شمال جنوب شرق غرب شمالي جنوبي شرقي "
    "غربي بلدتي قريتي مدينتي محور جبهه نهر"
)
_LOCATING = word_set("in near at around from of to into toward towards outside inside through on")
_TITLES = word_set(
    "mr mrs ms dr prof gen general col colonel maj major capt captain lt lieutenant sgt sergeant "
    "brig brigadier cmdr commander sheikh shaykh imam emir mullah president minister governor "
    "senator ambassador spokesman spokeswoman spokesperson journalist reporter activist analyst "
    "correspondent abu abou umm um ibn bin bint haji hajj sayyid sir st"
)
_PARTICLES = word_set("abu abou umm um ibn bin bint")  # of names of two more words, too
_ALSO_ADJECTIVES = word_set("general major")
_SPEECH = word_set(
    "said says told tells wrote added announced reported tweeted stated claimed quoted argued"
)
_MEDIA = word_set("news tv television channel network agency radio newspaper")
_BODIES = _MEDIA | word_set(
    "media press times post today herald tribune observer monitor observatory institute foundation "
    "association council party fc sc club bank group company inc ltd movement brigade brigades "
    "battalion division army forces shield martyrs hawks knights union committee"
)
_FEATURES = word_set(
    "governorate province district subdistrict city town village countryside suburb suburbs area "
    "region desert plain valley mountain mountains hill hills heights lake river dam bridge "
    "highway road route crossing crossroads junction airport airbase base camp field fields "
    "station hospital castle front frontline pocket offensive counteroffensive campaign siege "
    "massacre"
)
_ROUTES = word_set(
    "road roads highway highways route routes motorway railway line axis corridor border pipeline"
)

_LONGEST_BODY = 4
_WORDS_WITH_CITY, _WORDS_WITH_VILLAGE = 3, 5  # of a headline
_LONGEST_ACRONYM = 4
_NEAR_KM = 50.0
_NEIGHBOURS = 6


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named in a text.

    `text` is what stands there from character `start` to before character `end`; `matches` are
    the places that it may mean, best first.
    """

    text: str
    start: int
    end: int
    matches: tuple[Match, ...]

    def __str__(self) -> str:
        """Tell where it stands, what it is, and which place it most likely means."""
        return f"{self.start}-{self.end} {self.text!r}: {self.matches[0]}"


def scan(
    text: str, gazetteer: Gazetteer | None = None, *, context: Context = NO_CONTEXT
) -> list[Mention]:
    """Find the places that a text names.

    Parameters
    ----------
    text
        Running text in Latin, Arabic or Cyrillic script.
    gazetteer
        The places to look for; by default those that geofront ships.
    context
        What is known of the places besides; it moves the scores of the matches. Without a point
        in it, namesakes are weighed by the other places that the text names nearby.

    Returns
    -------
    list[Mention]
        In the order of the text; they do not overlap.

    Examples
    --------
    >>> import geofront
    >>> found = geofront.scan("Later that day they took Jazal.")
    >>> [(mention.text, mention.start, mention.matches[0].place.id) for mention in found]
    [('Jazal', 25, 'jazal')]
    """
    gazetteer = shipped_gazetteer() if gazetteer is None else gazetteer
    scanner = _Scanner(text, gazetteer)
    spans = list(scanner.spans())
    queries = [scanner.query(span) for span in spans]
    answers: dict[tuple[str, Context], list[Match]] = {}

    def matches(number: int, where: Context) -> tuple[Match, ...]:
        key = queries[number], where
        if key not in answers:
            answers[key] = resolve(key[0], gazetteer, context=where)
        wanted = spans[number].node.place_ids
        return tuple(match for match in answers[key] if match.place.id in wanted)

    found = [matches(number, context) for number in range(len(spans))]
    vague = [scanner.is_description(span) for span in spans]
    settled = list(found)
    for number, candidates in enumerate(found):
        if len(candidates) > 1 and not context.points:
            near = _neighbours(number, found, vague)
            settled[number] = matches(number, replace(context, near=near or None))
    named = [
        (Mention(text[span.start : span.end], span.start, span.end, best), is_vague)
        for span, best, is_vague in zip(spans, settled, vague, strict=True)
        if best
    ]
    anchors = {mention.matches[0].place.position for mention, is_vague in named if not is_vague}
    return [m for m, is_vague in named if not is_vague or _is_near(m.matches[0].place, anchors)]


def _neighbours(
    number: int, found: Sequence[tuple[Match, ...]], vague: Sequence[bool]
) -> tuple[LonLat, ...]:
    """Return where the unmistakable places named shortly before and after a name are."""
    window = range(max(0, number - _NEIGHBOURS), min(len(found), number + _NEIGHBOURS + 1))
    sure = (k for k in window if len(found[k]) == 1 and not vague[k])
    return tuple(sorted({found[k][0].place.position for k in sure}))


def _is_near(place: Place, anchors: set[LonLat]) -> bool:
    if not anchors:
        return False
    ends = np.array(sorted(anchors))
    km = geodesic_km(np.tile(place.position, (len(ends), 1)), ends).min()
    return bool(km <= _NEAR_KM + place.radius_km)


class _Span(NamedTuple):
    """Words that are a name: the tokens from `first` to before `stop`, and the characters."""

    first: int
    stop: int
    start: int
    end: int
    node: Node


class _Scanner:
    """One reading of one text, from its beginning to its end."""

    def __init__(self, text: str, gazetteer: Gazetteer) -> None:
        self.root, self.small_starts = name_tree(gazetteer)
        self.text = text
        self.tokens = Tokens(text)
        self.words = self.tokens.words
        self.named_until = 0
        self.persons: set[Node] = set()
        self.introduced: set[Node] = set()

    def spans(self) -> Iterator[_Span]:
        """Yield the names of places."""
        at = 0
        while at < len(self.words):
            span = next((s for s in self._candidates(at) if self._is_named(s)), None)
            if span:
                span = self._overlapping(span) or span
                yield span
                self.named_until = span.stop
            at = span.stop if span else at + 1

    def query(self, span: _Span) -> str:
        """Return the spelling to look a name up by."""
        if any(word.capital or word.small for word in self._of(span)):
            return even(self.text[span.start : span.end])
        return next(iter(span.node.spellings))  # the text may have small words joined to it

    def is_description(self, span: _Span) -> bool:
        """Return whether a name has no capital, but for the one that begins a sentence."""
        words = self._of(span)[self.tokens.starts_sentence(span.first) :]
        small = all(s == s.casefold() != s.upper() for s in span.node.spellings)
        return small and not any(word.capital for word in words)

    def _of(self, span: _Span) -> list[Word]:
        return self.words[span.first : span.stop]

    def _overlapping(self, span: _Span) -> _Span | None:
        """Return a name that begins inside another and is as long: *eastern Aleppo province*."""
        length = span.stop - span.first
        for first in range(span.first + 1, span.stop):
            for later in self._candidates(first):
                if later.stop >= max(first + length, span.stop + 1) and self._is_named(later):
                    return later
        return None

    # --- what could be a name -----------------------------------------------------------------

    def _candidates(self, first: int) -> list[_Span]:
        """Return the names that begin with a word, the longest first."""
        word = self.words[first]
        if word.small and not word.article and self.small_starts.isdisjoint(word.keys):
            return []
        if first and self.tokens.is_article(first - 1):
            return []
        noun = first + self.tokens.is_article(first)
        spans: list[_Span] = []
        for form in self.words[noun].forms:
            if form.key in self.root.children and (noun == first or not form.lead):
                start = self.tokens.bounds[first][0] + form.lead
                spans += self._follow(first, noun, start, form)
        return sorted(spans, key=lambda s: (-s.stop, s.start))

    def _follow(self, first: int, last: int, start: int, form: Form) -> Iterator[_Span]:
        node = self.root
        step: tuple[int, Form] | None = (last, form)
        while step:
            last, form = step
            node = node.children[form.key]
            end = self.tokens.bounds[last][1] - form.tail
            if node.place_ids and not self.tokens.is_address(start, end):
                yield _Span(first, last + 1, start, end, node)
            step = None if form.tail else self._next(node, last + 1)

    def _next(self, node: Node, after: int) -> tuple[int, Form] | None:
        """Return the word, and the reading of it, with which a name goes on."""
        for at in (after, after + 1):
            if self.tokens.gaps[at] not in {SPACE, HYPHEN, LINE}:
                return None
            for form in self.words[at].forms:
                if form.key in node.children and not form.lead:
                    return at, form
            if not self.tokens.is_article(at):
                return None
        return None

    # --- what is one --------------------------------------------------------------------------

    def _is_named(self, span: _Span) -> bool:
        if not any(word.capital or word.small for word in self._of(span)):
            has_letters = any(c.isalpha() for c in self.text[span.start : span.end])
            return has_letters and self._is_no_homonym(span)
        return (
            self._is_written_as_name(span)
            and self._is_no_homonym(span)
            and not self._is_known_person(span)
            and self._is_whole(span)
        )

    def _is_written_as_name(self, span: _Span) -> bool:
        head, *rest = self._of(span)
        spelling = even(self.text[span.start : span.end])
        spelled_so = bool({spelling, spelling[:1].lower() + spelling[1:]} & {*span.node.spellings})
        if head.small and not head.article:
            small = [s for s in span.node.spellings if s[0].islower()]
            has_capital = any(word.capital for word in rest)
            return bool(small and rest) and (has_capital or any(s == s.casefold() for s in small))
        if not rest and head.acronym and len(head.lower) <= _LONGEST_ACRONYM:
            return spelled_so or self._is_strong(span) or self.tokens.is_loud(span.first)
        is_open = head.capital and not self.tokens.starts_sentence(span.first)
        if is_open or head.article or any(word.capital for word in rest):
            return True
        if rest:
            return spelled_so
        return self._is_exact(span) or not spelling.isascii()

    def _is_exact(self, span: _Span) -> bool:
        spelling = normalise(even(self.text[span.start : span.end]))
        return spelling in span.node.spellings.values()

    def _is_strong(self, span: _Span) -> bool:
        return normalise(even(self.text[span.start : span.end])) in span.node.strong

    def _is_no_homonym(self, span: _Span) -> bool:
        node = span.node
        if node.single not in _HOMONYMS or node in self.introduced:
            return True
        if self._is_introduced(span.first):
            self.introduced.add(node)
            return True
        # In Arabic "and" is a part of the word: "Manbij and-al-Bab".
        has_and = span.start > self.tokens.bounds[span.first][0]
        return has_and and 0 < span.first == self.named_until

    def _is_introduced(self, first: int) -> bool:
        before = first - 1
        if before > 0 and self.words[before].lower == "of":
            before -= 1
        return before >= 0 and not _PLACE_NOUNS.isdisjoint(self.words[before].keys)

    def _is_known_person(self, span: _Span) -> bool:
        if span.node not in self.persons or self._is_introduced(span.first):
            return False
        is_located = self.words[span.first - 1].lower in _LOCATING
        return not is_located or self.tokens.starts_phrase(span.first)

    # --- what is part of a longer name --------------------------------------------------------

    def _is_whole(self, span: _Span) -> bool:
        if self._is_free_before(span) and self._is_free_after(span):
            return True
        if not self._is_strong(span):
            self.persons.add(span.node)
        return False

    def _is_free_before(self, span: _Span) -> bool:
        if span.first in {0, self.named_until}:
            return True
        before = span.first - 1
        word = self.words[before]
        starts_phrase = self.tokens.starts_phrase(span.first)
        if word.lower in _TITLES and not starts_phrase:
            return word.small and word.lower in _ALSO_ADJECTIVES
        if word.lower in _TITLES and word.capital and self.tokens.is_abbreviated(before):
            return False
        if starts_phrase or not word.capital or self.tokens.is_ordinary(before):
            return True
        if before and self.words[before - 1].lower in _PARTICLES:
            return False
        return self._is_on_route(span) or self._is_in_headline(span)

    def _is_free_after(self, span: _Span) -> bool:
        after = span.stop
        if self.tokens.starts_phrase(after):
            return True
        word = self.words[after]
        if not (word.capital or self.tokens.is_article(after)):
            if word.lower in _SPEECH:
                return not self.tokens.starts_phrase(span.first)
            return word.lower not in _MEDIA or self.tokens.gaps[after] == HYPHEN
        if self._is_body(after):
            return False
        return (
            self.tokens.is_ordinary(after)
            or word.lower in _FEATURES
            or bool(self._candidates(after))
            or self._is_on_route(span)
            or self._is_strong(span)
            or self._is_in_headline(span)
        )

    def _is_in_headline(self, span: _Span) -> bool:
        if self._is_strong(span):
            return self.tokens.is_headline(span.first, _WORDS_WITH_CITY)
        is_headline = self.tokens.is_headline(span.first, _WORDS_WITH_VILLAGE)
        return is_headline and self._is_exact(span) and self.tokens.has_small_words(span.first)

    def _is_body(self, at: int) -> bool:
        """Return whether the capitalised words from here on name an organisation."""
        reach = 1 if self.tokens.is_headline(at, _WORDS_WITH_CITY) else _LONGEST_BODY
        for k in range(at, min(at + reach, len(self.words))):
            if not self.words[k].capital or self.tokens.starts_phrase(k):
                return False
            if self.words[k].lower in _BODIES:
                return True
        return False

    def _is_on_route(self, span: _Span) -> bool:
        """Return whether a name is an end of a road: *the Ain Issa-Khattab road*."""
        joined = {self.tokens.gaps[span.first], self.tokens.gaps[span.stop]}
        near = self.words[span.stop : span.stop + 2]
        return HYPHEN in joined and any(word.lower in _ROUTES for word in near)
