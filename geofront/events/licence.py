"""Licences: what the known ones allow, and how a text is recognised as one of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

__all__ = ["LICENCES", "Licence", "Passing", "licences_of", "recognised"]


class Passing(StrEnum):
    """Whether rows under a licence may be passed on."""

    FREE = "yes"
    CONDITIONS = "with conditions"
    REFUSED = "no"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Licence:
    """What a licence allows, as far as a map is concerned.

    `family` is its name without a version, empty for one that is not known. `rows` tells whether
    rows may be passed on, `drawn` whether pictures and areas drawn from them may.
    """

    text: str
    family: str = ""
    rows: Passing = Passing.UNKNOWN
    drawn: Passing = Passing.UNKNOWN
    attribution: bool = False
    share_alike: bool = False
    non_commercial: bool = False
    no_derivatives: bool = False


def _free(family: str) -> Licence:
    return Licence("", family, Passing.FREE, Passing.FREE)


def _kept(family: str, drawn: Passing) -> Licence:
    return Licence("", family, Passing.REFUSED, drawn, attribution=True)


def _open(family: str) -> Licence:
    marks = family.split("-")
    bound = "ND" in marks
    return Licence(
        "",
        family,
        Passing.CONDITIONS,
        Passing.REFUSED if bound else Passing.CONDITIONS,
        attribution=True,
        share_alike="SA" in marks or family == "ODbL",
        non_commercial="NC" in marks,
        no_derivatives=bound,
    )


# The first pattern that fits decides. Texts are compared in capitals, with a hyphen for whatever
# is neither letter nor digit.
_PATTERNS: tuple[tuple[str, Licence], ...] = (
    ("^(CC0|CC-ZERO|PDDL|CC-PDM|PUBLIC-DOMAIN|ODC-PDDL)", _free("CC0 or public domain")),
    ("^CC-BY-NC-SA", _open("CC-BY-NC-SA")),
    ("^CC-BY-NC-ND", _open("CC-BY-NC-ND")),
    ("^CC-BY-NC", _open("CC-BY-NC")),
    ("^CC-BY-ND", _open("CC-BY-ND")),
    ("^CC-BY-SA", _open("CC-BY-SA")),
    ("^CC-BY", _open("CC-BY")),
    ("^(ODBL|OPEN-DATABASE-LICEN[CS]E)", _open("ODbL")),
    ("^(ODC-BY|OPEN-DATA-COMMONS-ATTRIBUTION)", _open("ODC-By")),
    ("^(OGL|OPEN-GOVERNMENT-LICEN[CS]E)", _open("OGL")),
    ("^(ACLED)", _kept("ACLED terms", Passing.CONDITIONS)),
    ("^(ISW)", _kept("ISW/CTP terms", Passing.REFUSED)),
    ("^(DEEPSTATE)", _kept("DeepState terms", Passing.REFUSED)),
    ("^(LIVEUAMAP)", _kept("Liveuamap terms", Passing.UNKNOWN)),
    (
        "ALL-RIGHTS-RESERVED|PROPRIETARY|NO-REDISTRIBUTION|NOT-(BE|FOR|TO-BE)-(REDISTRIBUT|PUBLI)",
        _kept("all rights reserved", Passing.UNKNOWN),
    ),
)
LICENCES: tuple[Licence, ...] = tuple(licence for _, licence in _PATTERNS)
"""The licences and terms that are known, by family."""

_WORDS = (
    ("CREATIVE-COMMONS-", "CC-"),
    ("ATTRIBUTION", "BY"),
    ("NON-?COMMERCIAL", "NC"),
    ("SHARE-?ALIKE", "SA"),
    ("NO-?DERIV(ATIVE|ATIVES|S)?(-WORKS)?", "ND"),
)


def recognised(text: str) -> Licence:
    """Return the licence that a text names.

    Parameters
    ----------
    text
        As it stands in a cell: an SPDX id, a name in other letters, or terms in words.

    Returns
    -------
    Licence
        With the text as given; of no family if it is not known. Then nothing is forbidden.
    """
    key = re.sub(r"[^A-Z0-9]+", "-", text.upper()).strip("-")
    if key.startswith("CREATIVE-COMMONS"):
        for word, short in _WORDS:
            key = re.sub(word, short, key)
    for pattern, licence in _PATTERNS:
        if re.search(pattern, key):
            return replace(licence, text=text.strip())
    return Licence(text.strip())


def licences_of(text: str) -> tuple[Licence, ...]:
    """Return the licences that a cell names; several are joined by ``AND``."""
    return tuple(recognised(part) for part in re.split(r"\s+AND\s+", text) if part.strip())
