"""Taking out of a timeline what is not to be published, before anything is computed from it."""

from __future__ import annotations

import math
import re
from dataclasses import fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from geofront.dates import parse_date
from geofront.errors import AmbiguousPlaceError, DataFaultsError, DateError, Fault, GeofrontError
from geofront.events.actor import Actor, Actors
from geofront.events.coordinates import without_coordinates
from geofront.events.correction import corrections_in_force
from geofront.events.event import NO_EXTRA, Kind
from geofront.events.grid import snap
from geofront.events.ids import id_stem, with_ids
from geofront.events.palette import assigned_color, customary_color
from geofront.events.publishing import NOTHING, Publishing, counted_from
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.names import slug
from geofront.gazetteer.place import PHRASE_SOURCE
from geofront.gazetteer.tables import SHIPPED, shipped_places
from geofront.gazetteer.text.phrases import read_phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from geofront.crs import LonLat
    from geofront.events.event import Event
    from geofront.events.source import Source
    from geofront.events.timeline import About, InputFile, Timeline
    from geofront.gazetteer.place import Place

__all__ = ["published"]

# What the library itself reads of the columns that it does not know.
_HARMLESS = ("population", "population_class", "name_ar")
_FINE = re.compile(r"@?-?\d{1,3}\.\d{2,}(?:,-?\d{1,3}\.\d{2,})?")
_UNNAMED = "place"
_LONG_NUMBER = re.compile(r"\d{6,}")
_PUBLIC = {table: name for name, tables in SHIPPED.items() for table in tables}
_Item = TypeVar("_Item", "Place", "Source", Actor)


def published(timeline: Timeline, publishing: Publishing, *, today: date | None = None) -> Timeline:
    """Return a timeline without what is not to be published.

    What is withheld is taken out before replay: cells, fronts and figures are drawn from what is
    left and can't tell of it. Of what is withheld neither places, sources nor actors remain; a
    statement that a hidden one corrects or retracts goes with it. The hashes of the user's own
    files go too, since values that are nearly known could be tried against them; so do the columns
    that geofront does not know, and the rows that they were in.

    Parameters
    ----------
    timeline
        The timeline.
    publishing
        What is withheld.
    today
        The day that a delay is counted from; None for today in the conflict's time zone.

    Returns
    -------
    Timeline
        What is left, marked by what was withheld. The same one if nothing is.

    Raises
    ------
    SpanError
        If `today` is a day to come.
    DataFaultsError
        If no statement is left.
    """
    applied = publishing.on(counted_from(timeline.about.timezone, today))
    if not applied:
        return timeline
    events = _without_hidden(timeline, applied)
    if not events:
        raise DataFaultsError([_nothing_left(timeline, applied)])
    places = {event.place_id: timeline.places[event.place_id] for event in events}
    sources = _known_by(applied.until, timeline, {s for event in events for s in event.sources})
    seen = _seen(timeline.actors, events, sources.values(), applied.until)
    moved = _Moved(places.values(), applied, timeline.published)
    moved.rename((source for event in events for source in event.sources), seen)
    shown = _with_new_ids([(event.id, moved.event(event)) for event in events])
    return replace(
        timeline,
        about=_clipped(timeline, applied),
        events=tuple(shown),
        places={place.id: place for place in moved.places},
        actors=moved.actors,
        sources={s.id: s for s in map(moved.source, sources.values())},
        # What no statement left is about might tell of one that is withheld.
        gazetteer=Gazetteer(moved.places),
        inputs=tuple(_unhashed(file) for file in timeline.inputs),
        published=timeline.published.stricter(applied),
    )


def _nothing_left(timeline: Timeline, applied: Publishing) -> Fault:
    message = f"no statement is left to publish ({applied.told})"
    return Fault(timeline.title, 0, message)


def _clipped(timeline: Timeline, applied: Publishing) -> About:
    asked = timeline.about.publishing
    # What the conflict asks for and was set aside stays noted, so that outputs tell it.
    left = asked if applied.looser_than(asked) else NOTHING
    about = replace(timeline.about, publishing=left)
    until = applied.until
    if until is None:
        return about
    if about.start and about.start > until:
        raise DataFaultsError([_nothing_left(timeline, applied)])
    return replace(about, end=min(until, about.end) if about.end else None)


def _without_hidden(timeline: Timeline, applied: Publishing) -> list[Event]:
    """Return the statements that may be shown, without mention of others.

    Delay comes first, and corrections are as they were known by then.
    """
    until = applied.until
    known = [e for e in timeline.events if until is None or _last_day(e) <= until]
    hidden = {e.id for e in known if _is_hidden(e, timeline, applied)}
    # A map must not show what its source took back, though it does not show that it did.
    withdrawn = corrections_in_force(known)
    hidden |= {event_id for event_id, by in withdrawn.items() if by.id in hidden}
    shown = {e.id for e in known} - hidden
    events = []
    for event in known:
        if event.id not in shown:
            continue
        corrects = tuple(event_id for event_id in event.corrects if event_id in shown)
        if event.kind is Kind.RETRACTION and event.corrects and not corrects:
            continue
        events.append(replace(event, corrects=corrects))
    return events


