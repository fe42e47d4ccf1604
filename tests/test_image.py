"""Pictures and films: true to the series, legible, harmless, and the same bytes each time."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely
from grids import grid_series
from hypothesis import given
from hypothesis import strategies as st
from worlds import FIRST, LAST, write_world

import geofront
from geofront.crs import geodesic_km
from geofront.errors import DataFaultsError, OutputError, SpanError, UnknownNameError
from geofront.gazetteer.place import Place
from geofront.render.image import (
    choose_days,
    plot_day,
    write_film,
    write_image,
    write_multiples,
)
from geofront.render.image.dots import Spot, form_of
from geofront.render.image.film import _days_that_move, _Studio
from geofront.render.image.labels import Box, place_names
from geofront.render.image.legend import signs_of
from geofront.render.image.look import make_look
from geofront.render.image.text import SETTINGS, Face, measure, wrapped
from geofront.render.image.view import round_length, view_of
from geofront.render.importance import Importance
from geofront.render.shown import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.transforms import Bbox

    from geofront.control.series import Series

matplotlib = pytest.importorskip("matplotlib", reason="pictures need the extra `plots`")

DATASETS = geofront.dataset_names()
HOSTILE = """id,name,lon,lat
ain,<script>alert(1)</script>,38.0,34.0
bir,\"\"\"><img src=x onerror=alert(1)>",38.4,34.0
dam,$x^2$ & $\\frac,38.0,34.4
eid,\u202eeid\u202c ]]>,38.4,34.4
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Series:
    folder = write_world(tmp_path_factory.mktemp("world") / "four-places")
    return geofront.draw(geofront.read(folder), start=FIRST, end=LAST)


@pytest.fixture(scope="module")
def palmyra() -> Series:
    return geofront.draw(geofront.read("palmyra-2016"))


def names_on(axes: Axes) -> dict[str, Bbox]:
    """The boxes, in pixels, of the names as they are drawn."""
    with matplotlib.rc_context(SETTINGS):
        return {
            f"{text.get_gid()} {text.get_text()}": text.get_window_extent()
            for text in axes.texts
            if (text.get_gid() or "").startswith("name-")
        }


def pixels_of(series: Series, day: str, tmp_path: Path, **options: Any) -> np.ndarray[Any, Any]:
    from PIL import Image

    path = write_image(series, tmp_path / "day.png", day=day, dpi=100, **options)
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("names", ["latin", "both"])
def test_no_two_names_meet_and_none_leaves_the_map(dataset: str, names: str) -> None:
    series = geofront.draw(geofront.read(dataset))
    for day in (series.start, series.end):
        axes = plot_day(series, day, names=names)
        boxes = names_on(axes)
        view = axes.get_window_extent()
        assert len(boxes) >= 15
        for name, box in boxes.items():
            assert view.x0 <= box.x0, name
            assert box.x1 <= view.x1, name
            assert view.y0 <= box.y0, name
            assert box.y1 <= view.y1, name
        # Half a pixel for the rounding of a drawn text's box.
        for (one, a), (other, b) in combinations(boxes.items(), 2):
            apart = min(a.x1, b.x1) - max(a.x0, b.x0) <= 0.5
            assert apart or min(a.y1, b.y1) - max(a.y0, b.y0) <= 3.5, (one, other)


@given(
    st.lists(
        st.tuples(st.text("Aب ", min_size=1, max_size=12), st.floats(-5, 305), st.floats(-5, 205)),
        max_size=25,
    ),
    st.sampled_from(["latin", "arabic", "both"]),
    st.integers(0, 20),
)
def test_boxes_of_names_are_apart_wherever_places_lie(
    points: list[tuple[str, float, float]], names: str, most: int
) -> None:
    spots = [
        Spot(Place(f"p{i}", name, 0, 0, ("ب" * i,)), x, y, 2.0)
        for i, (name, x, y) in enumerate(points)
    ]
    view, taken = Box(0, 0, 300, 200), Box(0, 0, 60, 30)
    found = place_names(
        spots,
        np.array([(x, y) for _, x, y in points]).reshape(-1, 2),
        view,
        make_look(names=names, places=most),
        urgent={"p3"},
        taken=[taken],
    )
    boxes = [name.box for name in found]
    assert len(boxes) <= most
    assert all(box.within(view) and not box.meets(taken) for box in boxes)
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))


