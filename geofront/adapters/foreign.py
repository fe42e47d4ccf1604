"""Foreign files: which ones are given, what is in them, and what one looks like that is refused."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from geofront.errors import DataFaultsError, Fault
from geofront.files import sha256
from geofront.files.bounds import TOO_MANY_VALUES, read_bytes, too_many_values
from geofront.files.table import Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "BOM",
    "Files",
    "ForeignFile",
    "as_given",
    "digest_of",
    "joint_digest",
    "joint_name",
    "known_columns",
    "looks_like",
    "opened",
    "parsed_json",
    "pointer_told",
    "unreadable",
]

Files: TypeAlias = "str | PathLike[str] | Sequence[str | PathLike[str]]"
"""What readers take: a file, or several."""

BOM = b"\xef\xbb\xbf"
"""What Excel puts before the text of a file."""

_POINTER = b"version https://git-lfs.github.com/spec/v1"
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
    ({"pluscode"}, "GeoConfirmed; import it as geoconfirmed"),
    ({"event_id_1pd"}, "VIINA's events; import it as viina-events"),
    ({"status_dsm"}, "VIINA's control; import it as viina-control"),
    ({"status_boost"}, "VIINA's control; import it as viina-control"),
    ({"tessellation"}, "a gazetteer of VIINA; give it as places="),
    ({"from_actor", "kind"}, "a table of geofront's own, which needs no import"),
)


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """A file read whole: its content and its SHA-256."""

    path: Path
    data: bytes
    digest: str

    @property
    def name(self) -> str:
        """What the report calls it."""
        return self.path.name

    def refused(self, message: str) -> DataFaultsError:
        """Return the error that says what is wrong with the file as a whole."""
        return DataFaultsError([Fault(self.name, 0, message)])


# --- what is given ----------------------------------------------------------------------------


def as_given(files: Files) -> list[Path]:
    """Return the files that a caller gives, one or several, as paths.

    Raises
    ------
    DataFaultsError
        If there are none.
    """
    several = [files] if isinstance(files, str | PathLike) else files
    paths = [Path(file) for file in several]
    if not paths:
        raise DataFaultsError([Fault("files", 0, "none are given; name at least one file")])
    return paths


def joint_name(names: Sequence[str]) -> str:
    """Return what several files are called together; a lone one keeps its name."""
    return names[0] if len(names) == 1 else f"{len(names)} files"


def joint_digest(digests: Iterable[str]) -> str:
    """Return one SHA-256 for those of several files; that of a lone file stays as it is."""
    several = list(digests)
    return several[0] if len(several) == 1 else sha256("\n".join(several).encode())


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, which may be larger than the memory.

    Raises
    ------
    DataFaultsError
        If it can't be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise DataFaultsError([unreadable(path.name, error)]) from error


def unreadable(name: str, error: Exception) -> Fault:
    """Return the fault that says why a file can't be read."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return Fault(name, 0, f"cannot be read: {reason}")


# --- what is in it ----------------------------------------------------------------------------


def opened(path: Path) -> ForeignFile:
    """Read a file, unless it is empty or stands for another one.

    Raises
    ------
    DataFaultsError
        If it can't be read, is too large, empty, or a pointer of Git LFS.
    """
    data = read_bytes(path)
    file = ForeignFile(path, data, sha256(data))
    if told := pointer_told(data):
        raise file.refused(told)
    if not data.removeprefix(BOM).strip():
        raise file.refused("is empty")
    return file


def parsed_json(file: ForeignFile) -> object:
    """Return the value of a JSON file; numbers with a point keep their text.

    Raises
    ------
    DataFaultsError
        If it is no JSON.
    """
    if too_many_values(file.data):
        raise file.refused(TOO_MANY_VALUES)
    try:
        return json.loads(file.data.decode("utf-8-sig"), parse_float=Number, parse_constant=_absent)
    except UnicodeDecodeError as error:
        raise file.refused("is not UTF-8 text") from error
    except RecursionError:
        raise file.refused("is nested too deeply") from None
    except ValueError as error:
        raise file.refused(f"is not JSON: {error}") from error


def _absent(_: str) -> None:
    """NaN and Infinity, which some programs write, are no values."""


def pointer_told(head: bytes, address: str = "") -> str:
    """Return what is to be told of a pointer of Git LFS, nothing of any other file.

    A pointer stands in a clone in place of a large file.

    Parameters
    ----------
    head
        The first bytes of the file.
    address
        Where else the file can be had.

    Returns
    -------
    str
        What it is and what to do.
    """
    if not head.startswith(_POINTER):
        return ""
    found = _POINTED_SIZE.search(head)
    size = f" of {int(found[1]):,} bytes" if found else ""
    other = f", or from {address}" if address else ""
    return f"is a Git LFS pointer, not the file{size}; fetch it with `git lfs pull`{other}"


# --- what it looks like -----------------------------------------------------------------------


def known_columns(columns: Iterable[str]) -> str:
    """Return which format of the field has such columns, and what to do with it; else nothing."""
    there = {column.strip().casefold() for column in columns}
    return next((told for marks, told in _KNOWN_BY if marks <= there), "")


def looks_like(data: bytes) -> str:
    """Return what a file seems to be by its beginning, and what imports it; else nothing."""
    head = data[:_HEAD].removeprefix(BOM).lstrip()
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
