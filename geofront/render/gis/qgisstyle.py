"""Styles for QGIS (QML): colours as in the other renderers, and the columns that time runs by.

QGIS reads such a style from the table ``layer_styles`` of a GeoPackage, or from a file beside a
layer that has its name and ends in ``.qml``. The element ``temporal`` makes its temporal controller
animate the layer at once: a row is shown if ``start`` lies before the end of the frame and ``end``
after its beginning, the end excluded. Symbols are written with the few settings that matter; QGIS
takes its defaults for all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from geofront.control.state import CONTESTED, HELD, UNKNOWN
from geofront.render.shown import shown
from geofront.render.style import CONTESTED as CONTESTED_COLOR
from geofront.render.style import FRONT, LIGHT, Line, channels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from geofront.control.series import Series
    from geofront.control.state import Label
    from geofront.render.gis.layers import Layer

__all__ = ["VERSION", "layer_style", "qml"]

VERSION = "3.22.0"
"""The version of QGIS whose settings are written; later ones read them as well."""

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_MM_PER_PX = 25.4 / 96
_STRIPE_PX = 5  # as wide as on the page
_STRIPE_OVERLAP = 1.01  # or paper would show between stripes
_START_AND_END_EXPRESSIONS = "4"
_END_EXCLUDED = "0"
_PLACE_MM = 2.2
_SECTORS = {2: "semi_circle", 3: "third_circle", 4: "quarter_circle"}
_LABEL_POINTS = 8
_LABEL_OFFSET_MM = 0.4
_AROUND_POINT = "6"
_LABEL_SLOTS = "R,TR,BR,L,TL,BL,TSR,BSR"


def qml(series: Series, layer: Layer, names: Mapping[str, str] | None = None) -> str:
    """Return the style of a layer.

    Parameters
    ----------
    series
        The series, for its actors and labels.
    layer
        The layer.
    names
        What columns are called in the file, where that is not their own name.

    Returns
    -------
    str
        A QML document.
    """
    root = ET.Element(
        "qgis",
        version=VERSION,
        styleCategories="AllStyleCategories",
        labelsEnabled="1" if layer.name == "places" else "0",
    )
    root.extend(layer_style(series, layer, names or {}))
    ET.indent(root, " ")
    return _DOCTYPE + shown(ET.tostring(root, encoding="unicode")) + "\n"


def layer_style(series: Series, layer: Layer, names: Mapping[str, str]) -> Iterator[ET.Element]:
    """Yield what makes the style of a layer, in a style or in a project.

    Parameters
    ----------
    series
        The series, for its actors and labels.
    layer
        The layer.
    names
        What columns are called in the file, where that is not their own name.

    Yields
    ------
    xml.etree.ElementTree.Element
        The temporal settings, the renderer, and for places the labels.
    """
    start, end = names.get("start", "start"), names.get("end", "end")
    yield ET.Element(
        "temporal",
        enabled="1",
        # Not the fields as they are: QGIS compares days and moments as texts then, by which
        # 2016-12-09 comes before 2016-12-09T00:00:00, and shows each row a day too early.
        mode=_START_AND_END_EXPRESSIONS,
        startExpression=f'to_datetime("{start}")',
        endExpression=f'to_datetime("{end}")',
        startField=start,
        endField=end,
        limitMode=_END_EXCLUDED,
        accumulate="0",
        fixedDuration="0",
        durationUnit="days",
    )
    yield _RENDERERS[layer.name.partition("_")[0]](series, layer, names)
    if layer.name == "places":
        yield _place_labels(names.get("name", "name"))


# --- renderers -----------------------------------------------------------------------------------


def _areas(series: Series, _: Layer, names: Mapping[str, str]) -> ET.Element:
    return _categorised(_label_key(names), _label_categories(series, _area_symbol))


def _places(series: Series, _: Layer, names: Mapping[str, str]) -> ET.Element:
    return _categorised(_label_key(names), _label_categories(series, _place_symbol))


def _fronts(_: Series, __: Layer, names: Mapping[str, str]) -> ET.Element:
    contested = names.get("contested", "contested")
    categories = [
        ("front", "Front line", _line_symbol(FRONT["front"])),
        ("contested", "Edge of contested ground", _line_symbol(FRONT["contested"])),
    ]
    # A flag is 0 and 1 in some formats, false and true in others.
    key = f"if(coalesce(\"{contested}\", 0), 'contested', 'front')"
    return _categorised(key, categories)


def _events(_: Series, layer: Layer, __: Mapping[str, str]) -> ET.Element:
    confirmed, other = _event_symbols(layer.geometry)
    categories = [("confirmed", "Confirmed", confirmed), ("", "Claimed, disputed, denied", other)]
    return _categorised("standing", categories)


_RENDERERS: dict[str, Callable[[Series, Layer, Mapping[str, str]], ET.Element]] = {
    "areas": _areas,
    "frontlines": _fronts,
    "places": _places,
    "events": _events,
}


def _label_key(names: Mapping[str, str]) -> str:
    """Return the expression that tells the label of a row: actor, parties, or its status."""
    parties, actor = names.get("contested_by", "contested_by"), names.get("actor", "actor")
    return f'coalesce("{actor}", "{parties}", "status")'


def _label_categories(
    series: Series, symbol: Callable[[list[str]], ET.Element]
) -> list[tuple[str, str, ET.Element]]:
    """Return a category for each label that the series may paint: value, legend and symbol."""
    actors = series.timeline.actors
    found: dict[Label, None] = dict.fromkeys((*series.labels, *series.history.labels))
    order = {HELD: 0, CONTESTED: 1, UNKNOWN: 2}
    categories = []
    for label in sorted(found, key=lambda each: (order[each.status], each.actors)):
        names = " / ".join(actors[actor].name for actor in label.actors)
        legend = {HELD: names, CONTESTED: f"Contested: {names}", UNKNOWN: "Unknown"}[label.status]
        value = "|".join(label.actors) or label.status
        categories.append((value, legend, symbol([actors[a].color for a in label.actors])))
    return categories


def _categorised(key: str, categories: list[tuple[str, str, ET.Element]]) -> ET.Element:
    renderer = ET.Element("renderer-v2", type="categorizedSymbol", attr=key, enableorderby="0")
    listed = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for i, (value, legend, symbol) in enumerate(categories):
        ET.SubElement(
            listed,
            "category",
            {"value": value, "label": legend, "symbol": str(i), "type": "string"},
            render="true",
        )
        symbol.set("name", str(i))
        symbols.append(symbol)
    return renderer


# --- symbols -------------------------------------------------------------------------------------


def _area_symbol(colors: list[str]) -> ET.Element:
    """Return a fill for one holder, stripes for several, nothing where it is unknown."""
    if len(colors) > 1:
        return _symbol("fill", LIGHT.hatch_opacity, *_stripes(colors))
    if not colors:
        return _symbol("fill", 1.0, _layer("SimpleFill", style="no", outline_style="no"))
    plain = _layer("SimpleFill", color=_rgb(colors[0]), style="solid", outline_style="no")
    return _symbol("fill", LIGHT.area_opacity, plain)


def _stripes(colors: list[str]) -> Iterator[ET.Element]:
    width = _STRIPE_PX * _MM_PER_PX
    for i, color in enumerate(colors):
        line = _layer(
            "SimpleLine",
            line_color=_rgb(color),
            line_width=f"{width * _STRIPE_OVERLAP:.3f}",
            capstyle="flat",
        )
        stripe = _layer(
            "LinePatternFill",
            angle="45",
            distance=f"{width * len(colors):.3f}",
            offset=f"{width * i:.3f}",
        )
        stripe.append(_symbol("line", 1.0, line))
        yield stripe


def _line_symbol(line: Line) -> ET.Element:
    """Return a line on a casing in the colour of the paper."""
    casing = _line(FRONT["casing"], LIGHT.paper)
    return _symbol("line", 1.0, casing, _line(line, LIGHT.front))


def _line(line: Line, color: str) -> ET.Element:
    dash = ";".join(f"{px * _MM_PER_PX:.2f}" for px in line.dash_px)
    return _layer(
        "SimpleLine",
        line_color=_rgb(color),
        line_width=f"{line.width_px * _MM_PER_PX:.2f}",
        joinstyle="round",
        capstyle="flat" if dash else "round",
        use_custom_dash="1" if dash else "0",
        customdash=dash or "5;2",
    )


def _place_symbol(colors: list[str]) -> ET.Element:
    """Return a dot: the holder's colour, a sector for each who contests it, a ring if unknown."""
    rim = {"outline_color": _rgb(LIGHT.ink), "outline_width": "0.25", "size": str(_PLACE_MM)}
    if len(colors) in _SECTORS:
        turn = 360 // len(colors)
        sectors = [
            _marker(
                _SECTORS[len(colors)],
                color,
                angle=str(turn * i),
                outline_style="no",
                size=str(_PLACE_MM),
            )
            for i, color in enumerate(colors)
        ]
        return _symbol("marker", 1.0, _marker("circle", LIGHT.paper, **rim), *sectors)
    color = CONTESTED_COLOR if len(colors) > 1 else colors[0] if colors else LIGHT.paper
    return _symbol("marker", 1.0, _marker("circle", color, **rim))


