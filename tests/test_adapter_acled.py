"""ACLED's exports and answers of its API, read as a timeline, and written again."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import geofront
from geofront.adapters.acled import read_acled, write_acled
from geofront.adapters.acled.codebook import COLUMNS, KINDS, Deed, Party, decided, inter_of
from geofront.adapters.cells import day_in, moment_in
from geofront.cli import main
from geofront.errors import DataFaultsError, DateError, UnknownNameError
from geofront.events.event import Event, Kind
from geofront.gazetteer.names import slug

if TYPE_CHECKING:
    from pathlib import Path

    from geofront.adapters import Imported
    from geofront.events.timeline import Timeline

ARMY = {"actor1": "Military Forces of Ruritania (2010-)", "inter1": "State forces"}
REBELS = {"actor2": "RLF: Ruritanian Liberation Front", "inter2": "Rebel group"}
REGAINS, OVERTAKES = "Government regains territory", "Non-state actor overtakes territory"
TRANSFER = "Non-violent transfer of territory"
# 2023-02-01 00:00 UTC, and the days after it
STAMP, DAY = 1675209600, 86400
NO_KIND = "its type of event is none of fighting or of territory"


def record(number: object = 1, **cells: object) -> dict[str, str]:
    base: dict[str, object] = {
        "event_id_cnty": f"RUR{number}",
        "event_date": "2023-01-10",
        "year": "",
        "time_precision": 1,
        "disorder_type": "Political violence",
        "event_type": "Battles",
        "sub_event_type": "Armed clash",
        **ARMY,
        **REBELS,
        "iso": 688,
        "region": "Europe",
        "country": "Ruritania",
        "admin1": "North",
        "location": "Strelsau",
        "latitude": 44.1,
        "longitude": 20.2,
        "geo_precision": 1,
        "source": "Herald; Radio Zenda",
        "source_scale": "National",
        "notes": "Fighting.",
        "fatalities": 0,
        "timestamp": STAMP,
    }
    return {name: str(value) for name, value in (base | cells).items()}


def table(*records: dict[str, str], bom: bool = False, delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(records)
    return (b"\xef\xbb\xbf" if bom else b"") + out.getvalue().encode()


def saved(folder: Path, data: bytes, name: str = "acled.csv") -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


def read(folder: Path, *records: dict[str, str], **options: object) -> Imported:
    return read_acled(saved(folder, table(*records)), **options)  # type: ignore[arg-type]


def timeline_of(imported: Imported) -> Timeline:
    assert imported.timeline is not None
    return imported.timeline


def only(imported: Imported) -> Event:
    (event,) = timeline_of(imported).events
    return event


def said(event: Event) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    return event.kind.value, event.actors, event.from_actors


ARMY_ID, REBELS_ID = "military-forces-of-ruritania-2010", "rlf-ruritanian-liberation-front"


class TestARow:
    def test_what_it_becomes(self, tmp_path: Path) -> None:
        imported = read(tmp_path, record())
        event = only(imported)
        assert said(event) == ("clash", (ARMY_ID, REBELS_ID), ())
        assert (event.id, event.date.text, str(event.reported)) == (
            "RUR1",
            "2023-01-10",
            "2023-02-01",
        )
        assert (event.note, event.sources, event.row) == (
            "Fighting.",
            ("herald", "radio-zenda"),
            2,
        )
        assert event.standing_assumed
        assert event.credibility is None
        assert event.extra["source_scale"] == "National"
        assert event.extra["sub_event_type"] == "Armed clash"
        place = timeline_of(imported).places["strelsau"]
        assert (place.name, place.position, place.radius_km) == ("Strelsau", (20.2, 44.1), 2.0)
        assert (place.admin1, place.country) == ("North", "RS")  # 688 is Serbia's number
        actors = {a.id: a.name for a in timeline_of(imported).actors}
        assert actors == {ARMY_ID: ARMY["actor1"], REBELS_ID: REBELS["actor2"]}

    def test_terms_are_carried(self, tmp_path: Path) -> None:
        imported = read(tmp_path, record())
        assert imported.about.title == "ACLED: Ruritania"
        assert imported.about.licence.startswith("ACLED terms: no redistribution")
        assert imported.about.attribution.startswith("ACLED (")
        assert f"{imported.about.licence}." in imported.report.notes
        assert timeline_of(imported).places["strelsau"].licence == imported.about.licence
        sources = timeline_of(imported).sources.values()
        assert {s.licence for s in sources} == {imported.about.licence}
        assert [s.publisher for s in sources] == ["Herald", "Radio Zenda"]

    @pytest.mark.parametrize(
        ("precision", "day", "date"),
        [
            (1, "2023-01-10", "2023-01-10"),
            (2, "2023-01-10", "2023-01-07/2023-01-13"),
            (3, "2023-01-16", "2023-01"),
            ("1.0", "2023-01-10 00:00:00", "2023-01-10"),
            (1, "10 January 2023", "2023-01-10"),
            (1, "10-Jan-2023", "2023-01-10"),
        ],
    )
    def test_dates(self, tmp_path: Path, precision: object, day: str, date: str) -> None:
        event = only(read(tmp_path, record(event_date=day, time_precision=precision)))
        assert event.date.text == date

    def test_a_date_without_precision_is_uncertain(self, tmp_path: Path) -> None:
        imported = read(tmp_path, record(time_precision=""))
        assert only(imported).date.text == "2023-01-10?"
        assert imported.report.mended == {
            "its time_precision is not told: the day is marked uncertain": 1
        }

    @pytest.mark.parametrize(
        ("changed", "reason", "value"),
        [
            ({"latitude": "", "longitude": ""}, "it has no position", ""),
            ({"latitude": 0, "longitude": 0}, "it has no position", "0, 0"),
            ({"latitude": "nan"}, "its position is no number", "nan, 20.2"),
            ({"latitude": "x"}, "its position is no number", "x, 20.2"),
            ({"longitude": 200}, "its position is nowhere on Earth", "44.1, 200"),
            ({"event_date": ""}, "it has no date", ""),
            ({"event_date": "2023-02-30"}, "its date is none that ACLED writes", "2023-02-30"),
            ({"event_date": "10/01/2023"}, "its date is none that ACLED writes", "10/01/2023"),
            ({"year": 2022}, "its year and its date disagree", "2022, 2023-01-10"),
            ({"event_id_cnty": ""}, "it has no id", ""),
            ({"sub_event_type": "Peaceful protest"}, NO_KIND, "Peaceful protest"),
            ({"sub_event_type": "Agreement"}, NO_KIND, "Agreement"),
            ({"sub_event_type": "", "event_type": "Protests"}, NO_KIND, "Protests"),
        ],
    )
    def test_what_is_dropped(
        self, tmp_path: Path, changed: dict[str, object], reason: str, value: str
    ) -> None:
        report = read(tmp_path, record(1), record(2, **changed)).report
        assert (report.read, report.kept) == (2, 1)
        assert report.dropped == {reason: 1}
        (dropped,) = report.examples
        assert (dropped.file, dropped.row, dropped.value) == ("acled.csv", 3, value)

    def test_kinds_and_what_stands_for_none_can_be_bound(self, tmp_path: Path) -> None:
        agreement = record(1, event_type="Strategic developments", sub_event_type="Agreement")
        attack = record(2, sub_event_type="Attack")
        imported = read(tmp_path, agreement, attack, kinds="Agreement=ceasefire,attack=drop")
        assert said(only(imported)) == ("ceasefire", (ARMY_ID, REBELS_ID), ())
        assert imported.report.dropped == {NO_KIND: 1}

    def test_wrong_options_are_told(self, tmp_path: Path) -> None:
        with pytest.raises(UnknownNameError, match=r"unknown kind 'ceasfire'.*did you mean"):
            read(tmp_path, record(), kinds={"Agreement": "ceasfire"})
        with pytest.raises(DataFaultsError, match="'Agreement' is not written NAME=VALUE"):
            read(tmp_path, record(), kinds="Agreement")
        with pytest.raises(DataFaultsError, match="geo_precision: '9' is not 1, 2 or 3"):
            read(tmp_path, record(), geo_precision="9")
        with pytest.raises(DateError):
            read(tmp_path, record(), start="soon")

    def test_days_and_countries_can_be_chosen(self, tmp_path: Path) -> None:
        rows = (
            record(1),
            record(2, event_date="2023-01-20"),
            record(3, country="Graustark"),
        )
        imported = read(tmp_path, *rows, end="2023-01-15", country="ruritania, Atlantis")
        assert only(imported).id == "RUR1"
        assert imported.report.dropped == {
            "it lies outside the countries asked for": 1,
            "it lies outside the days asked for": 1,
        }

    def test_a_timestamp_before_the_event_is_left_out(self, tmp_path: Path) -> None:
        imported = read(tmp_path, record(timestamp=1000000000))
        assert only(imported).reported is None
        assert imported.report.mended == {"a timestamp before the event was left out": 1}

    def test_old_exports(self, tmp_path: Path) -> None:
        data = (
            b"DATA_ID,EVENT_DATE,YEAR,TIME_PRECISION,EVENT_TYPE,ACTOR1,INTER1,ACTOR2,INTER2,"
            b"LOCATION,LATITUDE,LONGITUDE,GEO_PRECISION,SOURCE\r\n"
            b"77,01 May 2016,2016,1,Battle-Government regains territory,Army,1,Band,3,"
            b"Zenda,45.0,21.0,1,Herald\r\n"
        )
        event = only(read_acled(saved(tmp_path, data)))
        assert (event.id, event.place_id, event.date.text) == ("77", "zenda", "2016-05-01")
        assert said(event) == ("capture", ("army",), ("band",))


class TestWhoDidWhat:
    @pytest.mark.parametrize(
        ("sub", "one", "other", "expected"),
        [
            (REGAINS, 1, 2, ("capture", ("A",), ("B",))),
            (REGAINS, "Rebel group", "State forces", ("capture", ("B",), ("A",))),
            (REGAINS, 1, 8, ("capture", ("A",), ("B",))),
            (OVERTAKES, 1, 2, ("capture", ("B",), ("A",))),
            (OVERTAKES, "External/Other forces", "State Forces", ("capture", ("A",), ("B",))),
            (OVERTAKES, "Political militias", 1, ("capture", ("A",), ("B",))),
            # Nothing decides between two of a sort; nobody is guessed.
            (OVERTAKES, 2, 2, ("contest", ("A", "B"), ())),
            (OVERTAKES, 8, 3, ("contest", ("A", "B"), ())),
            (REGAINS, 1, 1, ("contest", ("A", "B"), ())),
            (REGAINS, 2, 3, ("contest", ("A", "B"), ())),
            (REGAINS, "", "", ("contest", ("A", "B"), ())),
            # Civilians hold nothing.
            (REGAINS, 1, 7, ("capture", ("A",), ())),
            (REGAINS, 2, "Civilians", ("clash", ("A",), ())),
            (TRANSFER, 2, 7, ("handover", ("A",), ())),
            (TRANSFER, 2, 1, ("movement", (), ())),
            ("Armed clash", 2, 1, ("clash", ("A", "B"), ())),
            ("Air/drone strike", 1, "Civilians", ("strike", ("A",), ())),
            ("Shelling/artillery/missile attack", 1, 2, ("strike", (), ())),
            ("Attack", "Civilians", 4, ("raid", ("B",), ())),
            ("Headquarters or base established", 2, 0, ("movement", (), ())),
        ],
    )
    def test_where_the_record_decides(
        self,
        tmp_path: Path,
        sub: str,
        one: object,
        other: object,
        expected: tuple[str, tuple[str, ...], tuple[str, ...]],
    ) -> None:
        row = record(sub_event_type=sub, actor1="A", inter1=one, actor2="B", inter2=other)
        event = only(read(tmp_path, row))
        told = tuple(name.lower() for name in expected[1]), tuple(n.lower() for n in expected[2])
        assert said(event) == (expected[0], *told)

    def test_one_alone(self, tmp_path: Path) -> None:
        alone = {"actor2": "", "inter2": ""}
        for number, (sub, inter, kind) in enumerate(
            [
                (TRANSFER, 2, "handover"),
                (OVERTAKES, 2, "capture"),
                (REGAINS, 1, "capture"),
                (OVERTAKES, 1, "clash"),
                ("Headquarters or base established", 2, "movement"),
            ]
        ):
            row = record(number, sub_event_type=sub, actor1="A", inter1=inter, **alone)
            assert said(only(read(tmp_path, row))) == (kind, ("a",), ())

    def test_what_is_left_open_is_said(self, tmp_path: Path) -> None:
        row = record(sub_event_type=OVERTAKES, inter1="Rebel group")
        imported = read(tmp_path, row)
        doubt = "which of the two holds the place is not told: it is contested"
        assert imported.report.mended == {doubt: 1}
        assert only(imported).note == f"Fighting. [{doubt}]"
        (status,) = geofront.replay(timeline_of(imported)).statuses("2023-01-10")
        assert status.status == "contested"

    def test_two_names_of_one_kind_are_decided_by_type_alone(self) -> None:
        parties = (Party("A", 2), Party("B", 1))
        swapped = (parties[1], parties[0])
        for name in (REGAINS, OVERTAKES, f"Battle-{REGAINS}"):
            kind = KINDS[name.casefold()]
            assert decided(kind, name, parties) == decided(kind, name, swapped)
        assert decided(Kind.CAPTURE, "Raid", (Party("A", 2), Party("", None))) == Deed(
            Kind.CAPTURE, ("A",)
        )

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("1", 1),
            ("8.0", 8),
            ("State Forces", 1),
            ("Rebel groups", 2),
            ("identity militia", 4),
            ("Protestors", 6),
            ("External/Other forces", 8),
            ("0", None),
            ("", None),
            ("9", None),
            ("²", None),
        ],
    )
    def test_types_of_actors(self, text: str, code: int | None) -> None:
        assert inter_of(text) == code


class TestWhere:
    def test_a_region_is_a_place_of_its_own_and_sets_no_status(self, tmp_path: Path) -> None:
        imported = read(
            tmp_path,
            record(1, sub_event_type=REGAINS),
            record(2, sub_event_type=OVERTAKES, geo_precision=3, event_date="2023-01-12"),
            record(3, sub_event_type=TRANSFER, geo_precision=3, actor1=""),
        )
        timeline = timeline_of(imported)
        assert {p.id: (p.name, p.radius_km) for p in timeline.places.values()} == {
            "strelsau": ("Strelsau", 2.0),
            "region-of-strelsau": ("region of Strelsau", 50.0),
        }
        assert [(e.id, *said(e)) for e in timeline.events] == [
            ("RUR3", "movement", (REBELS_ID,), ()),
            ("RUR1", "capture", (ARMY_ID,), (REBELS_ID,)),
            ("RUR2", "clash", (REBELS_ID, ARMY_ID), ()),
        ]
        vague = "a change of territory somewhere in a region: no status is set"
        assert imported.report.mended == {vague: 2}
        statuses = geofront.replay(timeline).statuses("2023-01-12")
        assert [(s.place.id, s.holder) for s in statuses] == [("strelsau", ARMY_ID)]

    def test_how_vague_a_change_of_territory_may_be_is_an_option(self, tmp_path: Path) -> None:
        near = record(1, sub_event_type=REGAINS, geo_precision=2)
        region = record(2, sub_event_type=REGAINS, geo_precision=3)
        for code, expected in (
            ("1", {"RUR1": "clash", "RUR2": "clash"}),
            (2, {"RUR1": "capture", "RUR2": "clash"}),
            (3, {"RUR1": "capture", "RUR2": "capture"}),
        ):
            events = timeline_of(read(tmp_path, near, region, geo_precision=code)).events
            assert {e.id: e.kind.value for e in events} == expected
        place = timeline_of(read(tmp_path, near)).places["strelsau"]
        assert place.radius_km == 10.0

    def test_a_place_is_as_precise_as_its_best_record(self, tmp_path: Path) -> None:
        imported = read(tmp_path, record(1, geo_precision=2), record(2, geo_precision=1))
        assert timeline_of(imported).places["strelsau"].radius_km == 2.0

    def test_without_a_code_it_is_taken_for_a_region(self, tmp_path: Path) -> None:
        imported = read(tmp_path, record(1, geo_precision=""), record(2, geo_precision=7))
        assert set(timeline_of(imported).places) == {"region-of-strelsau"}
        assert imported.report.mended == {"its geo_precision is not told: taken for a region": 2}

    def test_namesakes_and_nameless_places(self, tmp_path: Path) -> None:
        imported = read(
            tmp_path,
            record(1),
            record(2, latitude=45.0),
            record(3, location="", latitude=46.0),
            record(4, location="—", latitude=47.0),
        )
        places = timeline_of(imported).places
        assert set(places) == {
            "strelsau@20.2,44.1",
            "strelsau@20.2,45.0",
            "46-0-20-2",
            "place",
        }
        assert places["46-0-20-2"].name == "46.0, 20.2"


class TestTheSecondClock:
    def versions(self, folder: Path) -> Imported:
        """An event that was said otherwise twice and then deleted, and one that stands."""
        first = table(
            record(1, sub_event_type=OVERTAKES, timestamp=STAMP + DAY),
            record(2, location="Zenda", longitude=20.9, sub_event_type=REGAINS),
        )
        later = table(
            record(1, sub_event_type=REGAINS, timestamp=STAMP + 5 * DAY),
            # Written anew without a change
            record(
                2,
                location="Zenda",
                longitude=20.9,
                sub_event_type=REGAINS,
                timestamp=STAMP + 5 * DAY,
            ),
        )
        deleted = json.dumps(
            {
                "status": 200,
                "success": True,
                "data": [
                    {"event_id_cnty": "RUR1", "deleted_timestamp": STAMP + 9 * DAY},
                    {"event_id_cnty": "RUR77", "deleted_timestamp": str(STAMP)},
                ],
            }
        ).encode()
        return read_acled(
            [
                saved(folder, later, "later.csv"),
                saved(folder, deleted, "deleted.json"),
                saved(folder, first, "first.csv"),
            ]
        )

    def test_updates_correct_and_deletions_retract(self, tmp_path: Path) -> None:
        imported = self.versions(tmp_path)
        events = sorted(timeline_of(imported).events, key=lambda e: e.id)
        assert [(e.id, e.kind.value, str(e.reported), e.corrects) for e in events] == [
            ("RUR1", "capture", "2023-02-02", ()),
            (f"RUR1-{STAMP + 5 * DAY}", "capture", "2023-02-06", ("RUR1",)),
            (
                f"RUR1-{STAMP + 9 * DAY}",
                "retraction",
                "2023-02-10",
                ("RUR1", f"RUR1-{STAMP + 5 * DAY}"),
            ),
            ("RUR2", "capture", "2023-02-01", ()),
        ]
        report = imported.report
        assert (report.read, report.kept) == (6, 4)
        assert report.dropped == {
            "it deletes an event that is not kept": 1,
            "it repeats another row of its id": 1,
        }
        assert report.mended == {
            "a deletion became a retraction": 1,
            "an update of an earlier row became a correction": 1,
        }

    @pytest.mark.parametrize(
        ("known_on", "holder"),
        [
            ("2023-02-01", None),
            ("2023-02-02", REBELS_ID),
            ("2023-02-05", REBELS_ID),
            ("2023-02-06", ARMY_ID),
            ("2023-02-10", None),
        ],
    )
    def test_what_was_known_when(self, tmp_path: Path, known_on: str, holder: str | None) -> None:
        history = geofront.replay(timeline_of(self.versions(tmp_path)), known_on=known_on)
        assert history.status("strelsau", "2023-01-10").holder == holder
        assert history.status("zenda", "2023-01-10").holder == ARMY_ID

    def test_an_update_to_what_is_no_event_retracts_and_may_return(self, tmp_path: Path) -> None:
        imported = read(
            tmp_path,
            record(1, timestamp=STAMP),
            record(1, timestamp=STAMP + DAY, sub_event_type="Mob violence"),
            record(1, timestamp=STAMP + 2 * DAY, notes="A battle after all."),
            record(2, timestamp=STAMP, sub_event_type="Mob violence"),
        )
        events = {e.id: e for e in timeline_of(imported).events}
        assert {i: (e.kind.value, e.corrects) for i, e in events.items()} == {
            "RUR1": ("clash", ()),
            f"RUR1-{STAMP + DAY}": ("retraction", ("RUR1",)),
            f"RUR1-{STAMP + 2 * DAY}": ("clash", ()),
        }
        assert imported.report.dropped == {NO_KIND: 1}
        assert imported.report.kept == 3

    def test_rows_that_stand_twice(self, tmp_path: Path) -> None:
        swapped = record(
            1,
            actor1=REBELS["actor2"],
            inter1=REBELS["inter2"],
            actor2=ARMY["actor1"],
            inter2=ARMY["inter1"],
        )
        # The same, as in the monadic form of an export; and another row of that moment.
        imported = read(tmp_path, record(1), swapped, record(1, notes="Otherwise."))
        assert only(imported).note == "Fighting."
        assert imported.report.dropped == {
            "another row of its id and timestamp says otherwise": 1,
            "it repeats another row of its id": 1,
        }

    def test_a_change_there_and_back_is_two_changes(self, tmp_path: Path) -> None:
        rows = [record(1, timestamp=STAMP + i * DAY, notes=f"{i % 2}") for i in range(3)]
        assert [e.note for e in timeline_of(read(tmp_path, *rows)).events] == ["0", "1", "0"]

    def test_a_deletion_without_a_time_and_deleted_as_csv(self, tmp_path: Path) -> None:
        deleted = b"event_id_cnty,deleted_timestamp\nRUR1,\nRUR1,\n"
        imported = read_acled(
            [saved(tmp_path, table(record(1), record(2))), saved(tmp_path, deleted, "gone.csv")]
        )
        events = {e.id: e for e in timeline_of(imported).events}
        assert events["RUR1-deleted"].corrects == ("RUR1",)
        assert events["RUR1-deleted"].reported is None
        assert imported.report.dropped == {"it repeats another row of its id": 1}


class TestFiles:
    def test_pages_of_the_api(self, tmp_path: Path) -> None:
        page = {
            "status": 200,
            "success": True,
            "last_update": 3,
            "count": 2,
            "messages": [],
            "data": [
                record(1) | {"fatalities": 2, "latitude": 44.1, "timestamp": STAMP},
                "no record",
            ],
            "filename": "",
            "data_query_restrictions": {
                "date_recency": {"quantity": 12, "unit": "Months", "date": "2025-08-29"}
            },
        }
        imported = read_acled(saved(tmp_path, json.dumps(page).encode(), "page1.json"))
        assert only(imported).extra["fatalities"] == "2"
        assert imported.report.dropped == {"it is no record": 1}
        assert "ACLED lets this account see events up to 2025-08-29." in imported.report.notes

    def test_a_full_page_is_suspected_to_be_one_of_several(self, tmp_path: Path) -> None:
        page = json.dumps({"data": [record(i) for i in range(5000)]}).encode()
        imported = read_acled(saved(tmp_path, page, "page.json"))
        assert imported.report.kept == 5000
        assert any("full page" in note for note in imported.report.notes)

    def test_a_refusal_of_the_api_is_told(self, tmp_path: Path) -> None:
        refused = saved(tmp_path, b'{"status": 403, "message": "Access denied"}', "page.json")
        with pytest.raises(DataFaultsError, match=r"without ACLED's rows \(status 403: Access"):
            read_acled(refused)

    @pytest.mark.parametrize("formula", ["=Cmd()", "＝Cmd()", "@Cmd()"])
    def test_bom_semicolons_quotes_and_guarded_formulas(self, tmp_path: Path, formula: str) -> None:
        row = record(1, notes='He said "no";\nthen left', location=f"'{formula}")
        data = table(row, bom=True, delimiter=";")
        imported = read_acled(saved(tmp_path, data))
        assert only(imported).note == 'He said "no";\nthen left'
        assert timeline_of(imported).places[only(imported).place_id].name == formula

    def test_a_row_longer_than_the_header_is_dropped(self, tmp_path: Path) -> None:
        data = table(record(1), record(2)).rstrip() + b",too much\r\n"
        report = read_acled(saved(tmp_path, data)).report
        assert report.dropped == {"it has more cells than the header": 1}

    def test_zips(self, tmp_path: Path) -> None:
        file = tmp_path / "acled.zip"
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("one.csv", table(record(1)))
            archive.writestr("readme.md", b"not read")
            archive.writestr("two.json", json.dumps({"data": [record(2), record(3, year=1)]}))
        imported = read_acled(file)
        assert sorted(e.id for e in timeline_of(imported).events) == ["RUR1", "RUR2"]
        assert str(imported.report.examples[0]).startswith("acled.zip/two.json, row 2: its year")

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            (b"", "is empty"),
            (b" \r\n", "is empty"),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
            (b"<html><body>Login</body></html>", "web page or XML"),
            (b"\x1f\x8b\x08rest", "packed with gzip"),
            (b"PK\x03\x04broken", "broken archive"),
            (b"event_id_cnty,event_date\n\x00\x00", "not a text file"),
            (b"a,b\n1,2\n", "is not ACLED: the header lacks 'event_id_cnty'"),
            (b"id,type_of_violence,side_a\n1,2,3\n", "looks like UCDP GED; import it as ucdp"),
            (b"Date;Name;PlusCode\n", "looks like GeoConfirmed"),
            (b"[1, 2", "is not JSON"),
            (b'{"data": 3}', "without ACLED's rows"),
            (b"[" * 100_000, "is not JSON"),
            (table(record(1, notes="\u00e9")).replace(b"\xc3\xa9", b"\xe9"), "is not UTF-8"),
            (table(), "gave nothing to import"),
            (table(record(1, latitude="")), "it has no position"),
        ],
    )
    def test_what_is_refused(self, tmp_path: Path, data: bytes, told: str) -> None:
        with pytest.raises(DataFaultsError, match=told.replace("(", r"\(")):
            read_acled(saved(tmp_path, data))

    def test_workbooks_missing_files_and_none(self, tmp_path: Path) -> None:
        file = tmp_path / "acled.csv"
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("[Content_Types].xml", b"<x/>")
        with pytest.raises(DataFaultsError, match="is a workbook"):
            read_acled(file)
        with pytest.raises(DataFaultsError, match="cannot be read"):
            read_acled([tmp_path / "missing.csv"])
        with pytest.raises(DataFaultsError, match="cannot be read"):
            read_acled(tmp_path)
        with pytest.raises(DataFaultsError, match="none are given"):
            read_acled([])

    def test_the_command(self, tmp_path: Path) -> None:
        file = saved(tmp_path, table(record(1), record(2, sub_event_type="Agreement")))
        out = tmp_path / "out"
        options = ["-o", str(out), "--with", "kinds=Agreement=ceasefire"]
        with pytest.raises(SystemExit) as stopped:
            main(["import", "acled", str(file), *options])
        assert stopped.value.code == 0
        again = geofront.read(out)
        assert sorted(e.kind.value for e in again.events) == ["ceasefire", "clash"]
        report = json.loads((out / "import-report.json").read_text("utf-8"))
        assert (report["format"], report["read"], report["kept"]) == ("acled", 2, 2)


EVENTS_CSV = """date,place,kind,actor,from_actor,id,reported,note,lon,lat,radius_km,source
2023-01-01,Alpha,hold,Army,,e1,2023-01-02,,20.0,44.0,1,Herald
2023-01-02/2023-01-04,Beta,capture,Rebels,Army,e2,2023-01-05,=2+5,20.3,44.2,8,Herald|Radio
2023-01,Gamma,siege,Rebels,Army,e3,2023-02-01,besieged,20.5,44.4,30,Radio
../2023-01-20,Alpha,contest,Rebels|Band,Army,e4,,,20.0,44.0,1,Radio
2023-01-21,Beta,withdrawal,Rebels,,e5,,,20.3,44.2,8,Radio
2023-01-22?,Beta,handover,Army,Rebels,e6,,,20.3,44.2,8,Radio
2023-01-23,Alpha,repelled,Army,Rebels,e7,,,20.0,44.0,1,Radio
2023-01-24,Alpha,clash,Army,Rebels,e8,,,20.0,44.0,1,Radio
2023-01-25,Alpha,clash,Army|Rebels,,e9,,,20.0,44.0,1,Radio
2023-01-26,Alpha,strike,,,e10,,,20.0,44.0,1,Radio
2023-01-27,Alpha,strike,Army,Rebels,e11,,,20.0,44.0,1,Radio
2023-01-28,Gamma,raid,Band,Army,e12,,,20.5,44.4,30,Radio
2023-01-29,Alpha,ceasefire,Army|Rebels|Band,,e13,,,20.0,44.0,1,Radio
2023-01-30,Alpha,movement,Army,,e14,,,20.0,44.0,1,Radio
2023-01-31,Gamma,siege_lifted,,,e15,,,20.5,44.4,30,Radio
2023-02-01,Gamma,capture,Rebels,Band,e16,,,20.5,44.4,30,Radio
"""
TYPES: dict[str, str | int] = {"Army": "State forces", "Rebels": 2, "Band": "Political militia"}


class TestWriting:
    def told(self, timeline: Timeline) -> list[tuple[object, ...]]:
        names = {a.id: a.name.casefold() for a in timeline.actors}
        return [
            (
                *(e.id, e.date, e.kind.value, e.reported, e.note),
                *(timeline.places[e.place_id].name, timeline.places[e.place_id].position),
                *(tuple(names[a] for a in group) for group in (e.actors, e.from_actors)),
                tuple(slug(timeline.sources[s].title) for s in e.sources),
            )
            for e in sorted(timeline.events, key=lambda e: e.id)
        ]

    def test_every_kind_and_date_comes_back(self, tmp_path: Path) -> None:
        timeline = geofront.read(saved(tmp_path, EVENTS_CSV.encode(), "events.csv"))
        written = write_acled(timeline, tmp_path / "out.csv", inter=TYPES)
        assert (written.events, written.left_out) == (16, 0)
        imported = read_acled(written.path)
        assert (imported.report.read, imported.report.kept) == (16, 16)
        again = [
            tuple(x.removeprefix("region of ") if isinstance(x, str) else x for x in event)
            for event in self.told(timeline_of(imported))
        ]
        assert again == self.told(timeline)
        statuses = geofront.replay(timeline).statuses("2023-01-22")
        back = geofront.replay(timeline_of(imported)).statuses("2023-01-22")
        assert [(s.place.name, s.status) for s in back if s.place.name != "region of Gamma"] == [
            (s.place.name, s.status) for s in statuses if s.place.name != "Gamma"
        ]

    def test_what_acled_has_words_for_needs_no_tag(self, tmp_path: Path) -> None:
        timeline = geofront.read(saved(tmp_path, EVENTS_CSV.encode(), "events.csv"))
        written = write_acled(timeline, tmp_path / "out.csv", inter=TYPES)
        data = written.path.read_text("utf-8")
        rows = {row["event_id_cnty"]: row for row in csv.DictReader(io.StringIO(data))}
        assert tuple(rows["e2"]) == COLUMNS
        assert {i for i, row in rows.items() if not row["tags"]} == {"e9", "e10", "e14"}
        # An interval of three days is a week to ACLED, so the date is said beside it.
        capture = rows["e2"]
        assert (capture["event_date"], capture["time_precision"]) == ("2023-01-03", "2")
        assert capture["tags"] == "geofront date=2023-01-02/2023-01-04"
        assert capture["sub_event_type"] == OVERTAKES
        assert (capture["actor1"], capture["inter1"]) == ("Rebels", "Rebel group")
        assert (capture["actor2"], capture["inter2"]) == ("Army", "State forces")
        assert (capture["interaction"], capture["geo_precision"]) == (
            "Rebel group-State forces",
            "2",
        )
        assert (capture["source"], capture["timestamp"]) == ("Herald; Radio", "1672876800")
        assert capture["notes"] == "'=2+5"  # a spreadsheet must not run it
        # ... and a siege is none of ACLED's kinds; a month is one of its dates.
        assert rows["e3"]["tags"] == "geofront kind=siege"
        assert (rows["e3"]["time_precision"], rows["e3"]["geo_precision"]) == ("3", "3")
        assert rows["e4"]["assoc_actor_1"] == "Band"
        assert rows["e16"]["sub_event_type"] == OVERTAKES

    def test_captors_without_a_type_are_all_told(self, tmp_path: Path) -> None:
        timeline = geofront.read(saved(tmp_path, EVENTS_CSV.encode(), "events.csv"))
        with pytest.raises(DataFaultsError, match="Rebels captures places and has no type"):
            write_acled(timeline, tmp_path / "out.csv", inter={"Army": 1})
        with pytest.raises(DataFaultsError, match="'king' of Rebels is none of: State forces"):
            write_acled(timeline, tmp_path / "out.csv", inter={"Rebels": "king"})
        assert not (tmp_path / "out.csv").exists()

    def test_an_import_comes_back_with_what_acled_said(self, tmp_path: Path) -> None:
        rows = [
            record(1, sub_event_type=REGAINS, year=2023, tags="crowd size=no report"),
            record(2, sub_event_type="Air/drone strike", actor2="Civilians", inter2=7, year=2023),
            record(3, sub_event_type=OVERTAKES, inter1=2, year=2023, location="Zenda"),
            record(4, time_precision=2, geo_precision=3, year=2023),
        ]
        imported = read(tmp_path, *rows)
        with pytest.raises(DataFaultsError, match="may not be passed on"):
            write_acled(timeline_of(imported), tmp_path / "out.csv")
        allowed = timeline_of(imported).allowing_restricted()
        written = write_acled(allowed, tmp_path / "out.csv")
        assert (written.events, written.tagged) == (4, 1)
        with written.path.open(encoding="utf-8", newline="") as stream:
            found = {row["event_id_cnty"]: row for row in csv.DictReader(stream)}
        for row in (rows[0], rows[1], rows[3]):
            assert {c: found[row["event_id_cnty"]][c] for c in row} == row
        assert found["RUR3"]["tags"] == "geofront kind=contest"
        again = timeline_of(read_acled(written.path))
        assert self.told(again) == self.told(timeline_of(imported))

    def test_only_what_stands_is_written(self, tmp_path: Path) -> None:
        imported = read(
            tmp_path,
            record(1, notes="first"),
            record(1, notes="second", timestamp=STAMP + DAY),
            record(2, notes="gone"),
            record(2, sub_event_type="Arrests", timestamp=STAMP + DAY),
        )
        timeline = timeline_of(imported).allowing_restricted()
        now = write_acled(timeline, tmp_path / "now.csv")
        assert (now.events, now.left_out) == (1, 3)
        (event,) = timeline_of(read_acled(now.path)).events
        assert (event.id, event.note) == ("RUR1", "second")
        then = write_acled(timeline, tmp_path / "then.csv", known_on="2023-02-01")
        assert sorted(e.note for e in timeline_of(read_acled(then.path)).events) == [
            "first",
            "gone",
        ]


WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00|;"), min_size=1, max_size=12
).filter(lambda text: " ".join(text.split()) == text and slug(text))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "date": st.sampled_from(
                ["2023-01-05", "2023-01-05~", "2023-02", "2023", "../2023-01-09", "2023-01-03/.."]
            ),
            "place": st.sampled_from(["Alpha", "Beta"]),
            "kind": st.sampled_from([k.value for k in Kind if k is not Kind.RETRACTION]),
            "actor": st.sampled_from(["Army", "Rebels", "Army|Band", "Army|Rebels|Band"]),
            "from_actor": st.sampled_from(["", "Rebels", "Band", "Rebels|Band"]),
            "source": WORDS,
            "note": st.just("") | WORDS,
            "reported": st.sampled_from(["", "2023-06-01"]),
        }
    ),
    min_size=1,
    max_size=6,
)


class TestRoundTrips:
    @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(ROWS)
    def test_any_events(self, tmp_path: Path, rows: list[dict[str, str]]) -> None:
        spots = {"Alpha": ("20.0", "44.0"), "Beta": ("20.3", "44.2")}
        records = [
            {**row, "id": f"e{n}", "lon": spots[row["place"]][0], "lat": spots[row["place"]][1]}
            for n, row in enumerate(rows)
        ]
        timeline = geofront.read(pd.DataFrame(records))
        written = write_acled(timeline, tmp_path / "out.csv", inter=TYPES)
        again = timeline_of(read_acled(written.path))
        assert TestWriting().told(again) == TestWriting().told(timeline)


class TestAnyInput:
    @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda b: table(record(1)) + b))
    def test_bytes(self, tmp_path: Path, data: bytes) -> None:
        try:
            imported = read_acled(saved(tmp_path, data, "any.csv"))
        except DataFaultsError:
            return
        report = imported.report
        assert report.read == report.kept + sum(report.dropped.values())

    @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.dictionaries(
                st.sampled_from([*COLUMNS, "deleted_timestamp"]),
                st.one_of(
                    st.text(max_size=12),
                    st.integers(),
                    st.floats(),
                    st.none(),
                    st.lists(st.integers(), max_size=2),
                    st.sampled_from([REGAINS, TRANSFER, "Armed clash", "RUR1", "2023-01-31"]),
                    st.sampled_from(["geofront kind=siege", "geofront date=../2023-01-01", "1"]),
                ),
            ).map(lambda cells: record(1) | cells),
            min_size=1,
            max_size=6,
        )
    )
    def test_records(self, tmp_path: Path, rows: list[dict[str, object]]) -> None:
        data = json.dumps({"data": rows}).encode()
        try:
            imported = read_acled(saved(tmp_path, data, "any.json"))
        except DataFaultsError:
            return
        report = imported.report
        assert report.read == len(rows) == report.kept + sum(report.dropped.values())
        assert len(timeline_of(imported).events) == report.kept

    @given(st.text(max_size=30))
    def test_cells(self, text: str) -> None:
        day_in(text)
        moment_in(text)
        inter_of(text)
