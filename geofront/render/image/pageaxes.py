"""Axes that a notebook shows as a picture of their page.

The pages are made without pyplot, which would keep every figure of a program alive; so pyplot
does not show them either.
"""

from __future__ import annotations

from io import BytesIO

from matplotlib.axes import Axes

from geofront.render.image.text import as_figure

__all__ = ["PageAxes"]


class PageAxes(Axes):
    """Axes on a page of their own."""

    def _repr_png_(self) -> bytes:
        """Show in a notebook: the page with all that stands on it."""
        picture = BytesIO()
        figure = as_figure(self)
        figure.savefig(picture, format="png", dpi=figure.dpi, facecolor=figure.get_facecolor())
        return picture.getvalue()
