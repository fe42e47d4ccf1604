"""How Sphinx builds these pages: ``sphinx-build -n -W -b html docs docs/_build/html``."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import shutil
import sys
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING

import geofront

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "geofront"
author = "The geofront authors"
copyright = "2026, The geofront authors"
release = metadata.version("geofront")

extensions = ["myst_nb", "sphinx.ext.autodoc", "numpydoc"]
exclude_patterns = ["_build"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# The notebooks are run anew, each in a folder of its own, and one that breaks breaks the build.
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True
# No notebook needs the scripts of ipywidgets, which a reader's browser would fetch from elsewhere.
nb_ipywidgets_js: dict[str, dict[str, str]] = {}

html_theme = "furo"
html_title = f"geofront {release}"
html_static_path = ["_static"]
html_css_files = ["notebooks.css"]

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
numpydoc_show_class_members = False

# What stands in single backticks in a docstring is a word of the text, not a reference.
default_role = "code"
# The build needs no network, so the types of other libraries are not links.
nitpick_ignore_regex = [
    ("py:.*", r"(collections|datetime|os|pathlib|types|typing)\..*"),
    ("py:.*", r"(branca|folium|geopandas|matplotlib|numpy|pandas|shapely|sqlalchemy)\..*"),
    ("py:.*", r"(dt|geopy|ipywidgets|lonboard)\..*"),
    # Short names for what a parameter's text says, and types that only the checker needs.
    ("py:class", r"Files|Pairs|Placemarks|geofront\..*\._\w+"),
    # What a series is made of inside is its own business.
    ("py:class", r"_Painted|date|geofront\.control\.(pieces\.Pieces|cluster\.Client)"),
    # How a gazetteer is indexed is its own business.
    ("py:.*", r"geofront\.gazetteer\.(index\.Toponyms|arrays\..*|soundindex\..*)"),
]


sys.path.insert(0, str(Path(__file__).parent))
import figures  # noqa: E402 - beside this file, where only now can be imported from

figures.make()

# Sphinx reads only what lies below its own folder.
shutil.copytree(
    Path(__file__).parents[1] / "notebooks",
    Path(__file__).with_name("_notebooks"),
    dirs_exist_ok=True,
    ignore=shutil.ignore_patterns(".*"),
)


def _resolve_annotations(module_name: str) -> None:
    """Give a module the names that it imports for annotations only, so that they can be read."""
    module = import_module(module_name)
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            code = compile(ast.Module(node.body, type_ignores=[]), module_name, "exec")
            exec(code, vars(module))  # noqa: S102 - our own imports


for _module in pkgutil.walk_packages(geofront.__path__, "geofront."):
    if _module.name != "geofront.__main__":
        _resolve_annotations(_module.name)


def _readable_defaults(*event: object) -> tuple[str, str] | None:
    """Write a default that is made anew for each object as ``...``, which Sphinx can read."""
    signature, returns = event[-2:]
    if not isinstance(signature, str):
        return None
    return signature.replace("<factory>", "..."), str(returns or "")


def setup(app: Sphinx) -> None:
    """Connect the functions of this file."""
    app.connect("autodoc-process-signature", _readable_defaults)
