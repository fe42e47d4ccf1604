"""How a picture looks: what its reader may choose, and sizes that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geofront.control.state import CONTESTED
from geofront.errors import UnknownNameError
from geofront.render.image.text import Face
from geofront.render.shown import printable
from geofront.render.style import FRONT, THEMES, Theme, channels

if TYPE_CHECKING:
    from geofront.control.state import Label
    from geofront.events.actor import Actors
    from geofront.gazetteer.place import Place

__all__ = ["NAMES", "Look", "make_look"]

NAMES = ("latin", "arabic", "both")
"""In which letters the names of places are written."""

_PT_PER_PX = 0.75
_MIN_CONTRAST = 2.6
_STEP = 0.05
_LINEAR_BELOW = 0.04045


@dataclass(frozen=True, slots=True)
class Look:
    """What a picture is drawn with.

    `scale` enlarges all lines, dots and letters; `places` is how many names may be written, None:
    as many as there is room for; `marks` enlarges the marks of places alone.
    """

    theme: Theme
    names: str = "latin"
    places: int | None = None
    font: str = "DejaVu Sans"
    heading_font: str = "DejaVu Serif"
    scale: float = 1.0
    marks: float = 1.0

    def face(self, size: float, weight: str = "normal") -> Face:
        """Return the font of running text at a size in points."""
        return Face((self.font, "DejaVu Sans", "sans-serif"), size * self.scale, weight)

    def heading(self, size: float) -> Face:
        """Return the font of headings at a size in points."""
        families = (self.heading_font, "DejaVu Serif", "DejaVu Sans", "serif")
        return Face(families, size * self.scale, "bold")

    def points(self, line: str) -> float:
        """Return the width of one of the lines of `geofront.render.style.FRONT` in points."""
        return FRONT[line].width_px * _PT_PER_PX * self.scale

    def dashes(self, line: str) -> tuple[float, ...]:
        """Return the dash and gap of such a line in points; none where it is unbroken."""
        return tuple(px * _PT_PER_PX * self.scale for px in FRONT[line].dash_px)

    def ink_of(self, actors: Actors, actor_id: str) -> str:
        """Return the colour of an actor, moved towards ink where it would vanish in the paper."""
        own = channels(actors[actor_id].color)
        ink, paper = channels(self.theme.ink), channels(self.theme.paper)
        share = 0.0
        while share < 1 and _contrast(_between(own, ink, share), paper) < _MIN_CONTRAST:
            share += _STEP
        return _hex(_between(own, ink, min(share, 1)))

    def fills_of(self, actors: Actors, label: Label) -> tuple[str, ...]:
        """Return the colours of the ground of a label, as they lie on the land; none if unknown."""
        theme = self.theme
        opacity = theme.hatch_opacity if label.status == CONTESTED else theme.area_opacity
        land = channels(theme.land)
        return tuple(
            _hex(_between(land, channels(self.ink_of(actors, actor)), opacity))
            for actor in label.actors
        )

    def names_of(self, place: Place) -> tuple[str, ...]:
        """Return the lines of a place's name: one, or two in two scripts."""
        latin, arabic = printable(place.name), printable(place.arabic_name)
        if self.names == "latin" or not arabic:
            return (latin,)
        return (arabic,) if self.names == "arabic" else (latin, arabic)


def make_look(
    *,
    theme: str = "light",
    names: str = "latin",
    places: int | None = None,
    font: str | None = None,
    scale: float = 1.0,
) -> Look:
    """Return the look that a user asks for by name.

    Parameters
    ----------
    theme
        ``light`` or ``dark``.
    names
        One of `NAMES`.
    places
        The most names to write; None: as many as there is room for.
    font
        The family of all letters; where it lacks a letter, DejaVu Sans has it.
    scale
        How much larger lines and letters are than in a picture of ten inches.

    Returns
    -------
    Look
        The look.

    Raises
    ------
    UnknownNameError
        If there is no such theme or font, or names are asked for in other letters.
    """
    if font is not None:
        _check_font(font)
    if theme not in THEMES:
        raise UnknownNameError("theme", theme, THEMES)
    if names not in NAMES:
        raise UnknownNameError("way of writing names", names, NAMES)
    if font is None:
        return Look(THEMES[theme], names, places, scale=scale)
    return Look(THEMES[theme], names, places, font=font, heading_font=font, scale=scale)


def _check_font(font: str) -> None:
    from matplotlib.font_manager import FontProperties, findfont, get_font_names

    try:
        findfont(FontProperties(family=[font]), fallback_to_default=False)
    except ValueError:
        raise UnknownNameError("font", font, get_font_names()) from None


def _between(one: tuple[float, ...], other: tuple[float, ...], share: float) -> tuple[float, ...]:
    return tuple(a + (b - a) * share for a, b in zip(one, other, strict=True))


def _hex(values: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(value):02x}" for value in values)


def _contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, contrast ratio)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(values: tuple[float, ...]) -> float:
    shares = (value / 255 for value in values)
    red, green, blue = (
        s / 12.92 if s <= _LINEAR_BELOW else ((s + 0.055) / 1.055) ** 2.4 for s in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
