"""The formats that a series can be written in: one table for the command line and for programs.

A format is named here with its writer, which is imported on use.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geofront.errors import OutputError, UnknownNameError
from geofront.events.rights import refuse_restricted
from geofront.files import is_utf8
from geofront.render.format import LANGUAGES, Format, Options
from geofront.render.targets import is_kind_of_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geofront.control.series import Series

__all__ = [
    "FORMATS",
    "LANGUAGES",
    "Format",
    "Options",
    "check_output",
    "chosen_formats",
    "format_of",
    "write",
    "write_each",
]


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


def check_output(out: Path, formats: Sequence[Format], options: Options) -> None:
    """Refuse what can't be written, before anything is drawn.

    Parameters
    ----------
    out
        A folder, or with one format the name of its file.
    formats
        What is to be written there.
    options
        What else is asked for.

    Raises
    ------
    OutputError
        If there is no format, a library is missing, `out` is the name of a file of another kind or
        stands where a folder is needed, or an option makes no sense.
    UnknownNameError
        If there is no such language or theme.
    """
    if not formats:
        raise OutputError(f"no format is given; there are: {', '.join(FORMATS)}")
    missing = [form.missing for form in formats if form.missing]
    if missing:
        raise OutputError("\n".join(missing))
    if not is_utf8(str(out)):
        raise OutputError(f"{str(out)!r} is not UTF-8; give another name")
    _check_name(out, formats)
    one_file = len(formats) == 1 and formats[0].fits(out)
    if options.resume and one_file:
        raise OutputError(f"{out} is one file; only a folder of files, one a day, can be resumed")
    for form in formats:
        form.check(options)


def _check_name(out: Path, formats: Sequence[Format]) -> None:
    if out.is_file() and len(formats) > 1:
        raise OutputError(f"{out} is a file; several formats need a folder")
    if len(formats) == 1 and formats[0].fits(out):
        return
    wanted = "a folder" if len(formats) > 1 else _wanted(formats[0])
    of = next((form.name for form in FORMATS.values() if form.named_by(out)), None)
    if of is not None and not out.is_dir():
        raise OutputError(f"{out} is the name of a file of {of}; give {wanted}")
    if out.is_file() or is_kind_of_file(out):
        kinds = ", ".join(dict.fromkeys(s for form in FORMATS.values() for s in form.suffixes))
        raise OutputError(f"{out} is no file that is written here; give {wanted} ({kinds})")


def _wanted(form: Format) -> str:
    if not form.file and not form.one_or_many:
        return f"a folder for the files of {form.name}"
    return f"a name that fits {form.name}"


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
        What else is asked for; what none of the formats heeds is left aside.

    Returns
    -------
    list[Path]
        The files.

    Raises
    ------
    UnknownNameError
        If a name means no format, language or theme.
    OutputError
        If the formats can't be written there, or not so; nothing is written then.
    SpanError
        If `open_on` lies outside the series.
    DataFaultsError
        If rows may not be passed on, and a format carries them.
    OSError
        If a file can't be written.

    Examples
    --------
    >>> import geofront
    >>> from tempfile import TemporaryDirectory
    >>> timeline = geofront.read("palmyra-2016")
    >>> series = geofront.draw(timeline, start="2016-12-10", end="2016-12-11")
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in geofront.write(series, folder, "geojson,html")]
    ['2016-12-10.geojson', '2016-12-11.geojson', 'series.geojson', 'map.html']
    """
    return list(write_each(series, out, formats, options))


def write_each(
    series: Series,
    out: Path | str,
    formats: str | None = None,
    options: Options | None = None,
) -> Iterator[Path]:
    """Write a series as `write` does, and yield the files of each format once it is written."""
    target, asked = Path(out), options or Options()
    chosen = chosen_formats(formats, target)
    check_output(target, chosen, asked)
    if asked.open_on is not None:
        series.snapshot(asked.open_on)  # a day outside the span is told before all else
    if any(form.carries_rows for form in chosen):
        refuse_restricted(series.timeline)
    for form in chosen:
        yield from form.write(series, target, asked, alone=len(chosen) == 1)


def _geojson(series: Series, out: Path, options: dict[str, Any]) -> list[Path]:
    from geofront.files import write_whole
    from geofront.render.geojson.writer import day_geojson, series_geojson, write_geojson

    if not FORMATS["geojson"].fits(out):
        return write_geojson(series, out, **options)
    if series.start == series.end:
        write_whole(out, day_geojson(series, series.start))
    else:
        write_whole(out, series_geojson(series, progress=options["progress"]))
    return [out]


