"""Libraries that not everyone needs: what is told when one is missing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["how_to_install", "needs"]


def how_to_install(extra: str) -> str:
    """Return what to type for an extra of geofront, which no index of packages has."""
    return f'in the folder of geofront, pip install ".[{extra}]"'


@contextmanager
def needs(library: str, extra: str, file: str) -> Iterator[None]:
    """Turn the import error of an optional library into one that names its remedy.

    Parameters
    ----------
    library
        What is imported.
    extra
        The extra of geofront that installs it.
    file
        What is to be read or written with it.

    Yields
    ------
    None
        To the import.

    Raises
    ------
    DataFaultsError
        If it can't be imported.
    """
    try:
        yield
    except ImportError as error:
        message = f"needs the library {library}: {how_to_install(extra)}"
        raise DataFaultsError([Fault(file, 0, message)]) from error
