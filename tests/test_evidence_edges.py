"""Which statements count at the edges of the rules, worked out by hand."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date, time
from types import MappingProxyType
from typing import Any

import pytest
from statements import ACTORS, SOURCES, event, told

from geofront.errors import UnknownNameError
from geofront.events.correction import (
    corrections_in_force,
    cycle_of_corrections,
    standing_events,
)
from geofront.events.event import Event, Kind, Standing
from geofront.events.evidence import Policy, policy
from geofront.events.verdict import Judge, Rule, Verdict

NORTH = event(1, "hold", "n", id="north")


def jan(day: int) -> date:
    return date(2020, 1, day)


def judge(by: str = "best-evidence") -> Judge:
    return Judge(policy(by), ACTORS, SOURCES)


def rules(*events: Event, by: str = "best-evidence") -> list[str]:
    return [v.rule.value for v in judge(by).judge(sorted(events, key=lambda e: e.sort_key))]


# --- policies -------------------------------------------------------------------------------


def test_a_policy_of_a_source_or_a_side_is_made_of_its_name() -> None:
    assert policy(" by-source:tass ") == Policy(
        "by-source:tass",
        "only what tass says, whatever its standing",
        accepts=frozenset(Standing),
        only_source="tass",
    )
    assert policy("by-side:rebels") == Policy(
        "by-side:rebels",
        "what rebels and those who lean to it say, whatever its standing; of all others only "
        "what is confirmed and does not favour the side of those who say it",
        only_side="rebels",
    )
    for name in ("by-source:", "by-side:", "", "Best-Evidence"):
        with pytest.raises(UnknownNameError, match="unknown policy"):
            policy(name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("by-source:agenzy", r"unknown source 'agenzy'; there are: agency, agency-2, "),
        ("by-side:west", r"unknown side 'west'; there are: north, south"),
    ],
)
def test_who_is_not_there_has_no_policy(name: str, message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        judge(name)


# --- what a statement is by itself ----------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        # what favours the speaker's own side is no stronger than it stands
        (event(3, "capture", "s", source="south-tv"), "own-favour"),
        (event(3, "capture", "s", source="south-tv", standing="claimed"), "not-confirmed"),
        (event(3, "capture", "s", source="south-tv", standing="disputed"), "disputed"),
        (event(3, "capture", "s", source="south-tv", standing="denied"), "denied"),
        # what does not is believed if it is claimed and not doubted
        (event(3, "capture", "s", source="north-tv"), "accepted"),
        (event(3, "capture", "s", source="north-tv", standing="claimed"), "against-interest"),
        (event(3, "capture", "s", source="north-tv", standing="disputed"), "disputed"),
        (event(3, "capture", "s", source="north-tv", standing="denied"), "denied"),
        (
            event(3, "capture", "s", source="north-tv", standing="claimed", credibility=4),
            "not-confirmed",
        ),
        (
            event(3, "capture", "s", source="north-tv", standing="disputed", credibility=4),
            "disputed",
        ),
    ],
)
def test_the_interest_of_those_who_say_it(statement: Event, rule: str) -> None:
    assert rules(statement, by="against-interest") == [rule]


def test_whom_a_statement_serves_is_told_by_the_sides_of_its_day() -> None:
    """The militia is of the south up to 4 January and of the north from then on."""
    of_north = judge("against-interest")
    early = event(3, "siege_lifted", "", "m", claimed_by="n")
    late = event(6, "siege_lifted", "", "m", claimed_by="n")
    assert not of_north.favours_own_side(early)
    assert of_north.favours_own_side(late)
    # So are the words of the side whose map it is.
    north_tv = [event(day, "hold", "n", source="north-tv") for day in (3, 6)]
    south_tv = [event(day, "hold", "s", source="south-tv") for day in (3, 6)]
    assert rules(*south_tv, by="by-side:m") == ["own-word", "other-voice"]
    assert rules(*north_tv, by="by-side:m") == ["other-voice", "own-word"]


@pytest.mark.parametrize(
    ("source", "speakers"),
    [
        ("south-tv", {"south"}),
        ("south-tv|north-tv", {"south", "north"}),
        ("agency|south-tv", set()),
        ("nobody-knows", set()),
        ("south-tv|nobody-knows", set()),
    ],
)
def test_a_statement_of_one_that_leans_to_nobody_is_nobodys(
    source: str, speakers: set[str]
) -> None:
    assert judge().speakers(event(3, "hold", "n", source=source)) == speakers


def test_rules_that_accept_and_rules_that_wait() -> None:
    assert {rule.value for rule in Rule if rule.accepts} == {
        *("accepted", "unconfirmed", "corroborated", "against-interest", "own-word", "tied"),
    }
    assert {rule.value for rule in Rule if rule.waits} == {
        *("not-confirmed", "doubtful", "unreliable", "own-favour"),
    }
    assert all(Verdict(NORTH, rule).accepted is rule.accepts for rule in Rule)


# --- what confirms a claim ------------------------------------------------------------------


def claim(day: int, kind: str, actor: str, source: str, **rest: Any) -> Event:
    rest.setdefault("standing", "claimed")
    return event(day, kind, actor, source=source, **rest)


@pytest.mark.parametrize(
    ("first", "second", "rule"),
    [
        pytest.param(
            claim(3, "capture", "s", "wire"),
            claim(4, "hold", "s", "agency"),
            "corroborated",
            id="captured and held: the same outcome",
        ),
        pytest.param(
            claim(3, "capture", "s|m", "wire"),
            claim(4, "hold", "s", "agency"),
            "corroborated",
            id="the leading actor holds it, whoever helped",
        ),
        pytest.param(
            claim(3, "withdrawal", "s", "wire"),
            claim(4, "hold", "s", "agency"),
            "not-confirmed",
            id="that one left is not that one holds it",
        ),
        pytest.param(
            claim(3, "withdrawal", "s|m", "wire"),
            claim(4, "withdrawal", "m|s", "agency"),
            "corroborated",
            id="who left, in whatever order",
        ),
        pytest.param(
            claim(3, "hold", "s", "blog"),
            claim(4, "hold", "s", "other-blog"),
            "corroborated",
            id="sources of which nothing is known are perspectives of their own",
        ),
        pytest.param(
            claim(3, "hold", "s", "blog"),
            claim(4, "hold", "s", "blog"),
            "not-confirmed",
            id="but one of them twice is one",
        ),
        pytest.param(
            claim(3, "hold", "s", "wire", standing="denied"),
            claim(4, "hold", "s", "agency"),
            "not-confirmed",
            id="what was denied confirms nothing",
        ),
        pytest.param(
            claim(3, "hold", "s", "wire", standing="disputed"),
            claim(4, "hold", "s", "agency"),
            "not-confirmed",
            id="nor does what is disputed",
        ),
        pytest.param(
            claim(3, "hold", "s", "wire"),
            claim(4, "hold", "s", "agency", standing="denied"),
            "denied",
            id="and what is denied is not confirmed by a claim",
        ),
    ],
)
def test_what_confirms_a_claim(first: Event, second: Event, rule: str) -> None:
    verdict = judge().judge([first, second])[-1]
    assert verdict.rule == rule
    assert verdict.others == ((first,) if rule == "corroborated" else ())


def test_only_a_policy_that_says_so_takes_a_claim_for_being_repeated() -> None:
    said = [claim(day, "hold", "s", source) for day, source in ((3, "wire"), (4, "agency"))]
    assert rules(*said) == ["not-confirmed", "corroborated"]
    assert rules(*said, by="confirmed-only") == ["not-confirmed", "not-confirmed"]
    assert rules(*said, by="latest-report") == ["unconfirmed", "unconfirmed"]


def test_what_sets_no_status_is_not_judged_and_stops_nothing() -> None:
    strike = event(2, "strike", "s", id="strike")
    verdicts = judge().judge([NORTH, strike, event(3, "hold", "s", id="south")])
    assert [(v.event.id, v.rule.value) for v in verdicts] == [
        ("north", "accepted"),
        ("south", "accepted"),
    ]


# --- contradictions of one moment -----------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "winner"),
    [
        ({"credibility": 1}, {}, "one"),
        ({"credibility": 3}, {}, "one"),
        ({"credibility": 4}, {}, "other"),
        ({"credibility": 6}, {}, "tied"),
        ({"credibility": 2}, {"credibility": 3}, "one"),
        ({"credibility": 6}, {"credibility": 4}, "one"),
        ({"source": "agency"}, {"source": "wire"}, "one"),  # B and C
        ({"source": "agency"}, {"source": "agency-2"}, "tied"),
        ({"source": "wire"}, {"source": "south-tv"}, "one"),  # C and ungraded
        ({"source": "tale"}, {"source": "south-tv"}, "other"),  # E and ungraded
        ({"source": "nobody-knows"}, {"source": "south-tv"}, "tied"),
        ({"source": "wire"}, {"source": "nobody-knows"}, "one"),
        ({"source": "tale"}, {"source": "nobody-knows"}, "other"),
        ({"source": "wire"}, {"source": "tale|agency"}, "other"),  # its best source counts
        ({"source": "tale", "credibility": 1}, {"source": "agency"}, "one"),  # credibility first
    ],
)
def test_the_better_graded_statement_of_a_moment_wins(
    one: dict[str, Any], other: dict[str, Any], winner: str
) -> None:
    every = Policy("every", "whatever is said")  # nothing is too doubtful or too unreliable
    said = [event(3, "hold", "n", id="one", **one), event(3, "hold", "s", id="other", **other)]
    verdicts = Judge(every, ACTORS, SOURCES).judge(sorted(said, key=lambda e: e.sort_key))
    expected = {
        "one": {"one": "accepted", "other": "outgraded"},
        "other": {"one": "outgraded", "other": "accepted"},
        "tied": {"one": "tied", "other": "tied"},
    }
    assert {v.event.id: v.rule.value for v in verdicts} == expected[winner]


def test_a_verdict_names_what_decided_it() -> None:
    best = event(3, "hold", "n", id="best")
    equal = event(3, "hold", "s", id="equal", source="agency-2")
    worse = event(3, "hold", "s", id="worse", source="wire")
    assert judge().judge([best, equal]) == [
        Verdict(best, Rule.TIED, (equal,)),
        Verdict(equal, Rule.TIED, (best,)),
    ]
    assert judge().judge([best, worse]) == [
        Verdict(best, Rule.ACCEPTED),
        Verdict(worse, Rule.OUTGRADED, (best,)),
    ]


def test_on_the_map_of_a_side_its_own_word_is_the_better_graded() -> None:
    own = event(3, "hold", "s", source="south-tv", credibility=5)
    foreign = event(3, "hold", "n", source="agency", credibility=1)
    assert told(own, foreign, by="by-side:south") == "? ? s s s s s s s"
    assert told(own, foreign, by="by-side:s") == "? ? s s s s s s s"
    assert told(own, foreign, by="best-evidence") == "? ? n! n! n! n! n! n! n!"
    # An actor's own side is that of the day: the militia is of the north on the sixth.
    north, agency = (
        event(6, "hold", "n", source="north-tv", credibility=5),
        event(6, "hold", "s", credibility=1),
    )
    assert told(north, agency, by="by-side:m") == "? ? ? ? ? n! n! n! n!"


@pytest.mark.parametrize(
    "beside",
    [
        pytest.param(event(3, "repelled", "n", "m"), id="an attack by others failed"),
        pytest.param(event(3, "repelled", "", "s"), id="an attack failed on whom nobody says"),
        pytest.param(event(3, "contest", "n", "s"), id="fighting, and then its outcome"),
        pytest.param(event(3, "withdrawal", "n", "s"), id="leaving, and then who came"),
    ],
)
def test_what_tells_no_other_holder_contradicts_nobody(beside: Event) -> None:
    """However well it is graded: the agency's word stands beside that of the wire."""
    taken = event(3, "capture", "s", "n", source="wire", id="taken")
    assert rules(NORTH, beside, taken) == ["accepted"] * 3
    assert told(NORTH, beside, taken) == "n n s s s s s s s"


