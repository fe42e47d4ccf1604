"""Check the place tables of the gazetteer and report every fault in one pass.

Run ``python gazetteer/check.py``: it prints the counts and exits with 0, or lists the faults and
exits with 1. Each fault reads ``file:row: what is wrong; what to do``. It needs nothing but the
standard library.
"""

from __future__ import annotations

import csv
import io
import math
import re
import sys
import unicodedata
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

PLACE_COLUMNS = (
    *("id", "name", "lon", "lat", "aliases", "feature", "radius_km", "admin1", "country"),
    *("parent", "source", "licence", "name_ar", "population_class", "note"),
)
SOURCE_COLUMNS = ("id", "title", "publisher", "url", "licence", "attribution")
OUTLINE_COLUMNS = ("iso2", "iso3", "name", "wkt", "source", "licence")
SOURCES_FILE = "sources.csv"
OUTLINES_FILE = "country-outlines.csv"

#: Rough box of each country that the tables may hold: west, south, east, north, in degrees.
COUNTRY_BOXES: Mapping[str, tuple[float, float, float, float]] = {"SY": (35.4, 32.2, 42.5, 37.4)}

_FEATURE_CODES = """
ADM1 ADM2 ADM3 PCLI BAY BNK CAPE CHN CNL FLTM GULF H HBR INLT LK LKI LKN LKNI LKS MRSH OAS
PND RSV SBKH SD SPNG STM STMI STRT SWMP WAD WLL WLLS AREA BTL COLF FLD GASF GRAZ INDS LCTY
MILB MNA NVB OILF PRK PRT RESN RESV RESW RGN RNGA TRB PPL PPLA PPLA2 PPLA3 PPLA4 PPLC PPLF
PPLH PPLL PPLQ PPLR PPLS PPLW PPLX STLMT RD RDJCT RR RTE ST TNL TNLRD TRL ADMF AGRF AIRB
AIRF AIRH AIRP AIRQ ANS ARCH BDG BLDG BLDO BRKS BTYD BUSTN CH CMP CMPRF CMTY CSTL CSTM CTRA
CVNT DAM DPOF EST FCL FRM FRMS FRMT FT FY GATE GOSP GOVL HLT HSE HSEC HSP HTL INSM LTHSE
MALL MAR MFG MFGB MFGC MKT ML MN MNQ MNQR MNMT MOLE MSQE MSTY MUS OBPT OILJ OILR OILT OILW
PAL PIER PMPO PMPW PO PP PRN PS PSTB PSTC PSTP PYR QUAY RDCR RDIN REST RET RLG RSD RSRT RSTN
RSTNQ RUIN SCH SCHC SCHM SHRN SHSE SPLY SQR STDM STNB STNM STNR SWT TMB TMPL TOWR TRANT UNIV
VETF WALL WEIR WTRW ZNF CLF DPR DSRT DUNE ERG FAN HLL HLLS ISL ISLS MESA MND MNDU MT MTS PAN
PASS PEN PK PKS PLAT PLN PT RDGE RK SAND SLP SPUR TAL UPLD VAL VALS VLC FRST OCH SCRB VIN
"""

#: GeoNames feature codes in use or likely to be; more at https://www.geonames.org/export/codes.html
FEATURES = frozenset(_FEATURE_CODES.split())

ALIKE_WITHIN_KM = 0.3
ALIKE_RATIO = 0.85

