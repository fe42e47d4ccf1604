"""From a name to places, with a score and its reasons; a tie is said, never settled silently."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geofront.crs import BBox, LonLat, check_position, geodesic_km
from geofront.errors import AmbiguousPlaceError, UnknownPlaceError
from geofront.gazetteer.features import feature_codes, split_feature
from geofront.gazetteer.index import ALIAS, NAME, SECOND
from geofront.gazetteer.regions import Region, split_region
from geofront.gazetteer.sounds import alternatives
from geofront.gazetteer.tables import shipped_gazetteer
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
# Far from every place of the region's name; less if it is in the division of one of them.
_FAR_FROM_REGION_PENALTY = 0.20
_SAME_DIVISION_PENALTY = 0.05
_MOST_NAMESAKES = 8
_STRIPPED_PENALTY = 0.02
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about a mention besides its spelling.

    `near` holds points, in degrees, that the place should lie close to (the nearest of them
    counts), `extent` a box it should lie in, `feature` GeoNames codes, or their first letters, of
    which it should have one, `admin1` the name or code of its first-level division, `country`
    its ISO code of two letters. A place of which only the code of the division is known is held to
    a name only if the gazetteer has the division itself (``ADM1``).
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
        return feature_codes(self.feature)


@dataclass(frozen=True, slots=True)
class Match:
    """A place proposed for a name: its score from 0 to 1 and the reasons for it."""

    place: Place
    score: float
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        """Tell the place, where it is and how well that is known, the score and its reasons."""
        place = self.place
        told = filter(None, (place.id, place.feature, place.admin1, place.country))
        where = f"{place.lon:.4f} E {place.lat:.4f} N, within {place.radius_km:.3g} km"
        why = f"score {self.score:.2f}: {'; '.join(self.reasons)}"
        return f"{place.name} ({', '.join(told)}), {where}, {why}"


@dataclass(frozen=True, slots=True)
class _Reading:
    """A way to understand a mention: the name in it, and what the rest says of the place."""

    name: str
    context: Context
    penalty: float = 0.0
    region: Region | None = None

    @property
    def points(self) -> tuple[LonLat, ...]:
        """The points near which names that are less alike are worth a look."""
        if self.context.points or self.region is None:
            return self.context.points
        return self.region.points if len(self.region.points) <= _MOST_NAMESAKES else ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A place found by its name: how, and how surely, before context."""

    row: int
    score: float
    reason: str


_NO_CONTEXT = Context()


def resolve(
    name: str,
    gazetteer: Gazetteer | None = None,
    *,
    context: Context = _NO_CONTEXT,
    limit: int | None = None,
) -> list[Match]:
    """Return the places that a name may mean, best first.

    Parameters
    ----------
    name
        An id, a name or an alias in any script and spelling, with a feature word ("T4 airbase") or
        a region ("Khattab in eastern Homs"), or a phrase ("4 km west of Palmyra").
    gazetteer
        The places to search; by default those that geofront ships.
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
    gazetteer = shipped_gazetteer() if gazetteer is None else gazetteer
    ranking = _Ranking(name, gazetteer, context)
    if not _accepted(ranking.by_spelling()):
        phrase = _phrase_or_none(name, gazetteer, context)
        if phrase is not None:
            return [Match(phrase.place, _PHRASE_SCORE, phrase.reasons)]
    return ranking.by_sound(limit)


def resolve_many(
    names: Iterable[str],
    gazetteer: Gazetteer | None = None,
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
        The places to search; by default those that geofront ships.
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


def locate(
    name: str, gazetteer: Gazetteer | None = None, *, context: Context = _NO_CONTEXT
) -> Place:
    """Return the one place that a name means.

    Parameters
    ----------
    name
        An id or any spelling.
    gazetteer
        The places to search; by default those that geofront ships.
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
    gazetteer = shipped_gazetteer() if gazetteer is None else gazetteer
    by_id = gazetteer.get(name)
    if by_id is not None:
        return by_id
    # By sound only if need be: without a point to be near, nothing that merely sounds alike can
    # beat what is spelled so.
    ranking = _Ranking(name, gazetteer, context)
    matches = ranking.by_spelling()
    if not _accepted(matches):
        phrase = read_phrase(name, lambda anchor: _anchor(anchor, gazetteer, context))
        if phrase is not None:
            return phrase.place
    if not _accepted(matches) or context.points:
        matches = ranking.by_sound()
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
    matches = _Ranking(name, gazetteer, replace(context, feature="")).by_spelling()
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