def _call(home: str, series: Series, out: Path, options: dict[str, Any]) -> list[Path]:
    """Call a writer ``module:function``."""
    module, _, name = home.partition(":")
    found = getattr(import_module(module), name)(series, out, **options)
    return [found] if isinstance(found, Path) else [*found]


def _image(series: Series, out: Path, options: dict[str, Any]) -> list[Path]:
    """Write a picture of a day, as it calls its options."""
    told = {"day" if name == "open_on" else name: value for name, value in options.items()}
    return _call("geofront.render.image:write_image", series, out, told)


_PAGE = frozenset({"open_on", "beside", "language", "theme", "tiles"})
_IMAGE = frozenset({"open_on", "theme", "size"})
_FILM = frozenset({"theme", "size", "step_days"})
_THEME = frozenset({"theme"})
_NOTHING: frozenset[str] = frozenset()
_PLOT_SUFFIXES = (".png", ".svg", ".pdf")
_PLOTS = ("matplotlib", "plots")


def _gis(  # noqa: PLR0917 - a row of a table
    name: str,
    label: str,
    told: str,
    function: str,
    suffixes: tuple[str, ...],
    file: str = "",
    needs: tuple[str, str] = ("", ""),
) -> Format:
    """Return the entry of a GIS format."""
    writer = partial(_call, f"geofront.render.gis:{function}")
    return Format(name, label, f"{label}, {told}", suffixes, file, _NOTHING, writer, *needs)


def _day_picture(suffix: str, told: str) -> Format:
    file, suffixes = f"map.{suffix}", (f".{suffix}",)
    return Format(suffix, "", told, suffixes, file, _IMAGE, _image, *_PLOTS, carries_rows=False)


def _span_picture(name: str, label: str, told: str, function: str) -> Format:
    writer = partial(_call, f"geofront.render.image:{function}")
    file, suffixes = f"{name}.png", _PLOT_SUFFIXES
    return Format(name, label, told, suffixes, file, _THEME, writer, *_PLOTS, carries_rows=False)


def _film(suffix: str, told: str, needs: tuple[str, str]) -> Format:
    writer = partial(_call, "geofront.render.image:write_film")
    file, suffixes = f"map.{suffix}", (f".{suffix}",)
    return Format(suffix, "film", told, suffixes, file, _FILM, writer, *needs, carries_rows=False)


_TABLE = (
    Format(
        "geojson",
        "GeoJSON",
        "GeoJSON, a file a day and series.geojson, every shape once with its days",
        (".geojson", ".json"),
        "",
        frozenset({"resume"}),
        _geojson,
        one_or_many=True,
    ),
    Format(
        "html",
        "",
        "HTML, one interactive page that needs no network",
        (".html", ".htm"),
        "map.html",
        _PAGE,
        partial(_call, "geofront.render.page.document:write_html"),
    ),
    _gis("gpkg", "GeoPackage", "styled and timed for QGIS", "write_gpkg", (".gpkg",), "map.gpkg"),
    _gis(
        "parquet",
        "GeoParquet",
        "a file a layer",
        "write_parquet",
        (".parquet",),
        "",
        ("pyarrow", "parquet"),
    ),
    _gis("fgb", "FlatGeobuf", "a file a layer", "write_flatgeobuf", (".fgb",)),
    _gis("shp", "Shapefile", "a file a layer", "write_shapefile", (".shp",)),
    _gis(
        "kml",
        "KML",
        "with spans of time for Google Earth",
        "write_kml",
        (".kml", ".kmz"),
        "map.kml",
    ),
    _gis("topojson", "TopoJSON", "borders once", "write_topojson", (".topojson",), "map.topojson"),
    _gis("kepler", "kepler.gl", "a GeoJSON a layer with times that it plays", "write_kepler", ()),
    _day_picture("png", "a picture of one day"),
    _day_picture("svg", "a picture of one day whose text stays text"),
    _day_picture("pdf", "a picture of one day for print"),
    _span_picture(
        "multiples",
        "small multiples",
        "small pictures of some days side by side",
        "write_multiples",
    ),
    _film("gif", "a film that every program plays", _PLOTS),
    _film("mp4", "a film, smaller and sharper", ("av", "film")),
    _span_picture("charts", "charts", "km², fronts and pockets over time", "write_charts"),
)

FORMATS: dict[str, Format] = {form.name: form for form in _TABLE}
"""Every format by its name, in the order in which lists tell them."""
