"""A QGIS project inside a GeoPackage: its layers in order, styled, with the span and a day a frame.

QGIS keeps such projects in the table ``qgis_projects``: the zipped project file in hexadecimal.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
from pyproj import CRS, Transformer

from geofront.crs import WGS84
from geofront.files.undated import undated_entry
from geofront.render.gis.qgisstyle import VERSION, layer_style
from geofront.render.intervals import day_after
from geofront.render.shown import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geofront.control.series import Series
    from geofront.render.gis.layers import Layer

__all__ = ["project_content"]

_MAP_CRS = "EPSG:3857"  # shapes look right, and the tiles of the web fit under them
_ELLIPSOID = "EPSG:7030"  # that of WGS 84, on which lengths and areas are measured whatever the map
_GEOMETRIES = {"Point": "Point", "MultiLineString": "Line", "MultiPolygon": "Polygon"}
_FRAMES_PER_SECOND = "2"
_MARGIN = 0.05
_MOST_NORTH = 85.0


def project_content(
    series: Series,
    layers: Sequence[Layer],
    file_name: str,
    bounds: tuple[float, float, float, float],
) -> str:
    """Return a project that shows the layers of a GeoPackage.

    Parameters
    ----------
    series
        The series.
    layers
        Its layers, those to lie below first.
    file_name
        The name of the GeoPackage, in whose folder the project looks for it.
    bounds
        West, south, east and north of what to show, in degrees.

    Returns
    -------
    str
        The zipped project in hexadecimal, as QGIS keeps it.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        project = _project(series, layers, file_name, bounds)
        archive.writestr(undated_entry("project.qgs"), project)
    return buffer.getvalue().hex()


def _project(
    series: Series,
    layers: Sequence[Layer],
    file_name: str,
    bounds: tuple[float, float, float, float],
) -> bytes:
    root = ET.Element("qgis", projectname=series.title, version=VERSION)
    ET.SubElement(root, "title").text = series.title
    root.append(_crs("projectCrs", _MAP_CRS))
    tree = ET.SubElement(root, "layer-tree-group")
    for layer in reversed(layers):
        ET.SubElement(
            tree,
            "layer-tree-layer",
            {
                "id": _id(layer),
                "name": layer.title,
                "source": _source(file_name, layer),
                "providerKey": "ogr",
                # Events would hide the places on a busy day.
                "checked": "Qt::Unchecked" if layer.name.startswith("events") else "Qt::Checked",
                "expanded": "1" if layer.name == "areas" else "0",
            },
        )
    canvas = ET.SubElement(root, "mapcanvas", name="theMapCanvas")
    ET.SubElement(canvas, "units").text = "meters"
    _extent(ET.SubElement(canvas, "extent"), bounds)
    canvas.append(_crs("destinationsrs", _MAP_CRS))
    found = ET.SubElement(root, "projectlayers")
    for layer in layers:
        found.append(_map_layer(series, layer, file_name))
    order = ET.SubElement(root, "layerorder")
    for layer in reversed(layers):
        ET.SubElement(order, "layer", id=_id(layer))
    root.append(_time(series))
    root.append(_properties())
    return shown(ET.tostring(root, encoding="unicode")).encode()


def _map_layer(series: Series, layer: Layer, file_name: str) -> ET.Element:
    element = ET.Element(
        "maplayer",
        type="vector",
        geometry=_GEOMETRIES[layer.geometry],
        styleCategories="AllStyleCategories",
        labelsEnabled="1" if layer.name == "places" else "0",
    )
    ET.SubElement(element, "id").text = _id(layer)
    ET.SubElement(element, "datasource").text = _source(file_name, layer)
    ET.SubElement(element, "layername").text = layer.title
    element.append(_crs("srs", WGS84))
    ET.SubElement(element, "provider", encoding="UTF-8").text = "ogr"
    element.extend(layer_style(series, layer, {}))
    return element


def _id(layer: Layer) -> str:
    """Return the id of a layer; QGIS gives its own to those of ten letters or fewer."""
    return f"geofront_{layer.name}"


def _source(file_name: str, layer: Layer) -> str:
    return f"./{file_name}|layername={layer.name}"


def _crs(tag: str, code: str) -> ET.Element:
    element = ET.Element(tag)
    system = ET.SubElement(element, "spatialrefsys")
    ET.SubElement(system, "wkt").text = CRS(code).to_wkt()
    ET.SubElement(system, "srid").text = code.partition(":")[2]
    ET.SubElement(system, "authid").text = code
    return element


def _properties() -> ET.Element:
    """Return the settings without which QGIS takes no notice of the CRS of the map."""
    properties = ET.Element("properties")
    system = ET.SubElement(properties, "SpatialRefSys")
    ET.SubElement(system, "ProjectionsEnabled", type="int").text = "1"
    measure = ET.SubElement(properties, "Measure")
    ET.SubElement(measure, "Ellipsoid", type="QString").text = _ELLIPSOID
    return properties


def _extent(element: ET.Element, bounds: tuple[float, float, float, float]) -> None:
    corners = np.clip(np.reshape(bounds, (2, 2)), (-180, -_MOST_NORTH), (180, _MOST_NORTH))
    transformer = Transformer.from_crs(WGS84, _MAP_CRS, always_xy=True)
    (west, east), (south, north) = transformer.transform(*corners.T)
    margin = _MARGIN * max(east - west, north - south)
    values = (west - margin, south - margin, east + margin, north + margin)
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), values, strict=True):
        ET.SubElement(element, name).text = f"{value:.2f}"


def _time(series: Series) -> ET.Element:
    settings = ET.Element(
        "ProjectTimeSettings",
        timeStep="1",
        timeStepUnit="d",
        frameRate=_FRAMES_PER_SECOND,
        cumulativeTemporalRange="0",
    )
    span = ET.SubElement(settings, "TemporalRange")
    ET.SubElement(span, "start").text = f"{series.start.isoformat()}T00:00:00Z"
    ET.SubElement(span, "end").text = f"{day_after(series.end).isoformat()}T00:00:00Z"
    return settings
