"""The geometry of phrases: points, lines and areas beside named places, on the ellipsoid.

Each comes with a radius: how far the true position may lie from its middle. What is uncertain for
reasons of its own (the anchor's radius, the rounding of the distance, the width of the direction)
is added in quadrature.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely
from shapely.affinity import translate

from geofront.crs import GEOD, MAX_LAT, MAX_LON, LocalCRS, LonLat
from geofront.gazetteer.text.grammar import POINTS, STEP_DEGREES, PhraseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geofront.gazetteer.place import Place
    from geofront.gazetteer.text.grammar import ParsedPhrase

    Drawn: TypeAlias = tuple[shapely.Geometry, float, str]

__all__ = ["along", "around", "middle_of", "shape_center"]

_BEYOND_KM = {"outskirts": 2.0, "outside": 3.0, "near": 5.0, "side": 15.0, "countryside": 20.0}
_WIDEST_KM = 9000.0  # less than a quarter of the Earth, so that an area has an inside
_LEAST_KM = 0.5  # the least radius of an anchor that an area is drawn around
_VERTEX_KM, _MOST_VERTICES = 10.0, 200
_TURN = 360.0
_M_PER_KM = 1000.0


def around(parsed: ParsedPhrase, anchor: Place) -> Drawn:
    """Return the point or area beside one place.

    Parameters
    ----------
    parsed
        What the phrase says.
    anchor
        The place that it names.

    Returns
    -------
    Drawn
        The shape in degrees, its radius in km, and the working.
    """
    km, azimuth = parsed.distance_km, parsed.azimuth
    spread = math.hypot(anchor.radius_km, parsed.rounding_km)
    # One of the 8 points is as wide as the step to each side, one of the other 8 half of that.
    width = STEP_DEGREES if (azimuth or 0.0) % (2 * STEP_DEGREES) == 0 else STEP_DEGREES / 2
    width *= 1 if km else 2  # a side without a distance is said more loosely
    toward = "" if azimuth is None else f" {POINTS[round(azimuth / STEP_DEGREES)]} ± {width:g}°"
    if parsed.kind == "offset":
        lon, lat, _ = GEOD.fwd(anchor.lon, anchor.lat, azimuth, km * _M_PER_KM)
        radius_km = math.hypot(spread, km * math.tan(math.radians(width)))
        return shapely.Point(lon, lat), radius_km, f"{km:.3g} ± {parsed.rounding_km:.2g} km{toward}"
    reach = (
        km + spread if km else max(anchor.radius_km, _LEAST_KM) + _BEYOND_KM.get(parsed.kind, 0.0)
    )
    reach = min(reach, _WIDEST_KM)
    working = f"{parsed.kind}{toward}, up to {reach:.3g} km"
    if azimuth is None:
        polar = [(float(bearing), reach) for bearing in range(0, 360, 5)]
    else:
        arc = [(azimuth + float(turn), reach) for turn in np.linspace(-width, width, 19)]
        legs = [[(end[0], reach * i / 8) for i in range(1, 8)] for end in (arc[0], arc[-1])]
        polar = [(azimuth, 0.0), *legs[0], *arc, *reversed(legs[1])]
    rim = [LonLat(*GEOD.fwd(anchor.lon, anchor.lat, turn, r * _M_PER_KM)[:2]) for turn, r in polar]
    area = _cut(rim, closed=True)
    if azimuth is not None:
        center = shape_center(area, anchor.position)
        reach = max(GEOD.inv(*center, *point)[2] for point in rim) / _M_PER_KM
    return area, reach, working


def along(parsed: ParsedPhrase, anchors: Sequence[Place]) -> Drawn:
    """Return the line through places, or the point halfway.

    Parameters
    ----------
    parsed
        What the phrase says.
    anchors
        The places that it names, in their order; at least two.

    Returns
    -------
    Drawn
        The shape in degrees, its radius in km, and the working.

    Raises
    ------
    PhraseError
        If two places that follow each other are one position.
    """
    stops = [a.position for a in anchors]
    legs = [GEOD.inv(*a, *b)[2] / _M_PER_KM for a, b in pairwise(stops)]
    length = math.fsum(legs)
    if not all(legs):
        names = " and ".join(a.name for a in anchors)
        raise PhraseError(parsed.text, names, "are one position; name places that are apart")
    working = f"{length:.3g} km from end to end"
    if parsed.kind == "halfway":
        spread = math.hypot(*(a.radius_km / 2 for a in anchors), length / 10)
        return shapely.Point(middle_of(stops)), spread, working
    points = stops[:1]
    for (a, b), leg in zip(pairwise(stops), legs, strict=True):
        count = min(int(leg / _VERTEX_KM), _MOST_VERTICES)
        points += [LonLat(*point) for point in (GEOD.npts(*a, *b, count) if count else ())]
        points.append(b)
    radius_km = math.hypot(length / 2, max(a.radius_km for a in anchors))
    return _cut(points, closed=False), radius_km, working


def middle_of(stops: Sequence[LonLat]) -> LonLat:
    """Return the middle, by length, of the line through some positions."""
    legs = [GEOD.inv(*a, *b) for a, b in pairwise(stops)]
    rest = math.fsum(leg[2] for leg in legs) / 2
    i = 0
    while rest > legs[i][2]:
        rest -= legs[i][2]
        i += 1
    return LonLat(*GEOD.fwd(*stops[i], legs[i][0], rest)[:2])


def shape_center(geometry: shapely.Geometry, origin: LonLat) -> LonLat:
    """Return the point, or the centre of an area to 0.1 m."""
    if geometry.geom_type == "Point":
        return LonLat(geometry.x, geometry.y)
    local = LocalCRS(origin)
    flat = shapely.transform(shapely.segmentize(geometry, 1.0), local.to_metres)
    return LonLat(*local.to_lonlat(shapely.get_coordinates(flat.centroid))[0].round(6).tolist())


def _cut(points: Sequence[LonLat], *, closed: bool) -> shapely.Geometry:
    """Return a line or area in degrees, cut in parts where it crosses the 180th meridian."""
    lon, lat = np.transpose([*points, points[0]] if closed else points)
    lon = np.unwrap(lon, period=_TURN)
    if closed and abs(lon[-1] - lon[0]) > MAX_LON:  # around a pole: the north, if westwards
        pole = math.copysign(MAX_LAT, lon[0] - lon[-1])
        lon, lat = np.append(lon, [lon[-1], lon[0]]), np.append(lat, [pole, pole])
    make = shapely.Polygon if closed else shapely.LineString
    shape = shapely.make_valid(make(np.column_stack([lon, lat])))
    if abs(lon).max() <= MAX_LON:
        return shape
    world = shapely.box(-MAX_LON, -MAX_LAT, MAX_LON, MAX_LAT)
    turned = [translate(shape, turn).intersection(world) for turn in (_TURN, 0, -_TURN)]
    parts = [p for p in shapely.get_parts(turned) if p.geom_type == make.__name__]
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)
