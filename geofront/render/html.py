"""An interactive map of every day of a series: one HTML file, or a folium map in a notebook.

Imported on use only: folium takes half a second to load.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import folium
from branca.element import Element, Figure, MacroElement

from geofront.dates import as_day
from geofront.errors import UnknownNameError
from geofront.files import write_whole
from geofront.render.accounts import refuse_strangers, without_repetition
from geofront.render.leaflet import leaflet_css, leaflet_js
from geofront.render.payload import as_json, build_payload
from geofront.render.style import THEMES, css

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from os import PathLike

    from geofront.control.series import Series

__all__ = ["ControlLayer", "control_map", "page_html", "write_html"]

# In the order in which the page reads them.
_SCRIPTS = (
    "texts.js",
    "texts_en.js",
    "texts_ar.js",
    "settings.js",
    "data.js",
    "days.js",
    "shapes.js",
    "paths.js",
    "theme.js",
    "dom.js",
    "words.js",
    "explain.js",
    "layers.js",
    "pieces.js",
    "glyphs.js",
    "dots.js",
    "places.js",
    "overlays.js",
    "switches.js",
    "timebar.js",
    "panel.js",
    "differences.js",
    "figures.js",
    "compare.js",
    "chart.js",
    "address.js",
    "accounts.js",
    "about.js",
    "toolbar.js",
    "frame.js",
    "paper.js",
    "map.js",
)
SYSTEM = "system"
"""The theme that follows the reader's system."""
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
# folium forbids the reader to enlarge the page.
_FIXED_VIEWPORT = re.compile(r'<meta name="viewport"[^>]*user-scalable=no[^>]*>')
# Lines of the scripts that are for those who write them only.
_COMMENT = re.compile(r"^ *(?://[^\n]*|/\*\*.*?\*/)?\n|^ +", re.MULTILINE | re.DOTALL)
_POLICY_MARK = "{content-security-policy}"
_ZOOM_STEP = 0.25
LANGUAGES = ("en", "ar")
"""The languages that the page speaks."""
_SCRIPT_ID = "geofront_script"
_STYLE_ID = "geofront_style"


def write_html(
    series: Series,
    path: str | PathLike[str],
    *,
    open_on: date | str | None = None,
    tiles: str | folium.TileLayer | None = None,
    language: str = "en",
    theme: str = SYSTEM,
    beside: Sequence[Series] = (),
) -> Path:
    """Write one HTML file that shows every day of a series and needs no network.

    A day can be linked to, ``map.html#2016-12-11``, and a place on it, which opens the explanation
    of its status: ``map.html#2016-12-11/palmyra``.

    Parameters
    ----------
    series
        What to show.
    path
        The file; it appears whole or not at all.
    open_on
        The day on which the map opens; by default the last one.
    tiles
        Street tiles under the map, as `folium.Map` takes them; only then does the file load
        something, and only images from the tiles' server.
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
    Path
        The file.

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
    OSError
        If the file can't be written.
    """
    target = Path(path)
    view = control_map(
        series, open_on=open_on, tiles=tiles, language=language, theme=theme, beside=beside
    )
    write_whole(target, _standalone(view, series.title).encode("utf-8"))
    return target


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
    step = 1.0 if tiles else _ZOOM_STEP
    view = folium.Map(location=layer.center, tiles=tiles, zoom_snap=step, zoom_delta=max(step, 0.5))
    _figure_of(view).title = series.title
    view.add_child(layer)
    return view


