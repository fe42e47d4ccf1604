"""The union of gazetteers: one place where several sources have the same one.

Two places of different sources are taken for the same if they have the same id or Wikidata id, or
if they lie near each other, are of one kind, and are called alike. The first source decides on the
position; no spelling is lost, and each keeps the source and the licence that it came with.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geofront.errors import DataFaultsError, Fault
from geofront.gazetteer.names import fold
from geofront.gazetteer.sameness import (
    LEAST_LIKENESS,
    NEAR_KM,
    distance_km,
    folded_likeness,
    limit_km,
    near_pairs,
    one_kind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from geofront.gazetteer.place import Place

__all__ = ["toponym_sources", "union"]

_SAME_ITEM_KM = 25.0  # how far apart two sources may put a place of one Wikidata item
_SHORTEST_KEY = 2


def union(
    *sources: Iterable[Place],
    km: float | Mapping[str, float] = NEAR_KM,
    alike: float = LEAST_LIKENESS,
) -> tuple[Place, ...]:
    """Return the places of all sources, each once.

    Places of one source stay apart, except that several of a later source may be the same place
    of an earlier one (a node and an area of OpenStreetMap, say). Where two sources call a place
    alike but not the same, one place of the one is matched with one of the other, the most alike
    first. A place has the position, id and other facts of the first source that has it; facts
    which that source lacks come from the next. In `extra` stand ``same_as``, the other ids with
    ``|`` between, and ``toponym_sources``, which the function of that name reads.

    Parameters
    ----------
    sources
        The gazetteers, the most trusted first.
    km
        How far apart, in km, two records of one place may lie: one distance, or by what the
        feature code begins with.
    alike
        How alike (from 0 to 1) two folded spellings must be that are not equal.

    Returns
    -------
    tuple[Place, ...]
        In the order of the sources, and of the places in each.

    Raises
    ------
    DataFaultsError
        If one id means different places in different sources.
    """
    pool = _Pool(km, alike)
    for source in sources:
        pool.add(source)
    if pool.faults:
        raise DataFaultsError(pool.faults)
    return tuple(entry.place() for entry in pool.entries)


def toponym_sources(place: Place) -> dict[str, tuple[str, str]]:
    """Return the source and the licence of each spelling of a place: spelling to both.

    Parameters
    ----------
    place
        A place, of a union or not; its own source and licence where nothing else is recorded.

    Returns
    -------
    dict[str, tuple[str, str]]
        By spelling.
    """
    recorded = json.loads(place.extra.get("toponym_sources", "{}"))
    own = (place.source, place.licence)
    return {spelling: tuple(recorded.get(spelling, own)) for spelling in place.toponyms}


@dataclass(slots=True, eq=False)
class _Entry:
    """A place of the union: the first record, and the others that are the same place."""

    first: Place
    others: list[Place] = field(default_factory=list)
    _keys: frozenset[str] | None = None

    def records(self) -> Iterator[Place]:
        yield self.first
        yield from self.others

    def record(self, ident: str) -> Place | None:
        return next((record for record in self.records() if record.id == ident), None)

    def feature(self) -> str:
        return next((record.feature for record in self.records() if record.feature), "")

    def join(self, place: Place) -> None:
        if place is not self.first and place not in self.others:
            self.others.append(place)
            self._keys = None

    def keys(self) -> frozenset[str]:
        if self._keys is None:
            folded = (fold(t) for record in self.records() for t in record.toponyms)
            self._keys = frozenset(key for key in folded if len(key) >= _SHORTEST_KEY)
        return self._keys

    def named_as(self, other: _Entry) -> bool:
        """Whether a spelling is the same, or at least a key; keys are slow to make."""
        ours = {toponym for record in self.records() for toponym in record.toponyms}
        theirs = (record.toponyms for record in other.records())
        return not all(map(ours.isdisjoint, theirs)) or not self.keys().isdisjoint(other.keys())

    def place(self) -> Place:
        others = [other for other in self.others if other != self.first]
        return _merged(self.first, others) if others else self.first


class _Pair(NamedTuple):
    """A new place and one taken in before: near, and of one kind."""

    number: int  # of the new one, in its source
    new: _Entry
    known: _Entry
    km: float


class _Matches:
    """Which places of a source join which entries."""

    def __init__(self) -> None:
        self.homes: dict[int, _Entry] = {}
        self.features: dict[_Entry, str] = {}  # of the entries that are joined

    def take(self, pair: _Pair, *, alone: bool = False) -> None:
        """Match a pair, unless its place has a home, or its entry another kind (`alone`: any)."""
        feature = self.features.get(pair.known) or pair.known.feature()
        free = pair.number not in self.homes and not (alone and pair.known in self.features)
        if free and one_kind(feature, pair.new.feature()):
            self.homes[pair.number] = pair.known
            self.features[pair.known] = feature or pair.new.feature()


class _Pool:
    """The places taken in so far, and how they are found."""

    def __init__(self, km: float | Mapping[str, float], alike: float) -> None:
        self.entries: list[_Entry] = []
        self.faults: list[Fault] = []
        self._by_id: dict[str, _Entry] = {}
        self._by_item: defaultdict[str, list[_Entry]] = defaultdict(list)
        self._limit_km = limit_km(km)
        self._least = alike

    def add(self, source: Iterable[Place]) -> None:
        """Take in a source: what is known joins its entry, the rest makes entries of its own."""
        matches = _Matches()
        new: list[_Entry] = []
        for place in source:
            entry = self._by_id.get(place.id)
            if entry is None:
                new.append(_Entry(place))
                self._by_id[place.id] = new[-1]
            elif self._agree(entry, place):
                self._join(entry, place)
                matches.features[entry] = entry.feature()
            else:
                self.faults.append(_clash(entry, place))
        for pair in self._same_items(new):
            matches.take(pair)
        near = [pair for pair in self._near(new) if pair.number not in matches.homes]
        named = [pair for pair in near if pair.new.named_as(pair.known)]
        named.sort(key=lambda p: fold(p.new.first.name) != fold(p.known.first.name))
        for pair in named:  # first those that share the name, not an alias; of these the nearest
            matches.take(pair)
        for pair in self._alike(p for p in near if p.number not in matches.homes):
            matches.take(pair, alone=True)
        for number, entry in enumerate(new):
            home = matches.homes.get(number)
            if home is None:
                self.entries.append(entry)
            for place in entry.records():
                self._join(home or entry, place)

    def _join(self, entry: _Entry, place: Place) -> None:
        entry.join(place)
        for ident in _ids(place):
            self._by_id[ident] = entry
        item = place.extra.get("wikidata", "")
        if item and entry not in self._by_item[item]:
            self._by_item[item].append(entry)

    def _agree(self, entry: _Entry, place: Place) -> bool:
        """Whether a record of the same id is the same place: of the same source, near, or alike."""
        namesake = entry.record(place.id)
        if namesake is None or namesake.source == place.source != "":
            return True  # it came as the same, from an earlier union or in this one
        near = max(self._limit_km(namesake.feature), self._limit_km(place.feature))
        ours, theirs = _Entry(namesake).keys(), _Entry(place).keys()
        return (
            distance_km(namesake, place) <= near
            or folded_likeness(ours, theirs, least=self._least) > 0
        )

    def _same_items(self, new: list[_Entry]) -> list[_Pair]:
        """Return the pairs of one Wikidata item, the nearest first."""
        pairs = [
            _Pair(number, entry, known, distance_km(entry.first, known.first))
            for number, entry in enumerate(new)
            for known in self._by_item.get(entry.first.extra.get("wikidata", ""), [])
        ]
        return sorted((p for p in pairs if p.km <= _SAME_ITEM_KM), key=lambda pair: pair.km)

    def _near(self, new: list[_Entry]) -> list[_Pair]:
        """Return the pairs that are near and of one kind, the nearest first."""
        here = np.array([entry.first.position for entry in new])
        there = np.array([entry.first.position for entry in self.entries])
        limits = np.array([self._limit_km(entry.feature()) for entry in new])
        numbers = zip(*(column.tolist() for column in near_pairs(here, there, limits)), strict=True)
        pairs = (_Pair(i, new[i], self.entries[j], km) for i, j, km in numbers)
        return [
            pair
            for pair in pairs
            if one_kind(pair.new.feature(), known := pair.known.feature())
            and pair.km <= self._limit_km(known)
        ]

    def _alike(self, pairs: Iterable[_Pair]) -> list[_Pair]:
        """Return the pairs with alike spellings, the most alike first, then the nearest."""
        scored = [
            (folded_likeness(p.new.keys(), p.known.keys(), least=self._least), p) for p in pairs
        ]
        scored.sort(key=lambda found: (-found[0], found[1].km))
        return [pair for score, pair in scored if score > 0]


def _merged(first: Place, others: list[Place]) -> Place:
    records = [first, *others]
    sources: dict[str, tuple[str, str]] = {}
    extra: dict[str, str] = {}
    former: dict[str, list[str]] = {}
    ids: dict[str, None] = {}
    for record in records:
        sources = toponym_sources(record) | sources
        extra = {**record.extra} | extra
        former = json.loads(record.extra.get("former_names", "{}")) | former
        ids |= dict.fromkeys(_ids(record))
    toponyms = dict.fromkeys(t for record in records for t in record.toponyms)
    ids.pop(first.id)
    if ids:
        extra["same_as"] = "|".join(ids)
    if former:
        extra["former_names"] = json.dumps(former, ensure_ascii=False)
    if set(sources.values()) != {(first.source, first.licence)}:
        in_order = {toponym: sources[toponym] for toponym in toponyms}
        extra["toponym_sources"] = json.dumps(in_order, ensure_ascii=False)
    toponyms.pop(first.name)

    def known(fact: str) -> str:
        return next((text for record in records if (text := getattr(record, fact))), "")

    return replace(
        first,
        aliases=tuple(toponyms),
        feature=known("feature"),
        admin1=known("admin1"),
        country=known("country"),
        extra=MappingProxyType(extra),
    )


def _ids(place: Place) -> list[str]:
    """Return the id of a place, and those that an earlier union joined to it."""
    return [place.id, *filter(None, place.extra.get("same_as", "").split("|"))]


def _clash(entry: _Entry, place: Place) -> Fault:
    first = entry.record(place.id) or entry.first
    return Fault(
        place.source or "union",
        0,
        f"the id {place.id!r} is {place.name} at {place.lat:.3f} N {place.lon:.3f} E here, but "
        f"{first.name} at {first.lat:.3f} N {first.lon:.3f} E before; give one of them another id",
        "id",
        place.id,
    )
