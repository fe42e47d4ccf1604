"""Every word of an explanation, and what it counts for and against a status, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from statements import event, history

from geofront.dates import parse_date

if TYPE_CHECKING:
    from geofront.control.explain import Explanation
    from geofront.events.event import Event

NORTH = event(1, "hold", "n", id="north")


def jan(day: int) -> date:
    return date(2020, 1, day)


TAKEN = replace(
    event(2, "capture", "s", "n", id="taken", reported=jan(3), credibility=2),
    file="events.csv",
    row=4,
)
STORY = (
    TAKEN,
    event(3, "capture", "n", id="wrong"),
    event(3, "retraction", id="back", corrects="wrong", reported=jan(6)),
    event(
        4, "capture", "n", "s", source="north-tv", standing="claimed", claimed_by="n", id="claim"
    ),
    event(4, "hold", "s", source="wire", id="again"),
    event(5, "siege", "n", "s", id="siege"),
)
BEST_EVIDENCE = (
    "what is confirmed and not doubtful sets the status; a claim waits until a second, "
    "independent perspective says the same"
)
TOLD = {
    "taken": "South captured it from North on 2 January 2020, according to Agency",
    "again": "South held it on 4 January 2020, according to Wire",
    "claim": (
        "North captured it from South on 4 January 2020, as claimed by North, according to North TV"
    ),
    "wrong": "North captured it on 3 January 2020, according to Agency",
}
SENTENCE = (
    f"At the end of 7 January 2020, p is held by South: {TOLD['taken']}. "
    "The statement counts because it is recorded as confirmed."
)
WOULD_CHANGE = [
    f"a second, independent source that says the same as claim: {TOLD['claim']}",
    (
        "an accepted report of 5 January 2020 or later that another party took it or fought inside "
        "it, or that it was left"
    ),
]


def test_the_text_of_an_explanation() -> None:
    explanation = history(*STORY, known_on=jan(8)).explain("p", jan(7))
    assert explanation.text().splitlines() == [
        SENTENCE,
        "Besieged by North.",
        f"Also said: {TOLD['again']} [again].",
        (f"Against it: {TOLD['claim']} [claim]. It does not count because it is only claimed."),
        f"No longer counted: {TOLD['wrong']} [wrong]. back took it back, known on 6 January 2020.",
        "Last word about the place: 5 January 2020, 2 days before.",
        f"Policy best-evidence: {BEST_EVIDENCE}.",
        "As known on the evening of 8 January 2020.",
        *(f"It would change with {report}." for report in WOULD_CHANGE),
    ]
    assert str(explanation) == explanation.text()


def said(event_id: str, kind: str, day: int, **rest: Any) -> dict[str, Any]:
    plain = {
        "event_id": event_id,
        "date": f"2020-01-{day:02}",
        "kind": kind,
        "actors": ["n"],
        "from_actors": [],
        "standing": "confirmed",
        "claimed_by": [],
        "credibility": None,
        "sources": ["agency"],
        "reported": None,
        "file": "",
        "row": 0,
    }
    return {**plain, "statement": TOLD[event_id], **rest}


def test_the_record_of_an_explanation() -> None:
    record = history(*STORY, known_on=jan(8)).explain("p", jan(7)).record()
    assert record == {
        "place_id": "p",
        "place": "p",
        "lon": 38.0,
        "lat": 34.0,
        "date": "2020-01-07",
        "known_on": "2020-01-08",
        "policy": "best-evidence",
        "policy_rule": BEST_EVIDENCE,
        "status": "held",
        "holder": "s",
        "contested_by": [],
        "since": "2020-01-02",
        "inferred": False,
        "uncertain": False,
        "besieged_by": ["n"],
        "claimed_by": [],
        "sentence": SENTENCE,
        "set_by": said(
            "taken",
            "capture",
            2,
            actors=["s"],
            from_actors=["n"],
            credibility=2,
            reported="2020-01-03",
            file="events.csv",
            row=4,
            rule="accepted",
            reason="it is recorded as confirmed",
        ),
        "agreeing": [
            said("again", "hold", 4, actors=["s"], sources=["wire"], rule="accepted", reason="")
        ],
        "overridden": [
            said(
                "claim",
                "capture",
                4,
                from_actors=["s"],
                standing="claimed",
                claimed_by=["n"],
                sources=["north-tv"],
                rule="not-confirmed",
                reason="It does not count because it is only claimed",
            )
        ],
        "withdrawn": [said("wrong", "capture", 3, corrected_by="back")],
        "last_word": "2020-01-05",
        "stale_days": 2,
        "would_change": WOULD_CHANGE,
    }


def test_the_record_of_a_place_of_which_nothing_is_known() -> None:
    only_claim = event(
        *(4, "capture", "s"), standing="claimed", claimed_by="s", id="c", source="south-tv"
    )
    record = history(only_claim).explain("p", jan(4)).record()
    assert record["sentence"] == (
        "At the end of 4 January 2020, p is of unknown status: "
        "no accepted statement says who held it."
    )
    nothing = {
        "known_on": None,
        "status": "unknown",
        "holder": None,
        "contested_by": [],
        "since": None,
        "set_by": None,
        "besieged_by": [],
        "claimed_by": ["s"],
        "last_word": "2020-01-04",
        "stale_days": 0,
    }
    assert nothing.items() <= record.items()


def explained(day: int, *events: Event, by: str = "best-evidence") -> Explanation:
    return history(*events, by=by).explain("p", jan(day))


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (4, "Last word about the place: 4 January 2020, on the day itself."),
        (5, "Last word about the place: 4 January 2020, 1 day before."),
        (7, "Last word about the place: 4 January 2020, 3 days before."),
        (2, "Last word about the place: 1 January 2020, 1 day before."),
    ],
)
def test_how_old_the_last_word_is(day: int, line: str) -> None:
    assert line in explained(day, NORTH, event(4, "hold", "n")).text().splitlines()


def test_before_the_first_word_there_is_no_last_one() -> None:
    explanation = explained(2, event(4, "capture", "s", "n"))
    assert (explanation.last_word, explanation.stale_days) == (None, None)
    assert "Last word" not in explanation.text()


def test_what_is_uncertain_is_told_with_what_would_settle_it() -> None:
    ranged = event(6, "capture", "s", "n", when="2020-01-04/2020-01-06", id="range")
    told = "South captured it from North between 4 January 2020 and 6 January 2020"
    explanation = explained(5, ranged)
    assert explanation.text().splitlines() == [
        (
            "At the end of 5 January 2020, p is held by North, as a later statement implies: "
            f"{told}, according to Agency. It counts because it is recorded as confirmed."
        ),
        f"Uncertain on this day, because a date is imprecise: {told}, according to Agency.",
        f"Policy best-evidence: {BEST_EVIDENCE}.",
        "It would change with a report that dates range more exactly.",
        "It would change with any accepted statement about who held it before 6 January 2020.",
    ]
    assert explanation.would_change == (
        "a report that dates range more exactly",
        "any accepted statement about who held it before 6 January 2020",
    )


@pytest.mark.parametrize(("further", "plural"), [(1, ""), (2, "s")])
def test_further_statements_are_counted(further: int, plural: str) -> None:
    same = [event(4, "hold", "n", id=f"h{i}") for i in range(5 + further)]
    text = explained(5, NORTH, *same).text()
    assert f"Also said in {further} earlier statement{plural}." in text.splitlines()
    assert "earlier" not in explained(5, NORTH, *same[:5]).text()


def ids(explanation: Explanation) -> tuple[list[str], list[str]]:
    return (
        [same.event.id for same in explanation.agreeing],
        [other.event.id for other in explanation.overridden],
    )


@pytest.mark.parametrize(
    ("events", "agreeing", "overridden"),
    [
        pytest.param(
            [event(2, "contest", "s", "n", id="set"), event(3, "contest", "n", "s", id="same")],
            ["same"],
            [],
            id="a contest of the same two, whoever is named first",
        ),
        pytest.param(
            [
                event(2, "withdrawal", "n", id="set"),
                event(3, "hold", "n", standing="claimed", id="other"),
            ],
            [],
            ["other"],
            id="that one who left holds it is not what the status says",
        ),
        pytest.param(
            [
                event(2, "withdrawal", "n", id="set"),
                event(3, "withdrawal", "s", standing="claimed", id="other"),
            ],
            [],
            ["other"],
            id="nor that others left",
        ),
        pytest.param(
            [
                NORTH,
                event(2, "hold", "s", standing="claimed", id="old"),
                event(3, "capture", "s", "n", id="set"),
            ],
            [],
            ["north"],
            id="what was rejected before the status began says nothing of it",
        ),
        pytest.param(
            [
                event(3, "hold", "n", standing="claimed", id="same-day"),
                event(3, "capture", "s", id="set"),
            ],
            [],
            ["same-day"],
            id="what was rejected on its day does",
        ),
        pytest.param(
            [
                event(3, "repelled", "s", "m", standing="claimed", id="same"),
                event(3, "capture", "s", id="set"),
            ],
            ["same"],
            [],
            id="and what says the same on its day is told",
        ),
        pytest.param(
            [
                event(2, "hold", "s", id="s1"),
                event(3, "withdrawal", "s", id="left"),
                event(5, "hold", "s", id="set"),
            ],
            [],
            [],
            id="an earlier hold of the holder was no rival's",
        ),
    ],
)
def test_what_speaks_for_a_status_and_what_against(
    events: list[Event], agreeing: list[str], overridden: list[str]
) -> None:
    explanation = explained(5, *events)
    assert ids(explanation) == (agreeing, overridden)
    assert explanation.set_by is not None
    assert explanation.set_by.event.id == "set"


def test_what_is_tied_is_told_as_tied_and_not_as_superseded() -> None:
    first = event(3, "hold", "n", id="a")
    explanation = explained(5, first, event(3, "hold", "s", id="b", source="agency-2"))
    assert explanation.sentence == (
        "At the end of 5 January 2020, p is contested between North and South: "
        "North held it on 3 January 2020, according to Agency. The statement counts because it is "
        "contradicted by others of that day and none is better graded "
        "(South held it on 3 January 2020, according to Agency)."
    )
    assert ids(explanation) == ([], [])


def test_a_better_graded_statement_is_named_with_those_who_say_it() -> None:
    better = event(3, "hold", "n", id="better", order=1.0)
    worse = event(3, "hold", "s", id="worse", source="wire", order=1.0)
    decided = (
        "It does not count because a better graded statement of that day contradicts it "
        "(North held it on 3 January 2020, according to Agency)"
    )
    (against,) = explained(5, better, worse).overridden
    assert (against.event, against.rule, against.reason) == (worse, "outgraded", decided)
    # In the evening South took it after all: then the outgraded word says what the status is.
    taken = event(3, "capture", "s", "n", id="taken", order=2.0)
    explanation = explained(5, better, worse, taken)
    (same,) = explanation.agreeing
    assert (same.event, same.rule, same.reason) == (worse, "outgraded", decided)


def test_what_a_status_superseded_is_told_with_the_reason() -> None:
    (of_earlier,) = explained(5, NORTH, event(3, "capture", "s", "n")).overridden
    assert (of_earlier.rule, of_earlier.reason) == (
        "superseded",
        "It counted until the statement of a later day that set the present status",
    )
    fought = event(3, "contest", "s", "n")
    (of_the_day,) = explained(5, NORTH, fought, event(3, "capture", "s", "n")).overridden
    assert (of_the_day.event, of_the_day.reason) == (
        fought,
        "It is of the same day as the statement that set the present status, and is read before it",
    )


def test_what_was_withdrawn_is_told_from_its_day_on() -> None:
    wrong = event(3, "capture", "s", id="wrong")
    back = event(3, "retraction", id="back", corrects="wrong", reported=jan(6))
    assert explained(2, NORTH, wrong, back).withdrawn == ()
    assert explained(3, NORTH, wrong, back).withdrawn == ((wrong, back),)


@pytest.mark.parametrize(
    ("by", "events", "expected"),
    [
        pytest.param(
            "confirmed-only",
            [
                event(2, "withdrawal", "n", id="w"),
                event(3, "hold", "n", standing="claimed", id="h"),
            ],
            [
                "a confirmation of h: North held it on 3 January 2020, according to Agency",
                "any accepted statement that says who held it",
            ],
            id="a place that was left, and a claim",
        ),
        pytest.param(
            "best-evidence",
            [event(3, "contest", "s", "n")],
            [
                (
                    "an accepted report of 3 January 2020 or later that one party holds it, "
                    "or that a party left it"
                )
            ],
            id="a contest",
        ),
        pytest.param(
            "best-evidence",
            [
                NORTH,
                event(2, "hold", "s", standing="claimed", id="old"),
                event(3, "withdrawal", "n", id="w"),
                event(3, "hold", "s", standing="claimed", id="of-the-day", source="wire"),
            ],
            [
                (
                    "a second, independent source that says the same as of-the-day: "
                    "South held it on 3 January 2020, according to Wire"
                ),
                "any accepted statement that says who held it",
            ],
            id="claims of the day on which the status began, not those before",
        ),
        pytest.param(
            "best-evidence",
            [
                NORTH,
                event(2, "hold", "n", standing="claimed", id="same", source="wire"),
                event(3, "hold", "s", standing="denied", id="denied"),
            ],
            [
                (
                    "an accepted report of 1 January 2020 or later that another party took it or "
                    "fought inside it, or that it was left"
                )
            ],
            id="neither what says the same nor what was denied",
        ),
    ],
)
def test_which_reports_would_change_it(by: str, events: list[Event], expected: list[str]) -> None:
    assert list(explained(5, *events, by=by).would_change) == expected


def test_the_report_that_is_asked_for_changes_the_status() -> None:
    doubtful = event(3, "hold", "s", credibility=4, id="doubtful")
    for by in ("best-evidence", "against-interest"):
        explanation = explained(5, NORTH, doubtful, by=by)
        assert "says the same as doubtful" in explanation.would_change[0]
        after = explained(
            *(5, NORTH, doubtful), event(5, "hold", "s", source="wire", credibility=4), by=by
        )
        assert after.status.holder == "s"


def test_dates_that_are_open_are_told_as_such() -> None:
    since = replace(event(3, "hold", "n"), date=parse_date("2020-01-03/.."))
    assert "North held it since 3 January 2020" in explained(5, since).sentence


def test_a_claim_beside_a_confirmed_report_is_not_said_to_be_confirmed_by_nothing() -> None:
    taken = event(5, "capture", "n", "s", source="wire", id="report")
    claim = event(
        *(5, "capture", "n", "s"), standing="claimed", claimed_by="n", source="north-tv", id="claim"
    )
    text = history(taken, claim).explain("p", jan(5)).text()
    assert "[claim]. It does not count because it is only claimed." in text
