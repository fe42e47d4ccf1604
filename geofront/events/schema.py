"""The JSON Schema of a row of each table, and the table of the manual, from the same columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geofront.errors import UnknownNameError
from geofront.events.columns import EVENTS, NEEDS_ACTOR, TABLES
from geofront.events.event import Kind
from geofront.files import Form

if TYPE_CHECKING:
    from geofront.files import Column, TableModel

__all__ = ["json_schema", "manual_table"]

_MOST_LISTED = 8
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NAME = {"type": "string", "pattern": r"^[^|]*[^|\s][^|]*$"}
_FORMS: dict[Form, dict[str, Any]] = {
    Form.TEXT: {"type": "string"},
    Form.NAMES: {"anyOf": [{"type": "string"}, {"type": "array", "items": _NAME}]},
    Form.CHOICE: {"type": "string"},
    Form.NUMBER: {"type": "number"},
    Form.INTEGER: {"type": "integer"},
    Form.LON: {"type": "number", "minimum": -180, "maximum": 180},
    Form.LAT: {"type": "number", "minimum": -90, "maximum": 90},
    Form.KM: {"type": "number", "minimum": 0},
    Form.DATE: {"type": "string", "pattern": r"^[0-9X./?~%:+\-]{2,}$"},
    Form.DAY: {"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    Form.TIME: {
        "type": "string",
        "pattern": r"^([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
        r"\s*(Z|[+-](0[0-9]|1[0-4]):?[0-5][0-9])?$",
    },
    Form.COLOR: {"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"},
    Form.WKT: {
        "type": "string",
        "pattern": r"^\s*(?i:MULTI)?(?i:POINT|LINESTRING|LINEARRING|POLYGON|GEOMETRYCOLLECTION)",
    },
}


def json_schema(table: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a row of a table, as JSON Lines have it.

    What the schema can't say is left to the reader: that an actor, a source or a place exists,
    that a day does, that ids are different.

    Parameters
    ----------
    table
        ``events``, ``places``, ``actors``, ``sources`` or ``facts``.

    Returns
    -------
    dict[str, Any]
        The schema.

    Raises
    ------
    UnknownNameError
        If there is no such table.

    Examples
    --------
    >>> from geofront.events.schema import json_schema
    >>> json_schema("sources")["required"]
    ['id']
    """
    if table not in TABLES:
        raise UnknownNameError("table", table, TABLES)
    model = TABLES[table]
    schema: dict[str, Any] = {
        "$schema": _DIALECT,
        "title": f"A row of {model.name}",
        "description": f"{model.meaning[0].upper()}{model.meaning[1:]}.",
        "type": "object",
        "properties": {column.name: _property(column) for column in model.columns},
        "required": list(model.needed),
        # Columns that are not known are kept as texts.
        "additionalProperties": {"type": ["string", "number", "boolean", "null", "array"]},
    }
    if model is EVENTS:
        schema |= _rules_of_events()
    return schema


def _property(column: Column) -> dict[str, Any]:
    said: dict[str, Any] = dict(_FORMS[column.form])
    if column.choices:
        said["enum"] = list(column.choices)
    if column.least is not None:
        said |= {"minimum": column.least, "maximum": column.most}
    needs_value = column.required and not column.may_be_empty
    if needs_value and said.get("type") == "string" and "enum" not in said:
        said["minLength"] = 1
    described = {"description": column.meaning, "examples": [_example(column)]}
    if needs_value:
        return described | said
    if "enum" in said:
        return described | {"enum": [*said["enum"], "", None]}
    if said.keys() <= {"type", "minimum", "maximum"}:
        return described | said | {"type": [said["type"], "null"]}
    return described | {"anyOf": [said, {"enum": ["", None]}]}


def _example(column: Column) -> object:
    if column.form.is_number:
        return float(column.example) if "." in column.example else int(column.example)
    if column.form is Form.NAMES and "|" in column.example:
        return column.example.split("|")
    return column.example


def _rules_of_events() -> dict[str, Any]:
    """Return what depends on other cells of the row."""
    filled: dict[str, Any] = {"not": {"enum": [None, "", []]}}
    position = {"required": ["lon", "lat"], "properties": {"lon": filled, "lat": filled}}

    def with_value(name: str) -> dict[str, Any]:
        return {"required": [name], "properties": {name: filled}}

    def for_kinds(*kinds: Kind, then: dict[str, Any]) -> dict[str, Any]:
        named = {"required": ["kind"], "properties": {"kind": {"enum": list(kinds)}}}
        return {"if": named, "then": then}

    # Its place is that of the row it takes back.
    retraction = {"required": ["kind"], "properties": {"kind": {"const": Kind.RETRACTION}}}
    return {
        "anyOf": [with_value("place"), position, retraction],
        "dependentRequired": {"lon": ["lat"], "lat": ["lon"]},
        "allOf": [
            for_kinds(*NEEDS_ACTOR, then=with_value("actor")),
            for_kinds(Kind.RETRACTION, then=with_value("corrects")),
        ],
    }


def manual_table(table: str) -> str:
    """Return the columns of a table in Markdown, as they stand in the manual.

    Parameters
    ----------
    table
        ``events``, ``places``, ``actors``, ``sources`` or ``facts``.

    Returns
    -------
    str
        A table with a line for each column.

    Raises
    ------
    UnknownNameError
        If there is no such table.
    """
    if table not in TABLES:
        raise UnknownNameError("table", table, TABLES)
    return "".join(f"{line}\n" for line in _manual_lines(TABLES[table]))


def _manual_lines(model: TableModel) -> list[str]:
    lines = ["| column | | written as | meaning | example |", "|---|---|---|---|---|"]
    for column in model.columns:
        need = "required" if column.required else ""
        form = str(column.form)
        if len(column.choices) > _MOST_LISTED:
            form = "one of those below"
        elif column.choices:
            form = f"one of {', '.join(f'`{choice}`' for choice in column.choices)}"
        if column.least is not None:
            form = f"{column.least} to {column.most}"
        cells = (f"`{column.name}`", need, form, column.meaning, f"`{column.example}`")
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return lines