def test_the_places_of_the_days_events_are_named_first(palmyra: Series) -> None:
    axes = plot_day(palmyra, "2016-12-11", places=1)
    (name,) = names_on(axes)
    today = {e.place_id for e in palmyra.snapshot("2016-12-11").events}
    assert name.split(maxsplit=1)[1] in {palmyra.timeline.places[i].name for i in today}


def test_arabic_names_are_shaped_and_kept_in_the_order_they_are_written(
    palmyra: Series, tmp_path: Path
) -> None:
    latin = write_image(palmyra, tmp_path / "l.svg", day="2016-12-11").read_text("utf-8")
    arabic = write_image(palmyra, tmp_path / "a.svg", day="2016-12-11", names="arabic")
    assert "تدمر" not in latin
    assert ">تدمر</text>" in arabic.read_text("utf-8")
    # Joined letters are narrower than the same letters apart: U+200C keeps them from joining.
    face = Face(("DejaVu Sans",), 20)
    assert measure("تدمر", face)[0] < 0.9 * measure("ت\u200cد\u200cم\u200cر", face)[0]


def test_forms_tell_the_feature() -> None:
    codes = ["PPLA", "AIRB", "OILF", "HLL", ""]
    forms = [form_of(Place(code, code, 0, 0, feature=code)) for code in codes]
    assert forms == ["place", "base", "industry", "height", "place"]


# --- what is drawn ----------------------------------------------------------------------------


def test_ground_has_the_colours_of_its_holders(world: Series, tmp_path: Path) -> None:
    look = make_look()
    actors = world.timeline.actors
    seen = {}
    for day in ("2020-01-03", "2020-01-04"):
        pixels = pixels_of(world, day, tmp_path)[60:-80, :720]
        flat = {tuple(color) for color in pixels.reshape(-1, 3).tolist()}
        seen[day] = {
            label: [bytes.fromhex(color[1:]) for color in look.fills_of(actors, label)]
            for label in world.labels
        }
        shown = world.snapshot(day).area_km2
        for label, km2 in zip(world.labels, shown, strict=True):
            fills = [tuple(fill) for fill in seen[day][label]]
            if fills and label.contested_by:
                assert all(fill in flat for fill in fills) == (km2 > 0), (day, label)
            elif fills and km2 > 0:
                assert all(fill in flat for fill in fills)
    contested = [label for label in world.labels if label.contested_by]
    assert len(contested) == 1
    assert len(look.fills_of(actors, contested[0])) == 2


def test_a_scale_bar_is_true_in_the_middle(palmyra: Series) -> None:
    from matplotlib.patches import Rectangle

    axes = plot_day(palmyra)
    ground = view_of(palmyra)
    # The four parts of the bar are the only rectangles of the map with a rim of ink.
    bars = [
        patch
        for patch in axes.get_children()
        if isinstance(patch, Rectangle) and patch.get_zorder() == pytest.approx(6.1)
    ]
    assert len(bars) == 4
    west, east = axes.get_xlim()
    metres = sum(bar.get_width() for bar in bars) * (east - west)
    middle = ground.crs.to_metres(np.array([ground.crs.center]))[0]
    ends = ground.crs.to_lonlat(middle + np.array([[-0.5, 0], [0.5, 0]]) * metres)
    text = next(t.get_text() for t in axes.texts if t.get_text().endswith(" km"))
    assert geodesic_km(ends[:1], ends[1:])[0] == pytest.approx(float(text[:-3]), rel=1e-5)


@pytest.mark.parametrize(
    ("most", "longest"), [(1.0, 1.0), (9.99, 5.0), (4999.0, 2000.0), (0.3, 0.2), (50.0, 50.0)]
)
def test_a_scale_bar_is_of_a_round_length(most: float, longest: float) -> None:
    assert round_length(most) == pytest.approx(longest)


