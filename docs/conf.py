"""How Sphinx builds these pages: ``sphinx-build -n -W -b html docs docs/_build/html``."""

from __future__ import annotations

from importlib import metadata

project = "geofront"
author = "The geofront authors"
copyright = "2026, The geofront authors"
release = metadata.version("geofront")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]

myst_heading_anchors = 3

html_theme = "furo"
html_title = f"geofront {release}"

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_google_docstring = False
napoleon_use_rtype = False

# The build needs no network, so types of other libraries are not links. What is named in backticks
# in a docstring is a word of the text, not a reference.
default_role = "code"
nitpick_ignore_regex = [
    ("py:.*", r"(collections|datetime|pathlib|types|typing|builtins)\..*"),
    ("py:.*", r"(np|numpy|pd|pandas|gpd|geopandas|shapely|folium)\..*"),
    ("py:.*", r"NDArray.*"),
]
