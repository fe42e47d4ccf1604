"""Entries of ZIP archives that carry no time, so that equal content is equal bytes."""

from __future__ import annotations

import zipfile

__all__ = ["EPOCH", "undated_entry"]

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP archive can tell."""

_UNIX = 3


def undated_entry(name: str) -> zipfile.ZipInfo:
    """Return an entry to be written to an archive, deflated; the same on every system."""
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = _UNIX
    return entry
