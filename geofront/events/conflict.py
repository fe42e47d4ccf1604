"""Reading conflict.toml: title, span, extent, and how the map is to be drawn."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from geofront.dates import parse_day
from geofront.errors import (
    DataFaultsError,
    DateError,
    Fault,
    PositionError,
    SpanError,
    UnknownNameError,
)
from geofront.events.evidence import policy
from geofront.events.extent import box_extent, read_extent
from geofront.events.publishing import NOTHING, Publishing
from geofront.events.timeline import About
from geofront.files import sha256
from geofront.files.bounds import read_bytes
from geofront.gazetteer.tables import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

    import shapely

__all__ = ["Conflict", "read_conflict"]

_MOST_KM = 1e6  # more than round the Earth
_TEXTS = ("title", "description", "method", "licence", "attribution")
_KEYS = {
    *(*_TEXTS, "start", "end", "timezone", "extent", "reach_km", "policy", "gazetteers"),
    *("publishing", "published"),
}
_PUBLISHING = ("round_km", "delay_days", "hide_kinds", "hide_features", "hide_notes")


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a conflict.toml says: how to draw, and which shipped gazetteers serve its names.

    `gazetteers` is None where the file does not say. `published` tells what was withheld when the
    folder was written.
    """

    about: About
    gazetteers: tuple[str, ...] | None
    sha256: str
    published: Publishing = NOTHING


class _Settings:
    """The values of a file, taken out one by one; what is wrong is gathered."""

    def __init__(self, file: str, values: dict[str, object]) -> None:
        self.file = file
        self.values = values
        self.faults: list[Fault] = []

    def fault(self, message: str) -> None:
        self.faults.append(Fault(self.file, 0, message))

    def text(self, key: str, default: str = "") -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str):
            self.fault(f"{key} must be a text")
            return default
        return value

    def day(self, key: str) -> date | None:
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return parse_day(str(value))
        except DateError as error:
            self.fault(f"{key}: {error}")
            return None

    def km(self, key: str) -> float | None:
        value = self.values.get(key)
        if value is None:
            return None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and 0 < value <= _MOST_KM:  # type: ignore[operator] # a number
            return float(value)  # type: ignore[arg-type] # likewise
        self.fault(f"{key} must be a distance in km, more than 0, such as 50")
        return None

    def zone(self, key: str) -> str:
        value = self.text(key, "UTC")
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            self.fault(f"{key} {value!r} is not a time zone such as Asia/Damascus")
        return value

    def policy(self, key: str) -> str:
        value = self.text(key, "best-evidence")
        try:
            return policy(value).name
        except UnknownNameError as error:
            self.fault(str(error))
            return value

    def extent(self, folder: Path) -> shapely.Geometry | None:
        value = self.values.get("extent")
        try:
            if isinstance(value, dict) and isinstance(value.get("bbox"), list):
                return box_extent(value["bbox"], self.file)
            if isinstance(value, str):
                return read_extent(value, folder)
        except DataFaultsError as error:
            self.faults.extend(error.faults)
            return None
        if value is not None:
            self.fault("extent must be { bbox = [west, south, east, north] }, a file or a code")
        return None

    def gazetteers(self) -> tuple[str, ...] | None:
        value: Any = self.values.get("gazetteers")
        if value is None:
            return None
        known = isinstance(value, list) and all(isinstance(n, str) and n in SHIPPED for n in value)
        if not known:
            self.fault(f"gazetteers must be a list of: {', '.join(SHIPPED)}")
            return ()
        return tuple(value)

    def publishing(self, key: str, further: tuple[str, ...] = ("allow_restricted",)) -> Publishing:
        given = self.values.get(key, {})
        if not isinstance(given, dict):
            self.fault(f"{key} must be a table: [{key}]")
            return NOTHING
        known = (*_PUBLISHING, *further)
        for name in sorted(set(given) - set(known)):
            self.fault(f"{key}.{name} is no setting; there are: {', '.join(sorted(known))}")
        settings = {name: given[name] for name in _PUBLISHING if name in given}
        wrong = [name for name, value in settings.items() if not _fits(name, value)]
        for name in wrong:
            self.fault(f"{key}.{name} must be {_WANTED[name]}")
        if wrong:
            return NOTHING
        try:
            return Publishing.of(**settings)
        except (PositionError, SpanError, UnknownNameError) as error:
            self.fault(f"{key}: {error}")
            return NOTHING

    def published(self) -> Publishing:
        days = ("until", "today")
        found = self.publishing("published", days)
        given = self.values.get("published", {})
        if not isinstance(given, dict):
            return found
        told = {name: given[name] for name in days if name in given}
        for name, value in told.items():
            if not isinstance(value, date) or isinstance(value, datetime):
                self.fault(f"published.{name} must be a day, such as 2016-12-20")
                return found
        return replace(found, **told)

    def allow_restricted(self) -> bool:
        given = self.values.get("publishing", {})
        value = given.get("allow_restricted", False) if isinstance(given, dict) else False
        if not isinstance(value, bool):
            self.fault("publishing.allow_restricted must be true or false")
            return False
        return value


_WANTED = {
    "round_km": "a distance in km",
    "delay_days": "a whole number of days",
    "hide_kinds": 'a list of kinds, such as ["strike"]',
    "hide_features": 'a list of feature codes, such as ["HSP"]',
    "hide_notes": "true or false",
}


def _fits(name: str, value: object) -> bool:
    """Return whether a setting of [publishing] is of its type."""
    if name == "hide_notes":
        return isinstance(value, bool)
    if name.startswith("hide_"):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    number = int if name == "delay_days" else (int, float)
    return isinstance(value, number) and not isinstance(value, bool)


def read_conflict(path: Path) -> Conflict:
    """Read a conflict.toml.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Conflict
        What it says.

    Raises
    ------
    DataFaultsError
        With every fault of the file.
    """
    data = read_bytes(path)
    try:
        values = tomllib.loads(data.decode("utf-8-sig"))
    except RecursionError:
        raise DataFaultsError([Fault(path.name, 0, "is nested too deeply")]) from None
    except ValueError as error:  # of TOML, of UTF-8, and of numbers of thousands of digits
        raise DataFaultsError([Fault(path.name, 0, f"is not TOML: {error}")]) from error
    settings = _Settings(path.name, values)
    texts = {key: settings.text(key) for key in _TEXTS}
    about = About(
        title=texts["title"] or path.parent.name,
        description=texts["description"],
        start=settings.day("start"),
        end=settings.day("end"),
        timezone=settings.zone("timezone"),
        extent=settings.extent(path.parent),
        publishing=settings.publishing("publishing"),
        allow_restricted=settings.allow_restricted(),
        method=texts["method"],
        reach_km=settings.km("reach_km"),
        policy=settings.policy("policy"),
        licence=texts["licence"],
        attribution=texts["attribution"],
    )
    if about.start and about.end and about.end < about.start:
        settings.fault(f"end {about.end} lies before start {about.start}; swap them")
    gazetteers = settings.gazetteers()
    published = settings.published()
    for key in sorted(set(values) - _KEYS):
        settings.fault(f"{key!r} is no setting; there are: {', '.join(sorted(_KEYS))}")
    if settings.faults:
        raise DataFaultsError(settings.faults)
    return Conflict(about, gazetteers, sha256(data), published)
