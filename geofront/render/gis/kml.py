"""KML 2.2: a folder a layer, every shape with the span of time that it was true.

A span of KML includes both its ends. So a shape of the 10th to the 12th begins on the 10th at 00:00
and ends on the 12th at 23:59:59: the next one begins a second later, and no two of one ground are
ever shown at once. The times are those of the conflict's civil days, written as if they were UTC,
so that Google Earth shows their dates.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from datetime import timedelta
from html import escape as escape_html
from typing import IO, TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely

from geofront.events.rights import refuse_restricted
from geofront.files import appearing_whole
from geofront.files.undated import undated_entry
from geofront.render.gis.about import provenance_json, sentence
from geofront.render.gis.intervals import intervals
from geofront.render.gis.layers import LAYERS, Interval, Layer, chosen_layers
from geofront.render.gis.look import look
from geofront.render.shown import printable, shown
from geofront.render.style import FRONT, LIGHT, channels
from geofront.render.targets import file_target

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import date
    from os import PathLike
    from pathlib import Path

    from geofront.control.series import Series

__all__ = ["END_RULE", "write_kml"]

END_RULE = "begin is the first day at 00:00:00, end the last day at 23:59:59 (both included)"
"""What a KML file says of its spans."""

_TYPES = {"date": "string", "text": "string", "number": "double", "whole": "int", "flag": "bool"}
_OPAQUE = 255
_DOT = "dot.png"
_DOT_PX = 32


def write_kml(
    series: Series,
    path: str | PathLike[str],
    *,
    layers: Collection[str] = LAYERS,
    progress: Callable[[Iterable[date]], Iterable[date]] | None = None,
) -> Path:
    """Write a KML or KMZ file, whose time slider Google Earth shows at once.

    Parameters
    ----------
    series
        What to write.
    path
        The file, such as ``map.kml``, or ``map.kmz`` for a zipped one in which places are dots (a
        KML file alone has no icons, and should not fetch any); a former one is replaced.
    layers
        Which layers, of `LAYERS`; a folder each.
    progress
        Wraps the days on which areas or front lines are drawn anew, once for each of the two.

    Returns
    -------
    Path
        The file. The same series gives the same bytes.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    OutputError
        If the name has another suffix.
    DataFaultsError
        If rows may not be passed on.
    OSError
        If the file can't be written; a former one is then untouched.
    """
    refuse_restricted(series.timeline)
    target = file_target(path, "a KML file", (".kml", ".kmz"))
    wanted = chosen_layers(layers)
    with appearing_whole(target) as temporary:
        if target.suffix.lower() == ".kmz":
            with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
                with (
                    archive.open(undated_entry("doc.kml"), "w", force_zip64=True) as raw,
                    io.TextIOWrapper(raw, encoding="utf-8", newline="\n") as file,
                ):
                    _write(file, series, wanted, progress, icon=_DOT)
                archive.writestr(undated_entry(_DOT), _dot_png())
        else:
            with temporary.open("w", encoding="utf-8", newline="\n") as file:
                _write(file, series, wanted, progress, icon="")
    return target


def _dot_png() -> bytes:
    """Return a white disc on nothing with a dark rim, which the colour of a style tints."""
    y, x = np.mgrid[:_DOT_PX, :_DOT_PX] - (_DOT_PX - 1) / 2
    radius = np.hypot(x, y)
    white = np.where(radius < _DOT_PX * 0.34, 255, 40)
    alpha = np.clip((_DOT_PX / 2 - 1 - radius) * 255, 0, 255)
    grey_alpha = np.stack([white, alpha], axis=-1).astype(np.uint8).reshape(_DOT_PX, -1)
    rows = np.pad(grey_alpha, ((0, 0), (1, 0))).tobytes()  # a row begins with its filter: none
    head = struct.pack(">IIBBBBB", _DOT_PX, _DOT_PX, 8, 4, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _write(
    file: IO[str],
    series: Series,
    layers: list[Layer],
    progress: Callable[[Iterable[date]], Iterable[date]] | None,
    *,
    icon: str,
) -> None:
    file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    file.write('<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n')
    file.write(f"<name>{_line(series.title)}</name>\n")
    file.write(f"<description>{_balloon(sentence(series, end_rule=END_RULE))}</description>\n")
    file.writelines(_styles(series, icon))
    file.writelines(map(_schema, layers))
    told = _text(provenance_json(series, end_rule=END_RULE))
    file.write(f'<ExtendedData><Data name="geofront"><value>{told}</value></Data></ExtendedData>\n')
    for layer in layers:
        file.write(f"<Folder>\n<name>{_line(layer.title)}</name>\n")
        for row in intervals(series, layer, progress):
            file.write(_placemark(series, layer, row))
        file.write("</Folder>\n")
    file.write("</Document>\n</kml>\n")


def _placemark(series: Series, layer: Layer, row: Interval) -> str:
    told = layer.record(row)
    fields = "".join(
        f"<SimpleData name={quoteattr(name)}>{_value(value)}</SimpleData>"
        for name, value in told.items()
        if value is not None
    )
    last = row.end - timedelta(days=1) if row.end > row.start else row.end
    title, more = _words(series, layer, told)
    return (
        f"<Placemark><name>{_line(title)}</name>"
        f"<description>{_balloon(more)}</description>"
        f"<TimeSpan><begin>{row.start.isoformat()}T00:00:00Z</begin>"
        f"<end>{last.isoformat()}T23:59:59Z</end></TimeSpan>"
        f"<styleUrl>#{_style_of(layer, told)}</styleUrl>"
        f'<ExtendedData><SchemaData schemaUrl="#{layer.name}">{fields}</SchemaData></ExtendedData>'
        f"{_geometry(row.geometry)}</Placemark>\n"
    )


def _words(series: Series, layer: Layer, told: dict[str, object]) -> tuple[str, str]:
    """Return the title of a placemark, and a sentence for its balloon."""
    actors = series.timeline.actors
    if layer.name == "events":
        source = f" Source: {told['source']}." if told["source"] else ""
        what = f"{told['when']}: {told['kind']}, {told['standing']}.{source} {told['note'] or ''}"
        return f"{told['place']}: {told['kind']}", what
    if layer.name == "frontlines":
        kind = "Edge of contested ground" if told["contested"] else "Front line"
        names = " / ".join(actors[a].name for a in str(told["actors"]).split("|"))
        return f"{kind}: {names}", f"{told['length_km']} km"
    if told["contested_by"]:
        names = " / ".join(actors[a].name for a in str(told["contested_by"]).split("|"))
        status = f"contested: {names}"
    else:
        status = str(told["actor_name"] or told["status"])
    if layer.name == "areas":
        return status, f"{told['area_km2']} km²"
    source = f" Source: {told['source']}." if told["source"] else ""
    return str(told["name"]), f"{status}.{source}"


# --- styles --------------------------------------------------------------------------------------


def _styles(series: Series, icon: str) -> Iterator[str]:
    """Yield a style for each look of an area, front, place and event."""
    for name in ("front", "contested"):
        yield (
            f'<Style id="frontlines-{name}"><LineStyle><color>{_color(LIGHT.front)}</color>'
            f"<width>{FRONT[name].width_px:g}</width></LineStyle></Style>\n"
        )
    yield _icon_style("events-confirmed", LIGHT.accent, icon)
    yield _icon_style("events-other", LIGHT.muted, icon)
    yield (
        '<Style id="areas-unknown"><LineStyle><width>0</width></LineStyle>'
        "<PolyStyle><fill>0</fill><outline>0</outline></PolyStyle></Style>\n"
    )
    yield _icon_style("places-unknown", LIGHT.paper, icon)
    for color in sorted(_colors(series)):
        name = color.removeprefix("#").lower()
        yield (
            f'<Style id="areas-{name}"><PolyStyle><color>{_color(color, LIGHT.area_opacity)}'
            "</color><outline>0</outline></PolyStyle></Style>\n"
        )
        yield _icon_style(f"places-{name}", color, icon)


def _colors(series: Series) -> set[str]:
    labels = {*series.labels, *series.history.labels}
    return {str(look(label, series.timeline.actors).color) for label in labels if label.actors}


def _icon_style(name: str, color: str, icon: str) -> str:
    image = f"<Icon><href>{icon}</href></Icon>" if icon else ""
    return (
        f'<Style id="{name}"><IconStyle><color>{_color(color)}</color><scale>0.6</scale>'
        f"{image}</IconStyle>"
        f"<LabelStyle><scale>0.7</scale></LabelStyle>"
        f"<LineStyle><color>{_color(color)}</color><width>2</width></LineStyle>"
        f"<PolyStyle><color>{_color(color, LIGHT.area_opacity)}</color></PolyStyle></Style>\n"
    )


def _style_of(layer: Layer, told: dict[str, object]) -> str:
    if layer.name == "frontlines":
        return "frontlines-contested" if told["contested"] else "frontlines-front"
    if layer.name == "events":
        return "events-confirmed" if told["standing"] == "confirmed" else "events-other"
    color = told["color"]
    return f"{layer.name}-{str(color).removeprefix('#').lower() if color else 'unknown'}"


def _color(color: str, opacity: float = 1.0) -> str:
    """Return ``#rrggbb`` as KML writes it: opacity, blue, green, red."""
    red, green, blue = channels(color)
    return f"{round(opacity * _OPAQUE):02x}{blue:02x}{green:02x}{red:02x}"


