"""Places from other people's files: what is kept, what is dropped, and what is told."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas
import pandas as pd
import pytest
import shapely

from geofront.errors import DataFaultsError, UnknownNameError
from geofront.gazetteer.readers.exports import (
    places_from_geodataframe,
    read_geojson_places,
    read_osm,
    read_wikidata,
)
from geofront.gazetteer.readers.geonames import ReadReport, read_geonames
from geofront.gazetteer.readers.world import world_places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from geofront.gazetteer.place import Place


def written(folder: Path, name: str, content: object) -> Path:
    """Write a text, some bytes, or JSON, and return the file."""
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        path.write_text(text, encoding="utf-8", newline="")
    return path


# --- GeoNames ---------------------------------------------------------------------------------


def dump_row(ident: str, name: str, **cells: str) -> str:
    """Return a line of a GeoNames dump: 19 columns."""
    columns = [
        *("id", "name", "ascii", "alternates", "lat", "lon", "cls", "code", "country", "cc2"),
        *("admin1", "admin2", "admin3", "admin4", "population", "elevation", "dem", "zone", "day"),
    ]
    usual = {"lat": "34.5", "lon": "36.5", "cls": "P", "code": "PPL", "country": "SY"}
    row = usual | {"id": ident, "name": name, "population": "0", "day": "2024-01-01"} | cells
    return "\t".join(row.get(column, "") for column in columns)


HOMS = dump_row(
    "169577",
    "Homs",
    ascii="Homs",
    alternates="Emesa,QHS,Hims,,Homs,حمص,https://en.wikipedia.org/wiki/Homs",
    lat="34.72405",
    lon="36.72559",
    code="PPLA",
    admin1="11",
    population="775404",
)
SHAYRAT = dump_row("7911347", "Shayrāt Airbase", ascii="Shayrat Airbase", cls="S", code="AIRB")
ARAK = dump_row("173795", 'Arāk "the village"', ascii="Arak")
QUIRKS = dump_row("1", "Tall\u2028Abyaḑ\x85", ascii="Tall Abyad")  # a line ends only at \n
DUMP = f"{HOMS}\n{SHAYRAT}\n{ARAK}\n{QUIRKS}\n"


def test_a_geonames_row_becomes_a_place(tmp_path: Path) -> None:
    (homs, *_) = read_geonames(written(tmp_path, "SY.txt", DUMP))
    assert (homs.id, homs.name, homs.lon, homs.lat) == (
        "geonames-169577",
        "Homs",
        36.72559,
        34.72405,
    )
    assert homs.aliases == ("Emesa", "QHS", "Hims", "حمص")
    assert (homs.feature, homs.admin1, homs.country) == ("PPLA", "11", "SY")
    assert (homs.source, homs.licence) == ("geonames", "CC-BY-4.0")
    assert homs.extra == {"population": "775404"}


def test_quotes_and_odd_line_separators_belong_to_names(tmp_path: Path) -> None:
    places = list(read_geonames(written(tmp_path, "SY.txt", DUMP)))
    assert [p.name for p in places[2:]] == ['Arāk "the village"', "Tall\u2028Abyaḑ"]
    assert places[2].extra == {}  # a population of 0 is one that is not known


def test_byte_order_mark_windows_line_ends_and_blank_lines_are_understood(tmp_path: Path) -> None:
    text = f"\ufeff{HOMS}\r\n\r\n{ARAK}\r\n"
    report = ReadReport()
    places = list(read_geonames(written(tmp_path, "SY.txt", text), report=report))
    assert [p.id for p in places] == ["geonames-169577", "geonames-173795"]
    assert (report.read, report.kept, report.broken) == (2, 2, 0)


@pytest.mark.parametrize(
    ("features", "names"),
    [
        ("P", {"Homs", 'Arāk "the village"', "Tall\u2028Abyaḑ"}),
        ("PPL", {'Arāk "the village"', "Tall\u2028Abyaḑ"}),
        ("ppl*", {"Homs", 'Arāk "the village"', "Tall\u2028Abyaḑ"}),
        (["AIRB", "PPLA"], {"Homs", "Shayrāt Airbase"}),
        (["T"], set()),
    ],
)
def test_features_are_classes_or_codes(
    tmp_path: Path, features: str | list[str], names: set[str]
) -> None:
    report = ReadReport()
    path = written(tmp_path, "SY.txt", DUMP)
    found = {p.name for p in read_geonames(path, features=features, report=report)}
    assert found == names
    assert (report.read, report.kept, report.passed_over) == (4, len(names), 4 - len(names))


def test_countries_are_chosen_by_code(tmp_path: Path) -> None:
    path = written(tmp_path, "all.txt", f"{HOMS}\n{dump_row('2', 'Mosul', country='IQ')}\n")
    assert [p.name for p in read_geonames(path, countries="iq")] == ["Mosul"]


BROKEN = {
    "lat is missing": dump_row("11", "A", lat=""),
    "lon 'east' is not a number": dump_row("12", "B", lon="east"),
    "lat 91 is out of range": dump_row("13", "C", lat="91"),
    "lon and lat are both 0": dump_row("14", "D", lat="0", lon="0.0"),
    "lon 'nan' is not a number": dump_row("15", "E", lon="nan"),
    "name is missing": dump_row("16", "  "),
    "geonameid 'x7' is not a number": dump_row("x7", "F"),
    "has 3 columns, parted by tabs, instead of 19": "17\tG\tG",
    "is not UTF-8 text": dump_row("18", "\udcff"),
}


def test_broken_rows_are_left_out_and_told(tmp_path: Path) -> None:
    lines = [HOMS, *BROKEN.values(), ARAK]
    path = written(tmp_path, "SY.txt", "\n".join(lines).encode("utf-8", "surrogateescape"))
    report = ReadReport()
    places = list(read_geonames(path, report=report))
    assert [p.id for p in places] == ["geonames-169577", "geonames-173795"]
    assert (report.read, report.kept, report.broken) == (11, 2, 9)
    assert [(f.file, f.row) for f in report.faults] == [("SY.txt", n) for n in range(2, 11)]
    assert [m for m, f in zip(BROKEN, report.faults, strict=True) if m not in f.message] == []


def test_without_a_report_a_warning_tells(tmp_path: Path) -> None:
    path = written(tmp_path, "SY.txt", f"{HOMS}\n{BROKEN['lat is missing']}\n")
    with pytest.warns(UserWarning, match=r"1 kept, .*1 broken\nSY\.txt, row 2: lat is missing"):
        assert len(list(read_geonames(path))) == 1


def test_of_many_faults_the_first_are_noted_and_all_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path, "SY.txt", "\n".join([HOMS, *["broken"] * 30]))
    report = ReadReport(limit=4)
    list(read_geonames(path, report=report))
    assert (report.broken, len(report.faults)) == (30, 4)
    assert str(report).endswith("and 26 more")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "places.csv", "id,name,lon,lat\n1,Homs,36.7,34.7\n")
    with pytest.raises(DataFaultsError, match="has 1 columns, parted by tabs, instead of 19"):
        list(read_geonames(path))
    with pytest.raises(DataFaultsError, match="cannot be read"):
        read_geonames(tmp_path / "missing.txt")


def zipped(folder: Path, name: str, members: dict[str, str]) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in members.items():
            archive.writestr(member, text)
    return path


def test_zipped_dumps_are_read_as_they_are(tmp_path: Path) -> None:
    path = zipped(tmp_path, "SY.zip", {"readme.txt": "Readme for GeoNames", "SY.txt": DUMP})
    assert len(list(read_geonames(path))) == 4
    two = zipped(tmp_path, "two.zip", {"SY.txt": DUMP, "IQ.txt": DUMP})
    with pytest.raises(DataFaultsError, match=r"there are: SY\.txt, IQ\.txt"):
        read_geonames(two)


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, "SY.zip", {"SY.txt": DUMP * 50})
    data = bytearray(path.read_bytes())
    data[60:80] = b"\xff" * 20
    path.write_bytes(data)
    with pytest.raises(DataFaultsError, match=r"SY\.zip: cannot be read"):
        list(read_geonames(path, report=ReadReport()))


ALTERNATES = "\n".join(
    "\t".join(row)
    for row in [
        # id, place, isolanguage, name, preferred, short, colloquial, historic, from, to
        ("1", "169577", "link", "https://en.wikipedia.org/wiki/Homs", "", "", "", "", "", ""),
        ("2", "169577", "wkdt", "Q131301", "", "", "", "", "", ""),
        ("3", "169577", "unlc", "SYHMS", "", "", "", "", "", ""),
        ("4", "169577", "post", "31000", "", "", "", "", "", ""),
        ("5", "169577", "iata", "QHS", "", "", "", "", "", ""),
        ("6", "169577", "ar", "حمص", "1", "", "", "", "", ""),
        ("7", "169577", "en", "the Mother of Stones", "", "", "1", "", "", ""),
        ("8", "169577", "la", "Emesa", "", "", "", "1", "", "636"),
        ("9", "169577", "fr", "Émèse", "", "", "", "1", "19200101", "19460417"),
        ("10", "169577", "zh-Hant", "霍姆斯", "", "", "", "", "", ""),
        ("11", "169577", "uk", "Хомс", "", "", "", "1", "", ""),
        ("12", "169577", "uk", "Хомс", "", "", "", "", "", ""),  # in use again
        ("13", "7911347", "icao", "OS69", "", "", "", "", "", ""),
        ("14", "424242", "en", "Elsewhere", "", "", "", "", "", ""),
        ("15", "169577", "phon", "homs", "", "", "", "", "", ""),
    ]
)


def test_alternate_names_are_joined_without_codes(tmp_path: Path) -> None:
    dump = dump_row("169577", "Homs", alternates="SYHMS,31000,Emesa") + f"\n{SHAYRAT}\n"
    names = written(tmp_path, "alternateNamesV2.txt", ALTERNATES)
    path = written(tmp_path, "SY.txt", dump)
    homs, shayrat = read_geonames(path, alternate_names=names)
    assert homs.aliases == (
        "حمص",  # preferred
        *("QHS", "霍姆斯", "Хомс"),  # usual, in the order of the file
        "the Mother of Stones",  # colloquial
        *("Emesa", "Émèse"),  # no longer in use
    )
    assert homs.extra["wikidata"] == "Q131301"
    assert json.loads(homs.extra["former_names"]) == {
        "Emesa": ["", "636"],
        "Émèse": ["1920-01-01", "1946-04-17"],
    }
    assert shayrat.aliases == ("Shayrat Airbase", "OS69")


def test_broken_alternate_names_are_told_too(tmp_path: Path) -> None:
    names = zipped(
        tmp_path,
        "alternateNamesV2.zip",
        {"iso-languagecodes.txt": "x", "alternateNamesV2.txt": f"{ALTERNATES}\nbroken\n"},
    )
    report = ReadReport()
    path = written(tmp_path, "SY.txt", DUMP)
    places = list(read_geonames(path, alternate_names=names, features="AIRB", report=report))
    assert [p.aliases for p in places] == [("Shayrat Airbase", "OS69")]
    assert [(f.file, f.row) for f in report.faults] == [("alternateNamesV2.zip", 16)]


# --- the towns of the world ---------------------------------------------------------------------


def test_the_towns_of_a_country() -> None:
    towns = {p.id: p for p in world_places(countries=["sy", "LBN"], min_population=100_000)}
    assert {p.country for p in towns.values()} == {"SY", "LB"}
    homs = towns["geonames-169577"]
    assert (homs.name, homs.feature, homs.source) == ("Homs", "PPL", "geonames")
    assert {"Emesa", "حمص", "Хомс"} <= set(homs.aliases)
    assert all(int(p.extra["population"]) >= 100_000 for p in towns.values())


def test_a_town_of_exactly_the_population_is_kept() -> None:
    towns = list(world_places(min_population=15_000))
    assert len(towns) == len({p.id for p in towns})
    assert any(p.extra["population"] == "15000" for p in towns)


def test_an_unknown_country_is_refused_at_once() -> None:
    with pytest.raises(UnknownNameError, match="unknown country code 'XQ'"):
        world_places(countries=["SY", "XQ"])


# --- GeoJSON and GeoDataFrames ------------------------------------------------------------------


def feature(geometry: object, ident: object = None, **properties: object) -> dict[str, Any]:
    """Return a GeoJSON feature."""
    item = {"type": "Feature", "properties": properties, "geometry": geometry}
    return item if ident is None else item | {"id": ident}


def point(lon: object, lat: object) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


SQUARE = {"type": "Polygon", "coordinates": [[[36, 34], [37, 34], [37, 35], [36, 35], [36, 34]]]}


def collection(*features: object, **more: object) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)} | more


def test_geojson_properties_become_places(tmp_path: Path) -> None:
    item = feature(
        point(38.28, 34.55),
        NAME="Tadmur",
        pcode=5.0,
        other="Palmyra|تدمر; Tadmur",
        native=["Tadmor", "Tadmur"],
        feature="ppl",
        radius_km=2,
        country="SY",
        note="x",
        empty=None,
    )
    path = written(tmp_path, "towns.geojson", collection(item))
    (place,) = read_geojson_places(
        path, name="NAME", id="pcode", aliases=["other", "native"], licence="CC0-1.0"
    )
    assert (place.id, place.name, place.lon, place.lat) == ("5", "Tadmur", 38.28, 34.55)
    assert place.aliases == ("Palmyra", "تدمر", "Tadmor")
    assert (place.feature, place.radius_km, place.country) == ("PPL", 2.0, "SY")
    assert (place.source, place.licence) == ("towns.geojson", "CC0-1.0")
    assert place.extra == {"note": "x"}


def test_ids_come_from_the_property_the_feature_or_the_file(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "p.geojson",
        collection(
            feature(point(1, 2), 7, id="a", name="A"),
            feature(point(1, 2), 7, name="B"),
            feature(point(1, 2), name="C"),
        ),
    )
    assert [p.id for p in read_geojson_places(path)] == ["a", "7", "p-3"]


def test_an_area_is_a_point_on_it_with_its_reach(tmp_path: Path) -> None:
    (place,) = read_geojson_places(
        written(tmp_path, "a.geojson", collection(feature(SQUARE, name="Square")))
    )
    assert (place.lon, place.lat) == (36.5, 34.5)
    assert place.radius_km == pytest.approx(72, abs=1)  # half of 111 km by 91 km, corner to corner


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (feature(None, name="A"), "has no geometry"),
        (feature(point("a", "b"), name="A"), "has no geometry"),
        (feature({"type": "Point", "coordinates": []}, name="A"), "has no geometry"),
        (feature(point(0, 0), name="A"), "both 0"),
        (feature(point(200, 34), name="A"), "lon 200.0 is out of range"),
        (feature(point(36, 34), title="A"), "has no 'name'; what it has: title"),
        (feature(point(36, 34), name=" "), "has no 'name'"),
        (feature(point(36, 34), name="A", radius_km="far"), "radius_km is not a distance"),
        ({"type": "Point", "coordinates": [1, 2]}, "is not a GeoJSON Feature"),
        ("text", "is not a GeoJSON Feature"),
    ],
)
def test_a_broken_feature_is_told(tmp_path: Path, item: object, message: str) -> None:
    good = feature(point(36, 34), name="Good")
    report = ReadReport()
    path = written(tmp_path, "p.geojson", collection(good, item))
    assert [p.name for p in read_geojson_places(path, report=report)] == ["Good"]
    (fault,) = report.faults
    assert (fault.file, fault.row) == ("p.geojson", 2)
    assert message in fault.message
    with pytest.raises(DataFaultsError, match=r"p\.geojson, row 1"):
        list(read_geojson_places(written(tmp_path, "p.geojson", collection(item))))


def test_lists_in_lists_are_read_however_deep(tmp_path: Path) -> None:
    """At some 450 of them recursion would have ended, and with it the reading of all places."""
    deep = "[" * 800 + '"x","y"' + "]" * 800
    text = json.dumps(collection(feature(point(36, 34), name="A", tags="DEEP")))
    path = written(tmp_path, "p.geojson", text.replace('"DEEP"', deep))
    assert [(p.name, p.extra["tags"]) for p in read_geojson_places(path)] == [("A", "x|y")]


def test_features_may_stand_one_a_line(tmp_path: Path) -> None:
    lines = [json.dumps(feature(point(36, 34), name=n)) for n in "AB"]
    for text in ("\n".join(lines), "\x1e" + "\n\x1e".join(lines) + "\n", "\ufeff" + lines[0]):
        places = list(read_geojson_places(written(tmp_path, "p.geojsonl", text)))
        assert [p.name for p in places] == ["A", "B"][: len(places)]
        assert places


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<html>Too many requests</html>", "is not JSON"),
        ('{"type": "FeatureCollection", "features": [', "is not JSON"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        ({"type": "Topology"}, "is not a GeoJSON FeatureCollection"),
        (
            collection(crs={"type": "name", "properties": {"name": "EPSG:3857"}}),
            "is not in degrees",
        ),
    ],
)
def test_a_file_that_is_no_geojson_is_refused(
    tmp_path: Path, content: object, message: str
) -> None:
    with pytest.raises(DataFaultsError, match=message):
        read_geojson_places(written(tmp_path, "p.geojson", content))


def test_a_frame_in_any_crs_gives_the_same_places() -> None:
    frame = geopandas.GeoDataFrame(
        {"town": ["Tadmur", "Arak", None], "ar": ["تدمر", None, "x"], "n": [1, None, 3]},
        geometry=[shapely.Point(38.28, 34.55), shapely.Point(38.6, 34.6), shapely.Point(1, 1)],
        index=["t", "a", "x"],
        crs="EPSG:4326",
    )
    for given in (frame, frame.to_crs("EPSG:32637")):
        report = ReadReport()
        tadmur, arak = places_from_geodataframe(
            given, name="town", aliases=["ar"], source="survey", report=report
        )
        assert (tadmur.id, tadmur.aliases, tadmur.source) == ("survey-t", ("تدمر",), "survey")
        assert tadmur.position == pytest.approx((38.28, 34.55))
        assert (dict(tadmur.extra), dict(arak.extra)) == ({"n": "1"}, {})
        assert arak.aliases == ()
        assert [(f.file, f.row) for f in report.faults] == [("survey", 3)]
    with pytest.raises(UnknownNameError, match=r"unknown column 'name'; .*town"):
        places_from_geodataframe(frame)


def test_an_id_of_two_rows_of_a_frame_is_refused_with_both() -> None:
    one = geopandas.GeoDataFrame(
        {"name": ["Tadmur", "Arak"]},
        geometry=[shapely.Point(38.28, 34.55), shapely.Point(38.6, 34.6)],
        crs="EPSG:4326",
    )
    both = pd.concat([one, one.assign(name=["Hama", "Homs"])])
    with pytest.raises(DataFaultsError, match="'survey-0' is also that of row 3") as caught:
        places_from_geodataframe(both, source="survey")
    assert [(f.row, f.value) for f in caught.value.faults] == [(1, "survey-0"), (2, "survey-1")]
    assert len(list(places_from_geodataframe(both.reset_index(drop=True)))) == 4
    with pytest.raises(DataFaultsError, match="id 'a' is also that of row 2, 3"):
        places_from_geodataframe(both.assign(code=["a", "a", "a", "b"]), id="code")
    assert len(list(places_from_geodataframe(both.assign(id=list("abcd"))))) == 4


# --- Wikidata -----------------------------------------------------------------------------------

ENTITY = "http://www.wikidata.org/entity/"
WIKIDATA = [
    {
        "item": ENTITY + "Q5826",
        "itemLabel": "Palmyra",
        "coord": "Point(38.2684 34.5606)",
        "itemAltLabel": "Tadmor, Tadmur",
        "population": "51323",
    },
    {"item": ENTITY + "Q5826", "itemLabel": "Palmyra", "coord": "Point(38.2684 34.5906)"},
    {"item": ENTITY + "Q4", "itemLabel": "Q4", "coord": "Point(38 34)", "altLabel": "Arak, east"},
    {"item": ENTITY + "Q6", "itemLabel": "Q6", "coord": "Point(38 34)"},
    {"item": ENTITY + "Q7", "itemLabel": "Sea", "coord": f"<{ENTITY}Q405> Point(38 34)"},
    {"item": ENTITY + "Q8", "itemLabel": "Nowhere", "coord": "t2315"},
    {"item": ENTITY + "Q9", "itemLabel": "Null", "coord": "Point(0 0)"},
    {"item": "http://www.wikidata.org/.well-known/genid/1", "itemLabel": "Blank", "coord": ""},
]


def as_simple(rows: list[dict[str, str]]) -> tuple[str, object]:
    return "query.json", rows


def as_sparql(rows: list[dict[str, str]]) -> tuple[str, object]:
    bindings = [{k: {"type": "literal", "value": v} for k, v in row.items()} for row in rows]
    return "sparql.json", {"head": {"vars": ["item"]}, "results": {"bindings": bindings}}


def as_csv(rows: list[dict[str, str]]) -> tuple[str, object]:
    columns = ["item", "itemLabel", "coord", "itemAltLabel", "altLabel", "population"]
    lines = [",".join(f'"{row.get(c, "")}"' for c in columns) for row in rows]
    return "query.csv", "\r\n".join([",".join(columns), *lines]) + "\r\n"


@pytest.mark.parametrize("form", [as_simple, as_sparql, as_csv])
def test_wikidata_items_become_places(
    tmp_path: Path, form: Callable[[list[dict[str, str]]], tuple[str, object]]
) -> None:
    report = ReadReport()
    path = written(tmp_path, *form(WIKIDATA))
    palmyra, arak = read_wikidata(path, feature="PPL", report=report)
    assert (palmyra.id, palmyra.name, palmyra.feature) == ("wikidata-Q5826", "Palmyra", "PPL")
    assert (palmyra.lon, palmyra.lat) == (38.2684, 34.5606)
    assert palmyra.radius_km == pytest.approx(3.33, abs=0.01)  # to the other position
    assert palmyra.aliases == ("Tadmor", "Tadmur")
    assert palmyra.extra == {"wikidata": "Q5826", "population": "51323"}
    assert (palmyra.source, palmyra.licence) == ("wikidata", "CC0-1.0")
    assert (arak.id, arak.name, arak.radius_km) == ("wikidata-Q4", "Arak, east", 1.0)
    first = 2 if path.suffix == ".csv" else 1
    assert sorted((f.row - first, f.message.partition(";")[0]) for f in report.faults) == [
        (3, "has no label in the languages of the query"),
        (4, "lies on another globe than the Earth"),
        (5, "coordinate 't2315' is none"),
        (6, "lon and lat are both 0, which means a missing position"),
        (7, "has no item such as http://www.wikidata.org/entity/Q5826"),
    ]
    assert (report.read, report.kept, report.broken) == (7, 2, 5)


def test_wikidata_labels_in_more_columns_and_rows(tmp_path: Path) -> None:
    item = {"item": ENTITY + "Q1", "place": "Point(38 34)", "description": "a viewpoint"}
    rows = [
        item | {"itemLabel": "Arak", "altLabel": "Arrak|Araq", "ar": "أرك"},
        item | {"itemLabel": "Arak", "altLabel": "Arāk"},
    ]
    (place,) = read_wikidata(written(tmp_path, "q.json", rows), aliases=["ar"])
    assert place.toponyms == ("Arak", "Arrak", "Araq", "Arāk", "أرك")
    assert place.extra == {"description": "a viewpoint", "wikidata": "Q1"}


def test_what_is_no_answer_of_the_query_service_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFaultsError, match="is not an answer of the query service"):
        read_wikidata(written(tmp_path, "q.json", {"entities": {}}))
    with pytest.raises(DataFaultsError, match="the header lacks 'item'"):
        read_wikidata(written(tmp_path, "q.csv", "name,lon,lat\nA,1,2\n"))


# --- OpenStreetMap ------------------------------------------------------------------------------


def overpass(*elements: object, **more: object) -> dict[str, Any]:
    return {"version": 0.6, "elements": list(elements)} | more


BAKHMUT_TAGS = {
    "name": "Бахмут",
    "name:en": "Bakhmut",
    "name:ru": "Бахмут",
    "name:etymology:wikidata": "Q1",
    "name:be-tarask": "Бахмут (горад)",
    "alt_name": "Bachmut; Bahmut",
    "int_name": "Bakhmut",
    "old_name": "Артемівськ",
    "old_name:1924-2016": "Артемівськ",
    "old_name:en:-2016": "Artemivsk",
    "place": "city",
    "population": "71094",
    "wikidata": "Q156719",
    "source": "survey",
}
BAKHMUT = {"type": "node", "id": 337501347, "lat": 48.5955, "lon": 37.9999, "tags": BAKHMUT_TAGS}


def test_an_overpass_node_becomes_a_place(tmp_path: Path) -> None:
    (place,) = read_osm(written(tmp_path, "o.json", overpass(BAKHMUT)), country="UA")
    assert (place.id, place.name, place.lon, place.lat) == (
        "osm-node-337501347",
        "Бахмут",
        37.9999,
        48.5955,
    )
    assert place.aliases == (
        *("Bakhmut", "Бахмут (горад)", "Bachmut", "Bahmut"),
        *("Артемівськ", "Artemivsk"),
    )
    assert json.loads(place.extra["former_names"]) == {
        "Артемівськ": ["1924", "2016"],
        "Artemivsk": ["", "2016"],
    }
    assert (place.extra["population"], place.extra["wikidata"]) == ("71094", "Q156719")
    assert (place.feature, place.country) == ("PPL", "UA")
    assert (place.source, place.licence) == ("openstreetmap", "ODbL-1.0")


def test_the_name_of_a_language_comes_first_if_asked_for(tmp_path: Path) -> None:
    (place,) = read_osm(written(tmp_path, "o.json", overpass(BAKHMUT)), language="en")
    assert place.name == "Bakhmut"
    assert place.aliases[0] == "Бахмут"


def element(tags: dict[str, str]) -> dict[str, Any]:
    return {"type": "node", "id": 1, "lat": 34.5, "lon": 38.3, "tags": {"name": "X"} | tags}


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ({"place": "village"}, "PPL"),
        ({"place": "city", "capital": "yes"}, "PPLC"),
        ({"place": "suburb"}, "PPLX"),
        ({"abandoned:place": "hamlet"}, "PPLQ"),
        ({"boundary": "administrative", "place": "town"}, "PPL"),
        ({"boundary": "administrative"}, "ADMD"),
        ({"aeroway": "aerodrome"}, "AIRP"),
        ({"aeroway": "aerodrome", "military": "airfield"}, "AIRB"),
        ({"aeroway": "aerodrome", "aerodrome:type": "military"}, "AIRB"),
        ({"military": "base", "landuse": "military"}, "MILB"),
        ({"military": "bunker"}, "INSM"),
        ({"military": "checkpoint"}, "PSTP"),
        ({"natural": "peak"}, "PK"),
        ({"natural": "hill", "place": "locality"}, "HLL"),
        ({"waterway": "dam"}, "DAM"),
        ({"historic": "castle", "tourism": "attraction"}, "CSTL"),
        ({"amenity": "hospital", "religion": "christian"}, "HSP"),
        ({"amenity": "place_of_worship", "religion": "muslim"}, "MSQE"),
        ({"industrial": "oil", "landuse": "industrial"}, "OILF"),
        ({"junction": "yes"}, "RDJCT"),
        ({"shop": "bakery"}, ""),
    ],
)
def test_tags_give_the_feature_code(tmp_path: Path, tags: dict[str, str], code: str) -> None:
    (place,) = read_osm(written(tmp_path, "o.json", overpass(element(tags))))
    assert place.feature == code


def test_ways_and_relations_lie_where_overpass_says(tmp_path: Path) -> None:
    bounds = {"minlat": 34.0, "minlon": 38.0, "maxlat": 34.2, "maxlon": 38.2}
    center = {"lat": 34.5, "lon": 38.3}
    named = {"tags": {"name": "X"}}
    way, relation, bounded = read_osm(
        written(
            tmp_path,
            "o.json",
            overpass(
                {"type": "way", "id": 5, "center": center} | named,
                {"type": "relation", "id": 5, "center": center, "bounds": bounds} | named,
                {"type": "way", "id": 6, "bounds": bounds} | named,
            ),
        )
    )
    assert [p.id for p in (way, relation, bounded)] == ["osm-way-5", "osm-relation-5", "osm-way-6"]
    assert (way.lon, way.lat, way.radius_km) == (38.3, 34.5, 1.0)
    assert bounded.position == pytest.approx((38.1, 34.1))
    assert bounded.radius_km == pytest.approx(14.4, abs=0.1)  # half of 22.2 km by 18.5 km


@pytest.mark.parametrize(
    ("west", "east", "middle"),
    [(179.0, -179.5, 179.75), (178.0, -179.0, 179.5), (179.5, -178.5, -179.5), (-1.0, 1.0, 0.0)],
)
def test_the_middle_of_bounds_lies_between_them(
    tmp_path: Path, west: float, east: float, middle: float
) -> None:
    bounds = {"minlat": -17.0, "minlon": west, "maxlat": -16.0, "maxlon": east}
    island = {"type": "relation", "id": 5, "bounds": bounds, "tags": {"name": "Taveuni"}}
    (place,) = read_osm(written(tmp_path, "o.json", overpass(island)))
    assert place.position == pytest.approx((middle, -16.5))
    assert place.radius_km < 200


@pytest.mark.parametrize("value", ["x", 5, [1, 2], True])
@pytest.mark.parametrize("key", ["bounds", "center"])
def test_bounds_and_centers_that_are_no_objects_are_told(
    tmp_path: Path, key: str, value: object
) -> None:
    report = ReadReport()
    broken = {"type": "way", "id": 3, "tags": {"name": "X"}, key: value}
    answer = written(tmp_path, "o.json", overpass(broken, BAKHMUT))
    assert [p.name for p in read_osm(answer, report=report)] == ["Бахмут"]
    assert [(f.row, f.message) for f in report.faults] == [(1, f"{key} is no object")]


@pytest.mark.parametrize("reader", [read_osm, read_geojson_places])
def test_properties_that_are_no_object_are_told(
    tmp_path: Path, reader: Callable[..., Iterator[Place]]
) -> None:
    report = ReadReport()
    broken = {"type": "Feature", "geometry": point(36, 34), "properties": ["name"]}
    good = feature(point(38.6, 34.6), name="Arak")
    path = written(tmp_path, "o.geojson", collection(broken, good))
    assert [p.name for p in reader(path, report=report)] == ["Arak"]
    assert [f.message for f in report.faults] == ["properties is no object"]


def test_unnamed_elements_are_passed_over_and_broken_ones_told(tmp_path: Path) -> None:
    report = ReadReport()
    answer = overpass(
        {"type": "node", "id": 1, "lat": 34.0, "lon": 38.0},
        {"type": "way", "id": 2, "tags": {"highway": "track"}},
        {"type": "way", "id": 3, "nodes": [1], "tags": {"name": "Road without a place"}},
        {"type": "node", "id": 4, "lat": 0, "lon": 0, "tags": {"name": "Null Island"}},
        {"type": "node", "id": 5, "lat": 95, "lon": 0, "tags": {"name": "Beyond"}},
        "text",
        BAKHMUT,
        remark="runtime error: Query timed out",
    )
    (place,) = read_osm(written(tmp_path, "o.json", answer), report=report)
    assert place.id == "osm-node-337501347"
    assert (report.read, report.kept, report.passed_over, report.broken) == (7, 1, 2, 4)
    assert [(f.row, f.message.partition(";")[0]) for f in report.faults] == [
        (0, "is incomplete, as Overpass says: runtime error: Query timed out"),
        (3, "has no position"),
        (4, "lon and lat are both 0, which means a missing position"),
        (5, "lat 95 is out of range (±90)"),
        (6, "is not an element"),
    ]


def test_an_empty_answer_is_no_fault(tmp_path: Path) -> None:
    assert list(read_osm(written(tmp_path, "o.json", overpass()))) == []


def osm_geojson() -> Iterator[Any]:
    tags = {"name": "Arak", "place": "village"}
    at = point(38.6, 34.6)
    yield pytest.param(feature(at, "way/7", **tags, **{"@id": "way/7"}), "osm-way-7", id="turbo")
    nested = {"type": "node", "id": 7, "tags": tags, "relations": [], "meta": {}}
    yield pytest.param(feature(at, "node/7", **nested), "osm-node-7", id="osmtogeojson")
    yield pytest.param(feature(at, "n7", **tags), "osm-node-7", id="osmium node")
    yield pytest.param(feature(at, "a14", **tags), "osm-way-7", id="osmium area of a way")
    yield pytest.param(feature(at, "a15", **tags), "osm-relation-7", id="osmium area of a relation")
    typed = {"@type": "relation", "@id": 7}
    yield pytest.param(feature(at, **tags, **typed), "osm-relation-7", id="osmium attributes")
    yield pytest.param(feature(at, **tags), "osm-at-38.60000-34.60000", id="osmium without ids")


@pytest.mark.parametrize(("item", "ident"), list(osm_geojson()))
def test_geojson_of_openstreetmap_is_understood(
    tmp_path: Path, item: dict[str, Any], ident: str
) -> None:
    (place,) = read_osm(written(tmp_path, "o.geojson", collection(item)))
    assert (place.id, place.name, place.feature) == (ident, "Arak", "PPL")
    assert (place.lon, place.lat) == (38.6, 34.6)


def test_an_error_page_of_overpass_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFaultsError, match="is it an error page, or cut off"):
        read_osm(written(tmp_path, "o.json", '<?xml version="1.0"?><html>rate_limited</html>'))


def test_places_of_all_readers_say_where_they_are_from(tmp_path: Path) -> None:
    readers: list[Iterator[Place]] = [
        read_geonames(written(tmp_path, "SY.txt", DUMP)),
        world_places(countries="SY", min_population=500_000),
        read_wikidata(written(tmp_path, "q.json", WIKIDATA[:1])),
        read_osm(written(tmp_path, "o.json", overpass(BAKHMUT))),
    ]
    for reader in readers:
        assert all(p.id.partition("-")[0] and p.source and p.licence for p in reader)
