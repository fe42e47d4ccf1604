"""Statistics of a series: km², places, fronts, pockets and speed of advance, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geofront.control.area import label_km2
from geofront.control.difference import moved_km2, parties
from geofront.control.frontline import front_km
from geofront.control.state import UNKNOWN
from geofront.errors import SpanError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from geofront.control.series import Series

__all__ = ["COLUMNS", "FRONT_COLUMNS", "WINDOW_DAYS", "front_statistics", "statistics"]

COLUMNS = (
    "date",
    "status",
    "actor",
    "side",
    "area_km2",
    "share",
    "places",
    "gained_km2",
    "lost_km2",
    "front_km",
    "taken_km2",
    "pockets",
    "pocket_km2",
    "speed_km2_per_day",
    "advance_km",
)
"""The columns of the table, in order."""

FRONT_COLUMNS = (
    "date",
    "actor",
    "other",
    "front_km",
    "held_km",
    "contested_km",
    "gained_km2",
    "lost_km2",
)
"""The columns of the table of fronts, in order."""

WINDOW_DAYS = 7
"""Over how many days speed and advance are taken unless told otherwise."""

_Pair = tuple[str, str]


def statistics(series: Series, *, window_days: int = WINDOW_DAYS) -> pd.DataFrame:
    """Return a tidy table: a row for each day and actor, and for what is contested or unknown.

    Parameters
    ----------
    series
        The series.
    window_days
        Over how many days, the row's own the last of them, speed and advance are taken; at the
        beginning over as many as there are.

    Returns
    -------
    pandas.DataFrame
        With the columns `COLUMNS`:

        ``area_km2`` and its ``share`` of all that is drawn; the number of ``places``;
        ``gained_km2`` and ``lost_km2`` since the day before, to and from whatever status;
        ``front_km``, the length of the front lines that the actor stands on (both sides' ground
        held; contested fronts counted too);
        ``taken_km2``, what of the gain was contested or another side's (not unknown, nor an
        ally's);
        ``pockets``, how many pockets the actor has ground in, and ``pocket_km2``, how much;
        ``speed_km2_per_day``, gained less lost km² in the window, by its days: negative in retreat;
        ``advance_km``, taken km² in the window by the mean length of the actor's front in it: how
        many km the whole front would have moved forward; none where there was no front.

        Rows of no actor have no value from ``front_km`` on.

    Raises
    ------
    SpanError
        If the window is shorter than a day.

    Examples
    --------
    >>> import geofront
    >>> from geofront.control.stats import statistics
    >>> timeline = geofront.read("palmyra-2016")
    >>> table = statistics(geofront.draw(timeline, start="2016-12-10", end="2016-12-11"))
    >>> print(table[["date", "actor", "area_km2"]].dropna().round(-2).to_string(index=False))
          date             actor  area_km2
    2016-12-10              isil    7700.0
    2016-12-10 syrian-government    8300.0
    2016-12-11              isil    9200.0
    2016-12-11 syrian-government    6400.0
    """
    if window_days < 1:
        raise SpanError(f"a window of {window_days} days has no speed; give 1 or more")
    ledger = _Ledger(series)
    held = ledger.held
    gained, lost = ledger.daily(ledger.gained), ledger.daily(ledger.lost)
    taken = ledger.daily(ledger.taken)
    front = ledger.standing(ledger.front)
    pockets, pocket_km2 = _pocket_columns(series, ledger)
    window = np.minimum(np.arange(len(series)) + 1, window_days)[:, None]
    front_sum = _window_sum(front, window_days)
    advance = np.full(front.shape, np.nan)
    np.divide(_window_sum(taken, window_days) * window, front_sum, out=advance, where=front_sum > 0)
    km2 = ledger.standing(ledger.km2)
    total = series.mesh.total_km2
    columns: dict[str, NDArray[np.float64]] = {
        "area_km2": km2,
        "share": km2 / total if total else np.zeros(km2.shape),
        "places": ledger.standing(ledger.places),
        "gained_km2": gained,
        "lost_km2": lost,
        "front_km": np.where(held, front, np.nan),
        "taken_km2": np.where(held, taken, np.nan),
        "pockets": np.where(held, pockets, np.nan),
        "pocket_km2": np.where(held, pocket_km2, np.nan),
        "speed_km2_per_day": np.where(
            held, _window_sum(gained - lost, window_days) / window, np.nan
        ),
        "advance_km": np.where(held, advance, np.nan),
    }
    keys = list(ledger.groups)
    table = pd.DataFrame(
        {
            "date": [day for day in series.days for _ in keys],
            "status": [status for status, _ in keys] * len(series),
            "actor": [actor for _, actor in keys] * len(series),
            "side": [side for row in ledger.row.tolist() for side in ledger.sides[row]],
            **{name: values.reshape(-1) for name, values in columns.items()},
        },
        columns=list(COLUMNS),
    )
    return table.astype({"places": np.int64, "pockets": "Int64"})


def front_statistics(series: Series) -> pd.DataFrame:
    """Return a tidy table of the fronts: a row for each day and two actors who ever share one.

    Parameters
    ----------
    series
        The series.

    Returns
    -------
    pandas.DataFrame
        With the columns `FRONT_COLUMNS`: ``front_km``, the length of the front between the two at
        the end of the day, of which ``held_km`` with held ground on both sides and
        ``contested_km`` with contested ground on one; and the km² that passed straight from the
        one to the other since the day before, as ``actor`` gained and lost them.
    """
    ledger = _Ledger(series)
    pairs = sorted({pair for fronts in ledger.fronts for pair, _ in fronts})
    index = {key: i for i, key in enumerate(ledger.groups)}
    rows: list[tuple[list[float], ...]] = []
    for fronts, moved in zip(ledger.fronts, ledger.moved, strict=True):
        here = [(index["held", one], index["held", other]) for one, other in pairs]
        rows.append(
            (
                [fronts.get((pair, False), 0.0) for pair in pairs],
                [fronts.get((pair, True), 0.0) for pair in pairs],
                [float(moved[j, i]) for i, j in here],
                [float(moved[i, j]) for i, j in here],
            )
        )
    told = np.array(rows, dtype=np.float64).reshape(len(rows), 4, len(pairs))
    held, contested = ledger.standing(told[:, 0]), ledger.standing(told[:, 1])
    gained, lost = ledger.daily(told[:, 2]), ledger.daily(told[:, 3])
    return pd.DataFrame(
        {
            "date": [day for day in series.days for _ in pairs],
            "actor": [one for one, _ in pairs] * len(series),
            "other": [other for _, other in pairs] * len(series),
            "front_km": (held + contested).reshape(-1),
            "held_km": held.reshape(-1),
            "contested_km": contested.reshape(-1),
            "gained_km2": gained.reshape(-1),
            "lost_km2": lost.reshape(-1),
        },
        columns=list(FRONT_COLUMNS),
    )


@dataclass(frozen=True)
class _Entry:
    """What is measured on a day on which anything changed; arrays by party.

    `moved` are km² from the party of the row to that of the column; `sides` are those of the day.
    """

    km2: NDArray[np.float64]
    places: NDArray[np.float64]
    moved: NDArray[np.float64]
    fronts: dict[tuple[_Pair, bool], float]
    sides: list[str | None]


class _Ledger:
    """The measures of the first day and of those on which anything changed, a row each.

    What stands (`standing`) holds on until the next row; what moved (`daily`) is of one day.
    """

    def __init__(self, series: Series) -> None:
        self.series = series
        self.groups = parties(series)
        self.actors = [actor for _, actor in self.groups]
        self.held = np.array([actor is not None for actor in self.actors])
        self.dates = [series.start, *series.redrawn_days]
        rows = np.array([day.toordinal() for day in self.dates])
        days = np.array([day.toordinal() for day in series.days])
        # For each day the row that holds then, and whether it is of that very day.
        self.row = np.searchsorted(rows, days, side="right") - 1
        self.fresh = rows[self.row] == days
        entries = list(self._entries())
        self.fronts = [entry.fronts for entry in entries]
        self.sides = [entry.sides for entry in entries]
        self.km2 = np.array([entry.km2 for entry in entries])
        self.places = np.array([entry.places for entry in entries])
        self.front = np.array([[_front(e.fronts, a) for a in self.actors] for e in entries])
        self.moved = np.array([entry.moved for entry in entries])
        stayed = np.einsum("rii->ri", self.moved)
        self.gained = self.moved.sum(axis=1) - stayed
        self.lost = self.moved.sum(axis=2) - stayed
        self.taken = np.array([(e.moved * self._hostile(e.sides)).sum(axis=0) for e in entries])

    def standing(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return for each day the values that hold at its end."""
        found: NDArray[np.float64] = values[self.row]
        return found

    def daily(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return for each day its own values, 0 where nothing changed."""
        found: NDArray[np.float64] = values[self.row] * self.fresh[:, None]
        return found

    def _entries(self) -> Iterator[_Entry]:
        series = self.series
        patchwork, size = series.patchwork, len(series.labels)
        members = np.array(list(self.groups.values()), dtype=np.float64)
        before = patchwork.on(series.eve).labels
        for day, place_labels in zip(self.dates, _place_labels(series, self.dates), strict=True):
            state = patchwork.on(day)
            changed = np.flatnonzero(state.labels != before)
            codes = before[changed] * size + state.labels[changed]
            actors = series.timeline.actors.on(day)
            yield _Entry(
                km2=members @ label_km2(patchwork, state.labels, size),
                places=members @ np.bincount(place_labels, minlength=size),
                moved=members @ moved_km2(codes, patchwork.km2[changed], size) @ members.T,
                fronts=front_km(patchwork.arcs, state, series.opposition_on(day)),
                sides=[actor and actors.side_of(actor) for actor in self.actors],
            )
            before = state.labels

    def _hostile(self, sides: Sequence[str | None]) -> NDArray[np.bool_]:
        """Return whether ground that goes from one party to another is taken in a fight."""
        known = np.array([status != UNKNOWN for status, _ in self.groups])
        foreign = np.array([[one != other for other in sides] for one in sides])
        found: NDArray[np.bool_] = known[:, None] & foreign & self.held
        return found


def _front(fronts: dict[tuple[_Pair, bool], float], actor: str | None) -> float:
    return sum(km for (pair, _), km in fronts.items() if actor in pair)


def _place_labels(series: Series, days: Sequence[date]) -> Iterator[NDArray[np.int64]]:
    """Yield the labels of the places at the end of each of some days, which are in order."""
    changes = series.place_changes
    labels = changes.first.copy()
    begin = 0
    for day in days:
        end = int(np.searchsorted(changes.day, day.toordinal(), side="right"))
        labels[changes.which[begin:end]] = changes.label[begin:end]
        begin = end
        yield labels


def _pocket_columns(
    series: Series, ledger: _Ledger
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the number of pockets that each party has ground in on each day, and the km²."""
    count = np.zeros((len(series), len(ledger.actors)))
    km2 = np.zeros(count.shape)
    column = {actor: i for i, actor in enumerate(ledger.actors)}
    first = series.start.toordinal()
    for pocket in series.pockets():
        begins = [state.day.toordinal() - first for state in pocket.states]
        ends = [*begins[1:], pocket.last.toordinal() - first + 1]
        for state, begin, end in zip(pocket.states, begins, ends, strict=True):
            for actor, held in state.km2.items():
                count[begin:end, column[actor]] += 1
                km2[begin:end, column[actor]] += held
    return count, km2


def _window_sum(values: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    """Return for each day the sum of its values and those of the days before it in a window."""
    total = np.cumsum(np.vstack([np.zeros((1, values.shape[1])), values]), axis=0)
    begin = np.maximum(np.arange(len(values)) + 1 - days, 0)
    found: NDArray[np.float64] = total[1:] - total[begin]
    return found
