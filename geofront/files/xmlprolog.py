"""What an XML document says before its first element: its type, and entities of its own."""

from __future__ import annotations

import contextlib
from typing import NoReturn
from xml.parsers import expat

__all__ = ["declares_entities", "root_element"]

_SEPARATOR = "}"
# The last two are of encodings that do not exist.
_BROKEN = (expat.ExpatError, LookupError, ValueError)


class _FoundError(Exception):
    """What was looked for is found: nothing more need be read."""


def declares_entities(data: bytes) -> bool:
    """Return whether the beginning of a document declares entities, which may be bombs.

    Parameters
    ----------
    data
        The document, or as much of it as has its first element.

    Returns
    -------
    bool
        Also true where no element begins in it; false where it is empty, or no XML at all.
    """
    try:
        return bool(data.strip()) and _prolog(data) is None
    except _BROKEN:
        return False


def root_element(data: bytes) -> str:
    """Return the name of the first element, empty where it is no XML or declares entities."""
    with contextlib.suppress(*_BROKEN):
        return _prolog(data) or ""
    return ""


def _prolog(data: bytes) -> str | None:
    """Return the name of the first element, None where entities are declared before it."""
    found: list[str | None] = []

    def begin(name: str, _: object) -> NoReturn:
        found.append(name.rpartition(_SEPARATOR)[2])
        raise _FoundError

    def declare(*_: object) -> NoReturn:
        found.append(None)
        raise _FoundError

    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.StartElementHandler = begin
    parser.EntityDeclHandler = declare
    with contextlib.suppress(_FoundError):
        parser.Parse(data, False)  # noqa: FBT003 - expat takes it so
    return found[0] if found else None
