"""The formats of ``geofront map``: which there are, where their files go, what is refused."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
from worlds import write_world

import geofront
from geofront.cli import main
from geofront.errors import OutputError, SpanError, UnknownNameError
from geofront.files.extras import how_to_install
from geofront.render import format as one_format
from geofront.render.formats import FORMATS, Options, chosen_formats, write

if TYPE_CHECKING:
    from pathlib import Path

    from geofront.control.series import Series

SPAN = ("--from", "2020-01-03", "--to", "2020-01-04")
LISTED = (
    *("geojson", "html", "gpkg", "parquet", "fgb", "shp", "kml", "topojson", "kepler"),
    *("png", "svg", "pdf", "multiples", "gif", "mp4", "charts"),
)
# What a folder holds after one format was written to it alone, and beside another.
FILES = {
    "geojson": ("series.geojson", "series.geojson"),
    "html": ("map.html", "map.html"),
    "gpkg": ("map.gpkg", "map.gpkg"),
    "parquet": ("areas.parquet", "parquet/areas.parquet"),
    "fgb": ("areas.fgb", "fgb/areas.fgb"),
    "shp": ("areas.shp", "shp/areas.shp"),
    "kml": ("map.kml", "map.kml"),
    "topojson": ("map.topojson", "map.topojson"),
    "kepler": ("kepler-areas.geojson", "kepler/kepler-areas.geojson"),
    "png": ("map.png", "map.png"),
    "svg": ("map.svg", "map.svg"),
    "pdf": ("map.pdf", "map.pdf"),
    "multiples": ("multiples.png", "multiples.png"),
    "gif": ("map.gif", "map.gif"),
    "mp4": ("map.mp4", "map.mp4"),
    "charts": ("charts.png", "charts.png"),
}
MAGIC = {
    ".gif": b"GIF8",
    ".gpkg": b"SQLite format 3\0",
    ".parquet": b"PAR1",
    ".fgb": b"fgb",
    ".pdf": b"%PDF",
    ".png": b"\x89PNG",
    ".mp4": b"\0\0\0",
    ".html": b"<!DOCTYPE html>",
}


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return write_world(tmp_path / "world")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command and return its exit status, what it printed and what it said is wrong."""

    def run_main(*arguments: object) -> tuple[int, list[str], str]:
        with pytest.raises(SystemExit) as stopped:
            main([str(a) for a in arguments])
        captured = capsys.readouterr()
        return int(stopped.value.code or 0), captured.out.splitlines(), captured.err

    return run_main


def need(name: str) -> None:
    if FORMATS[name].missing:
        pytest.skip(FORMATS[name].missing)


def test_every_format_is_listed() -> None:
    assert tuple(FORMATS) == LISTED
    assert all(form.description for form in FORMATS.values())


@pytest.mark.parametrize("name", LISTED)
def test_a_format_is_written_to_a_folder(run: Any, world: Path, tmp_path: Path, name: str) -> None:
    need(name)
    out = tmp_path / "out"
    code, printed, err = run("map", world, *SPAN, "--format", name, "-o", out)
    assert (code, err) == (0, "")
    assert sorted(printed) == sorted(str(path) for path in out.rglob("*") if path.is_file())
    file = out / FILES[name][0]
    assert file.is_file()
    assert file.read_bytes().startswith(MAGIC.get(file.suffix, b""))


def test_several_formats_do_not_mix_their_files(run: Any, world: Path, tmp_path: Path) -> None:
    names = [
        n
        for n in ("geojson", "html", "gpkg", "fgb", "shp", "kepler", "svg")
        if not FORMATS[n].missing
    ]
    out = tmp_path / "out.d"
    code, printed, err = run("map", world, *SPAN, "--format", ",".join(names), "-o", out)
    assert (code, err) == (0, "")
    assert len(set(printed)) == len(printed)
    assert all((out / FILES[name][1]).is_file() for name in names)
    # What reads every GeoJSON of the folder finds the days and the series, nothing else.
    assert sorted(p.name for p in out.glob("*.geojson")) == [
        "2020-01-03.geojson",
        "2020-01-04.geojson",
        "series.geojson",
    ]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("a.GeoJSON", "geojson"),
        ("a.json", "geojson"),
        ("a.htm", "html"),
        ("a.gpkg", "gpkg"),
        ("a.kml", "kml"),
        ("a.topojson", "topojson"),
        ("a.png", "png"),
        ("a.svg", "svg"),
        ("a.gif", "gif"),
    ],
)
def test_the_name_of_a_file_tells_the_format(
    run: Any, world: Path, tmp_path: Path, file: str, name: str
) -> None:
    need(name)
    out = tmp_path / file
    assert [form.name for form in chosen_formats(None, out)] == [name]
    code, printed, err = run("map", world, *SPAN, "-o", out)
    assert (code, printed, err) == (0, [str(out)], "")
    assert out.is_file()
    assert {path.name for path in tmp_path.iterdir()} == {"world", file}


