"""Open a written GeoPackage in a real QGIS without a screen: are style and time there? Draw it.

    python3 benchmarks/qgis_check.py FILE.gpkg OUT [--days YYYY-MM-DD,...] [--parts LAYER.fgb ...]

Needs the Python of a QGIS (Debian: ``apt-get install qgis python3-qgis``), not that of geofront.
The layers are opened by their path only, as when the file is dragged onto QGIS; so what they look
like, and that the temporal controller moves them, comes from the file. Of each layer the rows of
each day that QGIS shows are compared with those of ``start <= day < end``, and a picture of each is
written to OUT. The project inside the file is opened and drawn as well. ``--parts`` names single
files (FlatGeobuf, Shapefile, GeoParquet) that have a style beside them.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

try:
    from qgis.core import (  # type: ignore[import-not-found]
        Qgis,
        QgsApplication,
        QgsCoordinateReferenceSystem,
        QgsCoordinateTransform,
        QgsDateTimeRange,
        QgsFeatureRequest,
        QgsMapRendererParallelJob,
        QgsMapSettings,
        QgsProject,
        QgsVectorLayer,
        QgsVectorLayerTemporalContext,
    )
    from qgis.PyQt.QtCore import (  # type: ignore[import-not-found]
        QDate,
        QDateTime,
        QSize,
        Qt,
        QTime,
    )
    from qgis.PyQt.QtGui import QColor  # type: ignore[import-not-found]
except ImportError:
    sys.exit("needs the Python of a QGIS: apt-get install qgis python3-qgis, then /usr/bin/python3")

PAPER = "#f7f4ed"
SIZE = (1200, 900)
PIXELS_PER_INCH = 120
DRAWN_ON = "EPSG:3857"


def main() -> None:
    """Check the file and draw its days."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--days", default="", help="the first, a middle and the last, if not given")
    parser.add_argument("--parts", type=Path, nargs="*", default=[])
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    application = QgsApplication([], False)  # noqa: FBT003 - no window
    application.initQgis()
    print("QGIS", Qgis.QGIS_VERSION)
    layers = [opened(f"{arguments.file}|layername={name}", name) for name in tables(arguments.file)]
    days = [date.fromisoformat(day) for day in arguments.days.split(",") if day]
    for layer in layers:
        check(layer, days or some_days(arguments.file))
    for day in days or some_days(arguments.file):
        draw(drawing_order(layers), day, arguments.out / f"{arguments.file.stem}-{day}.png")
    for path in arguments.parts:
        part = opened(str(path), path.name)
        check(part, days or some_days(arguments.file))
        draw([part], (days or some_days(arguments.file))[1], arguments.out / f"{path.name}.png")
    check_project(arguments.file, arguments.out)
    application.exitQgis()


def tables(path: Path) -> list[str]:
    """Return the names of the layers with shapes."""
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT table_name FROM gpkg_geometry_columns ORDER BY rowid")
        return [name for (name,) in rows]


def some_days(path: Path) -> list[date]:
    """Return the first, the middle and the last day of the areas."""
    with sqlite3.connect(path) as database:
        row = database.execute('SELECT min("start"), max("end") FROM areas').fetchone()
    first, end = map(date.fromisoformat, row)
    return [first, first + (end - first) / 2, end - timedelta(days=1)]


def opened(source: str, name: str) -> Any:  # noqa: ANN401 - QGIS has no types
    """Open a layer by its path, as QGIS does with a file that is dragged onto it."""
    layer = QgsVectorLayer(source, name, "ogr")
    assert layer.isValid(), source
    # The application does so after it has made a layer; what makes one sets its time inactive.
    layer.loadDefaultStyle()
    return layer


def frame(day: date) -> Any:  # noqa: ANN401
    """Return the frame of the temporal controller that shows a day."""
    begin = QDateTime(QDate(day.year, day.month, day.day), QTime(0, 0), Qt.UTC)
    return QgsDateTimeRange(begin, begin.addDays(1), True, False)  # noqa: FBT003 - end excluded


