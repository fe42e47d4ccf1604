"""Coordinates in texts, and what stands in their places where they are withheld."""

from __future__ import annotations

import re

__all__ = ["WITHHELD", "without_coordinates"]

WITHHELD = "[position withheld]"
"""What stands in a text in the place of coordinates."""

# A comma before three digits is a thousand; before four or more it is a decimal comma.
_NUMBER = r"[-+−]?\d{1,3}(?:\.\d{3,}|,\d{4,})"
_SIGNED = r"[-+−]?\d{1,3}\.\d+\s*°?\s*[NSEWnsew]?"
_MARK = r"(?:[NSEWnsew]\s?)?"
# From the most to the least particular: what one pattern takes is not left for the next.
_COORDINATES = tuple(
    re.compile(pattern)
    for pattern in (
        # links to a spot, and geo: URIs
        r"(?i)\b(?:geo:|https?://\S{0,300}?(?:@|=|/))-?\d{1,3}\.\d+(?:,|/|%2C|&\w+=)-?\d{1,3}\.\d+\S*",
        # degrees, minutes, seconds
        (
            rf"{_MARK}\d{{1,3}}\s?[°º]\s?\d{{1,2}}(?:[.,]\d+)?\s*['’′ʹ](?:\s*\d{{1,2}}(?:[.,]\d+)?"
            rf"\s*(?:[\"”″ʺ]|['’′]{{2}}))?\s?{_MARK}"
        ),
        # decimal degrees with a sign, in pairs, and long fractions wherever they stand
        rf"{_MARK}\d{{1,3}}(?:[.,]\d+)?\s*[°º]\s?{_MARK}",
        rf"(?<![\d.,]){_SIGNED}\s*[,;/ ]\s*{_SIGNED}(?![\d.,]*\d)",
        rf"(?<![\d.,]){_NUMBER}(?!\d)",
        # MGRS and UTM
        r"(?i)\b\d{1,2}\s?[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?(?:\d{10}|\d{8}|\d{6}|\d{4}|\d{1,5}\s\d{1,5})\b",
        r"(?i)\b\d{1,2}\s?[C-HJ-NP-X]\s+\d{6}(?:\.\d+)?\s*m?E?\s+\d{6,7}(?:\.\d+)?\s*m?N?\b",
        # plus codes and three words
        r"(?i)\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,}",
        r"///\w+\.\w+\.\w+",
        # so far in that direction from a known spot
        (
            r"(?i)\b\d+(?:[.,]\d+)?\s*(?:km|kms|kilomet(?:er|re)s?|m|met(?:er|re)s?|mi|miles?)\b\.?"
            r"(?:\s+(?:to\s+the|due|the))?\s+(?:north|south|east|west|[NSEW]{1,3}\b|from\b|away\b)"
            r"[\w-]*"
        ),
    )
)


def without_coordinates(text: str) -> str:
    """Return a text with its coordinates withheld.

    Known are decimal degrees, degrees with minutes and seconds, MGRS and UTM, plus codes, three
    words, links to a spot, and distances in a direction ("2 km north of"). Descriptions in other
    words stay.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    str
        With `WITHHELD` in their places.
    """
    for pattern in _COORDINATES:
        text = pattern.sub(f" {WITHHELD} ", text)
    if WITHHELD not in text:
        return text
    text = re.sub(rf"{re.escape(WITHHELD)}(?:[\s,;/()]*{re.escape(WITHHELD)})+", WITHHELD, text)
    return re.sub(r"\s+([.,;:)])", r"\1", " ".join(text.split()))
