"""Libraries that not everyone needs: what is told when one is missing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["needs"]


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
        message = f"needs the library {library}: pip install 'geofront[{extra}]'"
        raise DataFaultsError([Fault(file, 0, message)]) from error