def _is_hidden(event: Event, timeline: Timeline, applied: Publishing) -> bool:
    place = timeline.places[event.place_id]
    if event.kind in applied.hide_kinds or applied.hides_feature(place.feature):
        return True
    fresh = not {*applied.hide_features} <= {*timeline.published.hide_features}
    return fresh and place.source == PHRASE_SOURCE and _tells_of_hidden(place, timeline, applied)


def _tells_of_hidden(place: Place, timeline: Timeline, applied: Publishing) -> bool:
    """Return whether a phrase names a hidden place, or one that can't be told any more."""
    try:
        phrase = read_phrase(place.name, timeline.place)
    except AmbiguousPlaceError as error:
        return any(applied.hides_feature(met.place.feature) for met in error.candidates)
    except GeofrontError:
        return True
    return phrase is None or any(applied.hides_feature(a.feature) for a in phrase.anchors)


def _last_day(event: Event) -> date:
    """Return the last day that a statement tells of, or on which it became known."""
    days = (event.date.first, event.date.last, event.day, event.known_on)
    return max(day for day in days if day is not None)


def _known_by(until: date | None, timeline: Timeline, cited: set[str]) -> dict[str, Source]:
    """Return the sources cited; of one that is published later neither its day nor its link."""
    found = {name: source for name, source in timeline.sources.items() if name in cited}
    if until is None:
        return found
    return {
        name: replace(source, published="", url="") if _later(source, until) else source
        for name, source in found.items()
    }


def _later(source: Source, until: date) -> bool:
    try:
        when = parse_date(source.published) if source.published else None
    except DateError:
        return True
    return when is not None and any(d is not None and d > until for d in (when.first, when.last))


def _seen(
    actors: Actors, events: Iterable[Event], sources: Iterable[Source], until: date | None
) -> Actors:
    """Return the actors that statements name or sources lean to, with the sides known by then."""
    named = {name for e in events for name in (*e.actors, *e.from_actors, *e.claimed_by)}
    leant = {source.favours for source in sources} - {""}
    kept = [
        replace(
            actor,
            later_sides=tuple(
                (day, side) for day, side in actor.later_sides if until is None or day <= until
            ),
        )
        for actor in actors
        if actor.id in named
        or any(name in leant for name in actor.spellings)
        or leant.intersection({actor.side, *(side for _, side in actor.later_sides)})
    ]
    # A colour by count would tell of those left out.
    counted = {a.id for i, a in enumerate(actors) if _is_made(a, i)}
    return Actors.named(
        [a.id for a in kept if a.id in counted], [a for a in kept if a.id not in counted]
    )


def _is_made(actor: Actor, index: int) -> bool:
    """Return whether an actor is as one made of a name alone, at that place among others."""
    color = customary_color((actor.id,)) or assigned_color(index)
    return actor == Actor(actor.id, actor.id, actor.id, color)


def _unhashed(file: InputFile) -> InputFile:
    name = _PUBLIC.get(file.name)
    if name and (file.name, file.sha256) in shipped_places(name)[1]:
        return file
    return replace(file, sha256="", further_columns=())


