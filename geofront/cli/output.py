"""What is printed, and how the command line ends when something is wrong."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["DATA_AT_FAULT", "WRONG_USAGE", "echo_csv", "echo_json", "echo_table", "fail", "flat"]

DATA_AT_FAULT = 1
WRONG_USAGE = 2


def fail(message: str, code: int) -> NoReturn:
    """Say on stderr what is wrong, and end with an exit status."""
    click.echo(f"geofront: {message}", err=True)
    sys.exit(code)


def flat(record: dict[str, Any]) -> dict[str, Any]:
    """Join the lists of a record with ``|``, as CSV cells hold them."""
    return {k: "|".join(v) if isinstance(v, list) else v for k, v in record.items()}


def echo_json(value: object) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def echo_csv(columns: Sequence[str], records: Iterable[dict[str, Any]]) -> None:
    """Print records as CSV with a header, safe to open in a spreadsheet."""
    from geofront.files.delimited import csv_text

    cells = ([record.get(column) for column in columns] for record in records)
    rows = (["" if cell is None else str(cell) for cell in row] for row in cells)
    click.echo(csv_text(columns, rows), nl=False)


def echo_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows in columns, the header above."""
    cells = [list(header), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    for row in cells:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(padded).rstrip())
