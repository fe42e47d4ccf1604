"""Leaflet's files, from the package that carries them, ready to stand inside a page."""

from __future__ import annotations

import base64
import re
from functools import cache
from importlib import resources

__all__ = ["leaflet_css", "leaflet_js"]

_PACKAGE = "xstatic.pkg.leaflet"
_IMAGE = re.compile(r"url\(images/([\w.-]+\.png)\)")
_SOURCE_MAP = re.compile(r"//[#@] sourceMappingURL=\S+\s*\Z")


def _read(*parts: str) -> bytes:
    return resources.files(_PACKAGE).joinpath("data", *parts).read_bytes()


@cache
def leaflet_js() -> str:
    """Return Leaflet's script, without the reference to its source map."""
    return _SOURCE_MAP.sub("", _read("leaflet.js").decode("utf-8"))


@cache
def leaflet_css() -> str:
    """Return Leaflet's style sheet with its images as ``data:`` addresses."""
    return _IMAGE.sub(_as_data, _read("leaflet.css").decode("utf-8"))


def _as_data(reference: re.Match[str]) -> str:
    image = base64.b64encode(_read("images", reference[1])).decode("ascii")
    return f"url(data:image/png;base64,{image})"
