"""Progress of long work: one way to wrap what is worked through, day by day or row by row.

A bar is drawn in a notebook (a widget, or text where ipywidgets is missing) and on a terminal, on
stderr; in scripts whose output is piped or logged nothing is. Work that is over at once draws none.

>>> from geofront.progress import track
>>> for day in track(["2016-12-08", "2016-12-09"], what="GeoJSON"):
...     print(day)
2016-12-08
2016-12-09
"""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tqdm.std import tqdm

__all__ = ["SWITCH", "quiet", "track", "tracker"]

SWITCH = "GEOFRONT_PROGRESS"
"""The environment variable that switches bars off where it is ``off``, ``no``, ``false`` or 0."""

_Item = TypeVar("_Item")
_OFF = {"0", "false", "no", "off"}
_DELAY_S = 0.5  # what takes less need not be waited for

_silenced: ContextVar[bool] = ContextVar("_silenced", default=False)


def track(
    iterable: Iterable[_Item], *, what: str, unit: str = "days", total: int | None = None
) -> Iterable[_Item]:
    """Return an iterable with a progress bar, where there is someone to look at it.

    Parameters
    ----------
    iterable
        What is worked through.
    what
        What is being done, such as the name of a format.
    unit
        What is counted, in the plural.
    total
        How many there are, where the iterable has no length.

    Returns
    -------
    Iterable
        The same items in the same order; the iterable itself where no bar is to be drawn.
    """
    bar = _bar()
    if bar is None:
        return iterable
    told: Iterable[_Item] = bar(iterable, desc=what, unit=f" {unit}", total=total)
    return told


def tracker(what: str, unit: str = "days") -> Callable[[Iterable[_Item]], Iterable[_Item]]:
    """Return `track` with its words, to be given as the ``progress`` of a writer.

    Parameters
    ----------
    what, unit
        As for `track`.

    Returns
    -------
    Callable[[Iterable], Iterable]
        Wraps an iterable.
    """
    return partial(track, what=what, unit=unit)


@contextmanager
def quiet() -> Iterator[None]:
    """Draw no bars inside a block.

    Yields
    ------
    None
        To the block.

    Examples
    --------
    >>> from geofront.progress import quiet
    >>> with quiet():
    ...     pass  # no bars here
    """
    token = _silenced.set(True)
    try:
        yield
    finally:
        _silenced.reset(token)


def _bar() -> Callable[..., tqdm[_Item]] | None:
    """Return what draws bars here, or None where nobody would see them."""
    if _silenced.get() or os.environ.get(SWITCH, "").strip().casefold() in _OFF:
        return None
    if _in_notebook():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that ipywidgets is missing; the bar is then text
            from tqdm.auto import tqdm as widget
        return partial(widget, delay=_DELAY_S, file=sys.stderr)
    if not _is_terminal():
        return None
    from tqdm import tqdm as line

    return partial(line, delay=_DELAY_S, file=sys.stderr, leave=False)


def _in_notebook() -> bool:
    """Tell whether a Jupyter kernel runs this; IPython is asked only if it is there already."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and "IPKernelApp" in shell.config


def _is_terminal() -> bool:
    # Under pythonw there is no stderr at all.
    return sys.stderr is not None and sys.stderr.isatty()
