"""The interactive map as a folium map: in a notebook, with further layers, or over street tiles.

Imported on use only: folium takes longer to load than a page to write.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import folium
from branca.element import Element, Figure, MacroElement

from geofront.render.page.document import (
    SYSTEM,
    ZOOM_STEP,
    Contents,
    document,
    page_script,
    style_sheet,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from geofront.control.series import Series

__all__ = ["ControlLayer", "control_map", "tiled_page"]

# folium forbids the reader to enlarge the page.
_FIXED_VIEWPORT = re.compile(r'<meta name="viewport"[^>]*user-scalable=no[^>]*>')
_SCRIPT_ID = "geofront_script"
_STYLE_ID = "geofront_style"


def control_map(
    series: Series,
    *,
    open_on: date | str | None = None,
    tiles: str | folium.TileLayer | None = None,
    language: str = "en",
    theme: str = SYSTEM,
    beside: Sequence[Series] = (),
) -> folium.Map:
    """Return a folium map of a series, to be shown in a notebook and added to.

    Parameters
    ----------
    series
        What to show.
    open_on
        The day on which the map opens; by default the last one.
    tiles
        Street tiles under the map, as `folium.Map` takes them; none by default.
    language
        In which the page speaks at first: ``en`` or ``ar``. The reader may change it.
    theme
        The colours at first: ``light``, ``dark`` or ``system``, as the reader's system has it.
    beside
        Other accounts of the same conflict and days, such as those of another policy, of another
        method or as known on another evening. The reader chooses among them, and may see two maps
        side by side.

    Returns
    -------
    folium.Map
        A map that holds a `ControlLayer`.

    Raises
    ------
    SpanError
        If `open_on` lies outside the series, or an account beside it has other days.
    ValueError
        If an account beside it has other actors.
    DateError
        If `open_on` is not a day.
    UnknownNameError
        If the page does not speak that language, or has no such theme.
    """
    layer = ControlLayer(series, open_on=open_on, language=language, theme=theme, beside=beside)
    # Tiles look blurred between whole zoom levels.
    step = 1.0 if tiles else ZOOM_STEP
    view = folium.Map(
        location=layer.contents.center, tiles=tiles, zoom_snap=step, zoom_delta=max(step, 0.5)
    )
    _figure_of(view).title = series.title
    view.add_child(layer)
    return view


def tiled_page(view: folium.Map, *, title: str, language: str) -> str:
    """Return the page of a map over tiles, with all but the tiles inside.

    Parameters
    ----------
    view
        What `control_map` made; not to be shown otherwise after this.
    title
        As the window shows it.
    language
        Of the page at first, a code of two letters.

    Returns
    -------
    str
        The whole document.
    """
    figure = _figure_of(view)
    # Leaflet comes with the page, not from a server.
    view.default_js, view.default_css = [], []
    # Names that do not change, so that the same series gives the same file.
    for number, element in enumerate(_tree(view)):
        element._id = f"{number}"  # noqa: SLF001 - branca offers no other way
    for child in list(figure._children.values()):  # noqa: SLF001
        child.render()
    return document(
        title,
        language,
        header=_FIXED_VIEWPORT.sub("", figure.header.render()),
        body=figure.html.render(),
        script=figure.script.render(),
        tile_hosts=_tile_hosts(view),
    )


class ControlLayer(MacroElement):
    """The control maps of a series as one layer of a folium map, with slider, legend and sources.

    Parameters
    ----------
    series
        What to show.
    open_on
        The day on which the map opens; by default the last one.
    language
        In which the page speaks at first: ``en`` or ``ar``.
    theme
        The colours at first: ``light``, ``dark`` or ``system``.
    beside
        Other accounts of the same conflict and days.

    Raises
    ------
    SpanError
        If `open_on` lies outside the series, or an account beside it has other days.
    ValueError
        If an account beside it has other actors.
    DateError
        If `open_on` is not a day.
    UnknownNameError
        If the page does not speak that language, or has no such theme.
    """

    def __init__(
        self,
        series: Series,
        *,
        open_on: date | str | None = None,
        language: str = "en",
        theme: str = SYSTEM,
        beside: Sequence[Series] = (),
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "ControlLayer"
        self.contents = Contents.of(
            series, open_on=open_on, language=language, theme=theme, beside=beside
        )

    def render(self, **_: object) -> str:
        """Add the style sheet, the data and the scripts to the figure that holds the map.

        Returns
        -------
        str
            Nothing: what is shown stands in the figure.

        Raises
        ------
        TypeError
            If the layer has not been added to a folium map.
        """
        figure = self.get_root()
        if not isinstance(figure, Figure) or self._parent is None:
            raise TypeError("a ControlLayer is shown by the folium.Map that it was added to")
        name = self.get_name()
        figure.header.add_child(_Raw(style_sheet()), name=_STYLE_ID)
        figure.html.add_child(_Raw(self.contents.element(name)), name=name)
        figure.script.add_child(_Raw(page_script()), name=_SCRIPT_ID)
        figure.script.add_child(
            _Raw(self.contents.mounting(self._parent.get_name(), name)),
            name=name,
        )
        return ""


class _Raw(Element):
    """Text that stands in the page as it is, never read as a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_: object) -> str:
        return self._text


def _figure_of(view: folium.Map) -> Figure:
    figure = view.get_root()
    assert isinstance(figure, Figure)
    return figure


def _tree(element: Element) -> list[Element]:
    return [element, *(e for child in element._children.values() for e in _tree(child))]  # noqa: SLF001


def _tile_hosts(view: folium.Map) -> list[str]:
    layers = [layer for layer in _tree(view) if isinstance(layer, folium.TileLayer)]
    return sorted({_origin(layer.tiles) for layer in layers})


def _origin(address: str) -> str:
    """Return the server of a tile address, a wildcard in place of its subdomain letter."""
    parts = urlsplit(address)
    first, dot, rest = parts.netloc.partition(".")
    host = f"*{dot}{rest}" if "{" in first else parts.netloc
    return f"{parts.scheme or 'https'}://{host}" if host else "'self'"
