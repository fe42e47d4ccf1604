"""Provenance: what every output says of itself."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from geofront.events.rights import rights_of

if TYPE_CHECKING:
    from geofront.control.series import Series
    from geofront.events.rights import Rights
    from geofront.events.timeline import InputFile, Timeline

__all__ = ["provenance"]


def provenance(series: Series) -> dict[str, object]:
    """Return version, inputs, method, policy, CRS, attribution and licences of a series.

    It tells what was withheld, and nothing of it: an input that is withheld in part has no hash.
    """
    timeline, crs = series.timeline, series.mesh.crs
    rights = rights_of(timeline)
    told: dict[str, object] = {
        "library": "geofront",
        "library_version": _library_version(),
        "inputs": [_input(file) for file in timeline.inputs],
        **series.origin,
        "crs": f"WGS 84; distances in {crs.conformal}, areas in {crs.equal_area}",
        "attribution": timeline.about.attribution,
        "licence": rights.licence,
        "place_sources": _place_sources(timeline),
        **_withheld(timeline),
        **_rights(rights),
    }
    if series.generalising is not None:
        told["generalised"] = series.generalising.told
    return told


def _input(file: InputFile) -> dict[str, str]:
    return {"name": file.name, **({"sha256": file.sha256} if file.sha256 else {})}


def _withheld(timeline: Timeline) -> dict[str, object]:
    """Return what was withheld, and what should have been and was not."""
    told: dict[str, object] = {}
    if timeline.published:
        told["published"] = timeline.published.record()
    if timeline.about.publishing:
        told["not_withheld"] = f"set aside knowingly: {timeline.about.publishing.wanted}"
    return told


def _rights(rights: Rights) -> dict[str, object]:
    """Return the licences of rows, what does not go together, and what was allowed knowingly."""
    told: dict[str, object] = {}
    if rights.counts:
        told["licences"] = rights.counts
    if rights.warnings:
        told["licence_warnings"] = rights.warnings
    if kept := rights.kept:
        knowingly = "; written knowingly" if rights.timeline.about.allow_restricted else ""
        told["restricted"] = f"not to be passed on: {', '.join(kept)}{knowingly}"
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
