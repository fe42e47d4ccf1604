"""Sources: who said it, how reliable they are, and which side they favour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geofront.dates import parse_date
from geofront.errors import DataFaultsError, DateError
from geofront.files import read_table

if TYPE_CHECKING:
    from pathlib import Path

    from geofront.files import Table

__all__ = ["RELIABILITIES", "Source", "read_sources"]

RELIABILITIES = ("A", "B", "C", "D", "E", "F")
"""Admiralty grades of a source: A completely reliable to E unreliable, F cannot be judged."""


@dataclass(frozen=True, slots=True)
class Source:
    """A report, dataset or publisher that statements come from.

    `published` is EDTF or empty; `favours` names the actor or side it leans to, or is empty.
    """

    id: str
    title: str
    publisher: str = ""
    published: str = ""
    url: str = ""
    reliability: str = "F"
    favours: str = ""
    licence: str = ""


def read_sources(path: Path | Table) -> tuple[tuple[Source, ...], str]:
    """Read a table of sources: ``id`` and any of the other fields of `Source`.

    Parameters
    ----------
    path
        The file, such as sources.csv, or a table that was read already.

    Returns
    -------
    tuple[tuple[Source, ...], str]
        The sources, and the file's SHA-256.

    Raises
    ------
    DataFaultsError
        With every fault of the file.
    """
    table = read_table(path, ("id",), sheet="sources")
    sources: dict[str, Source] = {}
    for row in table.rows:
        source_id, published = row.get("id"), row.get("published")
        reliability = row.get("reliability").upper() or "F"
        if not source_id:
            table.fault(row, "id is missing; write what the events cite", "id")
            continue
        if source_id in sources:
            table.fault(row, f"source {source_id!r} stands twice; keep one row", "id")
        if reliability not in RELIABILITIES:
            table.fault(
                row, f"reliability {reliability!r} is not A to F; F if unknown", "reliability"
            )
        if published:
            try:
                parse_date(published)
            except DateError as error:
                table.fault(row, f"published: {error}", "published", published)
        sources[source_id] = Source(
            id=source_id,
            title=row.get("title") or source_id,
            publisher=row.get("publisher"),
            published=published,
            url=row.get("url"),
            reliability=reliability,
            favours=row.get("favours"),
            licence=row.get("licence"),
        )
    if table.faults:
        raise DataFaultsError(table.faults)
    return tuple(sources.values()), table.digest
