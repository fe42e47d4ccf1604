"""A placemark of any format: a name, a shape, what is told of it, and where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING

from geofront.adapters.cells import cell

if TYPE_CHECKING:
    import shapely

__all__ = ["Collection", "Mark", "plain_text"]

_MARKUP = re.compile(r"<[A-Za-z/!]|&(?:#\d+|#x[0-9A-Fa-f]+|[A-Za-z]\w*);")
_NAME = re.compile(r"!--|[!?]|/?[A-Za-z][A-Za-z0-9]*")
_BLANKS = re.compile(r"\s+")
_WITHIN_LINE = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
_BREAKS = frozenset({"br", "dd", "div", "dt", "h1", "h2", "h3", "h4", "hr", "li", "p", "pre", "tr"})
_UNSEEN = frozenset({"script", "style", "head", "title", "template"})


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

    Scripts, styles and comments are left out, nothing is loaded; blocks and breaks become lines,
    and links their words. The time it takes grows with the length alone, which that of
    ``html.parser`` does not.
    """
    if not _MARKUP.search(markup):
        return cell(markup)
    first, *pieces = markup.split("<")
    parts = [_BLANKS.sub(" ", first)]
    hidden = ""  # what ends the part that is not shown
    for piece in pieces:
        tag, text = _tag(piece)
        if tag == "!--":
            hidden = hidden or "-->"
        if hidden and not (tag == hidden or (hidden == "-->" and "-->" in piece)):
            continue
        if hidden == "-->":
            text = piece.partition("-->")[2]
        hidden = f"/{tag}" if tag in _UNSEEN else ""
        if tag.strip("/") in _BREAKS:
            parts.append("\n")
        parts.append("" if hidden else _BLANKS.sub(" ", text))
    text = _WITHIN_LINE.sub(" ", unescape("".join(parts)))
    return cell(_LINES.sub("\n", text))


def _tag(piece: str) -> tuple[str, str]:
    """Return the name of the tag that a text after ``<`` begins with, and the text behind it."""
    found = _NAME.match(piece)
    if found is None:
        return "", f"<{piece}"
    name = found[0].casefold()
    inside, closed, text = piece.partition(">")
    # A sign of its own, such as in 3 <b 4, is text; so is what nothing closes.
    return (name, text) if closed or name == "!--" else ("", f"<{inside}")
