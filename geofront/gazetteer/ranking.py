"""The places that a name may mean, ranked: how surely each is found, less what contradicts it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geofront.crs import geodesic_km
from geofront.gazetteer.features import split_feature
from geofront.gazetteer.index import ALIAS, NAME, SECOND
from geofront.gazetteer.match import NO_CONTEXT, Match
from geofront.gazetteer.regions import Region, split_region
from geofront.gazetteer.sounds import alternatives

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geofront.crs import LonLat
    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.match import Context
    from geofront.gazetteer.place import Place

__all__ = ["Ranking"]

# How sure a way of matching is, before context: an id names one place by definition, an alias is
# one step less direct than the name, a folded key may merge names that differ.
_ID_SCORE = 1.0
_SPELLED_SCORE = {NAME: 0.99, ALIAS: 0.98, SECOND: 0.95}
_FOLDED_SCORE = {NAME: 0.96, ALIAS: 0.95, SECOND: 0.92}
_SOUND_SCORE = {NAME: 0.95, ALIAS: 0.945, SECOND: 0.90}

# What scores less is not worth proposing; near a known point, less of the name will do.
_LEAST = 0.6
_LEAST_NEAR = 0.45
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


class Ranking:
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
            if limit is not None and reading.context == NO_CONTEXT and reading.region is None:
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
