"""Places across the revisions of a module: the same mark again, moved or spelled otherwise."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING

from geofront.adapters.wikipedia.icons import family_of
from geofront.gazetteer.names import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from geofront.adapters.wikipedia.marks import Sight

__all__ = ["Site", "Sites", "km_between"]

SAME_KM = 3.0
"""Marks of one name that lie no farther apart in two revisions are one place."""

_OTHER_KIND_KM = 1.5  # how much farther one of another kind counts, so that town and airport part
_EARTH_KM = 6371.0
_SPOT = 3  # decimals of a degree: where a mark of another name is the same one, renamed


@dataclass(slots=True)
class Site:
    """A place as the revisions showed it so far: as first, and as last seen."""

    first: Sight
    last: Sight
    day: date
    index: int
    aliases: dict[str, None] = field(default_factory=dict)

    @property
    def spot(self) -> tuple[float, float]:
        """Where it was last, for finding it again under another name."""
        return _spot(self.last)

    def see(self, sight: Sight, day: date, index: int) -> None:
        """Note what a revision shows of it."""
        for name in (self.last.name, *sight.aliases):
            self.aliases[name] = None
        self.last, self.day, self.index = sight, day, index


@dataclass(slots=True)
class Sites:
    """The places of a module."""

    all: list[Site] = field(default_factory=list)
    renamed: int = 0
    moved: int = 0
    _by_key: dict[str, list[Site]] = field(default_factory=dict)

    def matched(self, sights: Sequence[Sight]) -> list[Site | None]:
        """Return the place that each sight of one revision shows, None for a new one.

        Parameters
        ----------
        sights
            What the revision shows.

        Returns
        -------
        list[Site | None]
            In the same order; each place at most once.
        """
        found: dict[int, Site] = {}
        by_key: dict[str, list[int]] = {}
        for i, sight in enumerate(sights):
            by_key.setdefault(sight.key, []).append(i)
        for key, group in by_key.items():
            self._pair(sights, group, self._by_key.get(key, ()), found)
        taken = {id(site) for site in found.values()}
        left = {site.spot: site for site in self.all if id(site) not in taken}
        for i, sight in enumerate(sights):
            other = None if i in found else left.get(_spot(sight))
            if other is not None and _family(other.last) == _family(sight):
                found[i] = left.pop(other.spot)
                self.renamed += 1
        return [found.get(i) for i in range(len(sights))]

    @staticmethod
    def _pair(
        sights: Sequence[Sight],
        group: Iterable[int],
        sites: Sequence[Site],
        found: dict[int, Site],
    ) -> None:
        """Give each sight of a name the nearest place of that name, the nearest pair first."""
        pairs = sorted(
            (_cost(sites[j].last, sights[i]), i, j)
            for i in group
            for j in range(len(sites))
            if _near(sites[j].last, sights[i])
        )
        taken: set[int] = set()
        for _, i, j in pairs:
            if i not in found and j not in taken:
                found[i] = sites[j]
                taken.add(j)

    def see(self, site: Site | None, sight: Sight, day: date, index: int) -> Site:
        """Note what a revision shows of a place, which is a new one if it was not known.

        Parameters
        ----------
        site
            The place, or None.
        sight
            What the revision shows of it.
        day, index
            The revision's day and its number among those of the module.

        Returns
        -------
        Site
            The place.
        """
        if site is None:
            site = Site(sight, sight, day, index)
            self.all.append(site)
            self._by_key.setdefault(sight.key, []).append(site)
            site.aliases.update(dict.fromkeys(sight.aliases))
            return site
        self.moved += km_between(site.last, sight) > 0
        if sight.key != site.last.key:
            self._by_key.setdefault(sight.key, []).append(site)
        site.see(sight, day, index)
        return site

    def ids(self, taken: Counter[str]) -> list[str]:
        """Return the ids of all places: the name, and for namesakes the first position too.

        Parameters
        ----------
        taken
            How many places of this and of other modules have each name.

        Returns
        -------
        list[str]
            Unique, in the order of `all`.
        """
        made: Counter[str] = Counter()
        result = []
        for site in self.all:
            stem = slug(site.first.name)
            mark = site.first.mark
            name = stem if stem and taken[stem] == 1 else f"{stem}@{mark.lon:.4f},{mark.lat:.4f}"
            made[name] += 1
            result.append(name if made[name] == 1 else f"{name}-{made[name]}")
        return result


def km_between(one: Sight, other: Sight) -> float:
    """Return the distance of two sights on a sphere, which is near enough to tell places apart."""
    a, b = one.mark, other.mark
    if a.lat == b.lat and a.lon == b.lon:
        return 0.0
    half = sin(radians(b.lat - a.lat) / 2) ** 2
    half += cos(radians(a.lat)) * cos(radians(b.lat)) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))


def _near(one: Sight, other: Sight) -> bool:
    # What has no name is the same only where it was.
    return km_between(one, other) <= SAME_KM if one.key else _spot(one) == _spot(other)


def _cost(one: Sight, other: Sight) -> float:
    return km_between(one, other) + _OTHER_KIND_KM * (_family(one) != _family(other))


def _family(sight: Sight) -> str:
    return family_of(sight.feature)


def _spot(sight: Sight) -> tuple[float, float]:
    return round(sight.mark.lat, _SPOT), round(sight.mark.lon, _SPOT)
