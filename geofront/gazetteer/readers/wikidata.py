"""Places from exports of the Wikidata Query Service."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault
from geofront.files import read_table
from geofront.gazetteer.place import Place
from geofront.gazetteer.readers.records import (
    BrokenRecordError,
    ReadReport,
    farthest_km,
    loose_text,
    position,
    read_json,
    spellings,
    telling,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geofront.crs import LonLat

__all__ = ["read_wikidata"]

_POINT = re.compile(
    r"(<(?P<globe>.*)> *)?POINT *\( *(?P<lon>\S+) +(?P<lat>\S+) *\)\Z", re.IGNORECASE
)
_QID = re.compile(r"(.*/)?(?P<qid>Q\d+)\Z")
_EARTH = "/Q2"
_SOURCE = "wikidata"


def read_wikidata(
    path: Path | str,
    *,
    aliases: Iterable[str] = (),
    feature: str = "",
    report: ReadReport | None = None,
) -> Iterator[Place]:
    """Read places from an export of the Wikidata Query Service, JSON (either form) or CSV.

    The query selects ``?item``, ``?itemLabel``, a coordinate (P625) under any name, and
    optionally ``?itemAltLabel`` (commas between, as the label service writes it) or ``?altLabel``
    (one, or several with ``|`` between). The rows of one item are taken together; where they give
    several positions, the first one counts and the radius reaches the others.

    Parameters
    ----------
    path
        The file.
    aliases
        Further columns of spellings, such as labels in other languages.
    feature
        The GeoNames code of all the places, unless a column ``feature`` says so.
    report
        Is filled while reading; its rows are those of the file. Without it, a warning at the end
        tells what was broken.

    Returns
    -------
    Iterator[Place]
        One place an item, ids ``wikidata-Q...``. It raises DataFaultsError at its end if every
        record was broken.

    Raises
    ------
    DataFaultsError
        If the file can't be read or is in another form.
    """
    file = Path(path)
    rows, faults = _rows(file)
    columns = tuple(column.casefold() for column in aliases)

    def records(report: ReadReport) -> Iterator[Place]:
        items: dict[str, list[tuple[int, dict[str, str]]]] = {}
        for row, cells in rows:
            found = _QID.match(cells.get("item", ""))
            if found:
                items.setdefault(found["qid"], []).append((row, cells))
            else:
                message = "has no item such as http://www.wikidata.org/entity/Q5826"
                faults.append(Fault(file.name, row, message, "item", cells.get("item", "")))
        for fault in faults:
            report.read += 1
            report.leave_out(fault)
        for qid, group in items.items():
            report.read += 1
            try:
                yield _place(qid, [cells for _, cells in group], columns, feature)
            except BrokenRecordError as error:
                report.leave_out(error.fault(file.name, group[0][0]))

    return telling(records, report)


def _rows(file: Path) -> tuple[list[tuple[int, dict[str, str]]], list[Fault]]:
    # the rows with their numbers, columns in small letters, and the rows that are none
    if file.suffix.lower() in {".csv", ".tsv", ".tab"}:
        table = read_table(file, required=("item",))
        return [(r.number, {c: r.get(c) for c in table.columns}) for r in table.rows], table.faults
    document = read_json(file)
    if isinstance(document, dict):
        results = document.get("results")
        document = results.get("bindings") if isinstance(results, dict) else None
    if not isinstance(document, list):
        raise DataFaultsError([Fault(file.name, 0, "is not an answer of the query service")])
    rows, faults = [], []
    for row, item in enumerate(document, start=1):
        try:
            rows.append((row, _plain(item)))
        except BrokenRecordError as error:
            faults.append(error.fault(file.name, row))
    return rows, faults


def _plain(item: object) -> dict[str, str]:
    """Return a row, each value of which may be a text or an object with its type beside it."""
    if not isinstance(item, dict):
        return {}
    plain = {k: v.get("value") if isinstance(v, dict) else v for k, v in item.items()}
    return {key.casefold(): loose_text(value) for key, value in plain.items()}


def _place(qid: str, rows: list[dict[str, str]], columns: tuple[str, ...], feature: str) -> Place:
    every: dict[str, list[str]] = {}
    for row in rows:
        for column, value in row.items():
            if value and value not in every.setdefault(column, []):
                every[column].append(value)
    every.pop("item")
    names = [label for label in every.pop("itemlabel", []) if not _QID.match(label)]
    names += [part for text in every.pop("itemaltlabel", []) for part in text.split(", ")]
    for column in ("altlabel", "altlabels", "aliases", *columns):
        names += [part for text in every.pop(column, []) for part in text.split("|")]
    if not names:
        raise BrokenRecordError("has no label in the languages of the query", "itemLabel")
    at, radius_km = _located(every)
    codes = every.pop("feature", [feature])
    return Place(
        id=f"{_SOURCE}-{qid}",
        name=names[0].strip(),
        lon=at.lon,
        lat=at.lat,
        aliases=spellings(names[0].strip(), names),
        feature=codes[0].upper(),
        radius_km=radius_km,
        source=_SOURCE,
        licence="CC0-1.0",
        extra=MappingProxyType({c: "|".join(v) for c, v in every.items() if v} | {_SOURCE: qid}),
    )


def _located(every: dict[str, list[str]]) -> tuple[LonLat, float]:
    # the points are taken out of the columns; the first counts, the others give the radius
    points = [m for texts in every.values() for m in map(_POINT.match, texts) if m]
    if not points:
        given = (every.get("coord") or [""])[0]
        problem = f"coordinate {given!r} is none" if given else "has no coordinate"
        raise BrokenRecordError(f"{problem}; it is written Point(36.72 34.73)", "coord", given)
    if points[0]["globe"] and not points[0]["globe"].endswith(_EARTH):
        raise BrokenRecordError("lies on another globe than the Earth", "coord", points[0][0])
    read = [position(point["lon"], point["lat"]) for point in points]
    for texts in every.values():
        texts[:] = [text for text in texts if not _POINT.match(text)]
    return read[0], farthest_km(read[0], read[1:])
