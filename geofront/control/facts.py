"""Facts: what the sources say must be true of a place on a day, held against the map."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING

from geofront.control.history import History, replay
from geofront.control.state import CONTESTED, UNKNOWN
from geofront.dates import parse_day
from geofront.errors import DataFaultsError, GeofrontError, UnknownNameError
from geofront.files import read_table

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import pandas as pd

    from geofront.events.timeline import Timeline
    from geofront.files import Row

__all__ = ["FactCheck", "FactsScore", "check_facts"]

_NOT = "not:"


@dataclass(frozen=True, slots=True)
class FactCheck:
    """One row of a facts file, and the status that the map has there.

    `found` is the holder, or else the status. `expected` may be ``not:`` and what must not be.
    """

    row: int
    place_id: str
    day: date
    expected: str
    found: str
    statement: str

    @property
    def holds(self) -> bool:
        """Whether the map agrees with the fact."""
        if self.expected.startswith(_NOT):
            return self.found != self.expected.removeprefix(_NOT)
        return self.found == self.expected


@dataclass(frozen=True, slots=True)
class FactsScore:
    """How many of the facts that sources state hold on the map."""

    checks: tuple[FactCheck, ...]

    @property
    def right(self) -> int:
        """The number of facts that hold."""
        return len(self.checks) - len(self.wrong)

    @property
    def wrong(self) -> tuple[FactCheck, ...]:
        """The facts that do not hold."""
        return tuple(check for check in self.checks if not check.holds)

    def frame(self) -> pd.DataFrame:
        """Return a row a fact: ``row,place_id,day,expected,found,statement,holds``.

        Returns
        -------
        pandas.DataFrame
            In the order of the facts; ``row`` is that of the file.
        """
        import pandas as pd

        columns = [*FactCheck.__dataclass_fields__, "holds"]
        rows = [{**asdict(check), "holds": check.holds} for check in self.checks]
        return pd.DataFrame(rows, columns=columns)


def check_facts(source: Timeline | History, path: Path) -> FactsScore:
    """Compare the status of places with what sources say must be true.

    Parameters
    ----------
    source
        A timeline, or a history replayed from one.
    path
        A facts.csv: ``place,day,expected`` and optionally ``statement,policy,known_on``.
        ``expected`` is an actor, or ``contested`` or ``unknown``; ``not:`` before it tells what
        must not be. ``policy`` and ``known_on`` say on which account, if not on the source's own.

    Returns
    -------
    FactsScore
        The checks in the order of the file.

    Raises
    ------
    DataFaultsError
        With every row that can't be understood.
    CorrectionError
        If statements correct each other in a circle.

    Examples
    --------
    >>> import geofront
    >>> from pathlib import Path
    >>> from geofront.control.facts import check_facts
    >>> facts = Path(geofront.__file__).parent / "datasets" / "palmyra-2016" / "facts.csv"
    >>> checked = check_facts(geofront.read("palmyra-2016"), facts)
    >>> checked.wrong
    ()
    """
    history = source if isinstance(source, History) else replay(source)
    table = read_table(path, required=("place", "day", "expected"))
    account = cache(lambda policy, day: _account(history, policy, day))
    checks = []
    for row in table.rows:
        try:
            told = account(row.get("policy"), row.get("known_on"))
            checks.append(_check(row, told))
        except GeofrontError as error:
            table.fault(row, str(error))
    if table.faults:
        raise DataFaultsError(table.faults)
    return FactsScore(tuple(checks))


def _account(history: History, policy: str, known_on: str) -> History:
    if not policy and not known_on:
        return history
    return replay(
        history.timeline,
        policy=policy or history.policy,
        known_on=parse_day(known_on) if known_on else history.known_on,
    )


def _check(row: Row, history: History) -> FactCheck:
    place_id = history.timeline.place(row.get("place")).id
    day = parse_day(row.get("day"))
    status = history.status(place_id, day)
    return FactCheck(
        row=row.number,
        place_id=place_id,
        day=day,
        expected=_expected(row.get("expected"), history.timeline),
        found=status.holder or status.status,
        statement=row.get("statement"),
    )


def _expected(text: str, timeline: Timeline) -> str:
    """Return what a fact expects, the actor by its id.

    Raises
    ------
    UnknownNameError
        If it is neither an actor nor a status.
    """
    negation = _NOT if text.startswith(_NOT) else ""
    name = text.removeprefix(_NOT).strip()
    if name in {CONTESTED, UNKNOWN}:
        return negation + name
    actor = timeline.actors.find(name)
    if actor is None:
        ids = [*(a.id for a in timeline.actors), CONTESTED, UNKNOWN]
        raise UnknownNameError("actor or status", name, ids)
    return negation + actor.id
