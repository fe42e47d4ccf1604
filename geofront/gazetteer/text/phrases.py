"""Phrases that name no place but a position relative to named ones: "4 km west of Palmyra".

A phrase becomes a point, a line or an area in degrees, with a radius: `grammar` tells what it says,
`geometry` works it out; between the two, its names are looked up here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, partial
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

import shapely

from geofront.errors import AmbiguousPlaceError, UnknownPlaceError
from geofront.gazetteer.names import fold
from geofront.gazetteer.place import PHRASE_SOURCE, Place
from geofront.gazetteer.text.geometry import along, around, middle_of, shape_center
from geofront.gazetteer.text.grammar import ParsedPhrase, PhraseError, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    _Answer: TypeAlias = tuple[Place | UnknownPlaceError | AmbiguousPlaceError, int]

__all__ = ["ParsedPhrase", "Phrase", "PhraseError", "parse", "read_phrase"]

_SETTLEMENT = re.compile(
    "^(?:cities|city|towns?|villages?) of (?:the )?| (?:city|town|village)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A position that a phrase describes.

    `geometry` is a point, a line or an area in degrees (WGS 84, longitude first; in several parts
    where it crosses the 180th meridian); `radius_km` says how far the true position may lie from
    its middle; `anchors` are the places that the phrase names; `reasons` tell the working.
    """

    text: str
    kind: str
    geometry: shapely.Geometry
    radius_km: float
    anchors: tuple[Place, ...]
    reasons: tuple[str, ...]

    @property
    def place(self) -> Place:
        """The phrase as a place: the point, the middle of the line, or the centre of the area."""
        stops = [a.position for a in self.anchors]
        center = middle_of(stops) if len(stops) > 1 else shape_center(self.geometry, stops[0])
        return Place(
            *(_slug(self.text), self.text, *center),
            feature={"road": "RD", "crossroads": "RDJCT"}.get(self.kind, ""),
            radius_km=self.radius_km,
            source=PHRASE_SOURCE,
            licence=" AND ".join(dict.fromkeys(a.licence for a in self.anchors if a.licence)),
        )


def read_phrase(text: str, locate: Callable[[str], Place]) -> Phrase | None:
    """Work out the position that a phrase describes.

    With r the anchor's radius in km, the radius of the phrase is

    - d km in a direction: √(r² + h² + (d tan w)²), where h is half the step to which d is
      rounded (4 km: 0.5; 10 km: 5; twice that for "about", but no more than d / 2) and w is
      22.5°, or 11.25° for a direction such as north-north-east;
    - d km from a place: d + √(r² + h²);
    - halfway between two: √((r₁² + r₂²) / 4 + (L / 10)²), L being the distance between them;
    - between two, a road, a crossroads: √((L / 2)² + max r²), L being the length of the line;
    - an area: as far as its outline lies from its centre.

    Parameters
    ----------
    text
        A place as a source gives it, such as ``4 km west of Palmyra``.
    locate
        Finds the one place that a name means, or raises that it is unknown or ambiguous; the
        error passes through.

    Returns
    -------
    Phrase | None
        None where the text is no phrase, or is as a whole the name of a place for `locate`.

    Raises
    ------
    PhraseError
        If it is a phrase with a part that is not understood.
    """
    parsed = parse(text)
    if parsed is None:
        return None
    ask = cache(partial(_ask, locate))
    if parsed.bare and 0 in {ask(parsed.text)[1], _look(ask, parsed.chain)[1]}:
        return None
    reading = _best(ask, parsed)
    named = [parsed.bare]
    if parsed.kind == "crossroads" and reading:
        named += ["-".join(order) + " crossroads" for order in (reading, reading[::-1])]
    for known in (_found(ask, name) for name in named if _look(ask, name)[1] == 0):
        point, why = shapely.Point(known.position), f"named {known.name} ({known.id})"
        kind = parsed.kind if parsed.kind == "crossroads" else "named"
        return Phrase(parsed.text, kind, point, known.radius_km, (known,), (why,))
    if parsed.fault:
        raise parsed.fault
    if reading is None:
        return None
    anchors = tuple(_found(ask, name) for name in reading)
    drawn = around(parsed, anchors[0]) if len(anchors) == 1 else along(parsed, anchors)
    geometry, radius_km, working = drawn
    said = [f"{a.name} ({a.id}), known to {a.radius_km:g} km" for a in anchors]
    reasons = (*said, working, f"radius {radius_km:.3g} km")
    return Phrase(parsed.text, parsed.kind, geometry, round(radius_km, 3), anchors, reasons)


def _slug(text: str) -> str:
    text = unicodedata.normalize("NFKD", re.sub(r"(?<=\d),(?=\d)", ".", text)).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c) and c not in "'’‘`ʿʾ")
    return re.sub(r"(?:[^\w.]|_|(?<!\d)\.|\.(?!\d))+", "-", text).strip("-")


def _ask(locate: Callable[[str], Place], name: str) -> _Answer:
    """Return what a name means, and 0 if it is so named, 1 if `locate` takes it so, 2 if none."""
    try:
        found: Place | AmbiguousPlaceError = locate(name)
    except UnknownPlaceError as error:
        return error, 2
    except AmbiguousPlaceError as error:
        found = error
    places = [found] if isinstance(found, Place) else [m.place for m in found.candidates]
    # A place that is itself made of a phrase is named by none.
    named = [p for p in places if p.source != PHRASE_SOURCE]
    return found, 1 - any(name == p.id or fold(name) in map(fold, p.toponyms) for p in named)


def _look(ask: Callable[[str], _Answer], name: str) -> _Answer:
    """Return the best answer to a name with or without "the", "town of" and the like."""
    bare = re.sub("^[Tt]he ", "", name)
    spellings = (bare if name.startswith("the ") else name, bare, _SETTLEMENT.sub("", bare))
    answers = [ask(s) for s in spellings if s] or [(UnknownPlaceError(name), 2)]
    return min(answers, key=itemgetter(1))


def _found(ask: Callable[[str], _Answer], name: str) -> Place:
    found = _look(ask, name)[0]
    if isinstance(found, Place):
        return found
    raise found


def _best(ask: Callable[[str], _Answer], parsed: ParsedPhrase) -> tuple[str, ...] | None:
    """Return the reading whose names are known, as written if possible; else the closest."""

    def cost(reading: tuple[str, ...]) -> tuple[bool, float, int]:
        doubts = [_look(ask, name)[1] for name in reading]
        return max(doubts) > 1, sum(doubts) / len(doubts), len(doubts)

    best = min(parsed.readings, key=cost, default=None)
    return None if best and parsed.tentative and cost(best)[0] else best