class _Moved:
    """The places as they are published, and what stands in statements about them."""

    def __init__(
        self,
        places: Iterable[Place],
        applied: Publishing,
        before: Publishing,
    ) -> None:
        self._applied = applied
        # Moving what lies on a coarser grid already to a finer one would only add a second error.
        coarser = (applied.round_km or 0.0) > (before.round_km or 0.0)
        self._moving = applied if coarser else NOTHING
        self._rounding = bool(applied.round_km)
        met = list(places)
        # New ids are counted in the order of what is shown: the old ones hold positions.
        self._ids = self._new_ids(sorted(met, key=self._position))
        self.places = sorted((self._place(place) for place in met), key=lambda place: place.id)

    def _new_ids(self, places: Sequence[Place]) -> dict[str, str]:
        """Return an id for each place, without the position that some ids are made of."""
        fine = {p.id for p in places if not self._rounding or _tells_nothing(p.id, p)}
        ids = {}
        taken = set(fine)
        for place in places:
            name = place.id
            if place.id not in fine:
                known = _tells_nothing(place.name, place)
                stem = (slug(place.name) if known else "") or _UNNAMED
                name = next(n for n in _numbered(stem) if n not in taken)
            taken.add(name)
            ids[place.id] = name
        return ids

    def _position(self, place: Place) -> LonLat:
        step = self._moving.round_km
        return snap(place.lon, place.lat, step) if step else place.position

    def _place(self, place: Place) -> Place:
        lon, lat = self._position(place)
        name, aliases = place.name, place.aliases
        if self._rounding:
            aliases = tuple(alias for alias in aliases if _tells_nothing(alias, place))
            if not _tells_nothing(name, place):
                name = f"{_UNNAMED} (name withheld)"
        extra = {c: v for c, v in place.extra.items() if c in _HARMLESS and self._text(v) == v}
        return replace(
            self._clean(place),
            id=self._ids[place.id],
            name=name,
            aliases=aliases,
            lon=lon,
            lat=lat,
            radius_km=self._radius_km(place),
            parent=self._ids.get(place.parent, ""),
            extra=MappingProxyType(extra),
        )

    def _radius_km(self, place: Place) -> float:
        """Return its radius in whole steps: a finer one would tell what a phrase says."""
        step = self._moving.round_km
        if not step:
            return place.radius_km
        return round(math.ceil((place.radius_km + self._moving.radius_added_km) / step) * step, 9)

    def rename(self, cited: Iterable[str], actors: Actors) -> None:
        """Give new ids to the sources, actors and sides whose ids hold positions."""
        self._sources = self._renamed(cited, "source")
        sides = [s for a in actors for s in (a.side, *(side for _, side in a.later_sides))]
        self._names = self._renamed([*(a.id for a in actors), *sides], "actor")
        self._leanings = {n: self._names[a.id] for a in actors for n in a.spellings} | self._names
        self.actors = Actors(self._actor(actor) for actor in actors)

    def _renamed(self, names: Iterable[str], stem: str) -> dict[str, str]:
        met = list(dict.fromkeys(names))
        kept = {name: name for name in met if self._text(name) == name}
        free = (name for name in _numbered(stem) if name not in kept)
        return kept | {name: next(free) for name in met if name not in kept}

    def _actor(self, actor: Actor) -> Actor:
        name = self._names[actor.id]
        return replace(
            self._clean(actor),
            id=name,
            # Two actors must not answer to one name.
            name=actor.name if self._text(actor.name) == actor.name else name,
            side=self._names[actor.side],
            aliases=tuple(alias for alias in actor.aliases if self._text(alias) == alias),
            later_sides=tuple((day, self._names[side]) for day, side in actor.later_sides),
        )

    def _clean(self, item: _Item) -> _Item:
        """Return an item with every text of it cleaned."""
        texts = {f.name: getattr(item, f.name) for f in fields(item)}
        cleaned: dict[str, Any] = {k: self._text(v) for k, v in texts.items() if isinstance(v, str)}
        return replace(item, **cleaned)

    def event(self, event: Event) -> Event:
        """Return a statement about such a place, without its row in the file."""
        return replace(
            event,
            id=self._event_id(event),
            place_id=self._ids[event.place_id],
            actors=tuple(self._names.get(a, a) for a in event.actors),
            from_actors=tuple(self._names.get(a, a) for a in event.from_actors),
            claimed_by=tuple(self._names.get(a, a) for a in event.claimed_by),
            sources=tuple(self._sources[s] for s in event.sources),
            file=self._text(event.file),
            note="" if self._applied.hide_notes else self._text(event.note),
            geometry_wkt="" if self._rounding else event.geometry_wkt,
            extra=NO_EXTRA,
            row=0,
        )

    def _event_id(self, event: Event) -> str:
        """Return the id that its row gave it, without a position; empty if it is to be made anew.

        Ids that were made count the statements of a day, place and kind, hidden ones too.
        """
        if re.fullmatch(rf"{re.escape(id_stem(event))}(-\d+)?", event.id):
            return ""
        fine = self._text(event.id) == event.id and not _FINE.search(event.id)
        return "" if self._rounding and (not fine or _LONG_NUMBER.search(event.id)) else event.id

    def source(self, source: Source) -> Source:
        """Return a source whose link is to no spot."""
        return replace(
            self._clean(source),
            id=self._sources[source.id],
            favours=self._leanings.get(source.favours, self._text(source.favours)),
            url=source.url if self._text(source.url) == source.url else "",
        )

    def _text(self, text: str) -> str:
        return without_coordinates(text) if self._rounding else text


def _with_new_ids(pairs: Iterable[tuple[str, Event]]) -> list[Event]:
    """Return statements in order, each with an id of its own.

    Parameters
    ----------
    pairs
        Each with the id that it had, by which others correct it.

    Returns
    -------
    list[Event]
        With the ids that they correct.
    """
    taken: set[str] = set()
    former, events = [], []
    for old, event in sorted(pairs, key=lambda pair: (pair[1].sort_key, pair[0])):
        name = event.id
        if name:
            name = next(n for n in _numbered(name) if n not in taken)
            taken.add(name)
        former.append(old)
        events.append(replace(event, id=name))
    named = with_ids(events)
    ids = dict(zip(former, (event.id for event in named), strict=True))
    found = (replace(e, corrects=tuple(ids[old] for old in e.corrects)) for e in named)
    return sorted(found, key=lambda e: e.sort_key)


def _tells_nothing(text: str, place: Place) -> bool:
    """Return whether a name or an id has no position in it."""
    if place.source == PHRASE_SOURCE and text in {place.name, place.id}:
        return False
    return not _FINE.search(text) and without_coordinates(text) == text


def _numbered(stem: str) -> Iterable[str]:
    yield stem
    count = 2
    while True:
        yield f"{stem}-{count}"
        count += 1
