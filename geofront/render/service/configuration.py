"""The configuration of pygeoapi for a series: its collections, their extents and its provenance."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from geofront.render.gis.about import sentence
from geofront.render.intervals import END_RULE
from geofront.render.service.provider import NAME
from geofront.render.service.table import lend

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from geofront.control.series import Series
    from geofront.render.service.table import Table

__all__ = ["PROVENANCE", "configuration"]

PROVENANCE = "provenance"
"""The page of the service that tells its provenance."""

_TEMPLATES = Path(__file__).with_name("templates")
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_CRS = [
    _CRS84,
    "http://www.opengis.net/def/crs/EPSG/0/4326",
    "http://www.opengis.net/def/crs/EPSG/0/3857",
]
_GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_EARTH = [-180.0, -90.0, 180.0, 90.0]
_KEYWORDS = ("conflict", "control map", "history")

# A page of areas may be a thousand shapes of thousands of points each, and as JSON many megabytes.
_POINTS_A_PAGE = 250_000
_MOST_ROWS = 10_000
_ROWS_A_PAGE = 100


def configuration(
    series: Series, tables: Iterable[Table], *, url: str, host: str = "127.0.0.1", port: int = 5000
) -> dict[str, Any]:
    """Return the configuration of pygeoapi.

    Parameters
    ----------
    series
        The series.
    tables
        Its layers; a collection each.
    url
        The address of the service as its readers see it, without a slash at its end.
    host, port
        Where it listens, for information.

    Returns
    -------
    dict[str, Any]
        Of texts, numbers, flags and moments.
    """
    told = series.provenance
    page = f"{url}/{PROVENANCE}"
    credit = str(told["attribution"] or "") or "not stated"
    return {
        "server": {
            "bind": {"host": host, "port": port},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "gzip": False,
            "languages": ["en-US"],
            "cors": False,
            "pretty_print": False,
            "admin": False,
            "limits": {"default_items": _ROWS_A_PAGE, "max_items": _MOST_ROWS},
            "map": {"url": "", "attribution": ""},  # our templates fetch no tiles
            "templates": {"path": str(_TEMPLATES)},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": series.title,
                "description": sentence(series),
                "keywords": [*_KEYWORDS, *(a.name for a in series.timeline.actors)],
                "keywords_type": "theme",
                "terms_of_service": page,
                "url": page,
            },
            "license": {"name": str(told["licence"] or "") or "not stated", "url": page},
            "provider": {"name": credit, "url": page},
            "contact": {"name": credit},
        },
        "resources": {t.layer.name: _collection(series, t, page) for t in tables},
    }


def _collection(series: Series, table: Table, page: str) -> dict[str, Any]:
    most = _most_rows(table)
    return {
        "type": "collection",
        "title": f"{series.title}: {table.layer.title}",
        "description": f"{table.layer.title}. {sentence(series)}",
        "keywords": [*_KEYWORDS, table.layer.title.lower()],
        "links": [
            {
                "type": "application/json",
                "rel": "about",
                "title": f"Provenance, licence, attribution; in each row {END_RULE}",
                "href": page,
            }
        ],
        "extents": {
            "spatial": {"bbox": table.bounds or _EARTH, "crs": _CRS84},
            # Of the series, and not of the rows: pygeoapi refuses questions of days outside.
            "temporal": {
                "begin": _moment(series.start, time.min),
                "end": _moment(series.end, time(23, 59, 59)),
                "trs": _GREGORIAN,
            },
        },
        "limits": {"default_items": min(_ROWS_A_PAGE, most), "max_items": most},
        "providers": [
            {
                "type": "feature",
                "name": NAME,
                "data": lend(table),
                "id_field": "id",
                "editable": False,
                "crs": _CRS,
                "storage_crs": _CRS84,
            }
        ],
    }


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, UTC)


def _most_rows(table: Table) -> int:
    """Return how many rows a page may have."""
    points = int(shapely.get_num_coordinates(table.shapes).sum())
    a_row = max(1, -(-points // max(1, len(table))))
    return max(1, min(_MOST_ROWS, _POINTS_A_PAGE // a_row))