def _schema(layer: Layer) -> str:
    fields = "".join(
        f'<SimpleField type="{_TYPES[column.kind]}" name="{column.name}"/>'
        for column in layer.attributes
    )
    return f'<Schema name="{layer.name}" id="{layer.name}">{fields}</Schema>\n'


# --- texts and shapes ----------------------------------------------------------------------------


def _text(value: str) -> str:
    """Return a text as character data."""
    return escape(shown(value))


def _line(value: str) -> str:
    """Return a text in one line, as character data."""
    return escape(printable(value))


def _balloon(value: str) -> str:
    """Return a text for a balloon, which reads its content as HTML."""
    return escape(escape_html(shown(value)))


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return _text(str(value))


def _geometry(shape: shapely.Geometry) -> str:
    kind = shape.geom_type
    if kind == "Polygon":
        inner = "".join(f"<innerBoundaryIs>{_ring(r)}</innerBoundaryIs>" for r in shape.interiors)
        outer = f"<outerBoundaryIs>{_ring(shape.exterior)}</outerBoundaryIs>"
        return f"<Polygon><tessellate>1</tessellate>{outer}{inner}</Polygon>"
    if kind in {"LineString", "LinearRing"}:
        return f"<LineString><tessellate>1</tessellate>{_positions(shape)}</LineString>"
    if kind == "Point":
        return f"<Point>{_positions(shape)}</Point>"
    parts = "".join(map(_geometry, shapely.get_parts(shape).tolist()))
    return f"<MultiGeometry>{parts}</MultiGeometry>"


def _ring(ring: shapely.Geometry) -> str:
    return f"<LinearRing>{_positions(ring)}</LinearRing>"


def _positions(shape: shapely.Geometry) -> str:
    points: list[list[float]] = np.asarray(shapely.get_coordinates(shape)).tolist()
    return f"<coordinates>{' '.join(f'{lon},{lat}' for lon, lat in points)}</coordinates>"
