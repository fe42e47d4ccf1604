"""The formats that a series can be written in: one table for the command line and for programs.

A format is named here with its writer, which is imported on use.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geofront.errors import UnknownNameError
from geofront.progress import tracker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from typing import TypeAlias

    import folium

    from geofront.control.series import Series

    _Writer: TypeAlias = Callable[["Series", Path, dict[str, Any]], list[Path]]

__all__ = ["FORMATS", "PICTURE_DPI", "Format", "Options", "chosen_formats", "format_of", "write"]


PICTURE_DPI = 150
"""How many pixels of a picture make an inch."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may be asked for beside the series; None or empty: as the format has it by default.

    `open_on` is the day that a page opens on and a picture shows. `beside` are other accounts of
    the same span. `size` is width and height in pixels.
    """

    open_on: date | None = None
    beside: Sequence[Series] = ()
    language: str | None = None
    theme: str | None = None
    tiles: str | folium.TileLayer | None = None
    size: tuple[int, int] | None = None
    resume: bool = False

    @property
    def given(self) -> dict[str, Any]:
        """Those that were asked for."""
        every = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in every.items() if value}


@dataclass(frozen=True, slots=True)
class Format:
    """A format of output.

    `suffixes` are those of its files. `file` is the name of its one file inside a folder; empty
    where it makes several: then they lie in the folder itself, or with other formats beside in one
    of the format's name. With `one_or_many` it may be one file as well. `takes` names the `Options`
    that it heeds. `library` is imported by `extra` of geofront; both are empty where nothing more
    is needed.
    """

    name: str
    description: str
    suffixes: tuple[str, ...]
    file: str
    takes: frozenset[str]
    writer: _Writer
    library: str = ""
    extra: str = ""
    one_or_many: bool = False

    @property
    def missing(self) -> str:
        """What to install before it can be written; empty where all is there."""
        if not self.library or find_spec(self.library) is not None:
            return ""
        return (
            f"the format {self.name} needs the library {self.library}: "
            f'pip install "geofront[{self.extra}]"'
        )

    def named_by(self, path: Path) -> bool:
        """Return whether a path ends as files of this format do."""
        return path.suffix.casefold() in self.suffixes

    def fits(self, path: Path) -> bool:
        """Return whether all of the format may be written to the file of that name."""
        return self.named_by(path) and (bool(self.file) or self.one_or_many)

    def write(self, series: Series, out: Path, options: Options, *, alone: bool) -> list[Path]:
        """Write a series.

        Parameters
        ----------
        series
            The series.
        out
            A folder; where the format is written alone, also the name of its file.
        options
            Those that the format does not take are left aside.
        alone
            Whether no other format is written to the folder.

        Returns
        -------
        list[Path]
            The files.
        """
        target = out if alone and self.fits(out) else out / (self.file or self._folder(alone=alone))
        heeded = {name: value for name, value in options.given.items() if name in self.takes}
        return self.writer(series, target, heeded)

    def _folder(self, *, alone: bool) -> str:
        return "" if alone or self.one_or_many else self.name


def format_of(name: str) -> Format:
    """Return the format of a name.

    Parameters
    ----------
    name
        A key of `FORMATS`, in any case.

    Returns
    -------
    Format
        The format.

    Raises
    ------
    UnknownNameError
        If there is none of that name; the message lists those that there are.
    """
    found = FORMATS.get(name.strip().casefold())
    if found is None:
        raise UnknownNameError("format", name.strip(), FORMATS)
    return found


def chosen_formats(names: str | None, out: Path) -> list[Format]:
    """Return the formats that are asked for.

    Parameters
    ----------
    names
        Names of formats, joined by commas; None: as the name of the file tells, and GeoJSON and
        HTML where it is a folder.
    out
        Where they are to be written.

    Returns
    -------
    list[Format]
        Each once, in the order given.

    Raises
    ------
    UnknownNameError
        If a name means no format.
    """
    if names is None:
        told = [form for form in FORMATS.values() if form.named_by(out) and not out.is_dir()]
        return told[:1] or [FORMATS["geojson"], FORMATS["html"]]
    return [*dict.fromkeys(format_of(name) for name in names.split(",") if name.strip())]


def write(
    series: Series,
    out: Path | str,
    formats: str | None = None,
    options: Options | None = None,
) -> list[Path]:
    """Write a series in one or more formats.

    Parameters
    ----------
    series
        The series.
    out
        A folder, or with one format the name of its file.
    formats
        Names joined by commas; None: as the name of the file tells.
    options
        What else is asked for.

    Returns
    -------
    list[Path]
        The files.

    Raises
    ------
    UnknownNameError
        If a name means no format.
    OSError
        If a file can't be written.
    """
    target = Path(out)
    chosen = chosen_formats(formats, target)
    asked = options or Options()
    alone = len(chosen) == 1
    return [p for f in chosen for p in f.write(series, target, asked, alone=alone)]


def _geojson(series: Series, out: Path, options: dict[str, Any]) -> list[Path]:
    from geofront.files import write_whole
    from geofront.render.geojson import day_geojson, series_geojson, write_geojson

    if FORMATS["geojson"].fits(out):
        one_day = series.start == series.end
        write_whole(out, day_geojson(series, series.start) if one_day else series_geojson(series))
        return [out]
    return write_geojson(series, out, progress=tracker("GeoJSON"), **options)


def _call(home: str, what: str, series: Series, out: Path, options: dict[str, Any]) -> list[Path]:
    """Call a writer ``module:function``, with a progress bar if it is named `what`."""
    module, _, name = home.partition(":")
    write_it = getattr(import_module(module), name)
    tracked = {"progress": tracker(what)} if what else {}
    found = write_it(series, out, **tracked, **options)
    return [found] if isinstance(found, Path) else [*found]


def _image(series: Series, out: Path, options: dict[str, Any]) -> list[Path]:
    """Write a picture of a day; its writer counts in inches."""
    told = dict(options)
    if "open_on" in told:
        told["day"] = told.pop("open_on")
    if "size" in told:
        width, height = told.pop("size")
        told |= {"size_inches": (width / PICTURE_DPI, height / PICTURE_DPI), "dpi": PICTURE_DPI}
    return _call("geofront.render.image:write_image", "", series, out, told)


_PAGE = frozenset({"open_on", "beside", "language", "theme", "tiles"})
_IMAGE = frozenset({"open_on", "theme", "size"})
_NOTHING: frozenset[str] = frozenset()
_PLOT_SUFFIXES = (".png", ".svg", ".pdf")


def _gis(  # noqa: PLR0917 - a row of a table
    name: str,
    told: str,
    function: str,
    suffixes: tuple[str, ...],
    file: str = "",
    needs: tuple[str, str] = ("", ""),
) -> Format:
    """Return the entry of a GIS format; `told` begins with what a progress bar calls it."""
    writer = partial(_call, f"geofront.render.gis:{function}", told.partition(",")[0])
    return Format(name, told, suffixes, file, _NOTHING, writer, *needs)


def _plot(
    name: str,
    told: str,
    writer: _Writer,
    takes: frozenset[str],
    suffixes: tuple[str, ...] = (),
    *,
    needs: tuple[str, str] = ("matplotlib", "plots"),
) -> Format:
    """Return the entry of a picture or film."""
    file = f"{name}.png" if suffixes else f"map.{name}"
    library, extra = needs
    return Format(name, told, suffixes or (f".{name}",), file, takes, writer, library, extra)


_multiples = partial(_call, "geofront.render.image:write_multiples", "small multiples")
_film = partial(_call, "geofront.render.image:write_film", "film")
_charts = partial(_call, "geofront.render.charts:write_charts", "")

_TABLE = (
    Format(
        "geojson",
        "GeoJSON, a file a day and series.geojson, every shape once with its days",
        (".geojson", ".json"),
        "",
        frozenset({"resume"}),
        _geojson,
        one_or_many=True,
    ),
    Format(
        "html",
        "HTML, one interactive page that needs no network",
        (".html", ".htm"),
        "map.html",
        _PAGE,
        partial(_call, "geofront.render.page:write_html", ""),
    ),
    _gis("gpkg", "GeoPackage, styled and timed for QGIS", "write_gpkg", (".gpkg",), "map.gpkg"),
    _gis(
        "parquet",
        "GeoParquet, a file a layer",
        "write_parquet",
        (".parquet",),
        "",
        ("pyarrow", "parquet"),
    ),
    _gis("fgb", "FlatGeobuf, a file a layer", "write_flatgeobuf", (".fgb",)),
    _gis("shp", "Shapefile, a file a layer", "write_shapefile", (".shp",)),
    _gis(
        "kml", "KML, with spans of time for Google Earth", "write_kml", (".kml", ".kmz"), "map.kml"
    ),
    _gis("topojson", "TopoJSON, borders once", "write_topojson", (".topojson",), "map.topojson"),
    _gis("kepler", "kepler.gl, a GeoJSON a layer with times that it plays", "write_kepler", ()),
    _plot("png", "a picture of one day", _image, _IMAGE),
    _plot("svg", "a picture of one day whose text stays text", _image, _IMAGE),
    _plot("pdf", "a picture of one day for print", _image, _IMAGE),
    _plot(
        "multiples",
        "small pictures of some days side by side",
        _multiples,
        frozenset({"theme"}),
        _PLOT_SUFFIXES,
    ),
    _plot("gif", "a film that every program plays", _film, frozenset({"theme", "size"})),
    _plot(
        "mp4",
        "a film, smaller and sharper",
        _film,
        frozenset({"theme", "size"}),
        needs=("av", "film"),
    ),
    _plot(
        "charts",
        "km², fronts and pockets over time",
        _charts,
        frozenset({"theme"}),
        _PLOT_SUFFIXES,
    ),
)

FORMATS: dict[str, Format] = {form.name: form for form in _TABLE}
"""Every format by its name, in the order in which lists tell them."""
