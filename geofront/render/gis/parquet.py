"""GeoParquet 1.1: a file a layer, with a covering of boxes, written row group by row group."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geofront.crs import WGS84
from geofront.events.rights import refuse_restricted
from geofront.files import folder_of_whole_files
from geofront.files.extras import needs
from geofront.render.gis.about import provenance_json, sentence
from geofront.render.gis.layers import LAYERS, chosen_layers
from geofront.render.gis.tables import batches, tables
from geofront.render.gis.vector import write_sidecars
from geofront.render.targets import folder_target

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import date
    from os import PathLike
    from pathlib import Path

    import pyarrow as pa

    from geofront.control.series import Series
    from geofront.render.gis.layers import Interval, Layer
    from geofront.render.gis.tables import Table

__all__ = ["write_parquet"]

_VERSION = "1.1.0"
_ROW_GROUP = 1000
_SIDES = ("xmin", "ymin", "xmax", "ymax")


def write_parquet(
    series: Series,
    folder: str | PathLike[str],
    *,
    layers: Collection[str] = LAYERS,
    progress: Callable[[Iterable[date]], Iterable[date]] | None = None,
) -> list[Path]:
    """Write a GeoParquet file of each layer.

    Its metadata hold the provenance under the keys ``geofront`` (JSON) and ``description``.

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
        If pyarrow is missing, or rows may not be passed on.
    OSError
        If the folder can't be written.
    """
    refuse_restricted(series.timeline)
    wanted = chosen_layers(layers)
    with needs("pyarrow", "parquet", str(folder)):
        import pyarrow as pa  # noqa: F401 - before anything is written
    with folder_of_whole_files(folder_target(folder, "GeoParquet files")) as (temporary, written):
        for table in tables(series, wanted, progress):
            _write(temporary / f"{table.layer.name}.parquet", series, table)
            write_sidecars(temporary, series, table.layer)
    return written


def _write(path: Path, series: Series, table: Table) -> None:
    from pyarrow.parquet import ParquetWriter

    box = np.array([np.inf, np.inf, -np.inf, -np.inf])
    schema = _schema(table.layer)
    with ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches(table.rows, _ROW_GROUP):
            bounds = shapely.bounds([row.geometry for row in batch]).reshape(-1, 4)
            if batch:
                box[:2] = np.minimum(box[:2], bounds[:, :2].min(axis=0))
                box[2:] = np.maximum(box[2:], bounds[:, 2:].max(axis=0))
            writer.write_table(_arrow(table.layer, batch, bounds, schema))
        metadata = {
            "geo": json.dumps(_geo(table.layer, box.tolist())),
            "geofront": provenance_json(series),
            "description": sentence(series),
        }
        writer.add_key_value_metadata(metadata)


def _schema(layer: Layer) -> pa.Schema:
    import pyarrow as pa

    types = {
        "date": pa.date32(),
        "text": pa.string(),
        "number": pa.float64(),
        "whole": pa.int32(),
        "flag": pa.bool_(),
    }
    return pa.schema(
        [
            *((column.name, types[column.kind]) for column in layer.columns),
            ("geometry", pa.binary()),
            ("bbox", pa.struct([(side, pa.float64()) for side in _SIDES])),
        ]
    )


def _arrow(
    layer: Layer, rows: Sequence[Interval], bounds: np.ndarray[Any, Any], schema: pa.Schema
) -> pa.Table:
    import pyarrow as pa

    columns = layer.by_column(rows)
    shapes = list(shapely.to_wkb(np.array([row.geometry for row in rows], dtype=object)))
    sides = [pa.array(bounds[:, i]) for i in range(len(_SIDES))]
    boxes = pa.StructArray.from_arrays(sides, names=list(_SIDES))
    arrays = [
        pa.array(values, type=field.type)
        for values, field in zip([*columns, shapes], schema, strict=False)
    ]
    return pa.Table.from_arrays([*arrays, boxes], schema=schema)


def _geo(layer: Layer, box: list[float]) -> dict[str, object]:
    """Return the metadata that make a Parquet file a GeoParquet file."""
    from pyproj import CRS

    column: dict[str, object] = {
        "encoding": "WKB",
        "geometry_types": [layer.geometry],
        "crs": CRS(WGS84).to_json_dict(),
        "edges": "planar",
        "covering": {"bbox": {side: ["bbox", side] for side in _SIDES}},
    }
    if all(map(np.isfinite, box)):
        column["bbox"] = box
    return {"version": _VERSION, "primary_column": "geometry", "columns": {"geometry": column}}
