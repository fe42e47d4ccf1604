"""GeoConfirmed's export and the JSON of its API, read as a timeline."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import geofront
from geofront.adapters.geoconfirmed import kind_in, read_geoconfirmed
from geofront.errors import DataFaultsError, UnknownNameError

if TYPE_CHECKING:
    from pathlib import Path

    from geofront.adapters import Imported
    from geofront.events.event import Event
    from geofront.events.timeline import Timeline

HEADER = (
    "Date;Name;Faction;Origin;Latitude;Longitude;PlusCode;Description;Source;Geolocation;"
    "Equipment;EquipmentItems;Units;OrbatUnits;Id"
)
NO_WORD = "no word of its description tells what happened"


def row(number: object = 1, **cells: object) -> str:
    values: dict[str, object] = {
        "Date": "2025-09-17",
        "Name": "17 SEP",
        "Faction": "Ruritania",
        "Origin": "UAV",
        "Latitude": 44.1,
        "Longitude": 20.2,
        "PlusCode": "GH4P+X43 Strelsau, North, Ruritania",
        "Description": "FPV strike on a truck",
        "Source": "https://x.example/1",
        "Id": f"id{number}",
    } | cells
    texts = [str(values.get(name, "")) for name in HEADER.split(";")]
    return ";".join('"' + text.replace('"', '""') + '"' for text in texts)


def table(*rows: str) -> bytes:
    return ("\ufeff" + "\r\n".join([HEADER, *rows]) + "\r\n").encode()


def saved(folder: Path, data: bytes, name: str = "ukraine.csv") -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


def read(folder: Path, *rows: str, **options: object) -> Imported:
    return read_geoconfirmed(saved(folder, table(*rows)), **options)  # type: ignore[arg-type]


def read_json(folder: Path, value: object) -> Imported:
    return read_geoconfirmed(saved(folder, json.dumps(value).encode(), "placemarks.json"))


def timeline_of(imported: Imported) -> Timeline:
    assert imported.timeline is not None
    return imported.timeline


def only(imported: Imported) -> Event:
    (event,) = timeline_of(imported).events
    return event


class TestARow:
    def test_what_it_becomes(self, tmp_path: Path) -> None:
        imported = read(tmp_path, row(Geolocation="https://x.example/2, https://x.example/3"))
        event = only(imported)
        assert (event.id, event.kind, event.date.text) == (
            "geoconfirmed-id1",
            "strike",
            "2025-09-17",
        )
        # Who struck is not told: the faction is the side that the mark is filed under.
        assert (event.actors, event.extra["faction"]) == ((), "Ruritania")
        assert event.note == (
            "FPV strike on a truck; footage: https://x.example/1; "
            "geolocation: https://x.example/2 https://x.example/3"
        )
        assert (event.reported, event.sources, event.row) == (None, ("geoconfirmed",), 2)
        (place,) = timeline_of(imported).places.values()
        assert place.name == "GH4P+X43 Strelsau, North, Ruritania"
        assert (place.position, place.radius_km) == ((20.2, 44.1), 0.1)
        assert imported.about.attribution == "GeoConfirmed, geoconfirmed.org"
        assert imported.about.licence.startswith("not stated by GeoConfirmed")
        assert place.licence == imported.about.licence
        assert imported.report.notes == (
            "Kinds by the words of the descriptions: 1 strike.",
            "No event sets a status: being seen at a spot is not holding a place.",
            "Licence: not stated by GeoConfirmed: credit it, and ask before passing its data on.",
        )

    def test_it_draws_and_sets_no_status(self, tmp_path: Path) -> None:
        timeline = timeline_of(read(tmp_path, row(1), row(2, Latitude=44.3)))
        assert str(geofront.draw(timeline).snapshot("2025-09-17").day) == "2025-09-17"
        assert geofront.replay(timeline).statuses("2025-09-17") == []

    @pytest.mark.parametrize(
        ("description", "kind"),
        [
            ("Shelling of a treeline", "strike"),
            ("RU soldiers hit by FPV drone", "strike"),
            ("Assault repelled near the mine", "clash"),
            ("Destroyed tank", "clash"),
            ("Soldiers raised a flag", "movement"),
            ("Convoy moving west", "movement"),
            ("A statue in the park", None),
            ("White house whitewashed", None),
            ("", None),
        ],
    )
    def test_kinds_by_words(self, description: str, kind: str | None) -> None:
        assert kind_in(description) == kind

    @pytest.mark.parametrize(
        ("faction", "actors"),
        [
            ("Ruritania", ("ruritania",)),
            ("Ruritania Civilian", ()),
            ("Special", ()),
            ("Neutral", ()),
            ("Unknown", ()),
            ("", ()),
        ],
    )
    def test_who_moves(self, tmp_path: Path, faction: str, actors: tuple[str, ...]) -> None:
        event = only(read(tmp_path, row(Faction=faction, Description="Infantry advancing")))
        assert (event.kind, event.actors) == ("movement", actors)

    def test_what_no_word_tells(self, tmp_path: Path) -> None:
        silent = row(2, Description="A statue")
        event = only(read(tmp_path, silent))
        assert (event.kind, event.actors) == ("movement", ())
        asked = read(tmp_path, row(1), silent, otherwise="drop")
        assert asked.report.dropped == {NO_WORD: 1}
        events = timeline_of(read(tmp_path, row(1), silent, otherwise="clash")).events
        assert sorted(e.kind.value for e in events) == ["clash", "strike"]
        with pytest.raises(UnknownNameError, match="unknown kind 'hold'"):
            read(tmp_path, silent, otherwise="hold")

    @pytest.mark.parametrize(
        ("changed", "reason", "value"),
        [
            ({"Date": ""}, "it has no date", ""),
            ({"Date": "1527-02-04"}, "its date is before 2011", "1527-02-04"),
            ({"Date": "2010-12-31"}, "its date is before 2011", "2010-12-31"),
            ({"Date": "1579567301963440128"}, "its date is no day", "1579567301963440128"),
            ({"Date": "2025-02-30"}, "its date is no day", "2025-02-30"),
            ({"Date": "2190-01-01"}, "its date lies in the future", "2190-01-01"),
            ({"Latitude": "", "Longitude": ""}, "it has no position", ""),
            ({"Latitude": 0, "Longitude": 0}, "it has no position", "0, 0"),
            ({"Latitude": 91}, "its position is nowhere on Earth", "91, 20.2"),
            ({"Latitude": "44,1"}, "its position is no number", "44,1, 20.2"),
            ({"Id": "id1"}, "it has the id of an earlier row", "id1"),
        ],
    )
    def test_what_is_dropped(
        self, tmp_path: Path, changed: dict[str, object], reason: str, value: str
    ) -> None:
        report = read(tmp_path, row(1), row(2, **changed)).report
        assert (report.read, report.kept, report.dropped) == (2, 1, {reason: 1})
        assert (report.examples[0].row, report.examples[0].value) == (3, value)

    def test_yesterday_is_no_future(self, tmp_path: Path) -> None:
        day = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
        assert only(read(tmp_path, row(Date=day))).day == day

    def test_days_can_be_chosen(self, tmp_path: Path) -> None:
        rows = (row(1), row(2, Date="2025-09-20"), row(3, Date="2025-09-10"))
        imported = read(tmp_path, *rows, start="2025-09-15", end="2025-09-18")
        assert only(imported).id == "geoconfirmed-id1"
        assert imported.report.dropped == {"it lies outside the days asked for": 2}

    def test_lines_in_quotes_missing_ids_and_codes(self, tmp_path: Path) -> None:
        imported = read(
            tmp_path,
            row(1, Description='line one; "two"\nthree, ', PlusCode=""),
            row(2, Id=""),
            row(3, Id=""),
        )
        events = timeline_of(imported).events
        assert len({e.id for e in events}) == 3
        silent = next(e for e in events if e.id == "geoconfirmed-id1")
        assert silent.note == 'line one; "two" three; footage: https://x.example/1'
        assert timeline_of(imported).places[silent.place_id].name == "44.1, 20.2"

    def test_a_later_file_replaces_an_earlier_one(self, tmp_path: Path) -> None:
        one = saved(tmp_path, table(row(1), row(2)), "may.csv")
        two = saved(tmp_path, table(row(1, Description="Ambush")), "june.csv")
        imported = read_geoconfirmed([one, two])
        kinds = {e.id: e.kind.value for e in timeline_of(imported).events}
        assert kinds == {"geoconfirmed-id1": "clash", "geoconfirmed-id2": "strike"}
        assert imported.report.dropped == {"a later file has its id": 1}


class TestJson:
    def test_folders_of_2022(self, tmp_path: Path) -> None:
        mark = {
            "id": "a",
            "date": "2022-10-10T16:20:00",
            "name": "10 OCT",
            "coordinates": [20.2, 44.1],
            "description": "Missile strike https://x.example/1",
        }
        imported = read_json(
            tmp_path,
            {
                "mapDataFolders": [
                    {"name": "A. About", "mapDataPlacemarks": None},
                    {
                        "name": "B",
                        "mapDataPlacemarks": [mark, mark | {"id": "b", "date": "15795"}],
                    },
                ]
            },
        )
        event = only(imported)
        assert (event.id, event.date.text, event.kind) == (
            "geoconfirmed-a",
            "2022-10-10",
            "strike",
        )
        (place,) = timeline_of(imported).places.values()
        assert place.position == (20.2, 44.1)
        assert imported.report.dropped == {"its date is no day": 1, "it has no date": 1}

    def test_placemarks_by_faction(self, tmp_path: Path) -> None:
        marks = [{"id": "a", "date": "2025-08-06T14:30:00", "la": 44.1, "lo": 20.2}]
        value = [
            {
                "factionId": 9,
                "name": "Ruritania",
                "icons": [{"iconId": "i", "name": "Strike", "placemarks": marks}],
            }
        ]
        event = only(read_json(tmp_path, value))
        assert (event.kind, event.extra["faction"], event.actors) == ("movement", "Ruritania", ())

    def test_details(self, tmp_path: Path) -> None:
        detail = {
            "id": "a",
            "date": "2025-08-06",
            "latitude": 44.1,
            "longitude": 20.2,
            "description": "Troops in the forest",
            "faction": "Ruritania",
            "originalSource": "https://x.example/1",
            "geolocation": "https://x.example/2",
            "gear": [{"name": "Tank"}],
        }
        event = only(read_json(tmp_path, detail))
        assert event.actors == ("ruritania",)
        assert event.note == (
            "Troops in the forest; footage: https://x.example/1; geolocation: https://x.example/2"
        )

    def test_geojson_with_factions(self, tmp_path: Path) -> None:
        def feature(properties: object, *spot: object) -> dict[str, object]:
            shape = {"type": "Point", "coordinates": list(spot)}
            return {"type": "Feature", "properties": properties, "geometry": shape}

        value = {
            "factionMeta": [{"factionId": 9, "name": "Ruritania"}],
            "geojson": {
                "type": "FeatureCollection",
                "features": [
                    feature({"id": "a", "factionId": 9, "date": "2025-08-06"}, 20.2, 44.1),
                    feature({"id": "b", "factionId": 9, "date": "2025-08-06"}),
                    feature(None),
                ],
            },
        }
        imported = read_json(tmp_path, value)
        assert only(imported).extra["faction"] == "Ruritania"
        assert imported.report.dropped == {"it has no position": 1, "it is no record": 1}

    @pytest.mark.parametrize(
        ("value", "told"),
        [
            ({"answer": 42}, "without GeoConfirmed's placemarks"),
            ("text", "is not GeoConfirmed"),
            ([], "gave nothing to import"),
            ([{"title": "x"}], "every record lacks 'date'"),
        ],
    )
    def test_what_is_refused(self, tmp_path: Path, value: object, told: str) -> None:
        with pytest.raises(DataFaultsError, match=told):
            read_json(tmp_path, value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("id", "date", "latitude", "longitude", "la", "lo", "coordinates", "icons"),
                    *("placemarks", "mapDataPlacemarks", "mapDataFolders", "geojson", "features"),
                    *("properties", "geometry", "factionMeta", "factionId", "name", "faction"),
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


class TestAnyInput:
    @settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.binary(max_size=200).map(lambda b: table(row(1)) + b))
    def test_bytes(self, tmp_path: Path, data: bytes) -> None:
        try:
            report = read_geoconfirmed(saved(tmp_path, data)).report
        except DataFaultsError:
            return
        assert report.read == report.kept + sum(report.dropped.values())

    @settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(JSON)
    def test_json(self, tmp_path: Path, value: object) -> None:
        sound = {"id": "a", "date": "2025-08-06", "latitude": 44.1, "longitude": 20.2}
        for told in (value, [sound, value]):
            try:
                report = read_json(tmp_path, told).report
            except DataFaultsError:
                continue
            assert report.read == report.kept + sum(report.dropped.values())
