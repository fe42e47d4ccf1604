"""KML and KMZ: placemarks with their folders, times and extended data.

Read after OGC KML 2.3 and its predecessors from 2.0 on; namespaces are not looked at, since
programs write them in many ways. Network links are not followed, overlays are no places.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

import shapely

from geofront.adapters.cells import NO_NUMBER, NO_POSITION, cell
from geofront.adapters.placemarks.mark import Collection, Mark, plain_text
from geofront.adapters.placemarks.xmlparts import children, first, parts_of, text_of
from geofront.errors import DataFaultsError
from geofront.files.bounds import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from geofront.adapters.foreign import ForeignFile

__all__ = ["read_kml", "unpacked"]

NETWORK_LINK = "a network link is not followed"
OVERLAY = "an overlay is a picture, no place"
_OVERLAYS = ("groundoverlay", "photooverlay", "screenoverlay")
_SHAPES = ("point", "linestring", "linearring", "polygon", "multigeometry", "track", "multitrack")
_NUMBERS = re.compile(r"[,\s]+")
_RING = 4
_MOST_MEMBERS = 10_000
# RuntimeError: encrypted; NotImplementedError: packed in a way that is not known.
_UNPACKABLE = (
    *(OSError, zipfile.BadZipFile, zlib.error, EOFError),
    *(RuntimeError, NotImplementedError, ValueError),
)


def unpacked(file: ForeignFile) -> bytes:
    """Return the main document of a KMZ.

    Raises
    ------
    DataFaultsError
        If there is none, or it can't be unpacked to a reasonable size.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            names = archive.namelist()[:_MOST_MEMBERS]
            found = [name for name in names if name.casefold().endswith(".kml")]
            # The first one at the root is the main one; what others there are, it links to.
            main = min(found, key=lambda name: (name.count("/"), found.index(name)), default="")
            if not main:
                raise file.refused("is an archive without KML")
            with archive.open(main) as packed:
                data = packed.read(LARGEST + 1)
    except DataFaultsError:
        raise
    except _UNPACKABLE as error:
        raise file.refused(f"cannot be unpacked: {error}") from error
    if len(data) > LARGEST:
        raise file.refused(f"is larger than {LARGEST >> 20:,} MiB when unpacked")
    return data


def read_kml(name: str, data: bytes, about: Collection) -> Iterator[Mark]:
    """Yield the placemarks of a KML document.

    Parameters
    ----------
    name
        The name of the file.
    data
        The document.
    about
        Is told the title and author.

    Yields
    ------
    Mark
        In order; links and overlays as what they are.

    Raises
    ------
    XMLRefusedError
        If it is no XML that may be read.
    """
    wanted = {"placemark", "networklink", "author", *_OVERLAYS}
    number = 0
    for part in parts_of(data, wanted):
        element = part.element
        if part.tag == "author":
            about.author = about.author or cell(text_of(element, "name"))
            continue
        number += 1
        if part.folders:
            about.title = about.title or part.folders[-1]
        mark = Mark(name, number, cell(text_of(element, "name")), folders=part.folders)
        if part.tag == "placemark":
            _describe(mark, element)
        else:
            mark.problem = NETWORK_LINK if part.tag == "networklink" else OVERLAY
            mark.value = cell(text_of(element, "link", "href") or text_of(element, "url", "href"))
        yield mark


def _describe(mark: Mark, element: Element) -> None:
    mark.text = plain_text(text_of(element, "description"))
    style = cell(text_of(element, "styleurl")).rpartition("#")[2]
    mark.labels = (style,) if style else ()
    mark.told = dict(_extended(element))
    if element.get("id"):
        mark.told.setdefault("kml_id", cell(element.get("id")))
    mark.start = mark.end = cell(text_of(element, "timestamp", "when"))
    span = first(element, "timespan")
    if span is not None:
        mark.start, mark.end = cell(text_of(span, "begin")), cell(text_of(span, "end"))
    try:
        shapes = [_shape(child) for child in children(element, *_SHAPES)]
    except (ValueError, shapely.errors.ShapelyError):
        mark.problem = NO_NUMBER
        mark.value = cell(" ".join("".join(element.itertext()).split())[:80])
        return
    shapes = [shape for shape in shapes if shape is not None and not shape.is_empty]
    if not shapes:
        mark.problem, mark.value = NO_POSITION, mark.name
        return
    mark.shape = shapes[0]


def _extended(element: Element) -> Iterator[tuple[str, str]]:
    """Yield names in small letters and values: of ``Data``, and of the fields of a schema."""
    data = first(element, "extendeddata")
    for child in children(data, "data"):
        yield cell(child.get("name")).casefold(), cell(text_of(child, "value"))
    for schema in children(data, "schemadata"):
        for child in children(schema, "simpledata"):
            yield cell(child.get("name")).casefold(), cell(text_of(child))


def _shape(element: Element) -> shapely.Geometry | None:
    """Return a geometry, None where it holds nothing.

    Raises
    ------
    ValueError
        If a coordinate is no number.
    """
    tag = element.tag
    if tag in ("multigeometry", "multitrack"):
        parts = [_shape(child) for child in children(element, *_SHAPES)]
        held = [part for part in parts if part is not None and not part.is_empty]
        return held[0] if len(held) == 1 else shapely.GeometryCollection(held)
    if tag == "polygon":
        outer = _ring(first(element, "outerboundaryis", "linearring"))
        inner = [_ring(first(e, "linearring")) for e in children(element, "innerboundaryis")]
        if len(outer) < _RING:
            return None
        return shapely.Polygon(outer, [hole for hole in inner if len(hole) >= _RING])
    if tag == "track":
        texts = [text_of(child) for child in children(element, "coord")]
        return _line([pair for text in texts for pair in _pairs(text.replace(" ", ","))])
    pairs = _pairs(text_of(element, "coordinates"), alone=tag == "point")
    if tag == "point":
        return shapely.Point(pairs[0]) if pairs else None
    return _line(pairs)


def _line(pairs: list[tuple[float, float]]) -> shapely.Geometry | None:
    if not pairs:
        return None
    return shapely.LineString(pairs) if len(pairs) > 1 else shapely.Point(pairs[0])


def _ring(element: Element | None) -> list[tuple[float, float]]:
    pairs = [] if element is None else _pairs(text_of(element, "coordinates"))
    return pairs if not pairs or pairs[0] == pairs[-1] else [*pairs, pairs[0]]


def _pairs(text: str, *, alone: bool = False) -> list[tuple[float, float]]:
    """Return the positions of a text; in a point blanks may follow the commas.

    Raises
    ------
    ValueError
        If one is not of numbers.
    """
    tuples = [text] if alone else text.split()
    pairs = []
    for piece in tuples:
        numbers = [float(number) for number in _NUMBERS.split(piece.strip()) if number]
        if not numbers:
            continue
        if len(numbers) == 1:
            raise ValueError(f"half a position: {piece}")
        pairs.append((numbers[0], numbers[1]))
    return pairs
