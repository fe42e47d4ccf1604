"""Other people's data, in and out: a module or folder for each format of the field.

Every reader gives an `Imported`: a timeline or daily maps with licence and attribution, and a
report of what it read, kept, mended and dropped. None fills in a position or a date that is
missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from geofront.adapters.imported import Imported
from geofront.adapters.report import Dropped, ImportReport
from geofront.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FORMATS", "Dropped", "Format", "ImportReport", "Imported", "reader"]


@dataclass(frozen=True, slots=True)
class Format:
    """A foreign format: what it is, and ``module:function`` of its reader."""

    description: str
    home: str


FORMATS: dict[str, Format] = {
    "acled": Format(
        "ACLED: political violence and changes of territory, CSV and JSON, updates and deletions",
        "geofront.adapters.acled:read_acled",
    ),
    "geoconfirmed": Format(
        "GeoConfirmed: geolocated footage, CSV and JSON",
        "geofront.adapters.geoconfirmed:read_geoconfirmed",
    ),
    "ucdp": Format(
        "UCDP GED: deadly violence, CSV with or without a header, JSON",
        "geofront.adapters.ucdp:read_ucdp",
    ),
    "placemarks": Format(
        "places and events as KML, KMZ, GeoJSON or GPX have them",
        "geofront.adapters.placemarks:read_placemarks",
    ),
    "timemap": Format(
        "events of timemap (Forensic Architecture, Bellingcat): JSON, or Bellingcat's CSV",
        "geofront.adapters.timemap:read_timemap",
    ),
    "deepstate": Format(
        "DeepState: daily maps, their archive, the JSON of the map itself",
        "geofront.adapters.drawn:read_deepstate",
    ),
    "isw": Format(
        "ISW/CTP: shapefiles and answers of feature services, by tier of assessment",
        "geofront.adapters.drawn:read_isw",
    ),
    "liveuamap": Format(
        "Liveuamap by NZZ: polygons of no change, gains and losses",
        "geofront.adapters.drawn:read_liveuamap",
    ),
    "viina-control": Format(
        "VIINA: who holds each Ukrainian place on each day; positions come with places=",
        "geofront.adapters.viina:read_viina_control",
    ),
    "viina-events": Format(
        "VIINA: events from news reports, placed and labelled by programs",
        "geofront.adapters.viina:read_viina_events",
    ),
    "wikipedia": Format(
        "Wikipedia's detailed maps: Lua modules of marks, their revisions, exports of MediaWiki",
        "geofront.adapters.wikipedia:read_wikipedia",
    ),
}
"""The formats by the name that ``geofront import`` knows them by."""


def reader(name: str) -> Callable[..., Imported]:
    """Return the function that reads a format.

    Parameters
    ----------
    name
        A key of `FORMATS`.

    Returns
    -------
    Callable[..., Imported]
        It takes the files, and options by name.

    Raises
    ------
    UnknownNameError
        If there is no such format.
    """
    if name not in FORMATS:
        raise UnknownNameError("format", name, FORMATS)
    module, function = FORMATS[name].home.split(":")
    found: Callable[..., Imported] = getattr(import_module(module), function)
    return found
