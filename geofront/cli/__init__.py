"""The command line: ``geofront map``, ``status``, ``stats``, ``resolve``, ``scan`` and so on."""

from __future__ import annotations

import errno
import io
import locale
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn

import click

from geofront.cli.adapters import import_command
from geofront.cli.audit import audit
from geofront.cli.compare import compare
from geofront.cli.maps import datasets, map_command
from geofront.cli.names import resolve, scan
from geofront.cli.output import DATA_AT_FAULT, WRONG_USAGE, fail
from geofront.cli.score import score
from geofront.cli.service import serve
from geofront.cli.stats import stats
from geofront.cli.status import explain, status
from geofront.cli.store import store
from geofront.cli.tables import convert, schema
from geofront.errors import (
    DataFaultsError,
    ExtentError,
    GeofrontError,
    OutputError,
    SpanError,
    UnknownNameError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["main"]

_SIGNALLED = 128  # and the number of the signal: as shells tell it
_ELSEWHERE = "; write to a folder that you may write to"
_ROOM = "; make room there, or write to another disk"
_REMEDIES = {
    errno.EACCES: _ELSEWHERE,
    errno.EPERM: _ELSEWHERE,
    errno.EROFS: _ELSEWHERE,
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: _ROOM,
    errno.ENAMETOOLONG: "; choose a shorter name",
    errno.EIO: "; the disk may be full or fail: try another one",
}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="geofront")
def cli() -> None:
    """Turn dated, sourced statements about a war into control maps, one for every day.

    SOURCE is the name of a dataset, a folder of tables, or a lone table of events such as
    events.csv.
    """


for _command in (
    audit,
    compare,
    convert,
    datasets,
    explain,
    import_command,
    map_command,
    resolve,
    scan,
    schema,
    score,
    serve,
    stats,
    status,
    store,
):
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; exit status 0 done, 1 the data are at fault, 2 wrong usage."""
    _speak_utf8()
    _fold_letters_plainly()
    with _tidy_when_ended():
        _run(arguments)
    sys.exit(0)


@contextmanager
def _tidy_when_ended() -> Iterator[None]:
    """Let what is under way take its unfinished files away when the program is told to end."""

    def end(number: int, _: object) -> NoReturn:
        raise SystemExit(_SIGNALLED + number)

    if threading.current_thread() is not threading.main_thread():  # signals are the main one's
        yield
        return
    # The terminal that goes away is one more, except for whom nohup has deaf to it.
    ending = [getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP")]
    heard = [number for number in ending if number and signal.getsignal(number) != signal.SIG_IGN]
    former = {number: signal.signal(number, end) for number in heard}
    try:
        yield
    except BaseException:
        from geofront.files.whole import tidy_up

        tidy_up()
        raise
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _run(arguments: Sequence[str] | None) -> None:
    try:
        cli.main(arguments, prog_name="geofront", standalone_mode=False)
    except click.exceptions.Exit as finished:
        sys.exit(finished.exit_code)
    except click.Abort:
        fail("interrupted", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except DataFaultsError as error:
        count = len(error.faults)
        fail(f"{error}\n{count} fault{'s' if count > 1 else ''}; nothing was done", 1)
    except UnknownNameError as error:
        fail(str(error), WRONG_USAGE)
    except GeofrontError as error:
        fail(str(error), _exit_code(error))
    except BrokenPipeError:
        sys.exit(DATA_AT_FAULT)
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "")
        fail(f"{error.filename or 'output'}: {error.strerror or error}{remedy}", DATA_AT_FAULT)


def _speak_utf8() -> None:
    """Write UTF-8 into pipes, since the code pages of Windows lack most names of places."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _fold_letters_plainly() -> None:
    """Let GDAL and GEOS know their keywords: in a Turkish locale no i is a small I."""
    with suppress(locale.Error):  # there is none on Windows, nor such a Turkish one
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")


def _exit_code(error: GeofrontError) -> int:
    return (
        WRONG_USAGE if isinstance(error, SpanError | ExtentError | OutputError) else DATA_AT_FAULT
    )