def test_north_leans_towards_the_pole(palmyra: Series) -> None:
    ground = view_of(palmyra)
    assert ground.north_at(ground.west, 0) > 0.3  # west of the middle, north lies right of up
    assert ground.north_at(ground.east, 0) < -0.3
    assert ground.north_at(0, 0) == pytest.approx(0, abs=1e-6)


def test_an_arrow_points_north_only_where_north_is_not_up(palmyra: Series) -> None:
    idlib = geofront.draw(geofront.read("idlib-2020"))
    assert "N" not in [t.get_text() for t in plot_day(palmyra).texts]
    assert "N" in [t.get_text() for t in plot_day(idlib).texts]


def test_the_graticule_is_written_as_maps_do(palmyra: Series) -> None:
    texts = [line.text for line in view_of(palmyra).graticule()]
    assert {"37.5°E", "38°E", "34.4°N"} <= set(texts)


def test_a_metre_is_as_long_either_way(palmyra: Series) -> None:
    for size in ((10.0, 7.5), (6.0, 9.0), (3.0, 3.0)):
        axes = plot_day(palmyra, size_inches=size)
        box = axes.get_window_extent()
        (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
        assert (east - west) / box.width == pytest.approx((north - south) / box.height)


def test_a_page_tells_what_the_day_is_and_who_holds_how_much(
    palmyra: Series, tmp_path: Path
) -> None:
    text = write_image(palmyra, tmp_path / "p.svg", day="2016-12-10").read_text("utf-8")
    told = [element.text for element in ET.fromstring(text).iter() if element.text]  # noqa: S314
    whole = " ".join(told)
    assert "Saturday" in whole
    assert "10 December 2016" in told
    km2 = palmyra.snapshot("2016-12-10").area_km2
    for index, label in enumerate(palmyra.labels):
        assert f"{km2[index]:,.0f}" in told, label
    assert f"{100 * km2.max() / km2.sum():.1f} %" in told
    for fact in ("Licence:", "CC-BY-SA-4.0", "best-evidence", "nearest", "stereographic"):
        assert fact in whole, fact
    assert f"geofront {palmyra.provenance['library_version']}" in whole


def test_a_sign_is_explained_without_the_one_before_it(tmp_path: Path) -> None:
    """Of a day whose events are all unconfirmed, no sign of a confirmed one is shown."""
    (tmp_path / "events.csv").write_text(
        "date,place,kind,actor,standing\n2020-01-01,Palmyra,hold,North,\n"
        "2020-01-02,Palmyra,hold,South,claimed\n",
        encoding="utf-8",
    )
    series = geofront.draw(geofront.read(tmp_path))
    write_image(series, tmp_path / "day.svg", day="2020-01-02")
    written = (tmp_path / "day.svg").read_text(encoding="utf-8")
    assert "Unconfirmed event" in written
    assert "same" not in written
    assert "Event on this day" not in written


def test_a_legend_explains_the_signs_of_the_day_only(palmyra: Series) -> None:
    places = list(palmyra.timeline.places.values())
    quiet = next(day for day in palmyra.days if not palmyra.snapshot(day).events)
    assert "event" not in signs_of([palmyra.snapshot(quiet)], places)
    busy = signs_of([palmyra.snapshot("2016-12-10")], places)
    assert {"front", "contested edge", "event", "unconfirmed", "claim", "doubt"} <= set(busy)


def test_a_map_may_be_drawn_into_axes_of_the_user(palmyra: Series) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4))
    left, right = figure.subplots(1, 2)
    assert plot_day(palmyra, "2016-12-10", left) is left
    assert left.get_title(loc="left") == "Palmyra offensive (December 2016): 10 December 2016"
    assert not right.collections
    assert len(figure.axes) == 2


