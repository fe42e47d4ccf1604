"""The series of a source: spread from its events, or read from a folder of maps."""

from __future__ import annotations

import functools
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geofront.cli.options import (
    area_options,
    evidence_options,
    extent_of,
    further_tables,
    span_options,
)
from geofront.cli.publishing import publishing_options
from geofront.cli.spans import refuse_endless

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from typing import Any, TypeVar

    import shapely

    from geofront.cli.publishing import Withheld
    from geofront.control.history import History
    from geofront.control.series import Series
    from geofront.events.timeline import Timeline

    _Command = TypeVar("_Command", bound=Callable[..., Any])

__all__ = ["Drawing", "drawing_options"]


@dataclass(frozen=True)
class Drawing:
    """What the options of a command ask to be drawn: which account, of which days, and how.

    `places` and `actors` are further tables, `start` and `end` the span, `policy` and `known_on`
    the account of the events; `extent`, `method` and `reach_km` say how areas are drawn, and
    `withheld` what is kept from others.
    """

    places: tuple[Path, ...]
    actors: tuple[Path, ...]
    start: date | None
    end: date | None
    extent: str | None
    method: str | None
    reach_km: float | None
    policy: str | None
    known_on: date | None
    withheld: Withheld

    @cached_property
    def outline(self) -> shapely.Geometry | None:
        """The extent that is asked for, read when it is first needed."""
        return extent_of(self.extent)

    def timeline(self, source: str) -> Timeline:
        """Open a source as others may see it; see `Withheld.read`."""
        return self.withheld.read(source, places=self.places, actors=self.actors)

    def series(
        self, source: str, *, palette: str = "customary", beside: Sequence[str] = ()
    ) -> Series:
        """Return the series of a source.

        Parameters
        ----------
        source
            A dataset, a folder, or a table of events.
        palette
            The colours of the actors.
        beside
            Further accounts that the command will draw.

        Returns
        -------
        Series
            One snapshot a day.

        Raises
        ------
        click.UsageError
            If the source is a folder of maps, and an option that only events heed is given.
        DataFaultsError
            If the events alone make a span without end.
        """
        from geofront.datasets import dataset_names
        from geofront.events.dailymaps import holds_maps

        if source not in dataset_names() and holds_maps(Path(source)):
            self._refuse_options_of_events(source, beside)
            return self._map_folder(source, palette)
        return self.spread(self.timeline(source).in_palette(palette))

    def spread(self, timeline: Timeline) -> Series:
        """Draw the areas of a timeline.

        Parameters
        ----------
        timeline
            The conflict.

        Returns
        -------
        Series
            Of the days and the account that are asked for.

        Raises
        ------
        DataFaultsError
            If the events alone make a span without end.
        """
        from geofront.control.draw import draw

        refuse_endless(timeline, start=self.start, end=self.end, known_on=self.known_on)
        return draw(
            timeline,
            start=self.start,
            end=self.end,
            method=self.method,
            reach_km=self.reach_km,
            extent=self.outline,
            policy=self.policy,
            known_on=self.known_on,
        )

    def beside(self, series: Series, history: History) -> Series:
        """Draw another account of the days of a series, in the same way."""
        from geofront.control.draw import draw

        return draw(
            history,
            start=series.start,
            end=series.end,
            method=self.method,
            reach_km=self.reach_km,
            extent=self.outline,
        )

    def _map_folder(self, source: str, palette: str) -> Series:
        from geofront.control.mapfolder import read_map_folder
        from geofront.events.conflict import read_conflict

        withheld = self.withheld
        if (settings := Path(source) / "conflict.toml").is_file():
            withheld.refuse_looser(read_conflict(settings).about.publishing)
        return read_map_folder(
            source,
            start=self.start,
            end=self.end,
            extent=self.outline,
            actors=self.actors,
            palette=palette,
            publishing=withheld.publishing,
            today=withheld.today,
            instead=withheld.set_aside,
            allow_restricted=withheld.allow_restricted,
        )

    def _refuse_options_of_events(self, source: str, beside: Sequence[str]) -> None:
        options: Mapping[str, object] = {
            "--places": self.places,
            "--method": self.method,
            "--reach-km": self.reach_km,
            "--policy": self.policy,
            "--known-on": self.known_on,
            "--beside": beside,
        }
        given = [name for name, value in options.items() if value not in (None, ())]
        if given:
            message = f"{', '.join(given)}: {source} holds maps that were drawn, and no events"
            raise click.UsageError(message)


def drawing_options(command: _Command) -> Callable[..., Any]:
    """Give a command all options of what is drawn; it gets them as one `Drawing`."""
    names = [field.name for field in fields(Drawing)]

    @functools.wraps(command)
    def with_drawing(*args: object, **given: Any) -> object:  # noqa: ANN401 - of any option
        drawing = Drawing(**{name: given.pop(name) for name in names})
        return command(*args, drawing=drawing, **given)

    with_options: Callable[..., Any] = publishing_options(with_drawing)
    for group in (evidence_options, area_options, span_options, further_tables):
        with_options = group(with_options)
    return with_options
