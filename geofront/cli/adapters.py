"""The command on other people's data: ``import``."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import click

from geofront.cli.options import OUT, PATH
from geofront.cli.output import WRONG_USAGE, echo_table, fail
from geofront.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["import_command"]


def _list_formats(context: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click passes it so
    if not wanted:
        return
    from geofront.adapters import FORMATS

    echo_table(("format", "what it is"), [(n, f.description) for n, f in sorted(FORMATS.items())])
    context.exit()


@click.command(name="import")
@click.argument("format", metavar="FORMAT")
@click.argument("files", nargs=-1, required=True, type=PATH)
@click.option("-o", "--out", required=True, type=OUT, help="The folder to write.")
@click.option("--with", "settings", multiple=True, metavar="NAME=VALUE", help="Set an option.")
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_formats,
    help="List the formats.",
)
def import_command(
    format: str,  # noqa: A002 - what users call it
    files: tuple[Path, ...],
    out: Path,
    settings: tuple[str, ...],
) -> None:
    """Read FILES of another system and write them as a folder in geofront's form.

    What was read, kept, mended and dropped is told on stderr, and stands in import-report.json.
    """
    from geofront.adapters import reader
    from geofront.files import check_file_name

    for file in files:
        check_file_name(file)
    if out.is_file():
        fail(f"{out} is a file; -o wants the folder to write", WRONG_USAGE)
    try:
        read = reader(format)
    except UnknownNameError as error:
        fail(str(error), WRONG_USAGE)
    imported = read(list(files), **_options(read, settings))
    for path in imported.write(out):
        click.echo(path)
    click.echo(str(imported.report), err=True)


def _options(read: Callable[..., object], settings: Sequence[str]) -> dict[str, str]:
    """Return the options of a reader that the command line sets; a wrong name ends the command."""
    known = [
        p.name for p in inspect.signature(read).parameters.values() if p.kind is p.KEYWORD_ONLY
    ]
    options = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            fail(f"--with {setting!r} is no NAME=VALUE", WRONG_USAGE)
        if name not in known:
            fail(str(UnknownNameError("option", name, known)), WRONG_USAGE)
        if name in options:
            fail(f"--with {name}= is given twice; join the values with a comma", WRONG_USAGE)
        options[name] = value
    return options
