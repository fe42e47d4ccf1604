"""Rings around places: sieges, claims that are not accepted, the day's events; doubts as ``?``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geofront.events.event import Standing
from geofront.render.image.areas import Z
from geofront.render.image.dots import Mark, add_marks, form_path
from geofront.render.image.text import as_figure, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from geofront.control.history import PlaceStatus
    from geofront.control.snapshot import Snapshot
    from geofront.render.image.dots import Spot
    from geofront.render.image.look import Look

__all__ = ["CLAIM_DASH", "EVENT_DASH", "add_rings", "confirmed_today"]

CLAIM_DASH = (2.0, 1.5)
"""Dash and gap in points of the ring around a place that is claimed."""

EVENT_DASH = (2.2, 1.8)
"""Of the ring of an event that nothing confirms."""

_FLAG_PT = 1.5
_EVENT_PT = 1.1
_ROOM_PT = 0.6
_FIRST_ROOM_PT = 1.5


def confirmed_today(snapshot: Snapshot) -> dict[str, bool]:
    """Return, for each place with an event of the day, whether one of them is confirmed."""
    found: dict[str, bool] = {}
    for event in snapshot.events:
        confirmed = event.standing == Standing.CONFIRMED
        found[event.place_id] = found.get(event.place_id, False) or confirmed
    return found


def add_rings(axes: Axes, snapshot: Snapshot, spots: Sequence[Spot], look: Look) -> list[Artist]:
    """Draw what is told of places on a day beside who holds them.

    Parameters
    ----------
    axes
        Where to draw.
    snapshot
        The day.
    spots
        The places in view.
    look
        The colours.

    Returns
    -------
    list[Artist]
        What was drawn.
    """
    statuses = {status.place.id: status for status in snapshot.statuses}
    today = confirmed_today(snapshot)
    rings = [
        ring
        for spot in spots
        for ring in _rings(spot, statuses.get(spot.place.id), snapshot, today, look)
    ]
    drawn: list[Artist] = [
        _doubt(axes, spot, look)
        for spot in spots
        if spot.place.id in statuses and statuses[spot.place.id].uncertain
    ]
    drawn += add_marks(axes, rings, Z.RING)
    return drawn


def _rings(
    spot: Spot,
    status: PlaceStatus | None,
    snapshot: Snapshot,
    today: Mapping[str, bool],
    look: Look,
) -> Iterable[Mark]:
    actors = snapshot.series.timeline.actors
    room = spot.radius + _FIRST_ROOM_PT * look.scale
    flags: list[tuple[str, tuple[float, ...]]] = []
    if status and status.besieged_by:
        flags.append((look.ink_of(actors, status.besieged_by[0]), ()))
    if status and status.claim:
        claimants = status.claimed_by
        color = look.ink_of(actors, claimants[0]) if claimants else look.theme.muted
        flags.append((color, CLAIM_DASH))
    for color, dash in flags:
        yield _ring(spot, room, color, _FLAG_PT * look.scale, dash)
        room += (_FLAG_PT + _ROOM_PT) * look.scale
    if spot.place.id in today:
        dash = () if today[spot.place.id] else EVENT_DASH
        radius = room + 0.8 * look.scale
        yield _ring(spot, radius, look.theme.ink, _EVENT_PT * look.scale, dash)


def _ring(spot: Spot, radius: float, color: str, width: float, dash: tuple[float, ...]) -> Mark:
    return Mark(form_path("place"), radius, spot.x, spot.y, "none", color, width, dash)


def _doubt(axes: Axes, spot: Spot, look: Look) -> Artist:
    from matplotlib.transforms import ScaledTranslation

    away = 0.75 * spot.radius / 72
    shift = ScaledTranslation(away, away, as_figure(axes).dpi_scale_trans)
    return write(
        axes,
        spot.x,
        spot.y,
        "?",
        look.face(8, "bold"),
        color=look.theme.ink,
        transform=axes.transData + shift,
        ha="left",
        va="bottom",
        zorder=Z.RING + 0.1,
        clip_on=True,
    )
