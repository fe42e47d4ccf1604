"""Bytes on disk: files read up to a size, hashed, and written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LARGEST", "appearing_whole", "read_bytes", "sha256", "write_whole"]

LARGEST = 1 << 30
"""The size in bytes above which a file is refused: nobody wrote it by hand."""


def sha256(data: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read_bytes(path: Path) -> bytes:
    """Read all of a file, unless there is too much of it.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    bytes
        Its content.

    Raises
    ------
    DataFaultsError
        If it can't be read, or holds more than `LARGEST` bytes.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataFaultsError([Fault(str(path), 0, f"cannot be read: {reason}")]) from error
    if len(data) > LARGEST:
        message = f"is larger than {LARGEST >> 20:,} MiB; split it, or leave out what is not needed"
        raise DataFaultsError([Fault(path.name, 0, message)])
    return data


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that readers see the former content or the new one, never a part.

    Parameters
    ----------
    path
        The file; its folder is made where it is missing.
    data
        All of its content.

    Raises
    ------
    OSError
        If the folder or file can't be written; the former file is then untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(temporary, 0o666 & ~_umask())  # noqa: PTH101 - mkstemp's 0600 would surprise
        os.replace(temporary, path)  # noqa: PTH105 - the atomic primitive, by its name
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


@contextlib.contextmanager
def appearing_whole(path: Path) -> Iterator[Path]:
    """Lend a temporary path for a library to write to, which then takes the file's place.

    Parameters
    ----------
    path
        The file; its folder is made where it is missing.

    Yields
    ------
    Path
        A path in a new folder beside the file, with the file's name; what is written there becomes
        the file at the end, unless the block fails.

    Raises
    ------
    OSError
        If the folder or file can't be written; the former file is then untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        temporary = Path(folder) / path.name
        yield temporary
        os.replace(temporary, path)  # noqa: PTH105 - the atomic primitive, by its name
