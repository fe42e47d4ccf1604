"""FlatGeobuf and Shapefile: a file a layer, with a style for QGIS beside each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault
from geofront.events.rights import refuse_restricted
from geofront.files import folder_of_whole_files
from geofront.render.gis.about import provenance_json, sentence
from geofront.render.gis.layers import LAYERS, Interval, Layer, chosen_layers
from geofront.render.gis.qgisstyle import qml
from geofront.render.gis.tables import Table, tables, write_table
from geofront.render.shown import printable
from geofront.render.targets import folder_target

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import date
    from os import PathLike
    from pathlib import Path

    from geofront.control.series import Series

__all__ = ["write_flatgeobuf", "write_shapefile", "write_sidecars"]

SHAPEFILE_BYTES = (1 << 31) - 1
"""The size above which many programs misread a .shp or .dbf."""

_TEXT_BYTES = 254


def write_flatgeobuf(
    series: Series,
    folder: str | PathLike[str],
    *,
    layers: Collection[str] = LAYERS,
    progress: Callable[[Iterable[date]], Iterable[date]] | None = None,
) -> list[Path]:
    """Write a FlatGeobuf file of each layer, with a spatial index.

    Parameters
    ----------
    series
        What to write.
    folder
        Where; files of the same name are replaced, others stay.
    layers
        Which layers, of `LAYERS`. Events along a road or over an area are files of their own.
    progress
        Wraps the days on which areas or front lines are drawn anew, once for each of the two.

    Returns
    -------
    list[Path]
        The files, with a QGIS style of each layer among them. None appears before all are whole.

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
    with folder_of_whole_files(folder_target(folder, "FlatGeobuf files")) as (temporary, written):
        for table in tables(series, wanted, progress):
            # A FlatGeobuf can't be added to, so it is written at a time.
            rows = list(table.rows)
            for _ in write_table(
                temporary / f"{table.layer.name}.fgb",
                Table(table.layer, rows),
                batch=max(1, len(rows)),
                driver="FlatGeobuf",
                layer_options={
                    "TITLE": f"{printable(series.title)}: {table.layer.title}",
                    "DESCRIPTION": sentence(series),
                },
            ):
                pass
            write_sidecars(temporary, series, table.layer)
        write_about(temporary, series)
    return written


def write_shapefile(
    series: Series,
    folder: str | PathLike[str],
    *,
    layers: Collection[str] = LAYERS,
    progress: Callable[[Iterable[date]], Iterable[date]] | None = None,
) -> list[Path]:
    """Write a Shapefile of each layer, within what Shapefiles can hold.

    Names of columns have ten letters at most, texts 254 bytes of UTF-8; what is longer is cut
    between two characters. Both is told in ``README.txt``, short and long names side by side.

    Parameters
    ----------
    series
        What to write.
    folder
        Where; files of the same name are replaced, others stay.
    layers
        Which layers, of `LAYERS`. Events along a road or over an area are files of their own.
    progress
        Wraps the days on which areas or front lines are drawn anew, once for each of the two.

    Returns
    -------
    list[Path]
        The files, with a QGIS style of each layer among them. None appears before all are whole.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    OutputError
        If the folder has the name of a file.
    DataFaultsError
        If a file would grow beyond 2 GB, or rows may not be passed on; nothing is written then.
    OSError
        If the folder can't be written.
    """
    refuse_restricted(series.timeline)
    wanted = chosen_layers(layers)
    cut: dict[str, int] = {}
    met: list[Layer] = []
    with folder_of_whole_files(folder_target(folder, "Shapefiles")) as (temporary, written):
        for table in tables(series, wanted, progress):
            layer = table.layer
            names = [column.short_name for column in layer.columns]
            rows = (_fitted(row, layer, cut) for row in table.rows)
            path = temporary / f"{layer.name}.shp"
            for _ in write_table(
                path,
                Table(layer, rows),
                names=names,
                driver="ESRI Shapefile",
                layer_options={"DBF_DATE_LAST_UPDATE": f"{series.end}"},
            ):
                _check_size(path)
            write_sidecars(temporary, series, layer, short=True)
            met.append(layer)
        (temporary / "README.txt").write_text(_readme(series, met, cut), encoding="utf-8")
        write_about(temporary, series)
    return written


def _fitted(row: Interval, layer: Layer, cut: dict[str, int]) -> Interval:
    """Return a row whose texts a Shapefile can hold, and count what had to be cut."""
    values = list(row.values)
    for i, (column, value) in enumerate(zip(layer.attributes, values, strict=True)):
        if isinstance(value, str) and len(value.encode()) > _TEXT_BYTES:
            values[i] = value.encode()[:_TEXT_BYTES].decode(errors="ignore")
            name = f"{layer.name}.{column.short_name}"
            cut[name] = cut.get(name, 0) + 1
    return row._replace(values=tuple(values))


def _check_size(path: Path) -> None:
    for part in (path, path.with_suffix(".dbf")):
        if part.stat().st_size > SHAPEFILE_BYTES:
            message = (
                "would be larger than the 2 GB that a Shapefile may have; write a GeoPackage, "
                "a shorter span or fewer layers"
            )
            raise DataFaultsError([Fault(part.name, 0, message)])


def _readme(series: Series, layers: Iterable[Layer], cut: dict[str, int]) -> str:
    lines = [sentence(series), "", "Columns, by the names that GeoPackage and the others have:"]
    for layer in layers:
        renamed = [f"{c.short_name} = {c.name}" for c in layer.columns if c.short]
        lines.append(f"  {layer.name}.shp: {', '.join(renamed) or 'as they are'}")
    lines += ["", f"Texts hold {_TEXT_BYTES} bytes at most. Cut between two characters:"]
    lines += [f"  {name}: {count} rows" for name, count in sorted(cut.items())] or ["  none"]
    lines += ["", "An empty text and a missing one are the same in a Shapefile."]
    return "\n".join([*lines, ""])


def write_sidecars(folder: Path, series: Series, layer: Layer, *, short: bool = False) -> None:
    """Write the style of a layer beside it, where QGIS looks for it.

    Parameters
    ----------
    folder
        The folder of the layer.
    series
        The series.
    layer
        The layer.
    short
        Whether its columns have their short names.
    """
    names = {c.name: c.short_name for c in layer.columns} if short else None
    (folder / f"{layer.name}.qml").write_text(qml(series, layer, names), encoding="utf-8")


def write_about(folder: Path, series: Series) -> None:
    """Write the provenance beside the layers, for formats that have no room for it."""
    told = json.dumps(json.loads(provenance_json(series)), ensure_ascii=False, indent=1)
    (folder / "provenance.json").write_text(told + "\n", encoding="utf-8")
