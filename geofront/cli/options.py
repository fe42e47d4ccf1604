"""Types of options: days, distances, positions, files."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geofront.dates import parse_day
from geofront.errors import DateError

if TYPE_CHECKING:
    from datetime import date

__all__ = ["DAY", "FILE", "KM", "LON_LAT", "PATH"]


class Day(click.ParamType):  # type: ignore[type-arg] # generic since click 8.4 only
    name = "day"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read ``YYYY-MM-DD``."""
        try:
            return parse_day(value)
        except DateError as error:
            self.fail(str(error), param, ctx)


class Km(click.ParamType):  # type: ignore[type-arg] # generic since click 8.4 only
    name = "km"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read a distance; ``inf`` stands for no limit."""
        try:
            km = float(value)
        except ValueError:
            km = math.nan
        if not km > 0:
            self.fail(f"{value!r} is not a distance in km above 0", param, ctx)
        return km


class LonLatPair(click.ParamType):  # type: ignore[type-arg] # likewise
    name = "lon,lat"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        """Read two numbers with a comma between, longitude first."""
        try:
            lon, lat = (float(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value!r} is not LON,LAT in degrees, such as 38.28,34.56", param, ctx)
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # noqa: PLR2004 - degrees of a circle
            self.fail(f"{value!r} is out of range; longitude comes first", param, ctx)
        return lon, lat


DAY = Day()
KM = Km()
LON_LAT = LonLatPair()
PATH = click.Path(path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
