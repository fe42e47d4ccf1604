"""A text that is read, and the day of its publication."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from geofront.events.pressdates.stretch import UnreadableError

if TYPE_CHECKING:
    from datetime import date

__all__ = ["Passage"]

_DASHES: Final = frozenset("‐‑‒–—―−﹘﹣-⸺⸻")
_QUOTES: Final = frozenset("’‘ʼ′`")
# "[4]" of an encyclopedia; the possessive of "Tuesday's".
_DROPPED: Final = re.compile(r"\[[0-9a-z]{1,3}\]|(?<=\w)'s\b")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text as written and in plain small letters, character by character."""

    text: str
    day: date | None = None
    low: str = field(init=False)

    def __post_init__(self) -> None:
        """Write the text plainly; no character is lost, so that places in both agree."""
        plain = "".join(_plain(character) for character in self.text)
        low = _DROPPED.sub(lambda found: " " * len(found.group()), plain)
        object.__setattr__(self, "low", low)

    def written(self, found: re.Match[str]) -> str:
        """Return what a match is in the text as written."""
        return self.text[found.start() : found.end()].strip()

    def published(self, part: str) -> date:
        """Return the day of publication.

        Raises
        ------
        UnreadableError
            If it is not known; the message names the part that needs it.
        """
        if self.day is None:
            raise UnreadableError(
                f"has {part.strip()!r}, which counts from the day of publication; "
                "say when the text was published"
            )
        return self.day


def _plain(character: str) -> str:
    if character in _DASHES:
        return "-"
    if character in _QUOTES:
        return "'"
    if unicodedata.category(character)[0] in "ZC":
        return " "
    low = character.lower()
    return low if len(low) == 1 else character
