"""What the columns of a table are: one description for the readers, the schema and the manual."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

__all__ = ["Column", "Form", "TableModel"]


class Form(StrEnum):
    """How the value of a column is written."""

    TEXT = "text"
    NAMES = "names joined by `|`"
    CHOICE = "one of"
    NUMBER = "number"
    INTEGER = "integer"
    LON = "degrees east"
    LAT = "degrees north"
    KM = "km"
    DATE = "EDTF date"
    DAY = "day"
    TIME = "time"
    COLOR = "#rrggbb"
    WKT = "WKT"

    @property
    def is_number(self) -> bool:
        """Whether the value is a number."""
        return self in _NUMBERS


_NUMBERS = frozenset({Form.NUMBER, Form.INTEGER, Form.LON, Form.LAT, Form.KM})


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, how its values are written, what they mean, and an example.

    A `required` column must be in the header; where it `may_be_empty`, other cells of the row can
    stand in for its value. `choices` are the values of a `Form.CHOICE`; `least` and `most` bound
    an integer.
    """

    name: str
    form: Form
    meaning: str
    example: str
    required: bool = False
    may_be_empty: bool = False
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class TableModel:
    """A table: its name, what a row of it is, and its columns in their order."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all columns."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The columns that a header must name."""
        return tuple(column.name for column in self.columns if column.required)

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """The columns of which every row must have a value."""
        return tuple(c.name for c in self.columns if c.required and not c.may_be_empty)
