"""What ACLED's codes mean here: its event types, types of actors and precisions.

After the *ACLED Codebook* of 7 October 2024 and, for older exports, those of 2015 to 2019. ACLED
gives classes of precision and no distances; the kilometres are ours.

======================================  ==========================================================
sub-event type                          kind
======================================  ==========================================================
Government regains territory            ``capture`` by the state forces of the two
Non-state actor overtakes territory     ``capture`` by the other one of the two; external forces
                                        (type 8), such as a foreign army, are meant too
Non-violent transfer of territory       ``handover``, where one party alone is named
Armed clash                             ``clash``
Air/drone strike, Shelling/artillery/   ``strike``
missile attack, Remote explosive/
landmine/IED, Grenade, Suicide bomb,
Chemical weapon
Attack, Looting/property destruction    ``raid``
Change to group/activity, Headquarters  ``movement``: a base in a town does not tell who holds it
or base established
all others                              none: agreements, arrests, weapons intercepted, abductions
                                        and sexual violence, protests, riots
======================================  ==========================================================

*Time precision* 1 is the day, 2 a week with the day in its middle, 3 the calendar month.
*Geo precision* 1 is a town, 2 a part of a region or near a town, coded to it, 3 a larger region,
coded to its capital or a natural feature.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from geofront.events.event import Kind

__all__ = [
    "COLUMNS",
    "CONTROL",
    "GOVERNMENT_REGAINS",
    "INTER",
    "KINDS",
    "LICENCE",
    "NON_STATE_OVERTAKES",
    "RADIUS_KM",
    "STATE",
    "Deed",
    "Party",
    "dated",
    "decided",
    "inter_of",
]

LICENCE = "ACLED terms: no redistribution of the data; credit ACLED on whatever is derived"

COLUMNS = (
    *("event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type"),
    *("sub_event_type", "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2"),
    *("interaction", "civilian_targeting", "iso", "region", "country", "admin1", "admin2"),
    *("admin3", "location", "latitude", "longitude", "geo_precision", "source", "source_scale"),
    *("notes", "fatalities", "tags", "timestamp"),
)
"""The columns of ACLED's exports, in their order."""

GOVERNMENT_REGAINS = "Government regains territory"
NON_STATE_OVERTAKES = "Non-state actor overtakes territory"

KINDS: dict[str, Kind] = {
    name.casefold(): kind
    for kind, names in {
        Kind.CAPTURE: (
            *(GOVERNMENT_REGAINS, NON_STATE_OVERTAKES),
            *(f"Battle-{GOVERNMENT_REGAINS}", f"Battle-{NON_STATE_OVERTAKES}"),
        ),
        Kind.HANDOVER: ("Non-violent transfer of territory",),
        Kind.CLASH: ("Armed clash", "Battles", "Battle-No change of territory"),
        Kind.STRIKE: (
            *("Air/drone strike", "Shelling/artillery/missile attack", "Grenade", "Suicide bomb"),
            *("Remote explosive/landmine/IED", "Chemical weapon"),
            *("Explosions/Remote violence", "Remote violence"),
        ),
        Kind.RAID: ("Attack", "Violence against civilians", "Looting/property destruction"),
        Kind.MOVEMENT: ("Change to group/activity", "Headquarters or base established"),
    }.items()
    for name in names
}
"""The kinds of events by lower-case sub-event type, or event type where there is no other."""

CONTROL = frozenset({Kind.CAPTURE, Kind.HANDOVER, Kind.HOLD})

INTER = {
    1: "State forces",
    2: "Rebel group",
    3: "Political militia",
    4: "Identity militia",
    5: "Rioters",
    6: "Protesters",
    7: "Civilians",
    8: "External/Other forces",
}
"""ACLED's types of actors, by the code that it wrote before 2024."""

