"""Tables as JSON: JSON Lines, GeoJSON, and lists of records."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NoReturn

from geofront.errors import DataFaultsError, Fault
from geofront.files.bounds import TOO_MANY_VALUES, refuse_many_rows, too_many_values
from geofront.files.shapes import (
    UnfitShapeError,
    geometry_json,
    is_in_degrees,
    put_shape,
    read_geometry_json,
)
from geofront.files.table import Number, Row, Table, named_cells, sha256, utf8_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import shapely

__all__ = ["feature_bytes", "line_bytes", "read_features", "read_lines"]


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"{twice!r} stands twice in one record; rename one")
    return made


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON value; write null")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Number, parse_constant=_no_constant
)


def read_lines(name: str, data: bytes) -> Table:
    """Read JSON Lines: a record a line; the number of a row is that of its line.

    Parameters
    ----------
    name
        The name of the file.
    data
        Its content.

    Returns
    -------
    Table
        The rows, perhaps none; lines that are no record are noted as faults.

    Raises
    ------
    DataFaultsError
        If it is not UTF-8.
    """
    faults: list[Fault] = []
    rows: list[Row] = []
    for number, line in enumerate(utf8_text(name, data).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = _parsed(line)
        except ValueError as error:
            faults.append(Fault(name, number, f"is not JSON: {error}"))
            continue
        if isinstance(record, dict):
            rows.append(Row(number, named_cells(record, name, number, faults)))
            refuse_many_rows(name, len(rows))
        else:
            faults.append(Fault(name, number, "is no record; write one {...} a line"))
    return _table(name, data, rows, faults)


def read_features(name: str, data: bytes) -> Table:
    """Read GeoJSON, or a JSON list of records; the number of a row is a count from 1.

    The properties of a feature are its cells, its point is ``lon`` and ``lat``, and any other
    shape ``geometry``. A feature's own id serves where no property is called ``id``.

    Parameters
    ----------
    name
        The name of the file.
    data
        Its content.

    Returns
    -------
    Table
        The rows; features that can't be read are noted as faults.

    Raises
    ------
    DataFaultsError
        If it is neither a collection of features nor a list of records, or not in degrees.
    """
    if too_many_values(data):
        raise DataFaultsError([Fault(name, 0, TOO_MANY_VALUES)])
    try:
        content = _parsed(utf8_text(name, data))
    except ValueError as error:
        raise DataFaultsError([Fault(name, 0, f"is not JSON: {error}")]) from error
    if isinstance(content, dict):
        _refuse_metres(name, content)
        content = content.get("features")
    if not isinstance(content, list):
        message = "is neither a FeatureCollection nor a list of records"
        raise DataFaultsError([Fault(name, 0, message)])
    faults: list[Fault] = []
    rows: list[Row] = []
    for number, record in enumerate(content, start=1):
        if not isinstance(record, dict):
            faults.append(Fault(name, number, "is neither a feature nor a record"))
        elif record.get("type") == "Feature":
            rows.append(Row(number, _feature_cells(record, name, number, faults)))
        else:
            rows.append(Row(number, named_cells(record, name, number, faults)))
    return _table(name, data, rows, faults)


def _parsed(text: str) -> object:
    """Return the value of a JSON text.

    Raises
    ------
    ValueError
        If it is no JSON.
    """
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def _refuse_metres(name: str, collection: Mapping[str, Any]) -> None:
    if not is_in_degrees(collection.get("crs")):
        message = "is not in degrees of WGS 84; reproject it to EPSG:4326"
        raise DataFaultsError([Fault(name, 0, message)])


def _feature_cells(
    feature: Mapping[str, Any], name: str, number: int, faults: list[Fault]
) -> dict[str, str]:
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        faults.append(Fault(name, number, "its properties are no record {...}"))
        return {}
    cells = named_cells(properties, name, number, faults)
    if "id" not in cells and feature.get("id") is not None:
        cells |= named_cells({"id": feature["id"]}, name, number, faults)
    try:
        put_shape(cells, read_geometry_json(feature.get("geometry")))
    except UnfitShapeError as error:
        faults.append(Fault(name, number, str(error), "geometry"))
    return cells


def _table(name: str, data: bytes, rows: list[Row], faults: list[Fault]) -> Table:
    columns = tuple(dict.fromkeys(column for row in rows for column in row.cells))
    return Table(name, columns, tuple(rows), sha256(data), faults, has_header=False)


def line_bytes(records: Iterable[Mapping[str, object]]) -> bytes:
    """Write JSON Lines, one record a line.

    Parameters
    ----------
    records
        Texts, numbers and lists of texts by column.

    Returns
    -------
    bytes
        The file.
    """
    return "".join(f"{_dumped(dict(record))}\n" for record in records).encode()


def feature_bytes(
    records: Sequence[Mapping[str, object]], shapes: Sequence[shapely.Geometry | None]
) -> bytes:
    """Write a GeoJSON FeatureCollection, one feature a line.

    Parameters
    ----------
    records
        The properties.
    shapes
        The geometries, in degrees.

    Returns
    -------
    bytes
        The file.
    """

    def features() -> Iterator[str]:
        for record, shape in zip(records, shapes, strict=True):
            geometry = None if shape is None else geometry_json(shape)
            feature = {"type": "Feature", "properties": dict(record), "geometry": geometry}
            yield _dumped(feature)

    lines = ",\n".join(features())
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'.encode()


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
