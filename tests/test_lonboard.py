"""Maps of Lonboard, looked at in the state of the widget: no browser draws them here."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from worlds import FIRST, LAST, write_world

import geofront
from geofront.errors import DataFaultsError, DateError, SpanError, UnknownNameError
from geofront.render.gis import interval_frame
from geofront.render.notebook.lonboard import day_slider, show_day, to_lonboard

if TYPE_CHECKING:
    from pathlib import Path

    from geofront.control.series import Series

pytest.importorskip("lonboard", reason="the extra `lonboard` is not installed")
pa = pytest.importorskip("pyarrow", reason="the extra `lonboard` is not installed")
pytestmark = pytest.mark.filterwarnings("ignore:Deprecated in traitlets:DeprecationWarning")

ALL = ("areas", "frontlines", "places", "events")


@pytest.fixture(scope="module")
def palmyra() -> Series:
    return geofront.draw(geofront.read("palmyra-2016"))


def rows_of(layer: Any) -> list[dict[str, Any]]:
    columns = [c for c in layer.table.column_names if c != "geometry"]
    rows: list[dict[str, Any]] = pa.table(layer.table.select(columns)).to_pylist()
    return rows


def numbers_of(column: Any) -> np.ndarray[Any, np.dtype[Any]]:
    return np.asarray(pa.chunked_array(column).combine_chunks().flatten())


def shown(layer: Any) -> list[dict[str, Any]]:
    """The rows that pass the filter of a layer, as the graphics card decides."""
    days = numbers_of(layer.get_filter_value).reshape(-1, 2)
    lowest, highest = np.array(layer.filter_range).T
    passes = ((days >= lowest) & (days <= highest)).all(axis=1)
    return [row for row, there in zip(rows_of(layer), passes, strict=True) if there]


def test_the_filter_shows_the_rows_of_each_day_and_no_others(palmyra: Series) -> None:
    view = to_lonboard(palmyra)
    kinds = [type(layer).__name__ for layer in view.layers]
    assert kinds == ["PolygonLayer", "PathLayer", "ScatterplotLayer"]
    for day in (palmyra.start, palmyra.days[2], palmyra.days[9], palmyra.end):
        show_day(view, palmyra, day)
        for name, layer in zip(("areas", "frontlines", "places"), view.layers, strict=True):
            frame = interval_frame(palmyra, name)
            there = frame[(frame["start"] <= str(day)) & (frame["end"] > str(day))]
            got = shown(layer)
            assert len(got) == len(there.explode()) > 0
            days = {(row["start"], row["end"]) for row in got}
            assert days == set(
                zip(*(there[c].dt.strftime("%Y-%m-%d") for c in ("start", "end")), strict=True)
            )


def test_the_slider_moves_every_layer(palmyra: Series) -> None:
    view = to_lonboard(palmyra, layers=ALL)
    slider = day_slider(view, palmyra)
    assert (slider.value, len(slider.options)) == (palmyra.end, len(palmyra))
    slider.value = palmyra.days[3]
    assert {layer.filter_range for layer in view.layers} == {((-4e6, 3.0), (4.0, 4e6))}


def test_one_day_needs_no_filter(palmyra: Series) -> None:
    day = palmyra.days[2]
    view = to_lonboard(palmyra, day=day, layers=["areas"])
    (layer,) = view.layers
    assert not layer.has_trait("filter_range")
    frame = interval_frame(palmyra, "areas")
    there = frame[(frame["start"] <= str(day)) & (frame["end"] > str(day))]
    assert len(layer.table) == len(there.explode())
    show_day(view, palmyra, day)  # changes nothing


def test_ground_has_the_colour_of_its_holder_and_unknown_ground_none(palmyra: Series) -> None:
    (layer,) = to_lonboard(palmyra, day=palmyra.end, layers=["areas"]).layers
    colors = numbers_of(layer.get_fill_color).reshape(-1, 4).tolist()
    rows = rows_of(layer)
    assert {row["status"] for row in rows} >= {"held", "unknown"}
    for row, rgba in zip(rows, colors, strict=True):
        if row["status"] == "held":
            color = palmyra.timeline.actors[row["actor"]].color
            assert rgba == [*bytes.fromhex(color[1:]), 107]
        if row["status"] == "unknown":
            assert rgba == [0, 0, 0, 0]


def test_small_and_old_worlds_are_shown_too(tmp_path: Path) -> None:
    alone = "date,place,kind,actor\n0987-01-01,ain,hold,North\n"
    folder = write_world(tmp_path, events=alone)
    view = to_lonboard(geofront.draw(geofront.read(folder)), layers=ALL)
    kinds = [type(layer).__name__ for layer in view.layers]
    assert kinds == ["PolygonLayer", "ScatterplotLayer", "ScatterplotLayer"]  # there is no front
    assert [row["start"] for row in shown(view.layers[1])] == ["0987-01-01"]
    (folder / "conflict.toml").write_text('attribution = "<img src=x onerror=alert(1)>"')
    named = geofront.draw(geofront.read(folder))
    assert to_lonboard(named).custom_attribution == ("&lt;img src=x onerror=alert(1)&gt;",)


def test_wrong_days_and_layers_are_told(palmyra: Series) -> None:
    with pytest.raises(SpanError, match="no day of the series"):
        to_lonboard(palmyra, day=date(1999, 1, 1))
    with pytest.raises(DateError):
        to_lonboard(palmyra, day="soon")
    with pytest.raises(UnknownNameError, match="layer"):
        to_lonboard(palmyra, layers=["roads"])
    view = to_lonboard(palmyra)
    with pytest.raises(SpanError):
        show_day(view, palmyra, date(1999, 1, 1))


def test_without_the_library_the_remedy_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = geofront.draw(geofront.read(write_world(tmp_path)), start=FIRST, end=LAST)
    monkeypatch.setitem(sys.modules, "lonboard", None)
    with pytest.raises(DataFaultsError, match=r'pip install "\.\[lonboard\]"'):
        to_lonboard(series)
