"""Publishing: what is withheld leaves no trace in any output, and every output says so."""

from __future__ import annotations

import gzip
import io
import json
import re
import struct
import tomllib
import zipfile
import zlib
from datetime import date, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from worlds import write_world

import geofront
from geofront.cli import cli
from geofront.control.stats import statistics
from geofront.crs import geodesic_km
from geofront.errors import DataFaultsError, OutputError, PositionError, SpanError, UnknownNameError
from geofront.events.coordinates import WITHHELD, without_coordinates
from geofront.events.grid import snap
from geofront.events.publishing import Publishing
from geofront.render.formats import FORMATS, Options, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = date(2020, 1, 19)
UNTIL = date(2020, 1, 5)
ALL = Publishing.of(round_km=5, delay_days=14, hide_kinds=["strike"], hide_features=["HSP"])

PLACES = """id,name,lon,lat,aliases,feature,country,grid_reference
ain,Ain,38.01234,34.04321,Ayn al-Ain,PPL,SY,37SDT1234567890
bir,Bir,38.41357,34.03579,,PPL,SY,
dam,Dam,38.02468,34.44683,,DAM,SY,
eid,Eid,38.42631,34.41379,,PPL,SY,
clinic,Clinic,38.21973,34.21357,,HSP,SY,
camp,Camp,38.17539,34.29173,,PPL,SY,
unused,Unused Hideout,38.33337,34.33331,,PPL,SY,
"""
HEADER = "id,date,reported,place,lon,lat,kind,actor,from_actor,source,note,geometry,corrects,camera"
EVENTS = f"""{HEADER}
e1,2020-01-01,,ain,,,hold,North,,one,"seen at 34.04321, 38.01234",,,cam-38.01234
e2,2020-01-01,,bir,,,hold,North,,one,,"LINESTRING (38.41357 34.03579, 38.42222 34.05555)",,
e3,2020-01-01,,dam,,,hold,South,,one,,,,
e4,2020-01-03,,eid,,,capture,South,North,two,,,,
e5,2020-01-04,2020-01-08,bir,,,contest,South,North,two,KNOWNLATER,,,
hiddenstrike,2020-01-04,,camp,,,strike,Airforce,,pilot,SECRETNOTE,,,
e6,2020-01-05,,,38.26543,34.26789,clash,North,South,two,,,,
laterone,2020-01-06,,camp,,,capture,Third,North,late,LATERNOTE,,,
clinicone,2020-01-02,,clinic,,,hold,South,,one,CLINICNOTE,,,
wrong,2020-01-02,,eid,,,hold,North,,one,WRONGNOTE,,,
hiddenfix,2020-01-03,,eid,,,strike,North,,one,,,wrong,
"""
SOURCES = """id,title,publisher,published,url
one,First,Press,2020-01-02,https://example.org/one
two,Second,Press,2020-01-07,https://example.org/2020/01/07/two
pilot,PILOTSOURCE,Press,,
late,LATESOURCE,Press,,
"""
EXACT = (
    *(38.01234, 34.04321, 38.41357, 34.03579, 38.02468, 34.44683, 38.42631, 34.41379),
    *(38.26543, 34.26789, 38.17539, 34.29173, 38.33337, 34.33331, 38.42222, 34.05555),
)
WORDS = (
    *("hiddenstrike", "SECRETNOTE", "PILOTSOURCE", "Airforce", "KNOWNLATER", "laterone"),
    *("LATERNOTE", "LATESOURCE", "Third", "CLINICNOTE", "clinicone", "Clinic", "Hideout"),
    *("WRONGNOTE", "hiddenfix", "2020/01/07", "37SDT1234567890", "cam-38"),
)
DAYS = tuple((UNTIL + timedelta(days=n)).isoformat() for n in (2, 3, 4))  # the next day ends spans
TOLD = "positions rounded to 5 km; statements up to 2020-01-05 only; kinds not shown: strike; "
TOLD += "places not shown: HSP"


