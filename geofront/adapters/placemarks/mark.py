"""A placemark of any format: a name, a shape, what is told of it, and where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from geofront.adapters.cells import cell

if TYPE_CHECKING:
    import shapely

__all__ = ["Collection", "Mark", "plain_text"]

_MARKUP = re.compile(r"<[A-Za-z/!]|&(?:#\d+|#x[0-9A-Fa-f]+|[A-Za-z]\w*);")
_BLANKS = re.compile(r"\s+")
_LINES = re.compile(r"[ ]*\n[ \n]*")
_BREAKS = frozenset({"br", "dd", "div", "dt", "h1", "h2", "h3", "h4", "hr", "li", "p", "pre", "tr"})
_UNSEEN = frozenset({"script", "style", "head", "title", "template"})
_LONGEST = 1 << 20


@dataclass(slots=True)
class Mark:
    """A placemark as it stands in a file.

    `number` counts from 1. `folders` are those it stands in, outermost last, `labels` are further
    ones: its style, its type. `problem` is a reason why it is none. `start` and `end` are those of
    its time, as written; both are the same for a moment.
    """

    file: str
    number: int
    name: str = ""
    text: str = ""
    shape: shapely.Geometry | None = None
    told: dict[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    start: str = ""
    end: str = ""
    problem: str = ""
    value: str = ""


@dataclass(slots=True)
class Collection:
    """What a file says of itself."""

    title: str = ""
    author: str = ""
    licence: str = ""


def plain_text(markup: str) -> str:
    """Return the text of a description, which may be HTML.

    Scripts and styles are left out, nothing is loaded; blocks and breaks become lines, and links
    their words.
    """
    if not _MARKUP.search(markup):
        return cell(markup)
    parser = _Text()
    parser.feed(markup[:_LONGEST])
    parser.close()
    return cell(_LINES.sub("\n", "".join(parser.parts)))


class _Text(HTMLParser):
    """Collects what a reader would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at blocks; mind what is not shown."""
        del attrs
        self._unseen += tag in _UNSEEN
        if tag in _BREAKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at a break; what is empty hides nothing."""
        del attrs
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a line at blocks."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Take a text."""
        if not self._unseen:
            self.parts.append(_BLANKS.sub(" ", data))
