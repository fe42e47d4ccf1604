"""The command line, run as a user runs it: what is printed, what is written, the exit status."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from worlds import EVENTS, write_world

from geofront.cli import main

if TYPE_CHECKING:
    from pathlib import Path


class Ran:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def geofront(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: object) -> Ran:
        with pytest.raises(SystemExit) as stopped:
            main([str(a) for a in arguments])
        captured = capsys.readouterr()
        code = stopped.value.code
        return Ran(code if isinstance(code, int) else 0, captured.out, captured.err)

    return run


def test_a_batch_may_tell_the_country_of_each_name(geofront: Any, tmp_path: Path) -> None:
    places, batch = tmp_path / "places.csv", tmp_path / "batch.csv"
    places.write_text(
        "id,name,lon,lat,country\nhere,Twin,38.0,34.0,SY\nthere,Twin,44.0,36.0,IQ\n",
        encoding="utf-8",
    )
    batch.write_text("name,country\nTwin,IQ\nTwin,SY\n", encoding="utf-8")
    ran = geofront("resolve", "--batch", batch, "--gazetteer", places, "--format", "json")
    assert [answer["matches"][0]["place_id"] for answer in ran.json] == ["there", "here"]


def test_datasets_lists_what_is_shipped(geofront: Any) -> None:
    ran = geofront("datasets")
    assert ran.code == 0
    assert "palmyra-2016" in ran.out
    assert "2016-12-08 to 2017-01-12" in ran.out


def test_the_main_job(geofront: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = geofront(
        *("map", "palmyra-2016", "--from", "2016-12-08", "--to", "2016-12-22"),
        *("--format", "geojson,html", "-o", out),
    )
    assert (ran.code, ran.err) == (0, "")
    days = sorted(p.name for p in out.glob("2016-12-*.geojson"))
    assert days == [f"2016-12-{d:02}.geojson" for d in range(8, 23)]
    assert (out / "map.html").stat().st_size < 1_000_000
    for name in days:
        layers = {
            f["properties"]["layer"] for f in json.loads((out / name).read_bytes())["features"]
        }
        assert {"area", "frontline", "place"} <= layers


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2016-12-09", "syrian-government"), ("2016-12-10", "contested"), ("2016-12-11", "isil")],
)
def test_status_of_palmyra(geofront: Any, day: str, expected: str) -> None:
    ran = geofront("status", "palmyra-2016", "Palmyra", "--on", day, "--format", "json")
    (record,) = ran.json
    assert ran.code == 0
    assert (record["holder"] or record["status"]) == expected
    assert set(record) >= {
        *("place_id", "place", "lon", "lat", "status", "holder", "contested_by"),
        *("since", "event_id", "source"),
    }
    if expected == "contested":
        assert record["contested_by"] == ["isil", "syrian-government"]


@pytest.mark.parametrize("name", ["T4 airbase", "Tiyas", "al-Taifor", "Tiyas Military Airbase"])
@pytest.mark.parametrize("day", ["2016-12-08", "2016-12-13", "2016-12-22", "2017-01-12"])
def test_the_airbase_by_any_name_is_the_governments_throughout(
    geofront: Any, name: str, day: str
) -> None:
    (record,) = geofront("status", "palmyra-2016", name, "--on", day, "--format", "json").json
    assert (record["place_id"], record["holder"]) == ("tiyas-airbase", "syrian-government")


def test_status_as_table_and_csv(geofront: Any, tmp_path: Path) -> None:
    folder = write_world(tmp_path)
    table = geofront("status", folder, "--on", "2020-01-04").out.splitlines()
    assert table[0].split() == ["place", "status", "holder", "since", "event", "source"]
    assert table[2].split() == [
        "Bir",
        "contested",
        "North",
        "/",
        "South",
        "2020-01-04",
        "e5",
        "two",
    ]
    rows = list(
        csv.DictReader(
            io.StringIO(geofront("status", folder, "--on", "2020-01-02", "--format", "csv").out)
        )
    )
    assert [(r["place_id"], r["holder"], r["inferred"]) for r in rows] == [
        ("ain", "North", "False"),
        ("bir", "North", "False"),
        ("dam", "South", "False"),
        ("eid", "North", "True"),
    ]


def test_the_table_of_statuses_tells_of_sieges(geofront: Any, tmp_path: Path) -> None:
    world = write_world(tmp_path, events=f"{EVENTS}e7,2020-01-06,ain,siege,South,North,one\n")
    assert "held; besieged by South" in geofront("status", world, "ain", "--on", "2020-01-06").out


def test_sources_may_be_handles_in_an_account(geofront: Any, tmp_path: Path) -> None:
    world = write_world(tmp_path, events=EVENTS.replace(",two", ",@two"))
    ran = geofront("compare", world, "by-source:@two", "by-source:one@2020-01-04")
    assert "by-source:@two  by-source:one@2020-01-04" in ran.out
    assert "None" not in ran.out


def test_status_as_known_on_an_earlier_day(geofront: Any, tmp_path: Path) -> None:
    late = EVENTS.replace("source\n", "source,reported\n").replace("one\n", "one,\n")
    late = late.replace("two\n", "two,2020-01-09\n")
    folder = write_world(tmp_path, events=late)
    for known_on, holder in (("2020-01-08", None), ("2020-01-09", "South")):
        (record,) = geofront(
            *("status", folder, "Eid", "--on", "2020-01-03"),
            *("--known-on", known_on, "--format", "json"),
        ).json
        assert record["holder"] == holder


def test_stats_add_up(geofront: Any, tmp_path: Path) -> None:
    ran = geofront("stats", write_world(tmp_path), "--from", "2020-01-01", "--to", "2020-01-06")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    for day in {r["date"] for r in rows}:
        today = [r for r in rows if r["date"] == day]
        assert sum(float(r["share"]) for r in today) == pytest.approx(1, abs=1e-5)
        assert sum(int(r["places"]) for r in today) == 4
        gained, lost = (sum(float(r[c]) for r in today) for c in ("gained_km2", "lost_km2"))
        assert gained == pytest.approx(lost, abs=0.01)
    south = {r["date"]: float(r["area_km2"]) for r in rows if r["actor"] == "South"}
    assert south["2020-01-06"] > south["2020-01-03"] > south["2020-01-02"]
    records = geofront("stats", tmp_path, "--format", "json").json
    assert len(records) == len(list(csv.DictReader(io.StringIO(geofront("stats", tmp_path).out))))


def test_resolve_answers_with_candidates_and_reasons(geofront: Any) -> None:
    khattab, base, nothing = geofront(
        "resolve", "Khattab", "T4 airbase", "Zzyzx", "--format", "json"
    ).json
    assert len(khattab["matches"]) >= 2
    assert base["matches"][0]["place_id"] == "tiyas-airbase"
    assert set(base["matches"][0]) == {
        *("place_id", "name", "lon", "lat", "radius_km", "feature", "score", "reasons")
    }
    assert nothing == {"query": "Zzyzx", "matches": []}
    (near,) = geofront("resolve", "Khattab", "--near", "37.32,34.83", "--format", "json").json
    assert near["matches"][0]["place_id"] == "khattab-homs"


def test_resolve_a_batch_in_its_order(geofront: Any, tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text(
        "name,near_lon,near_lat\nKhattab,37.32,34.83\nnothing,,\nKhattab,36.7,35.2\n", "utf-8"
    )
    answers = geofront("resolve", "--batch", file, "--format", "json").json
    assert [a["query"] for a in answers] == ["Khattab", "nothing", "Khattab"]
    assert [a["matches"][0]["place_id"] for a in (answers[0], answers[2])] == [
        "khattab-homs",
        "khattab-hama",
    ]


def test_resolve_in_a_users_own_gazetteer(geofront: Any, tmp_path: Path) -> None:
    places = write_world(tmp_path) / "places.csv"
    (answer,) = geofront("resolve", "ayn el-ain", "--gazetteer", places, "--format", "json").json
    assert [m["place_id"] for m in answer["matches"]] == ["ain"]


def test_data_at_fault_is_told_row_by_row_and_nothing_is_written(
    geofront: Any, tmp_path: Path
) -> None:
    folder = write_world(
        tmp_path / "w",
        events=EVENTS + "e7,2020-01-32,ain,hold,North,,\ne8,2020-01-09,Nix,hold,North,,\n",
    )
    ran = geofront("map", folder, "-o", tmp_path / "out")
    assert ran.code == 1
    assert "events.csv, row 8: date '2020-01-32' does not exist" in ran.err
    assert "events.csv, row 9: unknown place 'Nix'" in ran.err
    assert "2 faults; nothing was done" in ran.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["map", "palmyra-1916", "-o", "out"], "unknown dataset 'palmyra-1916'"),
        (["map", "palmyra-2016"], "Missing option '-o'"),
        (["map", "palmyra-2016", "--from", "2016-12-32", "-o", "out"], "December 2016 has 31 days"),
        (["map", "palmyra-2016", "--method", "guess", "-o", "out"], "unknown method 'guess'"),
        (["map", "palmyra-2016", "--policy", "hope", "-o", "out"], "unknown policy 'hope'"),
        (["map", "palmyra-2016", "--format", "docx", "-o", "out"], "unknown format 'docx'"),
        (
            ["map", "palmyra-2016", "--from", "2017-01-02", "--to", "2016-12-09", "-o", "out"],
            "before it starts",
        ),
        (["status", "palmyra-2016"], "Missing option '--on'"),
        (["resolve"], "give either names or --batch"),
        (["resolve", "Palmyra", "--near", "34.5;38"], "is not LON,LAT"),
        (["no-such-command"], "No such command"),
        (
            ["map", "palmyra-2016", "--format", "geojson,html", "-o", "m.html"],
            "is the name of a file of html",
        ),
        (["map", "palmyra-2016", "--extent", "XX", "-o", "out"], "ISO 3166"),
        (["map", "palmyra-2016", "--reach-km", "nan", "-o", "out"], "is not a distance"),
    ],
)
def test_wrong_usage_ends_with_2(geofront: Any, arguments: list[str], message: str) -> None:
    ran = geofront(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_unknown_places_end_with_1_and_are_all_told(geofront: Any) -> None:
    ran = geofront("status", "palmyra-2016", "Atlantis", "Palmyra", "Avalon", "--on", "2016-12-10")
    assert (ran.code, ran.out) == (1, "")
    assert "unknown place 'Atlantis'" in ran.err
    assert "unknown place 'Avalon'" in ran.err


def test_one_format_may_be_written_to_a_file(geofront: Any, tmp_path: Path) -> None:
    folder = write_world(tmp_path / "w")
    html = tmp_path / "a" / "mine.html"
    assert geofront("map", folder, "--format", "html", "-o", html).code == 0
    assert html.is_file()
    whole = tmp_path / "a" / "whole.geojson"
    geofront("map", folder, "--format", "geojson", "-o", whole)
    assert "end_rule" in json.loads(whole.read_bytes())
    day = tmp_path / "a" / "day.geojson"
    span = ("--from", "2020-01-04", "--to", "2020-01-04")
    geofront("map", folder, *span, "--format", "geojson", "-o", day)
    assert json.loads(day.read_bytes())["date"] == "2020-01-04"


def test_places_and_actors_add_to_what_the_source_has(geofront: Any, tmp_path: Path) -> None:
    events, places, actors = (tmp_path / n for n in ("e.csv", "p.csv", "a.csv"))
    events.write_text(
        "date,place,kind,actor\n2020-01-01,Ux,hold,N\n2020-01-01,Uy,hold,S\n", "utf-8"
    )
    places.write_text("id,name,lon,lat\nux,Ux,10,50\nuy,Uy,10.5,50\n", "utf-8")
    actors.write_text(
        "id,name,side,color,aliases\nnorth,North,n,#112233,N\nsouth,South,s,#445566,S\n", "utf-8"
    )
    out = tmp_path / "o.geojson"
    ran = geofront(
        *("map", events, "--places", places, "--actors", actors, "--extent", "DE"),
        *("--format", "geojson", "--reach-km", "30", "-o", out),
    )
    assert ran.code == 0, ran.err
    areas = [
        f["properties"]
        for f in json.loads(out.read_bytes())["features"]
        if f["properties"]["layer"] == "area"
    ]
    assert {(a["actor"], a["side"], a["color"]) for a in areas} == {
        ("north", "n", "#112233"),
        ("south", "s", "#445566"),
    }
    assert 2000 < sum(a["area_km2"] for a in areas) < 6000


def test_the_command_is_installed_and_quick_to_help() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "geofront", "--help"], capture_output=True, text=True, check=True
    )
    for command in ("map", "status", "stats", "resolve", "datasets"):
        assert command in done.stdout


# --- further tables, spans, words -------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ("status", "--on", "2020-01-02"),
        ("explain", "far", "--on", "2020-01-02"),
        ("stats",),
        ("compare", "best-evidence", "latest-report"),
        ("audit",),
        ("map", "--format", "html", "-o", "{out}"),
    ],
    ids=lambda command: command[0],
)
def test_every_command_takes_further_places_and_actors(
    geofront: Any, tmp_path: Path, command: tuple[str, ...]
) -> None:
    rows = "date,place,kind,actor\n2020-01-01,Faraway Hill,hold,The Northerners\n"
    events = tmp_path / "events.csv"
    events.write_text(rows, encoding="utf-8")
    places, actors = tmp_path / "more-places.csv", tmp_path / "more-actors.csv"
    places.write_text("id,name,lon,lat\nfar,Faraway Hill,38.1,34.1\n", encoding="utf-8")
    actors.write_text("id,name\nnorth,The Northerners\n", encoding="utf-8")
    name, *rest = (part.format(out=tmp_path / "out.html") for part in command)
    assert geofront(name, events, *rest).code == 1
    ran = geofront(name, events, *rest, "--places", places, "--actors", actors)
    assert (ran.code, ran.err) == (0, "")


def test_stats_and_compare_are_drawn_as_the_map_is(geofront: Any, tmp_path: Path) -> None:
    world = write_world(tmp_path)
    near = ("--reach-km", "5", "--method", "nearest", "--extent", "SY")

    def km2(*arguments: object) -> float:
        rows = csv.DictReader(io.StringIO(geofront("stats", world, *arguments).out))
        return sum(float(row["area_km2"]) for row in rows if row["actor"])

    assert km2(*near) < km2() / 2
    compared = ("compare", world, "best-evidence", "by-source:one", "--format", "json")
    days = [geofront(*compared, *options).json["days"][-1] for options in (near, ())]
    assert days[0]["area_km2"] < days[1]["area_km2"] / 2
    assert geofront("compare", world, "a", "b", "--method", "neerest").code == 2


@pytest.mark.parametrize("command", ["map", "stats", "compare"])
def test_a_mistyped_year_is_told_rather_than_drawn(
    geofront: Any, tmp_path: Path, command: str
) -> None:
    world = write_world(tmp_path, events=f"{EVENTS}e7,9999-01-05,bir,hold,South,,one\n")
    rest = {"map": ("-o", tmp_path / "out"), "compare": ("best-evidence", "latest-report")}
    arguments = (command, world, *rest.get(command, ()))
    ran = geofront(*arguments)
    assert ran.code == 1
    assert "events.csv, row 8: date 9999-01-05 makes a span of 2,914,275 days" in ran.err
    assert "--from and --to" in ran.err
    assert geofront(*arguments, "--to", "2020-01-06").code == 0
    (world / "conflict.toml").write_text("end = 2020-01-06\n", encoding="utf-8")
    assert geofront(*arguments).code == 0


def test_a_year_long_past_is_told_as_well(geofront: Any, tmp_path: Path) -> None:
    world = write_world(tmp_path, events=f"{EVENTS}e7,0020-01-05,bir,hold,South,,one\n")
    assert "row 8: date 0020-01-05 makes a span" in geofront("stats", world).err


def test_a_status_table_tells_who_claims_it(geofront: Any, tmp_path: Path) -> None:
    rows = (
        "e7,2020-01-05,ain,capture,South,North,two,claimed,South\n"
        "e8,2020-01-05,dam,capture,North,South,two,claimed,\n"
        "e9,2020-01-05,ain,siege,South,North,two,,\n"
    )
    head, *told = EVENTS.splitlines()
    events = "\n".join([f"{head},standing,claimed_by", *(f"{row},," for row in told), rows])
    world = write_world(tmp_path, events=events)
    ran = geofront("status", world, "--on", "2020-01-06")
    assert "Ain    held; besieged by South; claimed by South  North" in ran.out
    assert "Dam    held; claimed " in ran.out
    ran = geofront("status", world, "dam", "--on", "2020-01-06", "--format", "json")
    assert (ran.json[0]["claimed_by"], ran.json[0]["claim"]) == ([], "e8")


def test_a_comparison_collapses_days_that_are_alike(geofront: Any, tmp_path: Path) -> None:
    ran = geofront("compare", write_world(tmp_path), "best-evidence", "by-source:one")
    places, days = ran.out.split("\n\n")
    assert places.splitlines()[0].endswith("event of best-evidence  event of by-source:one")
    assert [line.split()[:3] for line in days.splitlines()[1:]] == [
        ["2020-01-01", "2020-01-03", "1"],
        ["2020-01-04", "2020-01-04", "2"],
        ["2020-01-05", "2020-01-05", "1"],
    ]


def test_a_name_that_does_not_exist_is_answered_with_the_one_that_is_meant(
    geofront: Any, tmp_path: Path
) -> None:
    ran = geofront(
        "status", write_world(tmp_path), "--on", "2020-01-02", "--policy", "best_evidnce"
    )
    assert ran.code == 2
    assert "there are: against-interest, " in ran.err
    assert "did you mean 'best-evidence'?" in ran.err
