"""What the browser needs to draw every day of a series: shapes once, then the changes.

The shapes are the borders between pieces of ground that carry one label on every day, each an arc
with the piece on its left and the one on its right. A day is told by the changes since the day
before; the browser joins the arcs whose two sides differ to areas and front lines. So the size
follows the number of places and of changes, never their product with the days.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geofront.control.tessellation import OUTSIDE
from geofront.errors import SpanError
from geofront.events.event import Kind
from geofront.events.palette import SAFE
from geofront.render.importance import Importance, size_in
from geofront.render.page.arcs import Grid, encode_arcs, encode_integers
from geofront.render.page.backdrop import build_backdrop, encode_lines
from geofront.render.page.fronts import front_rows, fronts_by_era
from geofront.render.page.ground import Ground, is_claimed
from geofront.render.page.testimony import Testimony
from geofront.render.shown import is_web_address, turnless

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from geofront.control.series import Series
    from geofront.control.state import Span
    from geofront.dates import EventDate
    from geofront.events.event import Event
    from geofront.events.evidence import Policy
    from geofront.events.source import Source
    from geofront.gazetteer.place import Place

__all__ = ["FORMAT", "as_json", "build_payload"]

FORMAT = 4
"""Version of the payload's form; the page refuses one that it does not know."""


_RANKED = 1000
# Event geometries are simplified to so many steps: about a third of a pixel at first sight.
_GEOMETRY_STEPS = 16
# From this size on a place is a town or a city; populations and the classes of the tables.
_SIZE_CLASSES = {"population": (20_000, 200_000), "population_class": (8, 20)}
_SEATS = {"PPLC": 3, "PPLA": 3, "PPLA2": 2}
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def build_payload(series: Series, *, open_on: date | None = None) -> dict[str, Any]:
    """Gather what the page draws.

    Parameters
    ----------
    series
        The series.
    open_on
        The day on which the page opens; the last one if not given.

    Returns
    -------
    dict[str, Any]
        Values that JSON can hold.

    Raises
    ------
    SpanError
        If `open_on` is not a day of the series.
    """
    if open_on is not None and not series.start <= open_on <= series.end:
        raise SpanError(f"{open_on} lies outside the series, {series.start} to {series.end}")
    tables = _Tables(series)
    sites = np.array([p.position for p in tables.places], dtype=np.float64).reshape(-1, 2)
    grid = Grid.around(series.mesh.vertices if series.mesh.cells else sites)
    ground = Ground.of(series, tables.claimed)
    safe = series.timeline.actors.in_palette(SAFE)
    return {
        "format": FORMAT,
        "title": series.title,
        "provenance": dict(series.provenance),
        "policy": _policy_row(series.history.policy),
        "first": series.start.isoformat(),
        "days": len(series),
        "open": ((open_on or series.end) - series.start).days,
        "actors": [
            [a.id, a.name, a.side, a.color, safe[a.id].color] for a in series.timeline.actors
        ],
        "labels": [[lab.status, tables.actors(lab.actors)] for lab in series.labels],
        "fronts": fronts_by_era(series),
        "front_km": front_rows(series),
        "grid": grid.as_dict(),
        "arcs": encode_arcs(ground.arcs, grid),
        "areas_km2": [round(km2, 3) for km2 in ground.pieces.km2.tolist()],
        "pieces": encode_integers(np.diff(ground.patch, prepend=0).tolist()),
        # Cells that follow no place's own outline, but a raster's.
        "smooth": int(series.origin.get("method") == "kriging"),
        "claims": [[place, _encoded_set(found)] for place, found in ground.claims.items()],
        "pockets": tables.pocket_rows(ground),
        "backdrop": build_backdrop(grid, ground.outline),
        **_patch_labels(series),
        "places": _place_columns(tables.places, grid.steps(sites)),
        "rank": _by_rank(tables.places, series.timeline.events),
        "controlled": len(series.place_ids),
        **tables.states(),
        "kinds": [_kind_row(kind) for kind in tables.kinds],
        "standings": tables.standings,
        "rules": tables.testimony.rule_rows(),
        "events": tables.event_rows(grid),
        "sources": tables.source_rows(),
    }


