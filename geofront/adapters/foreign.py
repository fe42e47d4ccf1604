"""Foreign files: which ones are given, their digest, and what a file looks like that is refused."""

from __future__ import annotations

import csv
import re
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault
from geofront.files import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["POINTER", "as_given", "joint_digest", "known_columns", "looks_like", "pointed_size"]

POINTER = b"version https://git-lfs.github.com/spec/v1"
"""What a pointer of Git LFS begins with, which stands in a clone in place of a large file."""

_POINTED_SIZE = re.compile(rb"^size (\d{1,15})\r?$", re.MULTILINE)
_HEAD = 4096
_DELIMITERS = ",;\t"
_BEGINNINGS = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x00\x00\x27\x0a", "a shapefile"),
    (b"SQLite format 3", "a GeoPackage or another SQLite file"),
    (b"%PDF", "a PDF"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
)
_WITHIN = (
    (re.compile(rb"\A<.*<kml\b|\A<kml\b", re.DOTALL), "KML; import it as placemarks"),
    (re.compile(rb"\A<.*<gpx\b|\A<gpx\b", re.DOTALL), "GPX; import it as placemarks"),
    (re.compile(rb"\A<.*<mediawiki\b|\A<mediawiki\b", re.DOTALL), "MediaWiki's; see wikipedia"),
    (re.compile(rb"\A<\?xml"), "XML"),
    (re.compile(rb"\blat\b.*\blong\b.*\bmark\s*=", re.DOTALL), "Lua; import it as wikipedia"),
    (re.compile(rb'\A\{.*"FeatureCollection"', re.DOTALL), "GeoJSON"),
)
# Columns by which each format of the field is known: of one of the sets all must be there.
_KNOWN_BY = (
    ({"event_id_cnty"}, "ACLED; import it as acled"),
    ({"data_id", "event_type"}, "ACLED; import it as acled"),
    ({"type_of_violence"}, "UCDP GED; import it as ucdp"),
    ({"pluscode", "faction"}, "GeoConfirmed; import it as geoconfirmed"),
    ({"event_id_1pd"}, "VIINA's events; import it as viina-events"),
    ({"status_dsm"}, "VIINA's control; import it as viina-control"),
    ({"status_boost"}, "VIINA's control; import it as viina-control"),
    ({"tessellation"}, "a gazetteer of VIINA; give it as places="),
    ({"from_actor", "kind"}, "a table of geofront's own, which needs no import"),
)


def as_given(files: object) -> list[Path]:
    """Return the files that a caller gives, one or several, as paths.

    Raises
    ------
    DataFaultsError
        If there are none.
    """
    several = [files] if isinstance(files, str | PathLike) else files
    paths = [Path(file) for file in several]  # type: ignore[attr-defined]
    if not paths:
        raise DataFaultsError([Fault("files", 0, "none are given")])
    return paths


def joint_digest(digests: Iterable[str]) -> str:
    """Return one SHA-256 for those of several files; that of a lone file stays as it is."""
    several = list(digests)
    return several[0] if len(several) == 1 else sha256("\n".join(several).encode())


def pointed_size(head: bytes) -> int | None:
    """Return the bytes that a pointer of Git LFS stands for, or None where it tells none."""
    size = _POINTED_SIZE.search(head)
    return int(size[1]) if size else None


def known_columns(columns: Iterable[str]) -> str:
    """Return which format of the field has such columns, and what to do with it; else nothing."""
    there = {column.strip().casefold() for column in columns}
    return next((told for marks, told in _KNOWN_BY if marks <= there), "")


def looks_like(data: bytes) -> str:
    """Return what a file seems to be by its beginning, and what imports it; else nothing."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    low = head.lower()
    found = next((told for mark, told in _BEGINNINGS if low.startswith(mark.lower())), "")
    found = found or next((told for mark, told in _WITHIN if mark.search(head)), "")
    return found or known_columns(_header(head))


def _header(head: bytes) -> Sequence[str]:
    line = re.split(rb"[\r\n]", head, maxsplit=1)[0].decode("utf-8", errors="replace")
    delimiter = max(_DELIMITERS, key=line.count)
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