def test_of_one_day_only_statements_of_one_moment_contradict_each_other() -> None:
    first = event(3, "hold", "n", order=1.0)
    assert rules(first, event(3, "hold", "s", order=2.0, source="wire")) == ["accepted"] * 2
    assert rules(first, event(3, "hold", "s", order=1.0, source="wire")) == [
        "accepted",
        "outgraded",
    ]


# --- events ---------------------------------------------------------------------------------


def test_the_day_of_an_event_is_the_end_of_its_range_or_its_start() -> None:
    ranged = event(6, "capture", "s", when="2020-01-04/2020-01-06")
    open_start = event(6, "capture", "s", when="../2020-01-06", at_start=True)
    assert [e.day for e in (ranged, replace(ranged, at_start=True), open_start)] == [
        *(jan(6), jan(4), jan(6)),
    ]
    assert ranged.known_on == jan(6)
    assert replace(ranged, reported=jan(9)).known_on == jan(9)


@pytest.mark.parametrize(
    ("kind", "held_by", "rivals_n", "rivals_s"),
    [
        ("capture", "n", False, True),
        ("handover", "n", False, True),
        ("hold", "n", False, True),
        ("repelled", "n", False, True),
        ("contest", None, True, True),
        ("withdrawal", None, False, False),
        ("siege", None, False, False),
        ("siege_lifted", None, False, False),
        ("clash", None, False, False),
    ],
)
def test_who_holds_the_place_by_a_statement(
    kind: str, held_by: str | None, rivals_n: object, rivals_s: object
) -> None:
    said = event(3, kind, "n|s")
    assert said.held_by == held_by
    assert said.says_held_by("n") is (held_by == "n")
    assert said.says_held_by("s") is False
    assert said.says_held_by(None) is False
    assert (said.rivals("n"), said.rivals("s")) == (rivals_n, rivals_s)
    nobody = event(3, kind)
    assert nobody.held_by is None
    assert nobody.says_held_by(None) is False