STATE = 1
_UNARMED = frozenset({5, 6, 7})
_CODE_OF = {name.casefold().rstrip("s"): code for code, name in INTER.items()}
_NUMBERS = {str(code): code for code in INTER}
RADIUS_KM = {1: 2.0, 2: 10.0, 3: 50.0}
"""How far the true position may lie, by geo precision."""

_DAYS_AROUND = 3


def inter_of(text: str) -> int | None:
    """Return the code of a type of actor, written as number or in words; None where it is none."""
    words = " ".join(text.casefold().replace("protestor", "protester").split()).rstrip("s")
    if words in _CODE_OF:
        return _CODE_OF[words]
    number = words.removesuffix(".0")
    return _NUMBERS.get(number)


@dataclass(frozen=True, slots=True)
class Party:
    """An actor as a record names it, and the code of its type, None where that is not told."""

    name: str
    inter: int | None

    @property
    def may_hold(self) -> bool:
        """Whether it is a party that can hold ground: no rioters, protesters or civilians."""
        return bool(self.name) and self.inter not in _UNARMED


@dataclass(frozen=True, slots=True)
class Deed:
    """What happened between whom; `doubt` says what the record left open."""

    kind: Kind
    actors: tuple[str, ...] = ()
    from_actors: tuple[str, ...] = ()
    doubt: str = field(default="", compare=False)


NO_WINNER = "which of the two holds the place is not told: it is contested"
NO_RECIPIENT = "who received the place is not told: no status is set"
NO_ACTOR = "who holds the place is not told: no status is set"


def decided(kind: Kind, sub_event_type: str, parties: tuple[Party, Party]) -> Deed:
    """Return who did what, as far as a record tells it.

    The order of ACLED's two actors tells nothing. Where territory changed, its type and the types
    of both may decide; where only one armed party is named, it did it.

    Parameters
    ----------
    kind
        The kind of event.
    sub_event_type
        ACLED's word for it.
    parties
        Both actors.

    Returns
    -------
    Deed
        With nobody whom the record leaves open.
    """
    armed = [party for party in parties if party.may_hold]
    names = tuple(dict.fromkeys(party.name for party in armed))
    if kind in {Kind.CLASH, Kind.CEASEFIRE, Kind.CONTEST}:
        return Deed(kind, names) if names or kind is not Kind.CONTEST else Deed(Kind.CLASH)
    if kind is Kind.CAPTURE:
        return _captured(sub_event_type.casefold(), armed, names)
    if len(names) == 1:
        return Deed(kind, names)
    if kind in CONTROL:
        return Deed(Kind.MOVEMENT, doubt=NO_RECIPIENT)
    if kind.sets_status:
        return Deed(Kind.CLASH, names, doubt=NO_ACTOR)
    return Deed(kind)


def _captured(sub_event_type: str, armed: list[Party], names: tuple[str, ...]) -> Deed:
    if GOVERNMENT_REGAINS.casefold() in sub_event_type:
        won = [party for party in armed if party.inter == STATE]
    elif NON_STATE_OVERTAKES.casefold() in sub_event_type:
        won = [party for party in armed if party.inter not in {STATE, None}]
    else:  # a capture by the user's own word, which does not tell who made it
        won = armed if len(names) == 1 else []
    if len(won) == 1:
        return Deed(Kind.CAPTURE, (won[0].name,), tuple(n for n in names if n != won[0].name))
    if len(names) > 1:
        return Deed(Kind.CONTEST, names, doubt=NO_WINNER)
    return Deed(Kind.CLASH, names, doubt=NO_ACTOR)


def dated(day: dt.date, precision: int | None) -> str:
    """Return the EDTF date of an event day and its time precision, ``?`` where that is not told."""
    if precision == 1:
        return day.isoformat()
    if precision == 2:  # noqa: PLR2004 - ACLED's code for a week
        around = dt.timedelta(days=_DAYS_AROUND)
        return f"{day - around}/{day + around}"
    if precision == 3:  # noqa: PLR2004 - for a month
        return f"{day:%Y-%m}"
    return f"{day}?"
