"""How values show themselves in a notebook: who draws them, by name, without importing it.

A timeline or a series knows that a notebook may ask for its picture, but not how pictures are
made: that is the work of the layers above. So those above are named here by the front door of the
package (`geofront`), and imported when a notebook asks.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["register", "show"]

_homes: dict[str, str] = {}


def register(action: str, home: str) -> None:
    """Name the function that does something for the layers below it.

    Parameters
    ----------
    action
        What is done, such as ``series_html``.
    home
        Where the function is: ``module:name``.
    """
    _homes[action] = home


def show(action: str, value: object, **options: object) -> Any:  # noqa: ANN401 - the action's own
    """Do what a function was registered for.

    Parameters
    ----------
    action
        The name under which it was registered.
    value
        What is to be shown.
    **options
        Passed on to the function.

    Returns
    -------
    Any
        What the function returns.

    Raises
    ------
    LookupError
        If nothing is registered under that name.
    """
    if action not in _homes:
        raise LookupError(f"nothing is registered to do {action!r}; there are: {sorted(_homes)}")
    module, _, name = _homes[action].partition(":")
    return getattr(import_module(module), name)(value, **options)
