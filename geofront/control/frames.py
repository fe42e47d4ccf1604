"""Places, areas and front lines as GeoDataFrames, the currency of everything public."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas

from geofront.crs import WGS84

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    import numpy as np
    import shapely
    from numpy.typing import NDArray

    from geofront.control.difference import Move
    from geofront.control.frontline import FrontLine
    from geofront.control.history import PlaceStatus
    from geofront.control.pockets import Cause, Pocket, PocketState
    from geofront.control.state import Label
    from geofront.events.actor import Actors

__all__ = ["area_frame", "difference_frame", "front_frame", "place_frame", "pocket_frame"]

_AREA_COLUMNS = ("date", "status", "actor", "side", "contested_by", "area_km2")
_FRONT_COLUMNS = ("date", "actors", "contested", "length_km")
_DIFFERENCE_COLUMNS = (
    *("from_date", "to_date", "from_status", "from_actors", "to_status", "to_actors"),
    "area_km2",
)
_POCKET_COLUMNS = (
    *("date", "pocket", "side", "actors", "area_km2", "places", "enclosed_by"),
    *("first", "last", "days", "origin", "fate"),
    *("closed_by_places", "closed_by_events", "opened_by_places", "opened_by_events"),
)
_PLACE_COLUMNS = (
    "date",
    "place_id",
    "place",
    "feature",
    "radius_km",
    "status",
    "holder",
    "contested_by",
    "since",
    "event_id",
    "inferred",
    "uncertain",
    "besieged_by",
    "claimed_by",
    "claim",
)


def area_frame(
    day: date,
    geometries: Mapping[int, shapely.MultiPolygon],
    km2: NDArray[np.float64],
    labels: Sequence[Label],
    actors: Actors,
) -> geopandas.GeoDataFrame:
    """Return the areas of a day, a row a label.

    Parameters
    ----------
    day
        The civil day.
    geometries
        Multipolygons in degrees, by the index of their label.
    km2
        The area of each label in km².
    labels
        All labels.
    actors
        The actors, for their sides.

    Returns
    -------
    geopandas.GeoDataFrame
        With ``date``, ``status``, ``actor``, ``side``, ``contested_by``, ``area_km2``.
    """
    rows: list[dict[str, object]] = [
        {
            "date": day,
            "status": labels[i].status,
            "actor": labels[i].holder,
            "side": actors.side_of(labels[i].actors[0]) if labels[i].holder else None,
            "contested_by": labels[i].contested_by,
            "area_km2": float(km2[i]),
            "geometry": geometry,
        }
        for i, geometry in sorted(geometries.items())
    ]
    return _frame(rows, _AREA_COLUMNS)


def front_frame(day: date, fronts: Iterable[FrontLine]) -> geopandas.GeoDataFrame:
    """Return the front lines of a day, a row for each pair of actors and kind.

    Parameters
    ----------
    day
        The civil day.
    fronts
        The front lines.

    Returns
    -------
    geopandas.GeoDataFrame
        With ``date``, ``actors`` (two ids), ``contested``, ``length_km``.
    """
    rows = [
        {
            "date": day,
            "actors": front.actors,
            "contested": front.contested,
            "length_km": front.length_km,
            "geometry": front.geometry,
        }
        for front in fronts
    ]
    return _frame(rows, _FRONT_COLUMNS)


def difference_frame(
    one: date,
    other: date,
    moves: Iterable[Move],
    shapes: Mapping[tuple[Label, Label], shapely.MultiPolygon],
) -> geopandas.GeoDataFrame:
    """Return the ground that changed hands between two days, a row for each pair of labels.

    Parameters
    ----------
    one, other
        The two days.
    moves
        What changed.
    shapes
        Multipolygons in degrees, by the labels on the two days.

    Returns
    -------
    geopandas.GeoDataFrame
        With ``from_date``, ``to_date``, status and actors on either day (``from_status``,
        ``from_actors``, ``to_status``, ``to_actors``: one actor that holds, several that contest,
        none where it is unknown), and ``area_km2``.
    """
    rows: list[dict[str, object]] = [
        {
            "from_date": one,
            "to_date": other,
            "from_status": move.before.status,
            "from_actors": move.before.actors,
            "to_status": move.after.status,
            "to_actors": move.after.actors,
            "area_km2": move.area_km2,
            "geometry": shapes[move.before, move.after],
        }
        for move in moves
    ]
    return _frame(rows, _DIFFERENCE_COLUMNS)


def pocket_frame(
    pockets: Iterable[tuple[Pocket, PocketState, shapely.MultiPolygon]],
) -> geopandas.GeoDataFrame:
    """Return pockets, each in one of its states, a row a pocket.

    Parameters
    ----------
    pockets
        The pockets, the state to show, and the ground that is held then, in degrees.

    Returns
    -------
    geopandas.GeoDataFrame
        Of the state: ``date`` (the day it began), ``actors``, ``area_km2``, ``places`` (ids),
        ``enclosed_by``. Of the pocket: its number (``pocket``), ``side``, ``first`` and ``last``
        day, ``days``, ``origin``, ``fate``, and the places and events that closed and opened it
        (``closed_by_places``, ``closed_by_events``, ``opened_by_places``, ``opened_by_events``).
    """
    rows: list[dict[str, object]] = [
        {
            "date": state.day,
            "pocket": pocket.number,
            "side": pocket.side,
            "actors": tuple(state.km2),
            "area_km2": state.area_km2,
            "places": state.places,
            "enclosed_by": state.enclosed_by,
            "first": pocket.first,
            "last": pocket.last,
            "days": pocket.days,
            "origin": pocket.origin,
            "fate": pocket.fate,
            "closed_by_places": _place_ids(pocket.closed_by),
            "closed_by_events": _event_ids(pocket.closed_by),
            "opened_by_places": _place_ids(pocket.opened_by),
            "opened_by_events": _event_ids(pocket.opened_by),
            "geometry": geometry,
        }
        for pocket, state, geometry in pockets
    ]
    return _frame(rows, _POCKET_COLUMNS)


def place_frame(statuses: Iterable[PlaceStatus]) -> geopandas.GeoDataFrame:
    """Return places with their status, a row a place.

    Parameters
    ----------
    statuses
        The statuses.

    Returns
    -------
    geopandas.GeoDataFrame
        Points, with the columns that `History.places_on` lists.
    """
    found = list(statuses)
    rows = [
        {
            "date": s.day,
            "place_id": s.place.id,
            "place": s.place.name,
            "feature": s.place.feature,
            "radius_km": s.place.radius_km,
            "status": s.status,
            "holder": s.holder,
            "contested_by": s.label.contested_by,
            "since": s.since,
            "event_id": s.event.id if s.event else None,
            "inferred": s.inferred,
            "uncertain": s.uncertain,
            "besieged_by": s.besieged_by,
            "claimed_by": s.claimed_by,
            "claim": s.claim.id if s.claim else None,
        }
        for s in found
    ]
    points = geopandas.points_from_xy([s.place.lon for s in found], [s.place.lat for s in found])
    return geopandas.GeoDataFrame(rows, columns=list(_PLACE_COLUMNS), geometry=points, crs=WGS84)


def _frame(rows: list[dict[str, object]], columns: Sequence[str]) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(
        rows, columns=[*columns, "geometry"], geometry="geometry", crs=WGS84
    )


def _place_ids(causes: Iterable[Cause]) -> tuple[str, ...]:
    return tuple(cause.place_id for cause in causes)


def _event_ids(causes: Iterable[Cause]) -> tuple[str, ...]:
    return tuple(cause.event.id for cause in causes if cause.event is not None)
