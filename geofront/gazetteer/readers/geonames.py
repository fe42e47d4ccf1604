"""Places from the dumps of GeoNames, read as a stream.

The dumps (``SY.zip``, ``allCountries.zip``, ``alternateNamesV2.zip``) lie at
https://download.geonames.org/export/dump/. geofront downloads nothing.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault
from geofront.gazetteer.place import Place
from geofront.gazetteer.readers.records import (
    BrokenRecordError,
    ReadReport,
    capitals,
    former_names,
    position,
    spellings,
    telling,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["LICENCE", "SOURCE", "ReadReport", "read_geonames"]

SOURCE = "geonames"
LICENCE = "CC-BY-4.0"

_COLUMNS = range(19, 20)
_ALTERNATE_COLUMNS = range(4, 11)  # the older alternateNames.txt ends before `from` and `to`
# RuntimeError: encrypted; NotImplementedError: packed in a way that is not known; ValueError: names
# of files that are none.
_UNREADABLE = (
    *(OSError, zipfile.BadZipFile, zlib.error, EOFError),
    *(RuntimeError, NotImplementedError, ValueError),
)
_NOT_PLACES = frozenset(["readme.txt", "iso-languagecodes.txt"])
# The column isolanguage also tells codes; what is neither a language nor here is not a spelling.
_LANGUAGE = re.compile(r"([a-z]{2,3}([-_]\w+)*)?\Z", re.IGNORECASE)
_SPELLINGS_TOO = frozenset(["abbr", "fr_1793", "iata", "icao", "piny"])
_COUNT = re.compile(r"0*[1-9]\d*\Z", re.ASCII)
_LONGEST_LINE = 1 << 20
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")


def read_geonames(
    path: Path | str,
    *,
    alternate_names: Path | str | None = None,
    features: str | Iterable[str] | None = None,
    countries: str | Iterable[str] | None = None,
    report: ReadReport | None = None,
) -> Iterator[Place]:
    """Read places from a dump of GeoNames: a country's or ``allCountries``, as text or zipped.

    The file is read as a stream. Ids are ``geonames-`` and GeoNames' number; `admin1` is the code
    of the dump; a population stands in ``extra["population"]``. With `alternate_names`, codes
    that are no names (post, link, UN/LOCODE and others) are dropped, a Wikidata id stands in
    ``extra["wikidata"]``, and names no longer in use stand, beside the aliases, in
    ``extra["former_names"]`` as JSON, ``{"spelling": ["from", "to"]}``. The file of places is
    then read twice, and the alternate names of the wanted places are held in memory.

    Parameters
    ----------
    path
        The dump: 19 columns, parted by tabs, no header.
    alternate_names
        ``alternateNamesV2.txt`` or ``.zip``, or a country's part of it.
    features
        Classes (``"P"``) and codes (``"AIRB"``) of the places wanted; None for all. ``"PPL"``
        alone leaves out the seats of governments (``PPLC``, ``PPLA``); ``"PPL*"`` takes them.
    countries
        ISO 3166-1 codes of two letters of the places wanted; None for all.
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
        If a file can't be read.
    """
    main = Path(path)
    others = Path(alternate_names) if alternate_names is not None else None
    for file in filter(None, (main, others)):
        with _opened(file):
            pass
    fits = _test(features, countries)

    def records(report: ReadReport) -> Iterator[Place]:
        alternates: dict[str, list[str]] = {}
        if others is not None:
            wanted = {cells[0] for _, cells in _rows(main, _COLUMNS, ReadReport()) if fits(cells)}
            alternates = _alternates(others, wanted, report)
        for row, cells in _rows(main, _COLUMNS, report):
            report.read += 1
            if not fits(cells):
                report.passed_over += 1
                continue
            try:
                yield _place(cells, alternates.pop(cells[0], []))
            except BrokenRecordError as error:
                report.leave_out(error.fault(main.name, row))

    return telling(records, report)


def _test(
    features: str | Iterable[str] | None, countries: str | Iterable[str] | None
) -> Callable[[list[str]], bool]:
    patterns, codes = capitals(features), capitals(countries)

    @cache
    def fits(feature_class: str, code: str) -> bool:
        return patterns is None or any(
            fnmatchcase(text, pattern) for text in (feature_class, code) for pattern in patterns
        )

    return lambda cells: (codes is None or cells[8] in codes) and fits(cells[6], cells[7])


def _place(cells: list[str], alternates: list[str]) -> Place:
    ident, name = cells[0], cells[1].strip()
    if not ident.isdecimal():
        raise BrokenRecordError(f"geonameid {ident!r} is not a number", "id", ident)
    if not name:
        raise BrokenRecordError("name is missing", "name")
    at = position(cells[5].strip(), cells[4].strip())
    names, codes, former, wikidata = _joined(alternates)
    column = (text for text in cells[3].split(",") if text.strip() not in codes)
    extra = {"population": cells[14]} if _COUNT.match(cells[14]) else {}
    if wikidata:
        extra["wikidata"] = wikidata
    former.pop(name, None)
    return Place(
        id=f"{SOURCE}-{ident}",
        name=name,
        lon=at.lon,
        lat=at.lat,
        aliases=spellings(name, [cells[2], *names, *column]),
        feature=cells[7],
        admin1=cells[10],
        country=cells[8],
        source=SOURCE,
        licence=LICENCE,
        extra=MappingProxyType(extra | former_names(former)),
    )


def _alternates(path: Path, wanted: set[str], report: ReadReport) -> dict[str, list[str]]:
    """Return the lines of the wanted places; whole lines take the least memory."""
    lines: dict[str, list[str]] = {}
    for _, cells in _rows(path, _ALTERNATE_COLUMNS, report):
        if cells[1] in wanted:
            lines.setdefault(cells[1], []).append("\t".join(cells[2:]))
    return lines


def _joined(
    alternates: list[str],
) -> tuple[list[str], set[str], dict[str, tuple[str, str]], str]:
    """Return the names, best first, what is no name, the former names, and the Wikidata id."""
    ranks: dict[str, int] = {}
    codes: set[str] = set()
    former: dict[str, tuple[str, str]] = {}
    current: set[str] = set()
    wikidata = ""
    for line in alternates:
        cells = [cell.strip() for cell in line.split("\t")] + [""] * 8
        language, spelling, preferred, short, colloquial, historic, since, until = cells[:8]
        if not (_LANGUAGE.match(language) or language in _SPELLINGS_TOO):
            codes.add(spelling)
            wikidata = spelling if language == "wkdt" else wikidata
            continue
        past = bool(until) or historic == "1" or language == "fr_1793"
        if past:
            if until or spelling not in former:
                former[spelling] = (_iso(since), _iso(until))
        else:
            current.add(spelling)
        flags = (past, colloquial == "1", short == "1", preferred != "1")
        rank = 4 - flags.index(True) if any(flags) else 0
        ranks[spelling] = min(rank, ranks.get(spelling, rank))
    names = sorted(ranks, key=ranks.__getitem__)
    past_only = {spelling: span for spelling, span in former.items() if spelling not in current}
    return names, codes - ranks.keys(), past_only, wikidata


def _iso(text: str) -> str:
    return _COMPACT_DATE.sub(r"\1-\2-\3", text)


def _rows(path: Path, widths: range, report: ReadReport) -> Iterator[tuple[int, list[str]]]:
    """Yield the line numbers and cells; lines that are no rows count as read and broken.

    Raises
    ------
    DataFaultsError
        If a line is so long that it is none.
    """
    with _opened(path) as stream:
        for row, line in enumerate(iter(lambda: stream.readline(_LONGEST_LINE), b""), start=1):
            if len(line) == _LONGEST_LINE:
                message = f"has a line of more than {_LONGEST_LINE >> 20} MiB; it is no dump"
                raise DataFaultsError([Fault(path.name, row, message)])
            try:
                text = line.decode("utf-8-sig" if row == 1 else "utf-8").rstrip("\r\n")
            except UnicodeDecodeError:
                report.read += 1
                report.leave_out(Fault(path.name, row, "is not UTF-8 text"))
                continue
            cells = text.split("\t")
            if len(cells) in widths:
                yield row, cells
            elif text.strip():
                report.read += 1
                message = f"has {len(cells)} columns, parted by tabs, instead of {widths[-1]}"
                report.leave_out(Fault(path.name, row, message))


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive, archive.open(_member(archive, path)) as stream:
                yield stream
        else:
            with path.open("rb") as stream:
                yield stream
    except DataFaultsError:
        raise
    except _UNREADABLE as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataFaultsError([Fault(str(path), 0, f"cannot be read: {reason}")]) from error


def _member(archive: zipfile.ZipFile, path: Path) -> str:
    found = [n for n in archive.namelist() if n.lower().endswith(".txt")]
    found = [n for n in found if Path(n).name.lower() not in _NOT_PLACES]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(found) or "none"
    message = f"must hold one .txt of places or names; there are: {listed}; unpack it and give one"
    raise DataFaultsError([Fault(path.name, 0, message)])
