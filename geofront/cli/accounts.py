"""Accounts of a conflict, as commands name them: a policy, and perhaps an evening."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from geofront.dates import parse_day
from geofront.errors import DateError

if TYPE_CHECKING:
    from geofront.control.history import History
    from geofront.events.timeline import Timeline

__all__ = ["history_of"]


def history_of(timeline: Timeline, account: str, *, option: str = "ACCOUNT") -> History:
    """Replay a timeline as an account of it has it.

    Parameters
    ----------
    timeline
        The conflict.
    account
        The name of a policy, and after it there may stand ``@`` and the evening by which all was
        known: ``best-evidence@2016-12-15``.
    option
        What the user gave it to, for the message.

    Returns
    -------
    History
        The status of every place.

    Raises
    ------
    click.BadParameter
        If the evening is no day.
    """
    from geofront.control.history import replay

    policy, mark, day = account.rpartition("@")
    if not (mark and day[:1].isdigit()):  # names of sources may have an @ in them
        policy, day = account, ""
    try:
        return replay(timeline, policy=policy or None, known_on=parse_day(day) if day else None)
    except DateError as error:
        raise click.BadParameter(str(error), param_hint=option) from error
