"""UCDP GED with and without a header, and pages of its API, read as a timeline."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import geofront
from geofront.adapters.ucdp import COLUMNS, read_ucdp
from geofront.errors import DataFaultsError, UnknownNameError

if TYPE_CHECKING:
    from pathlib import Path

    from geofront.adapters import Imported
    from geofront.events.event import Event
    from geofront.events.timeline import Timeline

WIDER = "its position stands for a wider area"


def record(number: object = 461727, **cells: object) -> dict[str, str]:
    base: dict[str, object] = {
        "id": number,
        "relid": "RUR-2023-1-1-1",
        "year": 2023,
        "type_of_violence": 1,
        "conflict_name": "Ruritania: Government",
        "side_a": "Government of Ruritania",
        "side_b": "RLF",
        "number_of_sources": 2,
        "source_article": "Herald, 2023-01-12, Fighting at Strelsau",
        "source_office": "Herald;Radio Zenda",
        "source_date": "2023-01-12;2023-01-15",
        "source_headline": "Fighting at Strelsau;Ten dead",
        "where_prec": 1,
        "where_coordinates": "Strelsau town",
        "adm_1": "North",
        "latitude": 44.1,
        "longitude": 20.2,
        "geom_wkt": "POINT (20.2 44.1)",
        "country": "Ruritania",
        "event_clarity": 1,
        "date_prec": 1,
        "date_start": "2023-01-10 00:00:00.000",
        "date_end": "2023-01-10 00:00:00.000",
        "best": 10,
        "high": 12,
        "low": 8,
    }
    return {name: str(value) for name, value in (base | cells).items()}


def table(*records: dict[str, str], header: bool = True) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="")
    if header:
        writer.writeheader()
    writer.writerows(records)
    return out.getvalue().encode()


def saved(folder: Path, data: bytes, name: str = "GEDEvent.csv") -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


def read(folder: Path, *records: dict[str, str], **options: object) -> Imported:
    return read_ucdp(saved(folder, table(*records)), **options)  # type: ignore[arg-type]


def timeline_of(imported: Imported) -> Timeline:
    assert imported.timeline is not None
    return imported.timeline


def only(imported: Imported) -> Event:
    (event,) = timeline_of(imported).events
    return event


class TestARow:
    def test_there_are_49_columns(self) -> None:
        assert len(COLUMNS) == len(set(COLUMNS)) == 49

    def test_what_it_becomes(self, tmp_path: Path) -> None:
        imported = read(tmp_path, record())
        event = only(imported)
        assert (event.id, event.kind, event.date.text) == ("ged-461727", "clash", "2023-01-10")
        assert (event.actors, event.from_actors) == (("government-of-ruritania", "rlf"), ())
        assert (event.sources, str(event.reported)) == (("herald", "radio-zenda"), "2023-01-15")
        assert (event.note, event.extra["best"]) == ("Fighting at Strelsau;Ten dead", "10")
        place = timeline_of(imported).places["strelsau-town"]
        assert (place.position, place.radius_km, place.admin1) == ((20.2, 44.1), 1.0, "North")
        assert (place.source, place.licence) == ("ucdp-ged", "CC-BY-4.0")
        assert imported.about.licence == "CC-BY-4.0"
        assert imported.about.attribution.startswith("Uppsala Conflict Data Program")
        assert imported.about.title == "UCDP GED: Ruritania"

    def test_it_draws_and_sets_no_status(self, tmp_path: Path) -> None:
        timeline = timeline_of(read(tmp_path, record(1), record(2, latitude=44.4)))
        snapshot = geofront.draw(timeline).snapshot("2023-01-10")
        assert geofront.replay(timeline).statuses("2023-01-10") == []
        assert str(snapshot.day) == "2023-01-10"

    @pytest.mark.parametrize(
        ("violence", "kind", "actors"),
        [
            (1, "clash", ("government-of-ruritania", "rlf")),
            ("2.0", "clash", ("government-of-ruritania", "rlf")),
            (3, "raid", ("government-of-ruritania",)),
        ],
    )
    def test_types_of_violence(
        self, tmp_path: Path, violence: object, kind: str, actors: tuple[str, ...]
    ) -> None:
        event = only(read(tmp_path, record(type_of_violence=violence)))
        assert (event.kind, event.actors) == (kind, actors)

    @pytest.mark.parametrize(
        ("precision", "start", "end", "date"),
        [
            (1, "2023-01-10", "2023-01-10", "2023-01-10"),
            (1, "2023-01-10", "2023-01-11", "2023-01-10/2023-01-11"),
            (2, "2023-01-10", "2023-01-14", "2023-01-10/2023-01-14"),
            (2, "2023-01-10", "2023-01-10", "2023-01-10~"),
            (3, "2023-01-09", "2023-01-15", "2023-01-09/2023-01-15"),
            (4, "2023-02-01", "2023-02-28", "2023-02"),
            (4, "2023-02-01", "2023-02-27", "2023-02-01/2023-02-27"),
            (5, "2023-01-01", "2023-12-31", "2023"),
            (5, "2022-11-01", "2023-01-31", "2022-11-01/2023-01-31"),
            ("", "2023-01-10", "2023-01-14", "2023-01-10?/2023-01-14?"),
            (9, "2023-01-10", "2023-01-10", "2023-01-10?"),
            (1, "2023-01-10T00:00:00", "", "2023-01-10"),
        ],
    )
    def test_dates(
        self, tmp_path: Path, precision: object, start: str, end: str, date: str
    ) -> None:
        row = record(date_prec=precision, date_start=start, date_end=end, source_date="")
        event = only(read(tmp_path, row))
        assert (event.date.text, event.reported) == (date, None)

    @pytest.mark.parametrize(
        ("code", "radius"), [(1, 1), (2, 25), (3, 40), (4, 120), (5, 120), (6, 500), (7, 300)]
    )
    def test_radii_and_how_vague_a_position_may_be(
        self, tmp_path: Path, code: int, radius: float
    ) -> None:
        row = record(2, where_prec=code, where_coordinates="X", latitude=45)
        imported = read(tmp_path, record(1), row)
        assert imported.report.dropped == ({WIDER: 1} if code > 4 else {})
        asked = read(tmp_path, record(1), row, where_prec="7")
        assert timeline_of(asked).places["x"].radius_km == radius

    @pytest.mark.parametrize(
        ("changed", "reason", "value"),
        [
            ({"id": ""}, "it has no id", ""),
            ({"id": 461727}, "it has the id of an earlier row", "461727"),
            ({"id": "461727.0"}, "it has the id of an earlier row", "461727"),
            ({"type_of_violence": 4}, "its type of violence is none that is read", "4"),
            ({"where_prec": ""}, "its where_prec is none of 1 to 7", ""),
            ({"where_prec": 6}, WIDER, "where_prec 6"),
            ({"latitude": 0, "longitude": 0}, "it has no position", "0, 0"),
            ({"longitude": "inf"}, "its position is no number", "44.1, inf"),
            ({"longitude": 200}, "its position is nowhere on Earth", "44.1, 200"),
            ({"date_start": "", "date_end": ""}, "it has no date", ""),
            ({"date_start": "2023-02-30"}, "its date is no day", "2023-02-30/2023-01-10"),
            ({"date_end": "2022-12-31"}, "it ends before it starts", "2023-01-10/2022-12-31"),
            ({"year": 2021}, "its year and its date disagree", "2021, 2023-01-10"),
            ({"side_a": "", "side_b": ""}, "it names no side", ""),
            ({"source_headline": "\x00"}, "", ""),
        ],
    )
    def test_what_is_dropped(
        self, tmp_path: Path, changed: dict[str, object], reason: str, value: str
    ) -> None:
        row = record(2, date_start="2023-01-10", date_end="2023-01-10") | {
            name: str(cell) for name, cell in changed.items()
        }
        if not reason:
            with pytest.raises(DataFaultsError, match="not a text file"):
                read(tmp_path, record(), row)
            return
        report = read(tmp_path, record(), row).report
        assert (report.read, report.kept, report.dropped) == (2, 1, {reason: 1})
        assert (report.examples[0].row, report.examples[0].value) == (3, value)

    def test_what_is_mended(self, tmp_path: Path) -> None:
        report = read(
            tmp_path,
            record(1, date_prec=""),
            record(2, date_prec=3),
            record(3, source_date="2022-12-31"),
        ).report
        assert report.mended == {
            "its date_prec is not told: the date is marked uncertain": 1,
            "one day with a vaguer date_prec is marked approximate": 1,
            "source dates before the event were left out": 1,
        }

    def test_a_source_that_is_not_told_is_the_dataset(self, tmp_path: Path) -> None:
        event = only(read(tmp_path, record(source_office="", source_headline="")))
        assert event.sources == ("ucdp-ged",)
        assert event.note == "Herald, 2023-01-12, Fighting at Strelsau"

    def test_options(self, tmp_path: Path) -> None:
        rows = (
            record(1),
            record(2, type_of_violence=3),
            record(3, country="Graustark"),
            record(4, date_start="2023-03-01", date_end="2023-03-01"),
            record(5, type_of_violence=2),
        )
        imported = read(
            tmp_path, *rows, kinds="3=strike,2=drop", country="Ruritania", end="2023-02-01"
        )
        kinds = {e.id: e.kind.value for e in timeline_of(imported).events}
        assert kinds == {"ged-1": "clash", "ged-2": "strike"}
        assert imported.report.dropped == {
            "it lies outside the countries asked for": 1,
            "it lies outside the days asked for": 1,
            "its type of violence is none that is read": 1,
        }
        with pytest.raises(UnknownNameError, match="unknown kind 'capture'"):
            read(tmp_path, *rows, kinds={"1": "capture"})
        with pytest.raises(DataFaultsError, match="where_prec: 8 is not 1 to 7"):
            read(tmp_path, *rows, where_prec=8)


class TestFiles:
    def test_without_a_header(self, tmp_path: Path) -> None:
        data = table(record(1), record(2), header=False)
        with_header = table(record(1), record(2))
        bare = read_ucdp(saved(tmp_path, data))
        told = read_ucdp(saved(tmp_path, with_header))
        assert (bare.report.read, bare.report.kept) == (2, 2)
        assert [(e.id, e.row) for e in timeline_of(bare).events] == [("ged-1", 1), ("ged-2", 2)]
        assert [(e.id, e.row) for e in timeline_of(told).events] == [("ged-1", 2), ("ged-2", 3)]
        assert timeline_of(bare).places == timeline_of(told).places

    @pytest.mark.parametrize(
        "data",
        [
            table(record(1, type_of_violence=9), header=False),
            table(record("x"), header=False),
            table(record(1), header=False).replace(b",", b";", 1),
            table(record(1), header=False).rstrip() + b",50th\n",
        ],
    )
    def test_what_has_no_header_and_is_no_record_is_refused(
        self, tmp_path: Path, data: bytes
    ) -> None:
        with pytest.raises(DataFaultsError, match="is not UCDP GED: the header lacks 'id'"):
            read_ucdp(saved(tmp_path, data))

    def test_pages_of_the_api(self, tmp_path: Path) -> None:
        page = {
            "TotalCount": 316818,
            "TotalPages": 316818,
            "PreviousPageUrl": "",
            "NextPageUrl": "https://ucdpapi.pcr.uu.se/api/gedevents/23.1?page=1",
            "Result": [record() | {"id": 12, "latitude": 44.1, "best": 3, "adm_2": None}],
        }
        imported = read_ucdp(saved(tmp_path, json.dumps(page).encode(), "page.json"))
        assert only(imported).id == "ged-12"
        assert "UCDP says that there are 316,818 events on all pages." in imported.report.notes
        with pytest.raises(DataFaultsError, match=r"without UCDP's 'Result' \(Token needed\)"):
            read_ucdp(saved(tmp_path, b'{"message": "Token needed"}', "page.json"))

    def test_a_later_release_replaces_an_earlier_one(self, tmp_path: Path) -> None:
        candidate = saved(tmp_path, table(record(1, best=1), record(2)), "GEDEvent_v24_0_1.csv")
        final = saved(tmp_path, table(record(1, best=5), record(3)), "GEDEvent_v25_1.csv")
        imported = read_ucdp([candidate, final])
        assert {e.id: e.extra["best"] for e in timeline_of(imported).events} == {
            "ged-1": "5",
            "ged-2": "10",
            "ged-3": "10",
        }
        report = imported.report
        assert (report.read, report.kept) == (4, 3)
        (dropped,) = report.examples
        assert str(dropped) == "GEDEvent_v24_0_1.csv, row 2: a later file has its id (1)"

    def test_the_zip_as_it_is_published(self, tmp_path: Path) -> None:
        file = tmp_path / "ged251-csv.zip"
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("GEDEvent_v25_1.csv", table(record()))
        assert only(read_ucdp(file)).row == 2

    def test_a_zip_that_unpacks_to_too_much_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("geofront.adapters.rowfiles._LARGEST_MEMBER", 1000)
        file = tmp_path / "ged.zip"
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("ged.csv", table(record()) + b"\n" * 1000)
        with pytest.raises(DataFaultsError, match="unpacks to more than"):
            read_ucdp(file)

    def test_a_line_without_an_end_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("geofront.adapters.rowfiles._LONGEST_LINE", 5000)
        with pytest.raises(DataFaultsError, match="row 3: is not a text file"):
            read_ucdp(saved(tmp_path, table(record()) + b"x" * 10_000))

    def test_a_broken_member_is_told(self, tmp_path: Path) -> None:
        file = tmp_path / "ged.zip"
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("ged.csv", table(record()))
        file.write_bytes(file.read_bytes().replace(b"Strelsau town", b"Strelsau tomn"))
        with pytest.raises(DataFaultsError, match=r"ged.zip/ged.csv: cannot be unpacked"):
            read_ucdp(file)
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("picture.png", b"")
        with pytest.raises(DataFaultsError, match=r"archive of 0 tables.*picture.png"):
            read_ucdp(file)


class TestAnyInput:
    @settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.binary(max_size=200).map(lambda b: table(record(1)) + b))
    def test_bytes(self, tmp_path: Path, data: bytes) -> None:
        try:
            report = read_ucdp(saved(tmp_path, data)).report
        except DataFaultsError:
            return
        assert report.read == report.kept + sum(report.dropped.values())

    @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.dictionaries(
                st.sampled_from(COLUMNS),
                st.one_of(
                    st.text(max_size=12),
                    st.integers(),
                    st.floats(),
                    st.none(),
                    st.sampled_from(["2023-01-31", "9999-12-31", "1", "a;b|c"]),
                ),
            ).map(lambda cells: record(1) | cells),
            min_size=1,
            max_size=5,
        )
    )
    def test_records(self, tmp_path: Path, rows: list[dict[str, object]]) -> None:
        data = json.dumps({"Result": rows}).encode()
        try:
            imported = read_ucdp(saved(tmp_path, data, "any.json"))
        except DataFaultsError:
            return
        report = imported.report
        assert report.read == len(rows) == report.kept + sum(report.dropped.values())
        assert len(timeline_of(imported).events) == report.kept
