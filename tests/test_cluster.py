"""On the workers of a cluster the maps are the same, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import geofront
from geofront.control.cluster import map_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from geofront.control.series import Series


@pytest.fixture(scope="module")
def series() -> Series:
    return geofront.draw(geofront.read("palmyra-2016"), start="2016-12-08", end="2016-12-22")


def km2_of(series: Series, days: Sequence[date]) -> Iterable[float]:
    return [float(series.snapshot(day).area_km2.sum()) for day in days]


def test_without_a_cluster_the_days_are_worked_through_here(series: Series) -> None:
    told = list(map_spans(series, km2_of, series.days))
    assert told == pytest.approx([series.mesh.total_km2] * len(series))


def test_two_workers_write_what_one_process_writes(series: Series, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="needs geofront[dask]")
    alone = geofront.write_geojson(series, tmp_path / "alone")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        together = geofront.write_geojson(series, tmp_path / "together", client=client)
    assert [file.name for file in together] == [file.name for file in alone]
    for one, other in zip(alone, together, strict=True):
        assert other.read_bytes() == one.read_bytes()
