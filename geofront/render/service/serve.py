"""Serving a series over HTTP until it is told to end."""

from __future__ import annotations

import ipaddress
import logging
import os
import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from geofront.files.extras import needs

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["bound_socket", "is_loopback", "run", "url_of"]

_THREADS = 4
_LARGEST_BODY = 1 << 16  # bytes: questions stand in the address; no body is wanted
_WAITING = 128


def bound_socket(host: str = "127.0.0.1", port: int = 5000) -> socket.socket:
    """Return a socket that listens, so that a port in use is known before anything is drawn.

    Parameters
    ----------
    host
        A name or an address of this machine.
    port
        The port; 0: any that is free.

    Returns
    -------
    socket.socket
        Who connects waits until it is served.

    Raises
    ------
    OSError
        If the port is in use or may not be used, or the host is not of this machine; it says which.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=_WAITING)
    except socket.gaierror as error:
        raise OSError(error.errno, f"no machine is known as {host!r}") from error
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else str(error)
        raise OSError(error.errno, f"can't listen on {host}, port {port}: {reason}") from error


def is_loopback(sock: socket.socket) -> bool:
    """Return whether only this machine can reach a socket."""
    return ipaddress.ip_address(sock.getsockname()[0].partition("%")[0]).is_loopback


def url_of(sock: socket.socket) -> str:
    """Return the address of a service that listens on a socket.

    A socket of all addresses has none that others can use: then it is that of the machine's name.
    """
    host, port = sock.getsockname()[:2]
    address = ipaddress.ip_address(host.partition("%")[0])
    if address.is_unspecified:
        host = socket.gethostname()
    elif address.version == 6:  # noqa: PLR2004 - of the protocol
        host = f"[{host}]"
    return f"http://{host}:{port}"


def run(app: Any, sock: socket.socket, *, threads: int = _THREADS) -> None:  # noqa: ANN401
    """Serve an application until SIGTERM or Ctrl-C; requests that are being answered are finished.

    Parameters
    ----------
    app
        A WSGI application.
    sock
        Where it listens; closed at the end.
    threads
        How many requests are answered at a time.

    Raises
    ------
    DataFaultsError
        If waitress is not installed.
    """
    with needs("waitress", "serve", "the service"):
        from waitress import create_server
    # All threads at work is a matter of course here, and no news.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = create_server(
        app, sockets=[sock], threads=threads, ident=None, max_request_body_size=_LARGEST_BODY
    )
    with _ended_by(signal.SIGTERM):
        try:
            server.run()  # which ends at KeyboardInterrupt and SystemExit
        finally:
            server.close()


@contextmanager
def _ended_by(signum: signal.Signals) -> Iterator[None]:
    """Let a signal end what Ctrl-C ends."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    former = signal.signal(signum, end)
    try:
        yield
    finally:
        signal.signal(signum, former)
