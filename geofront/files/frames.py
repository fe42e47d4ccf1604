"""Tables as data frames, and as Parquet files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from geofront.errors import DataFaultsError, Fault
from geofront.files.bounds import LARGEST
from geofront.files.delimited import csv_bytes
from geofront.files.extras import needs
from geofront.files.shapes import UnfitShapeError, put_shape
from geofront.files.table import Row, Table, named_cells, sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas
    import pandas as pd
    import shapely

    Shapes = Sequence[shapely.Geometry | None]

__all__ = ["frame_of", "parquet_bytes", "read_frame", "read_parquet"]

_BATCH = 4096
_MOST_CELLS = 200_000_000


def read_frame(frame: pd.DataFrame, name: str) -> Table:
    """Read a DataFrame or GeoDataFrame; the number of a row is a count from 1.

    Parameters
    ----------
    frame
        A row a record. The points of a GeoDataFrame become ``lon`` and ``lat``, other shapes
        ``geometry``; they are reprojected to WGS 84 if they have another CRS.
    name
        What the table is called in messages.

    Returns
    -------
    Table
        The rows; its digest is that of the same table as CSV.
    """
    import geopandas

    shapes: Shapes | None = None
    if isinstance(frame, geopandas.GeoDataFrame) and frame.active_geometry_name is not None:
        shapes = _degrees(frame.geometry)
        frame = frame.drop(columns=frame.active_geometry_name)
    columns = {str(name): _values(frame.iloc[:, i]) for i, name in enumerate(frame.columns)}
    faults: list[Fault] = []
    if len(columns) < len(frame.columns):
        faults.append(Fault(name, 0, "has two columns of one name; rename one"))
    found, rows = _rows(name, columns, shapes, faults)
    lines = ([row.cells.get(column, "") for column in found] for row in rows)
    return Table(name, found, rows, sha256(csv_bytes(found, lines)), faults)


def _degrees(geometry: geopandas.GeoSeries) -> list[shapely.Geometry | None]:
    from geofront.crs import WGS84

    placed = geometry if geometry.crs is None else geometry.to_crs(WGS84)
    return list(placed)


def _values(series: pd.Series[Any]) -> list[object]:
    """Return the values of a column, None for each that is missing."""
    missing = series.isna().to_numpy()
    return [
        # what numpy makes of lists and scalars becomes plain again
        None if is_missing else value.tolist() if type(value).__module__ == "numpy" else value
        for value, is_missing in zip(series.tolist(), missing, strict=True)
    ]


def read_parquet(name: str, data: bytes) -> Table:
    """Read Parquet or GeoParquet; the number of a row is a count from 1.

    Parameters
    ----------
    name
        The name of the file.
    data
        Its content.

    Returns
    -------
    Table
        The rows.

    Raises
    ------
    DataFaultsError
        If it is no Parquet file, too large, or pyarrow is missing.
    """
    with needs("pyarrow", "parquet", name):
        import pyarrow as pa
        import pyarrow.parquet as pq
    shapes: Shapes | None = None
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        held = file.metadata.num_rows * max(file.metadata.num_columns, 1)
        _refuse_more(name, held, _MOST_CELLS, "cells")
        batches, size = [], 0
        for batch in file.iter_batches(batch_size=_BATCH):
            size += batch.nbytes
            _refuse_more(name, size, LARGEST, "bytes")
            batches.append(batch)
        content = pa.Table.from_batches(batches, schema=file.schema_arrow)
        if b"geo" in (content.schema.metadata or {}):
            import geopandas

            placed = geopandas.read_parquet(io.BytesIO(data))
            shapes = _degrees(placed.geometry)
            content = content.drop_columns([placed.active_geometry_name])
        columns = {column: content.column(column).to_pylist() for column in content.column_names}
    except DataFaultsError:
        raise
    except Exception as error:  # pyarrow, pyproj and shapely each have their own
        raise DataFaultsError([Fault(name, 0, f"is not a Parquet file: {error}")]) from error
    faults: list[Fault] = []
    found, rows = _rows(name, columns, shapes, faults)
    return Table(name, found, rows, sha256(data), faults)


def _refuse_more(name: str, count: int, most: int, what: str) -> None:
    if count > most:
        message = f"holds more than {most:,} {what}; leave out what is not needed"
        raise DataFaultsError([Fault(name, 0, message)])


def _rows(
    name: str, columns: Mapping[str, Sequence[object]], shapes: Shapes | None, faults: list[Fault]
) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Return the names of the columns, those that shapes fill among them, and the rows."""
    rows = []
    for i, values in enumerate(zip(*columns.values(), strict=True)):
        record = dict(zip(columns, values, strict=True))
        cells = named_cells(record, name, i + 1, faults)
        try:
            put_shape(cells, shapes[i] if shapes is not None else None)
        except UnfitShapeError as error:
            faults.append(Fault(name, i + 1, str(error), "geometry"))
        rows.append(Row(i + 1, cells))
    named = [column.strip().casefold() for column in columns]
    found = dict.fromkeys([*named, *(column for row in rows for column in row.cells)])
    return tuple(found), tuple(rows)


def frame_of(
    columns: Mapping[str, Sequence[str | float]], numbers: Iterable[str], shapes: Shapes | None
) -> pd.DataFrame:
    """Make a frame of texts and numbers, with shapes a GeoDataFrame in WGS 84.

    Parameters
    ----------
    columns
        The values by column; an empty text stands for a value that is missing.
    numbers
        The columns that are numbers; all others are texts.
    shapes
        The shape of each row. Their column is called ``geometry``, or ``shape`` where there is a
        column of that name already.

    Returns
    -------
    pd.DataFrame
        A frame with a row for each record.
    """
    import pandas as pd

    is_number = set(numbers)
    typed: dict[str, pd.Series[Any]] = {}
    for name, values in columns.items():
        cells = [None if value == "" else value for value in values]
        typed[name] = pd.Series(cells, dtype="Float64" if name in is_number else "string")
    frame = pd.DataFrame(typed)
    if shapes is None:
        return frame
    import geopandas

    from geofront.crs import WGS84

    name = next(n for n in ("geometry", "shape", "_shape_") if n not in columns)
    geometry = geopandas.GeoSeries(list(shapes), crs=WGS84)
    placed: pd.DataFrame = geopandas.GeoDataFrame(frame.assign(**{name: geometry}), geometry=name)
    return placed


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Write a frame as Parquet, or GeoParquet where it has shapes.

    Parameters
    ----------
    frame
        The frame.

    Returns
    -------
    bytes
        The file, the same for the same content.

    Raises
    ------
    DataFaultsError
        If pyarrow is missing.
    """
    with needs("pyarrow", "parquet", "parquet"):
        import pyarrow as pa  # noqa: F401 - what pandas writes with
    written = io.BytesIO()
    frame.to_parquet(written, index=False)
    return written.getvalue()