def _event_symbols(geometry: str) -> tuple[ET.Element, ET.Element]:
    """Return the symbols of confirmed events and of all others."""
    accent = LIGHT.accent
    if geometry == "MultiLineString":
        solid, dashed = Line(2.0), Line(2.0, (4, 3))
        return tuple(_symbol("line", 0.8, _line(line, accent)) for line in (solid, dashed))  # type: ignore[return-value]
    rim = {"outline_color": _rgb(accent), "outline_width": "0.35"}
    if geometry == "MultiPolygon":
        fills = ("b_diagonal", "no")
        return tuple(
            _symbol("fill", 0.8, _layer("SimpleFill", color=_rgb(accent), style=style, **rim))
            for style in fills
        )  # type: ignore[return-value]
    return tuple(
        _symbol("marker", 1.0, _marker("diamond", color, size="3.2", **rim))
        for color in (accent, LIGHT.paper)
    )  # type: ignore[return-value]


def _marker(name: str, color: str, **properties: str) -> ET.Element:
    return _layer("SimpleMarker", name=name, color=_rgb(color), **properties)


def _symbol(kind: str, opacity: float, *layers: ET.Element) -> ET.Element:
    symbol = ET.Element("symbol", type=kind, name="@0@0", alpha=f"{opacity:g}", clip_to_extent="1")
    symbol.extend(layers)
    return symbol


