"""An audit of a conflict: every fault and doubt in its tables, in one report."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from geofront.control.audit import (
    days,
    loneliness,
    names,
    positions,
    slips,
    sources,
    statements,
)
from geofront.control.audit.findings import DOUBT, FAULT, READING, Audit, Finding
from geofront.control.audit.scene import Scene
from geofront.control.history import History, replay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from geofront.control.audit.scene import NameMatch
    from geofront.errors import DataFaultsError
    from geofront.events.timeline import Timeline
    from geofront.gazetteer.index import Gazetteer

__all__ = ["CHECKS", "DOUBT", "FAULT", "Audit", "Finding", "audit", "audit_of_faults"]

CHECKS: tuple[Callable[[Scene], Iterable[Finding]], ...] = (
    slips.unknown_columns,
    slips.confirmed_claims,
    slips.alike_actors,
    slips.alike_sides,
    statements.two_holders,
    statements.recaptures,
    statements.losses,
    statements.repulses_by_attackers,
    statements.repeated_statements,
    statements.open_claims,
    statements.open_sieges,
    days.outside_span,
    days.future_days,
    days.reported_too_early,
    days.undated_corrections,
    days.orders_beside_times,
    days.stale_places,
    positions.zero_places,
    positions.far_places,
    positions.far_looked_up,
    positions.close_places,
    names.same_names,
    names.nearer_namesakes,
    names.sizes_of_namesakes,
    names.poor_matches,
    loneliness.lone_places,
    sources.unsourced,
    sources.cited_once,
    sources.unknown_leanings,
    sources.idle_actors,
)
"""The checks in the order of the report; each takes the scene and yields what it finds."""


def audit(
    conflict: Timeline | History,
    *,
    gazetteer: Gazetteer | None = None,
    name_matches: Mapping[tuple[str, int], NameMatch] | None = None,
    today: date | None = None,
) -> Audit:
    """Look for every fault and doubt of a conflict.

    A fault is what cannot stand as it is written: the files contradict themselves or say what is
    impossible. A doubt may be right and deserves a look.

    Parameters
    ----------
    conflict
        A timeline, which is replayed under its own policy, or a history of one.
    gazetteer
        Further places among which namesakes are looked for, beside the timeline's own gazetteer.
    name_matches
        How well the names of rows matched, by file and row.
    today
        The day after which a date lies in the future; by default the present one (UTC).

    Returns
    -------
    Audit
        The findings, the faults first.

    Raises
    ------
    CorrectionError
        If statements correct each other in a circle.

    Examples
    --------
    >>> import geofront
    >>> timeline = geofront.read("palmyra-2016")
    >>> geofront.audit(timeline)
    <Audit of 'Palmyra offensive (December 2016)': no faults, 5 doubts>
    """
    history = conflict if isinstance(conflict, History) else replay(conflict)
    given = () if gazetteer is None else (gazetteer,)
    scene = Scene(
        history=history,
        gazetteers=(history.timeline.gazetteer, *given),
        today=today or datetime.now(tz=UTC).date(),
        name_matches=name_matches or {},
    )
    found = (finding for check in CHECKS for finding in check(scene))
    return Audit.of(history.timeline.title, found)


def audit_of_faults(title: str, error: DataFaultsError) -> Audit:
    """Return the audit of a conflict whose files cannot be read: each fault is a finding.

    Parameters
    ----------
    title
        What was to be read.
    error
        The faults.

    Returns
    -------
    Audit
        With nothing but faults, of the check `reading`.
    """
    found = [
        Finding(FAULT, READING, fault.message, file=fault.file, row=fault.row)
        for fault in error.faults
    ]
    return Audit.of(title, found)
