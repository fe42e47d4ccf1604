"""Checks of positions: places far from all others, and places too close to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geofront.control.audit.findings import DOUBT, FAULT
from geofront.control.audit.scene import spot
from geofront.crs import EARTH_KM, geodesic_km, unit_vectors
from geofront.gazetteer.sameness import one_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geofront.control.audit.findings import Finding
    from geofront.control.audit.scene import Scene
    from geofront.gazetteer.place import Place

__all__ = ["close_places", "far_looked_up", "far_places", "zero_places"]

FAR_KM = 100.0
"""A place is far if its nearest neighbour is farther away than this."""

FAR_TIMES = 5.0
"""And farther than so many times the distance that is usual (the median) in the conflict."""

LEAST_GIVEN = 3
"""So many places with positions of their own tell where a conflict is."""

EXCHANGED_KM = 50.0
"""How near to another place the exchanged coordinates must lie to be taken for the right ones."""

ONE_POINT_KM = 0.1
"""Places nearer than this stand at one point."""


def zero_places(scene: Scene) -> Iterator[Finding]:
    """Find places at 0, 0: a fault, since a missing position is often written so.

    Nothing is found where another place of the conflict lies within `FAR_KM` of that point.
    """
    at_zero = [place for place in scene.places if not any(place.position)]
    others = np.array([p.position for p in scene.places if any(p.position)], dtype=np.float64)
    if len(others) and geodesic_km(np.zeros_like(others), others).min() < FAR_KM:
        return
    for place in at_zero:
        message = (
            f"{spot(place)} [{place.id}] lies at 0, 0, in the Gulf of Guinea; if its position is "
            "not known, leave 'lon' and 'lat' empty"
        )
        yield scene.of_place(place.id, "zero-position", message, severity=FAULT, of_position=True)


def far_places(scene: Scene) -> Iterator[Finding]:
    """Find places far from all other places of the conflict.

    A doubt (`far-from-all`), ranked by the distance in km to the nearest other place; a fault
    (`exchanged`) if longitude and latitude the other way round lie among the others.
    """
    if len(scene.places) <= 2:  # noqa: PLR2004 - of two, neither is the far one
        return
    positions = np.array([place.position for place in scene.places], dtype=np.float64)
    nearest = _nearest_km(positions)
    limit = max(FAR_KM, FAR_TIMES * float(np.median(nearest)))
    for i in np.flatnonzero(nearest > limit):
        place, km = scene.places[i], float(nearest[i])
        others = np.delete(positions, i, axis=0)
        which = f"{spot(place)} [{place.id}]"
        told = f"{which} lies {km:.0f} km from the nearest other place of the conflict"
        if _exchanged_km(place, others) < EXCHANGED_KM:
            message = (
                f"{told}, but {place.lon:.2f} N {place.lat:.2f} E lies among them: longitude and "
                "latitude seem exchanged; exchange them"
            )
            yield scene.of_place(
                place.id, "exchanged", message, severity=FAULT, rank=km, of_position=True
            )
            continue
        near = scene.namesakes(place)
        remedy = "see that it is not a namesake"
        if near:
            rows = geodesic_km(
                np.repeat([place.position], len(near), axis=0), np.array([p.position for p in near])
            )
            other = near[int(rows.argmin())]
            remedy = f"see whether its namesake {spot(other)} [{other.id}] is meant"
        yield scene.of_place(
            place.id,
            "far-from-all",
            f"{told}; {remedy}",
            severity=DOUBT,
            rank=km,
            of_position=True,
        )


def far_looked_up(scene: Scene) -> Iterator[Finding]:
    """Find places looked up by name far from all to which the user gave positions.

    A doubt, ranked by the distance in km to the nearest of those: a name that the shipped gazetteer
    happens to have may be that of a place of another country. Nothing is found where other places
    lead there in steps that are not far, where fewer than `LEAST_GIVEN` places have positions of
    their own, nor where `far_places` finds it.
    """
    given = [p for p in scene.places if p.id not in scene.looked_up]
    if len(given) < LEAST_GIVEN or len(given) == len(scene.places):
        return
    positions = np.array([p.position for p in given], dtype=np.float64)
    limit = max(FAR_KM, FAR_TIMES * float(np.median(_nearest_km(positions))))
    found_already = {finding.place_id for finding in far_places(scene)}
    for place in _out_of_reach(scene, given, limit):
        if place.id in found_already:
            continue
        apart = geodesic_km(np.repeat([place.position], len(given), axis=0), positions)
        km, nearest = float(apart.min()), given[int(apart.argmin())]
        message = (
            f"{spot(place)} [{place.id}] was looked up by its name and lies {km:.0f} km from the "
            f"nearest place with a position of its own, {spot(nearest)}; see that it is no "
            "namesake, or give lon and lat"
        )
        yield scene.of_place(place.id, "looked-up-far", message, severity=DOUBT, rank=km)


def _out_of_reach(scene: Scene, given: list[Place], step_km: float) -> list[Place]:
    """Return the places to which no steps from place to place lead from those given."""
    from scipy.spatial import cKDTree

    outside = [place for place in scene.places if place.id in scene.looked_up]
    reached = given
    while reached and outside:
        tree = cKDTree(unit_vectors(np.array([p.position for p in reached])))
        chords = np.asarray(tree.query(unit_vectors(np.array([p.position for p in outside])))[0])
        near = chords * EARTH_KM <= step_km
        reached = [outside[i] for i in np.flatnonzero(near)]
        outside = [outside[i] for i in np.flatnonzero(~near)]
    return outside


def _nearest_km(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance in km from each position to the nearest other one, anywhere on Earth."""
    from scipy.spatial import cKDTree

    on_sphere = unit_vectors(positions)
    rows = np.asarray(cKDTree(on_sphere).query(on_sphere, 2)[1])
    other = np.where(rows[:, 0] == np.arange(len(rows)), rows[:, 1], rows[:, 0])
    return geodesic_km(positions, positions[other])


