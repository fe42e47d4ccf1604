"""How maps look: one table of colours, widths and patterns for pages, pictures and GIS files.

What is here is shared by every renderer; the colours of actors are their own
(`geofront.events.palette`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

__all__ = [
    "CONTESTED",
    "DARK",
    "FRONT",
    "LIGHT",
    "THEMES",
    "UNKNOWN",
    "Line",
    "Theme",
    "channels",
    "css",
]

CONTESTED = "#b9aea0"
"""Contested ground in charts and tables, where no hatching of its parties can be shown."""

UNKNOWN = "#e6e1d8"
"""Ground of unknown status where it can't be left blank, as in a chart."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a page or picture, and how opaque areas lie on its paper (0 to 1)."""

    paper: str
    panel: str
    ink: str
    muted: str
    rule: str
    graticule: str
    accent: str
    front: str
    land: str
    country: str
    area_opacity: float
    hatch_opacity: float


LIGHT = Theme(
    paper="#f7f4ed",
    panel="#fffdf9",
    ink="#23201c",
    muted="#665f55",
    rule="#ddd6c9",
    graticule="#cfc7b8",
    accent="#0b57a4",
    front="#23201c",
    land="#fdfbf6",
    country="#8f8676",
    area_opacity=0.42,
    hatch_opacity=0.5,
)

DARK = Theme(
    paper="#1f2124",
    panel="#17191b",
    ink="#ece7dd",
    muted="#aaa397",
    rule="#383b3f",
    graticule="#3b3e42",
    accent="#8fc1ff",
    front="#f5f0e6",
    land="#26292c",
    country="#7d786f",
    area_opacity=0.5,
    hatch_opacity=0.55,
)

THEMES = {"light": LIGHT, "dark": DARK}
"""The themes by name."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line in pixels of 1/96 inch: its width, and dash and gap (none: unbroken)."""

    width_px: float
    dash_px: tuple[float, ...] = ()

    @property
    def dash_array(self) -> str:
        """The dashes as SVG and CSS write them; empty where it is unbroken."""
        return " ".join(f"{px:g}" for px in self.dash_px)


FRONT = {
    "front": Line(2.2),
    "contested": Line(1.6, (5, 4)),
    "border": Line(0.8),
    "casing": Line(5.0),
    "country": Line(1.0, (7, 2, 1.5, 2)),
    "pocket": Line(12.0, (1.5, 5)),
    "shape": Line(3.2),
    "extent": Line(1.0),
    "graticule": Line(1.0),
}
"""The lines of a map: fronts between opposed actors, edges of contested areas, borders between
actors who are not opposed, the paper-coloured casing under a front, borders of countries, ticks
along the outline of a pocket, shapes of the day's events."""


def channels(color: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255, of ``#RRGGBB``."""
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return red, green, blue


def css() -> str:
    """Return the themes and widths as custom properties of a style sheet.

    Returns
    -------
    str
        Rules for ``.gf``: light, dark where the reader's system asks for it, and the theme that
        ``data-theme`` names.
    """
    widths = [
        f"--{name}-width: {line.width_px}; --{name}-dash: {line.dash_array or 'none'};"
        for name, line in FRONT.items()
    ]
    dark = _properties(DARK)
    return "\n".join(
        [
            f".gf {{ {_properties(LIGHT)} {' '.join(widths)} color-scheme: light; }}",
            "@media (prefers-color-scheme: dark) {",
            f'.gf:not([data-theme="light"]) {{ {dark} color-scheme: dark; }}',
            "}",
            f'.gf[data-theme="dark"] {{ {dark} color-scheme: dark; }}',
        ]
    )


def _properties(theme: Theme) -> str:
    return " ".join(
        f"--{field.name.replace('_', '-')}: {getattr(theme, field.name)};"
        for field in fields(theme)
    )
