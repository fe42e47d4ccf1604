"""Places from other people's exports: GeoJSON and GeoDataFrames, Wikidata, OpenStreetMap."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from geofront.crs import WGS84
from geofront.errors import DataFaultsError, Fault, UnknownNameError
from geofront.gazetteer.place import Place
from geofront.gazetteer.readers.osm import read_osm
from geofront.gazetteer.readers.records import (
    BrokenRecordError,
    ReadReport,
    features_of,
    located,
    loose_text,
    read_json,
    spellings,
    telling,
)
from geofront.gazetteer.readers.wikidata import read_wikidata
from geofront.gazetteer.tables import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from geopandas import GeoDataFrame

__all__ = ["places_from_geodataframe", "read_geojson_places", "read_osm", "read_wikidata"]

_KNOWN = ("radius_km", "admin1", "country", "parent", "source", "licence")


class _Columns(NamedTuple):
    """Where the facts of a place stand in properties or columns."""

    name: str
    id: str | None
    aliases: tuple[str, ...]
    feature: str
    source: str
    licence: str

    def place(self, properties: Mapping[str, object], geometry: object, fallback: str) -> Place:
        values = {str(key): loose_text(value) for key, value in properties.items()}
        name = values.pop(self.name, "")
        if not name:
            present = ", ".join(key for key, value in values.items() if value) or "none"
            raise BrokenRecordError(f"has no {self.name!r}; what it has: {present}", self.name)
        given_id = values.pop(self.id or "id", "")
        if self.id and not given_id:
            raise BrokenRecordError(f"has no {self.id!r}", self.id)
        at, extent_km = located(geometry)
        known = {key: values.pop(key, "") for key in _KNOWN}
        radius_km = number(known["radius_km"] or str(extent_km))
        if radius_km is None or radius_km < 0:
            raise BrokenRecordError("radius_km is not a distance in km", "radius_km")
        aliases = [a for key in self.aliases for a in re.split(r"[|;]", values.pop(key, ""))]
        return Place(
            id=given_id or fallback,
            name=name,
            lon=at.lon,
            lat=at.lat,
            aliases=spellings(name, aliases),
            feature=values.pop(self.feature, "").upper(),
            radius_km=radius_km,
            admin1=known["admin1"],
            country=known["country"],
            parent=known["parent"],
            source=known["source"] or self.source,
            licence=known["licence"] or self.licence,
            extra=MappingProxyType({key: value for key, value in values.items() if value}),
        )


def places_from_geodataframe(
    frame: GeoDataFrame,
    *,
    name: str = "name",
    id: str | None = None,  # noqa: A002 - the column is called so
    aliases: Iterable[str] | None = None,
    feature: str = "feature",
    source: str = "",
    licence: str = "",
    report: ReadReport | None = None,
) -> Iterator[Place]:
    """Make places of the rows of a frame.

    Columns ``radius_km``, ``admin1``, ``country``, ``parent``, ``source`` and ``licence`` mean
    what they mean in a places.csv; what is left goes to `extra`. An area or a line is represented
    by a point on it, and reaches at most `radius_km` from there.

    Parameters
    ----------
    frame
        The places, in any CRS; without one the positions are degrees, longitude first.
    name, id
        The columns of the name and of the id; without `id` a column ``id``, or the index. No id
        may come twice; reset the index of frames that were put together.
    aliases
        Columns of further spellings, with ``|`` or ``;`` between; None for ``aliases``.
    feature
        The column of the GeoNames code.
    source, licence
        Where the places come from and under which licence, unless a row says so itself.
    report
        Is filled while reading. Without it, a warning at the end tells what was broken.

    Returns
    -------
    Iterator[Place]
        The places in the order of the rows. It raises DataFaultsError at its end if every row
        was broken.

    Raises
    ------
    UnknownNameError
        If the frame lacks a column that is named.
    DataFaultsError
        If ids come twice, each with its rows.
    """
    further = ("aliases",) if aliases is None else tuple(aliases)
    for column in (name, *([id] if id else []), *(further if aliases is not None else [])):
        if column not in frame.columns:
            raise UnknownNameError("column", column, map(str, frame.columns))
    columns = _Columns(name, id, further, feature, source, licence)
    degrees = frame if frame.crs is None else frame.to_crs(WGS84)
    plain = frame.drop(columns=frame.geometry.name).astype(object)
    rows = plain.where(plain.notna(), None).to_dict("records")
    labels = [f"{source or 'place'}-{label}" for label in frame.index]
    _refuse_shared_ids(
        [loose_text(p.get(id or "id")) or label for p, label in zip(rows, labels, strict=True)],
        source or "the frame",
    )

    def records(report: ReadReport) -> Iterator[Place]:
        triples = zip(rows, degrees.geometry, labels, strict=True)
        for row, (properties, shape, label) in enumerate(triples, start=1):
            report.read += 1
            try:
                yield columns.place(properties, shape, label)
            except BrokenRecordError as error:
                report.leave_out(error.fault(source or "the frame", row))

    return telling(records, report)


def _refuse_shared_ids(ids: list[str], file: str) -> None:
    """Refuse ids that come twice: a gazetteer would keep the first of the places alone.

    Raises
    ------
    DataFaultsError
        With each id that comes twice, and its rows.
    """
    rows_of: dict[str, list[str]] = {}
    for row, place_id in enumerate(ids, start=1):
        rows_of.setdefault(place_id, []).append(str(row))
    faults = [
        Fault(
            file,
            int(rows[0]),
            f"id {place_id!r} is also that of row {', '.join(rows[1:])}; give each row its own, "
            "in a column or with reset_index(drop=True)",
            "id",
            place_id,
        )
        for place_id, rows in rows_of.items()
        if len(rows) > 1
    ]
    if faults:
        raise DataFaultsError(faults)


def read_geojson_places(
    path: Path | str,
    *,
    name: str = "name",
    id: str | None = None,  # noqa: A002 - the property is called so
    aliases: Iterable[str] = ("aliases",),
    feature: str = "feature",
    source: str = "",
    licence: str = "",
    report: ReadReport | None = None,
) -> Iterator[Place]:
    """Read places from GeoJSON: a collection, one feature, or one feature a line.

    Parameters
    ----------
    path
        The file; positions in degrees, WGS 84, longitude first.
    name, id, aliases, feature
        Properties, as the columns of `places_from_geodataframe`; without `id` a property ``id``,
        the feature's own id, or the file's name and the number of the feature.
    source, licence
        Where the places come from (the file, unless said) and under which licence.
    report
        Is filled while reading. Without it, a warning at the end tells what was broken.

    Returns
    -------
    Iterator[Place]
        The places in the order of the file. It raises DataFaultsError at its end if every record
        was broken.

    Raises
    ------
    DataFaultsError
        If the file can't be read, is not GeoJSON or not in degrees.
    """
    file = Path(path)
    features = features_of(file, read_json(file))
    columns = _Columns(name, id, tuple(aliases), feature, source or file.name, licence)

    def records(report: ReadReport) -> Iterator[Place]:
        for row, item in enumerate(features, start=1):
            report.read += 1
            try:
                own, properties, geometry = _feature(item)
                yield columns.place(properties, geometry, own or f"{file.stem}-{row}")
            except BrokenRecordError as error:
                report.leave_out(error.fault(file.name, row))

    return telling(records, report)


def _feature(item: object) -> tuple[str, Mapping[str, object], object]:
    if not isinstance(item, dict) or item.get("type") != "Feature":
        raise BrokenRecordError("is not a GeoJSON Feature")
    properties = item.get("properties") or {}
    if not isinstance(properties, dict):
        raise BrokenRecordError("properties is no object", "properties", loose_text(properties))
    return loose_text(item.get("id")), properties, item.get("geometry")
