"""An interactive map of every day of a series as one HTML file that needs no network.

The page brings Leaflet along. Only for a map with street tiles, and for one in a notebook, is
folium needed (`geofront.render.page.foliummap`), which takes longer to load than the page to write.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from string import Template
from typing import TYPE_CHECKING

from geofront.dates import as_day
from geofront.errors import UnknownNameError
from geofront.events.rights import refuse_restricted
from geofront.files import write_whole
from geofront.render.format import LANGUAGES, SYSTEM
from geofront.render.page.accounts import refuse_strangers, without_repetition
from geofront.render.page.leaflet import leaflet_css, leaflet_js
from geofront.render.page.payload import as_json, build_payload
from geofront.render.style import THEMES, css
from geofront.render.targets import file_target

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from os import PathLike
    from pathlib import Path

    import folium

    from geofront.control.series import Series

__all__ = [
    "LANGUAGES",
    "SYSTEM",
    "Contents",
    "document",
    "page_html",
    "page_script",
    "style_sheet",
    "write_html",
]

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
ZOOM_STEP = 0.25
"""How finely the map zooms where no tiles lie under it, which look blurred between whole levels."""
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
# Lines of the scripts that are for those who write them only.
_COMMENT = re.compile(r"^ *(?://[^\n]*|/\*\*.*?\*/)?\n|^ +", re.MULTILINE | re.DOTALL)
_POLICY_MARK = "{content-security-policy}"
# Leaflet wants one; the page then shows all that is drawn.
_ZOOM_AT_FIRST = 10
_MAP, _DATA = "map", "data"


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
        If an account beside it has other actors, or withholds something else.
    DateError
        If `open_on` is not a day.
    UnknownNameError
        If the page does not speak that language, or has no such theme.
    OutputError
        If the name has another suffix.
    DataFaultsError
        If rows may not be passed on.
    OSError
        If the file can't be written.

    Examples
    --------
    >>> import geofront
    >>> from tempfile import TemporaryDirectory
    >>> timeline = geofront.read("palmyra-2016")
    >>> series = geofront.draw(timeline, start="2016-12-10", end="2016-12-11")
    >>> with TemporaryDirectory() as folder:
    ...     geofront.write_html(series, f"{folder}/palmyra.html", open_on="2016-12-10").name
    'palmyra.html'
    """
    refuse_restricted(series.timeline)
    if any(other.timeline.published != series.timeline.published for other in beside):
        raise ValueError("an account beside the map withholds something else; give all the same")
    target = file_target(path, "a page", (".html", ".htm"))
    page = page_html(
        series, open_on=open_on, tiles=tiles, language=language, theme=theme, beside=beside
    )
    write_whole(target, page.encode("utf-8"))
    return target


def page_html(
    series: Series,
    *,
    open_on: date | str | None = None,
    tiles: str | folium.TileLayer | None = None,
    language: str = "en",
    theme: str = SYSTEM,
    beside: Sequence[Series] = (),
) -> str:
    """Return the page that `write_html` writes, as text.

    Parameters
    ----------
    series
        What to show.
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
    str
        The whole document.

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
    if tiles is not None:
        from geofront.render.page.foliummap import control_map, tiled_page

        tiled = control_map(
            series, open_on=open_on, tiles=tiles, language=language, theme=theme, beside=beside
        )
        return tiled_page(tiled, title=series.title, language=language)
    contents = Contents.of(series, open_on=open_on, language=language, theme=theme, beside=beside)
    view = {
        "center": contents.center,
        "zoom": _ZOOM_AT_FIRST,
        "zoomSnap": ZOOM_STEP,
        "zoomDelta": 2 * ZOOM_STEP,
    }
    leaflet_map = f'L.map("{_MAP}", {json.dumps(view)})'
    return document(
        series.title,
        language,
        header=style_sheet(),
        body=f'<div class="folium-map" id="{_MAP}"></div>\n{contents.element(_DATA)}',
        script=f"{page_script()}\n{contents.mounting(leaflet_map, _DATA)}",
    )


@dataclass(frozen=True)
class Contents:
    """What a page shows: the data as JSON, and how it is shown at first.

    `center` is the middle of what is drawn, latitude and longitude in degrees.
    """

    data: str
    center: tuple[float, float]
    language: str
    theme: str

    @classmethod
    def of(
        cls,
        series: Series,
        *,
        open_on: date | str | None = None,
        language: str = "en",
        theme: str = SYSTEM,
        beside: Sequence[Series] = (),
    ) -> Contents:
        """Gather what a page shows.

        Parameters
        ----------
        series
            What to show.
        open_on
            The day on which the map opens; by default the last one.
        language
            In which the page speaks at first.
        theme
            The colours at first.
        beside
            Other accounts of the same conflict and days.

        Returns
        -------
        Contents
            The data of all accounts.

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
        if language not in LANGUAGES:
            raise UnknownNameError("language", language, LANGUAGES)
        if theme not in {SYSTEM, *THEMES}:
            raise UnknownNameError("theme", theme, [SYSTEM, *THEMES])
        day = as_day(open_on)
        refuse_strangers(series, beside)
        payload = build_payload(series, open_on=day)
        further = [build_payload(other, open_on=day) for other in beside]
        if further:
            payload["beside"] = [without_repetition(other, payload) for other in further]
        grid = payload["grid"]
        center = ((grid["south"] + grid["north"]) / 2, (grid["west"] + grid["east"]) / 2)
        return cls(as_json(payload), center, language, theme)

    def element(self, data_id: str) -> str:
        """Return the element that holds the data under an id."""
        return f'<script type="application/json" id="{data_id}">{self.data}</script>'

    def mounting(self, view: str, data_id: str) -> str:
        """Return the statement that shows the data under an id on a map, given as an expression."""
        first = json.dumps({"language": self.language, "theme": self.theme})
        return f'geofront.mountFrom({view}, "{data_id}", {first});'


@cache
def page_script() -> str:
    """Return the page's own scripts as one, in a scope of its own, without their comments."""
    code = (_COMMENT.sub("", _asset(name)) for name in _SCRIPTS)
    return "\n".join(["(() => {", '"use strict";', *code, "})();"])


@cache
def style_sheet() -> str:
    """Return the page's own style sheet as an element."""
    return f"<style>{css()}\n{_asset('map.css')}</style>"


def document(
    title: str,
    language: str,
    *,
    header: str,
    body: str,
    script: str,
    tile_hosts: Iterable[str] = (),
) -> str:
    """Return a whole page with Leaflet inside.

    Parameters
    ----------
    title
        As the window shows it; any text.
    language
        Of the page at first, a code of two letters.
    header, body
        Markup of the head, after Leaflet, and of the body.
    script
        What runs when the body is there.
    tile_hosts
        The servers from which images may be loaded, such as ``https://tile.example.org``.

    Returns
    -------
    str
        A page under whose policy only its own scripts run.
    """
    leaflet = f"<style>{leaflet_css()}</style>\n<script>{leaflet_js()}</script>"
    page = Template(_asset("page.html")).substitute(
        title=escape(title),
        language=language,
        policy=_POLICY_MARK,
        header=f"{leaflet}\n{header}",
        html=body,
        script=script,
    )
    return page.replace(_POLICY_MARK, _content_policy(page, tile_hosts), 1)


@cache
def _asset(name: str) -> str:
    folder = resources.files("geofront.render.page").joinpath("assets")
    return folder.joinpath(name).read_text(encoding="utf-8")


def _content_policy(html: str, tile_hosts: Iterable[str]) -> str:
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