def as_json(value: object) -> str:
    """Return JSON that is harmless inside an HTML script element.

    Parameters
    ----------
    value
        What to write; dates and the like become their text.

    Returns
    -------
    str
        JSON without ``<``, ``>``, ``&``, U+2028, U+2029, lone surrogates or marks that turn the
        direction of writing as such.
    """
    text = turnless(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text.encode("utf-8", "replace").decode("utf-8")


class _Tables:
    """The rows of the payload that refer to one another by index."""

    def __init__(self, series: Series) -> None:
        timeline = series.timeline
        self._series = series
        self._actor = {actor.id: i for i, actor in enumerate(timeline.actors)}
        self._label = {label: i for i, label in enumerate(series.labels)}
        self._spans = [self._spans_shown(i) for i in series.place_ids]
        spans = dict(zip(series.place_ids, self._spans, strict=True))
        self.testimony = Testimony(series.history, series.start, series.end, spans)
        self._events = self.testimony.events
        self._event = {event: i for i, event in enumerate(self._events)}
        ids = dict.fromkeys([*series.place_ids, *(e.place_id for e in self._events)])
        self.places: list[Place] = [timeline.places[i] for i in ids]
        self._place = {place.id: i for i, place in enumerate(self.places)}
        used = dict.fromkeys(s for e in self._events for s in e.sources)
        self._source = {source: i for i, source in enumerate(used)}
        self.kinds = sorted({e.kind for e in self._events})
        self.standings = sorted({str(e.standing) for e in self._events})

    def _spans_shown(self, place_id: str) -> list[Span]:
        """Return the span of the first day, then those that begin later in the series."""
        start, end = self._series.start, self._series.end
        spans = self._series.history.spans[place_id]
        begun = [s for s in spans if s.start is None or s.start <= start]
        return [*begun[-1:], *(s for s in spans if s.start and start < s.start <= end)]

    def _offset(self, day: date) -> int:
        return (day - self._series.start).days

    def actors(self, ids: Iterable[str]) -> list[int]:
        """Return the indices of the actors that the timeline knows."""
        return [self._actor[i] for i in ids if i in self._actor]

    def states(self) -> dict[str, object]:
        """Return the status of the first day and the changes after it.

        A state is a label, the event that set it (-1: none) and, where there are any, its flags.
        """
        firsts = [self._state(spans[0], 0) for spans in self._spans]
        # Most places have no status yet, and nothing that set it: 0 says so.
        nothing = [OUTSIDE, {"since": None}]
        changes = [
            [self._offset(span.start), place, *self._state(span, self._offset(span.start))]
            for place, spans in enumerate(self._spans)
            for span in spans[1:]
            if span.start is not None
        ]
        return {
            "first_labels": _run_lengths([state[0] for state in firsts]),
            "first_causes": [0 if state[1:] == nothing else state[1:] for state in firsts],
            "changes": sorted(changes, key=lambda row: row[:2]),
        }

    @property
    def claimed(self) -> list[int]:
        """The indices of the places that others claim while they are held."""
        return [i for i, spans in enumerate(self._spans) if any(map(is_claimed, spans))]

    def pocket_rows(self, ground: Ground) -> list[list[object]]:
        """Return first and last day of each pocket, and its states.

        A state is its first day, km² by the actors who hold it, the actors around it, its pieces
        and the places held in it.
        """
        return [
            [
                self._offset(pocket.first),
                self._offset(pocket.last),
                [
                    [
                        self._offset(state.day),
                        [[self._actor[actor], round(km2, 2)] for actor, km2 in state.km2.items()],
                        self.actors(state.enclosed_by),
                        _encoded_set(ground.of_pocket(state)),
                        _encoded_set(sorted(self._place[i] for i in state.places)),
                    ]
                    for state in pocket.states
                ],
            ]
            for pocket in self._series.pockets()
        ]

    def _state(self, span: Span, day: int) -> list[Any]:
        since = None if span.since is None else self._offset(span.since)
        flags: dict[str, object] = {
            "inferred": int(span.inferred),
            "besieged_by": self.actors(span.besieged_by),
            "claimed_by": self.actors(span.claimed_by),
        }
        given = {key: value for key, value in flags.items() if value}
        if since != day:
            given["since"] = since
        if span.claim:
            given["claim"] = self._event[span.claim]
        if span.pending:
            given["pending"] = self._event[span.pending]
        cause = self._event[span.event] if span.event else OUTSIDE
        return [self._label[span.label], cause, *([given] if given else [])]

    def event_rows(self, grid: Grid) -> list[list[object]]:
        """Return one row per event: what every event has, then what only some have."""
        return [
            [
                self._id_unless_regular(event),
                self._offset(event.day),
                self.kinds.index(event.kind),
                self._place[event.place_id],
                self.actors(event.actors),
                self.actors(event.from_actors),
                self.standings.index(str(event.standing)),
                [self._source[s] for s in event.sources],
                *self._extras(event, grid),
            ]
            for event in self._events
        ]

    def _id_unless_regular(self, event: Event) -> str | int:
        """Return the id, or 0 where the page can make it of day, place and kind."""
        regular = f"{event.day.isoformat()}-{event.place_id}-{event.kind}"
        return 0 if event.id == regular else event.id

    def _extras(self, event: Event, grid: Grid) -> list[dict[str, object]]:
        extras: dict[str, object] = {
            "note": event.note,
            "when": None if event.date.exact else self._when(event.date),
            "reported": event.reported.isoformat() if event.reported else "",
            "time": event.time.strftime("%H:%M") if event.time else "",
            "claimed_by": self.actors(event.claimed_by),
            "credibility": event.credibility,
            "rule": self.testimony.rule_index(event),
            "others": [self._event[other] for other in self.testimony.others(event)],
            "corrected": self.testimony.correction(event),
            "shape": _shape(event.geometry_wkt, grid),
        }
        given = {key: value for key, value in extras.items() if value}
        return [given] if given else []

    def _when(self, when: EventDate) -> list[int | None]:
        """Return the first and last day of an imprecise date (None: open), and its doubts.

        The doubts are 1 if it is approximate, 2 if it is uncertain, 3 if both.
        """
        ends = [None if day is None else self._offset(day) for day in (when.first, when.last)]
        return [*ends, int(when.approximate) + 2 * int(when.uncertain)]

    def source_rows(self) -> list[list[str]]:
        """Return id, title, publisher, day, link (web addresses only) and grade per source."""
        known = self._series.timeline.sources
        return [_source_row(source_id, known) for source_id in self._source]


def _policy_row(policy: Policy) -> list[object]:
    """Return its name, its rule in a sentence, and whether a second voice makes a claim count."""
    return [policy.name, policy.description, int(policy.corroborates)]


def _kind_row(kind: Kind) -> list[object]:
    """Return the kind, whether it may set a status, and whether it says who holds the place."""
    says_holder = kind.names_holder or kind is Kind.REPELLED
    return [str(kind), int(kind.sets_status), int(says_holder)]


def _source_row(source_id: str, known: Mapping[str, Source]) -> list[str]:
    source = known.get(source_id)
    if source is None:
        return [source_id, source_id, "", "", "", ""]
    url = source.url if is_web_address(source.url) else ""
    return [source_id, source.title, source.publisher, source.published, url, source.reliability]


def _patch_labels(series: Series) -> dict[str, object]:
    """Return the labels of the patches on the first day, and the changes after it.

    A change is the day and the patch, each as the difference to the change before, and the label.
    """
    patchwork = series.patchwork
    changes, first = patchwork.changes, series.start.toordinal()
    later = changes.day > first
    day = np.diff(changes.day[later] - first, prepend=0)
    patch = np.diff(changes.which[later], prepend=0)
    columns = np.stack([day, patch, changes.label[later]], axis=1)
    return {
        "first_patch_labels": _run_lengths(patchwork.on(series.start).labels.tolist()),
        "patch_changes": encode_integers(columns.ravel().tolist()),
    }


def _encoded_set(numbers: list[int]) -> str:
    """Write numbers in rising order."""
    return encode_integers(np.diff(numbers, prepend=0).tolist())


def _shape(wkt: str, grid: Grid) -> list[str]:
    """Return the lines, and the rings of the polygons, of a geometry; nothing for points."""
    if not wkt:
        return []
    parts = shapely.get_parts(shapely.get_parts(shapely.from_wkt(wkt)))
    simple = shapely.simplify(parts, _GEOMETRY_STEPS * grid.step)
    dimension = shapely.get_dimensions(simple)
    lines, polygons = simple[dimension == 1], simple[dimension == 2]  # noqa: PLR2004
    found = [encode_lines(lines, grid), encode_lines(shapely.get_rings(polygons), grid)]
    return found if any(found) else []


def _size_class(place: Place) -> int:
    """Return how large a place is shown: 0, village or less, to 3, capital or city."""
    size = _SEATS.get(place.feature, 0)
    for column, bounds in _SIZE_CLASSES.items():
        number = size_in(place, column)
        size = max(size, *(i for i, least in enumerate((0, *bounds), start=0) if number >= least))
    return size


def _place_columns(places: Sequence[Place], grid: NDArray[np.int64]) -> dict[str, object]:
    """Return the places by column; the columns that are empty throughout are left out."""
    features = sorted({p.feature for p in places})
    moved = np.diff(grid, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    columns: dict[str, Any] = {
        "name": [p.name for p in places],
        "id": {i: p.id for i, p in enumerate(places) if not _is_slug_of(p.id, p.name)},
        "at": encode_integers(moved.ravel().tolist()),
        "radius_km": _run_lengths([round(p.radius_km, 2) for p in places]),
        "features": features,
        "feature": _run_lengths([features.index(p.feature) for p in places]),
        "size": _run_lengths([_size_class(p) for p in places]),
        "name_ar": [p.arabic_name if p.arabic_name != p.name else "" for p in places],
    }
    if not any(columns["name_ar"]):
        del columns["name_ar"]
    return columns


def _by_rank(places: Sequence[Place], events: Iterable[Event]) -> list[int]:
    """Return the indices of the places whose names matter most, first the foremost."""
    importance = Importance(places, events)
    order = sorted(range(len(places)), key=lambda i: importance.key(places[i]))
    return order[:_RANKED]


def _is_slug_of(place_id: str, name: str) -> bool:
    """Whether the page can make the id from the name, so that it need not be written."""
    return name.isascii() and place_id == _NOT_SLUG.sub("-", name.lower()).strip("-")


def _run_lengths(values: Sequence[float]) -> list[list[float]]:
    """Return ``[value, count]`` for each run of equal values."""
    runs: list[list[float]] = []
    for value in values:
        if runs and runs[-1][0] == value:
            runs[-1][1] += 1
        else:
            runs.append([value, 1])
    return runs
