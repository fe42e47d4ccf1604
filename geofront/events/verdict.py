"""Verdicts: which statements about a place count under a policy, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from geofront.errors import UnknownNameError
from geofront.events.event import Event, Kind, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from geofront.events.actor import Actors
    from geofront.events.evidence import Policy
    from geofront.events.source import Source

__all__ = ["Judge", "Rule", "Verdict", "rivals_among"]

# Where 6 ("cannot be judged") and F stand among the grades: between possible and doubtful.
_UNGRADED = 3.5
_CREDIBILITY = {1: 1.0, 2: 2.0, 3: 3.0, 4: 4.0, 5: 5.0}
_RELIABILITY = {"A": 1.0, "B": 2.0, "C": 3.0, "D": 4.0, "E": 5.0}


class Rule(StrEnum):
    """Why a statement counts or does not."""

    ACCEPTED = "accepted"
    UNCONFIRMED = "unconfirmed"
    CORROBORATED = "corroborated"
    AGAINST_INTEREST = "against-interest"
    OWN_WORD = "own-word"
    TIED = "tied"
    NOT_CONFIRMED = "not-confirmed"
    DENIED = "denied"
    DISPUTED = "disputed"
    DOUBTFUL = "doubtful"
    UNRELIABLE = "unreliable"
    OWN_FAVOUR = "own-favour"
    OTHER_VOICE = "other-voice"
    OUTGRADED = "outgraded"

    @property
    def accepts(self) -> bool:
        """Whether a statement under this rule sets a status."""
        return self in _ACCEPTING

    @property
    def waits(self) -> bool:
        """Whether a second perspective that says the same would make the statement count."""
        return self in _WAITING


_ACCEPTING = frozenset(
    {
        *(Rule.ACCEPTED, Rule.UNCONFIRMED, Rule.CORROBORATED, Rule.AGAINST_INTEREST),
        *(Rule.OWN_WORD, Rule.TIED),
    }
)
_FLAGS = frozenset({Kind.SIEGE, Kind.SIEGE_LIFTED})
_LEAVING = frozenset({Kind.WITHDRAWAL, Kind.SIEGE_LIFTED})
_WAITING = frozenset({Rule.NOT_CONFIRMED, Rule.DOUBTFUL, Rule.UNRELIABLE, Rule.OWN_FAVOUR})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a statement counts, by which rule, and which other statements decided it.

    `others` are what corroborated it, what it is tied with, or what was better graded.
    """

    event: Event
    rule: Rule
    others: tuple[Event, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the statement sets a status."""
        return self.rule in _ACCEPTING


@dataclass(slots=True)
class Judge:
    """Judges statements under a policy, knowing who speaks for whom."""

    policy: Policy
    actors: Actors
    sources: Mapping[str, Source]
    _worst: dict[tuple[str, ...], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check what the policy names.

        Raises
        ------
        UnknownNameError
            If the policy names a source or side that the timeline does not have.
        """
        source, side = self.policy.only_source, self.policy.only_side
        if source and source not in self.sources:
            raise UnknownNameError("source", source, self.sources)
        if side and self.actors.find(side) is None and side not in self.actors.sides:
            raise UnknownNameError("side", side, self.actors.sides)

    def judge(self, events: Iterable[Event]) -> list[Verdict]:
        """Return the verdict on each statement about one place that may set its status.

        Parameters
        ----------
        events
            The statements about the place, in order. What comes later never changes the verdict
            on what came before, except among the statements of one moment.

        Returns
        -------
        list[Verdict]
            In the same order; statements that never set a status are left out.
        """
        verdicts: list[Verdict] = []
        waiting: list[Verdict] = []
        for event in events:
            if not event.kind.sets_status:
                continue
            verdict = self._alone(event)
            waits = self.policy.corroborates and verdict.rule in _WAITING
            if waits:
                verdict = self._corroborated(verdict, waiting)
            if not verdict.accepted:
                if waits:
                    waiting.append(verdict)
            elif waiting:
                waiting = [v for v in waiting if not _excludes(event, v.event)]
            verdicts.append(verdict)
        return self._settled(verdicts)

    def speakers(self, event: Event) -> frozenset[str]:
        """Return the sides that speak in a statement; none if a source leans to nobody.

        Parameters
        ----------
        event
            The statement. Who claims it speaks, whoever relays it.

        Returns
        -------
        frozenset[str]
            Ids of sides, as on the day of the event.
        """
        if event.claimed_by:
            return frozenset(self._side(actor, event.day) for actor in event.claimed_by)
        leanings = [self._leaning(source, event.day) for source in event.sources]
        return frozenset(leanings) if all(leanings) else frozenset()

    def favours_own_side(self, event: Event) -> bool:
        """Return whether a statement is a partisan's, in favour of its own side.

        Parameters
        ----------
        event
            The statement.

        Returns
        -------
        bool
            Whether it is.
        """
        speakers = self.speakers(event)
        return len(speakers) == 1 and self._serves(speakers, event) is True

    def _serves(self, speakers: frozenset[str], event: Event) -> bool | None:
        """Return whether a statement serves those who make it; None if it names nobody."""
        doers = frozenset(self._side(actor, event.day) for actor in event.actors)
        others = frozenset(self._side(actor, event.day) for actor in event.from_actors)
        leaving = event.kind in _LEAVING
        named, gain = (doers, not leaving) if doers else (others, leaving)
        return bool(speakers & named) is gain if named else None

    def _alone(self, event: Event) -> Verdict:
        """Judge a statement by itself."""
        policy = self.policy
        if policy.only_source:
            own = policy.only_source in event.sources
            return Verdict(event, Rule.OWN_WORD if own else Rule.OTHER_VOICE)
        if policy.only_side:
            return Verdict(event, self._rule_of_side(event))
        if policy.against_interest and event.standing is not Standing.DENIED:
            rule = self._rule_of_interest(event)
            if rule is not None:
                return Verdict(event, rule)
        return Verdict(event, self._rule_of_grade(event))

    def _rule_of_grade(self, event: Event) -> Rule:
        policy = self.policy
        if event.standing not in policy.accepts:
            return {Standing.DENIED: Rule.DENIED, Standing.DISPUTED: Rule.DISPUTED}.get(
                event.standing, Rule.NOT_CONFIRMED
            )
        if event.credibility in policy.doubts:
            return Rule.DOUBTFUL
        if policy.distrusts and self._unreliable(event):
            return Rule.UNRELIABLE
        return Rule.ACCEPTED if event.standing is Standing.CONFIRMED else Rule.UNCONFIRMED

    def _rule_of_interest(self, event: Event) -> Rule | None:
        """Return what the speaker's interest decides, or None where it decides nothing."""
        speakers = self.speakers(event)
        serves = self._serves(speakers, event) if len(speakers) == 1 else None
        if serves is None:
            return None
        if serves:
            return Rule.OWN_FAVOUR if event.standing is Standing.CONFIRMED else None
        sound = event.standing is Standing.CLAIMED and event.credibility not in self.policy.doubts
        return Rule.AGAINST_INTEREST if sound else None

    def _rule_of_side(self, event: Event) -> Rule:
        side = self._side(self.policy.only_side, event.day)
        speakers = self.speakers(event)
        if side in speakers:
            return Rule.OWN_WORD
        if self.favours_own_side(event):
            return Rule.OTHER_VOICE
        return self._rule_of_grade(event)

    def _corroborated(self, verdict: Verdict, waiting: list[Verdict]) -> Verdict:
        """Accept what waits if another perspective that waits says the same."""
        event = verdict.event
        outcome = _outcome(event)
        same = [v.event for v in waiting if _outcome(v.event) == outcome]
        support = tuple(other for other in same if self._independent(event, other))
        return Verdict(event, Rule.CORROBORATED, support) if support else verdict

    def _independent(self, one: Event, other: Event) -> bool:
        """Whether two statements come from different publishers who do not share a side."""
        if self._publishers(one) & self._publishers(other):
            return False
        return not self.speakers(one) & self.speakers(other)

    def _publishers(self, event: Event) -> frozenset[str]:
        named = (self.sources.get(source_id) for source_id in event.sources)
        return frozenset(
            (source.publisher or source.id) if source else source_id
            for source_id, source in zip(event.sources, named, strict=True)
        )

    def _settled(self, verdicts: list[Verdict]) -> list[Verdict]:
        """Settle the contradictions among statements of one moment."""
        if len({v.event.day for v in verdicts}) == len(verdicts):
            return verdicts
        result: list[Verdict] = []
        for _, group in groupby(verdicts, key=lambda v: v.event.moment):
            result.extend(self._settle(list(group)))
        return result

    def _settle(self, moment: list[Verdict]) -> list[Verdict]:
        rivals = rivals_among([v for v in moment if v.accepted])
        if len({v.event.actors[0] for v in rivals}) < 2:  # noqa: PLR2004 - two who hold it
            return moment
        best = min(self._grade(v.event) for v in rivals)
        won = [v for v in rivals if self._grade(v.event) == best]
        last = won[-1].event.kind
        final = [v for v in won if v.event.kind is last]
        # Of allies who are both said to hold it, the last one read does.
        tied = len({self._side(v.event.actors[0], v.event.day) for v in final}) > 1
        winners = tuple(v.event for v in won)

        def settled(verdict: Verdict) -> Verdict:
            if verdict in rivals and verdict not in won:
                return Verdict(verdict.event, Rule.OUTGRADED, winners)
            if tied and verdict in final:
                others = tuple(v.event for v in final if v is not verdict)
                return Verdict(verdict.event, Rule.TIED, others)
            return verdict

        return [settled(v) for v in moment]

    def _grade(self, event: Event) -> tuple[float, ...]:
        """Return how good a statement is; less is better, equal where the policy is blind."""
        if not self.policy.prefers_grade:
            return ()
        side = self.policy.only_side and self._side(self.policy.only_side, event.day)
        foreign = bool(side) and side not in self.speakers(event)
        credibility = _CREDIBILITY.get(event.credibility or 0, _UNGRADED)
        known = [self.sources[s].reliability for s in event.sources if s in self.sources]
        reliability = min((_RELIABILITY.get(r, _UNGRADED) for r in known), default=_UNGRADED)
        return (foreign, credibility, reliability)

    def _unreliable(self, event: Event) -> bool:
        cited = event.sources
        if cited not in self._worst:
            known = [self.sources[s].reliability for s in cited if s in self.sources]
            self._worst[cited] = bool(known) and all(r in self.policy.distrusts for r in known)
        return self._worst[cited]

    def _leaning(self, source_id: str, day: date) -> str:
        source = self.sources.get(source_id)
        return self._side(source.favours, day) if source and source.favours else ""

    def _side(self, name: str, day: date) -> str:
        """Return the side that an actor belonged to on a day, or the name if it is a side's."""
        actor = self.actors.find(name)
        return actor.side_on(day) if actor else name


def rivals_among(moment: list[Verdict]) -> list[Verdict]:
    """Return which of the statements of one moment tell who holds the place.

    Of repelled attacks those count whose attacker is said to hold it.

    Parameters
    ----------
    moment
        The verdicts on statements about one place that share a moment, without those that do not
        count for another reason than each other.

    Returns
    -------
    list[Verdict]
        In the same order; nothing if there is but one statement.
    """
    if len(moment) <= 1:
        return []
    holders = {v.event.actors[0] for v in moment if v.event.kind.names_holder}
    return [
        v
        for v in moment
        if v.event.kind.names_holder
        or (
            v.event.kind is Kind.REPELLED
            and v.event.actors
            and not holders.isdisjoint(v.event.from_actors)
        )
    ]


def _excludes(event: Event, waiting: Event) -> bool:
    """Return whether an accepted statement comes to what one that waits can't be true beside.

    Of who holds the place a siege says only that it is not the besieger.
    """
    if (event.kind in _FLAGS) == (waiting.kind in _FLAGS):
        return _outcome(event) != _outcome(waiting)
    return event.kind is Kind.SIEGE and waiting.held_by in event.actors


def _outcome(event: Event) -> tuple[str, tuple[str, ...]]:
    """Return what a statement comes to: who holds the place, or else what happened to whom."""
    if event.kind.names_holder or event.kind is Kind.REPELLED:
        return ("held", event.actors[:1])
    return (event.kind, tuple(sorted(event.actors)))
