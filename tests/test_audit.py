"""Each check of the audit finds what it is for, and is silent otherwise."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING

import pytest
from worlds import write_world

import geofront
from geofront.cli import main
from geofront.control.audit import CHECKS, DOUBT, FAULT, Finding, audit, audit_of_faults
from geofront.control.audit.scene import NameMatch
from geofront.errors import DataFaultsError
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.place import Place

if TYPE_CHECKING:
    from pathlib import Path

    from geofront.control.audit import Audit

TODAY = date(2021, 1, 1)
HEAD = "id,date,place,kind,actor,from_actor,source"


def audited(folder: Path, *rows: str, head: str = HEAD, **options: object) -> Audit:
    """The audit of a world of four places with these events."""
    world = write_world(folder, events="\n".join([head, *rows]) + "\n")
    return audit(geofront.read(world), today=TODAY, **options)  # type: ignore[arg-type]


def only(report: Audit, check: str) -> Finding:
    (finding,) = report.of_check(check)
    return finding


# --- slips of the pen -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("standings", "standing"),
        ("reported_on", "reported"),
        ("actor_from", "from_actor"),
        ("From", "from_actor"),
        ("Claimed by", "claimed_by"),
        ("chronicler", ""),
    ],
)
def test_columns_that_are_nearly_known_ones(tmp_path: Path, written: str, meant: str) -> None:
    report = audited(tmp_path, "a,2020-01-02,ain,hold,North,,one,claimed", head=f"{HEAD},{written}")
    if not meant:
        assert report.of_check("unknown-column") == ()
        return
    found = only(report, "unknown-column")
    assert (found.severity, found.file) == (DOUBT, "events.csv")
    assert found.message == (
        f"column {written.casefold()!r} is kept but means nothing to geofront; did you mean "
        f"{meant!r}?"
    )


def test_columns_of_every_table_are_looked_at(tmp_path: Path) -> None:
    write_world(tmp_path, places="id,name,lon,lat,alias\nain,Ain,38.0,34.0,\n")
    for name, text in {"actors": "id,sides\nNorth,n\n", "sources": "id,favors\none,n\n"}.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    rows = (HEAD, "a,2020-01-02,ain,hold,North,,one", "")
    (tmp_path / "events.csv").write_text("\n".join(rows), encoding="utf-8")
    found = audit(geofront.read(tmp_path), today=TODAY).of_check("unknown-column")
    assert {(f.file, f.message.split("'")[3]) for f in found} == {
        ("actors.csv", "side"),
        ("places.csv", "aliases"),
        ("sources.csv", "favours"),
    }


def test_claims_that_count_because_their_standing_is_empty(tmp_path: Path) -> None:
    report = audited(
        tmp_path,
        "a,2020-01-02,ain,hold,North,,one,,North",
        "b,2020-01-02,bir,hold,North,,one,confirmed,North",
        "c,2020-01-02,dam,hold,North,,one,claimed,North",
        "d,2020-01-02,eid,hold,North,,one,,",
        head=f"{HEAD},standing,claimed_by",
    )
    found = only(report, "claim-confirmed")
    assert (found.severity, found.event_ids) == (DOUBT, ("a",))
    assert "write claimed" in found.message


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Red", "Redd", True),
        ("Blue", "Bleu", True),
        ("Northern Army", "Northen Army", True),
        ("Red", "Blue", False),
        ("SNA", "SAA", False),
        ("7th Brigade", "8th Brigade", False),
        ("Group A", "Group B", False),
    ],
)
def test_actors_of_nearly_one_name(tmp_path: Path, one: str, other: str, *, alike: bool) -> None:
    rows = (
        f"a,2020-01-02,ain,hold,{one},,one",
        f"b,2020-01-02,bir,hold,{other},,one",
        f"c,2020-01-02,dam,hold,{one},,one",
    )
    report = audited(tmp_path, *rows)
    assert bool(report.of_check("alike-actors")) is alike
    if alike:
        found = only(report, "alike-actors")
        assert (found.severity, found.event_ids) == (DOUBT, ("b",))
        assert f"{other!r} (1 of the events) is nearly {one!r} (2)" in found.message
    (tmp_path / "actors.csv").write_text(f"id,name\n{one},The one\n{other},The other\n", "utf-8")
    assert audited(tmp_path, *rows).of_check("alike-actors") == ()


def test_sides_of_nearly_one_name(tmp_path: Path) -> None:
    write_world(tmp_path)
    rows = ("a,2020-01-02,ain,hold,North,,one", "b,2020-01-02,bir,hold,South,,one")
    table = "id,side\nNorth,league\nEast,league\nSouth,{}\nWest,west\n"
    (tmp_path / "actors.csv").write_text(table.format("leauge"), encoding="utf-8")
    found = only(audited(tmp_path, *rows), "alike-sides")
    assert (found.severity, found.file) == (DOUBT, "actors.csv")
    assert "side 'leauge', of 'South' alone, is nearly 'league', of North and East" in found.message
    (tmp_path / "actors.csv").write_text(table.format("union"), encoding="utf-8")
    assert audited(tmp_path, *rows).of_check("alike-sides") == ()


# --- statements against each other ------------------------------------------------------------


def test_two_captures_of_one_day_are_a_fault(tmp_path: Path) -> None:
    found = only(
        audited(
            tmp_path,
            "a,2020-01-02,ain,capture,North,,one",
            "b,2020-01-02,ain,capture,South,,two",
        ),
        "two-holders",
    )
    assert found.severity == FAULT
    assert found.event_ids == ("a", "b")
    assert (found.file, found.row, found.place_id) == ("events.csv", 2, "ain")
    assert found.day == date(2020, 1, 2)
    assert "nothing decides between them" in found.message
    assert "'order' or 'time'" in found.message


def test_two_holders_settled_by_the_grade_are_a_doubt(tmp_path: Path) -> None:
    found = only(
        audited(
            tmp_path,
            "a,2020-01-02,ain,capture,North,,one,1",
            "b,2020-01-02,ain,capture,South,,two,3",
            head=f"{HEAD},credibility",
        ),
        "two-holders",
    )
    assert found.severity == DOUBT
    assert "North holds it, whose statement is better graded" in found.message


def test_two_holders_settled_by_the_kind_are_a_fault(tmp_path: Path) -> None:
    found = only(
        audited(
            tmp_path,
            "a,2020-01-02,ain,capture,North,,one",
            "b,2020-01-02,ain,hold,South,,two",
        ),
        "two-holders",
    )
    assert found.severity == FAULT
    assert "South holds it, only because kinds are read in a fixed order" in found.message


@pytest.mark.parametrize("kind", ["capture", "hold", "handover"])
def test_an_attack_repelled_that_took_the_place_is_a_fault(tmp_path: Path, kind: str) -> None:
    repelled = "a,2020-01-02,ain,repelled,South,North,one"
    found = only(audited(tmp_path, repelled, f"b,2020-01-02,ain,{kind},North,,two"), "two-holders")
    assert (found.severity, found.event_ids) == (FAULT, ("a", "b"))
    assert "North holds it, only because kinds are read in a fixed order" in found.message
    graded = audited(
        tmp_path,
        f"{repelled},1",
        f"b,2020-01-02,ain,{kind},North,,two,3",
        head=f"{HEAD},credibility",
    )
    found = only(graded, "two-holders")
    assert found.severity == DOUBT
    assert "South holds it, whose statement is better graded" in found.message


@pytest.mark.parametrize(
    "second",
    [
        "b,2020-01-02,ain,hold,South,,two",  # the defender
        "b,2020-01-02,ain,capture,East,,two",  # one who was not repelled
        "b,2020-01-03,ain,capture,North,,two",  # a day later
        "b,2020-01-02,ain,contest,North,,two",
    ],
)
def test_an_attack_repelled_beside_what_it_does_not_exclude(tmp_path: Path, second: str) -> None:
    report = audited(tmp_path, "a,2020-01-02,ain,repelled,South,North,one", second)
    assert report.of_check("two-holders") == ()


@pytest.mark.parametrize("orders", [("1", "2"), ("2", "1")])
def test_ordered_holders_are_no_finding(tmp_path: Path, orders: tuple[str, str]) -> None:
    report = audited(
        tmp_path,
        f"a,2020-01-02,ain,capture,North,,one,{orders[0]}",
        f"b,2020-01-02,ain,capture,South,,two,{orders[1]}",
        head=f"{HEAD},order",
    )
    assert report.of_check("two-holders") == ()


def test_a_claim_does_not_make_two_holders(tmp_path: Path) -> None:
    report = audited(
        tmp_path,
        "a,2020-01-02,ain,capture,North,,one,confirmed",
        "b,2020-01-02,ain,capture,South,,two,claimed",
        head=f"{HEAD},standing",
    )
    assert report.of_check("two-holders") == ()


def test_two_allies_are_no_two_holders(tmp_path: Path) -> None:
    write_world(tmp_path)
    (tmp_path / "actors.csv").write_text("id,side\nNorth,N\nNortheast,N\n", encoding="utf-8")
    report = audited(
        tmp_path,
        "a,2020-01-02,ain,capture,North,,one",
        "b,2020-01-02,ain,capture,Northeast,,two",
    )
    assert report.of_check("two-holders") == ()


def test_days_at_the_ends_of_the_calendar(tmp_path: Path) -> None:
    days = ("0001-01-01", "0001-01-01?", "../0001-01-01", "9999-12-31", "9999-12-31?", "9999")
    rows = [f"{day},P{i},hold,North,{38 + i / 10},34,one" for i, day in enumerate(days)]
    report = audited(tmp_path, *rows, head="date,place,kind,actor,lon,lat,source")
    assert len(report.of_check("future")) == 3


def test_a_capture_by_the_holder(tmp_path: Path) -> None:
    found = only(
        audited(
            tmp_path,
            "a,2020-01-02,ain,capture,North,,one",
            "b,2020-02-02,ain,capture,North,,two",
        ),
        "recapture",
    )
    assert (found.severity, found.event_ids, found.rank) == (DOUBT, ("b", "a"), 31)
    assert found.row == 3


@pytest.mark.parametrize(
    "second",
    [
        "b,2020-01-05,ain,capture,North,,two",  # the same capture, reported by another
        "b,2020-01,ain,capture,North,,two",  # the same, imprecisely
        "b,2020-03-01,ain,hold,North,,two",
        "b,2020-03-01,ain,capture,South,North,two",
    ],
)
def test_what_is_no_recapture(tmp_path: Path, second: str) -> None:
    report = audited(tmp_path, "a,2020-01-02,ain,capture,North,,one", second)
    assert report.of_check("recapture") == ()


def test_a_recapture_after_a_loss_is_in_order(tmp_path: Path) -> None:
    report = audited(
        tmp_path,
        "a,2020-01-02,ain,capture,North,,one",
        "b,2020-02-02,ain,withdrawal,North,,two",
        "c,2020-03-02,ain,capture,North,,two",
    )
    assert report.findings == report.of_check("source-once")


def test_a_place_at_nought_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    header = "id,date,place,kind,actor,lon,lat,source\n"
    rows = "a,2020-01-02,Ain,hold,North,38,35,one\nb,2020-01-03,Bir,hold,North,0,0,one\n"
    path.write_text(header + rows, encoding="utf-8")
    found = only(geofront.audit(geofront.read(path)), "zero-position")
    assert found.severity == FAULT
    assert "Bir" in str(found)
    assert "leave 'lon' and 'lat' empty" in str(found)


def test_an_attack_repelled_by_the_attacker_is_a_doubt(tmp_path: Path) -> None:
    report = audited(
        tmp_path,
        "a,2020-01-02,ain,hold,North,,one",
        "b,2020-02-02,ain,repelled,South,North,two",
    )
    found = only(report, "repelled-by-attacker")
    assert (found.severity, found.event_ids) == (DOUBT, ("b",))
    assert "by North, who held it; of a 'repelled', 'actor' is the defender" in str(found)


@pytest.mark.parametrize(
    "rows",
    [
        ("a,2020-01-02,ain,hold,North,,one", "b,2020-02-02,ain,repelled,North,South,two"),
        ("b,2020-02-02,ain,repelled,South,North,two",),  # nobody is known to have held it
        (  # lost by one report, kept by another
            "a,2020-01-02,ain,hold,South,,one",
            "c,2020-01-20,ain,capture,North,South,one",
            "b,2020-02-02,ain,repelled,South,North,two",
        ),
    ],
)
def test_what_is_repelled_by_the_defender(tmp_path: Path, rows: tuple[str, ...]) -> None:
    assert audited(tmp_path, *rows).of_check("repelled-by-attacker") == ()


@pytest.mark.parametrize(
    "loss", ["b,2020-02-02,ain,withdrawal,East,,one", "b,2020-02-02,ain,capture,South,East,one"]
)
def test_the_loss_of_what_was_never_held_is_a_fault(tmp_path: Path, loss: str) -> None:
    found = only(audited(tmp_path, "a,2020-01-02,ain,capture,North,,one", loss), "loss-never-held")
    assert (found.severity, found.event_ids) == (FAULT, ("b", "a"))
    assert "East lost Ain on 2020-02-02, but never held it: it was held by North [a]" in str(found)


def test_the_loss_by_one_who_held_it_once_is_a_doubt(tmp_path: Path) -> None:
    report = audited(
        tmp_path,
        "a,2020-01-02,ain,capture,North,East,one",
        "b,2020-02-02,ain,capture,South,East,one",
    )
    assert only(report, "loss-by-other").severity == DOUBT
    assert report.faults == ()


@pytest.mark.parametrize(
    "loss",
    [
        "b,2020-02-02,bir,withdrawal,East,,one",  # of which nothing is known
        "b,2020-02-02,ain,capture,South,North,one",
        "b,2020-02-02,ain,withdrawal,North,,one",
    ],
)
def test_losses_in_order(tmp_path: Path, loss: str) -> None:
    report = audited(tmp_path, "a,2020-01-02,ain,capture,North,,one", loss)
    assert report.findings == ()


def test_an_ally_may_lose_what_another_ally_held(tmp_path: Path) -> None:
    write_world(tmp_path)
    (tmp_path / "actors.csv").write_text(
        "id,side\nNorth,N\nNortheast,N\nSouth,S\n", encoding="utf-8"
    )
    report = audited(
        tmp_path,
        "a,2020-01-02,ain,hold,North,,one",
        "b,2020-02-02,ain,capture,South,Northeast,one",
    )
    assert report.findings == ()


def test_the_same_statement_twice(tmp_path: Path) -> None:
    row = "2020-01-02,ain,hold,North,,one"
    report = audited(tmp_path, f"a,{row}", f"b,{row}")
    found = only(report, "repeated")
    assert (found.severity, found.row, set(found.event_ids)) == (DOUBT, 3, {"a", "b"})
    other = audited(tmp_path, f"a,{row}", "b,2020-01-02,ain,hold,North,,two")
    assert other.of_check("repeated") == ()


def test_a_claim_that_nothing_settles(tmp_path: Path) -> None:
    claim = "b,2020-01-12,ain,capture,South,,two,claimed,South"
    head = f"{HEAD},standing,claimed_by"
    first = "a,2020-01-02,ain,hold,North,,one,,"
    found = only(audited(tmp_path, first, claim, head=head), "open-claim")
    assert (found.severity, found.event_ids, found.row) == (DOUBT, ("b",), 3)
    later = "c,2020-01-22,ain,hold,North,,one,,"
    assert (
        only(
            audited(tmp_path, claim, "d,2020-01-22,bir,hold,North,,one,,", head=head), "open-claim"
        ).rank
        == 10
    )
    assert audited(tmp_path, first, claim, later, head=head).of_check("open-claim") == ()


def test_a_siege_that_is_never_lifted(tmp_path: Path) -> None:
    siege = "a,2020-01-02,ain,siege,South,North,one"
    end = "b,2020-01-12,bir,hold,North,,one"
    found = only(audited(tmp_path, siege, end), "open-siege")
    assert (found.severity, found.rank, found.event_ids) == (DOUBT, 10, ("a",))
    for relief in ("siege_lifted,South,", "capture,South,North"):
        report = audited(tmp_path, siege, end, f"c,2020-01-10,ain,{relief},one")
        assert report.of_check("open-siege") == ()


# --- dates ------------------------------------------------------------------------------------


def test_dates_outside_the_span(tmp_path: Path) -> None:
    (tmp_path / "conflict.toml").write_text(
        'title = "War"\nstart = 2020-01-01\nend = 2020-01-31\n', encoding="utf-8"
    )
    report = audited(
        tmp_path,
        "a,2020-02-02,ain,hold,North,,one",
        "b,2018-01-02,bir,hold,North,,one",
        "c,2019-12-02,dam,hold,North,,one",  # the situation at the start
        "d,2020-01/2020-02,eid,hold,North,,one",  # ends after the end of the span
    )
    found = report.of_check("outside-span")
    assert [(f.event_ids, f.severity, f.rank) for f in found] == [
        (("b",), DOUBT, 729),
        (("a",), DOUBT, 2),
    ]


def test_dates_in_the_future(tmp_path: Path) -> None:
    report = audited(
        tmp_path,
        "a,2021-01-02,ain,hold,North,,one,",
        "b,2020-01-02,bir,hold,North,,one,2022-01-03",
        "c,2021-01-01,dam,hold,North,,one,2021-01-01",
        head=f"{HEAD},reported",
    )
    assert [(f.event_ids, f.severity, f.rank) for f in report.of_check("future")] == [
        (("b",), FAULT, 367),
        (("a",), DOUBT, 1),
    ]


def test_reports_before_what_they_report(tmp_path: Path) -> None:
    report = audited(
        tmp_path,
        "a,2020-01-05,ain,hold,North,,one,2020-01-03",
        "b,2020-01-02/2020-01-09,bir,hold,North,,one,2020-01-06",
        "c,2020-01-02,dam,hold,North,,one,2020-01-02",
        "d,../2020-01-09,eid,hold,North,,one,2020-01-12",
        head=f"{HEAD},reported",
    )
    early, within = only(report, "reported-before"), only(report, "reported-within")
    assert (early.event_ids, early.severity, early.rank) == (("a",), FAULT, 2)
    assert (within.event_ids, within.severity, within.rank) == (("b",), DOUBT, 3)


def test_corrections_without_a_day(tmp_path: Path) -> None:
    rows = ("a,2020-01-05,ain,hold,North,,one,,", "b,2020-01-05,ain,hold,South,,one,{},a")
    head = f"{HEAD},reported,corrects"
    undated = audited(tmp_path, *(row.format("") for row in rows), head=head)
    assert only(undated, "correction-undated").event_ids == ("b",)
    dated = audited(tmp_path, *(row.format("2020-01-07") for row in rows), head=head)
    assert dated.findings == ()


def test_orders_beside_times(tmp_path: Path) -> None:
    head = f"{HEAD},time,order"
    timed, ordered = (
        "a,2020-01-05,ain,contest,North,South,one,12:00,",
        "b,2020-01-05,ain,hold,North,,one,,{}",
    )
    found = only(audited(tmp_path, timed, ordered.format(1), head=head), "order-beside-time")
    assert (found.severity, found.event_ids, found.row) == (DOUBT, ("b",), 3)
    assert "others only an order" in found.message
    both = ordered.replace(",,{}", ",13:00,")
    assert audited(tmp_path, timed, both, head=head).findings == ()


def row_of_towns(count: int = 12, step: float = 0.1) -> str:
    """Towns from west to east, 9 km apart: t0 at 38 E, and so on."""
    rows = [f"t{i},Town {i},{38 + i * step:.2f},34.0," for i in range(count)]
    return "\n".join(["id,name,lon,lat,aliases", *rows, ""])


def test_stale_places(tmp_path: Path) -> None:
    held = [f"t{i},2020-01-01,t{i},hold,North,,one" for i in range(6)]
    taken = [f"u{i},2020-03-01,t{i},capture,South,North,one" for i in range(6) if i != 2]
    end = "z,2020-04-01,t0,hold,South,,one"
    world = write_world(
        tmp_path, events="\n".join([HEAD, *held, *taken, end, ""]), places=row_of_towns(6)
    )
    found = only(audit(geofront.read(world), today=TODAY), "stale")
    assert (found.place_id, found.severity, found.rank) == ("t2", DOUBT, 91)
    assert "nothing was said of it for 91 days" in found.message
    told = "y,2020-03-15,t2,hold,North,,one"
    write_world(tmp_path, events="\n".join([HEAD, *held, *taken, end, told, ""]), places=None)
    assert audit(geofront.read(world), today=TODAY).of_check("stale") == ()


# --- positions and names ----------------------------------------------------------------------


def with_place(folder: Path, line: str, *events: str, **options: object) -> Audit:
    """The audit of twelve towns in a row, all held by North, and one place more."""
    held = [f"t{i},2020-01-01,t{i},hold,North,,one" for i in range(12)]
    rows = [HEAD, *held, *(events or ["x,2020-01-01,x,hold,North,,one"]), ""]
    write_world(folder, events="\n".join(rows), places=row_of_towns() + line + "\n")
    return audit(geofront.read(folder), today=TODAY, **options)  # type: ignore[arg-type]


def test_a_place_far_from_all_others(tmp_path: Path) -> None:
    found = only(with_place(tmp_path, "x,Xan,45.0,34.0,"), "far-from-all")
    assert (found.place_id, found.severity, found.row) == ("x", DOUBT, 0)
    assert found.file == "places.csv"
    assert found.rank == pytest.approx(545, abs=5)  # from 39.1 to 45 E at 34 N
    assert with_place(tmp_path, "x,Xan,38.5,34.5,").findings == ()


MOSUL = [
    f"m{i},2016-10-1{i},{name},hold,North,,one,{lon},36.3"
    for i, (name, lon) in enumerate([("Bartella", 43.38), ("Bashiqa", 43.35), ("Karamlesh", 43.42)])
]
NAMED = ["p,2016-10-12,palmyra,hold,North,,one,,", "t,2016-10-12,arak,hold,North,,one,,"]


def test_places_looked_up_far_from_all_with_positions(tmp_path: Path) -> None:
    head = f"{HEAD},lon,lat"

    def report(*rows: str) -> Audit:
        (tmp_path / "events.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
        return audit(geofront.read(tmp_path), today=TODAY)

    two_names = report(*MOSUL, *NAMED)
    assert two_names.of_check("far-from-all") == ()  # the two lie beside each other
    found = two_names.of_check("looked-up-far")
    assert {(f.severity, f.file, f.row) for f in found} == {
        (DOUBT, "events.csv", 5),
        (DOUBT, "events.csv", 6),
    }
    assert found[0].rank == pytest.approx(503, abs=5)  # from Palmyra to Bashiqa
    assert f"was looked up by its name and lies {found[0].rank:.0f} km" in found[0].message
    assert "Bashiqa (36.30 N 43.35 E); see that it is no namesake" in found[0].message
    # Too few positions to tell; found as far from all; near to one with a position.
    assert report(*MOSUL[:2], *NAMED).of_check("looked-up-far") == ()
    one_name = report(*MOSUL, NAMED[0])
    assert one_name.of_check("looked-up-far") == ()
    assert len(one_name.of_check("far-from-all")) == 1
    near = "n,2016-10-12,a camp,hold,North,,one,38.0,34.4"
    assert report(*MOSUL, *NAMED, near).of_check("looked-up-far") == ()


def test_what_steps_lead_to_is_not_looked_up_far(tmp_path: Path) -> None:
    given = [f"g{i},2016-10-1{i},g{i},hold,North,,one,37.2{i},34.56" for i in range(4)]
    far = [f"{p},2016-10-12,{p},hold,North,,one,," for p in ("al-sukhnah", "al-taybah")]
    step = "p,2016-10-12,palmyra,hold,North,,one,,"  # 96 km from those given, 65 from the others

    def found(*rows: str) -> set[str]:
        text = "\n".join([f"{HEAD},lon,lat", *rows, ""])
        (tmp_path / "events.csv").write_text(text, encoding="utf-8")
        report = audit(geofront.read(tmp_path), today=TODAY)
        return {finding.place_id for finding in report.of_check("looked-up-far")}

    assert found(*given, *far) == {"al-sukhnah", "al-taybah"}
    assert found(*given, *far, step) == set()


def test_exchanged_coordinates(tmp_path: Path) -> None:
    report = with_place(tmp_path, "x,Xan,34.05,38.5,")
    assert only(report, "exchanged").severity == FAULT
    assert report.of_check("far-from-all") == ()


def test_two_places_at_one_point(tmp_path: Path) -> None:
    report = with_place(
        tmp_path,
        "x,Xan,38.5,34.5,\ny,Yan,38.5,34.5,",
        "x,2020-01-01,x,hold,North,,one",
        "y,2020-01-01,y,hold,South,,one",
    )
    found = only(report, "one-point")
    assert (found.place_id, found.severity, found.rank) == ("x", DOUBT, 1)
    assert "had different statuses" in found.message


@pytest.mark.parametrize(
    ("apart", "parent", "feature", "count"),
    [
        (0.005, "", "PPL", 1),
        (0.02, "", "PPL", 0),  # outside the radius of 1 km
        (0.005, "x", "PPL", 0),  # a part of it
        (0.005, "", "AIRB", 0),  # another kind of place
    ],
)
def test_places_within_each_others_radius(
    tmp_path: Path, apart: float, parent: str, feature: str, count: int
) -> None:
    held = ["x,2020-01-01,x,hold,North,,one", "y,2020-01-01,y,hold,North,,one"]
    places = (
        "id,name,lon,lat,parent,feature\nx,Xan,38.5,34.5,,PPL\n"
        f"y,Yan,{38.5 + apart},34.5,{parent},{feature}\n"
    )
    write_world(tmp_path, events="\n".join([HEAD, *held, ""]), places=places)
    report = audit(geofront.read(tmp_path), today=TODAY)
    assert len(report.of_check("within-radius")) == count


def test_places_of_one_name(tmp_path: Path) -> None:
    report = with_place(tmp_path, "x,Town 3,38.5,34.5,")
    found = only(report, "same-name")
    assert (found.severity, found.rank) == (DOUBT, 2)
    assert "[t3]" in found.message
    assert "[x]" in found.message


def test_a_namesake_nearer_to_the_places_of_the_day(tmp_path: Path) -> None:
    namesake = Gazetteer([Place("other", "Xan", 38.5, 34.05)])
    report = with_place(tmp_path, "x,Xan,40.2,34.0,", gazetteer=namesake)
    found = only(report, "namesake-nearer")
    assert (found.place_id, found.severity) == ("x", DOUBT)
    assert found.rank == pytest.approx(101, abs=2)  # from 39.1 to 40.2 E at 34 N
    assert "[other]" in found.message
    assert with_place(tmp_path, "x,Xan,40.2,34.0,").of_check("namesake-nearer") == ()
    elsewhere = Gazetteer([Place("other", "Xan", 40.4, 34.0)])
    report = with_place(tmp_path, "x,Xan,40.2,34.0,", gazetteer=elsewhere)
    assert report.of_check("namesake-nearer") == ()


def test_the_population_of_a_namesake(tmp_path: Path) -> None:
    def sized(place_id: str, lon: float, people: int) -> Place:
        return Place(place_id, "Xan", lon, 34.5, source="survey", extra={"population": str(people)})

    held = [f"t{i},2020-01-01,t{i},hold,North,,one" for i in range(4)]
    places = "id,name,lon,lat,population\nt0,Xan,38.0,34.5,1404\n" + "".join(
        f"t{i},Town {i},{38 + i / 10},34,\n" for i in range(1, 4)
    )
    write_world(tmp_path, events="\n".join([HEAD, *held, ""]), places=places)
    timeline = geofront.read(tmp_path)
    far = Gazetteer([sized("here", 38.01, 7319), sized("there", 39.0, 1404)])
    found = only(audit(timeline, gazetteer=far, today=TODAY), "namesake-size")
    assert (found.place_id, found.severity) == ("t0", DOUBT)
    assert found.rank == pytest.approx(92, abs=1)  # a degree at 34.5 N
    near = Gazetteer([sized("here", 38.01, 1500), sized("there", 39.0, 1404)])
    assert audit(timeline, gazetteer=near, today=TODAY).of_check("namesake-size") == ()


def test_names_that_match_poorly(tmp_path: Path) -> None:
    rows = ("a,2020-01-05,ain,hold,North,,one", "b,2020-01-05,bir,hold,North,,one")
    matches = {
        ("events.csv", 2): NameMatch("Ayn", 0.98),
        ("events.csv", 3): NameMatch("Pir", 0.89, "sounds like Bir"),
    }
    found = only(audited(tmp_path, *rows, name_matches=matches), "poor-match")
    assert (found.severity, found.event_ids) == (DOUBT, ("b",))
    assert found.rank == pytest.approx(0.11)
    assert "(sounds like Bir)" in found.message


def test_positions_that_a_phrase_only_roughly_tells(tmp_path: Path) -> None:
    report = audited(
        tmp_path,
        "a,2020-01-05,60 km west of Ain,hold,North,,one",
        "b,2020-01-05,2 km west of Ain,hold,North,,one",
    )
    found = only(report, "vague-position")
    assert found.event_ids == ("a",)
    assert found.rank > 10


# --- lone places ------------------------------------------------------------------------------


def lone(folder: Path, *events: str, gazetteer: Gazetteer | None = None) -> Audit:
    """Twelve towns in a row: t0 to t8 North's, t9 to t11 South's, and these events as well."""
    held = [f"t{i},2020-01-01,t{i},hold,{'North' if i < 9 else 'South'},,one" for i in range(12)]
    end = "z,2020-03-01,t8,hold,North,,one"
    rows = "\n".join([HEAD, *held, *events, end, ""])
    write_world(folder, events=rows, places=row_of_towns())
    return audit(geofront.read(folder), today=TODAY, gazetteer=gazetteer)


def test_a_lone_place_deep_in_the_other_sides_area(tmp_path: Path) -> None:
    report = lone(
        tmp_path,
        "a,2020-01-11,t3,capture,South,North,one",
        "b,2020-01-21,t3,capture,North,South,one",
    )
    found = only(report, "lone-place")
    assert (found.place_id, found.severity, found.day) == ("t3", DOUBT, date(2020, 1, 11))
    assert "from 2020-01-11 to 2020-01-20 (10 days)" in found.message
    km = 0.6 * 92.4  # t9 lies 0.6 degrees east, at 34 N
    assert found.rank == pytest.approx(km * 10 / 17, rel=0.01)


@pytest.mark.parametrize(
    "events",
    [
        ("a,2020-01-11,t8,capture,South,North,one",),  # at the front
        ("a,2020-01-11,t3,capture,South,North,one", "b,2020-01-16,t3,capture,North,South,one"),
        ("a,2020-01-11,t3,withdrawal,North,,one",),  # unknown, not the other side's
    ],
)
def test_what_is_no_lone_place(tmp_path: Path, events: tuple[str, ...]) -> None:
    assert lone(tmp_path, *events).of_check("lone-place") == ()


def test_a_lone_fight_is_found_as_well(tmp_path: Path) -> None:
    found = only(lone(tmp_path, "a,2020-01-11,t2,contest,South,North,one"), "lone-place")
    assert found.place_id == "t2"


def test_a_place_that_the_front_leaves_behind(tmp_path: Path) -> None:
    """At first its side is next to it, and only in the end far away."""
    taken = [f"a{i},2020-01-02,t{i},capture,South,North,one" for i in range(3, 9)]
    lost = [
        f"b{i},2020-01-{20 - i:02},t{i},capture,North,South,one" for i in range(4, 9)
    ]  # from the east
    found = only(lone(tmp_path, *taken, *lost), "lone-place")
    assert (found.place_id, found.day) == ("t3", date(2020, 1, 15))
    assert "up to 55 km away" in found.message  # t9, 0.6 degrees east, at 34 N


def test_two_lone_neighbours_do_not_hide_each_other(tmp_path: Path) -> None:
    report = lone(
        tmp_path,
        "a,2020-01-11,t2,capture,South,North,one",
        "b,2020-01-12,t4,capture,South,North,one",
        "c,2020-01-31,t2,capture,North,South,one",
        "d,2020-01-31,t4,capture,North,South,one",
    )
    assert {f.place_id for f in report.of_check("lone-place")} == {"t2"}


def test_a_namesake_at_the_front(tmp_path: Path) -> None:
    capture = "a,2020-01-11,t2,capture,South,North,one"
    front = Gazetteer([Place("there", "Town 2", 38.85, 34.05), Place("far", "Town 2", 37.5, 34.0)])
    found = only(lone(tmp_path, capture, gazetteer=front), "namesake-at-front")
    assert (found.place_id, found.severity) == ("t2", DOUBT)
    assert "[there]" in found.message
    assert "[far]" not in found.message
    behind = Gazetteer([Place("far", "Town 2", 37.5, 34.0)])
    assert lone(tmp_path, capture, gazetteer=behind).of_check("namesake-at-front") == ()


def test_a_side_that_an_actor_joins_takes_its_places_along(tmp_path: Path) -> None:
    write_world(tmp_path)
    (tmp_path / "actors.csv").write_text(
        "id,side,since\nNorth,North,\nSouth,South,\nSouth,North,2020-01-15\n", encoding="utf-8"
    )
    report = lone(tmp_path, "a,2020-01-11,t3,capture,South,North,one")
    assert report.of_check("lone-place") == ()  # lone for four days only


# --- sources and actors -----------------------------------------------------------------------


def test_events_without_a_source(tmp_path: Path) -> None:
    rows = ("a,2020-01-05,ain,hold,North,,one", "b,2020-01-05,bir,hold,North,,")
    found = only(audited(tmp_path, *rows), "no-source")
    assert (found.severity, found.event_ids, found.row) == (DOUBT, ("b",), 3)
    bare = audited(tmp_path, rows[0].replace("one", ""), rows[1])
    whole = only(bare, "no-source")
    assert (whole.row, whole.event_ids, whole.rank) == (0, ("a", "b"), 2)


def test_sources_that_are_cited_once(tmp_path: Path) -> None:
    rows = [
        "a,2020-01-05,ain,hold,North,,one",
        "b,2020-01-05,bir,hold,North,,one",
        "c,2020-01-05,dam,hold,North,,two",
        "d,2020-01-05,eid,hold,North,,tree|one",
    ]
    found = only(audited(tmp_path, *rows), "source-once")
    assert (found.severity, found.event_ids, found.rank) == (DOUBT, ("c", "d"), 2)
    assert "2 of 3 sources are cited once: tree, two" in found.message
    assert audited(tmp_path, *rows[:2]).findings == ()


def test_sources_that_favour_nobody_known(tmp_path: Path) -> None:
    write_world(tmp_path)
    (tmp_path / "sources.csv").write_text(
        "id,favours\none,north\ntwo,Nroth\nthree,Elsewhere\nfour,\n", encoding="utf-8"
    )
    report = audited(tmp_path, "a,2020-01-05,ain,hold,North,,one|two|three|four")
    assert [(f.severity, f.file) for f in report.of_check("leaning-unknown")] == [
        (FAULT, "sources.csv"),
        (DOUBT, "sources.csv"),
    ]
    assert "did you mean 'North'?" in report.faults[0].message


def test_actors_without_any_event(tmp_path: Path) -> None:
    write_world(tmp_path)
    (tmp_path / "actors.csv").write_text("id\nNorth\nSouth\nEast\n", encoding="utf-8")
    report = audited(tmp_path, "a,2020-01-05,ain,capture,North,South,one")
    found = only(report, "idle-actor")
    assert (found.severity, found.file) == (DOUBT, "actors.csv")
    assert "'East'" in found.message


# --- the report -------------------------------------------------------------------------------

CLASH = (
    "a,2020-01-02,ain,capture,North,,one",
    "b,2020-01-02,ain,capture,South,,one",
    "c,2020-01-03,bir,hold,North,,",
)


def test_the_report_as_text_records_and_table(tmp_path: Path) -> None:
    report = audited(tmp_path, *CLASH)
    assert report.text().splitlines()[:4] == [
        f"{tmp_path.name}: 1 fault, 1 doubt",
        "",
        "Faults",
        "  two-holders (1)",
    ]
    records = report.records()
    assert json.loads(json.dumps(records)) == records
    names = [field.name for field in fields(Finding)]
    assert all(list(record) == names for record in records)
    frame = report.frame()
    assert list(frame.columns) == names
    assert len(frame) == len(report.findings) == 2
    assert [f.severity for f in report.findings] == [FAULT, DOUBT]


def test_nothing_found_is_said() -> None:
    assert audit_of_faults("x", DataFaultsError([])).text() == "x: no faults, no doubts"


def test_what_was_not_known_yet_is_not_audited(tmp_path: Path) -> None:
    timeline = geofront.read(write_world(tmp_path, events="\n".join([HEAD, *CLASH, ""])))
    history = geofront.replay(timeline, known_on=date(2020, 1, 1))
    assert audit(history, today=TODAY).of_check("two-holders") == ()


def test_the_order_of_rows_changes_no_finding(tmp_path: Path) -> None:
    def found(*rows: str) -> set[tuple[object, ...]]:
        report = audited(tmp_path, *rows)
        return {(f.check, f.severity, frozenset(f.event_ids), f.rank) for f in report.findings}

    assert found(*CLASH) == found(*reversed(CLASH))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_check_says_what_it_finds(check: object) -> None:
    assert "fault" in str(check.__doc__) or "doubt" in str(check.__doc__)


@pytest.mark.parametrize("name", geofront.dataset_names())
def test_the_datasets_can_be_audited(name: str) -> None:
    report = audit(geofront.read(name))
    assert report.frame()["message"].str.len().gt(20).all()
    assert all(f.file for f in report.findings)


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["audit", *map(str, arguments)])
    return int(ended.value.code or 0), capsys.readouterr().out


def test_the_command_ends_with_1_only_if_there_are_faults(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_world(tmp_path, events="\n".join([HEAD, *CLASH, ""]))
    code, text = run(capsys, tmp_path)
    assert code == 1
    assert "two-holders (1)" in text
    write_world(tmp_path, events="\n".join([HEAD, CLASH[0], CLASH[2], ""]))
    code, text = run(capsys, tmp_path)
    assert code == 0
    assert "no faults, 1 doubt" in text


def test_the_command_writes_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_world(tmp_path, events="\n".join([HEAD, *CLASH, ""]))
    code, text = run(capsys, tmp_path, "--format", "json", "--policy", "latest-report")
    records = json.loads(text)
    assert code == 1
    assert {r["check"] for r in records} == {"two-holders", "no-source"}
    assert records[0]["event_ids"] == ["a", "b"]
    assert records[0]["day"] == "2020-01-02"


@pytest.mark.parametrize("layout", ["text", "json"])
def test_what_stops_the_reading_is_part_of_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], layout: str
) -> None:
    rows = ("a,2020-01-32,ain,hold,North,,one", "b,2020-01-02,nowhere,hold,North,,one")
    write_world(tmp_path, events="\n".join([HEAD, *rows, ""]))
    code, text = run(capsys, tmp_path, "--format", layout)
    assert code == 1
    if layout == "json":
        found = [(r["severity"], r["check"], r["file"], r["row"]) for r in json.loads(text)]
        assert found == [(FAULT, "reading", "events.csv", row) for row in (2, 3)]
    else:
        assert "2 faults, no doubts" in text
        assert "events.csv, row 3: " in text


def test_the_command_looks_for_namesakes_in_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lone(tmp_path, "a,2020-01-11,t2,capture,South,North,one")
    more = tmp_path / "more.csv"
    more.write_text("id,name,lon,lat\nthere,Town 2,38.85,34.05\n", encoding="utf-8")
    code, text = run(capsys, tmp_path, "--gazetteer", more, "--known-on", "2020-02-11")
    assert code == 0
    assert "namesake-at-front (1)" in text


def test_the_command_tells_of_names_that_match_poorly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ("a,2020-01-02,3 km west of Ain,hold,North,,one", "b,2020-01-02,عين,hold,North,,one")
    write_world(tmp_path, events="\n".join([HEAD, *rows, ""]))
    _, text = run(capsys, tmp_path, "--format", "json")
    poor = [r for r in json.loads(text) if r["check"] == "poor-match"]
    assert [r["event_ids"] for r in poor] == [["a"]]