def _layer(kind: str, **properties: str) -> ET.Element:
    layer = ET.Element("layer", {"class": kind, "enabled": "1", "pass": "0", "locked": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    for name, value in properties.items():
        ET.SubElement(options, "Option", name=name, value=value, type="QString")
    return layer


def _place_labels(field: str) -> ET.Element:
    labeling = ET.Element("labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    text = ET.SubElement(
        settings,
        "text-style",
        fieldName=field,
        isExpression="0",
        fontSize=str(_LABEL_POINTS),
        fontSizeUnit="Point",
        textColor=_rgb(LIGHT.ink),
        textOpacity="1",
        allowHtml="0",
    )
    ET.SubElement(
        text,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.7",
        bufferSizeUnits="MM",
        bufferColor=_rgb(LIGHT.paper),
        bufferOpacity="0.85",
    )
    ET.SubElement(
        settings,
        "placement",
        placement=_AROUND_POINT,
        predefinedPositionOrder=_LABEL_SLOTS,
        dist=str(_LABEL_OFFSET_MM),
        distUnits="MM",
        offsetType="1",
    )
    ET.SubElement(settings, "rendering", drawLabels="1", obstacle="1", scaleVisibility="0")
    return labeling


def _rgb(color: str) -> str:
    """Return ``#rrggbb`` as QGIS writes it."""
    red, green, blue = channels(color)
    return f"{red},{green},{blue},255"
