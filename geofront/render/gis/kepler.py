"""GeoJSON for kepler.gl: a file a layer, with times that it takes for times, and colours.

kepler.gl knows one time a row, not an interval (its issue 273), and takes a bare day for a text
(issue 1441). So `start` and `end` are written with a time of day, and the rows stand in the order
of `start`: whatever changes hands is painted by a later row over the earlier one. With a filter on
`start` whose window grows, and areas fully opaque, the ground is right on every day.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import shapely

from geofront.events.rights import refuse_restricted
from geofront.files import folder_of_whole_files
from geofront.render.gis.about import about
from geofront.render.gis.intervals import intervals
from geofront.render.gis.layers import LAYERS, Interval, Layer, chosen_layers
from geofront.render.style import LIGHT, UNKNOWN, channels
from geofront.render.targets import folder_target

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import date
    from os import PathLike
    from pathlib import Path

    from geofront.control.series import Series

__all__ = ["write_kepler"]


def write_kepler(
    series: Series,
    folder: str | PathLike[str],
    *,
    layers: Collection[str] = LAYERS,
    progress: Callable[[Iterable[date]], Iterable[date]] | None = None,
) -> list[Path]:
    """Write a GeoJSON file of each layer for kepler.gl.

    Parameters
    ----------
    series
        What to write.
    folder
        Where; files of the same name are replaced, others stay.
    layers
        Which layers, of `LAYERS`.
    progress
        Wraps the days on which areas or front lines are drawn anew, once for each of the two.

    Returns
    -------
    list[Path]
        The files, ``kepler-areas.geojson`` and so on. None appears before all are whole.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    OutputError
        If the folder has the name of a file.
    DataFaultsError
        If rows may not be passed on.
    OSError
        If the folder can't be written.
    """
    refuse_restricted(series.timeline)
    wanted = chosen_layers(layers)
    with folder_of_whole_files(folder_target(folder, "files of kepler.gl")) as (temporary, written):
        for layer in wanted:
            rows = sorted(intervals(series, layer, progress), key=lambda row: row.start)
            head = json.dumps(about(series), ensure_ascii=False, allow_nan=False)[1:-1]
            path = temporary / f"kepler-{layer.name}.geojson"
            with path.open("w", encoding="utf-8") as file:
                file.write(f'{{"type":"FeatureCollection",{head},"features":[\n')
                for i, row in enumerate(rows):
                    file.write(f"{',' if i else ''}{_feature(layer, row)}\n")
                file.write("]}\n")
    return written


def _feature(layer: Layer, row: Interval) -> str:
    given = {"start": row.start, "end": row.end, **layer.record(row)}
    told = {name: _value(value) for name, value in given.items()}
    properties = json.dumps({**told, **_paint(layer, told)}, ensure_ascii=False, allow_nan=False)
    geometry = shapely.to_geojson(row.geometry)
    return f'{{"type":"Feature","properties":{properties},"geometry":{geometry}}}'


def _value(value: object) -> object:
    return f"{value.isoformat()}T00:00:00Z" if hasattr(value, "isoformat") else value


def _paint(layer: Layer, told: dict[str, object]) -> dict[str, object]:
    """Return the properties by which kepler.gl colours a feature of itself."""
    if layer.name == "frontlines":
        return {"lineColor": channels(LIGHT.front)}
    if layer.name == "events":
        return {"fillColor": channels(LIGHT.accent), "lineColor": channels(LIGHT.accent)}
    color = channels(str(told["color"] or UNKNOWN))
    return {"fillColor": color, "lineColor": color}
