"""A place: a named feature with a position, a radius of uncertainty and a feature code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from geofront.crs import LonLat, check_position

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEFAULT_RADIUS_KM", "Place"]

DEFAULT_RADIUS_KM = 1.0
_ARABIC = re.compile("[\u0621-\u064a]")
PHRASE_SOURCE = "geofront-phrase"
"""The source of a place that was worked out from a phrase, such as "4 km west of Palmyra"."""

_NO_EXTRA: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Place:
    """A named feature on the map.

    `lon` and `lat` are degrees in WGS 84; `radius_km` says how far the true position may lie
    from them; `feature` is a GeoNames code such as ``PPL``, ``AIRB`` or ``OILF``; `extra` holds
    the columns of the table that geofront itself does not use.
    """

    id: str
    name: str
    lon: float
    lat: float
    aliases: tuple[str, ...] = ()
    feature: str = ""
    radius_km: float = DEFAULT_RADIUS_KM
    admin1: str = ""
    country: str = ""
    parent: str = ""
    source: str = ""
    licence: str = ""
    extra: Mapping[str, str] = field(default_factory=lambda: _NO_EXTRA, hash=False)

    def __post_init__(self) -> None:
        """Refuse a position that is nowhere on Earth.

        Raises
        ------
        PositionError
            If a coordinate is not finite or out of range.
        """
        check_position(self.lon, self.lat)

    @property
    def position(self) -> LonLat:
        """Longitude and latitude in degrees."""
        return LonLat(self.lon, self.lat)

    @property
    def size(self) -> float:
        """How large it is, for the order of namesakes: its population or class, 0 if unknown."""
        for column in ("population", "population_class"):
            try:
                return float(self.extra.get(column, ""))
            except ValueError:
                continue
        return 0.0

    @property
    def arabic_name(self) -> str:
        """Its name in Arabic letters: column ``name_ar``, or the first such spelling, or empty."""
        given = self.extra.get("name_ar", "").strip()
        return given or next((name for name in self.toponyms if _ARABIC.search(name)), "")

    @property
    def toponyms(self) -> tuple[str, ...]:
        """Every spelling: the name first, then the aliases."""
        return (self.name, *self.aliases)
