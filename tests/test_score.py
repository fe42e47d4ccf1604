"""Agreement of maps with references and facts, with scores that were worked out by hand."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from worlds import BOX, write_world

import geofront
from geofront.cli import cli
from geofront.control.facts import check_facts
from geofront.control.reference import Reference, read_reference
from geofront.control.score import Agreement, agreement, score, score_days
from geofront.errors import DataFaultsError, ExtentError

if TYPE_CHECKING:
    from pathlib import Path

FIELD = shapely.box(0, 0, 4, 2)
"""On the equator, 4° by 2°, so that a degree is about 111 km either way."""
DAY = date(2020, 1, 3)


def geodesic_km2(polygon: shapely.Polygon) -> float:
    dense = shapely.segmentize(polygon, 0.01)
    return abs(Geod(ellps="WGS84").geometry_area_perimeter(dense)[0]) / 1e6


def geodesic_km(*points: tuple[float, float]) -> float:
    lon, lat = zip(*points, strict=True)
    return float(Geod(ellps="WGS84").line_length(lon, lat)) / 1000


def compare(ours: shapely.Geometry, theirs: shapely.Geometry, **options: Any) -> Agreement:
    options.setdefault("within", FIELD)
    return agreement({"A": ours}, Reference.of({"A": theirs}), **options)


def held_from(west: float, east: float) -> shapely.Polygon:
    return shapely.box(west, 0, east, 2)


def test_boxes_that_overlap_by_half() -> None:
    found = compare(held_from(0, 2), held_from(1, 3))
    (actor,) = found.actors
    assert actor.iou == pytest.approx(1 / 3, rel=1e-6)
    assert found.cell_agreement == pytest.approx(1 / 2, rel=1e-6)
    assert found.compared_km2 == pytest.approx(geodesic_km2(FIELD), rel=1e-6)
    assert actor.area_km2 == pytest.approx(geodesic_km2(held_from(0, 2)), rel=1e-6)
    assert actor.error_km2 == pytest.approx(0, abs=0.1)
    assert actor.error_percent == pytest.approx(0, abs=1e-4)


def test_km2_error_and_its_share_of_the_reference() -> None:
    (actor,) = compare(held_from(0, 3), held_from(0, 2)).actors
    assert actor.error_km2 == pytest.approx(geodesic_km2(held_from(2, 3)), rel=1e-6)
    assert actor.error_percent == pytest.approx(50, rel=1e-5)
    assert actor.iou == pytest.approx(2 / 3, rel=1e-6)


def test_a_front_that_is_shifted_to_the_east() -> None:
    """The ends of the fronts lie 5 km within the border; between them all is as far apart."""
    (actor,) = compare(held_from(0, 2), held_from(0, 2.2)).actors
    shift = geodesic_km((2, 0), (2.2, 0))
    front = actor.front
    assert front is not None
    assert front.max_km == pytest.approx(shift, rel=1e-3)
    assert front.ours_mean_km == pytest.approx(shift, rel=1e-3)
    assert front.reference_mean_km == pytest.approx(shift, rel=1e-3)
    assert front.ours_length_km == pytest.approx(geodesic_km((2, 0), (2, 2)) - 10, abs=0.1)
    assert front.reference_length_km == pytest.approx(front.ours_length_km, abs=0.1)


def test_the_distance_is_not_the_same_in_both_directions() -> None:
    """A front with a far pocket more: its points are far from ours, ours are all on it."""
    pocket = shapely.box(3, 0.9, 3.2, 1.1)
    (actor,) = compare(held_from(0, 1), shapely.union_all([held_from(0, 1), pocket])).actors
    front = actor.front
    assert front is not None
    assert front.ours_max_km == pytest.approx(0, abs=1e-6)
    assert front.reference_max_km == pytest.approx(geodesic_km((1, 1), (3.2, 1)), abs=0.1)
    main = geodesic_km((1, 0), (1, 2)) - 10
    ring = geodesic_km((3, 0.9), (3.2, 0.9), (3.2, 1.1), (3, 1.1), (3, 0.9))
    assert front.reference_length_km == pytest.approx(main + ring, abs=0.2)
    mean = geodesic_km((1, 1), (3.1, 1)) * ring / (main + ring)
    assert front.reference_mean_km == pytest.approx(mean, abs=0.1)
    assert front.mean_km == pytest.approx(front.reference_mean_km / 2)
    # The ring is 29 % of the reference's front: 90 % of it lie within the far third of the ring.
    assert 200 < front.p90_km == front.reference_p90_km < front.max_km
    assert front.max_km == front.reference_max_km


def test_the_outline_along_the_border_is_no_front() -> None:
    """The reference ends 3 km short of the coast that ours is drawn to: a matter of outlines."""
    short = shapely.box(0.027, 0.027, 2, 1.973)
    (actor,) = compare(held_from(0, 2), short).actors
    assert actor.front is not None
    assert actor.front.max_km == pytest.approx(0, abs=1e-6)
    (strict,) = compare(held_from(0, 2), short, border_km=1).actors
    assert strict.front is not None
    assert strict.front.reference_max_km > 100


def test_a_reference_that_is_empty() -> None:
    found = compare(held_from(0, 1), shapely.MultiPolygon())
    (actor,) = found.actors
    assert actor.iou == 0
    assert actor.error_percent is None
    assert actor.front is None
    assert found.cell_agreement == pytest.approx(3 / 4, rel=1e-6)


def test_two_maps_on_which_the_actor_holds_nothing() -> None:
    found = agreement({}, Reference.of({"A": shapely.MultiPolygon()}), within=FIELD)
    assert (found.actors[0].iou, found.cell_agreement) == (1, 1)
    assert found.actors[0].front is None


def test_areas_that_have_nothing_in_common() -> None:
    found = compare(held_from(0, 1), held_from(3, 4))
    assert found.actors[0].iou == 0
    assert found.cell_agreement == pytest.approx(1 / 2, rel=1e-6)
    front = found.actors[0].front
    assert front is not None
    assert front.mean_km == pytest.approx(geodesic_km((1, 0), (3, 0)), rel=1e-3)


def test_what_is_excluded_counts_on_neither_map() -> None:
    """Half of the area that only the reference shows is left out; its edge is no front."""
    found = compare(held_from(0, 1), held_from(0, 3), exclude=held_from(2, 4))
    (actor,) = found.actors
    assert actor.iou == pytest.approx(1 / 2, rel=1e-6)
    assert actor.reference_km2 == pytest.approx(geodesic_km2(held_from(0, 2)), rel=1e-6)
    assert found.compared_km2 == pytest.approx(geodesic_km2(held_from(0, 2)), rel=1e-6)
    assert found.excluded_km2 == pytest.approx(geodesic_km2(held_from(2, 4)), rel=1e-6)
    assert actor.front is None  # all that is left of the reference's outline is the border
    with pytest.raises(ExtentError, match="nothing is left"):
        compare(held_from(0, 1), held_from(0, 3), exclude=FIELD)


def test_what_the_reference_draws_beyond_is_told() -> None:
    found = compare(held_from(0, 1), shapely.box(-1, 0, 1, 2))
    assert found.actors[0].iou == pytest.approx(1, rel=1e-9)
    assert found.beyond_km2 == pytest.approx(geodesic_km2(held_from(0, 1)), rel=1e-6)


def test_a_reference_that_is_invalid_is_repaired_and_told() -> None:
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    twice = shapely.MultiPolygon([held_from(0, 2), held_from(1, 3)])
    reference = Reference.of({"A": [bow_tie, held_from(3, 4)], "B": twice})
    assert len(reference.repairs) == 2
    assert reference.repairs[0].startswith("A, polygon 1 was invalid: Self-intersection")
    # The overlap of parts belongs to both and is no hole.
    assert reference.areas["B"].area == pytest.approx(6)
    found = agreement({"B": held_from(0, 3)}, reference, within=FIELD)
    assert found.repairs == reference.repairs
    assert [actor.iou for actor in found.actors] == [0, pytest.approx(1)]


def test_each_of_several_actors_has_a_score() -> None:
    """Ours gives the middle to A, the reference to B: a quarter of the ground."""
    reference = Reference.of({"A": held_from(0, 1), "B": held_from(1, 4)})
    found = agreement({"A": held_from(0, 2), "B": held_from(2, 4)}, reference, within=FIELD)
    assert [actor.iou for actor in found.actors] == pytest.approx([1 / 2, 2 / 3], rel=1e-6)
    assert found.cell_agreement == pytest.approx(3 / 4, rel=1e-6)
    table = found.frame()
    assert list(table["actor"]) == ["A", "B"]
    assert table["front_mean_km"].notna().all()


# --- properties -------------------------------------------------------------------------------

WESTS = st.integers(0, 30).map(lambda i: i / 10)
WIDTHS = st.integers(1, 20).map(lambda i: i / 10)


@st.composite
def shapes(draw: st.DrawFn) -> shapely.Geometry:
    """Up to three boxes in and around the field, merged."""
    boxes = [
        shapely.box(west, south, west + width, south + height)
        for west, south, width, height in draw(
            st.lists(st.tuples(WESTS, WESTS, WIDTHS, WIDTHS), max_size=3)
        )
    ]
    return shapely.MultiPolygon(shapely.get_parts(shapely.union_all(boxes)).tolist())


@settings(deadline=None, max_examples=60)
@given(shapes(), shapes())
def test_scores_are_symmetric_and_within_bounds(
    one: shapely.Geometry, two: shapely.Geometry
) -> None:
    there, back = compare(one, two, step_km=5), compare(two, one, step_km=5)
    a, b = there.actors[0], back.actors[0]
    assert 0 <= a.iou <= 1
    assert a.iou == pytest.approx(b.iou, abs=1e-9)
    assert 0 <= there.cell_agreement <= 1
    assert there.cell_agreement == pytest.approx(back.cell_agreement, abs=1e-9)
    assert a.error_km2 == pytest.approx(-b.error_km2, abs=1e-6)
    assert (a.front is None) == (b.front is None)
    if a.front and b.front:
        assert a.front.mean_km == pytest.approx(b.front.mean_km)
        assert a.front.ours_max_km == pytest.approx(b.front.reference_max_km)
        assert 0 <= a.front.mean_km <= a.front.max_km + 1e-9
        assert a.front.p90_km <= a.front.max_km


@settings(deadline=None, max_examples=40)
@given(shapes())
def test_a_map_agrees_with_itself(shape: shapely.Geometry) -> None:
    found = compare(shape, shape, step_km=5)
    (actor,) = found.actors
    assert actor.iou == pytest.approx(1, abs=1e-9)
    assert found.cell_agreement == pytest.approx(1, abs=1e-9)
    assert actor.error_km2 == pytest.approx(0, abs=1e-6)
    if actor.front:
        assert actor.front.max_km == pytest.approx(0, abs=1e-6)


@settings(deadline=None, max_examples=30)
@given(st.integers(5, 180), st.integers(1, 15))
def test_a_shifted_front_is_as_far_as_the_shift(hundredths: int, shift: int) -> None:
    """Fronts along the equator: a shift to the north is the same at both ends."""
    south, north = hundredths / 100, (hundredths + shift) / 100
    both = [shapely.box(0, -2, 4, south), shapely.box(0, -2, 4, north)]
    (actor,) = compare(*both, within=shapely.box(0, -2, 4, 4), step_km=5).actors
    assert actor.front is not None
    km = geodesic_km((2, south), (2, north))
    assert actor.front.mean_km == pytest.approx(km, rel=2e-3)
    assert actor.front.max_km == pytest.approx(km, rel=2e-3)


# --- series, files and facts ------------------------------------------------------------------


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return write_world(tmp_path / "world")


def test_a_series_agrees_with_its_own_files(world: Path, tmp_path: Path) -> None:
    series = geofront.draw(geofront.read(world), extent=BOX)
    geofront.write_geojson(series, tmp_path / "out")
    references = {
        day: read_reference(tmp_path / "out" / f"{day}.geojson", "South") for day in series.days
    }
    table = score_days(series, references, within=BOX)
    assert list(table["date"]) == series.days
    assert table["iou"].to_numpy() == pytest.approx(np.ones(len(series)), abs=1e-6)
    assert table["front_max_km"].to_numpy() == pytest.approx(np.zeros(len(series)), abs=1e-3)
    assert score_days(series, {}).empty


def test_contested_ground_is_no_ones_on_our_map(world: Path) -> None:
    """On 4 January South holds two quarters and fights for a third; the reference gives it all."""
    series = geofront.draw(geofront.read(world), extent=BOX)
    found = score(series.snapshot("2020-01-04"), Reference.of({"South": BOX}))
    (south,) = found.actors
    km2 = dict(zip(series.labels, series.snapshot("2020-01-04").area_km2, strict=True))
    held = sum(area for label, area in km2.items() if label.holder == "South")
    # Long edges are straight in degrees here and on an equal-area map there.
    assert south.area_km2 == pytest.approx(held, rel=1e-4)
    assert south.iou == pytest.approx(held / sum(km2.values()), rel=1e-4)


def test_blank_ground_counts_only_within_an_outline_that_is_given(world: Path) -> None:
    series = geofront.draw(geofront.read(world), extent=BOX, reach_km=5)
    reference = Reference.of({"South": BOX, "North": BOX})
    drawn = score(series.snapshot(DAY), reference)
    whole = score(series.snapshot(DAY), reference, within=BOX)
    assert drawn.compared_km2 == pytest.approx(series.mesh.total_km2, rel=1e-5)
    assert whole.actors[0].iou < 0.1 < drawn.actors[0].iou


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("no map", "cannot be read as a map"),
        ({"type": "Point", "coordinates": [1, 1]}, "holds no polygon"),
        (shapely.box(500_000, 0, 500_001, 1).__geo_interface__, "is not in degrees"),
    ],
)
def test_a_reference_that_is_no_map_is_refused(
    content: Any, complaint: str, tmp_path: Path
) -> None:
    file = tmp_path / "reference.geojson"
    text = content
    if not isinstance(content, str):
        feature = {"type": "Feature", "properties": {}, "geometry": content}
        text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataFaultsError, match=complaint):
        read_reference(file, "A")


def test_a_reference_of_other_actors_is_refused(world: Path, tmp_path: Path) -> None:
    series = geofront.draw(geofront.read(world), extent=BOX)
    geofront.write_geojson(series, tmp_path / "out")
    with pytest.raises(DataFaultsError, match="no area of 'Nobody'; there are: North, South"):
        read_reference(tmp_path / "out" / "2020-01-03.geojson", "Nobody")


FACTS = """place,day,expected,statement,policy,known_on
ain,2020-01-02,North,,,
Ayn al-Ain,2020-01-02,not:South,,,
bir,2020-01-04,contested,,,
bir,2020-01-06,north,lost on the 5th,,
eid,2020-01-05,not:South,captured on the 3rd,,
eid,2020-01-06,unknown,not reported yet,,2020-01-02
eid,2020-01-06,South,,by-source:two,
ain,2020-01-06,unknown,,by-source:two,
"""


def test_facts_are_right_or_wrong(world: Path, tmp_path: Path) -> None:
    file = tmp_path / "facts.csv"
    file.write_text(FACTS, encoding="utf-8")
    found = check_facts(geofront.read(world), file)
    assert found.right == 6
    wrong = [(c.row, c.place_id, c.expected, c.found) for c in found.wrong]
    assert wrong == [(5, "bir", "North", "South"), (6, "eid", "not:South", "South")]
    table = found.frame()
    assert table["holds"].sum() == 6
    assert table.loc[~table["holds"], "statement"].tolist() == [
        "lost on the 5th",
        "captured on the 3rd",
    ]


def test_every_fault_of_a_facts_file_is_told(world: Path, tmp_path: Path) -> None:
    file = tmp_path / "facts.csv"
    file.write_text(
        "place,day,expected,policy\nxyzzy,2020-01-02,North,\nain,2020-02-30,North,\n"
        "ain,2020-01-02,Nort,\nain,2020-01-02,North,nonsense\n",
        encoding="utf-8",
    )
    with pytest.raises(DataFaultsError) as caught:
        check_facts(geofront.read(world), file)
    assert [fault.row for fault in caught.value.faults] == [2, 3, 4, 5]


# --- the command ------------------------------------------------------------------------------


def run(*arguments: object) -> str:
    result = CliRunner().invoke(cli, ["score", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_tells_both_agreements(world: Path, tmp_path: Path) -> None:
    reference, facts, extent = (tmp_path / n for n in ("ref.geojson", "facts.csv", "box.geojson"))
    reference.write_text(shapely.to_geojson(BOX), encoding="utf-8")
    extent.write_text(shapely.to_geojson(BOX), encoding="utf-8")
    facts.write_text(FACTS, encoding="utf-8")
    options = (world, "--reference", reference, "--on", DAY, "--actor", "south")
    told = run(*options, "--extent", extent, "--facts", facts, "--format", "json")
    record = json.loads(told)
    assert record["agreement"]["day"] == "2020-01-03"
    (actor,) = record["agreement"]["actors"]
    assert actor["actor"] == "South"
    # North of about 34.2°, of a box from 33.5° to 35.5°: (sin 35.5 - sin 34.2) / ...
    assert actor["iou"] == pytest.approx(0.6474, abs=0.001)
    assert actor["front"] is None
    assert record["facts"]["checked"] == 8
    assert [fact["row"] for fact in record["facts"]["wrong"]] == [5, 6]
    table = run(*options, "--extent", extent, "--exclude", extent_west(tmp_path), "--facts", facts)
    assert "6 of 8 facts hold" in table
    assert "IoU" in table
    assert "km²" in table


def extent_west(folder: Path) -> Path:
    file = folder / "west.geojson"
    file.write_text(shapely.to_geojson(shapely.box(37, 33.5, 37.5, 35.5)), encoding="utf-8")
    return file


def test_the_command_reports_a_repair_and_a_front(world: Path, tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(37.2, 33.8), (39, 35), (39, 33.8), (37.2, 35)])
    file = tmp_path / "ref.geojson"
    file.write_text(shapely.to_geojson(bow_tie), encoding="utf-8")
    options = ("--reference", file, "--on", DAY, "--actor", "South")
    result = CliRunner().invoke(cli, ["score", str(world), *map(str, options)])
    assert "was invalid: Self-intersection" in result.output
    assert "front distance, maximum" in result.output


@pytest.mark.parametrize(
    "options", [(), ("--on", "2020-01-03"), ("--reference", "{events}", "--actor", "South")]
)
def test_the_command_refuses_to_compare_with_nothing(world: Path, options: tuple[str, ...]) -> None:
    events = str(world / "events.csv")
    arguments = [option.format(events=events) for option in options]
    result = CliRunner().invoke(cli, ["score", str(world), *arguments])
    assert result.exit_code == 2
    assert "--reference" in result.output
