"""XML read part by part: elements of some names, with the folders that they stand in.

Expat itself is asked, not ElementTree, so that a document with entities of its own is refused
before any of them is used; nothing outside the file is ever loaded.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import NoReturn

__all__ = ["Part", "XMLRefusedError", "children", "first", "parts_of", "root_of", "text_of"]

_CHUNK = 1 << 18
_DEEPEST = 200
_MOST_INSIDE = 1_000_000  # elements in one placemark
_FOLDERS = frozenset({"document", "folder"})
_SEPARATOR = "}"
_BROKEN = (expat.ExpatError, LookupError, ValueError)  # the latter of encodings that do not exist


class XMLRefusedError(Exception):
    """A document is no XML, or one that no program writes for a map."""


@dataclass(frozen=True, slots=True)
class Part:
    """An element, its tag without namespace in small letters, and the names of its folders."""

    tag: str
    element: ET.Element
    folders: tuple[str, ...]


@dataclass(slots=True)
class _Builder:
    """Keeps only the elements that are asked for, and the names of folders."""

    wanted: Collection[str]
    done: list[Part] = field(default_factory=list)
    root: str = ""
    _open: list[tuple[str, ET.Element | None]] = field(default_factory=list)
    _folders: list[list[str]] = field(default_factory=list)
    _texts: list[str] = field(default_factory=list)
    _kept: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._set_text()
        tag = _local(name)
        self.root = self.root or tag
        if len(self._open) >= _DEEPEST:
            raise XMLRefusedError("is nested too deeply")
        parent = self._open[-1] if self._open else ("", None)
        element: ET.Element | None = None
        if parent[1] is not None or tag in self.wanted or self._names_folder(tag, parent[0]):
            element = ET.Element(tag, {_local(k): v for k, v in attributes.items()})
            self._kept = 1 if parent[1] is None else self._kept + 1
            if self._kept > _MOST_INSIDE:
                raise XMLRefusedError(f"has a <{parent[0]}> of more than {_MOST_INSIDE:,} parts")
            if parent[1] is not None:
                parent[1].append(element)
        if parent[1] is None and tag in _FOLDERS:
            self._folders.append([])
        self._open.append((tag, element))

    def end(self, _: str) -> None:
        self._set_text()
        tag, element = self._open.pop()
        parent = self._open[-1] if self._open else ("", None)
        if parent[1] is not None:
            return
        if element is None:
            if tag in _FOLDERS and self._folders:
                self._folders.pop()
        elif tag in self.wanted:
            named = [names[0] for names in reversed(self._folders) if names]
            self.done.append(Part(tag, element, tuple(named)))
        elif self._folders:
            self._folders[-1].append((element.text or "").strip())

    def data(self, text: str) -> None:
        if self._open and self._open[-1][1] is not None:
            self._texts.append(text)

    def _set_text(self) -> None:
        """Give the text since the last tag to its element; put together once, it is quick."""
        element = self._open[-1][1] if self._texts else None
        if element is None:
            return
        text = "".join(self._texts)
        self._texts.clear()
        if len(element):
            element[-1].tail = text
        else:
            element.text = text

    def _names_folder(self, tag: str, parent: str) -> bool:
        return tag == "name" and parent in _FOLDERS


def parts_of(data: bytes, wanted: Collection[str]) -> Iterator[Part]:
    """Yield the outermost elements of some names, as they end.

    Parameters
    ----------
    data
        The document.
    wanted
        Tags without namespace, in small letters.

    Yields
    ------
    Part
        In the order of the document.

    Raises
    ------
    XMLRefusedError
        If it is no XML to its end, declares entities, or is nested too deeply.
    """
    builder = _Builder(wanted)
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = _refuse_entities
    try:
        at, size = 0, _CHUNK
        while not at or at < len(data):
            parser.Parse(data[at : at + size], at + size >= len(data))
            # A tag without an end is read again from its beginning: let the steps grow with it.
            at, size = at + size, _CHUNK if parser.CurrentByteIndex >= at else 2 * size
            yield from builder.done
            builder.done.clear()
    except _BROKEN as error:
        raise XMLRefusedError(f"is no valid XML: {error}") from error


class _FoundRootError(Exception):
    """The first element has begun: nothing more need be read."""


def root_of(data: bytes) -> str:
    """Return the tag of the outermost element, empty where it is no XML.

    Raises
    ------
    XMLRefusedError
        If it declares entities.
    """
    found: list[str] = []

    def begin(name: str, _: object) -> NoReturn:
        found.append(_local(name))
        raise _FoundRootError

    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.StartElementHandler = begin
    parser.EntityDeclHandler = _refuse_entities
    with contextlib.suppress(_FoundRootError, *_BROKEN):
        parser.Parse(data[:_CHUNK], False)  # noqa: FBT003 - expat takes it so
    return found[0] if found else ""


def _refuse_entities(*_: object) -> NoReturn:
    raise XMLRefusedError("declares entities of its own, as no map needs; it is not read")


def _local(name: str) -> str:
    return name.rpartition(_SEPARATOR)[2].casefold()


def children(element: ET.Element | None, *tags: str) -> list[ET.Element]:
    """Return the children of some tags, in order."""
    return [] if element is None else [child for child in element if child.tag in tags]


def first(element: ET.Element | None, *path: str) -> ET.Element | None:
    """Return the first descendant down a path of tags."""
    for tag in path:
        element = next(iter(children(element, tag)), None)
    return element


def text_of(element: ET.Element | None, *path: str) -> str:
    """Return all text of the first descendant down a path of tags, empty where there is none."""
    found = first(element, *path)
    return "" if found is None else "".join(found.itertext()).strip()
