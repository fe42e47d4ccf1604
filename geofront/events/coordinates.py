"""Coordinates in texts, and what stands in their places where they are withheld."""

from __future__ import annotations

import re
from urllib.parse import unquote

__all__ = ["WITHHELD", "without_coordinates"]

WITHHELD = "[position withheld]"
"""What stands in a text in the place of coordinates."""

# The patterns meet single spaces only, and repeat nothing beside what could take the same
# characters: the time that they take grows with the length of the text, whatever is in it.
_POINT = r"[.,\u066b]"
_PLAIN = rf"\d{{1,3}}(?:{_POINT}\d+)?"
# A comma before three digits is a thousand; before four or more it is a decimal comma.
_NUMBER = r"[-+−]?\d{1,3}(?:[.\u066b]\d{3,}|,\d{4,})"
_SIGNED = r"[-+−]?\d{1,3}[.\u066b]\d+(?: ?°)?(?: ?[NSEWnsew]\b)?"
_COMMA = r"[-+−]?\d{1,3},(?:\d\d|\d{4,})(?!\d)(?: ?°)?(?: ?[NSEWnsew]\b)?"
_MARK = r"(?:\b[NSEWnsew] ?)?"
_DEGREES = r"(?:[°º]|deg(?:rees?)?\b\.?)"
_MINUTES = r"(?:['’′ʹ]|min(?:utes?)?\b\.?)"
_SECONDS = r"(?:[\"”″ʺ]|['’′]{2}|sec(?:onds?)?\b\.?)"
_PARTS = r"\d{1,3}[ :.-]\d{1,2}(?:[ :.-]\d{1,2})?(?:[.,]\d+)?"
_RUN = r"\d{4,7}(?:\.\d+)?"
_LONGITUDE = r"(?:lon(?:g|gitude)?|lng|долгота|خط الطول)"
_LABELLED = rf"\b\W{{0,4}}(?:of )?{_PLAIN}(?: ?°)?(?: ?[NSEW]\b)?"
_COUNT = (
    r"(?:\d+(?:[.,\u066b]\d+)?|(?:an?|half|one|two|three|four|five|six|seven|eight|nine|ten|eleven"
    r"|twelve|fifteen|twenty|thirty|forty|fifty|sixty|hundred)(?:[ -](?:an?|five|hundred))?)"
)
_MONTHS = r"(?:jan|feb|mar|may|jun|jul|sep|nov|dec)"
# From the most to the least particular: what one pattern takes is not left for the next.
_COORDINATES = tuple(
    re.compile(pattern)
    for pattern in (
        # as links have them
        r"(?<![\d.])-?\d{1,3}\.\d+&\w{1,20}=-?\d{1,3}\.\d+",
        # named as latitude and longitude; "long" alone may be the word
        rf"(?i)\b(?:lat(?:itude)?|широта|خط العرض){_LABELLED}(?:\W{{0,3}}(?:and )?{_LONGITUDE}{_LABELLED})?",  # noqa: E501
        rf"(?i)\b(?!long\b\W{{0,4}}\d+(?!{_POINT}\d\d)){_LONGITUDE}{_LABELLED}",
        # degrees, minutes, seconds
        (
            rf"(?i)(?<!\d){_MARK}{_PLAIN} ?{_DEGREES} ?\d{{1,2}}(?:[.,]\d+)? ?{_MINUTES}"
            rf"(?: ?\d{{1,2}}(?:[.,]\d+)? ?{_SECONDS})?(?: ?[NSEW]\b)?"
        ),
        rf"(?i)(?<![\d.,]){_PARTS} ?[NS]\W{{0,3}}{_PARTS} ?[EW]\b",
        rf"(?i)\b[NS] ?{_PARTS}\W{{0,3}}[EW] ?{_PARTS}(?!\d)",
        rf"(?i)\b{_RUN} ?[NS]\W{{0,3}}{_RUN} ?[EW]\b",
        rf"(?i)\b[NS] ?{_RUN}\W{{0,3}}[EW] ?{_RUN}(?!\d)",
        rf"(?i)\b{_PLAIN} ?deg(?:rees?)?\b\.? ?(?:[NSEW]|north|south|east|west)\b",
        # decimal degrees with a sign, in pairs, and long fractions wherever they stand
        rf"{_MARK}{_PLAIN} ?[°º] ?(?:[NSEWnsew]\b)?",
        rf"(?<![\d.,\u066b]){_SIGNED} ?[,;/\u060c ] ?{_SIGNED}(?!\.?\d)",
        rf"(?<![\d.,]){_COMMA} ?[,;/ ] ?{_COMMA}(?!,?\d)",
        rf"(?<![\d.,\u066b]){_NUMBER}(?!\d)",
        # MGRS, apart from dates (12 Dec 2016), and UTM
        (
            rf"\b(?!(?i:(?:[0-2]?\d|3[01]) ?{_MONTHS} ?(?:19|20)\d\d\b))"
            r"\d{1,2} ?(?:(?i:[C-HJ-NP-X] ?[A-HJ-NP-Z]{2}) ?(?:\d{10}|\d{8}|\d{6}|\d{5} \d{5}"
            r"|\d{4} \d{4}|\d{3} \d{3})|[C-HJ-NP-X] ?[A-HJ-NP-Z]{2} ?(?:\d{4}|\d\d \d\d))\b"
        ),
        r"(?i)\b\d{1,2} ?[C-HJ-NP-X],? \d{6}(?:\.\d+)? ?m?E?,? \d{6,7}(?:\.\d+)? ?m?N?\b",
        # plus codes and three words
        r"(?i)\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,}",
        r"///\w+\.\w+\.\w+",
        r"(?i)\b(?:what3words|w3w)\W{1,3}\w{1,40}\.\w{1,40}\.\w{1,40}",
        # so far in that direction from a known spot
        (
            rf"(?i)\b{_COUNT}[ -]?(?:km|kms|kilomet(?:er|re)s?|m|met(?:er|re)s?|mi|miles?)\b\.?"
            r"(?: (?:to the|due|the))? (?:north|south|east|west|[NSEW]{1,3}\b|from\b|away\b)"
            r"[\w-]*"
        ),
        (
            r"\b\d+(?:[.,\u066b]\d+)? ?(?:كم|كلم|كيلومتر\w*|متر\w*|م|ميل\w*)"
            r" (?:إلى |الى )?(?:ال)?(?:شمال|جنوب|شرق|غرب)\w*"
        ),
    )
)
_MAP_LINK = re.compile(
    r"(?i)\bgeo:-?\d|\b(?:google(?:\.\w{2,3}){1,2}/maps|(?:maps|earth)\.google|maps\.app\.goo\.gl"
    r"|goo\.gl/maps|maps\.apple\.com|bing\.com/maps|yandex(?:\.\w{2,3}){1,2}/maps|maps\.yandex"
    r"|(?:what3words\.com|w3w\.co|plus\.codes|(?:openstreetmap|osm|wikimapia|opentopomap)\.org"
    r"|osm\.org|waze\.com|wego\.here\.com|share\.here\.com|mapcarta\.com|liveuamap\.com"
    r"|zoom\.earth|geohack\.toolforge\.org)/(?!copyright)[^\s/])"
)
# Marks of direction and zero-width spaces stand unseen between the digits of copied numbers.
_UNSEEN = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_QUOTES = "([{<\"'.,;:>}])"


def without_coordinates(text: str) -> str:
    """Return a text with its coordinates withheld.

    Known are decimal degrees, degrees with minutes and seconds, MGRS and UTM, plus codes, three
    words, links to a spot or to any page of the well-known maps, and distances in a direction
    ("2 km north of"). Descriptions in other words stay.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    str
        With `WITHHELD` in their places.
    """
    told = " ".join(_link_withheld(word) for word in _UNSEEN.sub("", text).split())
    for pattern in _COORDINATES:
        told = pattern.sub(f" {WITHHELD} ", told)
    if WITHHELD not in told:
        return text
    told = re.sub(rf"{re.escape(WITHHELD)}(?:[\s,;/()]*{re.escape(WITHHELD)})+", WITHHELD, told)
    return re.sub(r" ([.,;:)])", r"\1", " ".join(told.split()))


def _link_withheld(word: str) -> str:
    """Return a word, or what stands in its place if it is a link to a spot."""
    # Archives quote the address that they keep once more.
    link = unquote(unquote(word)).replace("+", " ")
    spot = _MAP_LINK.search(link) or ("://" in link and any(p.search(link) for p in _COORDINATES))
    bare = word.strip(_QUOTES)
    return word.replace(bare, WITHHELD, 1) if spot else word
