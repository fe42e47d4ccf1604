"""Read a running ``geofront serve`` with a real QGIS, without a screen, and count what it shows.

    geofront serve SOURCE &
    python3 benchmarks/qgis_service.py [--url http://127.0.0.1:5000] [--page N]

Needs the Python of a QGIS (Debian: ``apt-get install qgis python3-qgis``), not that of geofront.
Each collection is opened by QGIS's provider of OGC API - Features, page by page, and its rows are
compared with those that the service counts; then those of a box, those of a value, and those that
were true on some days.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import urllib.parse
import urllib.request
from datetime import date
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

try:
    from qgis.core import (  # type: ignore[import-not-found]
        Qgis,
        QgsApplication,
        QgsFeatureRequest,
        QgsRectangle,
        QgsVectorLayer,
    )
except ImportError:
    sys.exit("needs the Python of a QGIS: apt-get install qgis python3-qgis, then /usr/bin/python3")


def main() -> None:
    """Check every collection."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--url", default="http://127.0.0.1:5000")
    parser.add_argument("--page", type=int, default=50, help="rows a page")
    arguments = parser.parse_args()
    application = QgsApplication([], False)  # noqa: FBT003 - no window
    application.initQgis()
    print("QGIS", Qgis.QGIS_VERSION)
    for collection in asked(f"{arguments.url}/collections")["collections"]:
        check(arguments.url, collection, arguments.page)
    application.exitQgis()


def asked(url: str, **query: object) -> Any:  # noqa: ANN401 - JSON
    """Return an answer of the service."""
    question = f"{url}?{urllib.parse.urlencode(query)}" if query else url
    with urllib.request.urlopen(question) as answer:  # noqa: S310 - the address that is given
        return json.load(answer)


def check(url: str, collection: dict[str, Any], page: int) -> None:
    """Compare what QGIS reads of a collection with what the service counts."""
    name = collection["id"]
    items = f"{url}/collections/{name}/items"
    begun = time.perf_counter()
    layer = QgsVectorLayer(
        f"url='{url}' typename='{name}' pageSize='{page}' restrictToRequestBBOX='1'", name, "OAPIF"
    )
    assert layer.isValid(), layer.error().message()
    ids = [feature["id"] for feature in layer.getFeatures()]
    seconds = time.perf_counter() - begun
    count = asked(items, resulttype="hits")["numberMatched"]
    assert len(ids) == len(set(ids)) == count, (len(ids), len(set(ids)), count)
    west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
    middle = ((west + east) / 2, (south + north) / 2)
    box = QgsRectangle(west, south, *middle)
    inside = list(layer.getFeatures(QgsFeatureRequest(box)))
    wanted = asked(items, resulttype="hits", bbox=f"{west},{south},{middle[0]},{middle[1]}")
    # QGIS compares boxes, the service shapes, so QGIS may show a few more of its own store.
    assert len(inside) >= wanted["numberMatched"], (len(inside), wanted["numberMatched"])
    first, last = (
        date.fromisoformat(moment[:10])
        for moment in collection["extent"]["temporal"]["interval"][0]
    )
    days = {}
    for day in (first, first + (last - first) / 2, last):
        request = QgsFeatureRequest()
        request.setFilterExpression(f"\"start\" <= '{day}' AND \"end\" > '{day}'")
        shown = {feature["id"] for feature in layer.getFeatures(request)}
        true = asked(items, datetime=day.isoformat(), limit=10_000, skipGeometry="true")
        assert shown == {feature["id"] for feature in true["features"]}, day
        days[str(day)] = len(shown)
    types = [layer.fields().field(column).typeName() for column in ("start", "end")]
    print(
        f"{name}: {count} rows in {-(-count // page)} pages, {seconds:.2f} s, start and end are "
        f"{types}, {len(inside)} in the box, on days {days}"
    )


if __name__ == "__main__":
    main()