class _Ranking:
    """The places that a name may mean, found by their spelling and then, if need be, by sound."""

    def __init__(self, name: str, gazetteer: Gazetteer, context: Context) -> None:
        self._gazetteer, self._context = gazetteer, context
        self._best: dict[int, Match] = {}
        self._division = Region.of(context.admin1, gazetteer) if context.admin1 else None
        self._spelled = [
            (reading, _surest(_spelled(reading.name, gazetteer)))
            for reading in _readings(name, gazetteer, context)
        ]
        for reading, found in self._spelled:
            self._judge(found, reading)

    def by_spelling(self) -> list[Match]:
        """Return the places with that id, spelling or folded key, best first."""
        least = _LEAST_NEAR if self._context.points else _LEAST
        matches = (match for match in self._best.values() if match.score >= least)
        return sorted(matches, key=lambda m: (-m.score, -m.place.size, m.place.id))

    def by_sound(self, limit: int | None = None) -> list[Match]:
        """Return these and the places whose names sound alike, best first, at most so many."""
        for reading, spelled in self._spelled:
            found = _surest([*spelled, *_sounding(reading, self._gazetteer)])
            if limit is not None and reading.context == _NO_CONTEXT and reading.region is None:
                found = _foremost(found, limit)
            judged = set(spelled)
            self._judge((one for one in found if one not in judged), reading)
        return self.by_spelling()[:limit]

    def _judge(self, found: Iterable[_Found], reading: _Reading) -> None:
        for one in found:
            match = _match(one, reading, self._gazetteer, self._division)
            if one.row not in self._best or match.score > self._best[one.row].score:
                self._best[one.row] = match


def _surest(found: Iterable[_Found]) -> list[_Found]:
    """Keep the surest way to each place."""
    surest: dict[int, _Found] = {}
    for one in found:
        if one.row not in surest or one.score > surest[one.row].score:
            surest[one.row] = one
    return list(surest.values())


def _foremost(found: list[_Found], limit: int) -> list[_Found]:
    """Keep those that may come first, where nothing else is known."""
    if len(found) <= limit:
        return found
    least = round(sorted(one.score for one in found)[-limit], 4)
    return [one for one in found if round(one.score, 4) >= least]


def _readings(name: str, gazetteer: Gazetteer, context: Context) -> Iterator[_Reading]:
    """Yield the ways to understand a mention: as it is, without its feature word or its region."""
    text = " ".join(name.split())
    yield _Reading(text, context)
    if len(text) > _LONGEST_NAME:
        return
    featured = split_feature(text)
    if featured:
        rest, codes = featured
        fitting = replace(context, feature=context.feature or codes)
        yield _Reading(rest, fitting, _STRIPPED_PENALTY)
    inside = split_region(text)
    if inside:
        rest, region, side = inside
        yield _Reading(rest, context, _STRIPPED_PENALTY, Region.of(region, gazetteer, side))


def _spelled(name: str, gazetteer: Gazetteer) -> Iterator[_Found]:
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


def _sounding(reading: _Reading, gazetteer: Gazetteer) -> Iterator[_Found]:
    toponyms = gazetteer.toponyms
    near = [gazetteer.rows_within(point, _NEAR_KM) for point in reading.points]
    also = gazetteer.toponym_rows(np.unique(np.concatenate(near))) if near else None
    for number, part in enumerate(alternatives(reading.name[:_LONGEST_NAME])):
        for row, text, alike in gazetteer.sounding_like(part, also=also):
            role = max(int(toponyms.role[row]), SECOND if number else NAME)
            reason = f"sounds like {text} ({alike:.2f})"
            yield _Found(int(toponyms.place_row[row]), _SOUND_SCORE[role] * alike, reason)


def _match(
    found: _Found, reading: _Reading, gazetteer: Gazetteer, division: Region | None
) -> Match:
    place = gazetteer.places[found.row]
    score = found.score - reading.penalty
    reasons = [f"{found.reason} {found.score:.2f}"]
    if reading.penalty:
        reasons.append(f"part of the mention -{reading.penalty:.2f}")
    penalties = [*_penalties(place, reading.context)]
    if division is not None and division.is_division_of(place) is False:
        penalties.append((_WRONG_ADMIN_PENALTY, f"not in {division.name}"))
    if reading.region is not None:
        penalties.append(_region_penalty(place, reading.region))
    for lower, why in penalties:
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


def _region_penalty(place: Place, region: Region) -> tuple[float, str]:
    """Judge a place by the division of the region's name, and by the nearest place of that name.

    A region of many namesakes may be any of them. Their divisions count for less than the
    distance: a town says little about what lies elsewhere in its division.
    """
    inside = region.is_division_of(place)
    if inside and not region.side:
        return 0.0, f"in {region.name}"
    contradicted = inside is False and (region.is_division or not region.points)
    least = _WRONG_ADMIN_PENALTY if contradicted else 0.0
    if not region.points:
        return least, f"not known to be in {region.name}"
    km = region.km_to(place)
    most = _FAR_FROM_REGION_PENALTY
    if region.is_home_of(place) and not region.side:
        most = _SAME_DIVISION_PENALTY
    where = f"the {region.side} of {region.name}" if region.side else region.name
    return max(least, min(most, _distance_penalty(km))), f"{km:.0f} km from {where}"


def _distance_penalty(km: float) -> float:
    """Within some 60 km a context hardly counts, beyond some 120 it counts in full."""
    share = km**_FAR_POWER / (km**_FAR_POWER + _HALF_PENALTY_KM**_FAR_POWER)
    return _FAR_PENALTY * share + _PENALTY_PER_KM * min(km, _NEAR_KM)
