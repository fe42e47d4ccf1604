"""The map of a picture: what stays from day to day, and what each day draws anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geofront.render.image.areas import add_areas, add_backdrop, add_extent, add_fronts
from geofront.render.image.dots import add_dots, spots_of
from geofront.render.image.furniture import add_graticule, add_north, add_scale
from geofront.render.image.labels import Box, add_names, place_names
from geofront.render.image.rings import add_rings, confirmed_today
from geofront.render.image.text import points_size
from geofront.render.image.view import view_of

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.text import Text

    from geofront.control.series import Series
    from geofront.control.snapshot import Snapshot
    from geofront.render.image.look import Look

__all__ = ["DayMap"]


class DayMap:
    """A map in an axes whose position on the page is final.

    Parameters
    ----------
    axes
        Where to draw: all that lies in it but its title is the map.
    series
        The series.
    look
        How it looks.
    furniture
        What stands on the map: ``full`` for degrees, scale bar and north arrow, ``scale`` for the
        bar alone, ``none``.
    """

    def __init__(self, axes: Axes, series: Series, look: Look, *, furniture: str = "full") -> None:
        self.axes = axes
        self.series = series
        self.look = look
        self.width, self.height = points_size(axes)
        self.view = view_of(series).fitted(self.width / self.height)
        self.spots = spots_of(series, self.view, self.width, look)
        self.moving: list[Artist] = []
        """The artists of the day that is shown."""
        _prepare(self)
        self.land, _ = add_backdrop(axes, self.view, look)
        add_extent(axes, series.snapshot(series.start), self.view, look)
        # The room of the bar stays free without it: on maps side by side names stand alike.
        bar = add_scale(axes, self.view, look, draw=furniture != "none")
        self._taken: list[Box] = [bar]
        if furniture == "full":
            north = add_north(axes, self.view, look)
            self._taken += add_graticule(axes, self.view, look)
            self._taken += [north] if north else []

    def show(self, snapshot: Snapshot) -> None:
        """Draw a day in the place of the one that was shown.

        Parameters
        ----------
        snapshot
            A day of the series.
        """
        for artist in self.moving:
            artist.remove()
        self.moving = [
            *add_areas(self.axes, snapshot, self.view, self.look),
            *add_fronts(self.axes, snapshot, self.view, self.look),
            *add_dots(self.axes, snapshot, self.spots, self.look),
            *add_rings(self.axes, snapshot, self.spots, self.look),
        ]

    def write_names(self, snapshot: Snapshot | None = None) -> list[Text]:
        """Write the names of places.

        Parameters
        ----------
        snapshot
            A day whose events' places come first; None where the names serve all days.

        Returns
        -------
        list[Text]
            The names that found room.
        """
        scale = self.width / (self.view.east - self.view.west)
        points = np.array([(spot.x, spot.y) for spot in self.spots]).reshape(-1, 2)
        points = (points - np.array([self.view.west, self.view.south])) * scale
        margin = 2.0 * self.look.scale
        names = place_names(
            self.spots,
            points,
            Box(margin, margin, self.width - margin, self.height - margin),
            self.look,
            urgent=confirmed_today(snapshot) if snapshot else (),
            taken=self._taken,
        )
        return add_names(self.axes, names, self.look)


def _prepare(day_map: DayMap) -> None:
    """Give the axes the limits, the frame and the colour of a map."""
    axes, view, theme = day_map.axes, day_map.view, day_map.look.theme
    axes.set(
        xlim=(view.west, view.east),
        ylim=(view.south, view.north),
        xticks=[],
        yticks=[],
        facecolor=theme.paper,
    )
    axes.set_aspect("auto")  # the limits were made for the box: one metre is as long either way
    for spine in axes.spines.values():
        spine.set(color=theme.rule, linewidth=0.8 * day_map.look.scale)
