"""Tables in Excel workbooks; formulas are never evaluated, and never written."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault
from geofront.files.bounds import LARGEST, is_crowded_markup
from geofront.files.extras import needs
from geofront.files.table import (
    Row,
    Table,
    UnfitValueError,
    header_faults,
    sha256,
    text_of,
    too_many_cells,
)
from geofront.files.undated import EPOCH, undated_entry
from geofront.files.xmlprolog import declares_entities

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from openpyxl import Workbook
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    Sheet = tuple[Sequence[str], Sequence[Sequence[str | float]]]

__all__ = ["read_sheets", "workbook_bytes"]

_LAST_ROW = 1_048_576
_BEFORE_MARKUP = b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"
_PROLOG = 1 << 16  # bytes, in which the first element of a part must begin
_MOST_CELLS = 50_000_000
# What XML can't carry stands in a cell as _xHHHH_, and so does the underscore of such a text.
_UNWRITABLE = re.compile("[\x01-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x(00(?:0[1-9A-Fa-f]|1[0-9A-Fa-f]|5F|5f)|FFF[EF])_")
_LONGEST_CELL = 32_767  # of a longer text openpyxl would write the beginning only
_SIGNIFICANT = ".16g"  # the digits of a number that openpyxl writes


def read_sheets(name: str, data: bytes, titles: Sequence[str]) -> dict[str, Table]:
    """Read sheets whose first row that is not blank is the header.

    Parameters
    ----------
    name
        The name of the file.
    data
        Its content.
    titles
        What the sheets are called, in any case. The first one must be there; a workbook of one
        sheet may call it anything.

    Returns
    -------
    dict[str, Table]
        The sheets that are there, their rows with their numbers on the sheet.

    Raises
    ------
    DataFaultsError
        If it is no workbook, too large, has no sheet of the first title, or openpyxl is missing.
    """
    sheets = {sheet.title.strip().casefold(): sheet for sheet in _opened(name, data).worksheets}
    digest = sha256(data)
    if len(sheets) == 1:
        return {titles[0]: _table(next(iter(sheets.values())), name, digest)}
    if titles[0] not in sheets:
        listed = ", ".join(repr(other) for other in sheets)
        raise DataFaultsError([Fault(name, 0, f"has no sheet {titles[0]!r}; it has: {listed}")])
    present = [title for title in titles if title in sheets]
    return {title: _table(sheets[title], f"{name}:{title}", digest) for title in present}


def _table(sheet: ReadOnlyWorksheet, file: str, digest: str) -> Table:
    faults: list[Fault] = []
    columns: tuple[str, ...] = ()
    rows: list[Row] = []
    for number, cells in _rows(sheet, file, faults):
        if not columns:
            columns = tuple(cell.strip().casefold() for cell in cells)
            while columns and not columns[-1]:
                columns = columns[:-1]
            faults.extend(header_faults(file, number, columns))
        elif any(cell.strip() for cell in cells[len(columns) :]):
            faults.append(too_many_cells(file, number, cells, columns))
        else:
            rows.append(Row(number, dict(zip(columns, cells, strict=False))))
    if not columns:
        raise DataFaultsError([Fault(file, 0, "is empty; the first row must be a header")])
    return Table(file, columns, tuple(rows), digest, faults)


def _opened(name: str, data: bytes) -> Workbook:
    with needs("openpyxl", "excel", name):
        import openpyxl
    try:
        _refuse_bomb(name, data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it does not understand (styles) is not needed
            return openpyxl.load_workbook(
                io.BytesIO(data), read_only=True, data_only=True, keep_links=False
            )
    except DataFaultsError:
        raise
    except Exception as error:  # each part of a broken workbook breaks in its own way
        told = str(error).partition("\n")[0]
        raise DataFaultsError([Fault(name, 0, f"is not an Excel workbook: {told}")]) from error


def _refuse_bomb(name: str, data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # No part can unpack to more than it says of itself: zipfile stops there.
        unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > LARGEST:
            message = f"unpacks to more than {LARGEST >> 20:,} MiB; save its sheet as CSV"
            raise DataFaultsError([Fault(name, 0, message)])
        for part in archive.infolist():
            # Any part: a workbook may call its sheets what it will.
            with archive.open(part) as stream:
                head = stream.read(_PROLOG)
                if declares_entities(head):
                    told = f"{part.filename!r} in it declares entities, or begins with no element"
                    message = f"is not an Excel workbook: {told}; save its sheet as CSV"
                    raise DataFaultsError([Fault(name, 0, message)])
            if not head.lstrip(_BEFORE_MARKUP).startswith(b"<"):
                continue  # a picture; no parser of XML takes it
            with archive.open(part) as stream:
                if is_crowded_markup(stream):
                    message = f"{part.filename!r} in it holds more than a sheet can; save it as CSV"
                    raise DataFaultsError([Fault(name, 0, message)])


def _rows(
    sheet: ReadOnlyWorksheet, file: str, faults: list[Fault]
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, with their numbers."""  # noqa: DOC501 - as the caller's
    sheet.reset_dimensions()  # what a file says of its own size need not be true
    seen = 0
    try:
        found = sheet.iter_rows(max_row=_LAST_ROW)  # type: ignore[misc] # its stubs know no self
        for number, cells in enumerate(found, start=1):
            seen += len(cells)
            _refuse_more(file, number, seen)
            if any(cell.value is not None for cell in cells):
                yield number, [_text(cell, file, number, faults) for cell in cells]
    except DataFaultsError:
        raise
    except Exception as error:  # as above
        raise DataFaultsError([Fault(file, 0, f"can't be read as a sheet: {error}")]) from error