@pytest.mark.parametrize("board", ["??", "A.", "AB*x+?C ABCABCA"])
def test_small_and_empty_boards_are_drawn(board: str, tmp_path: Path) -> None:
    assert write_image(grid_series(board), tmp_path / "board.png", dpi=50).stat().st_size > 5_000


# --- bytes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_the_same_day_gives_the_same_bytes(world: Series, tmp_path: Path, suffix: str) -> None:
    one = write_image(world, tmp_path / f"one.{suffix}")
    two = write_image(world, tmp_path / f"two.{suffix}")
    assert one.read_bytes() == two.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == [one.name, two.name]


def test_a_picture_carries_its_provenance(world: Series, tmp_path: Path) -> None:
    from PIL import Image

    with Image.open(write_image(world, tmp_path / "p.png")) as image:
        info = image.info
    told = json.loads(info["Description"])
    assert told["inputs"] == world.provenance["inputs"]
    assert told["policy"] == "best-evidence"
    assert info["Title"] == world.title


def test_data_never_become_markup(tmp_path: Path) -> None:
    folder = write_world(tmp_path / "hostile", places=HOSTILE)
    series = geofront.draw(geofront.read(folder))
    text = write_image(series, tmp_path / "h.svg", day="2020-01-03").read_text("utf-8")
    assert "<!DOCTYPE" not in text
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(text)
    elements = list(ET.fromstring(text).iter())  # noqa: S314
    tags = {element.tag.rpartition("}")[2] for element in elements}
    assert not tags & {"script", "img", "image", "foreignObject", "a", "iframe"}
    told = {element.text for element in elements}
    names = {
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "$x^2$ & $\\frac",
        "⟨U+202E⟩eid⟨U+202C⟩ ]]>",
    }
    assert names <= told
    for element in elements:
        for key, value in element.attrib.items():
            assert not key.rpartition("}")[2].startswith("on")
            assert "//" not in value, (key, value)  # nothing is fetched


