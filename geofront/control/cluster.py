"""Work on the days of a series, one after another or on the workers of a Dask cluster."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from geofront.control.series import Series

__all__ = ["Client", "map_spans"]

_Result = TypeVar("_Result")
_SPANS_PER_WORKER = 4


class Client(Protocol):
    """What is used of `distributed.Client`."""

    def scatter(self, data: object, *, broadcast: bool, hash: bool) -> object:  # noqa: A002 - its name
        """Send a value to the workers."""
        ...

    def map(self, function: object, *iterables: object, **options: object) -> list[object]:
        """Run a function on the workers."""
        ...

    def ncores(self) -> dict[str, int]:
        """Return the number of cores of each worker."""
        ...


def map_spans(
    series: Series,
    work: Callable[[Series, Sequence[date]], Iterable[_Result]],
    days: Sequence[date],
    *,
    client: Client | None = None,
) -> Iterator[_Result]:
    """Yield a result for each day, in order.

    Parameters
    ----------
    series
        The series. To the workers go its cells and labels, once each.
    work
        Takes the series and some days that follow each other, and returns a result for each; with
        a client a function of a module, so that workers can import it.
    days
        The days, in order.
    client
        A client of a Dask cluster; None to work here. The results are the same.

    Yields
    ------
    _Result
        What `work` returned for a day.
    """
    if client is None:
        yield from work(series, days)
        return
    spans = _spans(days, _SPANS_PER_WORKER * max(1, len(client.ncores())))
    # Computed once here rather than by each worker.
    _ = series.patchwork.arcs.rank, series.patchwork.arcs.shoelace
    sent = client.scatter(series, broadcast=True, hash=False)
    for future in client.map(partial(_listed, work), [sent] * len(spans), spans, pure=False):
        yield from future.result()  # type: ignore[attr-defined]


def _listed(
    work: Callable[[Series, Sequence[date]], Iterable[_Result]],
    series: Series,
    days: Sequence[date],
) -> list[_Result]:
    return list(work(series, days))


def _spans(days: Sequence[date], count: int) -> list[Sequence[date]]:
    size = -(-len(days) // count) if days else 1
    return [days[begin : begin + size] for begin in range(0, len(days), size)]
