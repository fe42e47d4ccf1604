"""The plugin by which pygeoapi reads the layers of a series; it imports this module by its name.

pygeoapi's own readers of GeoPackage, GeoParquet and CSV know moments, not intervals: none of them
finds what was true on a day.
"""

from __future__ import annotations

from typing import Any

from flask import has_request_context, request
from pygeoapi.provider.base import (
    BaseProvider,
    ProviderInvalidQueryError,
    ProviderItemNotFoundError,
)
from pygeoapi.util import crs_transform

from geofront.errors import DateError
from geofront.render.service.moments import asked_days
from geofront.render.service.table import lent

__all__ = ["IntervalProvider"]

_TYPES = {"number": "number", "whole": "integer", "flag": "boolean"}
_ROLES = {"start": "primary-interval-start", "end": "primary-interval-end"}


class IntervalProvider(BaseProvider):  # type: ignore[misc] # pygeoapi has no types
    """The rows of a table, read only.

    Parameters
    ----------
    provider_def
        The entry of the configuration; `data` is the key of the table.
    """

    def __init__(self, provider_def: dict[str, Any]) -> None:
        super().__init__(provider_def)
        self.table = lent(self.data)
        self.get_fields()

    def get_fields(self) -> dict[str, dict[str, str]]:
        """Return the columns as properties of JSON Schema."""
        if not self._fields:
            for column in self.table.layer.columns:
                told = {"type": _TYPES.get(column.kind, "string"), "title": column.name}
                if column.kind == "date":
                    told["format"] = "date"
                if column.name in _ROLES:
                    told["x-ogc-role"] = _ROLES[column.name]
                self._fields[column.name] = told
        fields: dict[str, dict[str, str]] = self._fields
        return fields

    def get_domains(
        self, properties: list[str] | None = None, current: bool = False  # noqa: ARG002, FBT001, FBT002
    ) -> tuple[dict[str, list[Any]], bool]:
        """Return the values that columns have, where they are few."""
        named = properties or list(self._fields)
        domains = {name: self.table.distinct(name) for name in named}
        return {name: values for name, values in domains.items() if values}, True

    @crs_transform  # type: ignore[untyped-decorator] # as above
    def query(
        self,
        offset: int = 0,
        limit: int = 10,
        resulttype: str = "results",
        *,
        bbox: list[float] | None = None,
        datetime_: str | None = None,
        properties: list[tuple[str, str]] | None = None,
        sortby: list[dict[str, str]] | None = None,
        select_properties: list[str] | None = None,
        skip_geometry: bool = False,
        **others: Any,
    ) -> dict[str, Any]:
        """Return a page of features; the parameters are those of pygeoapi.

        Returns
        -------
        dict[str, Any]
            A FeatureCollection with `numberMatched` and `numberReturned`.

        Raises
        ------
        ProviderInvalidQueryError
            If a parameter is not understood, or not supported: text search and filters of CQL.
        """
        for name in ("q", "filterq"):
            if others.get(name) is not None:
                told = f"{name.removesuffix('q') or 'q'} is not supported; name a property instead"
                raise ProviderInvalidQueryError(user_msg=told)
        try:
            found = self.table.found(
                days=[asked_days(text) for text in _asked_times(datetime_)],
                box=bbox or (),
                values=dict(properties or ()),
            )
        except (DateError, ValueError) as error:
            raise ProviderInvalidQueryError(user_msg=str(error)) from error
        sorting = [(s["property"], s["order"] == "-") for s in sortby or ()]
        page = self.table.in_order(found, sorting)[offset : offset + limit]
        shown = [] if resulttype == "hits" else page.tolist()
        features = [
            self.table.feature(i, properties=select_properties or (), geometry=not skip_geometry)
            for i in shown
        ]
        return {
            "type": "FeatureCollection",
            "features": features,
            "numberMatched": len(found),
            "numberReturned": len(features),
        }

    @crs_transform  # type: ignore[untyped-decorator] # as above
    def get(self, identifier: str, **_: Any) -> dict[str, Any]:
        """Return a feature by its id.

        Raises
        ------
        ProviderItemNotFoundError
            If there is none.
        """
        position = self.table.position_of.get(identifier)
        if position is None:
            raise ProviderItemNotFoundError(user_msg=f"there is no feature {identifier!r}")
        return self.table.feature(position)

    def __repr__(self) -> str:
        """Name the layer."""
        return f"<IntervalProvider {self.table.layer.name}>"


def _asked_times(first: str | None) -> list[str]:
    """Return every `datetime` of a request; pygeoapi hands on the first.

    GDAL makes one of each comparison of a day, such as the two of "start <= D and end > D".
    """
    if has_request_context():
        return [text for text in request.args.getlist("datetime") if text]
    return [first] if first else []
