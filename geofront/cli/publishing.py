"""What is withheld from others, as commands are told it: one group of options for all of them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from geofront.cli.options import DAY
from geofront.events.event import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path
    from typing import Any, TypeVar

    from geofront.events.publishing import Publishing
    from geofront.events.timeline import Timeline

    _Command = TypeVar("_Command", bound=Callable[..., Any])

__all__ = ["Withheld", "publishing_options", "warn_of_licences"]


@dataclass(frozen=True, slots=True)
class Withheld:
    """What the options of a command withhold, beside what the conflict's own settings do.

    `set_aside` lets the options take the place of those settings. `today` is the day that a delay
    is counted from.
    """

    publishing: Publishing
    today: date | None
    set_aside: bool
    allow_restricted: bool

    def read(
        self, source: str, *, places: Sequence[Path] = (), actors: Sequence[Path] = ()
    ) -> Timeline:
        """Open a source as others may see it.

        Parameters
        ----------
        source
            A dataset, a folder, or a table of events.
        places, actors
            Further tables.

        Returns
        -------
        Timeline
            Without what is withheld.

        Raises
        ------
        click.UsageError
            If an option withholds less than the conflict's own settings.
        """
        from geofront.datasets import read

        timeline = read(source, places=places, actors=actors, private=True)
        self.refuse_looser(timeline.about.publishing)
        shown = timeline.for_publication(self.publishing, today=self.today, instead=self.set_aside)
        return shown.allowing_restricted() if self.allow_restricted else shown

    def refuse_looser(self, own: Publishing) -> None:
        """Refuse options that withhold less than the conflict's own settings.

        Parameters
        ----------
        own
            Those settings.

        Raises
        ------
        click.UsageError
            If there is one, and the settings are not set aside.
        """
        asked = self.publishing
        given = {"round_km": asked.round_km, "delay_days": asked.delay_days or None}
        for name in asked.looser_than(own) if not self.set_aside else ():
            if given.get(name) is not None:
                option = f"--{name.replace('_', '-')} {given[name]:g}"
                raise click.UsageError(
                    f"{option} withholds less than conflict.toml, which has {name} = "
                    f"{getattr(own, name):g}; to set its [publishing] aside, say "
                    "--set-publishing-aside"
                )


def warn_of_licences(timeline: Timeline) -> None:
    """Say on stderr which licences of a timeline do not go together.

    Parameters
    ----------
    timeline
        What is written for others.
    """
    from geofront.events.rights import rights_of

    for warning in rights_of(timeline).warnings:
        click.echo(f"warning: {warning}", err=True)


def publishing_options(command: _Command) -> Callable[..., Any]:
    """Give a command the options of what is withheld; it gets them as one `Withheld`."""

    @functools.wraps(command)
    def with_withheld(
        *args: object,
        round_km: float | None,
        delay_days: int,
        hide_kinds: tuple[str, ...],
        hide_features: tuple[str, ...],
        hide_notes: bool,
        today: date | None,
        set_publishing_aside: bool,
        allow_restricted: bool,
        **others: object,
    ) -> object:
        from geofront.events.publishing import Publishing

        publishing = Publishing.of(
            round_km=round_km,
            delay_days=delay_days,
            hide_kinds=hide_kinds,
            hide_features=hide_features,
            hide_notes=hide_notes,
        )
        withheld = Withheld(publishing, today, set_publishing_aside, allow_restricted)
        return command(*args, withheld=withheld, **others)

    result: Callable[..., Any] = with_withheld
    for option in reversed(_OPTIONS):  # so that the help lists them in this order
        result = option(result)
    return result


_OPTIONS = (
    click.option(
        "--round-km",
        type=click.FloatRange(min=0, min_open=True),
        metavar="N",
        help="Move positions to a grid of N km before anything is drawn.",
    ),
    click.option(
        "--delay-days",
        type=click.IntRange(min=0),
        default=0,
        metavar="N",
        help="Withhold what happened or became known in the last N days.",
    ),
    click.option(
        "--hide-kind",
        "hide_kinds",
        multiple=True,
        type=click.Choice([kind.value for kind in Kind]),
        metavar="KIND",
        help="Withhold statements of that kind, such as strike; may be repeated.",
    ),
    click.option(
        "--hide-feature",
        "hide_features",
        multiple=True,
        metavar="CODE",
        help="Withhold places of that feature code, such as HSP or HSP*; may be repeated.",
    ),
    click.option("--hide-notes", is_flag=True, help="Withhold the notes."),
    click.option("--today", type=DAY, help="Count the delay from that day, not from today."),
    click.option(
        "--set-publishing-aside",
        is_flag=True,
        help="Leave [publishing] of conflict.toml aside: only these options count.",
    ),
    click.option(
        "--allow-restricted",
        is_flag=True,
        help="Write rows even if their licence forbids to pass them on.",
    ),
)
