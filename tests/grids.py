"""Wars on a chessboard: maps written as text, a letter a place, drawn as series."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from hypothesis import strategies as st

import geofront

if TYPE_CHECKING:
    import pandas as pd

    from geofront.control.series import Series

__all__ = ["CONTESTS", "FIRST", "MAPS", "day", "grid_series", "place_id", "records"]

FIRST = date(2020, 1, 1)
WEST, NORTH, STEP = 38.0, 35.0, 0.1
CONTESTS = {"*": ("A", "B"), "x": ("B", "C"), "+": ("A", "C")}
ACTORS = "id,side\nA,A\nB,B\nC,C\n"
"""A letter is held by that actor, a sign of `CONTESTS` contested; ``?`` is unknown, ``.`` a gap."""

MAPS = st.integers(1, 4).flatmap(
    lambda days: st.lists(
        st.lists(st.text("AAAABBBBC*x?", min_size=5, max_size=5), min_size=4, max_size=4).map(
            " ".join
        ),
        min_size=days,
        max_size=days,
    )
)
"""Boards of four rows of five places, on one to four days."""


def day(number: int) -> date:
    """Return the day of that number; the first is 1."""
    return FIRST + timedelta(days=number - 1)


def place_id(row: int, column: int) -> str:
    """Return the id of a place by its row and column, from 0."""
    return f"p{row}{column}"


def records(table: pd.DataFrame) -> list[Any]:
    """Return the rows of a table, whose values have the names of its columns."""
    return list(table.itertuples())


def grid_series(*maps: str, actors: str = ACTORS, extent: shapely.Geometry | None = None) -> Series:
    """Draw a series of boards: rows apart by blanks, a board a day, on all of which places stay."""
    boards = [board.split() for board in maps]
    events = ["id,date,place,kind,actor,from_actor,lon,lat"]
    ground = []
    for r, row in enumerate(boards[0]):
        for c, sign in enumerate(row):
            if sign == ".":
                continue
            lon, lat = WEST + STEP * c, NORTH - STEP * r
            ground.append(
                shapely.box(*(lon - STEP / 2, lat - STEP / 2, lon + STEP / 2, lat + STEP / 2))
            )
            before = None
            for d, board in enumerate(boards, start=1):
                if board[r][c] != before:
                    told = _statement(board[r][c], before)
                    events.append(
                        f"e{r}{c}-{d},{day(d)},{place_id(r, c)},{told},{lon:.2f},{lat:.2f}"
                    )
                before = board[r][c]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "board"
        folder.mkdir()
        (folder / "events.csv").write_text("\n".join(events) + "\n", encoding="utf-8")
        (folder / "actors.csv").write_text(actors, encoding="utf-8")
        timeline = geofront.read(folder)
    outline = shapely.union_all(ground, grid_size=1e-6) if extent is None else extent
    return geofront.draw(
        timeline, start=FIRST, end=day(len(maps)), extent=outline, method="nearest"
    )


def _statement(sign: str, before: str | None) -> str:
    """Return kind, actor and from_actor of the statement that makes a sign of another."""
    if sign in CONTESTS:
        one, other = CONTESTS[sign]
        return f"contest,{one},{other}"
    if sign == "?":
        # One who withdraws is taken to have been there before, so that the place is known at all.
        there = "A" if before is None else "|".join(CONTESTS.get(before, (before,)))
        return f"withdrawal,{there},"
    return f"{'hold' if before is None else 'capture'},{sign},"
