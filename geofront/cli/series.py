"""The series of a source: spread from its events, or read from a folder of maps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from geofront.cli.spans import refuse_endless

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import shapely

    from geofront.cli.publishing import Withheld
    from geofront.control.series import Series

__all__ = ["series_of"]


def series_of(
    source: str,
    *,
    places: Sequence[Path],
    actors: Sequence[Path],
    start: date | None,
    end: date | None,
    method: str | None,
    reach_km: float | None,
    extent: shapely.Geometry | None,
    policy: str | None,
    known_on: date | None,
    withheld: Withheld,
    palette: str = "customary",
    beside: Sequence[str] = (),
) -> Series:
    """Return the series of a source, as the options of a command ask for it.

    Parameters
    ----------
    source
        A dataset, a folder, or a table of events.
    places, actors
        Further tables.
    start, end
        The span.
    method, reach_km, extent
        How areas are drawn.
    policy, known_on
        The account of the events.
    withheld
        What is kept from others.
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
    """
    from geofront.control.draw import draw
    from geofront.datasets import dataset_names
    from geofront.events.conflict import read_conflict
    from geofront.events.dailymaps import holds_maps

    if source not in dataset_names() and holds_maps(Path(source)):
        from geofront.control.mapfolder import read_map_folder

        of_events = {
            "--places": places,
            "--method": method,
            "--reach-km": reach_km,
            "--policy": policy,
            "--known-on": known_on,
            "--beside": beside,
        }
        _refuse(of_events, source)
        if (settings := Path(source) / "conflict.toml").is_file():
            withheld.refuse_looser(read_conflict(settings).about.publishing)
        return read_map_folder(
            source,
            start=start,
            end=end,
            extent=extent,
            actors=actors,
            palette=palette,
            publishing=withheld.publishing,
            today=withheld.today,
            instead=withheld.set_aside,
            allow_restricted=withheld.allow_restricted,
        )
    timeline = withheld.read(source, places=places, actors=actors).in_palette(palette)
    refuse_endless(timeline, start=start, end=end, known_on=known_on)
    return draw(
        timeline,
        start=start,
        end=end,
        method=method,
        reach_km=reach_km,
        extent=extent,
        policy=policy,
        known_on=known_on,
    )


def _refuse(options: Mapping[str, object], source: str) -> None:
    given = [name for name, value in options.items() if value not in (None, ())]
    if given:
        message = f"{', '.join(given)}: {source} holds maps that were drawn, and no events"
        raise click.UsageError(message)
