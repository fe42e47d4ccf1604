"""Policies of evidence: which statements are taken as status, as named values."""

from __future__ import annotations

from dataclasses import dataclass

from geofront.errors import UnknownNameError
from geofront.events.event import Event, Standing

__all__ = ["POLICIES", "Policy", "policy"]


@dataclass(frozen=True, slots=True)
class Policy:
    """Which statements set a status; those that do not are shown as claims.

    `accepts` holds the standings that count.
    """

    name: str
    accepts: frozenset[Standing]
    description: str

    def accepted(self, event: Event) -> bool:
        """Return whether a statement counts."""
        return event.standing in self.accepts


POLICIES: dict[str, Policy] = {
    p.name: p
    for p in (
        Policy(
            "best-evidence",
            frozenset({Standing.CONFIRMED}),
            "what is confirmed sets the status; claims are shown as claims",
        ),
        Policy(
            "latest-report",
            frozenset({Standing.CONFIRMED, Standing.CLAIMED, Standing.DISPUTED}),
            "whatever was said last sets the status, unless it was denied",
        ),
    )
}
"""The policies by name."""


def policy(name: str) -> Policy:
    """Return the policy of that name.

    Parameters
    ----------
    name
        ``"best-evidence"`` or another key of `POLICIES`.

    Returns
    -------
    Policy
        The policy.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    try:
        return POLICIES[name]
    except KeyError:
        raise UnknownNameError("policy", name, POLICIES) from None
