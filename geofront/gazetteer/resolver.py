"""From a name to places, with a score and its reasons; a tie is said, never settled silently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geofront.crs import BBox, LonLat, geodesic_km
from geofront.errors import AmbiguousPlaceError, UnknownPlaceError
from geofront.gazetteer.names import normalise

if TYPE_CHECKING:
    from collections.abc import Callable

    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.place import Place

__all__ = ["Context", "Match", "locate", "resolve"]

# How sure a way of matching is, before context: an id names one place by definition, an alias is
# one step less direct than the name, a folded key may merge names that differ.
_ID_SCORE = 1.0
_NAME_SCORE = 0.98
_ALIAS_SCORE = 0.96
_FOLDED_SCORE = 0.90

_FAR_PENALTY = 0.25
_HALF_PENALTY_KM = 50.0
_OUTSIDE_PENALTY = 0.15
_WRONG_FEATURE_PENALTY = 0.20
_TIE = 0.01


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about a mention besides its spelling.

    `near` is a point that the place should lie close to, `extent` a box it should lie in,
    `feature` the GeoNames code, or its first letters, that it should have.
    """

    near: LonLat | None = None
    extent: BBox | None = None
    feature: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A place proposed for a name: its score from 0 to 1 and the reasons for it."""

    place: Place
    score: float
    reasons: tuple[str, ...]


_NO_CONTEXT = Context()


def resolve(
    name: str, gazetteer: Gazetteer, *, context: Context = _NO_CONTEXT, limit: int | None = None
) -> list[Match]:
    """Return the places that a name may mean, best first.

    Parameters
    ----------
    name
        An id, a name or an alias, in any case and with or without marks and article.
    gazetteer
        The places to search.
    context
        What else is known; it moves the scores.
    limit
        How many matches to return at most; None for all.

    Returns
    -------
    list[Match]
        Best first; equal scores in the order of the places' ids. Empty if nothing matches.
    """
    found: dict[str, Match] = {}
    ways: list[tuple[Callable[[], list[Place]], Callable[[Place], tuple[float, str]]]] = [
        (lambda: _by_id(name, gazetteer), lambda _: (_ID_SCORE, "id")),
        (lambda: gazetteer.spelled(name), lambda place: _name_or_alias(name, place)),
        (lambda: gazetteer.sounding(name), lambda _: (_FOLDED_SCORE, "folded spelling")),
    ]
    for search, judge in ways:
        for place in search():
            if place.id not in found:
                found[place.id] = _in_context(place, *judge(place), context)
    matches = sorted(found.values(), key=lambda m: (-m.score, m.place.id))
    return matches[:limit]


def locate(name: str, gazetteer: Gazetteer, *, context: Context = _NO_CONTEXT) -> Place:
    """Return the one place that a name means.

    Parameters
    ----------
    name
        An id or any spelling.
    gazetteer
        The places to search.
    context
        What else is known.

    Returns
    -------
    Place
        The best match.

    Raises
    ------
    UnknownPlaceError
        If nothing matches.
    AmbiguousPlaceError
        If the best matches tie.
    """
    matches = resolve(name, gazetteer, context=context)
    if not matches:
        raise UnknownPlaceError(name, gazetteer.alike(name))
    tied = [m for m in matches if m.score >= matches[0].score - _TIE]
    if len(tied) > 1:
        raise AmbiguousPlaceError(name, tied)
    return matches[0].place


def _by_id(name: str, gazetteer: Gazetteer) -> list[Place]:
    place = gazetteer.get(name.strip())
    return [place] if place else []


def _name_or_alias(name: str, place: Place) -> tuple[float, str]:
    if normalise(name) == normalise(place.name):
        return _NAME_SCORE, "name"
    return _ALIAS_SCORE, "alias"


def _in_context(place: Place, score: float, reason: str, context: Context) -> Match:
    reasons = [f"{reason} {score:.2f}"]

    def lower(penalty: float, why: str) -> None:
        nonlocal score
        score *= 1 - penalty
        reasons.append(f"{why} -{penalty:.0%}")

    if context.near is not None:
        km = float(geodesic_km(np.array([place.position]), np.array([context.near]))[0])
        lower(_FAR_PENALTY * km / (km + _HALF_PENALTY_KM), f"{km:.0f} km from the context")
    if context.extent is not None and not context.extent.contains(place.position):
        lower(_OUTSIDE_PENALTY, "outside the extent")
    if context.feature and not place.feature.startswith(context.feature.upper()):
        lower(_WRONG_FEATURE_PENALTY, f"not a {context.feature.upper()}")
    return Match(place, round(score, 4), tuple(reasons))
