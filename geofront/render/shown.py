"""Texts from data as every output shows them: what would turn or break a text stands as text.

A mark that overrides the direction of writing turns what stands around it, so that a reader sees
other words than were written; it is shown by its code. Control characters have no place in XML.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["is_right_to_left", "is_web_address", "printable", "shown", "turnless"]

_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SILENT = re.compile("[\u200e\u200f\u061c\ufeff]")
_BREAKS = re.compile(r"[\s\u2028\u2029]+")
# What XML can't hold or no font can draw: control characters, lone surrogates, no characters.
_NOTHING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def is_web_address(url: str) -> bool:
    """Return whether a link may be followed: http and https only, so that none can run code."""
    return url.strip().casefold().startswith(("https://", "http://"))


def shown(text: str) -> str:
    """Return a text that turns no direction and that every format can hold.

    Parameters
    ----------
    text
        A name, title or note of the data.

    Returns
    -------
    str
        The text with its line breaks; marks that override its direction are shown as
        ``⟨U+202E⟩``, what is no character as U+FFFD.
    """
    return _NOTHING.sub("\ufffd", turnless(text))


def turnless(text: str) -> str:
    """Return a text whose marks that override its direction are shown by their codes."""
    return _TURNS.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def printable(text: object) -> str:
    """Return a text in one line, as `shown` returns it.

    Parameters
    ----------
    text
        A name or note of the data; None for none.

    Returns
    -------
    str
        The text, without the marks that only hint at a direction.
    """
    if text is None:
        return ""
    return shown(_SILENT.sub("", _BREAKS.sub(" ", str(text)))).strip()


def is_right_to_left(text: str) -> bool:
    """Return whether the first letter that has a direction is written from right to left.

    So the Unicode bidirectional algorithm finds the direction of a paragraph (UAX #9, P2 and P3).
    """
    found = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in found if kind in {"L", "R", "AL"}), "L") != "L"
