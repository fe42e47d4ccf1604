"""Provenance: what every output says of itself."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geofront.control.series import Series
    from geofront.events.timeline import Timeline

__all__ = ["provenance"]


def provenance(series: Series) -> dict[str, object]:
    """Return version, inputs, method, policy, CRS, attribution and licence of a series."""
    timeline, crs = series.timeline, series.mesh.crs
    told: dict[str, object] = {
        "library": "geofront",
        "library_version": _library_version(),
        "inputs": [{"name": i.name, "sha256": i.sha256} for i in timeline.inputs],
        **series.origin,
        "crs": f"WGS 84; distances in {crs.conformal}, areas in {crs.equal_area}",
        "attribution": timeline.about.attribution,
        "licence": timeline.about.licence,
        "place_sources": _place_sources(timeline),
    }
    if series.generalising is not None:
        told["generalised"] = series.generalising.told
    return told


def _place_sources(timeline: Timeline) -> str:
    """Return the sources and licences of the positions that are drawn, in words."""
    met = sorted({(p.source, p.licence) for p in timeline.places.values()})
    return "; ".join(f"{source} ({licence})" if licence else source for source, licence in met)


def _library_version() -> str:
    try:
        return version("geofront")
    except PackageNotFoundError:  # a source tree that was never installed
        return "unknown"
