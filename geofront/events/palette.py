"""Colours of actors: those that maps of the field customarily use, and a colour-blind safe set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geofront.errors import UnknownNameError
from geofront.gazetteer.names import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "CUSTOMARY",
    "PALETTES",
    "SAFE",
    "assigned_color",
    "check_palette",
    "customary_color",
    "safe_colors",
]

CUSTOMARY = "customary"
SAFE = "colour-blind-safe"
PALETTES: Mapping[str, str] = {
    CUSTOMARY: "the colours of actors.csv, or those that maps of the field use for an actor",
    SAFE: "a hue for each side, its actors in tints of it, told apart by colour-blind readers too",
}
"""The palettes by name."""

# Paul Tol's "bright" scheme, made to be told apart by colour-blind readers as well:
# https://personal.sron.nl/~pault/ ; its grey is left to what is unknown.
_BRIGHT = ("#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377")
# What encyclopedia maps and news graphics use, so that readers need no legend for the main actors.
_CUSTOMARY = {
    "#C0392B": (
        *("syrian government", "syrian army", "syrian arab army", "saa", "russia", "russian"),
        *("russian forces", "russian armed forces", "iraqi government", "houthis", "ansar allah"),
    ),
    "#4A4A4A": (
        *("isil", "isis", "is", "daesh", "islamic state", "islamic state of iraq and the levant"),
        *("iswap", "boko haram", "al-shabaab"),
    ),
    "#3C9A4B": (
        *("syrian opposition", "opposition", "rebels", "free syrian army", "fsa"),
        *("syrian national army", "national front for liberation"),
    ),
    "#7C8F6A": ("hayat tahrir al-sham", "hts", "al-nusra front", "jabhat al-nusra", "al-nusra"),
    "#D9B310": ("sdf", "syrian democratic forces", "ypg", "peshmerga", "kurdistan region"),
    "#2E6FB7": ("ukraine", "ukrainian forces", "armed forces of ukraine"),
    "#7B4FA3": ("turkey", "turkish armed forces", "turkish army"),
}
_CUSTOM_OF = {name: color for color, names in _CUSTOMARY.items() for name in names}
_TINT = 0.38


def customary_color(spellings: Iterable[str]) -> str | None:
    """Return the colour that maps of the field use for an actor, or None for most.

    Parameters
    ----------
    spellings
        The names of the actor.

    Returns
    -------
    str | None
        ``#RRGGBB`` of the first name that is known.
    """
    keys = map(normalise, spellings)
    return next((_CUSTOM_OF[key] for key in keys if key in _CUSTOM_OF), None)


def assigned_color(index: int) -> str:
    """Return a colour for the actor of that index; past the palette the colours repeat darker."""
    shade = 0.7 ** (index // len(_BRIGHT))
    channels = [round(c * shade) for c in _channels(_BRIGHT[index % len(_BRIGHT)])]
    return _hex(channels)


def safe_colors(sides: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return colour-blind safe colours: a hue for each side, lighter for its further actors.

    Parameters
    ----------
    sides
        Id and side of each actor; the first of a side gets the full hue.

    Returns
    -------
    dict[str, str]
        ``#RRGGBB`` by the actor's id.
    """
    hue = {side: assigned_color(i) for i, side in enumerate(dict.fromkeys(s for _, s in sides))}
    met: dict[str, int] = {}
    colors = {}
    for actor_id, side in sides:
        toward_white = 1 - (1 - _TINT) ** met.get(side, 0)
        met[side] = met.get(side, 0) + 1
        colors[actor_id] = _hex([round(c + (255 - c) * toward_white) for c in _channels(hue[side])])
    return colors


def check_palette(name: str) -> str:
    """Return the name of a palette.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    if name not in PALETTES:
        raise UnknownNameError("palette", name, PALETTES)
    return name


def _channels(color: str) -> tuple[int, ...]:
    return tuple(int(color[i : i + 2], 16) for i in (1, 3, 5))


def _hex(channels: Iterable[int]) -> str:
    return "#" + "".join(f"{channel:02X}" for channel in channels)
