"""The JSON Schemas and the manual say what the readers know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import geofront
from geofront.cli import main
from geofront.errors import UnknownNameError
from geofront.events.actor import read_actors
from geofront.events.columns import TABLES
from geofront.events.schema import json_schema, manual_table
from geofront.events.writer import write_timeline

FORMATS_PAGE = Path(__file__).parents[1] / "docs" / "formats.md"

EVENT = {"date": "2016-12-08", "place": "Palmyra", "kind": "capture", "actor": "isil"}


def validator(table: str) -> Any:
    schema = json_schema(table)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


@pytest.mark.parametrize("table", TABLES)
def test_the_examples_of_a_table_are_a_row(table: str) -> None:
    schema = json_schema(table)
    row = {name: said["examples"][0] for name, said in schema["properties"].items()}
    validator(table).validate(row)
    needed = {name: row[name] for name in schema["required"]}
    for name in schema["required"]:
        assert not validator(table).is_valid({k: v for k, v in needed.items() if k != name})
        assert not validator(table).is_valid(row | {name: ""})
        assert not validator(table).is_valid(row | {name: None})


@pytest.mark.parametrize("name", geofront.dataset_names())
def test_what_is_written_as_json_lines_is_valid(tmp_path: Path, name: str) -> None:
    write_timeline(geofront.read(name), tmp_path, "jsonl")
    for table in ("events", "places", "actors", "sources"):
        check = validator(table)
        for line in (tmp_path / f"{table}.jsonl").read_text("utf-8").splitlines():
            check.validate(json.loads(line))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"date": "2016-12-08/2016-12-11"},
        {"date": "../2016-12-23"},
        {"date": "2016-12-08?"},
        {"actor": ["isil", "others"]},
        {"actor": "", "kind": "clash"},
        {"actor": None, "kind": "ceasefire"},
        {"place": None, "lon": 38.3, "lat": 34.5},
        {"kind": "retraction", "corrects": ["a"], "actor": None},
        {"time": "22:30Z"},
        {"time": "01:15+02:00"},
        {"effective": "start"},
        {"geometry": "LINESTRING (37.6 34.5, 37.2 34.2)"},
        {"my own": 3.5},
        {"standing": None, "order": -1},
    ],
)
def test_right_rows_are_valid_and_read(tmp_path: Path, change: dict[str, Any]) -> None:
    row = EVENT | {"id": "x"} | change
    validator("events").validate(row)
    lines = [row, EVENT | {"id": "a"}]
    (tmp_path / "e.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    assert len(geofront.read(tmp_path / "e.jsonl").events) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"date": "in December"},
        {"date": None},
        {"kind": "conquest"},
        {"kind": None},
        {"actor": None},
        {"actor": ""},
        {"actor": []},
        {"actor": ["a|b"]},
        {"place": ""},
        {"place": None, "lon": 38.3},
        {"lon": 38.3},
        {"lon": 381, "lat": 34},
        {"kind": "retraction"},
        {"time": "25:00"},
        {"effective": "middle"},
        {"credibility": 7},
        {"standing": "certain"},
        {"radius_km": -1},
        {"geometry": "CIRCLE (1 2)"},
        {"order": "first"},
    ],
)
def test_wrong_rows_are_not(change: dict[str, Any]) -> None:
    assert not validator("events").is_valid(EVENT | change)


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("actors", {"id": "isil", "color": "red"}),
        ("actors", {"id": "isil", "since": "2018"}),
        ("actors", {"name": "ISIL"}),
        ("sources", {"id": "a", "reliability": "G"}),
        ("places", {"name": "X", "lon": 1}),
        ("places", {"name": "X", "lon": "1", "lat": 2}),
        ("facts", {"place": "X", "day": "2016-12-32", "expected": "isil"}),
    ],
)
def test_wrong_rows_of_other_tables_are_not(table: str, row: dict[str, Any]) -> None:
    assert not validator(table).is_valid(row)


@pytest.mark.parametrize("table", TABLES)
def test_the_manual_says_what_the_model_says(table: str) -> None:
    assert manual_table(table) in FORMATS_PAGE.read_text("utf-8")


def test_readers_know_the_columns_of_the_model(tmp_path: Path) -> None:
    """A change of any column of an actor changes what is read."""
    row = {c.name: c.example for c in TABLES["actors"].columns}
    (tmp_path / "a.csv").write_text(
        f"{','.join(row)}\n{','.join(row.values())},\n".replace(row["since"], ""), "utf-8"
    )
    ((actor,), _) = read_actors(tmp_path / "a.csv")
    assert (actor.id, actor.name, actor.side) == (row["id"], row["name"], row["side"])
    assert (actor.color, "|".join(actor.aliases)) == (row["color"], row["aliases"])


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, expected in ((["places"], json_schema("places")), ([], json_schema("events"))):
        with pytest.raises(SystemExit):
            main(["schema", *arguments])
        assert json.loads(capsys.readouterr().out) == expected
    with pytest.raises(SystemExit):
        main(["schema", "actors", "--format", "markdown"])
    assert capsys.readouterr().out == manual_table("actors")
    with pytest.raises(UnknownNameError, match=r"table 'events\.csv'"):
        json_schema("events.csv")
