"""KML 2.2: a folder a layer, every shape with the span of time that it was true.

A span of KML includes both its ends. So a shape of the 10th to the 12th begins on the 10th at 00:00
and ends on the 12th at 23:59:59: the next one begins a second later, and no two of one ground are
ever shown at once. The times are those of the conflict's civil days, written as if they were UTC,
so that Google Earth shows their dates.
"""

from __future__ import annotations

import re
from datetime import timedelta
from html import escape as escape_html
from pathlib import Path
from typing import IO, TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely

from geofront.files import appearing_whole
from geofront.render.gis.about import provenance_json, sentence
from geofront.render.gis.frames import intervals
from geofront.render.gis.layers import LAYERS, Interval, Layer, chosen_layers
from geofront.render.style import FRONT, LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import date
    from os import PathLike

    from geofront.control.series import Series

__all__ = ["END_RULE", "write_kml"]

END_RULE = "begin is the first day at 00:00:00, end the last day at 23:59:59 (both included)"
"""What a KML file says of its spans."""

_TYPES = {"date": "string", "text": "string", "number": "double", "whole": "int", "flag": "bool"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DIRECTING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ICON = "http://maps.google.com/mapfiles/kml/shapes/placemark_circle.png"
_OPAQUE = 255


def write_kml(
    series: Series,
    path: str | PathLike[str],
    *,
    layers: Collection[str] = LAYERS,
    progress: Callable[[Iterable[date]], Iterable[date]] = iter,
) -> Path:
    """Write a KML file, whose time slider Google Earth shows at once.

    Parameters
    ----------
    series
        What to write.
    path
        The file, such as ``map.kml``; a former one is replaced.
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
    OSError
        If the file can't be written; a former one is then untouched.
    """
    target = Path(path)
    wanted = chosen_layers(layers)
    with appearing_whole(target) as temporary, temporary.open("w", encoding="utf-8") as file:
        _write(file, series, wanted, progress)
    return target


def _write(
    file: IO[str],
    series: Series,
    layers: list[Layer],
    progress: Callable[[Iterable[date]], Iterable[date]],
) -> None:
    file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    file.write('<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n')
    file.write(f"<name>{_shown(series.title)}</name>\n")
    file.write(f"<description>{_balloon(sentence(series, end_rule=END_RULE))}</description>\n")
    file.writelines(_styles(series))
    file.writelines(map(_schema, layers))
    told = _text(provenance_json(series, end_rule=END_RULE))
    file.write(f'<ExtendedData><Data name="geofront"><value>{told}</value></Data></ExtendedData>\n')
    for layer in layers:
        file.write(f"<Folder>\n<name>{_shown(layer.title)}</name>\n")
        for row in intervals(series, layer, progress):
            file.write(_placemark(series, layer, row))
        file.write("</Folder>\n")
    file.write("</Document>\n</kml>\n")


def _placemark(series: Series, layer: Layer, row: Interval) -> str:
    told = dict(zip([c.name for c in layer.columns[2:]], row.values, strict=True))
    fields = "".join(
        f"<SimpleData name={quoteattr(column.name)}>{_value(value)}</SimpleData>"
        for column, value in zip(layer.columns[2:], row.values, strict=True)
        if value is not None
    )
    last = row.end - timedelta(days=1) if row.end > row.start else row.end
    title, more = _words(series, layer, told)
    return (
        f"<Placemark><name>{_shown(title)}</name>"
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
        names = [actors[a].name for a in str(told["contested_by"]).split("|")]
        status = f"contested: {' / '.join(names)}"
    else:
        status = str(told["actor_name"] or told["status"])
    if layer.name == "areas":
        return status, f"{told['area_km2']} km²"
    source = f" Source: {told['source']}." if told["source"] else ""
    return str(told["name"]), f"{status}.{source}"


# --- styles --------------------------------------------------------------------------------------


def _styles(series: Series) -> Iterator[str]:
    """Yield a style for each look of an area, front, place and event."""
    casing = LIGHT.front
    for contested, line in (("front", FRONT["front"]), ("contested", FRONT["contested"])):
        yield (
            f'<Style id="frontlines-{contested}"><LineStyle><color>{_color(casing)}</color>'
            f"<width>{line.width_px:g}</width></LineStyle></Style>\n"
        )
    yield _icon_style("events-confirmed", LIGHT.accent)
    yield _icon_style("events-other", LIGHT.muted)
    yield (
        '<Style id="areas-unknown"><LineStyle><width>0</width></LineStyle>'
        "<PolyStyle><fill>0</fill><outline>0</outline></PolyStyle></Style>\n"
    )
    yield _icon_style("places-unknown", LIGHT.paper)
    for color in sorted(_colors(series)):
        name = color.removeprefix("#").lower()
        yield (
            f'<Style id="areas-{name}"><PolyStyle><color>{_color(color, LIGHT.area_opacity)}'
            "</color><outline>0</outline></PolyStyle></Style>\n"
        )
        yield _icon_style(f"places-{name}", color)


def _colors(series: Series) -> set[str]:
    from geofront.render.gis.intervals import look

    labels = {*series.labels, *series.history.labels}
    found = {str(look(label, series.timeline.actors)[5]) for label in labels if label.actors}
    return found


def _icon_style(name: str, color: str) -> str:
    return (
        f'<Style id="{name}"><IconStyle><color>{_color(color)}</color><scale>0.6</scale>'
        f"<Icon><href>{_ICON}</href></Icon></IconStyle>"
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
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return f"{round(opacity * _OPAQUE):02x}{blue:02x}{green:02x}{red:02x}"


def _schema(layer: Layer) -> str:
    fields = "".join(
        f'<SimpleField type="{_TYPES[column.kind]}" name="{column.name}"/>'
        for column in layer.columns[2:]
    )
    return f'<Schema name="{layer.name}" id="{layer.name}">{fields}</Schema>\n'


# --- texts and shapes ----------------------------------------------------------------------------


def _text(value: str) -> str:
    """Return a text as character data; what XML has no character for becomes U+FFFD."""
    return escape(_NOT_XML.sub("\ufffd", value))


def _shown(value: str) -> str:
    """Return a text to be shown; marks that would turn the text around it are left out."""
    return _text(_DIRECTING.sub("", value))


def _balloon(value: str) -> str:
    """Return a text for a balloon, which reads its content as HTML."""
    return _text(escape_html(_DIRECTING.sub("", value)))


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
