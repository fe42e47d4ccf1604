"""Files written whole or not at all, and what writers that were killed leave behind."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import platform
import re
import secrets
import shutil
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "appearing_whole",
    "check_complete",
    "folder_of_whole_files",
    "remove_leftovers",
    "tidy_up",
    "workshop",
    "write_together",
    "write_whole",
]

# Unfinished work is named by the machine and the process that do it, and by a token of the process,
# whose number another may get (in a container, every run): .NAME.part-MACHINE-PROCESS-TOKEN-…
# A folder of files that are whole and about to take their places is named .NAME.whole- and so on.
_UNFINISHED = re.compile(r"\..*\.(part|whole)-([0-9a-f]{8})-(\d+)(?:-([0-9a-f]{8}))?-\w+")
_STALE_S = 3600.0
_OPEN_TO_OTHERS = 0o022
_log = logging.getLogger(__name__)
_worked_in: set[str] = set()
_token: list[str] = []
_MOST_NAME = 60  # bytes of the name: with Arabic letters a longer one would be too long for disks


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
        If the folder or file can't be written; it names the file, and the former one is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep_once(os.path.abspath(path.parent))  # noqa: PTH100 - links stay as they are
    with _naming(path):
        handle, temporary = tempfile.mkstemp(prefix=_prefix(path.name), dir=path.parent)
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
        If the folder or file can't be written; it names the file, and the former one is untouched.
    """
    with workshop(path.parent, path.name, path) as folder:
        temporary = folder / path.name
        yield temporary
        os.replace(temporary, path)  # noqa: PTH105 - the atomic primitive, by its name


@contextlib.contextmanager
def folder_of_whole_files(folder: Path) -> Iterator[tuple[Path, list[Path]]]:
    """Lend a temporary folder, whose files then take their places in another.

    They are moved only when all are written. The folder is the user's, so that what else lies in
    it stays; each file appears whole or not at all.

    Parameters
    ----------
    folder
        The folder; it is made where it is missing.

    Yields
    ------
    tuple[Path, list[Path]]
        The folder to write to, and a list that names the files once they are in their places.

    Raises
    ------
    OSError
        If the folder or a file can't be written; it names that one.
    IsADirectoryError
        If a folder stands where a file is to be; none is moved then.
    """
    written: list[Path] = []
    with workshop(folder, "geofront", folder) as temporary:
        yield temporary, written
        for path in _files_in(temporary):
            if (folder / path).is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(folder / path))
        with _turn(folder):
            _end_moves(folder)  # of who was killed in the turn before
            whole = temporary.with_name(temporary.name.replace(".part-", ".whole-"))
            os.replace(temporary, whole)  # noqa: PTH105 - the atomic primitive, by its name
            written += _in_their_places(whole, folder)


