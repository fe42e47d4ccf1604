"""Licences: what the known ones allow, and how a text is recognised as one of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

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


_END = r"(?=V?\d|-|$)"
# "not without naming the source" asks for a credit; "not without permission" forbids.
_CREDIT = "ATTRIBUT|CREDIT|CITATION|CITING|NAMING|ACKNOWLEDG|MENTION|SOURCE"
_UNLESS_CREDITED = rf"(?!(?!.*(PERMISSION|CONSENT|APPROVAL)).*-(WITHOUT|UNLESS)-.*({_CREDIT}))"
_RESERVED = (
    "(?<!NOT-)ALL-RIGHTS-RESERVED",
    r"(?<![A-Z])(?<!NON-)(?<!NOT-)PROPRIETARY",
    f"NO-REDISTRIBUTION(?!-(LIMIT|RESTRICTION|CONDITION|CONSTRAINT|FEE)){_UNLESS_CREDITED}",
    f"NOT-(BE|FOR|TO-BE)-(REDISTRIBUT|PUBLI){_UNLESS_CREDITED}",
)
# The first pattern that fits decides. Texts are compared in capitals, with a hyphen for whatever
# is neither letter nor digit.
_PATTERNS: tuple[tuple[str, Licence], ...] = (
    (f"^(CC0|CC-(0|ZERO|PDM|MARK)|(ODC-)?PDDL|PUBLIC-DOMAIN){_END}", _free("CC0 or public domain")),
    (f"^CC-BY-NC-SA{_END}", _open("CC-BY-NC-SA")),
    (f"^CC-BY-NC-ND{_END}", _open("CC-BY-NC-ND")),
    (f"^CC-BY-NC{_END}", _open("CC-BY-NC")),
    (f"^CC-BY-ND{_END}", _open("CC-BY-ND")),
    (f"^CC-BY-SA{_END}", _open("CC-BY-SA")),
    (f"^CC-BY{_END}", _open("CC-BY")),
    (f"^(ODBL|(OPEN-DATA-COMMONS-)?OPEN-DATABASE-LICEN[CS]E){_END}", _open("ODbL")),
    (f"^(ODC-BY|OPEN-DATA-COMMONS-ATTRIBUTION){_END}", _open("ODC-By")),
    (f"^(OGL|OPEN-GOVERNMENT-LICEN[CS]E){_END}", _open("OGL")),
    (
        f"^(ACLED(DATA)?|ARMED-CONFLICT-LOCATION-(AND-)?EVENT-DATA){_END}",
        _kept("ACLED terms", Passing.CONDITIONS),
    ),
    (
        f"^(ISW|INSTITUTE-FOR-THE-STUDY-OF-WAR){_END}",
        _kept("ISW/CTP terms", Passing.REFUSED),
    ),
    (f"^DEEP-?STATE(MAP|UA)?{_END}", _kept("DeepState terms", Passing.REFUSED)),
    (f"^LIVEUAMAP{_END}", _kept("Liveuamap terms", Passing.UNKNOWN)),
    ("|".join(_RESERVED), _kept("all rights reserved", Passing.UNKNOWN)),
)
LICENCES: tuple[Licence, ...] = tuple(licence for _, licence in _PATTERNS)
"""The licences and terms that are known, by family."""

# What may stand before a name: "(c) 2020", "LicenseRef-", "under the terms of".
_BEFORE = (
    r"^((C|COPYRIGHT|\d{4}|LICEN[CS]E(D|REF)?|SUBJECT-TO|UNDER|THE|TERMS|OF|USE|HTTPS?|WWW)-)+"
)
_WORDS = (
    ("^CREATIVECOMMONS-ORG-(LICENSES|PUBLICDOMAIN)-", "CC-"),
    ("^OPENDATACOMMONS-ORG-LICENSES-", "ODC-"),
    ("^ODC-ODBL", "ODBL"),
    ("^CREATIVE-COMMONS-", "CC-"),
)
_MARKS = (
    ("ATTRIBUTION", "BY"),
    ("NON-?COMMERCIAL", "NC"),
    ("SHARE-?ALIKE", "SA"),
    ("NO-?DERIV(ATIVES|ATIVE|S)?(-WORKS)?", "ND"),
)
# The marks of a Creative Commons licence, and what may stand between them.
_MARKED = re.compile(
    r"^CC((-(BY|NC|SA|ND|AND|V?\d+|IGO|INTERNATIONAL|UNPORTED|LICEN[CS]E)(?![A-Z0-9]))+)"
)
_BETWEEN = re.compile(r"(\s(?i:and)\s|[,;|]|\s[/+&]\s)")


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
    key = _key(text)
    for pattern, licence in _PATTERNS:
        if re.search(pattern, key):
            return replace(licence, text=text.strip())
    return Licence(text.strip())


@lru_cache(maxsize=1024)
def licences_of(text: str) -> tuple[Licence, ...]:
    """Return the licences that a cell names.

    Parameters
    ----------
    text
        Licences joined by ``AND``, or in words by "and", a comma, a semicolon and the like.

    Returns
    -------
    tuple of Licence
        In the order of the text. What names no licence belongs to the one before it, such as the
        conditions in "Attribution, Share Alike", unless ``AND`` stands between them.
    """
    first, *others = _BETWEEN.split(text.strip())
    found = [first]
    for between, part in zip(others[::2], others[1::2], strict=True):
        if _begins_another(found[-1], between.strip(), part):
            found.append(part)
        else:
            found[-1] += between + part
    return tuple(recognised(part) for part in found if part.strip(" ,;|\t\n"))


def _begins_another(before: str, between: str, part: str) -> bool:
    named = recognised(part)
    if not named.family:
        return between == "AND" and not re.match("(BY|NC|SA|ND)(?![A-Z])", _marks_short(part))
    reserved = named.family == LICENCES[-1].family
    return not (reserved and recognised(before).rows is Passing.REFUSED)


def _key(text: str) -> str:
    """Return a text as the patterns expect it."""
    key = re.sub(_BEFORE, "", _capitals(text))
    for word, short in _WORDS:
        key = re.sub(word, short, key)
    if key.startswith("CC-"):
        key = _marks_short(key)
        marked = _MARKED.match(key)
        marks = marked[1].split("-") if marked else []
        if "BY" in marks:
            key = "-".join(["CC-BY", *(m for m in ("NC", "ND", "SA") if m in marks)])
    return key


def _marks_short(text: str) -> str:
    key = _capitals(text)
    for word, short in _MARKS:
        key = re.sub(word, short, key)
    return key


def _capitals(text: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "-", text.upper()).strip("-")
