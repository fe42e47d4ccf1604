"""Policies of evidence: which statements set a status, as named values."""

from __future__ import annotations

from dataclasses import dataclass

from geofront.errors import UnknownNameError
from geofront.events.event import Standing

__all__ = ["BY_SIDE", "BY_SOURCE", "POLICIES", "Policy", "policy"]

BY_SOURCE = "by-source:"
BY_SIDE = "by-side:"

_CONFIRMED = frozenset({Standing.CONFIRMED})
_DOUBTFUL = frozenset({4, 5})
_UNRELIABLE = frozenset({"E"})
_EVERY_STANDING = frozenset(Standing)


@dataclass(frozen=True, slots=True)
class Policy:
    """Which statements set a status; those that do not are shown as claims beside it.

    `accepts` holds the standings that count by themselves. `doubts` are grades of credibility, and
    `distrusts` grades of reliability (of all sources of a statement), that make it wait like a
    claim. With `corroborates` what waits counts as soon as a second, independent perspective says
    the same. With `against_interest` a partisan's statement in favour of its own side waits even
    if it is confirmed, and one that does not favour its side counts even if it is a claim.
    `only_source` and `only_side` take the words of a source or of a side whatever their standing;
    a side's map also rests on what others say, unless it favours their own side. With
    `prefers_grade` the better graded of two statements of one day that contradict each other wins.
    """

    name: str
    description: str
    accepts: frozenset[Standing] = _CONFIRMED
    doubts: frozenset[int] = frozenset()
    distrusts: frozenset[str] = frozenset()
    corroborates: bool = False
    against_interest: bool = False
    only_source: str = ""
    only_side: str = ""
    prefers_grade: bool = True


POLICIES: dict[str, Policy] = {
    p.name: p
    for p in (
        Policy(
            "best-evidence",
            "what is confirmed and not doubtful sets the status; a claim waits until a second, "
            "independent perspective says the same",
            doubts=_DOUBTFUL,
            distrusts=_UNRELIABLE,
            corroborates=True,
        ),
        Policy(
            "confirmed-only",
            "only what is confirmed and, where graded, at least probably true sets the status",
            doubts=frozenset({3, 4, 5, 6}),
            distrusts=_UNRELIABLE,
        ),
        Policy(
            "against-interest",
            "a partisan source is believed against its own side's interest; in favour of its side "
            "it waits until a second, independent perspective says the same",
            doubts=_DOUBTFUL,
            distrusts=_UNRELIABLE,
            corroborates=True,
            against_interest=True,
        ),
        Policy(
            "latest-report",
            "whatever was said last sets the status, unless it was denied",
            accepts=_EVERY_STANDING - {Standing.DENIED},
            prefers_grade=False,
        ),
    )
}
"""The policies by name; `policy` also makes ``by-source:SOURCE`` and ``by-side:SIDE``."""


def policy(name: str) -> Policy:
    """Return the policy of that name.

    Parameters
    ----------
    name
        A key of `POLICIES`, ``by-source:`` and the id of a source (the map as that source tells
        it), or ``by-side:`` and a side or actor (the map as that side tells it).

    Returns
    -------
    Policy
        The policy.

    Raises
    ------
    UnknownNameError
        If there is none of that name.

    Examples
    --------
    >>> import geofront
    >>> from geofront.events.evidence import policy
    >>> sorted(geofront.POLICIES)
    ['against-interest', 'best-evidence', 'confirmed-only', 'latest-report']
    >>> policy("by-side:government").only_side
    'government'
    """
    name = name.strip()
    if name in POLICIES:
        return POLICIES[name]
    source, side = name.removeprefix(BY_SOURCE), name.removeprefix(BY_SIDE)
    if source not in {name, ""}:
        told = f"only what {source} says, whatever its standing"
        return Policy(name, told, accepts=_EVERY_STANDING, only_source=source)
    if side not in {name, ""}:
        told = (
            f"what {side} and those who lean to it say, whatever its standing; of all others only "
            "what is confirmed and does not favour the side of those who say it"
        )
        return Policy(name, told, only_side=side)
    raise UnknownNameError("policy", name, [*POLICIES, f"{BY_SOURCE}SOURCE", f"{BY_SIDE}SIDE"])
