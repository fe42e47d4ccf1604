"""Tables read from users' files of any format, and files written whole or not at all."""

from geofront.files.columns import Column, Form, TableModel
from geofront.files.reading import (
    SUFFIXES,
    check_file_name,
    is_utf8,
    read_table,
    read_workbook,
)
from geofront.files.table import Row, Table, sha256
from geofront.files.whole import (
    appearing_whole,
    check_complete,
    folder_of_whole_files,
    remove_leftovers,
    write_together,
    write_whole,
)

__all__ = [
    "SUFFIXES",
    "Column",
    "Form",
    "Row",
    "Table",
    "TableModel",
    "appearing_whole",
    "check_complete",
    "check_file_name",
    "folder_of_whole_files",
    "is_utf8",
    "read_table",
    "read_workbook",
    "remove_leftovers",
    "sha256",
    "write_together",
    "write_whole",
]
