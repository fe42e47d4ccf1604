"""Layers of ISW/CTP: shapefiles, and answers of feature services."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas
import pytest
import shapely
from drawnworlds import adds_up, collection, day, feature, saved, shown, square
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

import geofront
from geofront.adapters import reader
from geofront.adapters.drawn.days import day_in_name, day_of_value
from geofront.adapters.drawn.isw import TIERS, read_isw, tier_of
from geofront.adapters.report import DropError
from geofront.control.mapfolder import draw_import
from geofront.errors import DataFaultsError, UnknownNameError
from geofront.events.event import Kind, Standing

if TYPE_CHECKING:
    from pathlib import Path

CONTROL = "UkraineControlMapAO17AUG2024"
MS_17_AUG = 1723852800000
_BOX = shapely.box(37, 48, 38, 49)


def rings(*boxes: tuple[float, float, float], hole: bool = False) -> list[list[list[float]]]:
    """Rings of squares, clockwise as Esri has outlines, or the other way as it has holes."""
    found = []
    for lon, lat, size in boxes:
        ring = [[lon, lat], [lon, lat + size], [lon + size, lat + size], [lon + size, lat]]
        ring = [*ring, ring[0]]
        found.append(ring[::-1] if hole else ring)
    return found


def answer(
    *features: tuple[dict[str, Any], Any], wkid: int | None = 4326, **more: Any
) -> dict[str, Any]:
    reference = {} if wkid is None else {"spatialReference": {"wkid": wkid}}
    return {
        "objectIdFieldName": "OBJECTID",
        "geometryType": "esriGeometryPolygon",
        **reference,
        "features": [{"attributes": a, "geometry": {"rings": r}} for a, r in features],
        **more,
    }


def shapefile(
    folder: Path,
    name: str,
    shape: shapely.Geometry = _BOX,
    crs: str | None = "EPSG:3857",
    **fields: object,
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    frame = geopandas.GeoDataFrame({"Name": [1], **fields}, geometry=[shape], crs="EPSG:4326")
    if crs is not None:
        frame = frame.to_crs(crs)
    frame.to_file(folder / f"{name}.shp")
    if crs is None:
        (folder / f"{name}.prj").unlink()
    return folder / f"{name}.shp"


def zipped(path: Path, files: list[Path], inside: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, inside + file.name)
        archive.writestr(f"__MACOSX/._{files[0].name}", b"\0")
    return path


def bounds(imported: geofront.adapters.Imported) -> dict[str, dict[str, tuple[float, ...]]]:
    assert imported.maps is not None
    return {
        str(when): {k: tuple(round(b, 6) for b in shape.bounds) for k, shape in areas.items()}
        for when, areas in imported.maps.items()
    }


def test_shapefiles_loose_and_zipped(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    shapefile(folder, CONTROL)
    work = tmp_path / "work"
    shapefile(work, "UkraineControlMapAO18AUG2024", shapely.box(37, 47, 38, 49), "EPSG:4326")
    zipped(folder / "ISW.zip", sorted(work.iterdir()), "deep/er/")
    imported = read_isw(folder)
    assert bounds(imported) == {
        "2024-08-17": {"russia": (37, 48, 38, 49)},
        "2024-08-18": {"russia": (37, 47, 38, 49)},
    }
    report = imported.report
    assert (report.read, report.kept, dict(report.dropped)) == (2, 2, {})
    assert imported.timeline is None
    assert "exclusive intellectual property" in imported.about.licence
    assert any("no redistribution" in note for note in report.notes)


def test_shapefiles_with_parts_missing(tmp_path: Path) -> None:
    bare = shapefile(tmp_path, CONTROL, crs=None)
    imported = read_isw(bare)
    assert bounds(imported) == {"2024-08-17": {"russia": (37, 48, 38, 49)}}
    assert dict(imported.report.mended) == {"no CRS is stated: read as degrees of WGS 84": 1}
    bare.with_suffix(".dbf").unlink()
    with pytest.raises(DataFaultsError, match=r"lacks its other parts .\.dbf"):
        read_isw(bare)
    broken = shapefile(tmp_path / "b", CONTROL)
    broken.write_bytes(b"\x00\x00\x27\x0a" + b"\xff" * 90)
    with pytest.raises(DataFaultsError, match=r"cannot be read|no polygon|no geometry"):
        read_isw(broken)
    metres = shapefile(tmp_path / "m", CONTROL)
    metres.with_suffix(".prj").unlink()
    with pytest.raises(DataFaultsError, match="not degrees of WGS 84"):
        read_isw(metres)
    assert bounds(read_isw(metres, crs="EPSG:3857")) == bounds(imported)


@pytest.mark.parametrize("wkid", [4326, 102100, 3857, 2039])
def test_rings_in_any_crs(tmp_path: Path, wkid: int) -> None:
    lon, lat = (35.0, 31.5) if wkid == 2039 else (37.0, 48.0)
    number = 3857 if wkid == 102100 else wkid
    here = Transformer.from_crs("EPSG:4326", f"EPSG:{number}", always_xy=True)
    outline = [[list(here.transform(x, y)) for x, y in ring] for ring in rings((lon, lat, 1))]
    value = answer(({"OBJECTID": 1}, outline), wkid=wkid)
    imported = read_isw(saved(tmp_path / f"{CONTROL}.json", value))
    box = bounds(imported)["2024-08-17"]["russia"]
    assert box == pytest.approx((lon, lat, lon + 1, lat + 1), abs=1e-5)


def test_holes_are_told_by_the_direction_of_their_ring(tmp_path: Path) -> None:
    # An outline, a hole in it, an island in the hole; and a second outline.
    value = answer(
        (
            {"OBJECTID": 1},
            [
                *rings((37.2, 48.2, 0.6), hole=True),
                *rings((37, 48, 1), (37.4, 48.4, 0.2), (40, 48, 1)),
            ],
        )
    )
    imported = read_isw(saved(tmp_path / f"{CONTROL}.json", value))
    assert imported.maps is not None
    shape = imported.maps[day("2024-08-17")]["russia"]
    assert shape.area == pytest.approx(1 - 0.36 + 0.04 + 1)
    assert not shape.contains(shapely.Point(37.3, 48.3))
    assert shape.contains(shapely.Point(37.5, 48.5))
    assert not imported.report.mended
    backwards = answer(({}, rings((37, 48, 1), hole=True)), ({}, [rings((38, 48, 1))[0][:-1]]))
    imported = read_isw(saved(tmp_path / f"{CONTROL}.json", backwards))
    assert bounds(imported)["2024-08-17"] == {"russia": (37, 48, 39, 49)}
    assert dict(imported.report.mended) == {
        "a ring ran the wrong way round: a hole in nothing is an outline": 1,
        "a ring was not closed": 1,
    }


@pytest.mark.parametrize(
    ("name", "tier"),
    [
        ("UkraineControlMapAO30A_Merge_APR", "control"),
        ("UkraineCOntrolMapAO13APR2022", "control"),
        ("VIEW_RussiaCoTinUkraine_V3", "control"),
        ("UkrainianCoTTimelapse_FEB_2022_to_DEC_2024_view", "control"),
        ("Assessed Russian-controlled Ukrainian Territory", "control"),
        ("AssessedRussianControl_AUG", "control"),
        ("SEP2025RUCoT", "control"),
        ("AssessedRussianAdvanceInUkraine_V2_view", "advance"),
        ("AssessedRussianAdvance_Merge_APR", "advance"),
        ("View_AssessedRussianInfiltrationAreasinUkraine_V4", "infiltration"),
        ("AssessedRussianInfiltr_Merge_APR", "infiltration"),
        ("AssessedInfiltrationAreasinUkraine", "infiltration"),
        ("ClaimedRussianTerritoryinUkraine_V2_view", "claimed"),
        ("Claimed_Russian_Control_over_Ukrainian_Territory31", "claimed"),
        ("ClaimedUkrainianCounte_Merge_APR", "counteroffensive"),
        ("VIEW_ClaimedUkrainianCounteroffensives_V2", "counteroffensive"),
        ("VIEW_Russian_controlled_Ukrainian_Territory_before_February_24_2022", "before"),
        ("DonbasBeforeFeb24_2022", "before"),
        ("Palestinian Militia Infiltration", ""),
        ("Claimed Russian Advances in Russia", ""),
        ("ReportedUkrainianPartisanWarfare", ""),
        ("VIEW_Syria_Regime_SDF_Contested_MDS_view", ""),
    ],
)
def test_tiers_stand_in_the_names(name: str, tier: str) -> None:
    assert tier_of(name) == tier


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("UkraineControlMapAO17AUG2024.shp", "2024-08-17"),
        ("UkraineCOntrolMapAO13apr2022.zip", "2022-04-13"),
        ("AssessedRussianAdvance_V2_APR022023", "2023-04-02"),
        ("17 AUG 2024.zip", "2024-08-17"),
        ("Claimed Advances April 18,2024.zip", "2024-04-18"),
        ("Advances Sept 5, 2024.zip", "2024-09-05"),
        ("Lebanon data October 26-27, 2024.zip", "2024-10-27"),
        ("Confirmed Strikes AO 10302024.zip", "2024-10-30"),
        ("isw-2024-8-7.json", "2024-08-07"),
        ("ISW_APR022023/UkraineControlMapAO02APR2023.shp", "2023-04-02"),
        ("ClaimedUkrainianCounteroffensivesDEC060205.zip", "'DEC060205' reads as 0205-12-06"),
        ("UkraineControlMapAO02FEB22024.zip", "'02FEB22024' reads as 22024-02-02"),
        ("PartisanWarfareNOV092924.zip", "'NOV092924' reads as 2924-11-09"),
        ("UkraineControlMapAO31APR2024.zip", "'31APR2024' reads as 2024-04-31"),
        ("AssessedRussianAdvanceInUkraineAPR13.zip", "'APR13' has no year"),
        ("a17AUG2024.zip/b18AUG2024.shp", "2024-08-17 and 2024-08-18"),
        ("May_CoT_view.json", "no day"),
    ],
)
def test_days_in_names(name: str, expected: str) -> None:
    if expected[:2] == "20" and "and" not in expected:
        assert day_in_name(name, {}) == day(expected)
        return
    with pytest.raises(DropError) as caught:
        day_in_name(name, {})
    assert caught.value.reason == "the file's name has no readable day"
    assert caught.value.value == f"{expected}; say it with dates="


def test_a_wrong_day_in_a_name_is_refused_unless_told(tmp_path: Path) -> None:
    name = "UkraineControlMapAO02FEB22024"
    # It has a day of editing as well, which is no reason to take that for the day that was meant.
    value = answer(({"EditDate": MS_17_AUG}, rings((37, 48, 1))))
    file = saved(tmp_path / f"{name}.json", value)
    with pytest.raises(DataFaultsError, match="'02FEB22024' reads as 22024-02-02"):
        read_isw(file)
    for dates in ({f"{name}.json": "2024-02-02"}, {name: day("2024-02-02")}, f"{name}=2024-02-02"):
        assert list(shown(read_isw(file, dates=dates))) == ["2024-02-02"]


def test_days_in_fields(tmp_path: Path) -> None:
    may = collection(
        feature(square(37, 48), pub_date="2026-05-01"),
        feature(square(37, 47), pub_date="2026-05-02"),
        feature(square(38, 47), pub_date="2026-05-02"),
        feature(square(38, 47), pub_date="2026-05-2O"),
        feature(square(38, 47), pub_date=None),
    )
    imported = read_isw(saved(tmp_path / "May_CoT_view.json", may), layers="may_cot=control")
    assert shown(imported) == {
        "2026-05-01": {"russia": "37 48 38 49"},
        "2026-05-02": {"russia": "37 47 39 48"},
    }
    assert dict(imported.report.dropped) == {
        "the day is not readable": 1,
        "the file's name has no readable day": 1,
    }
    lapse = answer(
        ({"datetime": MS_17_AUG + 72_000_000}, rings((37, 48, 1))),
        ({"datetime": MS_17_AUG + 86_400_000}, rings((38, 48, 1))),
    )
    name = "UkrainianCoTTimelapse_FEB_2022_to_DEC_2024_view.json"
    assert list(shown(read_isw(saved(tmp_path / name, lapse)))) == ["2024-08-17", "2024-08-18"]
    assert day_of_value(MS_17_AUG) == day("2024-08-17")


def test_the_living_layer_is_of_its_latest_edit(tmp_path: Path) -> None:
    # Crimea was edited once, years ago, and still stands.
    value = answer(
        ({"OBJECTID": 1, "EditDate": 1650000000000}, rings((33, 45, 1))),
        ({"OBJECTID": 2, "EditDate": MS_17_AUG}, rings((37, 48, 1))),
        ({"OBJECTID": 3, "EditDate": None}, rings((38, 48, 1))),
    )
    imported = read_isw(saved(tmp_path / "VIEW_RussiaCoTinUkraine_V3.json", value))
    assert shown(imported) == {"2024-08-17": {"russia": "33 45 39 49"}}
    assert any("that of the latest edit" in note for note in imported.report.notes)


def layers(folder: Path) -> Path:
    """One day: control, an advance that overlaps it, infiltration, and both kinds of claims."""
    for name, lon in (
        ("UkraineControlMapAO", 36.0),
        ("AssessedRussianAdvanceInUkraine", 36.5),
        ("AssessedRussianInfiltrationAreasinUkraine", 38.0),
        ("ClaimedRussianTerritoryinUkraine", 39.0),
        ("ClaimedUkrainianCounteroffensives", 35.0),
        ("Assessed_Russian_Gains_in_the_Past_24_Hours", 36.0),
        ("ReportedUkrainianPartisanWarfare", 36.0),
    ):
        value = answer(({"OBJECTID": 1}, rings((lon, 48, 1))))
        saved(folder / f"{name}17AUG2024.json", value)
    later = answer(({}, rings((39, 48, 1))), ({}, rings((40, 48, 0.5))))
    saved(folder / "ClaimedRussianTerritoryinUkraine18AUG2024.json", later)
    return folder


def test_tiers_become_maps_and_statements(tmp_path: Path) -> None:
    imported = read_isw(layers(tmp_path))
    assert shown(imported) == {
        "2024-08-17": {"russia": "36 48 37 49", "russia|ukraine": "37 48 39 49"}
    }
    report = imported.report
    assert dict(report.dropped) == {
        "gains of the past 24 hours repeat ground of the other layers": 1,
        "the name of the layer tells no tier that is known": 1,
        "the polygon stood there before: said already": 1,
    }
    assert (report.read, report.kept) == (9, 6)
    assert dict(report.mended) == {
        "an area overlapped another one that goes before it, and was cut": 1
    }
    timeline = imported.timeline
    assert timeline is not None
    told = [
        (str(e.day), e.kind, e.actors, e.from_actors, e.standing, e.claimed_by, e.credibility)
        for e in timeline.events
    ]
    claim = (Kind.HOLD, ("russia",), (), Standing.CLAIMED, ("russia",), 6)
    counter = (Kind.CONTEST, ("ukraine",), ("russia",), Standing.CLAIMED, ("ukraine",), 6)
    assert sorted(told) == [
        ("2024-08-17", *counter),
        ("2024-08-17", *claim),
        ("2024-08-18", *claim),
    ]
    assert {shapely.from_wkt(e.geometry_wkt).bounds for e in timeline.events} == {
        (35, 48, 36, 49),
        (39, 48, 40, 49),
        (40, 48, 40.5, 48.5),
    }
    assert all(e.reported == e.day for e in timeline.events)
    place = timeline.places["isw-claimed-2024-08-17-1"]
    assert (place.lon, place.lat) == (39.5, 48.5)
    assert 60 < (place.radius_km or 0) < 70  # half of the square's diagonal
    assert {source.licence for source in timeline.sources.values()} == {imported.about.licence}
    # A claim alone sets no status.
    status = geofront.replay(timeline).status("isw-claimed-2024-08-17-1", day("2024-08-18"))
    assert (status.label.actors, status.claimed_by) == ((), ("russia",))


def test_what_is_drawn_is_for_the_user_to_say(tmp_path: Path) -> None:
    folder = layers(tmp_path)
    held = read_isw(folder, tiers="control=russia,advance=russia")
    assert shown(held)["2024-08-17"] == {"russia": "36 48 37.5 49"}
    assert held.timeline is not None
    kinds = {e.sources[0]: (e.kind, e.credibility) for e in held.timeline.events}
    assert kinds["isw-infiltration"] == (Kind.MOVEMENT, 3)
    every = read_isw(folder, tiers=TIERS)
    assert every.timeline is None
    none = read_isw(folder, tiers=())
    assert none.maps is None
    assert none.timeline is not None
    kinds = {e.sources[0]: (e.kind, e.credibility) for e in none.timeline.events}
    assert kinds["isw-control"] == (Kind.HOLD, 2)
    assert kinds["isw-advance"] == (Kind.CONTEST, 3)
    held_by = {
        status.place.id: status.label.actors
        for status in geofront.draw(none.timeline).snapshot("2024-08-17").statuses
    }
    assert held_by["isw-control-2024-08-17-1"] == ("russia",)
    assert held_by["isw-advance-2024-08-17-1"] == ("russia", "ukraine")
    assert held_by["isw-claimed-2024-08-17-1"] == ()
    with pytest.raises(UnknownNameError, match="control"):
        read_isw(folder, tiers="controll")
    with pytest.raises(UnknownNameError, match="control"):
        read_isw(folder, layers={"x": "y"})


def test_ground_held_before_2022_is_on_every_map(tmp_path: Path) -> None:
    before = answer(({}, rings((33, 45, 1))))
    name = "VIEW_Russian_controlled_Ukrainian_Territory_before_February_24_2022.json"
    alone = saved(tmp_path / name, before)
    with pytest.raises(DataFaultsError, match="no map of a day by itself"):
        read_isw(alone)
    for text in ("17AUG2024", "18AUG2024"):
        value = answer(({}, rings((37, 48, 1))))
        saved(tmp_path / f"UkraineControlMapAO{text}.json", value)
    assert shown(read_isw(tmp_path)) == {
        "2024-08-17": {"russia": "33 45 38 49"},
        "2024-08-18": {"russia": "33 45 38 49"},
    }


def test_a_day_may_have_one_layer_only(tmp_path: Path) -> None:
    value = answer(({}, rings((37, 48, 1))))
    saved(tmp_path / "AssessedRussianAdvance17AUG2024.json", value)
    saved(tmp_path / "UkraineControlMapAO18AUG2024.json", value)
    assert shown(read_isw(tmp_path)) == {
        "2024-08-17": {"russia|ukraine": "37 48 38 49"},
        "2024-08-18": {"russia": "37 48 38 49"},
    }


def test_pages_of_an_answer_are_one_map_and_copies_are_dropped(tmp_path: Path) -> None:
    first = answer(({}, rings((37, 48, 1))), exceededTransferLimit=True)
    saved(tmp_path / f"{CONTROL}_page1.json", first)
    saved(tmp_path / f"{CONTROL}_page2.json", answer(({}, rings((38, 48, 1)))))
    saved(tmp_path / f"{CONTROL}_page3.json", answer(({}, rings((39, 48, 1)))))
    imported = read_isw(tmp_path)
    assert shown(imported) == {"2024-08-17": {"russia": "37 48 39 49"}}
    assert dict(imported.report.dropped) == {"another file has a map of this day already": 1}
    assert any("cut its answer short" in note for note in imported.report.notes)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"error": {"code": 400, "message": "Invalid"}}, "Invalid"),
        (answer(), "has no polygon"),
        (answer(({}, [])), "has no geometry"),
        (answer(({}, [[[1, 2], [3, 4]]])), "a ring of"),
        (answer(({}, [[[1], [2]]])), "make no polygon"),
        (answer(({}, [[["a", "b"]] * 4])), "make no polygon"),
        (answer(({}, rings((5e6, 6e6, 1e5)))), "not degrees of WGS 84"),
        (answer(({}, rings((37, 48, 1))), wkid=999999), "the CRS is not known"),
        ({**answer(), "features": [{"geometry": {"x": 1, "y": 2}}, 3]}, "no polygon"),
        ({**answer(), "features": [{"geometry": {"curveRings": []}}]}, "curved rings"),
        ({**collection(feature(square(1, 1))), "crs": {"properties": {"name": "?"}}}, "the CRS"),
        ("<html>", "a web page"),
    ],
)
def test_answers_of_which_nothing_can_be_made(tmp_path: Path, content: object, told: str) -> None:
    with pytest.raises(DataFaultsError) as caught:
        read_isw(saved(tmp_path / f"{CONTROL}.json", content))
    assert told in str(caught.value)


def test_geojson_in_metres_and_answers_without_a_crs(tmp_path: Path) -> None:
    metres = geopandas.GeoSeries([_BOX], crs="EPSG:4326").to_crs("EPSG:3857")
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    geometry = shapely.geometry.mapping(metres.iloc[0])
    file = saved(tmp_path / f"{CONTROL}.geojson", collection(feature(geometry), crs=crs))
    assert bounds(read_isw(file)) == {"2024-08-17": {"russia": (37, 48, 38, 49)}}
    bare = answer(({}, rings((37, 48, 1))), wkid=None)
    imported = read_isw(saved(tmp_path / f"{CONTROL}.json", bare))
    assert dict(imported.report.mended) == {"no CRS is stated: read as degrees of WGS 84": 1}


def test_an_import_draws_with_its_actors(tmp_path: Path) -> None:
    series = draw_import(read_isw(layers(tmp_path)))
    snapshot = series.snapshot("2024-08-17")
    assert set(snapshot.areas["status"]) >= {"held", "contested"}
    assert series.title == "Control of terrain (ISW/CTP)"
    with pytest.raises(ValueError, match="no maps"):
        draw_import(read_isw(tmp_path, tiers=()))


def test_the_format_has_its_name() -> None:
    assert reader("isw") is read_isw


VALUE = (
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=3)
    | st.sampled_from([MS_17_AUG, "2024-08-17", 4326, 3857])
)
RINGS = st.lists(st.lists(st.lists(VALUE, max_size=3) | VALUE, max_size=6), max_size=3)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.dictionaries(st.sampled_from(["EditDate", "pub_date", "datetime"]), VALUE), RINGS
        ),
        max_size=3,
    ),
    more=st.dictionaries(
        st.sampled_from(["spatialReference", "name", "exceededTransferLimit", "editingInfo"]),
        VALUE | st.dictionaries(st.sampled_from(["wkid", "wkt", "latestWkid"]), VALUE),
    ),
)
def test_whatever_stands_there_nothing_but_faults(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], more: dict[str, Any]
) -> None:
    value = answer(({}, rings((37, 48, 1))), *rows, **more)
    file = saved(tmp_path_factory.mktemp("fuzz") / f"{CONTROL}.json", value)
    try:
        imported = read_isw(file)
    except DataFaultsError:
        return
    assert adds_up(imported)


@settings(max_examples=40, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_shapefile_gives_faults_or_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for ending in (".shp", ".dbf", ".shx", ".prj"):
            archive.writestr(CONTROL + ending, data)
    file = saved(tmp_path_factory.mktemp("fuzz") / "a.zip", packed.getvalue())
    with pytest.raises(DataFaultsError):
        read_isw(file)
