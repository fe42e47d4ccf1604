"""Options that several commands have, and their types: days, distances, positions, files."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from geofront.dates import parse_day
from geofront.errors import DataFaultsError, DateError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from typing import Any, TypeVar

    import folium
    import shapely

    _Command = TypeVar("_Command", bound=Callable[..., Any])

__all__ = [
    "DAY",
    "FILE",
    "KM",
    "LON_LAT",
    "OUT",
    "PATH",
    "SIZE",
    "area_options",
    "evidence_options",
    "extent_of",
    "further_tables",
    "span_options",
    "tiles_of",
]

_REACH = "How far from a place; else as conflict.toml has it, or without limit."
_TILE_MARKS = ("{x}", "{y}", "{z}")


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


class PixelSize(click.ParamType):  # type: ignore[type-arg] # likewise
    name = "size"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Read width and height in pixels, an x between."""
        try:
            width, height = (int(part) for part in value.casefold().split("x"))
        except ValueError:
            self.fail(f"{value!r} is not WxH in pixels, such as 1600x1000", param, ctx)
        return width, height


class OutPath(click.Path):
    def __init__(self) -> None:
        """Take what the program may make or replace."""
        super().__init__(path_type=Path)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Path:
        """Refuse what is no name of a file or folder: nothing, a hyphen, a device, a pipe."""
        from geofront.files import is_utf8

        text, path = os.fspath(value), Path(value)
        if not text.strip():
            self.fail("is empty; give the name of a folder or file", param, ctx)
        if text == "-":
            self.fail("'-' is no file: maps are many, and none goes to stdout", param, ctx)
        if not is_utf8(text):
            self.fail(f"{text!r} is not UTF-8; give another name", param, ctx)
        if os.path.exists(path) and not (path.is_file() or path.is_dir()):  # noqa: PTH110 - never raises
            self.fail(f"{text!r} is a device or a pipe, and neither file nor folder", param, ctx)
        return path


DAY = Day()
KM = Km()
LON_LAT = LonLatPair()
SIZE = PixelSize()
OUT = OutPath()
PATH = click.Path(path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def further_tables(command: _Command) -> _Command:
    """Give a command ``--places`` and ``--actors``."""
    return _with(
        command,
        click.option("--places", multiple=True, type=FILE, help="Places to add; may be repeated."),
        click.option("--actors", multiple=True, type=FILE, help="Actors to add; may be repeated."),
    )


def evidence_options(command: _Command) -> _Command:
    """Give a command ``--policy`` and ``--known-on``."""
    return _with(
        command,
        click.option("--policy", metavar="NAME", help="Which statements count."),
        click.option("--known-on", type=DAY, help="As known on the evening of that day."),
    )


def span_options(command: _Command) -> _Command:
    """Give a command ``--from`` and ``--to``, as `start` and `end`."""
    return _with(
        command,
        click.option("--from", "start", type=DAY, help="First day, YYYY-MM-DD."),
        click.option("--to", "end", type=DAY, help="Last day, included."),
    )


def area_options(command: _Command) -> _Command:
    """Give a command ``--extent``, ``--method`` and ``--reach-km``."""
    outline = "Outline to draw in: a file or a country code."
    return _with(
        command,
        click.option("--extent", metavar="FILE|ISO", help=outline),
        click.option("--method", metavar="NAME", help="How statuses spread over the ground."),
        click.option("--reach-km", type=KM, metavar="N", help=_REACH),
    )


def _with(command: _Command, *options: Callable[[_Command], _Command]) -> _Command:
    for option in reversed(options):  # so that the help lists them in this order
        command = option(command)
    return command


def extent_of(value: str | None, *, option: str = "--extent") -> shapely.Geometry | None:
    """Read the polygons that an option names, if it is given.

    Raises
    ------
    click.BadParameter
        If it is neither a map of polygons nor the code of a country.
    """
    from geofront.events.extent import read_extent

    try:
        return None if value is None else read_extent(value)
    except DataFaultsError as error:
        raise click.BadParameter(str(error), param_hint=option) from error


def tiles_of(value: str | None) -> folium.TileLayer | None:
    """Return the street tiles that ``--tiles`` names, if it is given.

    Raises
    ------
    click.BadParameter
        If it is neither a name that folium knows nor an address with {x}, {y} and {z}.
    """
    if value is None:
        return None
    import folium

    # Of a server that folium does not know nobody can tell the credit but its own address.
    credit = urlsplit(value).netloc if all(mark in value for mark in _TILE_MARKS) else None
    try:
        return folium.TileLayer(value, attr=credit)
    except ValueError as error:
        message = f"{value!r} is neither the name of known tiles, such as OpenStreetMap, nor "
        raise click.BadParameter(
            f"{message}an address with {{z}}, {{x}} and {{y}}", param_hint="--tiles"
        ) from error