def test_a_folder_gets_geojson_and_html(run: Any, world: Path, tmp_path: Path) -> None:
    (tmp_path / "old.html").mkdir()
    for out in (tmp_path / "new", tmp_path / "v1.2"):
        assert run("map", world, *SPAN, "-o", out)[0] == 0
        assert {p.name for p in out.iterdir()} == {
            *("2020-01-03.geojson", "2020-01-04.geojson", "series.geojson", "map.html")
        }
    assert [f.name for f in chosen_formats(None, tmp_path / "old.html")] == ["geojson", "html"]


@pytest.mark.parametrize("name", ["multiples", "charts"])
def test_pictures_of_a_span_may_be_of_any_kind(
    run: Any, world: Path, tmp_path: Path, name: str
) -> None:
    need(name)
    out = tmp_path / "mine.svg"
    assert run("map", world, *SPAN, "--format", name, "-o", out)[1] == [str(out)]
    assert b"<svg" in out.read_bytes()


# --- refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "gpgk", "-o", "out"], "unknown format 'gpgk'; there are: charts, fgb, "),
        (["--format", " , ", "-o", "out"], f"no format is given; there are: {', '.join(LISTED)}"),
        (["--format", "html", "-o", "a.gpkg"], "file of gpkg; give a name that fits html"),
        (["--format", "html,kml", "-o", "a.kml"], "file of kml; give a folder"),
        (["-o", "a.shp"], "file of shp; give a folder for the files of shp"),
        (["--format", "fgb", "-o", "a.fgb"], "give a folder for the files of fgb"),
        (["--format", "kml", "--size", "300x200", "-o", "o"], "for: png, svg, pdf, gif, mp4"),
        (["--format", "html", "--resume", "-o", "o"], "--resume says nothing to these formats"),
        (["--format", "png", "--beside", "latest-report", "-o", "o"], "it is for: html"),
        (["--format", "html", "--open-on", "2021-01-01", "-o", "o"], "lies outside the series"),
        (["--format", "html", "--language", "fr", "-o", "o"], "'fr' is not one of 'en', 'ar'"),
        (["--format", "html", "--theme", "pink", "-o", "o"], "'pink' is not one of"),
        (["--format", "html", "--tiles", "Nowhere", "-o", "o"], "'Nowhere' is neither the name"),
        (["--format", "html", "--beside", "hope", "-o", "o"], "unknown policy 'hope'"),
        (["--format", "html", "--beside", "latest-report@2020-13-01", "-o", "o"], "--beside"),
        (["--format", "svg", "--size", "300", "-o", "o"], "'300' is not WxH in pixels"),
        (["--format", "svg", "--size", "9x9", "-o", "o"], "9x9 lies outside 200 to 20000 pixels"),
        (["--format", "gif", "--size", "199x300", "-o", "o"], "lies outside 200 to 20000 pixels"),
        (["--size", "401x300", "-o", "a.mp4"], "401x300 is odd; an MP4 needs an even width"),
        (["--format", "gif", "--step-days", "0", "-o", "o"], "0 is not in the range x>=1"),
        (["--format", "png", "--step-days", "2", "-o", "o"], "it is for: gif, mp4"),
        (["--resume", "-o", "a.geojson"], "a.geojson is one file; only a folder of files, one a"),
        (["-o", "a.jpg"], "a.jpg is no file that is written here; give a folder"),
        (["-o", "map.CSV"], "map.CSV is no file that is written here"),
        (["--format", "png", "-o", "a.tiff"], "give a name that fits png"),
        (["--format", "shp,png", "-o", "a.qgz"], "a.qgz is no file that is written here"),
    ],
)
def test_wrong_usage_writes_nothing(
    run: Any, world: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(world.parent)
    code, printed, err = run("map", world, *SPAN, *arguments)
    assert (code, printed) == (2, [])
    assert message in re.sub(r"\s+", " ", err)
    assert [p.name for p in world.parent.iterdir()] == ["world"]


def test_wrong_usage_is_told_before_anything_is_drawn(
    run: Any, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(*_: object, **__: object) -> None:
        raise AssertionError("drawn before the options were checked")

    monkeypatch.setattr("geofront.control.draw.draw", draw)
    monkeypatch.chdir(world.parent)
    for wrong in (["--size", "199x300", "-o", "a.gif"], ["-o", "a.jpg"], ["-o", "a.shp"]):
        assert run("map", world, *wrong)[0] == 2


def test_programs_are_refused_as_the_command_is(world: Path, tmp_path: Path) -> None:
    series = geofront.draw(geofront.read(world), start="2020-01-03", end="2020-01-04")
    for name, formats_, options, message in (
        ("a.jpg", None, Options(), "no file that is written here"),
        ("a.gpkg", "kml", Options(), "the name of a file of gpkg"),
        ("a.geojson", None, Options(resume=True), "one file"),
        ("out", "geojson,gif", Options(size=(9, 9)), "9x9 lies outside"),
        ("out", "geojson,gif", Options(step_days=-1), "steps of -1 days"),
        ("out", "", Options(), "no format is given"),
    ):
        with pytest.raises(OutputError, match=message):
            write(series, tmp_path / name, formats_, options)
    for options in (Options(theme="pink"), Options(language="fr")):
        with pytest.raises(UnknownNameError):
            write(series, tmp_path / "out", "geojson,html", options)
    with pytest.raises(SpanError, match="outside"):
        write(series, tmp_path / "out", "geojson,html", Options(open_on=date(2021, 1, 1)))
    assert [p.name for p in tmp_path.iterdir()] == ["world"]


def test_a_folder_that_is_there_may_have_any_name(run: Any, world: Path, tmp_path: Path) -> None:
    for name in ("old.jpg", "old.gpkg", "old.shp"):
        (tmp_path / name).mkdir()
        assert run("map", world, *SPAN, "--format", "shp", "-o", tmp_path / name)[0] == 0
        assert (tmp_path / name / "areas.shp").is_file()


def test_a_film_goes_in_steps(run: Any, world: Path, tmp_path: Path) -> None:
    need("gif")
    image = pytest.importorskip("PIL.Image")
    out = tmp_path / "m.gif"
    assert run("map", world, "--size", "300x200", "--step-days", "2", "-o", out)[0] == 0
    with image.open(out) as film:
        assert film.n_frames == 3  # the 1st, 3rd and 5th


def test_help_tells_the_least_size(run: Any) -> None:
    assert "200 to 20000" in re.sub(r"\s+", " ", "".join(run("map", "--help")[1]))


def test_an_unknown_format_is_answered_with_all_that_there_are(run: Any, world: Path) -> None:
    err = run("map", world, "--format", "gpgk", "-o", "out")[2]
    assert all(name in err for name in LISTED)
    assert "did you mean 'gpkg'?" in err


def test_a_missing_library_is_told_before_anything_is_done(
    run: Any, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = {"matplotlib", "pyarrow", "av"}
    monkeypatch.setattr(one_format, "find_spec", lambda n: None if n in absent else find_spec(n))
    out = tmp_path / "out"
    code, _, err = run("map", world, "--format", "html,png,parquet,mp4", "-o", out)
    assert code == 2
    assert how_to_install("plots") in err
    assert "the format png needs the library matplotlib: " in err
    assert f"needs the library pyarrow: {how_to_install('parquet')}" in err
    assert f"the format mp4 needs the library av: {how_to_install('film')}" in err
    assert not out.exists()
    assert run("map", world, *SPAN, "--format", "html", "-o", out)[0] == 0


# --- options ----------------------------------------------------------------------------------


def page(path: Path) -> str:
    return path.read_text("utf-8")


def test_the_page_opens_as_asked(run: Any, world: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.html"
    options = ("--language", "ar", "--theme", "dark", "--open-on", "2020-01-03")
    assert run("map", world, *SPAN, *options, "-o", out)[0] == 0
    series = geofront.draw(geofront.read(world), start="2020-01-03", end="2020-01-04")
    told = {"language": "ar", "theme": "dark", "open_on": "2020-01-03"}
    same = geofront.write_html(series, tmp_path / "same.html", **told)  # type: ignore[arg-type]
    assert page(out) == page(same)
    plain = geofront.write_html(series, tmp_path / "plain.html")
    assert page(out) != page(plain)


def test_other_accounts_stand_beside(run: Any, world: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.html"
    accounts = ("--beside", "latest-report", "--beside", "best-evidence@2020-01-03")
    assert run("map", world, *accounts, "-o", out)[0] == 0
    timeline = geofront.read(world)
    series = geofront.draw(timeline)
    span = {"start": series.start, "end": series.end}
    others = [
        geofront.draw(timeline, policy="latest-report", **span),  # type: ignore[arg-type]
        geofront.draw(timeline, policy="best-evidence", known_on="2020-01-03", **span),  # type: ignore[arg-type]
    ]
    same = geofront.write_html(series, tmp_path / "same.html", beside=others)
    assert page(out) == page(same)


@pytest.mark.parametrize(
    ("tiles", "host"),
    [
        ("OpenStreetMap", "https://tile.openstreetmap.org"),
        ("https://tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org"),
    ],
)
def test_tiles_are_loaded_from_where_they_are_asked_for(
    run: Any, world: Path, tmp_path: Path, tiles: str, host: str
) -> None:
    out = tmp_path / "m.html"
    assert run("map", world, *SPAN, "--tiles", tiles, "-o", out)[0] == 0
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page(out))
    assert policy
    assert re.search(rf"img-src [^;]*{re.escape(host)}", policy[1])


def test_a_picture_has_the_size_and_the_day_that_were_asked_for(
    run: Any, world: Path, tmp_path: Path
) -> None:
    need("png")
    image = pytest.importorskip("PIL.Image")
    days = {}
    for day in ("2020-01-03", "2020-01-04"):
        out = tmp_path / f"{day}.png"
        options = ("--open-on", day, "--size", "1200x900", "--theme", "dark")
        assert run("map", world, *SPAN, *options, "-o", out)[0] == 0
        with image.open(out) as picture:
            assert picture.size == (1200, 900)
        days[day] = out.read_bytes()
    assert days["2020-01-03"] != days["2020-01-04"]


def test_a_film_has_the_size_that_was_asked_for(run: Any, world: Path, tmp_path: Path) -> None:
    need("gif")
    image = pytest.importorskip("PIL.Image")
    out = tmp_path / "m.gif"
    assert run("map", world, *SPAN, "--size", "640x360", "-o", out)[0] == 0
    with image.open(out) as picture:
        assert picture.size == (640, 360)


def test_the_registry_serves_programs_as_well(world: Path, tmp_path: Path) -> None:
    series: Series = geofront.draw(geofront.read(world))
    assert write(series, tmp_path / "a.html") == [tmp_path / "a.html"]
    written = write(series, tmp_path / "b", "geojson,html", Options(open_on=series.start))
    assert len(written) == len(series) + 2
    again = write(series, tmp_path / "b", "geojson", Options(resume=True))
    assert again == written[:-1]


# --- score ------------------------------------------------------------------------------------


def test_scores_are_of_the_account_that_was_asked_for(
    run: Any, world: Path, tmp_path: Path
) -> None:
    facts = tmp_path / "facts.csv"
    facts.write_text("place,day,expected\neid,2020-01-04,South\n", encoding="utf-8")

    def right(*account: str) -> str:
        code, printed, err = run("score", world, "--facts", facts, *account)
        assert (code, err) == (0, "")
        return str(printed[0])

    assert right() == "1 of 1 facts hold"
    assert right("--policy", "by-source:one") == "0 of 1 facts hold"
    assert right("--known-on", "2020-01-02") == "0 of 1 facts hold"


def test_areas_are_scored_by_the_account_as_well(run: Any, world: Path, tmp_path: Path) -> None:
    south = tmp_path / "south.geojson"
    run("map", world, *SPAN, "--format", "geojson", "-o", tmp_path / "out")
    day = json.loads((tmp_path / "out" / "2020-01-04.geojson").read_bytes())
    day["features"] = [
        f
        for f in day["features"]
        if f["properties"].get("actor") == "South" and f["properties"]["layer"] == "area"
    ]
    south.write_text(json.dumps(day), encoding="utf-8")
    shutil.rmtree(tmp_path / "out")

    def iou(*account: str) -> float:
        options = (
            "--reference",
            south,
            "--on",
            "2020-01-04",
            "--actor",
            "South",
            "--format",
            "json",
        )
        _, printed, _ = run("score", world, *options, *account)
        (actor,) = [
            a
            for a in json.loads("\n".join(printed))["agreement"]["actors"]
            if a["actor"] == "South"
        ]
        return float(actor["iou"])

    assert iou() == pytest.approx(1.0, abs=1e-6)
    assert iou("--policy", "by-source:one") < 0.9
