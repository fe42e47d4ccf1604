"""What adapters share: foreign files opened, values made fit for cells, labels given meanings."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geofront.adapters.foreign import POINTER
from geofront.errors import DataFaultsError, Fault, UnknownNameError
from geofront.events.event import Kind
from geofront.files import sha256
from geofront.files.bounds import TOO_MANY_VALUES, too_many_values
from geofront.files.table import JOINT, Number, UnfitValueError, text_of
from geofront.files.whole import read_bytes
from geofront.gazetteer.names import slug
from geofront.gazetteer.tables import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = [
    "NO_POSITION",
    "Meanings",
    "NoPositionError",
    "Spots",
    "Unread",
    "cell",
    "kinds_given",
    "meanings_given",
    "name_cell",
    "opened",
    "parsed_json",
    "position",
]

NO_POSITION = "it has no position"
NO_NUMBER = "its position is no number"
OFF_EARTH = "its position lies off the Earth"
ALL_ELSE = "*"
"""The label that stands for every record without a label of a meaning."""

_UNFIT = re.compile("[\x00\ud800-\udfff]")
_MAX_LON, _MAX_LAT = 180.0, 90.0


class NoPositionError(ValueError):
    """A record has no position that can be used; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A file's name, content and SHA-256."""

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


def opened(path: Path) -> Unread:
    """Read a file, unless it is empty or stands for another one.

    Raises
    ------
    DataFaultsError
        If it can't be read, is too large, empty, or a pointer of Git LFS.
    """
    data = read_bytes(path)
    file = Unread(path, data, sha256(data))
    if data.startswith(POINTER):
        raise file.refused("is a Git LFS pointer, not the file; fetch it with `git lfs pull`")
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        raise file.refused("is empty")
    return file


def parsed_json(file: Unread) -> object:
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


def cell(value: object) -> str:
    """Return a value as the text of a cell, without surrounding blanks.

    Lists become their items joined by ``|``, or JSON where they are nested; characters that no
    text can hold are left out.
    """
    if isinstance(value, str):
        return _UNFIT.sub("", value).strip()
    try:
        return text_of(value).strip()
    except UnfitValueError:
        return _UNFIT.sub("", json.dumps(value, ensure_ascii=False, default=str))
    except (ValueError, TypeError, RecursionError):  # such as an integer of 5,000 digits
        return ""


def name_cell(value: object) -> str:
    """Return a value as one name of a cell that holds several."""
    return cell(value).replace(JOINT, "/").strip()


def position(lon: object, lat: object) -> tuple[float, float]:
    """Return longitude and latitude in degrees.

    A decimal comma is read as a point. 0, 0 is what programs write where there is nothing.

    Raises
    ------
    NoPositionError
        If one is missing or no number, both are 0, or they lie off the Earth.
    """
    texts = [cell(value).replace(",", ".") for value in (lon, lat)]
    if not all(texts):
        raise NoPositionError(NO_POSITION)
    x, y = (number(text) for text in texts)
    if x is None or y is None:
        raise NoPositionError(NO_NUMBER)
    if x == 0 and y == 0:
        raise NoPositionError(NO_POSITION)
    if abs(x) > _MAX_LON or abs(y) > _MAX_LAT:
        raise NoPositionError(OFF_EARTH)
    return x, y


class Meanings(dict[str, str]):
    """What labels mean, by the label in small letters; the first one given goes first."""

    def of(self, labels: Iterable[str]) -> list[str]:
        """Return the meanings of labels, in the order in which meanings were given."""
        there = {label.casefold() for label in labels}
        found = [meaning for label, meaning in self.items() if label in there]
        if not found and ALL_ELSE in self:
            found = [self[ALL_ELSE]]
        return list(dict.fromkeys(found))


def meanings_given(given: Mapping[str, str] | str | None, option: str) -> Meanings:
    """Return what a user says that labels mean: a mapping, or ``Label=meaning,Label=meaning``.

    Raises
    ------
    DataFaultsError
        If a text is not written so.
    """
    if given is None or isinstance(given, str):
        try:
            # As CSV, so that a label with a comma can stand in quotes.
            parts = next(csv.reader(io.StringIO(given or ""), strict=True), [])
        except csv.Error as error:
            raise DataFaultsError([Fault(option, 0, f"{given!r}: {error}")]) from error
        pairs = [part.rpartition("=") for part in parts if part.strip()]
        if any(not (label.strip() and meaning.strip()) for label, _, meaning in pairs):
            message = f"{given!r} is not written LABEL=MEANING,LABEL=MEANING"
            raise DataFaultsError([Fault(option, 0, message)])
        items = [(label, meaning) for label, _, meaning in pairs]
    else:
        items = [(str(label), str(meaning)) for label, meaning in given.items()]
    return Meanings({label.strip().casefold(): meaning.strip() for label, meaning in items})


def kinds_given(given: Mapping[str, str] | str | None) -> Meanings:
    """Return the kinds of events that labels mean.

    Raises
    ------
    DataFaultsError
        If it is not written as `meanings_given` wants it, or there is no such kind.
    """
    meanings = meanings_given(given, "kinds")
    known = [kind.value for kind in Kind if kind is not Kind.RETRACTION]
    for label, kind in meanings.items():
        meanings[label] = kind.casefold().replace(" ", "_")
        if meanings[label] not in known:
            message = str(UnknownNameError("kind", kind, known))
            raise DataFaultsError([Fault("kinds", 0, message)])
    return meanings


@dataclass(slots=True)
class Spots:
    """Places met in a file: one for each name and position; ids are made when all are known."""

    found: dict[tuple[str, float, float], dict[str, object]] = field(default_factory=dict)

    def add(
        self, name: str, lon: float, lat: float, cells: Mapping[str, object]
    ) -> tuple[str, float, float]:
        """Note a place, and return by what to ask for its id; what is known of it stays."""
        key = (name, lon, lat)
        row = self.found.setdefault(key, {"name": name or f"{lat:.4f}, {lon:.4f}"})
        for column, value in cells.items():
            if column not in row and value not in ("", None):
                row[column] = value
        row |= {"lon": lon, "lat": lat}
        return key

    def rows(self) -> dict[tuple[str, float, float], dict[str, object]]:
        """Return the rows of the places, each with an id of its own."""
        stems = [slug(name) for name, _, _ in self.found]
        shared = Counter(stems)
        taken: Counter[str] = Counter()
        made: dict[tuple[str, float, float], dict[str, object]] = {}
        given = {str(row["id"]) for row in self.found.values() if row.get("id")}
        for (key, row), stem in zip(self.found.items(), stems, strict=True):
            _, lon, lat = key
            alone = stem and shared[stem] == 1 and stem not in given
            name = str(row.get("id") or "") or (stem if alone else f"{stem}@{lon:.5f},{lat:.5f}")
            taken[name] += 1
            while taken[name] > 1:
                name = f"{name}-{taken[name]}"
                taken[name] += 1
            made[key] = {**row, "id": name}
        return made
