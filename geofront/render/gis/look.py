"""What a label is painted with, as the columns of a GIS file tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from geofront.render.style import CONTESTED as CONTESTED_COLOR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geofront.control.state import Label
    from geofront.events.actor import Actors

__all__ = ["Look", "joined", "look", "side_of", "sides_of"]


class Look(NamedTuple):
    """What a label is painted with, in the order of the columns that tell it.

    None where there is nothing to say; several names or colours are joined by ``|``.
    """

    status: str
    actor: str | None
    actor_name: str | None
    side: str | None
    contested_by: str | None
    color: str | None
    colors: str | None


def look(label: Label, actors: Actors) -> Look:
    """Return the values of a label.

    Parameters
    ----------
    label
        What is painted.
    actors
        The actors, with the sides of the day.

    Returns
    -------
    Look
        Who holds or contests it, and the colours.
    """
    holder = actors[label.holder] if label.holder else None
    parties = [actors[actor].color for actor in label.actors]
    one = holder.color if holder else CONTESTED_COLOR if parties else None
    return Look(
        status=label.status,
        actor=label.holder,
        actor_name=holder.name if holder else None,
        side=side_of(label, actors),
        contested_by=joined(label.contested_by),
        color=one,
        colors=joined(parties),
    )


def joined(names: Iterable[str]) -> str | None:
    """Return names joined by ``|``, None if there are none."""
    return "|".join(names) or None


def side_of(label: Label, actors: Actors) -> str | None:
    """Return the side of who holds ground of a label, None where nobody does."""
    return actors.side_of(label.holder) if label.holder else None


def sides_of(pair: tuple[str, str], actors: Actors) -> str | None:
    """Return the sides of two actors, joined as their names are."""
    return joined(actors.side_of(actor) for actor in pair)
