"""Cells taken straight from the Voronoi diagram are those that the cut lines give."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geofront.control.tessellation as module
from geofront.control.tessellation import tessellate

COUNTRY = shapely.Polygon([(36, 33), (40, 33.2), (40.3, 36), (38, 34.6), (36.2, 36)])
WITH_LAKE = shapely.difference(COUNTRY, shapely.Point(37.5, 33.8).buffer(0.05))


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(50, 800),
    st.sampled_from([COUNTRY, WITH_LAKE]),
    st.booleans(),
)
def test_cells_clear_of_the_border_are_those_that_a_network_of_lines_gives(
    seed: int, count: int, extent: shapely.Geometry, regular: bool
) -> None:
    random = np.random.default_rng(seed)
    sites = random.uniform([35.5, 32.5], [41, 36.5], (count, 2))
    if regular:
        sites = np.round(sites, 1) + random.choice([0.0, 1e-5], (count, 2))
    found = tessellate(sites, extent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_clear_cells", lambda _, metres, __: np.zeros(len(metres), bool))
        cut = tessellate(sites, extent)
    for column in ("vertices", "tail", "head", "left", "right", "cell_site", "cell_km2"):
        assert np.array_equal(getattr(found, column), getattr(cut, column)), column


def test_most_cells_of_a_dense_grid_are_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    clear = module._clear_cells
    seen: list[float] = []

    def noted(*arguments: object) -> object:
        cells = clear(*arguments)  # type: ignore[arg-type]
        seen.append(float(cells.mean()))
        return cells

    monkeypatch.setattr(module, "_clear_cells", noted)
    tessellate(
        np.random.default_rng(3).uniform([36, 33], [40, 36], (3000, 2)), shapely.box(36, 33, 40, 36)
    )
    assert seen[0] > 0.75
