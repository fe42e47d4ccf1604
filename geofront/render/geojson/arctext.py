"""The geometry of areas as GeoJSON text, put together from the texts of their arcs.

The arcs of a series are the same on all days; so each is written out once, and a day's areas are
texts joined to texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geofront.control.arcs import Arcs
    from geofront.control.rings import Face, Ring

__all__ = ["ArcTexts"]

_NEXT = "],["


class ArcTexts:
    """Writes areas as GeoJSON.

    Parameters
    ----------
    arcs
        The arcs of the series.
    """

    def __init__(self, arcs: Arcs) -> None:
        self.arcs = arcs
        self._texts: dict[int, tuple[str, str]] = {}

    def multipolygon(self, faces: Iterable[Face]) -> str:
        """Return areas as one geometry.

        Parameters
        ----------
        faces
            The areas; shells run counter-clockwise, as RFC 7946 wants them.

        Returns
        -------
        str
            The JSON object of a MultiPolygon.
        """
        polygons = (
            f"[{','.join(self._ring(ring) for ring in (face.shell, *face.holes))}]"
            for face in faces
        )
        return f'{{"type":"MultiPolygon","coordinates":[{",".join(polygons)}]}}'

    def _ring(self, ring: Ring) -> str:
        texts = [self._texts.get(half_edge) or self._write(half_edge) for half_edge in ring]
        body = _NEXT.join([line for line, _ in texts])
        return f"[[{body}{_NEXT}{texts[0][1]}]]"

    def _write(self, half_edge: int) -> tuple[str, str]:
        """Return the positions along a half-edge but the last, and the first one by itself."""
        positions = [f"{lon},{lat}" for lon, lat in self.arcs.line(half_edge)[:-1].tolist()]
        text = (_NEXT.join(positions), positions[0])
        self._texts[half_edge] = text
        return text