def _refuse_more(file: str, number: int, cells: int) -> None:
    if cells > _MOST_CELLS:
        message = f"has more than {_MOST_CELLS:,} cells; save the sheet as CSV"
        raise DataFaultsError([Fault(file, number, message)])


def _text(cell: Cell | MergedCell, file: str, number: int, faults: list[Fault]) -> str:
    try:
        text = text_of(cell.value)
    except UnfitValueError as error:
        faults.append(Fault(file, number, f"a cell {error}"))
        return ""
    if cell.data_type == "e":
        message = f"a cell holds the error {text}; mend the formula, or write the value"
        faults.append(Fault(file, number, message, value=text))
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text


def workbook_bytes(sheets: Mapping[str, Sheet]) -> bytes:
    """Write a workbook; texts are texts even where they look like formulas.

    Parameters
    ----------
    sheets
        For each sheet its header, and rows of a text or number for each column.

    Returns
    -------
    bytes
        The file, the same for the same content.

    Raises
    ------
    DataFaultsError
        If a sheet has more rows than the format allows, or openpyxl is missing.
    """
    with needs("openpyxl", "excel", "xlsx"):
        import openpyxl
        from openpyxl.writer.excel import ExcelWriter
    ready = {title: list(_printed(title, *sheet)) for title, sheet in sheets.items()}
    book = openpyxl.Workbook(write_only=True)
    book.properties.created = book.properties.modified = datetime(*EPOCH)  # noqa: DTZ001
    for title, rows in ready.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    written = io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED)).save()
    return _undated(written)


def _printed(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str | float]]
) -> Iterator[list[str | float]]:
    """Yield the rows of a sheet, header first, as a workbook can hold them."""  # noqa: DOC501 - as the caller's
    if len(rows) >= _LAST_ROW:
        message = f"has more rows than a sheet can hold ({_LAST_ROW:,}); write another format"
        raise DataFaultsError([Fault(title, 0, message)])
    for number, row in enumerate((columns, *rows), start=1):
        printed = [_printed_value(value) for value in row]
        longest = max(len(value) for value in printed if isinstance(value, str))
        if longest > _LONGEST_CELL:
            message = f"has a text of {longest:,} characters; a cell holds {_LONGEST_CELL:,}"
            raise DataFaultsError([Fault(title, number, f"{message}; write another format")])
        yield printed


def _printed_value(value: str | float) -> str | float:
    if not isinstance(value, str) and float(f"{value:{_SIGNIFICANT}}") == value:
        return value
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text_of(value))


def _cell(sheet: WriteOnlyWorksheet, value: str | float) -> Cell | None:
    from openpyxl.cell import WriteOnlyCell

    if value == "":
        return None
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # even with an equals sign in front
        cell.number_format = "@"  # and it stays a text when it is edited
    return cell


def _undated(written: io.BytesIO) -> bytes:
    """Return an archive whose parts carry no time, so that equal content is equal bytes."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(written) as archive,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as undated,
    ):
        for part in archive.infolist():
            undated.writestr(undated_entry(part.filename), archive.read(part))
    return result.getvalue()
