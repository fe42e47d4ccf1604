"""What a format of output is: its files, what may be asked of it, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from geofront.errors import OutputError, UnknownNameError
from geofront.files.extras import how_to_install
from geofront.progress import tracker
from geofront.render.size import check_size
from geofront.render.style import THEMES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path
    from typing import TypeAlias

    import folium

    from geofront.control.series import Series

    _Writer: TypeAlias = Callable[["Series", Path, dict[str, Any]], list[Path]]

__all__ = ["LANGUAGES", "SYSTEM", "Format", "Options"]

LANGUAGES = ("en", "ar")
"""The languages that a page speaks."""

SYSTEM = "system"
"""The theme of a page that follows the reader's system."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may be asked for beside the series; None or empty: as the format has it by default.

    `open_on` is the day that a page opens on and a picture shows. `beside` are other accounts of
    the same span. `size` is width and height in pixels: letters grow with it, and of SVG and PDF
    it tells the shape alone. `step_days` is how many days lie between two frames of a film.
    """

    open_on: date | None = None
    beside: Sequence[Series] = ()
    language: str | None = None
    theme: str | None = None
    tiles: str | folium.TileLayer | None = None
    size: tuple[int, int] | None = None
    step_days: int | None = None
    resume: bool = False

    @property
    def given(self) -> dict[str, Any]:
        """Those that were asked for."""
        every = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in every.items() if value not in (None, (), [], False)}


@dataclass(frozen=True, slots=True)
class Format:
    """A format of output.

    `label` is what a progress bar calls it; empty where its writer draws none. `suffixes` are those
    of its files. `file` is the name of its one file inside a folder; empty where it makes several:
    then they lie in the folder itself, or with other formats beside in one of the format's name.
    With `one_or_many` it may be one file as well. `takes` names the `Options` that it heeds.
    `needs` is the module that `extra` of geofront installs; both are empty where none is needed.
    Without `carries_rows` it is drawn from rows, but what forbids to pass these on is no matter.
    """

    name: str
    label: str
    description: str
    suffixes: tuple[str, ...]
    file: str
    takes: frozenset[str]
    writer: _Writer
    needs: str = ""
    extra: str = ""
    one_or_many: bool = False
    carries_rows: bool = True

    @property
    def missing(self) -> str:
        """What to install before it can be written; empty where all is there."""
        if not self.needs or find_spec(self.needs) is not None:
            return ""
        return (
            f"the format {self.name} needs the library {self.needs}: {how_to_install(self.extra)}"
        )

    def named_by(self, path: Path) -> bool:
        """Return whether a path ends as files of this format do."""
        return path.suffix.casefold() in self.suffixes

    def fits(self, path: Path) -> bool:
        """Return whether all of the format may be written to the file of that name."""
        one = bool(self.file) or self.one_or_many
        return one and self.named_by(path) and not path.is_dir()

    def check(self, options: Options) -> None:
        """Refuse options that the format heeds but can't follow.

        Parameters
        ----------
        options
            Those that the format does not take are left aside.

        Raises
        ------
        UnknownNameError
            If there is no such language or theme.
        OutputError
            If a size or a step makes no picture or film.
        """
        heeded = self._heeded(options)
        if "language" in heeded and options.language not in LANGUAGES:
            raise UnknownNameError("language", str(options.language), LANGUAGES)
        themes = (*THEMES, SYSTEM) if self.name == "html" else tuple(THEMES)
        if "theme" in heeded and options.theme not in themes:
            raise UnknownNameError("theme", str(options.theme), themes)
        if "size" in heeded and options.size is not None:
            check_size(options.size, even=self.name == "mp4")
        if "step_days" in heeded and (options.step_days or 0) < 1:
            raise OutputError(
                f"a film can't go in steps of {options.step_days} days; give one day or more"
            )

    def write(self, series: Series, out: Path, options: Options, *, alone: bool) -> list[Path]:
        """Write a series.

        Parameters
        ----------
        series
            The series.
        out
            A folder; where the format is written alone, also the name of its file.
        options
            Those that the format does not take are left aside.
        alone
            Whether no other format is written to the folder.

        Returns
        -------
        list[Path]
            The files.
        """
        target = out if alone and self.fits(out) else out / (self.file or self._folder(alone=alone))
        heeded = self._heeded(options)
        tracked = {"progress": tracker(self.label)} if self.label else {}
        return self.writer(series, target, {**tracked, **heeded})

    def _heeded(self, options: Options) -> dict[str, Any]:
        return {name: value for name, value in options.given.items() if name in self.takes}

    def _folder(self, *, alone: bool) -> str:
        return "" if alone or self.one_or_many else self.name