def page_html(series: Series, **options: Any) -> str:  # noqa: ANN401 - those of control_map
    """Return the page that `write_html` writes, as text.

    Parameters
    ----------
    series
        What to show.
    **options
        As `control_map` takes them.

    Returns
    -------
    str
        The whole document.
    """
    return _standalone(control_map(series, **options), series.title)


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
        if language not in LANGUAGES:
            raise UnknownNameError("language", language, LANGUAGES)
        if theme not in {SYSTEM, *THEMES}:
            raise UnknownNameError("theme", theme, [SYSTEM, *THEMES])
        self._name = "ControlLayer"
        self.language = language
        self.theme = theme
        day = as_day(open_on)
        refuse_strangers(series, beside)
        payload = build_payload(series, open_on=day)
        further = [build_payload(other, open_on=day) for other in beside]
        if further:
            payload["beside"] = [without_repetition(other, payload) for other in further]
        grid = payload["grid"]
        self.center: tuple[float, float] = (
            (grid["south"] + grid["north"]) / 2,
            (grid["west"] + grid["east"]) / 2,
        )
        self.data = as_json(payload)

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
        figure.header.add_child(
            _Raw(f"<style>{css()}\n{_asset('map.css')}</style>"), name=_STYLE_ID
        )
        figure.html.add_child(
            _Raw(f'<script type="application/json" id="{name}">{self.data}</script>'), name=name
        )
        figure.script.add_child(_Raw(page_script()), name=_SCRIPT_ID)
        figure.script.add_child(
            _Raw(
                f'geofront.mountFrom({self._parent.get_name()}, "{name}",'
                f' {{ language: "{self.language}", theme: "{self.theme}" }});'
            ),
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


@cache
def page_script() -> str:
    """Return the page's own scripts as one, in a scope of its own, without their comments."""
    code = (_COMMENT.sub("", _asset(name)) for name in _SCRIPTS)
    return "\n".join(["(() => {", '"use strict";', *code, "})();"])


@cache
def _asset(name: str) -> str:
    folder = resources.files("geofront.render").joinpath("assets")
    return folder.joinpath(name).read_text(encoding="utf-8")


def _standalone(view: folium.Map, title: str) -> str:
    """Return the page of a map with Leaflet inside, in place of folium's links to servers."""
    figure = _figure_of(view)
    view.default_js, view.default_css = [], []
    # Names that do not change, so that the same series gives the same file.
    for number, element in enumerate(_tree(view)):
        element._id = f"{number}"  # noqa: SLF001 - branca offers no other way
    figure.header.add_child(_Raw(f"<style>{leaflet_css()}</style>"), name="leaflet_css")
    figure.header.add_child(_Raw(f"<script>{leaflet_js()}</script>"), name="leaflet_js")
    for child in list(figure._children.values()):  # noqa: SLF001
        child.render()
    page = Template(_asset("page.html")).substitute(
        title=escape(title),
        language=_language_of(view),
        policy=_POLICY_MARK,
        header=_FIXED_VIEWPORT.sub("", figure.header.render()),
        html=figure.html.render(),
        script=figure.script.render(),
    )
    return page.replace(_POLICY_MARK, _content_policy(page, _tile_hosts(view)), 1)


def _language_of(view: folium.Map) -> str:
    """Return the language of the map's first layer of control."""
    return next(layer.language for layer in _tree(view) if isinstance(layer, ControlLayer))


def _figure_of(view: folium.Map) -> Figure:
    figure = view.get_root()
    assert isinstance(figure, Figure)
    return figure


def _tree(element: Element) -> list[Element]:
    return [element, *(e for child in element._children.values() for e in _tree(child))]  # noqa: SLF001


def _content_policy(html: str, tile_hosts: list[str]) -> str:
    """Return a policy under which only the scripts of this page run, and nothing is loaded."""
    scripts = (script.encode("utf-8") for script in _SCRIPT.findall(html))
    hashes = [base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts]
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src", *(f"'sha256-{h}'" for h in hashes)]),
            "style-src 'unsafe-inline'",
            " ".join(["img-src", "data:", *tile_hosts]),
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _tile_hosts(view: folium.Map) -> list[str]:
    layers = [layer for layer in _tree(view) if isinstance(layer, folium.TileLayer)]
    return sorted({_origin(layer.tiles) for layer in layers})


def _origin(address: str) -> str:
    """Return the server of a tile address, a wildcard in place of its subdomain letter."""
    parts = urlsplit(address)
    first, dot, rest = parts.netloc.partition(".")
    host = f"*{dot}{rest}" if "{" in first else parts.netloc
    return f"{parts.scheme or 'https'}://{host}" if host else "'self'"
