"""Which statements count under which policy, worked out by hand; and what holds for all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statements import ACTORS, SOURCES, event, history, timeline, told
from worlds import PLACES, write_world

import geofront
from geofront.control.disagreement import disagreement
from geofront.control.history import replay
from geofront.datasets import read
from geofront.errors import CorrectionError, UnknownNameError, UnknownPlaceError
from geofront.events.event import Event, Kind, Standing
from geofront.events.evidence import POLICIES, policy
from geofront.events.source import Source
from geofront.events.verdict import Judge, Rule

if TYPE_CHECKING:
    from pathlib import Path

NORTH = event(1, "hold", "n", source="agency")
CLAIM = event(3, "capture", "s", "n", source="south-tv", standing="claimed", claimed_by="s")
LATER_CLAIM = event(5, "hold", "s", source="wire", standing="claimed")
PARTISAN = event(3, "capture", "s", "n", source="south-tv")


@pytest.mark.parametrize(
    ("by", "events", "expected"),
    [
        pytest.param("best-evidence", [NORTH, CLAIM], "n n n! n! n! n! n! n! n!", id="claim waits"),
        pytest.param("latest-report", [NORTH, CLAIM], "n n s s s s s s s", id="last word"),
        pytest.param("best-evidence", [NORTH, PARTISAN], "n n s s s s s s s", id="confirmed"),
        pytest.param(
            "against-interest", [NORTH, PARTISAN], "n n n! n! n! n! n! n! n!", id="own favour waits"
        ),
        pytest.param(
            "against-interest",
            [NORTH, event(3, "capture", "s", "n", source="north-tv")],
            "n n s s s s s s s",
            id="the loser says so",
        ),
        pytest.param(
            "against-interest",
            [NORTH, event(3, "withdrawal", "n", source="south-tv")],
            "n n n! n! n! n! n! n! n!",
            id="the enemy's withdrawal is in one's favour",
        ),
        pytest.param(
            "against-interest",
            [NORTH, event(3, "withdrawal", "n", source="north-tv", standing="claimed")],
            "n n ? ? ? ? ? ? ?",
            id="one's own withdrawal is believed even as a claim",
        ),
        pytest.param(
            "against-interest",
            [NORTH, event(3, "capture", "s", "n", source="south-tv|north-tv")],
            "n n s s s s s s s",
            id="both sides say so",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, CLAIM, event(5, "hold", "s", source="wire", standing="claimed")],
            "n n n! n! s s s s s",
            id="a second perspective confirms a claim, from its day on",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, CLAIM, event(5, "hold", "s", source="south-radio", standing="claimed")],
            "n n n! n! n! n! n! n! n!",
            id="the same side twice is one perspective",
        ),
        pytest.param(
            "best-evidence",
            [
                NORTH,
                event(3, "capture", "s", source="agency", standing="claimed"),
                event(4, "hold", "s", source="agency-2", standing="claimed"),
            ],
            "n n n! n! n! n! n! n! n!",
            id="one publisher twice is one perspective",
        ),
        pytest.param(
            "best-evidence",
            [
                NORTH,
                CLAIM,
                event(4, "hold", "n", source="wire"),
                event(5, "hold", "s", source="wire", standing="claimed"),
            ],
            "n n n! n n! n! n! n! n!",
            id="an accepted word between two claims separates them",
        ),
        pytest.param(
            "confirmed-only",
            [NORTH, CLAIM, event(5, "hold", "s", source="wire", standing="claimed")],
            "n n n! n! n! n! n! n! n!",
            id="confirmed-only takes no claim, however often repeated",
        ),
        pytest.param(
            "confirmed-only",
            [NORTH, event(3, "capture", "s", credibility=3)],
            "n n n! n! n! n! n! n! n!",
            id="possibly true is not enough",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, event(3, "capture", "s", credibility=4)],
            "n n n! n! n! n! n! n! n!",
            id="doubtful",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, event(3, "capture", "s", source="tale")],
            "n n n! n! n! n! n! n! n!",
            id="unreliable",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, event(3, "capture", "s", standing="denied")],
            "n n n! n! n! n! n! n! n!",
            id="denied is shown, not dropped",
        ),
        pytest.param(
            "by-source:south-tv", [NORTH, CLAIM], "n* n* s s s s s s s", id="its own word only"
        ),
        pytest.param("by-side:south", [NORTH, CLAIM], "n n s s s s s s s", id="its side's word"),
        pytest.param(
            "by-side:north", [NORTH, PARTISAN], "n n n! n! n! n! n! n! n!", id="not the other's"
        ),
        pytest.param(
            "by-side:north",
            [NORTH, event(3, "withdrawal", "s", source="south-tv"), event(4, "hold", "n")],
            "n n n n n n n n n",
            id="what the other admits",
        ),
        pytest.param(
            "best-evidence",
            [event(3, "hold", "n", credibility=3), event(3, "hold", "s", credibility=2)],
            "? ? s s s s s s s",
            id="the better credibility of one day",
        ),
        pytest.param(
            "best-evidence",
            [event(3, "hold", "n", source="wire"), event(3, "hold", "s", source="agency")],
            "? ? s s s s s s s",
            id="the better source of one day",
        ),
        pytest.param(
            "best-evidence",
            [event(3, "hold", "n"), event(3, "hold", "s")],
            "? ? ns ns ns ns ns ns ns",
            id="equal words of one day",
        ),
        pytest.param(
            "best-evidence",
            [event(3, "hold", "n", order=1.0), event(3, "hold", "s", order=2.0, credibility=3)],
            "? ? s s s s s s s",
            id="what is ordered is no contradiction",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, event(6, "capture", "s", "n", when="2020-01-04/2020-01-06")],
            "n n n n~ n~ s s s s",
            id="a range counts at its end and is uncertain until then",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, event(6, "capture", "s", "n", when="2020-01-04/2020-01-06", at_start=True)],
            "n n n s~ s~ s s s s",
            id="or at its start",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, event(6, "hold", "n", when="2020-01-04/2020-01-06")],
            "n n n n n n n n n",
            id="what repeats the status leaves no day uncertain",
        ),
        pytest.param(
            "best-evidence",
            [
                NORTH,
                event(3, "capture", "s", "n"),
                event(3, "capture", "m", "n", source="agency-2"),
            ],
            "n n s s s s s s s",
            id="allies who are both said to take it do not fight for it",
        ),
        pytest.param(
            "best-evidence",
            [
                NORTH,
                event(6, "capture", "s", "n"),
                event(6, "capture", "m", "n", source="agency-2"),
            ],
            "n n n n n ms ms ms ms",
            id="until one of them changes sides",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, CLAIM, event(4, "siege", "n", "s"), LATER_CLAIM],
            "n n n! n! s s s s s",
            id="a siege between two claims does not separate them",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, CLAIM, event(4, "siege", "s"), LATER_CLAIM],
            "n n n! n! n! n! n! n! n!",
            id="unless he besieges it who is said to hold it",
        ),
        pytest.param(
            "latest-report",
            [NORTH, CLAIM, event(4, "repelled", "n", "s", source="north-tv", standing="claimed")],
            "n n s n n n n n n",
            id="an attack that failed takes back what its claim had taken",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, event(3, "capture", "s", "n", source="wire"), event(3, "repelled", "n", "s")],
            "n n n! n! n! n! n! n! n!",
            id="better graded: the attack failed",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, event(3, "capture", "s", "n"), event(3, "repelled", "n", "s", source="wire")],
            "n n s s s s s s s",
            id="better graded: it did not",
        ),
        pytest.param(
            "against-interest",
            [
                event(1, "hold", "n"),
                event(2, "contest", "s", "n"),
                event(4, "repelled", "", "s", standing="claimed", claimed_by="n"),
            ],
            "n ns ns ns! ns! ns! ns! ns! ns!",
            id="that the enemy's attack failed is in one's favour, whoever repelled it",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, event(6, "capture", "s", "n", when="../2020-01-06")],
            "n~ n~ n~ n~ n~ s s s s",
            id="by a day: uncertain since the last word",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, event(6, "capture", "s", "n", when="2020-01-06/..")],
            "n n n n n s s s s",
            id="since a day",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, event(6, "capture", "s", "n", when="2020-01-06?")],
            "n n n n n s~ s s s",
            id="a doubtful day",
        ),
    ],
)
def test_policies(by: str, events: list[Event], expected: str) -> None:
    assert told(*events, by=by) == expected


def test_who_leans_to_an_actor_follows_it_to_its_new_side() -> None:
    source = Source("m-tv", "Militia TV", publisher="M", favours="m")
    judge = Judge(POLICIES["against-interest"], ACTORS, {**SOURCES, "m-tv": source})
    early = event(3, "capture", "s", "n", source="m-tv")
    late = event(7, "capture", "s", "n", source="m-tv")
    assert judge.favours_own_side(early)
    assert not judge.favours_own_side(late)


@pytest.mark.parametrize(
    ("kind", "actor", "from_actor", "own"),
    [
        ("siege_lifted", "s", "n", True),
        ("siege_lifted", "n", "s", False),
        ("siege_lifted", "", "n", True),
        ("siege_lifted", "", "", False),
        ("withdrawal", "s", "", True),
        ("repelled", "", "s", True),
        ("repelled", "", "n", False),
        ("repelled", "", "", False),
    ],
)
def test_whom_a_statement_serves(kind: str, actor: str, from_actor: str, own: bool) -> None:
    judge = Judge(POLICIES["against-interest"], ACTORS, SOURCES)
    assert judge.favours_own_side(event(3, kind, actor, from_actor, claimed_by="n")) is own


def test_a_claim_that_names_nobody_is_not_against_anybodys_interest() -> None:
    judge = Judge(POLICIES["against-interest"], ACTORS, SOURCES)
    claim = event(3, "repelled", standing="claimed", claimed_by="n")
    assert [v.rule for v in judge.judge([claim])] == [Rule.NOT_CONFIRMED]


def test_actors_change_sides() -> None:
    assert ACTORS.on(date(2020, 1, 4)) is ACTORS
    assert ACTORS.on(date(2020, 1, 5)).side_of("m") == "north"
    assert ACTORS.on(date(2020, 1, 5)) is ACTORS.on(date(2021, 1, 1))
    assert ACTORS.sides == ("north", "south")


def test_a_policy_that_names_nobody_is_refused() -> None:
    for name in ("by-source:nobody", "by-side:nowhere"):
        with pytest.raises(UnknownNameError, match=name.split(":")[1]):
            history(NORTH, by=name)
    for name in ("by-source:", "by-side", "best"):
        with pytest.raises(UnknownNameError, match="by-source:SOURCE"):
            policy(name)


# --- two clocks -----------------------------------------------------------------------------

LATE = event(3, "capture", "s", "n", reported=date(2020, 1, 6))
CORRECTION = event(
    4, "capture", "s", "n", id="c", corrects=LATE.id, reported=date(2020, 1, 8), source="wire"
)
RETRACTION = event(3, "retraction", id="r", corrects=LATE.id, reported=date(2020, 1, 7))
TAKEN_BACK = event(3, "retraction", id="r2", corrects="r", reported=date(2020, 1, 9))


@pytest.mark.parametrize(
    ("known_on", "events", "expected"),
    [
        (5, [NORTH, LATE], "n n n n n n n n n"),
        (6, [NORTH, LATE], "n n s s s s s s s"),
        (7, [NORTH, LATE, CORRECTION], "n n s s s s s s s"),
        (8, [NORTH, LATE, CORRECTION], "n n n s s s s s s"),
        (7, [NORTH, LATE, RETRACTION], "n n n n n n n n n"),
        (8, [NORTH, LATE, RETRACTION, TAKEN_BACK], "n n n n n n n n n"),
        (9, [NORTH, LATE, RETRACTION, TAKEN_BACK], "n n s s s s s s s"),
        (None, [NORTH, LATE, CORRECTION], "n n n s s s s s s"),
    ],
)
def test_what_was_known(known_on: int | None, events: list[Event], expected: str) -> None:
    evening = date(2020, 1, known_on) if known_on else None
    assert told(*events, known_on=evening) == expected


def test_what_withdrew_a_statement_is_what_is_in_force() -> None:
    first = event(4, "capture", "s", "n", id="c1", corrects=LATE.id, reported=date(2020, 1, 7))
    second = event(5, "capture", "s", "n", id="c2", corrects=LATE.id, reported=date(2020, 1, 8))
    back = event(5, "retraction", id="r2", corrects="c2", reported=date(2020, 1, 9))
    events = (NORTH, LATE, first, second, back)
    early = history(*events, known_on=date(2020, 1, 8)).explain("p", date(2020, 1, 9)).text()
    assert "c2 replaced it, known on 8 January 2020" in early
    late = history(*events).explain("p", date(2020, 1, 9)).text()
    assert "c1 replaced it, known on 7 January 2020" in late
    assert "r2 took it back, known on 9 January 2020" in late


# --- explain --------------------------------------------------------------------------------


def test_explain_says_what_set_the_status_and_what_it_beat() -> None:
    explanation = history(NORTH, CLAIM).explain("p", date(2020, 1, 5))
    record = explanation.record()
    assert explanation.sentence == (
        "At the end of 5 January 2020, p is held by North: North held it on 1 January 2020, "
        "according to Agency. The statement counts because it is recorded as confirmed."
    )
    assert record["set_by"]["event_id"] == NORTH.id
    assert [(o["event_id"], o["rule"]) for o in record["overridden"]] == [
        (CLAIM.id, Rule.NOT_CONFIRMED)
    ]
    assert (record["last_word"], record["stale_days"]) == ("2020-01-03", 2)
    assert "a second, independent source that says the same as" in record["would_change"][0]
    assert "as claimed by South, according to South TV" in explanation.text()


def test_explain_names_what_is_inferred_uncertain_superseded_and_withdrawn() -> None:
    ranged = event(6, "capture", "s", "n", when="2020-01-04/2020-01-06")
    inferred = history(ranged).explain("p", date(2020, 1, 5)).record()
    assert (inferred["inferred"], inferred["uncertain"]) == (True, True)
    assert "as a later statement implies" in inferred["sentence"]
    superseded = history(NORTH, ranged).explain("p", date(2020, 1, 7)).record()
    assert [o["rule"] for o in superseded["overridden"]] == ["superseded"]
    withdrawn = history(NORTH, LATE, RETRACTION).explain("p", date(2020, 1, 7)).record()
    assert [(w["event_id"], w["corrected_by"]) for w in withdrawn["withdrawn"]] == [(LATE.id, "r")]
    nothing = history(CLAIM).explain("p", date(2020, 1, 2)).record()
    assert (nothing["set_by"], nothing["status"]) == (None, "unknown")


def test_explain_names_what_says_the_same() -> None:
    setter = event(3, "capture", "s", "n", id="setter")
    said = [
        NORTH,
        setter,
        event(4, "hold", "s", source="wire", id="again"),
        event(5, "repelled", "s", "n", source="south-tv", standing="claimed", id="claimed"),
        event(5, "siege", "n", "s", standing="claimed", id="siege"),
        event(5, "capture", "n", "s", standing="claimed", id="other"),
    ]
    explanation = history(*said).explain("p", date(2020, 1, 6))
    record, text = explanation.record(), explanation.text()
    rules = [(a["event_id"], a["rule"]) for a in record["agreeing"]]
    assert rules == [
        ("claimed", "not-confirmed"),
        ("siege", "not-confirmed"),
        ("again", "accepted"),
    ]
    assert [o["event_id"] for o in record["overridden"]] == ["other", NORTH.id]
    assert "Also said: South held it on 4 January 2020, according to Wire [again].\n" in text
    assert "[claimed]. It does not count because it is only claimed." in text
    many = [event(4, "hold", "s", id=f"h{i}") for i in range(8)]
    text = history(setter, *many).explain("p", date(2020, 1, 6)).text()
    assert text.count("Also said: ") == 5
    assert "Also said in 3 earlier statements." in text


@pytest.mark.parametrize(
    ("status", "same", "others"),
    [
        (
            event(2, "contest", "s", "n", id="setter"),
            event(3, "contest", "s", standing="claimed", id="same"),
            event(3, "contest", "m", standing="claimed", id="other"),
        ),
        (
            event(2, "withdrawal", "s", id="setter"),
            event(3, "withdrawal", "s", standing="claimed", id="same"),
            event(3, "hold", "n", standing="claimed", id="other"),
        ),
    ],
)
def test_what_says_the_same_of_a_contest_and_of_a_place_that_was_left(
    status: Event, same: Event, others: Event
) -> None:
    found = history(status, same, others).explain("p", date(2020, 1, 5))
    assert found.set_by is not None
    assert found.set_by.event is status
    assert [a.event.id for a in found.agreeing] == ["same"]
    assert [o.event.id for o in found.overridden] == ["other"]


def test_a_claim_without_a_claimant_is_shown_and_charged_to_nobody() -> None:
    status = history(NORTH, event(3, "capture", "s", "n", standing="claimed")).status("p", JAN_5)
    assert status.claim is not None
    assert status.claimed_by == ()


JAN_5 = date(2020, 1, 5)


@pytest.mark.parametrize(
    "day",
    [JAN_5, "2020-01-05", datetime(2020, 1, 5, 23, tzinfo=UTC), pd.Timestamp("2020-01-05 12:00")],
)
def test_days_are_given_as_users_have_them(day: Any) -> None:
    replayed = history(NORTH, CLAIM)
    assert replayed.status("p", day) == replayed.status("p", JAN_5)
    assert replayed.statuses(day) == replayed.statuses(JAN_5)
    assert replayed.explain("p", day).text() == replayed.explain("p", JAN_5).text()
    assert len(replayed.places_on(day)) == 1
    assert replay(timeline(NORTH), known_on=day).known_on == JAN_5
    happened = history(event(5, "hold", "n")).events_on(day)
    assert [e.day for e in happened] == [JAN_5]


def test_a_status_is_asked_for_by_name_like_an_explanation(tmp_path: Path) -> None:
    replayed = geofront.replay(geofront.read(write_world(tmp_path)))
    assert replayed.status("Ayn al-Ain", "2020-01-02").place.id == "ain"
    with pytest.raises(UnknownPlaceError, match="unknown place 'Nowhere'"):
        replayed.status("Nowhere", "2020-01-02")


def test_corrections_in_a_circle_are_refused() -> None:
    circle = [
        event(1, "hold", "n", id="a", corrects="b"),
        event(2, "hold", "n", id="b", corrects="a"),
    ]
    with pytest.raises(CorrectionError, match=r"in a circle: . -> . -> .;") as caught:
        history(*circle)
    assert set(caught.value.event_ids) == {"a", "b"}
    assert isinstance(caught.value, geofront.GeofrontError)


@pytest.mark.parametrize(
    ("by", "events", "told", "untold"),
    [
        pytest.param(
            "latest-report",
            [NORTH, CLAIM],
            "this policy takes what was said last, confirmed or not",
            "recorded as confirmed",
            id="a claim that counts is not called confirmed",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, event(2, "siege", "s", "n"), event(4, "capture", "s", "n")],
            "Against it: North held it on 1 January 2020",
            "Against it: South besieged it",
            id="the hold is superseded, not the siege",
        ),
        pytest.param(
            "best-evidence",
            [event(1, "hold", "s"), event(3, "withdrawal", "s"), event(4, "capture", "n")],
            "Against it: South held it on 1 January 2020",
            "Against it: South withdrew",
            id="who left says nothing against who came",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, event(4, "contest", "s", "n"), event(4, "capture", "s", "n")],
            "It is of the same day as the statement that set the present status",
            "later that day",
            id="no order is made up",
        ),
        pytest.param(
            "best-evidence",
            [event(3, "contest", "n")],
            "contested by North against a party that is not named",
            "between North:",
            id="one party alone",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, event(3, "contest", "s", "n")],
            "or later that one party holds it, or that a party left it",
            "another party took it",
            id="what would end a contest",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, event(2, "contest", "s", "n"), event(3, "repelled", "", "s")],
            "an attack on it failed which was made by South on 3 January 2020",
            "failed by South",
            id="whose attack failed",
        ),
        pytest.param(
            "best-evidence",
            [NORTH, event(2, "siege", "s", "n", standing="claimed")],
            "Also said: South besieged it with North inside",
            "Against it: South besieged it",
            id="a siege that does not count says nothing against the holder",
        ),
    ],
)
def test_explain_misleads_nobody(by: str, events: list[Event], told: str, untold: str) -> None:
    text = history(*events, by=by).explain("p", date(2020, 1, 5)).text()
    assert told in text
    assert untold not in text


def test_what_would_change_it_does_change_it() -> None:
    """The report that explain asks for, once given, changes the status."""
    explanation = history(NORTH, CLAIM).explain("p", date(2020, 1, 5))
    assert CLAIM.id in explanation.would_change[0]
    second = event(5, "hold", "s", source="wire", standing="claimed")
    after = history(NORTH, CLAIM, second).explain("p", date(2020, 1, 5))
    assert after.status.holder == "s"
    assert after.set_by is not None
    assert after.set_by.rule is Rule.CORROBORATED
    assert after.set_by.others == (CLAIM,)


# --- disagreement ---------------------------------------------------------------------------


def test_two_policies_differ_on_the_place_and_its_area(tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    (tmp_path / "events.csv").write_text(
        "date,place,kind,actor,standing\n2020-01-01,ain,hold,North,\n2020-01-01,bir,hold,North,\n"
        "2020-01-01,dam,hold,South,\n2020-01-03,ain,capture,South,claimed\n2020-01-06,eid,hold,South,\n",
        encoding="utf-8",
    )
    world = read(tmp_path)
    one, other = replay(world), replay(world, policy="latest-report")
    found = disagreement(one, other)
    (difference,) = found.differences
    assert (difference.place_id, difference.start, difference.end) == (
        *("ain", date(2020, 1, 3), date(2020, 1, 6)),
    )
    assert difference.contradicts
    days = found.days().set_index("date")
    assert days["places"].to_dict()[date(2020, 1, 2)] == 0
    row = days.loc[date(2020, 1, 4)]
    assert row["places"] == row["places_contradicting"] == 1
    north = found.one.snapshot("2020-01-04").areas.set_index("actor").area_km2["North"]
    north_by_other = found.other.snapshot("2020-01-04").areas.set_index("actor").area_km2["North"]
    assert row["area_km2"] == pytest.approx(north - north_by_other)
    assert len(found.places()) == 1
    assert "1 of 4 places" in repr(found)
    assert disagreement(one, one).differences == []
    early = replay(world, policy="latest-report", known_on=date(2020, 1, 4))
    ends = {disagreement(*pair).one.end for pair in ((one, early), (early, one))}
    assert ends == {date(2020, 1, 4)}


# --- properties -----------------------------------------------------------------------------

STATEMENTS = st.lists(
    st.builds(
        event,
        st.integers(1, 9),
        st.sampled_from([k.value for k in Kind if k is not Kind.RETRACTION]),
        st.sampled_from(["n", "s", "m"]),
        st.sampled_from(["", "n", "s"]),
        source=st.sampled_from([*SOURCES, "agency|south-tv", "north-tv|south-tv"]),
        standing=st.sampled_from([s.value for s in Standing]),
        claimed_by=st.sampled_from(["n", "s", "m"]),
        credibility=st.one_of(st.none(), st.integers(1, 6)),
        order=st.one_of(st.none(), st.sampled_from([1.0, 2.0])),
    ),
    max_size=10,
    unique_by=lambda e: e.id,
)
EVERY_POLICY = st.sampled_from([*POLICIES, "by-source:agency", "by-side:south", "by-side:north"])


@given(STATEMENTS, EVERY_POLICY, st.randoms())
def test_shuffled_statements_change_nothing(events: list[Event], by: str, random: object) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    if events:
        assert told(*shuffled, by=by) == told(*events, by=by)


@given(STATEMENTS, EVERY_POLICY, st.integers(2, 10))
def test_what_comes_later_changes_no_earlier_day_but_by_marked_inference(
    events: list[Event], by: str, day: int
) -> None:
    earlier = [e for e in events if e.day.day < day]
    if not earlier:
        return
    before, after = told(*earlier, by=by).split(), told(*events, by=by).split()
    for old, new in list(zip(before, after, strict=True))[: day - 1]:
        assert new == old or (old.startswith("?") and "*" in new)


@given(STATEMENTS)
def test_policies_agree_on_a_place_of_one_undisputed_source(events: list[Event]) -> None:
    """Undisputed: confirmed, not doubted, and by a source that leans to nobody."""
    plain = [
        Event(
            *(e.id, "p", e.kind, e.date, e.actors, e.from_actors),
            sources=("agency",),
            order=float(i),
        )
        for i, e in enumerate(sorted(events, key=lambda e: e.sort_key))
    ]
    if plain:
        assert len({told(*plain, by=by) for by in [*POLICIES, "by-source:agency"]}) == 1


@given(STATEMENTS, EVERY_POLICY)
def test_what_is_not_accepted_is_never_dropped(events: list[Event], by: str) -> None:
    if not events:
        return
    replayed = history(*events, by=by)
    explanation = replayed.explain("p", date(2020, 1, 9)) if "p" in replayed.spans else None
    verdicts = replayed.judge.judge(replayed.events_at("p"))
    assert [v.event for v in verdicts] == [e for e in replayed.events_at("p") if e.kind.sets_status]
    if explanation and explanation.status.since:
        shown = {o.event.id for o in explanation.overridden}
        shown |= {a.event.id for a in explanation.agreeing}
        for verdict in verdicts:
            late = verdict.event.day >= explanation.status.since
            assert verdict.accepted or not late or verdict.event.id in shown
