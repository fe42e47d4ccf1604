"""What the icons of the modules mean: a shape, a kind of place, and one or several colours.

The meanings are those of the captions and documentation pages of the modules on Syria, Iraq, Yemen,
Lebanon, Israel and Palestine, and Ukraine (revisions of 2017 to 2026):

========================================================  =========================================
``Location dot C``, ``Dot C 0d0``, ``Map-dot-C-68a``,     a settlement that C holds (``PPL``)
``3x3dot-C``, ``4x4dot-C``
``80x80-A-B-anim``                                        a settlement contested between A and B
``Map-ctl2-A+B``, ``Map-ctl3-A+B+C``                      stable mixed control: A and B hold it
                                                          together, by truce or as allies
``Map-arcNE-C``                                           C besieges or presses it from that side
``Map-circle-C``                                          C besieges it
``Fighter-jet-C-icon``, ``Helicopter-C-icon``             an airport or air base (``AIRF``), a
                                                          heliport (``AIRH``) that C holds
``Abm-C-icon``, ``Map-peak-C``, ``Anchor pictogram C``,   a military base (``MILB``), hill
``Icon NuclearPowerPlant-C``, ``BSicon STRlf C``          (``HLL``), port (``PRT``), industrial
                                                          complex (``INDS``), dam (``DAM``)
``Gota01`` and so on                                      oil or gas (``OILF``); the number is a
                                                          colour: 1 red, 2 lime, 3 blue, 4 yellow,
                                                          7 black, 8 grey
``Mountain pass 12x12 n``, ``Arch dam 12x12 w``,          a border post (``PSTB``), dam, port of
``Anchor pictogram``                                      which no holder is told
``...overlay...``, ``Situation in ...``                   the background of the map
========================================================  =========================================

Dots on one spot are nested: of two colours the inner one holds the place and the outer one besieges
it; three rings or more are stable mixed control.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from geofront.gazetteer.features import split_feature

__all__ = ["Icon", "Shape", "family_of", "icon_file", "icon_of", "refined", "ring_file", "written"]


class Shape(Enum):
    """What an icon says of a place."""

    DOT = "dot"
    OBJECT = "object"
    CONTESTED = "contested"
    MIXED = "mixed"
    RING = "ring"
    PLAIN = "plain"
    BACKGROUND = "background"


@dataclass(frozen=True, slots=True)
class Icon:
    """The meaning of an icon: `colours` as its name tells them, `side` that of an arc (``NE``)."""

    shape: Shape
    feature: str = ""
    colours: tuple[str, ...] = ()
    side: str = ""


_C = r"(?P<colour>[a-z]+(?:[ -][a-z]+)?)"
_SHAPES = [
    (Shape.BACKGROUND, "", re.compile(r".*overlay.*|situation in .*|.*location map.*")),
    (Shape.CONTESTED, "PPL", re.compile(r"80x80-(?P<colours>[a-z]+(?:-[a-z]+)+)-anim")),
    (Shape.MIXED, "PPL", re.compile(r"map-ctl\d-(?P<colours>[a-z-]+(?:\+[a-z-]+)+)")),
    (Shape.RING, "", re.compile(rf"map-arc(?P<side>[nsew]{{2}})-{_C}")),
    (Shape.RING, "", re.compile(rf"map-circle-{_C}")),
    (Shape.DOT, "PPL", re.compile(rf"location dot {_C}")),
    (Shape.DOT, "PPL", re.compile(rf"dot {_C} [0-9a-f]{{3}}")),
    (Shape.DOT, "PPL", re.compile(rf"map-dot-{_C}-[0-9a-f]{{3}}")),
    (Shape.DOT, "PPL", re.compile(rf"[2-9]x[2-9]dot-{_C}")),
    (Shape.DOT, "PPL", re.compile(rf"lacmta circle {_C} line")),
    (Shape.OBJECT, "AIRF", re.compile(rf"fighter-jet-{_C}-icon(?:-\d)?")),
    (Shape.OBJECT, "AIRH", re.compile(rf"helicopter-{_C}-icon(?:-\d)?")),
    (Shape.OBJECT, "MILB", re.compile(rf"abm-{_C}-icon(?:-\d)?")),
    (Shape.OBJECT, "HLL", re.compile(rf"map-peak-{_C}")),
    (Shape.OBJECT, "PRT", re.compile(rf"anchor pictogram {_C}")),
    (Shape.OBJECT, "INDS", re.compile(rf"icon nuclearpowerplant-{_C}")),
    (Shape.OBJECT, "DAM", re.compile(rf"bsicon str\S* {_C}")),
    (Shape.OBJECT, "OILF", re.compile(r"gota(?P<number>\d\d)")),
    (Shape.PLAIN, "PSTB", re.compile(r"mountain pass 12x12 [nsew]{1,2}")),
    (Shape.PLAIN, "DAM", re.compile(r"arch dam 12x12 [nsew]{1,2}")),
    (Shape.PLAIN, "PRT", re.compile(r"anchor pictogram")),
]
_DROPS = {"01": "red", "02": "lime", "03": "blue", "04": "yellow", "07": "black", "08": "grey"}
_SUFFIX = re.compile(r"\.(?:svg|png|gif|jpe?g)$")
_DARK = re.compile(r"\b(dark|bright|light)[ -](?=[a-z])")

# The codes that the words of a label may refine a kind to: "Abu Duhur air base" is an AIRB.
_FAMILIES: dict[str, frozenset[str]] = {
    "AIRF": frozenset({"AIRB", "AIRF", "AIRP"}),
    "AIRH": frozenset({"AIRH"}),
    "HLL": frozenset({"HLL", "HLLS", "MT", "MTS", "PK", "PKS"}),
    "MILB": frozenset({"MILB", "INSM", "PSTP", "SCHM"}),
    "OILF": frozenset({"OILF", "GASF", "GOSP", "PMPO"}),
    "INDS": frozenset({"INDS", "MFG", "PS", "SHSE", "SILO", "MN", "MNQR"}),
    "DAM": frozenset({"DAM"}),
    "PRT": frozenset({"PRT"}),
    "PSTB": frozenset({"PSTB"}),
}
_FAMILY_OF = {code: family for family, codes in _FAMILIES.items() for code in codes}

_DOT_FILES = {"green": "Dot green 0d0.svg", "yellow": "Dot yellow ff4.svg"} | {
    "grey": "Map-dot-grey-68a.svg",
    "purple": "LACMTA Circle Purple Line.svg",
}
_OBJECT_FILES = {
    "AIRF": "Fighter-jet-{}-icon.svg",
    "AIRH": "Helicopter-{}-icon.svg",
    "HLL": "Map-peak-{}.svg",
    "MILB": "Abm-{}-icon.png",
    "INDS": "Icon NuclearPowerPlant-{}.svg",
    "DAM": "BSicon STRlf {}.svg",
    "PRT": "Anchor pictogram {}.svg",
}
_PLAIN_FILES = {
    "PSTB": "Mountain pass 12x12 n.svg",
    "DAM": "Arch dam 12x12 n.svg",
    "PRT": "Anchor pictogram.svg",
}


def written(name: str) -> str:
    """Return the name of a file as MediaWiki compares it: blanks, case and suffix do not count."""
    plain = " ".join(name.replace("_", " ").split()).casefold().removeprefix("file:").strip()
    return _DARK.sub(r"\1", _SUFFIX.sub("", plain)).replace("gray", "grey")


@lru_cache(maxsize=4096)
def icon_of(name: str) -> Icon | None:
    """Return the meaning of an icon, or None for one whose shape is not known.

    Parameters
    ----------
    name
        The name of its file.

    Returns
    -------
    Icon | None
        Colours are words such as ``red`` or ``darkred``; who they are, a module tells.
    """
    plain = written(name)
    for shape, feature, pattern in _SHAPES:
        found = pattern.fullmatch(plain)
        if found:
            return _read(shape, feature, found.groupdict())
    return None


def _read(shape: Shape, feature: str, parts: dict[str, str]) -> Icon | None:
    side = parts.get("side", "").upper()
    if "number" in parts:
        colour = _DROPS.get(parts["number"])
        return Icon(shape, feature, (colour,)) if colour else None
    if "colours" in parts:
        separator = "+" if shape is Shape.MIXED else "-"
        named = tuple(_colour(c) for c in parts["colours"].split(separator))
        return Icon(shape, feature, tuple(dict.fromkeys(named)))
    colours = (_colour(parts["colour"]),) if "colour" in parts else ()
    return Icon(shape, feature, colours, side)


def _colour(text: str) -> str:
    return text.replace("-", "").replace(" ", "")


def refined(feature: str, label: str) -> str:
    """Return the code of a place's kind, as exactly as the words of its label tell it.

    Parameters
    ----------
    feature
        The code of the icon.
    label
        The place's name, such as ``Abu Duhur air base``.

    Returns
    -------
    str
        A code of the same family; the icon's where the label tells nothing.
    """
    told = split_feature(label)
    codes = _FAMILIES.get(feature, frozenset())
    return next((code for code in told[1] if code in codes), feature) if told else feature


def family_of(feature: str) -> str:
    """Return the code of the icon that stands for a kind of place; ``PPL``, the dot, for most."""
    return _FAMILY_OF.get(feature, "PPL")


def icon_file(status: str, colours: tuple[str, ...], feature: str) -> str | None:
    """Return the file of the icon that says a status.

    Parameters
    ----------
    status
        ``held``, ``contested`` or ``unknown``.
    colours
        Of the holder, or of the parties; several where actors hold it together.
    feature
        The code of the place's kind.

    Returns
    -------
    str | None
        None where the modules have no such icon.
    """
    family = family_of(feature)
    if status == "unknown" or not colours:
        return _PLAIN_FILES.get(family)
    if status == "contested":
        return f"80x80-{'-'.join(colours)}-anim.gif" if len(colours) > 1 else None
    if len(colours) > 1:
        return f"Map-ctl{len(colours)}-{'+'.join(colours)}.svg"
    return _held_file(colours[0], family)


def _held_file(colour: str, family: str) -> str | None:
    if family == "OILF":
        number = {name: digits for digits, name in _DROPS.items()} | {"green": "02"}
        return f"Gota{number[colour]}.svg" if colour in number else None
    if family in _OBJECT_FILES:
        return _OBJECT_FILES[family].format(colour)
    return _DOT_FILES.get(colour, f"Location dot {colour}.svg")


def ring_file(colour: str) -> str:
    """Return the file of the ring around a place that actors of a colour besiege."""
    return f"Map-circle-{colour}.svg"