@given(st.text())
def test_printable_texts_turn_nothing_and_fit_any_format(text: str) -> None:
    shown = printable(text)
    assert not any(c in shown for c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\n\0")
    ET.fromstring(f"<t>{shown.replace('&', '').replace('<', '').replace('>', '')}</t>")  # noqa: S314
    assert printable(shown) == shown


@pytest.mark.parametrize("name", ["al-Bāb", "تدمر", "Тиас", "T4 (Tiyas)", "50 % < 3 & 4"])
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    assert printable(name) == name


@given(st.text("ab 界", max_size=80), st.integers(10, 200), st.integers(1, 5))
def test_lines_fit_their_width(text: str, width: int, most: int) -> None:
    face = Face(("DejaVu Sans",), 8)
    lines = wrapped(printable(text.replace("界", "w")), face, width, most=most)
    assert len(lines) <= most
    assert all(measure(line, face)[0] <= width or len(line) == 1 for line in lines)


def test_the_arabic_name_is_that_of_its_column_or_the_first_such_spelling() -> None:
    place = Place("a", "Palmyra", 38.0, 34.0, aliases=("Tadmur", "تدمر", "بالميرا"))
    assert place.arabic_name == "تدمر"
    assert replace(place, extra={"name_ar": " مدينة تدمر "}).arabic_name == "مدينة تدمر"
    assert replace(place, aliases=()).arabic_name == ""
    both = make_look(names="both").names_of(place)
    assert both == ("Palmyra", "تدمر")


def test_the_statements_beside_a_map_are_those_of_the_places_on_it(tmp_path: Path) -> None:
    homs = shapely.box(36.95, 34.45, 37.75, 35.1)
    timeline = geofront.read("al-bab-2016")
    heads = {}
    for name, extent in (("homs", homs), ("all", None)):
        series = geofront.draw(timeline, start="2016-12-23", end="2016-12-23", extent=extent)
        path = write_image(series, tmp_path / f"{name}.svg", size_inches=(10, 20))
        elements = ET.fromstring(path.read_text(encoding="utf-8")).iter()  # noqa: S314 - our own
        heads[name] = {element.text for element in elements if element.text}
    assert {"Khattab", "western al-Bab"} <= heads["all"]
    assert "Khattab" in heads["homs"]
    assert not {"western al-Bab", "al-Bab"} & heads["homs"]


def test_a_place_is_in_view_as_far_as_it_may_lie(world: Series) -> None:
    view = view_of(world)
    ((lon, lat),) = view.crs.to_lonlat(np.array([[view.east + 5000, view.north - 1]]))
    assert not view.meets(Place("p", "P", lon, lat, radius_km=4.99))
    assert view.meets(Place("p", "P", lon, lat, radius_km=5.01))


def test_places_are_ranked_by_population_class_feature_and_what_is_told() -> None:
    def place(name: str, feature: str = "PPL", **extra: str) -> Place:
        return Place(name, name, 38.0, 34.0, feature=feature, extra=extra)

    city, capital = place("city", population="900000"), place("seat", "PPLC", population="100000")
    town, told = place("town", population_class="9"), place("told")
    village, hill = place("village"), place("hill", "")
    by_class = place("by-class", population_class="30")
    every = [hill, village, told, town, capital, city, by_class]
    events = [SimpleNamespace(place_id="told")] * 3
    ranked = sorted(every, key=Importance(every, events).key)  # type: ignore[arg-type]
    assert [p.id for p in ranked] == [
        *("seat", "by-class", "city", "town", "told", "village", "hill")
    ]
    nonsense = place("x", population="nan", population_class="-3")
    assert Importance([nonsense]).share(nonsense) == 0


def test_what_makes_no_picture_is_refused(world: Series, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"no name for a picture; give one that ends on \.png"):
        write_image(world, tmp_path / "x.bmp")
    with pytest.raises(OutputError, match="100x900 lies outside 200 to 20000 pixels"):
        write_image(world, tmp_path / "x.png", size=(100, 900))
    with pytest.raises(UnknownNameError, match=r"unknown font 'Dejavu Sens'.*'DejaVu Sans'"):
        write_image(world, tmp_path / "x.png", font="Dejavu Sens")
    with pytest.raises(UnknownNameError, match="light"):
        write_image(world, tmp_path / "x.png", theme="sepia")
    with pytest.raises(UnknownNameError, match="latin"):
        write_image(world, tmp_path / "x.png", names="greek")
    with pytest.raises(SpanError, match="outside"):
        write_image(world, tmp_path / "x.png", day="2021-01-01")
    with pytest.raises(SpanError, match="too small"):
        write_image(world, tmp_path / "x.png", size_inches=(1, 5))
    assert not list(tmp_path.iterdir())


def test_a_missing_library_is_named_with_its_remedy(
    world: Series, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(DataFaultsError, match=r"pip install .\.\[film\]"):
        write_film(world, tmp_path / "x.mp4")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for write, name in ((write_image, "x.png"), (write_multiples, "x.png"), (write_film, "x.gif")):
        with pytest.raises(DataFaultsError, match=r"pip install .\.\[plots\]"):
            write(world, tmp_path / name)
    assert not list(tmp_path.iterdir())


# --- small multiples --------------------------------------------------------------------------


def test_days_are_chosen_evenly_or_by_what_changed(world: Series) -> None:
    assert choose_days(world, 3) == [date(2020, 1, d) for d in (1, 3, 6)]
    assert choose_days(world) == world.days
    assert choose_days(world, ["2020-01-05", date(2020, 1, 2), "2020-01-05"]) == [
        date(2020, 1, 2),
        date(2020, 1, 5),
    ]
    # Eid changes hands on the 3rd; Bir is contested from the 4th and taken on the 5th.
    assert choose_days(world, 9, by="change") == [date(2020, 1, d) for d in (1, 3, 4, 5)]
    assert choose_days(world, 1, by="change") == [FIRST]
    nothing: list[date] = []
    for days in (0, nothing):
        with pytest.raises(SpanError):
            choose_days(world, days)
    with pytest.raises(UnknownNameError, match="even"):
        choose_days(world, by="whim")


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_multiples_are_the_same_bytes_each_time(world: Series, tmp_path: Path, suffix: str) -> None:
    seen: list[date] = []

    def watch(days: Iterable[date]) -> Iterator[date]:
        for day in days:
            seen.append(day)
            yield day

    one = write_multiples(world, tmp_path / f"one.{suffix}", days=4, progress=watch)
    two = write_multiples(world, tmp_path / f"two.{suffix}", days=4)
    assert one.read_bytes() == two.read_bytes()
    assert seen == choose_days(world, 4)


def test_multiples_name_each_day_and_share_one_legend(palmyra: Series, tmp_path: Path) -> None:
    path = write_multiples(palmyra, tmp_path / "m.svg", days=["2016-12-08", "2016-12-11"])
    root = ET.fromstring(path.read_text("utf-8"))  # noqa: S314
    told = [element.text for element in root.iter() if element.text]
    assert [t for t in told if t.endswith("December 2016")] == [
        "8 December 2016",
        "11 December 2016",
    ]
    assert told.count("Islamic State (ISIL)") == 1


# --- films ------------------------------------------------------------------------------------


def test_a_frame_does_not_depend_on_the_frames_before(palmyra: Series) -> None:
    days = palmyra.days[:4]
    look, size = make_look(scale=0.5), (640, 360)
    film = _Studio(palmyra, look, size, days, statements=True)
    for day in days:
        fresh = _Studio(palmyra, look, size, days, statements=True)
        assert fresh.frame(day).tobytes() == film.frame(day).tobytes(), day


def test_days_on_which_nothing_moves_look_alike(palmyra: Series) -> None:
    """What `_days_that_move` leaves out may not change a pixel of the map."""
    moving = _days_that_move(palmyra)
    days = [day for day in palmyra.days[1:] if day not in moving][:4]
    assert days
    look, size = make_look(scale=0.5), (640, 360)
    for day in days:
        before = day - timedelta(days=1)
        frames = [
            np.asarray(_Studio(palmyra, look, size, palmyra.days, statements=False).frame(d))
            for d in (before, day)
        ]
        # The map stands left of the panel and below the date.
        assert (frames[0][40:, :430] == frames[1][40:, :430]).all()


def test_an_mp4_plays_in_browsers_and_has_a_frame_a_day(world: Series, tmp_path: Path) -> None:
    av = pytest.importorskip("av", reason="an MP4 needs the extra `film`")
    path = write_film(world, tmp_path / "f.mp4", fps=5, size=(480, 320), hold_seconds=2)
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")  # plays before it is all there
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert (context.width, context.height) == (480, 320)
        frames = [f.to_ndarray(format="rgb24").astype(int) for f in container.decode(video=0)]
    assert len(frames) == len(world) + 10
    assert np.abs(frames[-1] - frames[len(world) - 1]).mean() < 1  # it stands still
    assert np.abs(frames[0] - frames[-1])[:, :300].mean() > 1
    assert (
        path.read_bytes()
        == write_film(
            world, tmp_path / "g.mp4", fps=5, size=(480, 320), hold_seconds=2
        ).read_bytes()
    )


def test_a_gif_shows_each_day_as_long_as_asked(world: Series, tmp_path: Path) -> None:
    from PIL import Image

    path = write_film(world, tmp_path / "f.gif", fps=3, size=(480, 320), hold_seconds=1)
    look, days = make_look(), world.days
    studio = _Studio(world, look, (480, 320), days, statements=False)
    with Image.open(path) as film:
        assert film.size == (480, 320)
        assert film.info["loop"] == 0
        assert getattr(film, "n_frames", 0) == len(world)
        durations = []
        for number, day in enumerate(days):
            film.seek(number)
            durations.append(film.info["duration"])
            drawn = np.asarray(film.convert("RGB")).astype(int)
            meant = np.asarray(studio.frame(day)).astype(int)
            assert np.abs(drawn - meant).mean() < 0.5, day
    assert durations[:-1] == [330, 340, 330, 330, 340]
    assert sum(durations) == 3000
    again = write_film(world, tmp_path / "g.gif", fps=3, size=(480, 320), hold_seconds=1)
    assert path.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("suffix", ["gif", "mp4"])
def test_a_film_that_breaks_off_leaves_the_former_file(
    world: Series, tmp_path: Path, suffix: str
) -> None:
    if suffix == "mp4":
        pytest.importorskip("av", reason="an MP4 needs the extra `film`")
    path = tmp_path / f"f.{suffix}"
    path.write_bytes(b"former")

    def break_off(days: Iterable[date]) -> Iterator[date]:
        for number, day in enumerate(days):
            if number == 3:
                raise KeyboardInterrupt
            yield day

    with pytest.raises(KeyboardInterrupt):
        write_film(world, path, size=(320, 240), progress=break_off)
    assert path.read_bytes() == b"former"
    assert list(tmp_path.iterdir()) == [path]


def test_steps_end_on_the_last_day(world: Series, tmp_path: Path) -> None:
    seen: list[date] = []

    def watch(days: Iterable[date]) -> Iterable[date]:
        seen.extend(days)
        return seen

    write_film(
        world, tmp_path / "f.gif", start="2020-01-02", step_days=3, size=(240, 240), progress=watch
    )
    assert seen == [date(2020, 1, d) for d in (2, 5, 6)]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("x.mp4", {"size": (481, 320)}),
        ("x.gif", {"size": (100, 100)}),
        ("x.gif", {"fps": 0}),
        ("x.gif", {"fps": float("nan")}),
        ("x.gif", {"step_days": 0}),
        ("x.gif", {"start": "2020-01-05", "end": "2020-01-02"}),
        ("x.gif", {"end": "2021-01-01"}),
    ],
)
def test_what_makes_no_film_is_refused(
    world: Series, tmp_path: Path, name: str, options: dict[str, Any]
) -> None:
    with pytest.raises((SpanError, OutputError)):
        write_film(world, tmp_path / name, **options)
    assert not list(tmp_path.iterdir())


