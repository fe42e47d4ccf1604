"""Feature words in a mention: what "airbase" in "T4 airbase" says about the place."""

from __future__ import annotations

import re

__all__ = ["feature_codes", "split_feature"]

# The word as sources write it, and the GeoNames codes that fit it; several where sources mean more.
_WORDS: dict[str, tuple[str, ...]] = {
    "military airbase": ("AIRB", "AIRF", "AIRP"),
    "military airport": ("AIRB", "AIRF", "AIRP"),
    "air base": ("AIRB", "AIRF", "AIRP"),
    "airbase": ("AIRB", "AIRF", "AIRP"),
    "airfield": ("AIRF", "AIRB", "AIRP"),
    "airport": ("AIRP", "AIRB", "AIRF"),
    "base": ("MILB", "INSM", "AIRB"),
    "pumping station": ("PMPO", "PMPW"),
    "gas fields": ("GASF", "OILF"),
    "gas field": ("GASF", "OILF"),
    "oil fields": ("OILF", "GASF"),
    "oil field": ("OILF", "GASF"),
    "oilfield": ("OILF", "GASF"),
    "crossroads": ("RDJCT",),
    "crossroad": ("RDJCT",),
    "junction": ("RDJCT",),
    "mountains": ("MTS", "MT", "HLLS", "HLL"),
    "mountain": ("MT", "MTS", "HLL", "HLLS"),
    "mount": ("MT", "MTS", "HLL", "HLLS"),
    "hilltop": ("HLL", "HLLS", "MT"),
    "hills": ("HLLS", "HLL", "MT", "MTS"),
    "hill": ("HLL", "HLLS", "MT"),
    "castle": ("CSTL", "FT", "RUIN"),
    "citadel": ("CSTL", "FT", "RUIN"),
    "palace": ("PAL", "RUIN", "CSTL"),
    "dam": ("DAM",),
    "lake": ("LK", "LKS", "LKN", "SALT"),
    "silos": ("SILO", "SHSE"),
    "checkpoint": ("PSTP", "PSTB", "PST"),
    "village": ("PPL", "PPLX", "PPLF", "PPLL"),
    "town": ("PPL", "PPLA", "PPLX"),
    "city": ("PPL", "PPLA", "PPLC"),
    "suburb": ("PPLX", "PPL"),
}
_BY_LENGTH = sorted(_WORDS, key=len, reverse=True)
_ANY = "|".join(map(re.escape, _BY_LENGTH))
_AFTER = re.compile(rf"(?P<name>.*\w.*?)[ -](?P<word>{_ANY})", re.IGNORECASE | re.DOTALL)
_BEFORE = re.compile(
    rf"(?:the )?(?P<word>{_ANY})(?: of)? (?P<name>.*\w.*)", re.IGNORECASE | re.DOTALL
)
_LONGEST = 200


def feature_codes(feature: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return one GeoNames code (or its first letters) or several as a tuple, in capitals."""
    given = (feature,) if isinstance(feature, str) else feature
    return tuple(code.upper() for code in given if code)


def split_feature(mention: str) -> tuple[str, tuple[str, ...]] | None:
    """Take a feature word off a mention.

    Parameters
    ----------
    mention
        What a source wrote, such as ``T4 airbase`` or ``the village of Arak``.

    Returns
    -------
    tuple[str, tuple[str, ...]] | None
        The name without the word, and the GeoNames codes that fit the word, the usual one first;
        None where the mention has no such word, or nothing but it.
    """
    text = " ".join(mention.split())
    if len(text) > _LONGEST:
        return None
    for form in (_AFTER, _BEFORE):
        found = form.fullmatch(text)
        if found:
            return found["name"].strip(), _WORDS[found["word"].casefold()]
    return None
