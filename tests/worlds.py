"""Small conflicts for tests: written as files, as a user would, and as random values."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import shapely
from hypothesis import strategies as st

from geofront.control.tessellation import Tessellation, tessellate

if TYPE_CHECKING:
    from pathlib import Path

PLACES = """id,name,lon,lat,aliases
ain,Ain,38.0,34.0,Ayn al-Ain|عين
bir,Bir,38.4,34.0,
dam,Dam,38.0,34.4,
eid,Eid,38.4,34.4,
"""
EVENTS = """id,date,place,kind,actor,from_actor,source
e1,2020-01-01,ain,hold,North,,one
e2,2020-01-01,bir,hold,North,,one
e3,2020-01-01,dam,hold,South,,one
e4,2020-01-03,eid,capture,South,North,two
e5,2020-01-04,bir,contest,South,North,two
e6,2020-01-05,bir,capture,South,North,one
"""
FIRST, LAST = date(2020, 1, 1), date(2020, 1, 6)


def write_world(folder: Path, *, events: str = EVENTS, places: str | None = PLACES) -> Path:
    """Write a conflict of four places and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "events.csv").write_text(events, encoding="utf-8")
    if places is not None:
        (folder / "places.csv").write_text(places, encoding="utf-8")
    return folder


BOX = shapely.box(37.0, 33.5, 39.5, 35.5)
"""The extent of the random worlds: 2.5° by 2°."""

POSITIONS = st.lists(
    st.tuples(
        st.integers(-10, 260).map(lambda i: 37.0 + i / 100),
        st.integers(-10, 210).map(lambda i: 33.5 + i / 100),
    ),
    min_size=0,
    max_size=25,
).map(lambda points: np.array(points, dtype=np.float64).reshape(-1, 2))
"""Positions in and around `BOX` on a grid of 0.01°, with twins, rows and squares among them."""

EXTENTS = st.one_of(
    st.just(BOX),
    st.sampled_from(
        [
            # an outline with a bay, one with a lake, one of two islands, a long strip
            shapely.Polygon([(37, 33.5), (39.5, 33.5), (39.5, 35.5), (38.2, 34.2), (37, 35.5)]),
            shapely.Polygon(BOX.exterior, [shapely.box(38, 34, 38.5, 34.5).exterior]),
            shapely.MultiPolygon(
                [shapely.box(37, 33.5, 38, 34.5), shapely.box(38.5, 34, 39.5, 35)]
            ),
            shapely.box(37, 34.0, 39.5, 34.02),
        ]
    ),
)
REACHES = st.one_of(st.none(), st.sampled_from([5.0, 20.0, 60.0]))


@st.composite
def labelled_meshes(
    draw: st.DrawFn,
) -> tuple[Tessellation, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """A random tessellation and a label from 0 to 3 for each of its cells."""
    sites = draw(POSITIONS)
    mesh = tessellate(sites, draw(EXTENTS), reach_km=draw(REACHES))
    labels = draw(st.lists(st.integers(0, 3), min_size=len(sites), max_size=len(sites)))
    return mesh, np.array(labels, dtype=np.int64)[mesh.cell_site]
