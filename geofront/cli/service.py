"""The command ``serve``: a map as a web service for GIS programs."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from geofront.cli.publishing import warn_of_licences
from geofront.cli.series import drawing_options
from geofront.files.extras import how_to_install

if TYPE_CHECKING:
    from geofront.cli.series import Drawing

__all__ = ["serve"]

_HIGHEST_PORT = 65_535


@click.command()
@click.argument("source")
@drawing_options
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    default=5000,
    show_default=True,
    type=click.IntRange(0, _HIGHEST_PORT),
    help="0: any that is free.",
)
@click.option("--url", metavar="URL", help="The address that readers use, if it is another.")
@click.option("--cors", metavar="ORIGIN", help="Pages of this origin may read it; * for all.")
@click.option(
    "--threads",
    default=4,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Requests at a time.",
)
def serve(  # noqa: PLR0917 - click passes options by name
    source: str,
    drawing: Drawing,
    host: str,
    port: int,
    url: str | None,
    cors: str | None,
    threads: int,
) -> None:
    """Serve the map as OGC API - Features, for QGIS and other clients, until Ctrl-C."""  # noqa: DOC501 - click shows it
    from geofront.render.service import application, bound_socket, is_loopback, run, url_of

    _refuse_missing()
    _refuse_wrong_url(url)
    try:
        listening = bound_socket(host, port)
    except OSError as error:
        raise click.BadParameter(str(error.strerror), param_hint="--host, --port") from error
    with listening as sock:
        series = drawing.series(source)
        warn_of_licences(series.timeline)
        lonely = is_loopback(sock)
        address = (url or url_of(sock)).rstrip("/")
        app = application(series, url=address, cors=cors, any_host=not lonely)
        if not lonely:
            click.echo(
                f"warning: {host} can be reached by other machines. Whoever reaches it reads the "
                "whole map: there is no password and no encryption. A public service belongs "
                "behind a web server; see --url.",
                err=True,
            )
        click.echo(f"{series.title}, {series.start} to {series.end}: {address} (Ctrl-C ends)")
        run(app, sock, threads=threads)


def _refuse_missing() -> None:
    """Refuse to draw what can't be served.

    Raises
    ------
    click.UsageError
        If a library is missing.
    """
    for library in ("pygeoapi", "waitress"):
        if find_spec(library) is None:
            told = f"needs the library {library}: {how_to_install('serve')}"
            raise click.UsageError(f"serve {told}")


def _refuse_wrong_url(url: str | None) -> None:
    """Refuse an address that links can't begin with.

    Raises
    ------
    click.BadParameter
        If it is not one of http or https.
    """
    if url is None:
        return
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise click.BadParameter(
            f"{url!r} is no address such as https://example.org/map", param_hint="--url"
        )
