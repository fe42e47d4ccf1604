"""What each kind of statement does to the status of a place, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofront.control.state import Label, replay_place
from geofront.dates import parse_date
from geofront.events.actor import Actors
from geofront.events.event import Event, Kind, Standing
from geofront.events.evidence import POLICIES
from geofront.events.verdict import Judge

BEST = Judge(POLICIES["best-evidence"], Actors([]), {})


def event(
    day: int,
    kind: str,
    actor: str = "",
    from_actor: str = "",
    *,
    order: float | None = None,
    standing: str = "confirmed",
) -> Event:
    return Event(
        id=f"{day}-{kind}-{actor}-{order}",
        place_id="p",
        kind=Kind(kind),
        date=parse_date(f"2016-12-{day:02}"),
        actors=tuple(actor.split("|")) if actor else (),
        from_actors=tuple(from_actor.split("|")) if from_actor else (),
        order=order,
        standing=Standing(standing),
    )


def told(*events: Event) -> dict[int, str]:
    """The status on days 1 to 9, as 'A', 'A/B' for contested, '?' for unknown, 'A*' if inferred."""
    spans = replay_place(sorted(events, key=lambda e: e.sort_key), BEST)
    result = {}
    for day in range(1, 10):
        today = date(2016, 12, day)
        span = [s for s in spans if s.start is None or s.start <= today][-1]
        text = "/".join(span.label.actors) or "?"
        result[day] = text + ("*" if span.inferred else "")
    return result


def days(text: str) -> dict[int, str]:
    return dict(enumerate(text.split(), start=1))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([], "? ? ? ? ? ? ? ? ?", id="nothing said"),
        pytest.param([event(4, "hold", "A")], "? ? ? A A A A A A", id="hold says nothing before"),
        pytest.param([event(4, "capture", "A")], "? ? ? A A A A A A", id="capture from no one"),
        pytest.param(
            [event(4, "capture", "A", "B")], "B* B* B* A A A A A A", id="capture implies the loser"
        ),
        pytest.param(
            [event(4, "handover", "A", "B")], "B* B* B* A A A A A A", id="handover likewise"
        ),
        pytest.param(
            [event(2, "hold", "A"), event(6, "capture", "B", "A")],
            "? A A A A B B B B",
            id="what was observed is not inferred over",
        ),
        pytest.param(
            [event(3, "withdrawal", "A")], "A* A* ? ? ? ? ? ? ?", id="withdrawal leaves it unknown"
        ),
        pytest.param(
            [event(3, "withdrawal", "A"), event(6, "capture", "B", "C")],
            "A* A* C* C* C* B B B B",
            id="the gap after a withdrawal is inferred from what follows",
        ),
        pytest.param(
            [event(2, "hold", "A"), event(4, "withdrawal", "B")],
            "? A A A A A A A A",
            id="withdrawal of one who does not hold it",
        ),
        pytest.param(
            [event(4, "contest", "A", "B")], "B* B* B* A/B A/B A/B A/B A/B A/B", id="contest"
        ),
        pytest.param(
            [event(2, "hold", "B"), event(4, "contest", "A")],
            "? B B A/B A/B A/B A/B A/B A/B",
            id="contest against the holder",
        ),
        pytest.param(
            [event(4, "contest", "A", "B"), event(6, "withdrawal", "A")],
            "B* B* B* A/B A/B B B B B",
            id="one party leaves a contested place to the other",
        ),
        pytest.param(
            [event(4, "contest", "A", "B"), event(6, "repelled", "B", "A")],
            "B* B* B* A/B A/B B B B B",
            id="repelled returns a contested place to the defender",
        ),
        pytest.param(
            [event(4, "contest", "A", "B"), event(6, "repelled")],
            "B* B* B* A/B A/B B B B B",
            id="repelled without names: the one who held it",
        ),
        pytest.param(
            [event(5, "repelled", "B", "A")],
            "B* B* B* B* B B B B B",
            id="repelled implies a holder",
        ),
        pytest.param(
            [event(2, "hold", "B"), event(5, "repelled", "A", "B")],
            "? B B B B B B B B",
            id="repelled never changes a holder, even with the names swapped",
        ),
        pytest.param(
            [event(2, "capture", "A", "B"), event(5, "repelled", "B", "A")],
            "B* A A A B B B B B",
            id="unless the holder is the attacker, and the defender held it before",
        ),
        pytest.param(
            [event(2, "capture", "A", "B"), event(5, "repelled", "", "A")],
            "B* A A A B B B B B",
            id="or whoever held it before, if no defender is named",
        ),
        pytest.param(
            [
                event(2, "hold", "B", order=1),
                event(2, "capture", "A", "B", order=2),
                event(2, "repelled", "B", "A", order=3),
            ],
            "? B B B B B B B B",
            id="even within one day",
        ),
        pytest.param(
            [event(2, "hold", "C"), event(5, "repelled", "B", "A")],
            "? C C C C C C C C",
            id="a third party's hold is not touched",
        ),
        pytest.param(
            [event(3, "capture", "A", "B", order=1), event(3, "capture", "B", "A", order=2)],
            "B* B* B B B B B B B",
            id="lost and regained on one day",
        ),
        pytest.param(
            [event(3, "contest", "A", "B"), event(3, "capture", "A", "B")],
            "B* B* A A A A A A A",
            id="unordered: fighting comes before its outcome",
        ),
        pytest.param(
            [event(3, "strike", "A", "B"), event(4, "clash", "A"), event(5, "raid", "A")],
            "? ? ? ? ? ? ? ? ?",
            id="strikes, clashes and raids change nothing",
        ),
        pytest.param(
            [event(3, "siege", "A", "B")], "B* B* B B B B B B B", id="besieged by A, held by B"
        ),
        pytest.param(
            [event(2, "hold", "B"), event(4, "capture", "A", "B", standing="claimed")],
            "? B B B B B B B B",
            id="a claim sets no status",
        ),
        pytest.param(
            [event(4, "capture", "A|C", "B|D")], "B* B* B* A A A A A A", id="the leading actor"
        ),
    ],
)
def test_statements_and_the_status_they_make(events: list[Event], expected: str) -> None:
    assert told(*events) == days(expected)


def test_a_repeated_statement_leaves_the_cause_as_it_was() -> None:
    first, second = event(2, "capture", "A"), event(5, "hold", "A")
    last = replay_place([first, second], BEST)[-1]
    assert (last.event, last.since) == (first, date(2016, 12, 2))


def test_a_claim_is_shown_beside_the_status_until_the_next_accepted_word() -> None:
    claim = event(4, "capture", "A", "B", standing="claimed")
    spans = replay_place([event(2, "hold", "B"), claim, event(6, "hold", "B")], BEST)
    assert [(s.start and s.start.day, s.claim) for s in spans] == [
        (None, None),
        (2, None),
        (4, claim),
        (6, None),
    ]
    assert all(s.claimed_by == () for s in spans)  # who took it does not claim it thereby
    by_loser = replace(claim, claimed_by=("B",))
    assert replay_place([event(2, "hold", "B"), by_loser], BEST)[-1].claimed_by == ("B",)
    assert {s.label for s in spans[1:]} == {Label("held", ("B",))}


def test_under_the_latest_report_a_claim_counts_and_a_denied_one_does_not() -> None:
    latest = Judge(POLICIES["latest-report"], Actors([]), {})
    for standing, holder in (("claimed", "A"), ("denied", "B")):
        claim = event(4, "capture", "A", "B", standing=standing)
        assert replay_place([event(2, "hold", "B"), claim], latest)[-1].label.holder == holder


def test_a_siege_is_a_flag_beside_the_holder() -> None:
    spans = replay_place(
        [event(3, "siege", "A", "B"), event(6, "siege_lifted"), event(8, "siege", "A", "B")], BEST
    )
    assert [(s.start and s.start.day, s.label.holder, s.besieged_by) for s in spans] == [
        (None, "B", ()),
        (3, "B", ("A",)),
        (6, "B", ()),
        (8, "B", ("A",)),
    ]


def test_of_several_besiegers_the_one_named_leaves() -> None:
    siege = event(3, "siege", "A|C", "B")
    for lifted, expected in (("A", ("C",)), ("", ()), ("D", ()), ("A|C", ())):
        spans = replay_place([siege, event(6, "siege_lifted", lifted)], BEST)
        assert spans[-1].besieged_by == expected


def test_nobody_besieges_what_they_hold() -> None:
    spans = replay_place([event(2, "hold", "A"), event(3, "siege", "A|C", "B")], BEST)
    assert (spans[-1].label.holder, spans[-1].besieged_by) == ("A", ("C",))
    spans = replay_place([event(2, "hold", "A"), event(3, "siege", "A", "B")], BEST)
    assert spans[-1].besieged_by == ()


def test_a_doubtful_last_day_of_all_days_is_no_end_of_the_world() -> None:
    last = replace(event(3, "hold", "A"), date=parse_date("9999-12-31?"))
    assert replay_place([last], BEST)[-1].label.holder == "A"


def test_the_besieger_who_takes_the_place_besieges_it_no_longer() -> None:
    spans = replay_place([event(3, "siege", "A", "B"), event(6, "capture", "A", "B")], BEST)
    assert (spans[-1].label.holder, spans[-1].besieged_by) == ("A", ())


KINDS = st.sampled_from([k.value for k in Kind])
ACTORS = st.sampled_from(["A", "B", "C"])
EVENTS = st.lists(
    st.builds(
        event,
        st.integers(1, 9),
        KINDS,
        ACTORS,
        st.one_of(st.just(""), ACTORS),
        order=st.one_of(st.none(), st.integers(1, 3).map(float)),
        standing=st.sampled_from([s.value for s in Standing]),
    ),
    max_size=12,
)


@given(EVENTS, st.randoms())
def test_shuffling_changes_nothing(events: list[Event], random: object) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert told(*shuffled) == told(*events)


@given(EVENTS, st.integers(1, 9), KINDS, ACTORS, ACTORS)
def test_a_later_statement_changes_an_earlier_day_only_by_marked_inference(
    events: list[Event], day: int, kind: str, actor: str, from_actor: str
) -> None:
    earlier = [e for e in events if e.day.day < day]
    before, after = told(*earlier), told(*earlier, event(day, kind, actor, from_actor))
    for d in range(1, day):
        assert after[d] == before[d] or (before[d] == "?" and after[d].endswith("*"))


@given(EVENTS)
def test_spans_start_in_order_and_each_differs_from_the_one_before(events: list[Event]) -> None:
    spans = replay_place(sorted(events, key=lambda e: e.sort_key), BEST)
    assert spans[0].start is None
    starts = [s.start for s in spans[1:]]
    assert all(starts)
    assert starts == sorted(set(starts), key=str)
    for span in spans:
        assert (span.label.status == "held") == (
            len(span.label.actors) == 1 and bool(span.label.holder)
        )


@given(EVENTS)
def test_renaming_the_actors_renames_the_holders_and_nothing_else(events: list[Event]) -> None:
    names = {"A": "X", "B": "Y", "C": "Z", "": ""}
    renamed = [
        event(
            e.day.day,
            e.kind,
            names["|".join(e.actors)],
            names["|".join(e.from_actors)],
            order=e.order,
            standing=e.standing,
        )
        for e in events
    ]
    translate = str.maketrans({k: v for k, v in names.items() if k})
    assert told(*renamed) == {d: t.translate(translate) for d, t in told(*events).items()}
