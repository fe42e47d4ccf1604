"""From a name to places, with a score and its reasons; a tie is said, never settled silently."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geofront.crs import BBox, LonLat, check_position, geodesic_km
from geofront.errors import AmbiguousPlaceError, UnknownPlaceError
from geofront.gazetteer.features import split_feature
from geofront.gazetteer.index import ALIAS, NAME, SECOND
from geofront.gazetteer.names import fold
from geofront.gazetteer.sounds import alternatives
from geofront.gazetteer.text.phrases import PhraseError, read_phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.place import Place
    from geofront.gazetteer.text.phrases import Phrase

__all__ = ["ACCEPTED", "Context", "Match", "locate", "locate_in_turn", "resolve", "resolve_many"]

# How sure a way of matching is, before context: an id names one place by definition, an alias is
# one step less direct than the name, a folded key may merge names that differ.
_ID_SCORE = 1.0
_SPELLED_SCORE = {NAME: 0.99, ALIAS: 0.98, SECOND: 0.95}
_FOLDED_SCORE = {NAME: 0.96, ALIAS: 0.95, SECOND: 0.92}
_SOUND_SCORE = {NAME: 0.95, ALIAS: 0.945, SECOND: 0.90}

ACCEPTED = 0.88
"""The least score with which a name is taken to mean a place."""

_PHRASE_SCORE = 0.9
# What scores less is not worth proposing; near a known point, less of the name will do.
_LEAST = 0.6
_LEAST_NEAR = 0.45
_TIE = 0.01
_NEAR_KM = 100.0
_FAR_PENALTY = 0.5
_HALF_PENALTY_KM = 90.0
_FAR_POWER = 8
_PENALTY_PER_KM = 0.0001
_OUTSIDE_PENALTY = 0.15
_WRONG_FEATURE_PENALTY = 0.20
_WRONG_ADMIN_PENALTY = 0.10
_WRONG_COUNTRY_PENALTY = 0.20
_STRIPPED_PENALTY = 0.02
_LONGEST_NAME = 200
_SHIFT_DEGREES = 0.5
_IN_REGION = re.compile(
    r"(?P<name>.+?),? in (?:the )?(?:(?P<side>north|south|east|west)\w*[ -])?(?P<region>\S.*)",
    re.IGNORECASE,
)
_SHIFTS = {"north": (0, 1), "south": (0, -1), "east": (1, 0), "west": (-1, 0)}


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about a mention besides its spelling.

    `near` holds points, in degrees, that the place should lie close to (the nearest of them
    counts), `extent` a box it should lie in, `feature` GeoNames codes, or their first letters, of
    which it should have one, `admin1` the name of its first-level division, `country` its ISO
    code of two letters.
    """

    near: LonLat | tuple[LonLat, ...] | None = None
    extent: BBox | None = None
    feature: str | tuple[str, ...] = ""
    admin1: str = ""
    country: str = ""

    def __post_init__(self) -> None:
        """Refuse points that are nowhere on Earth.

        Raises
        ------
        PositionError
            If a coordinate is not finite or out of range.
        """
        for point in self.points:
            check_position(*point)

    @property
    def points(self) -> tuple[LonLat, ...]:
        """The points of `near`."""
        if self.near is None:
            return ()
        return (self.near,) if isinstance(self.near, LonLat) else self.near

    @property
    def features(self) -> tuple[str, ...]:
        """The codes of `feature`, in capitals."""
        given = (self.feature,) if isinstance(self.feature, str) else self.feature
        return tuple(code.upper() for code in given if code)


@dataclass(frozen=True, slots=True)
class Match:
    """A place proposed for a name: its score from 0 to 1 and the reasons for it."""

    place: Place
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """A place found by its name: how, and how surely, before context."""

    row: int
    score: float
    reason: str


_NO_CONTEXT = Context()


def resolve(
    name: str, gazetteer: Gazetteer, *, context: Context = _NO_CONTEXT, limit: int | None = None
) -> list[Match]:
    """Return the places that a name may mean, best first.

    Parameters
    ----------
    name
        An id, a name or an alias in any script and spelling, with a feature word ("T4 airbase") or
        a region ("Khattab in eastern Homs"), or a phrase ("4 km west of Palmyra").
    gazetteer
        The places to search.
    context
        What else is known; it moves the scores.
    limit
        How many matches to return at most; None for all.

    Returns
    -------
    list[Match]
        Best first; of equal scores the larger place, then the order of ids. Empty if nothing is
        like it.
    """
    exact = _ranked(name, gazetteer, context, by_sound=False)
    if not _accepted(exact):
        phrase = _phrase_or_none(name, gazetteer, context)
        if phrase is not None:
            return [Match(phrase.place, _PHRASE_SCORE, phrase.reasons)]
    return _ranked(name, gazetteer, context, by_sound=True, limit=limit)


