"""Pictures as bytes: the same for the same input, texts kept as text, provenance inside."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

from geofront.files.extras import needs
from geofront.render.image.labels import RIM
from geofront.render.image.text import SETTINGS
from geofront.render.shown import printable
from geofront.render.targets import file_target

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from matplotlib.figure import Figure

    from geofront.control.series import Series
    from geofront.render.style import Theme

__all__ = ["PICTURE_SUFFIXES", "credit_of", "picture_target", "require_matplotlib", "saved"]

PICTURE_SUFFIXES = (".png", ".svg", ".pdf")
"""The formats of a picture, as the suffix of its file."""

_DOCTYPE = re.compile(r"<!DOCTYPE[^>]*>\s*")
# Letters stay letters, in a font that their reader has or that goes with the file, and ids do not
# depend on chance.
_SETTINGS: dict[Any, Any] = {
    **SETTINGS,
    "svg.fonttype": "none",
    "svg.hashsalt": "geofront",
    "pdf.fonttype": 42,
}


def require_matplotlib(file: str) -> None:
    """Refuse to draw where matplotlib is missing.

    Parameters
    ----------
    file
        What is to be drawn, for the message.

    Raises
    ------
    DataFaultsError
        If it can't be imported.
    """
    with needs("matplotlib", "plots", file):
        import matplotlib  # noqa: F401, ICN001


def picture_target(path: str | PathLike[str]) -> tuple[Path, str]:
    """Return the path of a picture to write, and its format.

    Parameters
    ----------
    path
        The file; its suffix is one of `PICTURE_SUFFIXES`.

    Returns
    -------
    tuple[Path, str]
        The format is ``png``, ``svg`` or ``pdf``.

    Raises
    ------
    OutputError
        If pictures are written in no such format.
    """
    target = file_target(path, "a picture", PICTURE_SUFFIXES)
    return target, target.suffix.casefold().lstrip(".")


def credit_of(series: Series) -> str:
    """Return what must stand below every picture: what is withheld, data, licence, method."""
    told = series.provenance
    facts = [
        ("Withheld: ", series.timeline.published.told),
        ("Not withheld: ", told.get("not_withheld")),
        ("Restricted: ", told.get("restricted")),
        ("Data: ", told["attribution"]),
        ("Licence: ", told["licence"]),
        ("Positions: ", told["place_sources"]),
        ("Method: ", told.get("method")),
        ("Policy of evidence: ", told.get("policy")),
        ("As known on ", told.get("known_on")),
        ("geofront ", told["library_version"]),
    ]
    return " · ".join(prefix + printable(value) for prefix, value in facts if value)


def saved(figure: Figure, series: Series, *, form: str, dpi: float, theme: Theme) -> bytes:
    """Return a figure as a file.

    Parameters
    ----------
    figure
        The figure.
    series
        What it shows, for the title and the provenance inside the file.
    form
        ``png``, ``svg`` or ``pdf``.
    dpi
        Dots per inch of a PNG.
    theme
        Whose paper lies under names in an SVG.

    Returns
    -------
    bytes
        The same for the same figure, whenever it is written.
    """
    from matplotlib import rc_context

    rims = figure.findobj(lambda artist: artist.get_label() == RIM)
    for rim in rims:
        rim.set_visible(form != "svg")
    stream = io.BytesIO()
    with rc_context(_SETTINGS):
        figure.savefig(stream, format=form, dpi=dpi, metadata=_metadata(series, form))
    data = stream.getvalue()
    return _plain_svg(data, theme) if form == "svg" else data


def _metadata(series: Series, form: str) -> dict[str, str | None]:
    """Return what each format can say of itself; no day on which it was written."""
    told = series.provenance
    title = printable(series.title)
    about = json.dumps(told, ensure_ascii=form == "pdf", default=str)
    maker = f"geofront {told['library_version']}"
    rights = printable(f"{told['licence']} {told['attribution']}")
    if form == "svg":
        given = {"Title": title, "Description": printable(about), "Rights": rights}
        return {**given, "Creator": maker, "Date": None, "Type": None}
    if form == "pdf":
        return {"Title": title, "Subject": about, "Creator": maker, "CreationDate": None}
    return {"Title": title, "Description": about, "Copyright": rights, "Software": maker}


def _plain_svg(data: bytes, theme: Theme) -> bytes:
    """Take the reference to a document type elsewhere away, and set the names off from the map."""
    style = (
        'g[id^="name-"] text{paint-order:stroke;stroke-width:2.2px;'
        f"stroke:{theme.paper};stroke-opacity:.85}}"
    )
    text = _DOCTYPE.sub("", data.decode("utf-8"), count=1)
    return text.replace("</style>", f"{style}</style>", 1).encode("utf-8")