_GLOBE = (-180.0, -90.0, 180.0, 90.0)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KM_PER_DEGREE = 111.195
_ARTICLES = re.compile(r"\b(?:al|el|ar|as|ash|at|az|an|ad|ath|adh|the)\b")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: the file, the line on which it ends, and its values by column."""

    file: str
    line: int
    values: Mapping[str, str]

    def fault(self, what: str, remedy: str) -> str:
        """Say what is wrong with this row and what to do about it."""
        return f"{self.file}:{self.line}: {what}; {remedy}"

    def number(self, column: str) -> float | None:
        """Return the finite number in a column, or None where there is none."""
        try:
            value = float(self.values[column])
        except ValueError:
            return None
        return value if math.isfinite(value) else None


def faults(tables_folder: Path) -> list[str]:
    """Check every table of a folder.

    Parameters
    ----------
    tables_folder
        Folder that holds ``sources.csv``, perhaps ``country-outlines.csv``, and any number of
        place tables (every other ``*.csv``).

    Returns
    -------
    list[str]
        One line for each fault, in the order of files and rows; empty where all is well.
    """
    found: list[str] = []
    sources_path = tables_folder / SOURCES_FILE
    if not sources_path.is_file():
        return [f"{SOURCES_FILE}:0: the file is missing; put it into {tables_folder}"]
    sources = _rows(sources_path, SOURCE_COLUMNS, found)
    found.extend(_source_faults(sources))
    licences = {row.values["id"]: row.values["licence"] for row in sources}
    tables = [_rows(path, PLACE_COLUMNS, found) for path in _place_tables(tables_folder)]
    places = [row for table in tables for row in table]
    if not places:
        found.append(f"{tables_folder.name}:0: no place in any table; add a table of places")
    ids = {row.values["id"] for row in places}
    for row in places:
        found.extend(_id_faults(row))
        found.extend(_text_faults(row))
        found.extend(_position_faults(row))
        found.extend(_value_faults(row))
        found.extend(_licence_faults(row, licences))
        found.extend(_parent_faults(row, ids))
    found.extend(_repeated_ids(places))
    for table in (sources, *tables):
        found.extend(_order_faults(table))
    found.extend(_alike_faults(places))
    outlines_path = tables_folder / OUTLINES_FILE
    if outlines_path.is_file():
        for row in _rows(outlines_path, OUTLINE_COLUMNS, found):
            found.extend(_licence_faults(row, licences))
    return found


def _place_tables(folder: Path) -> list[Path]:
    other = {SOURCES_FILE, OUTLINES_FILE}
    return sorted(path for path in folder.glob("*.csv") if path.name not in other)


def _rows(path: Path, columns: Sequence[str], found: list[str]) -> list[Row]:
    """Read a table; what keeps it from being read goes to ``found``."""
    name = path.name
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        found.append(f"{name}:0: not UTF-8 at byte {error.start}; save the file as UTF-8")
        return []
    if text.startswith("\ufeff"):
        found.append(f"{name}:1: starts with a byte order mark; save as UTF-8 without one")
        text = text.removeprefix("\ufeff")
    if "\r" in text:
        found.append(f"{name}:1: has carriage returns; end lines with a line feed only")
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader, [])
    if tuple(header) != tuple(columns):
        found.append(f"{name}:1: the header is {','.join(header)!r}; write {','.join(columns)!r}")
        return []
    rows: list[Row] = []
    for cells in reader:
        if len(cells) != len(columns):
            found.append(
                f"{name}:{reader.line_num}: {len(cells)} cells instead of {len(columns)}; "
                "quote values that hold a comma, and write every column"
            )
            continue
        rows.append(Row(name, reader.line_num, dict(zip(columns, cells, strict=True))))
    return rows


def _source_faults(sources: Sequence[Row]) -> Iterator[str]:
    for row in sources:
        yield from _id_faults(row)
        yield from _text_faults(row)
        for column in ("title", "publisher", "licence", "attribution"):
            if not row.values[column]:
                yield row.fault(f"{column} is missing", "write it")
    yield from _repeated_ids(sources)


def _id_faults(row: Row) -> Iterator[str]:
    if not _SLUG.fullmatch(row.values["id"]):
        yield row.fault(f"id {row.values['id']!r} is not a slug", "use a-z, 0-9 and single hyphens")


def _repeated_ids(rows: Sequence[Row]) -> Iterator[str]:
    first: dict[str, Row] = {}
    for row in rows:
        known = first.setdefault(row.values["id"], row)
        if known is not row:
            yield row.fault(
                f"id {row.values['id']!r} is already in {known.file}:{known.line}",
                "merge the rows or choose another id",
            )


def _order_faults(rows: Sequence[Row]) -> Iterator[str]:
    for before, row in pairwise(rows):
        if row.values["id"] < before.values["id"]:
            yield row.fault(
                f"id {row.values['id']!r} stands after {before.values['id']!r}",
                "keep the rows sorted by id",
            )


def _text_faults(row: Row) -> Iterator[str]:
    for column, value in row.values.items():
        if value != value.strip():
            yield row.fault(f"{column} {value!r} has a leading or trailing blank", "remove it")
        hidden = sorted(
            {
                character
                for character in value
                if unicodedata.category(character) in {"Cc", "Cf", "Co"}
            }
        )
        if hidden:
            codes = ", ".join(f"U+{ord(character):04X}" for character in hidden)
            yield row.fault(f"{column} holds control characters ({codes})", "remove them")


def _position_faults(row: Row) -> Iterator[str]:
    lon, lat = row.number("lon"), row.number("lat")
    if lon is None or lat is None:
        given = f"lon {row.values['lon']!r}, lat {row.values['lat']!r}"
        yield row.fault(
            f"no position ({given})", "write both in decimal degrees, or leave the row out"
        )
        return
    if not _inside(lon, lat, _GLOBE):
        yield row.fault(f"lon {lon}, lat {lat} is not on the globe", "write decimal degrees")
        return
    box = COUNTRY_BOXES.get(row.values["country"])
    if box is None:
        yield row.fault(
            f"country {row.values['country']!r} is unknown",
            "use ISO 3166-1 alpha-2, and add its box to check.py",
        )
    elif not _inside(lon, lat, box):
        swapped = _inside(lat, lon, box)
        yield row.fault(
            f"lon {lon}, lat {lat} lies outside {row.values['country']}",
            "swap lon and lat" if swapped else "correct the position or the country",
        )


def _inside(lon: float, lat: float, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    return west <= lon <= east and south <= lat <= north


def _value_faults(row: Row) -> Iterator[str]:
    values = row.values
    if not values["name"]:
        yield row.fault("name is missing", "write the name that readers know")
    if values["feature"] not in FEATURES:
        yield row.fault(
            f"feature {values['feature']!r} is unknown",
            "use a GeoNames code, or add it to check.py",
        )
    radius_km = row.number("radius_km")
    if radius_km is None or radius_km <= 0:
        yield row.fault(
            f"radius_km {values['radius_km']!r} is not positive",
            "write how far off it may be, in km",
        )
    aliases = values["aliases"].split("|") if values["aliases"] else []
    if any(alias != alias.strip() or not alias for alias in aliases):
        yield row.fault("an alias is empty or has a blank at its end", "write aliases as a|b|c")
    repeated = sorted(
        alias for alias, count in Counter([values["name"], *aliases]).items() if count > 1
    )
    if repeated:
        yield row.fault(
            f"repeated spelling {repeated[0]!r}", "write each spelling once; the name is no alias"
        )
    if values["name_ar"] and values["name_ar"] not in aliases:
        yield row.fault(f"name_ar {values['name_ar']!r} is not among the aliases", "add it there")


def _licence_faults(row: Row, licences: Mapping[str, str]) -> Iterator[str]:
    source, licence = row.values["source"], row.values["licence"]
    if source not in licences:
        known = ", ".join(sorted(licences))
        yield row.fault(
            f"source {source!r} is not in {SOURCES_FILE}", f"add it there, or use one of {known}"
        )
    elif licence != licences[source]:
        yield row.fault(
            f"licence {licence!r} is not that of {source!r}", f"write {licences[source]!r}"
        )


def _parent_faults(row: Row, ids: Container[str]) -> Iterator[str]:
    parent = row.values["parent"]
    if parent and parent not in ids:
        yield row.fault(
            f"parent {parent!r} is not the id of a place", "correct it or leave it empty"
        )
    elif parent and parent == row.values["id"]:
        yield row.fault("the place is its own parent", "leave parent empty")


def _alike_faults(places: Sequence[Row]) -> Iterator[str]:
    """Find pairs that may be one place written twice."""
    cells: dict[tuple[int, int], list[tuple[float, float, Row]]] = {}
    size = 2 * ALIKE_WITHIN_KM / _KM_PER_DEGREE
    for row in places:
        lon, lat = row.number("lon"), row.number("lat")
        if lon is None or lat is None:
            continue
        column, line = math.floor(lon / size), math.floor(lat / size)
        near = (
            one
            for x in (-1, 0, 1)
            for y in (-1, 0, 1)
            for one in cells.get((column + x, line + y), ())
        )
        for other_lon, other_lat, other in near:
            apart_km = _apart_km(lon, lat, other_lon, other_lat)
            if apart_km < ALIKE_WITHIN_KM and _alike(row, other) and not _told_apart(row, other):
                yield row.fault(
                    f"doubt: {row.values['name']!r} lies {apart_km:.2f} km from"
                    f" {other.values['name']!r} ({other.file}:{other.line}) and sounds alike",
                    "merge them, or name the other's id in the note of one",
                )
        cells.setdefault((column, line), []).append((lon, lat, row))


def _apart_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    narrowing = math.cos(math.radians((lat + other_lat) / 2))
    return _KM_PER_DEGREE * math.hypot((lon - other_lon) * narrowing, lat - other_lat)


def _alike(row: Row, other: Row) -> bool:
    one, two = _folded(row.values["name"]), _folded(other.values["name"])
    return SequenceMatcher(None, one, two).ratio() >= ALIKE_RATIO


def _told_apart(row: Row, other: Row) -> bool:
    return other.values["id"] in row.values["note"] or row.values["id"] in other.values["note"]


def _folded(name: str) -> str:
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)
    ).casefold()
    return re.sub(r"[\W_]+", "", _ARTICLES.sub(" ", plain.replace("'", "")))


def _counts(tables_folder: Path) -> str:
    lines = []
    total = 0
    for path in _place_tables(tables_folder):
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        total += len(rows)
        per_source = Counter(row["source"] for row in rows)
        detail = ", ".join(f"{source} {count}" for source, count in sorted(per_source.items()))
        lines.append(f"{path.name}: {len(rows)} places ({detail})")
    lines.append(f"no fault in {total} places")
    return "\n".join(lines)


def main() -> int:
    """Check the tables beside this script.

    Returns
    -------
    int
        The exit status: 0 where all is well, 1 where the data are at fault.
    """
    folder = Path(__file__).resolve().parent / "tables"
    found = faults(folder)
    sys.stdout.write(("\n".join(found) if found else _counts(folder)) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
