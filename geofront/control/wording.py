"""What statements, verdicts and statuses are called in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geofront.events.event import Event, Kind
from geofront.events.verdict import Rule, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from geofront.control.state import Label
    from geofront.dates import EventDate
    from geofront.events.actor import Actors
    from geofront.events.source import Source

__all__ = ["Wording", "listed", "weekday", "written_day"]

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# "A ... it from B": what an actor did to a place, then how the other party is joined on; "{}"
# where that one stands elsewhere than at the end.
_DEEDS = {
    Kind.CAPTURE: ("captured it", "from"),
    Kind.WITHDRAWAL: ("withdrew from it", "facing"),
    Kind.HANDOVER: ("took it over without a fight", "from"),
    Kind.HOLD: ("held it", "against"),
    Kind.REPELLED: ("repelled an attack on it", "by"),
    Kind.CONTEST: ("fought inside it", "against"),
    Kind.SIEGE: ("besieged it", "with {} inside"),
    Kind.SIEGE_LIFTED: ("no longer besieged it", "with {} inside"),
    Kind.CLASH: ("fought near it", "against"),
    Kind.STRIKE: ("struck it", "against"),
    Kind.RAID: ("raided it", "against"),
    Kind.CEASEFIRE: ("ceased fire there", "with"),
    Kind.MOVEMENT: ("moved there", "against"),
    Kind.RETRACTION: ("took back what was said of it", "about"),
}
_DEED_OF_NO_ONE = {
    Kind.REPELLED: ("an attack on it failed", "which was made by"),
    Kind.CONTEST: ("there was fighting inside it", "with"),
    Kind.SIEGE_LIFTED: ("the siege was lifted", "with {} inside"),
    Kind.CLASH: ("there was fighting near it", "with"),
    Kind.STRIKE: ("it was struck", "against"),
    Kind.RAID: ("it was raided", "against"),
    Kind.CEASEFIRE: ("a ceasefire held there", "with"),
    Kind.MOVEMENT: ("forces moved there", "against"),
    Kind.RETRACTION: ("what was said of it was taken back", "about"),
}
_RULE_WORDS = {
    Rule.ACCEPTED: "it is recorded as confirmed",
    Rule.UNCONFIRMED: "this policy takes what was said last, confirmed or not",
    Rule.CORROBORATED: "a second, independent source says the same",
    Rule.AGAINST_INTEREST: "it does not serve the side of those who say it",
    Rule.OWN_WORD: "it is the word of the one whose map this is",
    Rule.TIED: "it is contradicted by others of that day and none is better graded",
    Rule.NOT_CONFIRMED: "it is only claimed",
    Rule.DENIED: "it was denied",
    Rule.DISPUTED: "it is disputed",
    Rule.DOUBTFUL: "it is graded as doubtful",
    Rule.UNRELIABLE: "all its sources are graded as unreliable",
    Rule.OWN_FAVOUR: "it favours the side of those who say it, and no other perspective repeats it",
    Rule.OTHER_VOICE: "it is not the word of the one whose map this is",
    Rule.OUTGRADED: "a better graded statement of that day contradicts it",
}


def listed(words: Iterable[str]) -> str:
    """Return words as a list in a sentence: ``a, b and c``."""
    several = list(words)
    if len(several) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(several)
    return f"{', '.join(several[:-1])} and {several[-1]}"


def written_day(day: date) -> str:
    """Return a day as written in English, whatever the locale: ``11 December 2016``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def weekday(day: date) -> str:
    """Return the day of the week in English, whatever the locale."""
    return _WEEKDAYS[day.weekday()]


class Wording:
    """Puts events and statuses into sentences, with the names of actors and sources.

    Parameters
    ----------
    actors, sources
        Those of the timeline.
    """

    def __init__(self, actors: Actors, sources: Mapping[str, Source]) -> None:
        self._actors = actors
        self._sources = sources

    def names(self, actor_ids: Iterable[str]) -> str:
        """Return the names of actors as a list in a sentence."""
        found = ((actor_id, self._actors.find(actor_id)) for actor_id in actor_ids)
        return listed(actor.name if actor else actor_id for actor_id, actor in found)

    def status(self, label: Label) -> str:
        """Return ``held by A``, ``contested between A and B`` or ``of unknown status``."""
        if label.holder:
            return f"held by {self.names(label.actors)}"
        if len(label.contested_by) == 1:
            return f"contested by {self.names(label.actors)} against a party that is not named"
        if label.contested_by:
            return f"contested between {self.names(label.actors)}"
        return "of unknown status"

    def statement(self, event: Event) -> str:
        """Return what a statement says of its place: ``A captured it from B on 11 May 2016``."""
        deed, link = _DEEDS[event.kind]
        if event.actors:
            deed = f"{self.names(event.actors)} {deed}"
        else:
            deed, link = _DEED_OF_NO_ONE.get(event.kind, (deed, link))
        if event.from_actors:
            other = self.names(event.from_actors)
            deed = f"{deed} {link.format(other) if '{}' in link else f'{link} {other}'}"
        return f"{deed} {self.date(event.date)}"

    def report(self, event: Event) -> str:
        """Return what a statement says and who says it."""
        return f"{self.statement(event)}, {self.speakers(event)}"

    def speakers(self, event: Event) -> str:
        """Return who says it: claimants first, then the publishers of its sources."""
        said = [f"as claimed by {self.names(event.claimed_by)}"] if event.claimed_by else []
        sources = dict.fromkeys(self._publisher(source_id) for source_id in event.sources)
        if sources:
            said.append(f"according to {listed(sources)}")
        return ", ".join(said)

    def reason(self, verdict: Verdict) -> str:
        """Return why a statement counts or does not, with what decided it."""
        reason = _RULE_WORDS[verdict.rule]
        if not verdict.others:
            return reason
        return f"{reason} ({'; '.join(self.report(event) for event in verdict.others)})"

    @staticmethod
    def date(when: EventDate) -> str:
        """Return a date as precisely as it is known, with its preposition."""
        doubt = "".join(
            word
            for word, given in (("about ", when.approximate), ("perhaps ", when.uncertain))
            if given
        )
        if when.first is None and when.last is not None:
            return f"by {doubt}{written_day(when.last)}"
        if when.last is None and when.first is not None:
            return f"since {doubt}{written_day(when.first)}"
        assert when.first is not None
        assert when.last is not None
        if when.first == when.last:
            return f"on {doubt}{written_day(when.first)}"
        return f"{doubt}between {written_day(when.first)} and {written_day(when.last)}"

    def _publisher(self, source_id: str) -> str:
        source = self._sources.get(source_id)
        return source.publisher or source.title if source else source_id