def resolve_many(
    names: Iterable[str],
    gazetteer: Gazetteer,
    *,
    context: Context = _NO_CONTEXT,
    limit: int | None = 5,
) -> list[list[Match]]:
    """Resolve names one after the other; a name that comes again is not searched again.

    Parameters
    ----------
    names
        The names, of a pandas Series or any other iterable; of a Dask DataFrame, call it on each
        partition.
    gazetteer
        The places to search.
    context
        What is known of all of them.
    limit
        How many matches to return at most for each; None for all.

    Returns
    -------
    list[list[Match]]
        The answers in the order of the names.
    """
    answers: dict[str, list[Match]] = {}
    result = []
    for name in names:
        if name not in answers:
            answers[name] = resolve(name, gazetteer, context=context, limit=limit)
        result.append(answers[name])
    return result


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
        If nothing matches well enough (`ACCEPTED`); it suggests what comes closest.
    AmbiguousPlaceError
        If the best matches tie.
    PhraseError
        If it is a phrase with a part that is not understood.
    """
    by_id = gazetteer.get(name)
    if by_id is not None:
        return by_id
    # By sound only if need be: without a point to be near, nothing that merely sounds alike can
    # beat what is spelled so.
    matches = _ranked(name, gazetteer, context, by_sound=False)
    if not _accepted(matches):
        phrase = read_phrase(name, lambda anchor: _anchor(anchor, gazetteer, context))
        if phrase is not None:
            return phrase.place
    if not _accepted(matches) or context.points:
        matches = _ranked(name, gazetteer, context, by_sound=True)
    if not _accepted(matches):
        raise UnknownPlaceError(name, list(dict.fromkeys(m.place.name for m in matches))[:3])
    return _untied(name, matches)


def locate_in_turn(
    name: str, gazetteers: Iterable[Gazetteer], *, context: Context = _NO_CONTEXT
) -> Place:
    """Return the place that a name means in the first of several gazetteers that has it.

    A gazetteer that has just this id or spelling comes before one that has something like it.

    Parameters
    ----------
    name
        An id or any spelling.
    gazetteers
        The gazetteers, the most trusted first.
    context
        What else is known.

    Returns
    -------
    Place
        The best match.

    Raises
    ------
    UnknownPlaceError
        If nothing matches well enough in any of them.
    AmbiguousPlaceError
        If the best matches of the one that has it tie.
    """
    given = list(gazetteers)
    suggestions: list[str] = []
    exact = [g for g in given if name in g or g.spelled(name)]
    for gazetteer in exact or given:
        try:
            return locate(name, gazetteer, context=context)
        except UnknownPlaceError as error:
            suggestions.extend(error.suggestions)
    raise UnknownPlaceError(name, suggestions[:3])


def _accepted(matches: list[Match]) -> bool:
    return bool(matches) and matches[0].score >= ACCEPTED


def _anchor(name: str, gazetteer: Gazetteer, context: Context) -> Place:
    """Return the place that a phrase names; its feature word is not said of that place.

    Raises
    ------
    UnknownPlaceError
        If no place is spelled so.
    AmbiguousPlaceError
        If several are.
    """
    matches = _ranked(name, gazetteer, replace(context, feature=""), by_sound=False)
    if not _accepted(matches):
        raise UnknownPlaceError(name, gazetteer.alike(name))
    return _untied(name, matches)


def _untied(name: str, matches: list[Match]) -> Place:
    """Return the place of the best match.

    Raises
    ------
    AmbiguousPlaceError
        If others are as good.
    """
    tied = [m for m in matches if m.score >= matches[0].score - _TIE]
    if len(tied) > 1:
        raise AmbiguousPlaceError(name, tied)
    return matches[0].place


def _phrase_or_none(name: str, gazetteer: Gazetteer, context: Context) -> Phrase | None:
    with contextlib.suppress(UnknownPlaceError, AmbiguousPlaceError, PhraseError):
        return read_phrase(name, lambda anchor: _anchor(anchor, gazetteer, context))
    return None


def _ranked(
    name: str,
    gazetteer: Gazetteer,
    context: Context,
    *,
    by_sound: bool,
    limit: int | None = None,
) -> list[Match]:
    best: dict[int, Match] = {}
    for text, penalty, where in _readings(name, gazetteer, context):
        for found in _surest(_search(text, gazetteer, where, by_sound=by_sound), limit, where):
            match = _in_context(found, penalty, gazetteer, where)
            if found.row not in best or match.score > best[found.row].score:
                best[found.row] = match
    least = _LEAST_NEAR if context.points else _LEAST
    matches = (match for match in best.values() if match.score >= least)
    return sorted(matches, key=lambda m: (-m.score, -m.place.size, m.place.id))[:limit]


def _surest(found: Iterable[_Found], limit: int | None, context: Context) -> Iterable[_Found]:
    """Keep the surest way to each place; without context, only those that may come first."""
    surest: dict[int, _Found] = {}
    for one in found:
        if one.row not in surest or one.score > surest[one.row].score:
            surest[one.row] = one
    if limit is None or context != _NO_CONTEXT or len(surest) <= limit:
        return surest.values()
    least = round(sorted(one.score for one in surest.values())[-limit], 4)
    return [one for one in surest.values() if round(one.score, 4) >= least]


def _readings(
    name: str, gazetteer: Gazetteer, context: Context
) -> Iterator[tuple[str, float, Context]]:
    """Yield the ways to understand a mention: as it is, without its feature word or its region."""
    text = " ".join(name.split())
    yield text, 0.0, context
    if len(text) > _LONGEST_NAME:
        return
    featured = split_feature(text)
    if featured:
        rest, codes = featured
        yield rest, _STRIPPED_PENALTY, replace(context, feature=context.feature or codes)
    region = _IN_REGION.fullmatch(text)
    if region:
        where = _region(region["region"], region["side"], gazetteer)
        near = context.near if context.points or where is None else where
        inside = replace(context, near=near, admin1=context.admin1 or region["region"])
        yield region["name"], _STRIPPED_PENALTY, inside


def _region(name: str, side: str | None, gazetteer: Gazetteer) -> LonLat | None:
    """Return where a region is: at the place of its name, or some way from it to the side."""
    places = gazetteer.spelled(name) or gazetteer.sounding(name)
    if not places:
        return None
    east, north = _SHIFTS[side.casefold()] if side else (0, 0)
    lon, lat = places[0].position
    return LonLat(lon + east * _SHIFT_DEGREES, lat + north * _SHIFT_DEGREES)


def _search(
    name: str, gazetteer: Gazetteer, context: Context, *, by_sound: bool
) -> Iterator[_Found]:
    toponyms = gazetteer.toponyms
    row_of_id = gazetteer.row_of(name)
    if row_of_id is not None:
        yield _Found(row_of_id, _ID_SCORE, "id")
    for rows, scores, reason in (
        (toponyms.spelled(name), _SPELLED_SCORE, "spelled so"),
        (toponyms.sounding(name), _FOLDED_SCORE, "same folded spelling"),
    ):
        for row in rows:
            role = int(toponyms.role[row])
            yield _Found(int(toponyms.place_row[row]), scores[role], reason)
    if by_sound:
        yield from _search_by_sound(name, gazetteer, context)


def _search_by_sound(name: str, gazetteer: Gazetteer, context: Context) -> Iterator[_Found]:
    toponyms = gazetteer.toponyms
    near = [gazetteer.rows_within(point, _NEAR_KM) for point in context.points]
    also = gazetteer.toponym_rows(np.unique(np.concatenate(near))) if near else None
    for number, part in enumerate(alternatives(name[:_LONGEST_NAME])):
        for row, text, alike in gazetteer.sounding_like(part, also=also):
            role = max(int(toponyms.role[row]), SECOND if number else NAME)
            reason = f"sounds like {text} ({alike:.2f})"
            yield _Found(int(toponyms.place_row[row]), _SOUND_SCORE[role] * alike, reason)


def _in_context(found: _Found, penalty: float, gazetteer: Gazetteer, context: Context) -> Match:
    place = gazetteer.places[found.row]
    score = found.score - penalty
    reasons = [f"{found.reason} {found.score:.2f}"]
    if penalty:
        reasons.append(f"part of the mention -{penalty:.2f}")
    for lower, why in _penalties(place, context):
        score -= lower
        reasons.append(f"{why} -{lower:.3f}")
    return Match(place, round(max(score, 0.0), 4), tuple(reasons))


def _penalties(place: Place, context: Context) -> Iterator[tuple[float, str]]:
    if context.points:
        ends = np.array(context.points)
        km = float(geodesic_km(np.tile(place.position, (len(ends), 1)), ends).min())
        yield _distance_penalty(km), f"{km:.0f} km from the context"
    if context.extent is not None and not context.extent.contains(place.position):
        yield _OUTSIDE_PENALTY, "outside the extent"
    features = context.features
    if features and not place.feature.startswith(features):
        yield _WRONG_FEATURE_PENALTY, f"not a {features[0]}"
    country = context.country.upper()
    if country and place.country and place.country.upper() != country:
        yield _WRONG_COUNTRY_PENALTY, f"not in {country}"
    if context.admin1 and place.admin1 and fold(context.admin1) not in fold(place.admin1):
        yield _WRONG_ADMIN_PENALTY, f"not in {context.admin1}"


def _distance_penalty(km: float) -> float:
    """Within some 60 km a context hardly counts, beyond some 120 it counts in full."""
    share = km**_FAR_POWER / (km**_FAR_POWER + _HALF_PENALTY_KM**_FAR_POWER)
    return _FAR_PENALTY * share + _PENALTY_PER_KM * min(km, _NEAR_KM)