def test_kinds_that_set_a_status_and_kinds_that_do_not() -> None:
    silent = {"clash", "strike", "raid", "ceasefire", "movement", "retraction"}
    assert {k.value for k in Kind if not k.sets_status} == silent
    assert {k.value for k in Kind if k.names_holder} == {"capture", "handover", "hold"}


def test_a_day_is_read_by_time_then_order_then_what_is_timeless() -> None:
    morning = event(3, "hold", "n", time=time(6, 30))
    noon = event(3, "hold", "s", time=time(12, 0))
    first = event(3, "hold", "n", order=1.0)
    second = event(3, "hold", "s", order=2.0)
    timeless = event(3, "hold", "m")
    assert morning.moment == (jan(3), 390, float("inf"))
    assert first.moment == (jan(3), 1440, 1.0)
    assert timeless.moment == (jan(3), 1440, float("inf"))
    said = [timeless, second, noon, first, morning, event(4, "hold", "n")]
    assert sorted(said, key=lambda e: e.sort_key)[:5] == [morning, noon, first, second, timeless]


def test_without_times_a_day_is_read_from_fighting_to_what_was_held_at_its_end() -> None:
    kinds = (
        *("siege", "siege_lifted", "contest", "repelled", "withdrawal", "handover"),
        *("capture", "hold", "ceasefire", "clash"),
    )
    said = sorted((event(3, kind, "n") for kind in sorted(kinds)), key=lambda e: e.sort_key)
    assert tuple(e.kind.value for e in said) == kinds