def as_day(value: Any) -> date:  # noqa: ANN401
    """Return a day; FlatGeobuf knows moments only."""
    return date.fromisoformat(value.toString(Qt.ISODate)[:10])


def check(layer: Any, days: list[date]) -> None:  # noqa: ANN401
    """Check style and time of a layer, and that each day shows the right rows."""
    time = layer.temporalProperties()
    assert time.isActive(), f"{layer.name()}: time is not active"
    assert time.mode() == Qgis.VectorTemporalMode.FeatureDateTimeStartAndEndFromExpressions
    expressions = (time.startExpression(), time.endExpression())
    assert expressions == ('to_datetime("start")', 'to_datetime("end")')
    assert time.limitMode() == Qgis.VectorTemporalLimitMode.IncludeBeginExcludeEnd
    renderer = layer.renderer()
    assert renderer.type() == "categorizedSymbol", f"{layer.name()}: {renderer.type()}"
    types = [layer.fields().field(name).typeName() for name in ("start", "end")]
    counts = []
    for day in days:
        context = QgsVectorLayerTemporalContext()
        context.setLayer(layer)
        request = QgsFeatureRequest()
        request.setFilterExpression(time.createFilterString(context, frame(day)))
        shown = {feature.id() for feature in layer.getFeatures(request)}
        true = {
            feature.id()
            for feature in layer.getFeatures()
            if as_day(feature["start"]) <= day < as_day(feature["end"])
        }
        assert shown == true, f"{layer.name()} on {day}: {len(shown)} shown, {len(true)} true"
        counts.append(len(shown))
    by_day = dict(zip(map(str, days), counts, strict=True))
    print(
        f"{layer.name()}: {layer.featureCount()} rows, {types}, "
        f"{len(renderer.categories())} categories, shown {by_day}"
    )


def drawing_order(layers: list[Any]) -> list[Any]:
    """Return places and front lines above areas; events would hide them on a busy day."""
    order = {"places": 0, "frontlines": 1, "areas": 2}
    return sorted((x for x in layers if x.name() in order), key=lambda layer: order[layer.name()])


def draw(layers: list[Any], day: date, path: Path, extent: Any = None) -> None:  # noqa: ANN401
    """Draw a day as the map canvas would."""
    settings = QgsMapSettings()
    system = QgsCoordinateReferenceSystem(DRAWN_ON)
    settings.setDestinationCrs(system)
    settings.setLayers(layers)
    settings.setOutputSize(QSize(*SIZE))
    settings.setOutputDpi(PIXELS_PER_INCH)
    settings.setBackgroundColor(QColor(PAPER))
    transform = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem("EPSG:4326"), system, QgsProject.instance()
    )
    box = transform.transformBoundingBox(extent or layers[-1].extent())
    box.scale(1.04)
    settings.setExtent(box)
    settings.setIsTemporal(True)
    settings.setTemporalRange(frame(day))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    assert job.renderedImage().save(str(path))
    print("drawn", path)


def check_project(path: Path, out: Path) -> None:
    """Open the project inside the file, and draw its last day."""
    project = QgsProject.instance()
    storage = QgsApplication.projectStorageRegistry().projectStorageFromType("geopackage")
    uri = f"geopackage:{path.resolve()}?projectName=map"
    print("projects:", storage.listProjects(f"geopackage:{path.resolve()}"))
    assert project.read(uri), project.error()
    layers = project.layerTreeRoot().checkedLayers()
    assert all(layer.isValid() for layer in project.mapLayers().values())
    assert project.crs().authid() == DRAWN_ON
    settings = project.timeSettings()
    span, step = settings.temporalRange(), settings.timeStep()
    print(
        f"project {project.title()!r}: {[layer.name() for layer in layers]} of "
        f"{len(project.mapLayers())}, {span.begin().toString(Qt.ISODate)} to "
        f"{span.end().toString(Qt.ISODate)}, step {step}, "
        f"{settings.framesPerSecond()} frames a second"
    )
    for layer in project.mapLayers().values():
        check(layer, some_days(path))
    draw(layers, some_days(path)[-1], out / f"{path.stem}-project.png")


if __name__ == "__main__":
    main()
