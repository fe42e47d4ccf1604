"""What a status comes to at the edges: three parties, one day, and the ends of imprecise dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statements import ACTORS, SOURCES, event, history, told

from geofront.control.history import Change
from geofront.control.labelchanges import LabelChanges
from geofront.control.state import Label, Span, replay_place, walk_place
from geofront.events.event import Event, Kind, Standing
from geofront.events.evidence import POLICIES
from geofront.events.verdict import Judge

BEST = Judge(POLICIES["best-evidence"], ACTORS, SOURCES)
NORTH, SOUTH = Label("held", ("n",)), Label("held", ("s",))


def jan(day: int) -> date:
    return date(2020, 1, day)


def pending(*events: Event) -> list[tuple[int | None, str, str]]:
    """Every span: the day of its start, who is painted, and the id of what is uncertain."""
    return [
        (
            s.start.day if s.start else None,
            "".join(s.label.actors) or "?",
            s.pending.id if s.pending else "",
        )
        for s in replay_place(sorted(events, key=lambda e: e.sort_key), BEST)
    ]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param(
            [event(3, "withdrawal", "n"), event(6, "capture", "s", "n")],
            "n* n* ? ? ? s s s s",
            id="one who is known to have left is not inferred to have stayed",
        ),
        pytest.param(
            [event(2, "contest", "n|s", "m"), event(5, "withdrawal", "s")],
            "m* mns mns mns mn mn mn mn mn",
            id="one of three parties leaves: the two others still fight",
        ),
        pytest.param(
            [event(2, "contest", "n|s", "m"), event(5, "withdrawal", "s|n")],
            "m* mns mns mns m m m m m",
            id="two of three leave: the third holds it",
        ),
        pytest.param(
            [event(2, "contest", "n|s"), event(5, "withdrawal", "s|n")],
            "? ns ns ns ? ? ? ? ?",
            id="all leave: nobody is known to hold it",
        ),
        pytest.param(
            [
                event(1, "hold", "n"),
                event(3, "capture", "s", "n", standing="claimed"),
                event(5, "withdrawal", "m"),
            ],
            "n n n! n! n! n! n! n! n!",
            id="one who was never there leaves: the claim stands as it did",
        ),
        pytest.param(
            [event(2, "hold", "n"), event(4, "hold", "n", source="wire", standing="claimed")],
            "? n n n n n n n n",
            id="to claim what is so anyway is no claim",
        ),
        pytest.param(
            [
                event(1, "hold", "s"),
                event(3, "contest", "n", "s"),
                event(5, "repelled", "n", "s"),
            ],
            "s s ns ns n n n n n",
            id="in a fight whoever repelled the attack holds it, not who held it before",
        ),
        pytest.param(
            [event(3, "contest", "n"), event(5, "repelled", "s")],
            "? ? n n s s s s s",
            id="a fight against nobody named, repelled by one who is named",
        ),
        pytest.param(
            [event(1, "hold", "s"), event(3, "contest", "n", "s"), event(5, "repelled", "m", "n")],
            "s s ns ns s s s s s",
            id="one who came to help repelled it: the defender holds it",
        ),
        pytest.param(
            [
                event(1, "hold", "n"),
                event(4, "withdrawal", "n", order=1.0),
                event(4, "repelled", "s", "m", order=2.0),
            ],
            "n n n s s s s s s",
            id="left in the morning, and in the evening another one repels an attack there",
        ),
        pytest.param(
            [event(2, "withdrawal", "n|s"), event(5, "repelled", "s")],
            "n* ? ? ? s s s s s",
            id="one of those who left is back and repels an attack",
        ),
        pytest.param(
            [event(1, "hold", "n"), event(3, "withdrawal", "n"), event(5, "repelled")],
            "n n ? ? n n n n n",
            id="an attack failed on whom nobody says: the last one who held it",
        ),
    ],
)
def test_statements_and_the_status_they_make(events: list[Event], expected: str) -> None:
    assert told(*events) == expected


def test_the_claim_of_one_who_is_inferred_to_have_held_it_is_a_claim_no_more() -> None:
    claim = event(2, "capture", "n", standing="claimed", claimed_by="n")
    spans = replay_place([claim, event(5, "capture", "s", "n")], BEST)
    assert [(s.start, s.label, s.inferred, s.claim, s.claimed_by) for s in spans] == [
        (None, NORTH, True, None, ()),
        (jan(2), NORTH, True, None, ()),
        (jan(5), SOUTH, False, None, ()),
    ]


def test_what_repeats_the_status_is_no_turn_of_it() -> None:
    spans = replay_place([event(2, "hold", "n"), event(5, "hold", "n", source="wire")], BEST)
    assert [(s.start, s.since) for s in spans] == [(None, None), (jan(2), jan(2))]


def test_a_siege_by_the_holder_leaves_the_besiegers_as_they_were() -> None:
    events = [event(2, "hold", "n"), event(3, "siege", "s", "n"), event(5, "siege", "n")]
    last = replay_place(events, BEST)[-1]
    assert (last.start, last.label, last.besieged_by) == (jan(3), NORTH, ("s",))


def test_a_place_that_changes_hands_within_a_siege_stays_besieged() -> None:
    events = [event(3, "siege", "s", "n"), event(5, "handover", "m", "n")]
    last = replay_place(events, BEST)[-1]
    assert (last.start, last.label.holder, last.besieged_by) == (jan(5), "m", ("s",))


def test_each_verdict_is_told_with_the_status_before_it() -> None:
    events = [event(2, "hold", "n"), event(4, "capture", "s", "n"), event(6, "withdrawal", "s")]
    walked = list(walk_place(BEST.judge(events)))
    assert [(verdict.event, span.start, span.label) for verdict, span in walked] == [
        (events[0], None, Label()),
        (events[1], jan(2), NORTH),
        (events[2], jan(4), SOUTH),
    ]


# --- imprecise dates ------------------------------------------------------------------------

HOLD = event(2, "hold", "n")
RANGE = event(8, "capture", "s", "n", when="2020-01-04/2020-01-08", id="range")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param(
            [HOLD, RANGE],
            [(None, "?", ""), (2, "n", ""), (4, "n", "range"), (8, "s", "")],
            id="uncertain from the first day of the range to the last but one",
        ),
        pytest.param(
            [HOLD, event(4, "contest", "s", "n"), RANGE],
            [(None, "?", ""), (2, "n", ""), (4, "ns", "range"), (8, "s", "")],
            id="a change on its first day: no empty span before it",
        ),
        pytest.param(
            [HOLD, event(6, "contest", "s", "n"), RANGE],
            [(None, "?", ""), (2, "n", ""), (4, "n", "range"), (6, "ns", "range"), (8, "s", "")],
            id="a change within it: uncertain before and after",
        ),
        pytest.param(
            [HOLD, RANGE, event(9, "capture", "n", "s")],
            [(None, "?", ""), (2, "n", ""), (4, "n", "range"), (8, "s", ""), (9, "n", "")],
            id="what comes after it is certain",
        ),
        pytest.param(
            [event(3, "hold", "n"), replace(RANGE, at_start=True), event(6, "contest", "n", "s")],
            [
                *((None, "?", ""), (3, "n", ""), (4, "s", "range")),
                *((6, "ns", "range"), (8, "ns", "")),
            ],
            id="one that counts from its first day is uncertain until its last",
        ),
        pytest.param(
            [event(3, "hold", "n"), event(6, "capture", "s", "n", when="../2020-01-06", id="by")],
            [(None, "?", ""), (3, "n", "by"), (6, "s", "")],
            id="by a day: uncertain since the last word, not before",
        ),
        pytest.param(
            [event(6, "capture", "s", "n", when="../2020-01-06", id="by")],
            [(None, "n", "by"), (6, "s", "")],
            id="by a day, and no word before: uncertain since ever",
        ),
        pytest.param(
            [
                HOLD,
                event(5, "capture", "s", "n", when="2020-01-05?", id="doubt"),
                event(6, "hold", "n"),
            ],
            [(None, "?", ""), (2, "n", ""), (5, "s", "doubt"), (6, "n", "")],
            id="a doubtful day alone",
        ),
    ],
)
def test_the_days_of_an_imprecise_date_are_marked(
    events: list[Event], expected: list[tuple[int | None, str, str]]
) -> None:
    assert pending(*events) == expected


WHEN = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(
    lambda days: st.sampled_from(
        [
            f"2020-01-{min(days):02}",
            f"2020-01-{min(days):02}?",
            f"2020-01-{min(days):02}/2020-01-{max(days):02}",
            f"../2020-01-{max(days):02}",
            f"2020-01-{min(days):02}/..",
        ]
    )
)
IMPRECISE = st.lists(
    st.builds(
        event,
        st.just(1),
        st.sampled_from([k.value for k in Kind if k is not Kind.RETRACTION]),
        st.sampled_from(["n", "s", "m"]),
        st.sampled_from(["", "n", "s"]),
        when=WHEN,
        at_start=st.booleans(),
        standing=st.sampled_from([s.value for s in Standing]),
    ),
    max_size=8,
    unique_by=lambda e: e.id,
)


@given(IMPRECISE)
def test_no_span_is_empty_however_imprecise_the_dates(events: list[Event]) -> None:
    spans = replay_place(sorted(events, key=lambda e: e.sort_key), BEST)
    starts = [span.start for span in spans]
    assert starts[0] is None
    assert None not in starts[1:]
    assert starts[1:] == sorted(set(starts[1:]), key=str)


@given(IMPRECISE)
def test_imprecision_marks_days_and_changes_none(events: list[Event]) -> None:
    """The same statements with their days made exact paint the same labels."""
    exact = [
        replace(e, date=replace(e.date, first=e.day, last=e.day, uncertain=False)) for e in events
    ]
    labels = [
        [
            next(s.label for s in reversed(spans) if s.start is None or s.start <= jan(day))
            for day in range(1, 10)
        ]
        for spans in (
            replay_place(sorted(those, key=lambda e: e.sort_key[:5]), BEST)
            for those in (events, exact)
        )
    ]
    assert labels[0] == labels[1]


# --- history --------------------------------------------------------------------------------

P_HELD, P_TAKEN = event(2, "hold", "n", id="p2"), event(5, "capture", "s", "n", id="p5")
P_CLAIM = event(3, "capture", "s", "n", id="p3", standing="claimed")
Q_TAKEN = replace(event(5, "capture", "s", "n", id="q5"), place_id="q")
TWO_PLACES = (P_HELD, P_CLAIM, P_TAKEN, Q_TAKEN)


def test_changes_are_those_after_one_day_up_to_another() -> None:
    replayed = history(*TWO_PLACES)
    assert replayed.place_ids == ("p", "q")
    assert replayed.labels == (Label(), NORTH, SOUTH)
    first, both = Change(jan(2), 0, 1, P_HELD), Change(jan(5), 0, 2, P_TAKEN)
    other = Change(jan(5), 1, 2, Q_TAKEN)
    assert replayed.changes(jan(1), jan(5)) == [first, both, other]
    assert replayed.changes(jan(2), jan(5)) == [both, other]
    assert replayed.changes(jan(1), jan(4)) == [first]
    assert replayed.changes(jan(5), jan(9)) == []


def test_label_changes_begin_with_what_each_place_was_first() -> None:
    labels = history(*TWO_PLACES).label_changes()
    assert labels.first.tolist() == [0, 1]  # what Q_TAKEN implies for the time before it
    rows = zip(labels.day.tolist(), labels.which.tolist(), labels.label.tolist(), strict=True)
    second, fifth = jan(2).toordinal(), jan(5).toordinal()
    assert list(rows) == [(second, 0, 1), (fifth, 0, 2), (fifth, 1, 2)]


def test_a_place_that_never_changes_has_a_first_label_and_no_rows() -> None:
    labels = history(event(3, "capture", "s", standing="claimed")).label_changes()
    assert (labels.first.tolist(), len(labels.day), len(labels.which)) == ([0], 0, 0)


def test_a_history_covers_further_places_and_knows_nothing_of_them() -> None:
    replayed = history(*TWO_PLACES)
    covering = replayed.covering(["a", "p"])
    assert covering.place_ids == ("a", "p", "q")
    assert covering.spans["a"] == (Span(None, Label()),)
    assert covering.spans["p"] == replayed.spans["p"]


def test_what_nothing_was_said_about_has_no_events_and_no_turns() -> None:
    replayed = history(*TWO_PLACES)
    assert replayed.turns("p") == [jan(2), jan(3), jan(5)]
    assert replayed.turns("nowhere") == []
    assert replayed.events_at("p") == [P_HELD, P_CLAIM, P_TAKEN]
    assert replayed.events_at("nowhere") == []
    assert replayed.events_on(jan(4)) == []
    assert replayed.events_on("2020-01-05") == [P_TAKEN, Q_TAKEN]
    assert replayed.span("nowhere", jan(4)) == Span(None, Label())


def test_statuses_are_those_asked_for_in_their_order() -> None:
    replayed = history(*TWO_PLACES)
    found = replayed.statuses("2020-01-04", ["q", "p"])
    assert [(s.place.id, s.label, s.since, s.inferred) for s in found] == [
        ("q", NORTH, None, True),
        ("p", NORTH, jan(2), False),
    ]


def test_a_history_tells_whose_account_it_is() -> None:
    plain, early = history(*TWO_PLACES), history(*TWO_PLACES, known_on=jan(4))
    assert repr(plain) == "<History of 2 places under best-evidence>"
    assert repr(early) == "<History of 1 places under best-evidence, as known on 2020-01-04>"
    assert (plain.account, early.account) == ("best-evidence", "best-evidence@2020-01-04")


# --- labels over time -----------------------------------------------------------------------


def columns(changes: LabelChanges) -> tuple[list[int], list[tuple[int, int, int]]]:
    rows = zip(changes.day.tolist(), changes.which.tolist(), changes.label.tolist(), strict=True)
    return changes.first.tolist(), list(rows)


def label_changes(first: list[int], rows: list[tuple[int, int, int]]) -> LabelChanges:
    day, which, label = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return LabelChanges(np.array(first, dtype=np.int64), day, which, label)


THREE = label_changes([0, 1, 2], [(10, 0, 5), (10, 2, 6), (12, 0, 7), (15, 1, 8)])


def test_the_rows_of_each_day() -> None:
    assert list(THREE.by_day()) == [(10, 0, 2), (12, 2, 3), (15, 3, 4)]
    assert list(label_changes([3], []).by_day()) == []


@pytest.mark.parametrize(
    ("first", "last", "labels", "rows"),
    [
        (9, 12, [0, 1, 2], [(10, 0, 5), (10, 2, 6), (12, 0, 7)]),
        (10, 12, [5, 1, 6], [(12, 0, 7)]),
        (10, 11, [5, 1, 6], []),
        (15, 99, [7, 8, 6], []),
    ],
)
def test_what_happens_after_one_day_up_to_another(
    first: int, last: int, labels: list[int], rows: list[tuple[int, int, int]]
) -> None:
    assert columns(THREE.clipped(first, last)) == (labels, rows)
    assert THREE.first.tolist() == [0, 1, 2]  # a copy was changed


def test_what_belongs_to_a_thing_gets_its_labels() -> None:
    assert columns(THREE.spread(np.array([2, 0, 0]))) == (
        [2, 0, 0],
        [(10, 1, 5), (10, 2, 5), (10, 0, 6), (12, 1, 7), (12, 2, 7)],
    )
    # Of many, each change tells them in their own order, run for run.
    owner = np.arange(400) % 3
    spread = THREE.spread(owner)
    assert spread.which[spread.day == 15].tolist() == list(range(1, 400, 3))
    assert spread.label[spread.day == 15].tolist() == [8] * 133


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (2, [[5, 1, 6], [7, 8, 6]]),
        (3, [[5, 1, 6], [7, 1, 6], [7, 8, 6]]),
        (6, [[5, 1, 6], [5, 1, 6], [7, 1, 6], [7, 1, 6], [7, 1, 6], [7, 8, 6]]),
        (60, [[5, 1, 6], [5, 1, 6], [7, 1, 6], [7, 1, 6], [7, 1, 6], [7, 8, 6]]),
    ],
)
def test_labels_on_days_spread_from_the_first_change_to_the_last(
    count: int, expected: list[list[int]]
) -> None:
    assert [labels.tolist() for labels in THREE.sampled(count)] == expected
    assert THREE.first.tolist() == [0, 1, 2]


def test_the_first_sample_is_of_the_first_change_alone() -> None:
    changes = label_changes([0, 1], [(10, 0, 5), (15, 1, 8)])
    assert [labels.tolist() for labels in changes.sampled(2)] == [[5, 1], [5, 8]]


def test_what_never_changes_is_sampled_once() -> None:
    assert [labels.tolist() for labels in label_changes([4, 2], []).sampled(5)] == [[4, 2]]
