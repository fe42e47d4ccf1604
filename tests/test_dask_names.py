"""Names in a Dask DataFrame: each partition gives what all of it would give at once."""

from __future__ import annotations

import sys
from functools import partial

import cloudpickle
import dask.dataframe as dd
import pandas as pd
import pytest

from geofront.crs import LonLat
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.resolver import Context, resolve_many
from geofront.gazetteer.tables import shipped_places

NAMES = [
    *["Palmyra", "Tadmur", "تدمر", "T4 airbase", "Khattab", "al-Hallabat Palace", "Tiyās"],
    *["4 km west of Palmyra", "", "!!!", "no such place", "Palmyra", "Jubb al-Jarah", "Hims", "P"],
] * 4
CONTEXT = Context(near=LonLat(38.28, 34.56))


def answers(frame: pd.DataFrame, *, context: Context) -> pd.Series:
    """Resolve a partition as a user would; each process reads the shipped places for itself."""
    gazetteer = Gazetteer(shipped_places("syria")[0])
    found = resolve_many(frame["name"], gazetteer, context=context)
    told = [" ".join(f"{m.place.id}={m.score}" for m in matches) for matches in found]
    return pd.Series(told, index=frame.index, dtype=object)


@pytest.mark.parametrize("context", [Context(), CONTEXT])
@pytest.mark.parametrize("partitions", [1, 3, 7])
@pytest.mark.parametrize("scheduler", ["synchronous", "threads"])
def test_partitions_give_what_the_whole_gives(
    partitions: int, context: Context, scheduler: str
) -> None:
    frame = pd.DataFrame({"name": pd.Series(NAMES, dtype=object)})
    serial = answers(frame, context=context)
    assert serial.str.startswith("palmyra=").any()
    lazy = dd.from_pandas(frame, npartitions=partitions)  # type: ignore[no-untyped-call]
    assert lazy.npartitions == partitions
    resolved = lazy.map_partitions(partial(answers, context=context), meta=(None, object))
    computed = resolved.compute(scheduler=scheduler)
    assert computed.tolist() == serial.tolist()
    assert computed.index.equals(frame.index)


def test_processes_give_what_the_whole_gives() -> None:
    frame = pd.DataFrame({"name": pd.Series(NAMES[:8], dtype=object)})
    lazy = dd.from_pandas(frame, npartitions=2)  # type: ignore[no-untyped-call]
    resolved = lazy.map_partitions(partial(answers, context=CONTEXT), meta=(None, object))
    # The workers can't import a file of tests, so what it defines is sent along.
    module = sys.modules[__name__]
    cloudpickle.register_pickle_by_value(module)
    try:
        computed = resolved.compute(scheduler="processes", num_workers=2)
    finally:
        cloudpickle.unregister_pickle_by_value(module)
    assert computed.tolist() == answers(frame, context=CONTEXT).tolist()


def test_an_empty_partition_gives_nothing() -> None:
    frame = pd.DataFrame({"name": pd.Series(NAMES, dtype=object)})
    lazy = dd.from_pandas(frame, npartitions=3)  # type: ignore[no-untyped-call]
    none = lazy[lazy["name"] == "never"]
    resolved = none.map_partitions(partial(answers, context=CONTEXT), meta=(None, object))
    assert resolved.compute(scheduler="synchronous").tolist() == []
