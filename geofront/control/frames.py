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

    from geofront.control.frontline import FrontLine
    from geofront.control.history import PlaceStatus
    from geofront.control.state import Label
    from geofront.events.actor import Actors

__all__ = ["area_frame", "front_frame", "place_frame"]

_AREA_COLUMNS = ("date", "status", "actor", "side", "contested_by", "area_km2")
_FRONT_COLUMNS = ("date", "actors", "contested", "length_km")
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
        }
        for s in found
    ]
    points = geopandas.points_from_xy([s.place.lon for s in found], [s.place.lat for s in found])
    return geopandas.GeoDataFrame(rows, columns=list(_PLACE_COLUMNS), geometry=points, crs=WGS84)


def _frame(rows: list[dict[str, object]], columns: Sequence[str]) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(
        rows, columns=[*columns, "geometry"], geometry="geometry", crs=WGS84
    )