@pytest.fixture
def world(tmp_path: Path) -> Path:
    folder = write_world(tmp_path / "war", events=EVENTS, places=PLACES)
    (folder / "sources.csv").write_text(SOURCES, encoding="utf-8")
    return folder


def shown(folder: Path, publishing: Publishing = ALL) -> geofront.Timeline:
    return geofront.read(folder).for_publication(publishing, today=TODAY)


def expanded(data: bytes) -> Iterator[bytes]:
    """Yield bytes and whatever is packed inside them."""
    yield data
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                yield name.encode()
                yield from expanded(packed.read(name))
    if data[:2] == b"\x1f\x8b":
        yield from expanded(gzip.decompress(data))
    for stream in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        yield _inflated(stream[1])
    for chunk in re.finditer(rb"(?:zTXt|iTXt)(.*?)(?:IDAT|tEXt|IEND)", data, re.DOTALL):
        yield chunk[1]
    if data[:4] == b"PAR1":
        import pyarrow.parquet as pq

        table = pq.read_table(io.BytesIO(data))
        yield repr(table.to_pydict()).encode()
        yield repr(table.schema.metadata).encode()
        yield b"".join(v for c in table.columns for v in c.to_pylist() if isinstance(v, bytes))


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return data


def leaks(data: bytes) -> set[str]:
    """What of the withheld stands in bytes, as text or as numbers of a computer."""
    found = set()
    for part in expanded(data):
        found |= {word for word in (*WORDS, *DAYS) if word.encode() in part}
        for number in EXACT:
            packed = (struct.pack("<d", number), struct.pack(">d", number))
            if str(number).encode() in part or any(p in part for p in packed):
                found.add(str(number))
    return found


def files_of(folder: Path) -> Iterator[Path]:
    yield from (file for file in sorted(folder.rglob("*")) if file.is_file())


def test_the_search_finds_what_is_not_withheld(world: Path, tmp_path: Path) -> None:
    series = geofront.draw(geofront.read(world))
    write(series, tmp_path / "out", "geojson,gpkg,kml,html")
    for name in ("map.gpkg", "map.kml", "map.html"):
        met = leaks((tmp_path / "out" / name).read_bytes())
        assert {"SECRETNOTE", "laterone", "KNOWNLATER"} <= met, name
    met = set().union(*(leaks(file.read_bytes()) for file in files_of(tmp_path / "out")))
    assert {"38.01234", "34.04321", "SECRETNOTE", "laterone", "2020-01-08"} <= met


def _wanted(name: str) -> bool:
    form = FORMATS[name]
    return not form.missing and name not in {"gif", "mp4"}  # frames are the picture's


@pytest.mark.parametrize("name", [name for name in FORMATS if _wanted(name)])
def test_no_format_tells_what_is_withheld(name: str, world: Path, tmp_path: Path) -> None:
    series = geofront.draw(shown(world))
    out = tmp_path / "out"
    write(series, out, name, Options())
    files = list(files_of(out))
    assert files
    for file in files:
        assert leaks(file.read_bytes()) == set(), file.name
    marked = b"positions rounded to 5 km"
    texts = b"".join(part for file in files for part in expanded(file.read_bytes()))
    assert marked in texts, name


@pytest.mark.parametrize("name", ["csv", "jsonl", "geojson", "xlsx", "parquet"])
def test_no_table_tells_what_is_withheld(name: str, world: Path, tmp_path: Path) -> None:
    if name == "parquet" and find_spec("pyarrow") is None:
        pytest.skip("pyarrow is missing")
    geofront.write_timeline(shown(world), tmp_path / "out", name)
    for file in files_of(tmp_path / "out"):
        assert leaks(file.read_bytes()) == set(), file.name
    settings = tomllib.loads((tmp_path / "out" / "conflict.toml").read_text("utf-8"))
    assert settings["published"] == {
        "round_km": 5.0,
        "delay_days": 14,
        "hide_kinds": ["strike"],
        "hide_features": ["HSP"],
        "until": UNTIL,
        "today": TODAY,
    }
    # The mark goes on, and nothing is rounded twice.
    again = geofront.read(tmp_path / "out")
    assert again.published == shown(world).published
    assert again.places["ain"] == shown(world).places["ain"]
    assert again.for_publication(ALL, today=TODAY).places == again.places