def write_together(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files of which none is right without the others.

    They are moved to their places when all are written. Who is killed while they move leaves a
    mark, by which the next writer ends the move and `check_complete` refuses the folder until then.

    Parameters
    ----------
    folder
        The folder; it is made where it is missing.
    files
        The content of each by its name, which may lead into folders below.

    Returns
    -------
    list[Path]
        The files, in the order given.

    Raises
    ------
    OSError
        If the folder or a file can't be written; it names that one.
    """
    with folder_of_whole_files(folder) as (temporary, _):
        for name, data in files.items():
            with _naming(folder / name):
                (temporary / name).parent.mkdir(parents=True, exist_ok=True)
                (temporary / name).write_bytes(data)
    return [folder / name for name in files]


def check_complete(folder: Path) -> None:
    """Refuse a folder whose files were taking their places when their writer was killed.

    Parameters
    ----------
    folder
        The folder; one that is missing is not refused.

    Raises
    ------
    DataFaultsError
        If some of its files may be of one run and some of another.
    """
    message = (
        "holds files of two runs: what writes here was cut short, or is at it at this moment; "
    )
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            found = _UNFINISHED.fullmatch(path.name)
            if found and found[1] == "whole" and path.is_dir():
                remedy = "run it again" if _is_ours(path) else _remedy(path)
                raise DataFaultsError([Fault(str(folder), 0, message + remedy)])


def remove_leftovers(folder: Path, *, own: bool = False) -> None:
    """Remove what writers that were killed left unfinished in a folder.

    What a process of this machine that still runs is at work on stays; that of other machines, on
    a disk that they share, stays for an hour after its last change. A move that was cut short is
    ended, but for files that were written anew since; another user's is left alone and logged.

    Parameters
    ----------
    folder
        The folder; nothing happens where it is missing.
    own
        Whether to remove instead, and only, what this very process is at work on, since it is
        about to end.
    """
    with contextlib.suppress(OSError):
        for path, kind in _leftovers(folder, own=own):
            if not _is_real_folder(path):
                path.unlink(missing_ok=True)
            elif kind == "part":
                shutil.rmtree(path, ignore_errors=True)
            else:
                with _turn(folder):
                    _end_move(path, folder)


def tidy_up() -> None:
    """Remove what this process, which is about to end, has left unfinished anywhere.

    What fails is taken away at once; but a signal may come just where nobody can catch it.
    """
    for folder in _worked_in:
        remove_leftovers(Path(folder), own=True)


@cache
def _sweep_once(folder: str) -> None:
    """Remove leftovers, but not before each of thousands of files."""
    _worked_in.add(folder)
    remove_leftovers(Path(folder))


def _leftovers(folder: Path, *, own: bool = False) -> Iterator[tuple[Path, str]]:
    """Name what killed writers left, or what is this process's own, and its kind."""
    for path in list(folder.iterdir()):
        told = _UNFINISHED.fullmatch(path.name)
        if told and (_is_own(told) if own else _is_over(path, told)):
            yield path, told[1]


def _is_real_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _end_moves(folder: Path) -> None:
    """End the moves of killed writers; only for who has the turn."""
    with contextlib.suppress(OSError):
        for path, kind in _leftovers(folder):
            if kind == "whole" and _is_real_folder(path):
                _end_move(path, folder)


def _end_move(whole: Path, folder: Path) -> None:
    """End a move that was cut short, unless another user may have laid it there."""
    if not _is_ours(whole):
        _tell_once(whole)
        return
    for path in _files_in(whole):
        if _is_newer(folder / path, whole / path):
            (whole / path).unlink(missing_ok=True)
    _in_their_places(whole, folder)


@cache
def _tell_once(whole: Path) -> None:
    """Log what is left alone, but not before each of thousands of files."""
    _log.warning("%s holds files of a run that was cut short; %s", whole.parent, _remedy(whole))


def _is_ours(path: Path) -> bool:
    """Whether nobody but this user can have filled a folder, as far as the system tells owners."""
    if os.name != "posix":
        return True
    told = path.lstat()
    return told.st_uid == os.geteuid() and not told.st_mode & _OPEN_TO_OTHERS


def _remedy(whole: Path) -> str:
    return f"{whole.name} is of another user or open to others: remove it if nobody writes here"


def _is_newer(place: Path, left: Path) -> bool:
    try:
        return place.stat().st_mtime_ns > left.stat().st_mtime_ns
    except FileNotFoundError:
        return False


def _files_in(folder: Path) -> list[Path]:
    """Return the files below a folder, as paths from there."""
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def _in_their_places(whole: Path, folder: Path) -> list[Path]:
    """Move all files of a folder to another one; who is told to end does that first.

    Raises
    ------
    OSError
        If one of them can't be moved; it names that one, and the others are given up.
    """
    places = [folder / path for path in _files_in(whole)]
    try:
        _move(whole, folder)
    except OSError:
        shutil.rmtree(whole, ignore_errors=True)
        raise
    except BaseException:
        _move(whole, folder)
        raise
    return places


def _move(whole: Path, folder: Path) -> None:
    for path in _files_in(whole):
        with _naming(folder / path):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(whole / path, folder / path)  # noqa: PTH105 - the atomic primitive
    shutil.rmtree(whole, ignore_errors=True)  # which may be gone, where a signal came just then


@contextlib.contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Let one process after the other move its files into a folder, where locks are known."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            handle = os.open(folder, os.O_RDONLY)
            held.callback(os.close, handle)  # which gives the lock back
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _is_own(told: re.Match[str]) -> bool:
    return told.group(2, 3, 4) == (_machine(), str(os.getpid()), _token[0])


def _is_over(path: Path, told: re.Match[str]) -> bool:
    if _is_own(told):
        return False
    if told.group(2, 3) == (_machine(), str(os.getpid())):
        if told[4]:
            return True  # of a run before, which had the number of this one
    elif told[2] == _machine() and os.name == "posix":
        return not _runs(int(told[3]))
    parts = [path, *path.glob("*")] if path.is_dir() else [path]
    return max(part.stat().st_mtime for part in parts) < time.time() - _STALE_S


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)  # sends nothing: asks whether it could be sent
    except PermissionError:
        return True  # another user's
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _prefix(name: str) -> str:
    short = os.fsencode(name)[:_MOST_NAME].decode(errors="ignore")
    return f".{short}.part-{_machine()}-{os.getpid()}-{_token[0]}-"


def _take_token() -> None:
    _token[:] = [secrets.token_hex(4)]


_take_token()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_take_token)


@cache
def _machine() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


@contextlib.contextmanager
def workshop(folder: Path, name: str, target: Path) -> Iterator[Path]:
    """Lend a temporary folder inside another one, which is taken away when all is done.

    Parameters
    ----------
    folder
        The folder around it; it is made where it is missing. What killed writers left there is
        removed, and so will this one be.
    name
        What it is named by.
    target
        What is to be made; errors name it in the stead of the temporary folder.

    Yields
    ------
    Path
        The temporary folder.

    Raises
    ------
    OSError
        If it can't be made or filled.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _worked_in.add(os.path.abspath(folder))  # noqa: PTH100 - likewise
    remove_leftovers(folder)
    with (
        _naming(target),
        tempfile.TemporaryDirectory(prefix=_prefix(name), dir=folder) as temporary,
    ):
        yield Path(temporary)


@contextlib.contextmanager
def _naming(target: Path) -> Iterator[None]:
    """Let errors name the file that a user asked for, not the temporary one in its stead.

    Raises
    ------
    OSError
        As it was raised inside, of the file.
    """
    try:
        yield
    except OSError as error:
        # A library's own words name no file at all, or one in the temporary folder.
        if error.filename is not None and not _is_unfinished(error.filename):
            raise
        reason = error.strerror or str(error)
        raise OSError(error.errno or errno.EIO, reason, str(target)) from error


def _is_unfinished(name: object) -> bool:
    return any(_UNFINISHED.fullmatch(part) for part in Path(str(name)).parts)
