"""Sourced, dated statements about a war, turned into control maps that can be checked.

>>> import geofront
>>> timeline = geofront.read("palmyra-2016")
>>> series = geofront.draw(timeline, start="2016-12-08", end="2016-12-22")
>>> series.history.status("palmyra", series.days[2]).status
'contested'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from geofront import display

if TYPE_CHECKING:
    from geofront.adapters.database.reading import from_geopackage, from_postgis
    from geofront.control.audit import audit
    from geofront.control.disagreement import disagreement
    from geofront.control.draw import draw
    from geofront.control.drawn import series_from_maps
    from geofront.control.history import History, PlaceStatus, replay
    from geofront.control.method import METHODS
    from geofront.control.series import Series, Snapshot
    from geofront.datasets import dataset_names, read
    from geofront.errors import (
        AmbiguousPlaceError,
        DataFaultsError,
        DateError,
        GeofrontError,
        UnknownPlaceError,
    )
    from geofront.events.dailymaps import read_daily_maps
    from geofront.events.evidence import POLICIES
    from geofront.events.pressdates import read_press_date
    from geofront.events.timeline import Timeline
    from geofront.events.writer import write_timeline
    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.resolver import locate, resolve
    from geofront.gazetteer.text.mentions import scan
    from geofront.render.formats import write
    from geofront.render.geojson.writer import write_geojson
    from geofront.render.gis.database import to_geopackage, to_postgis
    from geofront.render.page.document import write_html

# Where each public name lives. It is imported on first use: a program that only resolves names
# need not wait for geopandas and folium.
_HOMES = {
    "METHODS": "geofront.control.method",
    "POLICIES": "geofront.events.evidence",
    "AmbiguousPlaceError": "geofront.errors",
    "DataFaultsError": "geofront.errors",
    "DateError": "geofront.errors",
    "Gazetteer": "geofront.gazetteer.index",
    "GeofrontError": "geofront.errors",
    "History": "geofront.control.history",
    "PlaceStatus": "geofront.control.history",
    "Series": "geofront.control.series",
    "Snapshot": "geofront.control.series",
    "Timeline": "geofront.events.timeline",
    "UnknownPlaceError": "geofront.errors",
    "audit": "geofront.control.audit",
    "dataset_names": "geofront.datasets",
    "disagreement": "geofront.control.disagreement",
    "draw": "geofront.control.draw",
    "from_geopackage": "geofront.adapters.database.reading",
    "from_postgis": "geofront.adapters.database.reading",
    "locate": "geofront.gazetteer.resolver",
    "read": "geofront.datasets",
    "read_daily_maps": "geofront.events.dailymaps",
    "read_press_date": "geofront.events.pressdates",
    "replay": "geofront.control.history",
    "resolve": "geofront.gazetteer.resolver",
    "scan": "geofront.gazetteer.text.mentions",
    "series_from_maps": "geofront.control.drawn",
    "to_geopackage": "geofront.render.gis.database",
    "to_postgis": "geofront.render.gis.database",
    "write": "geofront.render.formats",
    "write_geojson": "geofront.render.geojson.writer",
    "write_html": "geofront.render.page.document",
    "write_timeline": "geofront.events.writer",
}

# Who shows a value in a notebook. The layers below `render` may not import it: they ask
# `geofront.display`, and only the front door, which knows every layer, says who answers.
for _action in (
    "timeline_html",
    "snapshot_html",
    "series_html",
    "explore_snapshot",
    "explore_series",
):
    display.register(_action, f"geofront.render.notebook.cards:{_action}")

__all__ = [
    "METHODS",
    "POLICIES",
    "AmbiguousPlaceError",
    "DataFaultsError",
    "DateError",
    "Gazetteer",
    "GeofrontError",
    "History",
    "PlaceStatus",
    "Series",
    "Snapshot",
    "Timeline",
    "UnknownPlaceError",
    "audit",
    "dataset_names",
    "disagreement",
    "draw",
    "from_geopackage",
    "from_postgis",
    "locate",
    "read",
    "read_daily_maps",
    "read_press_date",
    "replay",
    "resolve",
    "scan",
    "series_from_maps",
    "to_geopackage",
    "to_postgis",
    "write",
    "write_geojson",
    "write_html",
    "write_timeline",
]


def __getattr__(name: str) -> object:
    """Import a public name on its first use.

    Parameters
    ----------
    name
        The name.

    Returns
    -------
    object
        What it stands for.

    Raises
    ------
    AttributeError
        If geofront has no such name.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