@pytest.mark.parametrize(
    "earlier",
    [
        event(3, "hold", "n", reported=date(2020, 1, 4), id="a"),
        event(3, "hold", "n", reported=date(2020, 1, 5), credibility=2, id="a"),
    ],
)
def test_what_is_said_comes_before_the_id_so_that_rows_may_be_shuffled(earlier: Event) -> None:
    """Where a table has no ids they are made of the rows, and tell nothing of the order."""
    later = event(3, "hold", "n", reported=date(2020, 1, 5), credibility=3, id="b")
    swapped = replace(later, id="a"), replace(earlier, id="b")
    assert sorted((later, earlier), key=lambda e: e.sort_key) == [earlier, later]
    assert sorted(swapped, key=lambda e: e.sort_key) == [swapped[1], swapped[0]]


def test_an_event_goes_to_a_worker_and_back_with_its_further_columns() -> None:
    said = replace(NORTH, extra=MappingProxyType({"population": "12"}))
    back = pickle.loads(pickle.dumps(said))  # noqa: S301 - our own bytes
    assert back == said
    assert back.extra == {"population": "12"}
    with pytest.raises(TypeError, match="does not support item assignment"):
        back.extra["population"] = "13"


# --- corrections ----------------------------------------------------------------------------


def test_corrections_replace_and_retractions_of_them_restore() -> None:
    first = event(1, "hold", "n", id="first")
    second = event(1, "hold", "s", id="second", corrects="first", reported=jan(3))
    third = event(1, "hold", "m", id="third", corrects="second", reported=jan(5))
    back = event(1, "retraction", id="back", corrects="third", reported=jan(7))
    events = (first, second, third, back)

    def standing(day: int | None) -> list[str]:
        known_on = None if day is None else jan(day)
        return [e.id for e in standing_events(events, known_on)]

    assert standing(2) == ["first"]
    assert standing(3) == standing(4) == ["second"]
    assert standing(5) == ["third"]  # the first stays replaced
    assert standing(7) == standing(None) == ["second", "back"]
    assert corrections_in_force(events) == {"first": second, "third": back}
    assert cycle_of_corrections(events) == []


def test_of_two_corrections_of_one_day_the_one_with_the_later_id_is_told() -> None:
    first = event(1, "hold", "n", id="first")
    pair = [event(1, "hold", "s", id=i, corrects="first", reported=jan(3)) for i in ("c1", "c2")]
    assert corrections_in_force([first, *pair]) == {"first": pair[1]}
