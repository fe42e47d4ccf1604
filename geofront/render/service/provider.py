"""The plugin by which pygeoapi reads the layers of a series, and finds by the name of its class.

pygeoapi's own readers of GeoPackage, GeoParquet and CSV know moments, not intervals: none of them
finds what was true on a day.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from geofront.errors import DateError
from geofront.render.service.moments import asked_days
from geofront.render.service.table import lent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geofront.render.service.table import Table

__all__ = ["NAME", "fields", "page"]

NAME = f"{__name__}.IntervalProvider"
"""What the configuration calls the plugin."""

_TYPES = {"number": "number", "whole": "integer", "flag": "boolean"}
_ROLES = {"start": "primary-interval-start", "end": "primary-interval-end"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a class
    # Made on use: pygeoapi is imported by whoever serves, not by whoever imports this package.
    if name == "IntervalProvider":
        return _plugin()
    raise AttributeError(name)


def fields(table: Table) -> dict[str, dict[str, str]]:
    """Return the columns of a table as properties of JSON Schema.

    Parameters
    ----------
    table
        The table.

    Returns
    -------
    dict[str, dict[str, str]]
        By name; new at each call, since pygeoapi changes them.
    """
    found = {}
    for column in table.layer.columns:
        told = {"type": _TYPES.get(column.kind, "string"), "title": column.name}
        if column.kind == "date":
            told["format"] = "date"
        if column.name in _ROLES:
            told["x-ogc-role"] = _ROLES[column.name]
        found[column.name] = told
    return found


def page(
    table: Table,
    times: Sequence[str],
    *,
    offset: int = 0,
    limit: int = 10,
    resulttype: str = "results",
    bbox: Sequence[float] | None = None,
    properties: Sequence[tuple[str, str]] | None = None,
    sortby: Sequence[dict[str, str]] | None = None,
    select_properties: Sequence[str] | None = None,
    skip_geometry: bool = False,
    **others: object,
) -> dict[str, Any]:
    """Return a page of features.

    Parameters
    ----------
    table
        The table.
    times
        Each `datetime` that is asked for; a row must answer to all.
    offset, limit, resulttype, bbox, properties, sortby, select_properties, skip_geometry
        As pygeoapi gives them to a provider.
    **others
        What else it gives; a text search or a filter of CQL is refused, the rest says nothing here.

    Returns
    -------
    dict[str, Any]
        A FeatureCollection with `numberMatched` and `numberReturned`.

    Raises
    ------
    ValueError
        If something is not understood or not supported.
    """
    for name in ("q", "filterq"):
        if others.get(name) is not None:
            told = "q" if name == "q" else "filter"
            raise ValueError(f"{told} is not supported; ask for the value of a property")
    found = table.found(
        days=[asked_days(text) for text in times],
        box=bbox or (),
        values=dict(properties or ()),
    )
    sorting = [(s["property"], s["order"] == "-") for s in sortby or ()]
    shown = table.in_order(found, sorting)[offset : offset + limit].tolist()
    features = [
        table.feature(i, properties=select_properties or (), geometry=not skip_geometry)
        for i in (() if resulttype == "hits" else shown)
    ]
    return {
        "type": "FeatureCollection",
        "features": features,
        "numberMatched": len(found),
        "numberReturned": len(features),
    }


@cache
def _plugin() -> type:
    from pygeoapi.provider.base import (
        BaseProvider,
        ProviderInvalidQueryError,
        ProviderItemNotFoundError,
    )
    from pygeoapi.util import crs_transform

    class IntervalProvider(BaseProvider):  # type: ignore[misc] # pygeoapi has no types
        """The rows of a table, read only; `data` of its definition is the key of the table."""

        def __init__(self, provider_def: dict[str, Any]) -> None:
            super().__init__(provider_def)
            self.table = lent(self.data)
            self._fields = fields(self.table)

        def get_fields(self) -> dict[str, dict[str, str]]:
            return self._fields

        def get_domains(
            self,
            properties: Sequence[str] = (),
            current: object = None,  # noqa: ARG002 - nothing changes here
        ) -> tuple[dict[str, list[Any]], bool]:
            domains = {name: self.table.distinct(name) for name in properties or self._fields}
            return {name: values for name, values in domains.items() if values}, True

        @crs_transform  # type: ignore[untyped-decorator] # as above
        def query(self, *, datetime_: str | None = None, **asked: Any) -> dict[str, Any]:  # noqa: ANN401
            try:
                return page(self.table, _times(datetime_), **asked)
            except (DateError, ValueError) as error:
                raise ProviderInvalidQueryError(user_msg=str(error)) from error

        @crs_transform  # type: ignore[untyped-decorator] # as above
        def get(self, identifier: str, **_: object) -> dict[str, Any]:
            position = self.table.position_of.get(identifier)
            if position is None:
                raise ProviderItemNotFoundError(user_msg=f"there is no feature {identifier!r}")
            return self.table.feature(position)

    return IntervalProvider


def _times(first: str | None) -> list[str]:
    """Return every `datetime` of a request; pygeoapi hands on the first.

    GDAL makes one of each comparison of a day, such as the two of "start <= D and end > D".
    """
    from flask import has_request_context, request

    if has_request_context():
        return [text for text in request.args.getlist("datetime") if text]
    return [first] if first else []