def test_a_film_has_a_known_format(world: Series, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="mp4"):
        write_film(world, tmp_path / "x.webm")


def test_letters_grow_with_the_pixels_of_pictures_and_films(world: Series, tmp_path: Path) -> None:
    """Twice the pixels are the same picture, twice as large: no more room, no smaller letters."""
    from PIL import Image

    for name in ("x.png", "x.gif"):
        write = write_image if name == "x.png" else write_film
        with Image.open(write(world, tmp_path / name, size=(640, 480))) as picture:
            small = np.asarray(picture.convert("RGB")).astype(int)
        with Image.open(write(world, tmp_path / name, size=(1280, 960))) as picture:
            halved = picture.convert("RGB").resize((640, 480), Image.Resampling.BOX)
        assert np.abs(np.asarray(halved).astype(int) - small).mean() < 4, name


# --- charts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_charts_are_on_the_paper_of_their_theme(world: Series, tmp_path: Path, theme: str) -> None:
    from PIL import Image

    from geofront.render.image.charts import write_charts

    one = write_charts(world, tmp_path / "one.png", theme=theme)
    two = write_charts(world, tmp_path / "two.png", theme=theme)
    assert one.read_bytes() == two.read_bytes()
    corner = Image.open(io.BytesIO(one.read_bytes())).convert("RGB").getpixel((2, 2))
    paper = make_look(theme=theme).theme.paper
    assert corner == tuple(bytes.fromhex(paper[1:]))


def test_a_notebook_shows_pages_and_charts_that_are_the_last_value_of_a_cell(world: Series) -> None:
    """Pyplot knows nothing of these figures, so their axes must show themselves."""
    from PIL import Image

    from geofront.render.image import plot_areas, plot_fronts, plot_pockets

    for plot in (plot_day, plot_areas, plot_fronts, plot_pockets):
        axes: Any = plot(world)
        picture = Image.open(io.BytesIO(axes._repr_png_()))
        width, height = axes.figure.get_size_inches() * axes.figure.dpi
        assert picture.size == (int(width), int(height)), plot