def test_no_store_tells_what_is_withheld(world: Path, tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy", reason="sqlalchemy is missing")
    file = tmp_path / "store.gpkg"
    geofront.to_geopackage(geofront.draw(shown(world)), file)
    data = file.read_bytes()
    assert leaks(data) == set()
    assert f"Withheld: {TOLD}.".encode() in data


def test_no_service_tells_what_is_withheld(world: Path) -> None:
    pytest.importorskip("pygeoapi", reason="pygeoapi is missing")
    from geofront.render.service import application

    client = application(geofront.draw(shown(world))).test_client()
    pages = ["/?f=json", "/provenance", "/collections?f=json"]
    pages += [f"/collections/{c}/items?f=json&limit=99" for c in ("areas", "places", "events")]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert leaks(answer.data) == set(), page
    assert TOLD.encode() in client.get("/?f=json").data


def test_notebooks_and_figures_say_what_is_withheld(world: Path) -> None:
    series = geofront.draw(shown(world))
    for html in (series.snapshot(UNTIL)._repr_html_(), series.timeline._repr_html_()):
        assert leaks(html.encode()) == set()
    assert TOLD in series.snapshot(UNTIL)._repr_html_()
    assert set(statistics(series)["date"]) == set(series.days)
    assert series.end == UNTIL


def test_the_provenance_states_what_is_withheld_and_no_hash_of_it(world: Path) -> None:
    told = geofront.draw(shown(world)).provenance
    assert told["published"] == {
        "told": TOLD,
        "round_km": 5.0,
        "delay_days": 14,
        "hide_kinds": ["strike"],
        "hide_features": ["HSP"],
        "until": "2020-01-05",
        "today": "2020-01-19",
        "grid": "rows every 5 km from the equator, on each row a point every 5 km or a little "
        "more, from Greenwich",
    }
    assert {"name": "events.csv"} in told["inputs"]  # type: ignore[operator]
    exact = geofront.draw(geofront.read(world)).provenance
    assert "published" not in exact
    assert all("sha256" in i for i in exact["inputs"])  # type: ignore[attr-defined]


def _written(folder: Path, out: Path, publishing: Publishing) -> dict[str, bytes]:
    series = geofront.draw(geofront.read(folder).for_publication(publishing, today=TODAY))
    write(series, out, "geojson,html,kml,gpkg")
    geofront.write_timeline(series.timeline, out / "tables")
    return {file.relative_to(out).as_posix(): file.read_bytes() for file in files_of(out)}


@pytest.mark.parametrize(
    ("publishing", "old", "new"),
    [
        # another spot in the same square of the grid
        (Publishing.of(round_km=5), "38.01234,34.04321,Ayn", "38.00123,34.0511,Ayn"),
        (Publishing.of(round_km=5), "38.26543,34.26789", "38.25999,34.27111"),
        (Publishing.of(delay_days=14), "laterone,2020-01-06,,camp", "another,2020-01-09,,ain"),
        (Publishing.of(delay_days=14), "contest,South,North,two,KNOWN", "hold,East,,one,NEVER"),
        (Publishing.of(hide_kinds=["strike"]), "hiddenstrike,2020-01-04", "second,2020-01-02"),
        (Publishing.of(hide_features=["hs*"]), "clinicone,2020-01-02", "second,2020-01-05"),
        (Publishing.of(hide_notes=True), "WRONGNOTE", "seen by a witness"),
    ],
)
def test_what_is_withheld_makes_no_difference_to_a_byte(
    publishing: Publishing, old: str, new: str, world: Path, tmp_path: Path
) -> None:
    one = _written(world, tmp_path / "one", publishing)
    changed = False
    for name in ("events.csv", "places.csv"):
        text = (world / name).read_text("utf-8")
        changed |= old in text
        (world / name).write_text(text.replace(old, new), encoding="utf-8")
    assert changed
    other = _written(world, tmp_path / "other", publishing)
    assert {k for k in one if one[k] != other.get(k)} == set()
    assert one.keys() == other.keys()


def test_made_ids_do_not_count_what_is_withheld(world: Path) -> None:
    rows = "date,reported,place,kind,actor\n2020-01-02,2020-01-09,ain,hold,A\n"
    rows += "2020-01-02,,ain,hold,B\n2020-01-02,,ain,hold,C\n"
    (world / "events.csv").write_text(rows, encoding="utf-8")
    assert next(e.id for e in geofront.read(world).events) == "2020-01-02-ain-hold"
    left = shown(world, Publishing.of(delay_days=14)).events
    assert [(e.actors, e.id) for e in left] == [
        (("B",), "2020-01-02-ain-hold"),
        (("C",), "2020-01-02-ain-hold-2"),
    ]


def test_ids_and_names_made_of_positions_are_withheld(tmp_path: Path) -> None:
    rows = "date,place,lon,lat,kind,actor\n2020-01-01,Post,38.01234,34.04321,hold,North\n"
    rows += "2020-01-01,Post,38.41357,34.03579,hold,South\n2020-01-01,,38.02468,34.44683,hold,A\n"
    rows += "2020-01-02,4 km W of Palmyra,,,hold,South\n"
    folder = write_world(tmp_path / "war", events=rows, places=None)
    timeline = shown(folder, Publishing.of(round_km=5))
    assert sorted(timeline.places) == ["place", "place-2", "post", "post-2"]
    names = {place.name for place in timeline.places.values()}
    assert names == {"Post", "place (name withheld)"}
    assert not re.search(r"\d\.\d", " ".join(event.id for event in timeline.events))


def test_two_places_on_one_point_of_the_grid(world: Path, tmp_path: Path) -> None:
    text = (world / "places.csv").read_text("utf-8")
    (world / "places.csv").write_text(text.replace("38.02468,34.44683", "38.0111,34.0411"), "utf-8")
    timeline = shown(world, Publishing.of(round_km=5))
    ain, dam = timeline.places["ain"], timeline.places["dam"]
    assert ain.position == dam.position
    assert ain.radius_km == 5  # 1 + 5 / √2, up to whole steps
    series = geofront.draw(timeline, start="2020-01-01", end="2020-01-05")
    statuses = {s.place.id: s.holder for s in series.snapshot("2020-01-01").statuses}
    assert statuses["ain"] == "North"
    assert statuses["dam"] == "South"
    assert write(series, tmp_path / "map.html")


@given(
    lon=st.floats(-180, 180),
    lat=st.floats(-90, 90),
    km=st.sampled_from([0.1, 1.0, 5.0, 25.0, 500.0]),
)
def test_the_grid_moves_no_place_farther_than_it_says(lon: float, lat: float, km: float) -> None:
    import numpy as np

    there = snap(lon, lat, km)
    assert -180 <= there.lon <= 180
    assert -90 <= there.lat <= 90
    apart = geodesic_km(np.array([[lon, lat]]), np.array([there]))[0]
    # Columns lie a little farther apart than rows, at the very poles as far as the Earth is round.
    row = (1 + km / 40_000) * km * 0.5**0.5 * 1.02 + 1e-3
    assert apart <= (row if abs(there.lat) < 80 else 2 * km)
    assert snap(*there, km) == there


def test_coordinates_in_notes() -> None:
    withheld = [
        *("at 34.56243, 38.28042", "34°33'45\"N 38°16'49.5\"E", "37S DT 12345 67890"),
        *("https://example.org/map?q=34.5624,38.2804", "geo:34.56,38.28", "8G3P+22 Palmyra"),
        *("2 km north of the mosque", "34,56243 38,28042", "///filled.count.soap", "lat 34.562"),
        "37S 438912 3824711",
    ]
    for text in withheld:
        told = without_coordinates(text)
        assert WITHHELD in told, text
        assert not re.search(r"\d{2}[.,°]\d|12345|438912|8G3P|filled", told), told
    for text in ("1,000 fighters and 2,000 more", "on 12.10.2016", "3.5 km of road", "T4, 12:30"):
        assert without_coordinates(text) == text


def test_a_conflict_says_what_is_withheld_of_it(world: Path) -> None:
    settings = '[publishing]\nround_km = 5\ndelay_days = 1\nhide_kinds = ["strike"]\n'
    (world / "conflict.toml").write_text(settings, encoding="utf-8")
    timeline = geofront.read(world)
    assert timeline.published.round_km == 5
    assert "hiddenstrike" not in {event.id for event in timeline.events}
    exact = geofront.read(world, private=True)
    assert not exact.published
    assert exact.about.publishing == Publishing.of(round_km=5, delay_days=1, hide_kinds=["strike"])
    # Set aside knowingly: every output says so.
    told = geofront.draw(exact).provenance
    assert told["not_withheld"] == (
        "set aside knowingly: 1 days withheld; positions rounded to 5 km; kinds not shown: strike"
    )


def test_wrong_settings_are_told_at_once(world: Path) -> None:
    settings = '[publishing]\nround_km = 0\nhide_kind = ["strike"]\n'
    (world / "conflict.toml").write_text(settings, encoding="utf-8")
    with pytest.raises(DataFaultsError, match=r"publishing\.hide_kind is no setting") as caught:
        geofront.read(world)
    assert "can't be rounded to 0 km" in str(caught.value)
    (world / "conflict.toml").write_text('[publishing]\ndelay_days = "2"\n', encoding="utf-8")
    with pytest.raises(DataFaultsError, match="delay_days must be a whole number of days"):
        geofront.read(world)


def test_settings_out_of_range() -> None:
    with pytest.raises(PositionError, match=r"0\.0 km; give more than 0"):
        Publishing.of(round_km=0.0)
    with pytest.raises(PositionError, match="nan"):
        Publishing.of(round_km=float("nan"))
    with pytest.raises(SpanError, match="a delay of -1 days"):
        Publishing.of(delay_days=-1)
    with pytest.raises(UnknownNameError, match="did you mean 'strike'"):
        Publishing.of(hide_kinds=["strikes"])


def test_a_day_to_come_is_no_today(world: Path) -> None:
    with pytest.raises(SpanError, match="still to come"):
        geofront.read(world).for_publication(ALL, today=date(9999, 1, 1))


def test_nothing_left_is_told(world: Path) -> None:
    with pytest.raises(DataFaultsError, match="no statement is left to publish"):
        shown(world, Publishing.of(delay_days=30))


def test_withheld_days_are_not_drawn(world: Path) -> None:
    with pytest.raises(SpanError, match="the days after 2020-01-05 are not published"):
        geofront.draw(shown(world), end="2020-01-06")


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(cli, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


WITHHOLD = (
    *("--round-km", "5", "--delay-days", "14", "--today", "2020-01-19"),
    *("--hide-kind", "strike", "--hide-feature", "HSP"),
)


@pytest.mark.parametrize(
    "command",
    [
        ("status", "--on", "2020-01-05", "--format", "json"),
        ("status", "--on", "2020-01-05"),
        ("status", "--on", "2020-01-05", "--format", "csv"),
        ("explain", "bir", "--on", "2020-01-05", "--format", "json"),
        ("explain", "bir", "--on", "2020-01-05"),
        ("compare", "best-evidence", "latest-report", "--format", "json"),
        ("stats", "--format", "csv"),
        ("stats", "--format", "json"),
    ],
)
def test_every_command_withholds_and_says_so(command: tuple[str, ...], world: Path) -> None:
    name, *others = command
    code, text = run(name, world, *others, *WITHHOLD)
    assert code == 0
    assert leaks(text.encode()) == set()
    assert TOLD in text


def test_convert_and_map_withhold(world: Path, tmp_path: Path) -> None:
    assert run("convert", world, "-o", tmp_path / "tables", *WITHHOLD)[0] == 0
    assert run("map", world, "-o", tmp_path / "map.html", *WITHHOLD)[0] == 0
    for file in (*files_of(tmp_path / "tables"), tmp_path / "map.html"):
        assert leaks(file.read_bytes()) == set(), file.name


def test_options_may_be_stricter_and_not_looser(world: Path) -> None:
    (world / "conflict.toml").write_text("[publishing]\nround_km = 5\n", encoding="utf-8")
    question = ("status", world, "--on", "2020-01-05")
    assert "rounded to 5 km" in run(*question)[1]
    assert "rounded to 9 km" in run(*question, "--round-km", "9")[1]
    code, text = run(*question, "--round-km", "2")
    assert code == 2
    assert "--set-publishing-aside" in text
    assert "rounded to 2 km" in run(*question, "--round-km", "2", "--set-publishing-aside")[1]
    assert "rounded" not in run(*question, "--set-publishing-aside")[1]


def test_maps_that_others_drew_can_be_delayed(tmp_path: Path) -> None:
    ring = [[38, 34], [39, 34], [39, 35], [38, 35], [38, 34]]
    for day in ("2020-01-01", "2020-01-09"):
        shape = {"type": "Polygon", "coordinates": [ring]}
        feature = {"type": "Feature", "properties": {"actor": "A"}, "geometry": shape}
        text = json.dumps({"type": "FeatureCollection", "features": [feature]})
        file = tmp_path / "war" / "maps" / f"{day}.geojson"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    out = tmp_path / "map.geojson"
    delay = ("--delay-days", "14", "--today", "2020-01-19")
    assert run("map", tmp_path / "war", "-o", out, *delay)[0] == 0
    assert "2020-01-09" not in out.read_text("utf-8")
    assert json.loads(out.read_text("utf-8"))["provenance"]["published"]["until"] == "2020-01-05"
    with pytest.raises(DataFaultsError, match="can't be rounded"):
        run("map", tmp_path / "war", "-o", out, "--round-km", "5")
    with pytest.raises(SpanError, match="not published"):
        run("map", tmp_path / "war", "-o", out, *delay, "--to", "2020-01-08")


def test_nothing_is_published_beside_what_is_not(world: Path, tmp_path: Path) -> None:
    exact, timeline = geofront.draw(geofront.read(world)), shown(world)
    series = geofront.draw(timeline)
    write(exact, tmp_path / "days", "geojson")
    with pytest.raises(OutputError, match=r"has 2020-01-06\.geojson"):
        write(series, tmp_path / "days", "geojson")
    with pytest.raises(ValueError, match="withholds something else"):
        geofront.write_html(series, tmp_path / "map.html", beside=[exact])
    assert not (tmp_path / "map.html").exists()


def test_a_store_that_holds_all_takes_nothing_to_publish(world: Path, tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy", reason="sqlalchemy is missing")
    file = tmp_path / "store.gpkg"
    geofront.to_geopackage(geofront.read(world), file, conflict="war")
    with pytest.raises(DataFaultsError, match="holds 'war' with nothing withheld"):
        geofront.to_geopackage(shown(world), file, conflict="war")
    geofront.to_geopackage(shown(world), file, conflict="public")
    again = geofront.to_geopackage(shown(world), file, conflict="public")
    assert str(again) == "public: nothing new"


def test_neither_the_span_nor_rows_tell_of_what_is_withheld(world: Path) -> None:
    text = "start = 2020-01-01\nend = 2020-01-31\n"
    (world / "conflict.toml").write_text(text, encoding="utf-8")
    timeline = shown(world)
    assert timeline.end == UNTIL
    assert geofront.draw(timeline).end == UNTIL
    assert {event.row for event in timeline.events} == {0}
    assert {event.row for event in geofront.read(world).events} != {0}
