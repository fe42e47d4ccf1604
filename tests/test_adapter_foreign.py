"""What adapters share: files told by their look, publishers spelled alike, words of the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofront.adapters import FORMATS, reader
from geofront.adapters.drawn import read_deepstate, read_isw, read_liveuamap
from geofront.adapters.foreign import as_given, joint_digest, joint_name, looks_like, pointer_told
from geofront.adapters.imported import ORIGIN, Records, assemble
from geofront.adapters.publishers import DEEPSTATE, ISW, LIVEUAMAP, WIKIPEDIA, publisher_named
from geofront.adapters.report import Ledger
from geofront.adapters.viina.control import COLUMNS
from geofront.adapters.viina.events import OUTLETS
from geofront.cli import main
from geofront.errors import DataFaultsError
from geofront.events.timeline import About
from geofront.files import sha256

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geofront.adapters import Imported

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4711\n"
LOOKS = [
    (b"PK\x03\x04...", "a ZIP archive"),
    (b"<!DOCTYPE html><html>", "a web page"),
    (b'\xef\xbb\xbf<?xml version="1.0"?>\n<kml xmlns="x">', "KML; import it as placemarks"),
    (b'<gpx version="1.1">', "GPX; import it as placemarks"),
    (b'<?xml version="1.0"?><x/>', "XML"),
    (b'return { { lat = "36", long = "37", mark = "x.svg" } }', "Lua; import it as wikipedia"),
    (b'{"type": "FeatureCollection", "features": []}', "GeoJSON"),
    (b"event_id_cnty,event_date\n", "ACLED; import it as acled"),
    (b'"id";"Type_of_violence"\n', "UCDP GED; import it as ucdp"),
    (b"\xef\xbb\xbfDate;Name;Faction;PlusCode\r\n", "GeoConfirmed; import it as geoconfirmed"),
    (b"viina_version,event_id_1pd\n", "VIINA's events; import it as viina-events"),
    (b"geonameid,date,status_dsm\n", "VIINA's control; import it as viina-control"),
    (b"date,kind,actor,from_actor\n", "a table of geofront's own, which needs no import"),
    (b"a,b\n1,2\n", ""),
    (b"", ""),
]


@pytest.mark.parametrize(("data", "told"), LOOKS)
def test_files_are_told_by_their_beginning(data: bytes, told: str) -> None:
    assert looks_like(data) == told


@given(st.binary(max_size=300))
def test_any_beginning_can_be_looked_at(data: bytes) -> None:
    assert isinstance(looks_like(data), str)


def test_what_a_pointer_stands_for() -> None:
    fetch = "fetch it with `git lfs pull`"
    assert pointer_told(LFS) == f"is a Git LFS pointer, not the file of 4,711 bytes; {fetch}"
    without = pointer_told(b"version https://git-lfs.github.com/spec/v1\n", "https://a.example/b")
    assert without == f"is a Git LFS pointer, not the file; {fetch}, or from https://a.example/b"
    assert pointer_told(b"a,b\n1,2\n") == ""


def test_one_file_or_several(tmp_path: Path) -> None:
    assert as_given(tmp_path) == as_given(str(tmp_path)) == as_given((tmp_path,)) == [tmp_path]
    with pytest.raises(DataFaultsError, match="none are given"):
        as_given([])
    assert (joint_name(["a"]), joint_name(["a", "b"])) == ("a", "2 files")
    assert joint_digest(["a"]) == "a"
    assert joint_digest(["a", "b"]) == sha256(b"a\nb")


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize(
    "content", [b"", LFS, b"event_id_cnty,x\n1,2\n", b"\xff\xfe\x00\x80", None]
)
def test_wrong_files_are_refused_in_words(tmp_path: Path, name: str, content: bytes | None) -> None:
    file = tmp_path / "2024-07-08"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    with pytest.raises(DataFaultsError) as caught:
        reader(name)([file])
    assert "Expecting" not in str(caught.value)
    assert "must name" not in str(caught.value)
    if content == LFS:
        assert "Git LFS" in str(caught.value)
    if content == b"":
        assert "empty" in str(caught.value)


# --- rows of several files --------------------------------------------------------------------


def assembled(*events: dict[str, object], lat: str = "35") -> tuple[Imported, Ledger]:
    """What is made of events at one place, each with a kind and an origin."""
    ledger = Ledger("test", ["a.csv", "b.csv"], read=len(events))
    records = Records(
        events=[{"date": "2024-01-01", "place": "x", "actor": "me", **event} for event in events],
        places=[{"id": "x", "name": "X", "lon": "37", "lat": lat}],
        actors=[{"id": "me", "name": "Me"}],
    )
    about = About(title="test")
    return assemble(records, ledger, about=about, file="2 files", digest="0"), ledger


def test_events_of_several_files_tell_their_own_file_and_row() -> None:
    imported, _ = assembled(
        {"kind": "hold", "id": "1", ORIGIN: ("a.csv", 2)},
        {"kind": "clash", "id": "2", ORIGIN: ("b.csv", 2)},
        {"kind": "raid", "id": "3"},  # of no one record
    )
    assert imported.timeline is not None
    assert {e.id: (e.file, e.row) for e in imported.timeline.events} == {
        "1": ("a.csv", 2),
        "2": ("b.csv", 2),
        "3": ("2 files", 0),
    }


def test_a_row_that_is_refused_is_dropped_under_its_own_file_and_row() -> None:
    imported, _ = assembled(
        {"kind": "hold", ORIGIN: ("a.csv", 2)},
        {"kind": "hold", "date": "yesterday", ORIGIN: ("b.csv", 2)},
    )
    dropped = imported.report.examples
    assert [(d.file, d.row, d.reason) for d in dropped] == [("b.csv", 2, "refused: date")]
    assert (imported.report.read, imported.report.kept) == (2, 1)


def test_a_fault_of_a_place_is_none_of_the_event_with_its_number() -> None:
    with pytest.raises(DataFaultsError, match="2 files: lat 99 is out of range") as caught:
        assembled({"kind": "hold", ORIGIN: ("a.csv", 1)}, {"kind": "hold"}, lat="99")
    assert all(fault.row == 0 for fault in caught.value.faults)


# --- publishers -------------------------------------------------------------------------------


def test_accounts_of_one_body_have_one_publisher() -> None:
    assert COLUMNS["status_dsm"].publisher == DEEPSTATE
    assert COLUMNS["status_isw"].publisher == ISW
    assert COLUMNS["status_wiki"].publisher == WIKIPEDIA
    assert OUTLETS["liveuamap"] == LIVEUAMAP


@pytest.mark.parametrize(
    ("written", "publisher"),
    [
        ("DeepStateMap.Live", DEEPSTATE),
        ("DeepState UA", DEEPSTATE),
        ("Institute for the Study of War", ISW),
        ("Institute for the Study of War and AEI's Critical Threats Project", ISW),
        ("Live Universal Awareness Map", LIVEUAMAP),
        ("wikipedia", WIKIPEDIA),
        ("Reuters", "Reuters"),
        ("", ""),
    ],
)
def test_spellings_of_publishers(written: str, publisher: str) -> None:
    assert publisher_named(written) == publisher
    assert publisher_named(publisher) == publisher


# --- options ----------------------------------------------------------------------------------


@pytest.mark.parametrize("read", [read_deepstate, read_isw, read_liveuamap])
@pytest.mark.parametrize("actor", ["", " ", "a|b", "a,b"])
def test_one_actor_is_one(tmp_path: Path, read: Callable[..., Imported], actor: str) -> None:
    with pytest.raises(DataFaultsError, match="is not the id of one actor"):
        read(tmp_path, actor=actor)


def test_ground_of_unknown_status_may_be_of_several(tmp_path: Path) -> None:
    with pytest.raises(DataFaultsError, match="unknown: 'a,b' is not the id of one actor"):
        read_deepstate(tmp_path, unknown="a,b")
    with pytest.raises(DataFaultsError, match="the files hold no map"):
        read_deepstate(tmp_path, unknown="a|b")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--with", "kinds=A=strike", "--with", "kinds=B=raid"), "--with kinds= is given twice"),
        (("-o", "FILE"), "is a file; -o wants the folder to write"),
    ],
)
def test_the_command_refuses_what_it_would_pass_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    file = tmp_path / "events.json"
    file.write_text("[]")
    given = [str(file) if argument == "FILE" else argument for argument in arguments]
    with pytest.raises(SystemExit) as stopped:
        main(["import", "timemap", str(file), "-o", str(tmp_path / "out"), *given])
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
