"""What VIINA's labels say: kinds of events, who began them, and how far a position may be off.

A language model labels each report (BERT; an LSTM in version 1). How good the labels are the README
of VIINA 2.0 tells as F1 scores on a test set (its table as of 2025): t_mil 0.91, t_uav 0.84,
t_artillery 0.78, t_airstrike 0.67, t_control 0.66, t_occupy and t_aad 0.65, t_raid and t_firefight
0.57, t_retreat 0.29 (one case). So no label sets a status: those that speak of control are
``disputed``, which no corroboration lifts, and only ``latest-report`` and ``by-source`` accept.

===============================================  =================================================
label                                            kind
===============================================  =================================================
``t_raid``                                       ``raid``
``t_firefight``, ``t_armor``                     ``clash``
``t_airstrike``, ``t_uav``, ``t_artillery``,     ``strike``
``t_hospital``, ``t_ied``
``t_aad`` (air defence)                          ``clash``
``t_occupy``                                     ``capture``, disputed, credibility 4 (doubtful)
``t_control``                                    ``hold``, disputed, credibility 4 (doubtful)
``t_retreat``                                    ``withdrawal``, disputed, 5 (improbable)
``t_property``, ``t_civcas``, ``t_milcas``       none: what came of it, not what happened
``t_airalert``, ``t_arrest``, ``t_cyber``, ...   none
===============================================  =================================================

Of several labels the first one of the table counts; a report may name control beside fighting, and
fighting is what the labels tell best. Reports that are not of military operations (``t_mil``) are
left out. ``a_rus_init`` and ``a_ukr_init`` tell who began it, ``a_rus`` and ``a_ukr`` who took
part; version 1 has the latter only, and means by them who began it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geofront.adapters.options import DROPPED, kinds_given
from geofront.errors import DataFaultsError, Fault
from geofront.events.event import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geofront.adapters.options import Pairs
    from geofront.adapters.viina.files import TableFile

__all__ = ["KINDS", "PRECISION_KM", "Labels", "Meaning", "label_kinds"]

KINDS = {
    "t_raid": "raid",
    "t_firefight": "clash",
    "t_armor": "clash",
    "t_airstrike": "strike",
    "t_uav": "strike",
    "t_artillery": "strike",
    "t_hospital": "strike",
    "t_ied": "strike",
    "t_aad": "clash",
    "t_occupy": "capture",
    "t_control": "hold",
    "t_retreat": "withdrawal",
}
"""The kind of each label that has one, the first that is set counting."""

PRECISION_KM = {"STREET": 0.5, "ADM3": 3.0, "ADM2": 20.0, "ADM1": 90.0}
"""How far the true position may lie from the one given, by ``GEO_PRECISION``: a street, a place, a
district, a region. The latter two are the radius of a circle as large as an average rayon (before
2020, 490 of them) and oblast on 603,700 km²."""

CREDIBILITY = {"t_occupy": 4, "t_control": 4, "t_retreat": 5}
"""Admiralty grades of the labels that speak of control."""

SIDES = {"rus": "russia", "ukr": "ukraine"}
NOT_MILITARY = "not labelled as military operations"
NO_KIND = "no label that tells what happened"
NO_ONE = "a label of control that does not tell by whom"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the labels of a report come to; `fault` tells why to nothing."""

    kind: str = ""
    actors: tuple[str, ...] = ()
    from_actors: tuple[str, ...] = ()
    credibility: int | None = None
    labels: str = ""
    fault: str = ""


class Labels:
    """Reads the labels of a table's rows.

    Parameters
    ----------
    table
        A table with labels: ``t_raid_b`` (0 or 1), and perhaps ``t_raid`` or ``t_raid_pred``, a
        probability.
    kinds
        The kind of each label.
    threshold
        From which probability on a label is set; None for the data's own decision.

    Raises
    ------
    DataFaultsError
        If a threshold is given and the table has no probabilities.
    """

    def __init__(self, table: TableFile, kinds: Mapping[str, str], threshold: float | None) -> None:
        self._kinds = kinds
        self._least = 0.5 if threshold is None else threshold
        names = {c.removesuffix("_b").removesuffix("_pred") for c in table.columns}
        names = {name for name in names if name.startswith(("t_", "a_"))}
        suffixes = ("_b", "", "_pred") if threshold is None else ("", "_pred")
        found = {
            name: table.position(*(f"{name}{suffix}" for suffix in suffixes)) for name in names
        }
        self._at = {name: at for name, at in sorted(found.items()) if at is not None}
        if "t_mil" not in self._at:
            message = "has no probabilities, only decided labels; give event_labels and event_info"
            if threshold is None:
                message = "has no label t_mil"
            raise DataFaultsError([Fault(table.name, 0, message)])
        self._meanings: dict[tuple[str, ...], Meaning] = {}

    def meaning(self, cells: Sequence[str]) -> Meaning:
        """Return what a row's labels come to."""
        names = tuple(name for name, at in self._at.items() if self._is_set(cells, at))
        if names not in self._meanings:
            self._meanings[names] = self._meaning(names)
        return self._meanings[names]

    def _is_set(self, cells: Sequence[str], at: int) -> bool:
        text = cells[at] if at < len(cells) else ""
        if text in {"0", "1"}:
            return text == "1"
        try:
            value = float(text)
        except ValueError:
            return False
        return math.isfinite(value) and value >= self._least

    def _meaning(self, names: tuple[str, ...]) -> Meaning:
        if "t_mil" not in names:
            return Meaning(fault=NOT_MILITARY)
        label = next((name for name in self._kinds if name in names), "")
        if not label:
            return Meaning(fault=NO_KIND)
        kind = Kind(self._kinds[label])
        began = self._sides(names, "_init") or (
            () if self._tells_beginner() else self._sides(names, "")
        )
        if kind.sets_status and len(began) != 1:
            return Meaning(fault=NO_ONE)
        actors, from_actors = self._parties(kind, began, self._sides(names, ""))
        told = ", ".join(name for name in names if name.startswith("t_") and name != "t_loc")
        credibility = CREDIBILITY.get(label, 4) if kind.sets_status else None
        return Meaning(str(kind), actors, from_actors, credibility, told)

    def _tells_beginner(self) -> bool:
        return any(f"a_{side}_init" in self._at for side in SIDES)

    def _sides(self, names: tuple[str, ...], suffix: str) -> tuple[str, ...]:
        return tuple(actor for side, actor in SIDES.items() if f"a_{side}{suffix}" in names)

    def _parties(
        self, kind: Kind, began: tuple[str, ...], took_part: tuple[str, ...]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return who did it and against whom; a strike's target is not told."""
        if kind.sets_status or kind is Kind.STRIKE:
            return began, ()
        if len(began) == 1:
            return began, tuple(actor for actor in took_part if actor not in began)
        return began or took_part, ()


def label_kinds(given: Pairs) -> dict[str, str]:
    """Return the kinds of labels, those that a user changes included.

    Parameters
    ----------
    given
        ``{"t_property": "strike", "t_aad": ""}``, or ``t_property=strike,t_aad=``; a label without
        a kind, or with ``drop``, tells nothing. New ones count after all others.

    Returns
    -------
    dict[str, str]
        Kinds by label.

    Raises
    ------
    DataFaultsError
        If something else is given.
    UnknownNameError
        If there is no such kind.
    """
    kinds = KINDS | kinds_given(given)
    return {label: kind for label, kind in kinds.items() if kind != DROPPED}