def _exchanged_km(place: Place, others: NDArray[np.float64]) -> float:
    """Return how far the position with its coordinates exchanged lies from the nearest other."""
    if abs(place.lon) > 90:  # noqa: PLR2004 - the pole
        return float("inf")
    swapped = np.repeat([[place.lat, place.lon]], len(others), axis=0)
    return float(geodesic_km(swapped, others).min())


def close_places(scene: Scene) -> Iterator[Finding]:
    """Find places at one point, and places each within the other's radius of uncertainty.

    A doubt (`one-point`, `within-radius`): they may be one place under two ids. Of the latter only
    places of one kind that do not belong to each other, and the more so (rank 1) if they ever had
    different statuses.
    """
    from scipy.spatial import cKDTree

    places = [p for p in scene.places if p.id in scene.history.spans]
    if len(places) <= 1:
        return
    radii = np.array([max(place.radius_km, ONE_POINT_KM) for place in places])
    km = scene.to_km(places)
    # Within the smaller of two radii, so no pair is farther apart than the second largest.
    reach = float(np.sort(radii)[-2])
    for i, j in sorted(cKDTree(km).query_pairs(reach)):
        one, other = places[i], places[j]
        apart = float(np.hypot(*(km[i] - km[j])))
        if apart > min(radii[i], radii[j]):
            continue
        at_one_point = apart <= ONE_POINT_KM
        if not at_one_point and not _may_be_one(one, other):
            continue
        differ = _ever_differ(scene, one, other)
        told = (
            "at one point"
            if at_one_point
            else f"{apart:.1f} km apart, each within the other's radius"
        )
        message = (
            f"{spot(one)} [{one.id}] and {other.name} [{other.id}] lie {told}"
            f"{', and had different statuses' if differ else ''}; see whether they are one place, "
            "or correct a position"
        )
        check = "one-point" if at_one_point else "within-radius"
        yield scene.of_place(
            one.id, check, message, severity=DOUBT, rank=float(differ), of_position=True
        )


def _may_be_one(one: Place, other: Place) -> bool:
    related = one.id == other.parent or other.id == one.parent
    return not related and one_kind(one.feature, other.feature)


def _ever_differ(scene: Scene, one: Place, other: Place) -> bool:
    days = {
        span.start
        for place in (one, other)
        for span in scene.history.spans[place.id]
        if span.start is not None
    }
    labels = (
        (scene.history.status(one.id, day).label, scene.history.status(other.id, day).label)
        for day in days
    )
    return any(a != b for a, b in labels if a.actors and b.actors)
