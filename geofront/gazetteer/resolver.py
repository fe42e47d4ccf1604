"""From a name to places, with a score and its reasons; a tie is said, never settled silently."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from geofront.errors import AmbiguousPlaceError, UnknownPlaceError
from geofront.gazetteer.match import NO_CONTEXT, Context, Match
from geofront.gazetteer.ranking import Ranking
from geofront.gazetteer.tables import shipped_gazetteer
from geofront.gazetteer.text.phrases import PhraseError, read_phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.place import Place
    from geofront.gazetteer.text.phrases import Phrase

__all__ = ["ACCEPTED", "Context", "Match", "locate", "locate_in_turn", "resolve", "resolve_many"]

ACCEPTED = 0.88
"""The least score with which a name is taken to mean a place."""

_PHRASE_SCORE = 0.9
_TIE = 0.01


def resolve(
    name: str,
    gazetteer: Gazetteer | None = None,
    *,
    context: Context = NO_CONTEXT,
    limit: int | None = None,
) -> list[Match]:
    """Return the places that a name may mean, best first.

    Parameters
    ----------
    name
        An id, a name or an alias in any script and spelling, with a feature word ("T4 airbase") or
        a region ("Khattab in eastern Homs"), or a phrase ("4 km west of Palmyra").
    gazetteer
        The places to search; by default those that geofront ships.
    context
        What else is known; it moves the scores.
    limit
        How many matches to return at most; None for all.

    Returns
    -------
    list[Match]
        Best first; of equal scores the larger place, then the order of ids. Empty if nothing is
        like it.

    Examples
    --------
    >>> import geofront
    >>> [(match.place.id, match.score) for match in geofront.resolve("Tadmur", limit=1)]
    [('palmyra', 0.98)]
    """
    gazetteer = shipped_gazetteer() if gazetteer is None else gazetteer
    ranking = Ranking(name, gazetteer, context)
    if not _accepted(ranking.by_spelling()):
        phrase = _phrase_or_none(name, gazetteer, context)
        if phrase is not None:
            return [Match(phrase.place, _PHRASE_SCORE, phrase.reasons)]
    return ranking.by_sound(limit)


def resolve_many(
    names: Iterable[str],
    gazetteer: Gazetteer | None = None,
    *,
    context: Context = NO_CONTEXT,
    limit: int | None = 5,
) -> list[list[Match]]:
    """Resolve names one after the other; a name that comes again is not searched again.

    Parameters
    ----------
    names
        The names, of a pandas Series or any other iterable; of a Dask DataFrame, call it on each
        partition.
    gazetteer
        The places to search; by default those that geofront ships.
    context
        What is known of all of them.
    limit
        How many matches to return at most for each; None for all.

    Returns
    -------
    list[list[Match]]
        The answers in the order of the names.

    Examples
    --------
    >>> from geofront.gazetteer.resolver import resolve_many
    >>> [matches[0].place.id for matches in resolve_many(["Tadmur", "Jazal"])]
    ['palmyra', 'jazal']
    """
    answers: dict[str, list[Match]] = {}
    result = []
    for name in names:
        if name not in answers:
            answers[name] = resolve(name, gazetteer, context=context, limit=limit)
        result.append(answers[name])
    return result


def locate(
    name: str, gazetteer: Gazetteer | None = None, *, context: Context = NO_CONTEXT
) -> Place:
    """Return the one place that a name means.

    Parameters
    ----------
    name
        An id or any spelling.
    gazetteer
        The places to search; by default those that geofront ships.
    context
        What else is known.

    Returns
    -------
    Place
        The best match.

    Raises
    ------
    UnknownPlaceError
        If nothing matches well enough (`ACCEPTED`); it suggests what comes closest.
    AmbiguousPlaceError
        If the best matches tie.
    PhraseError
        If it is a phrase with a part that is not understood.

    Examples
    --------
    >>> import geofront
    >>> geofront.locate("تدمر").id
    'palmyra'
    >>> geofront.locate("Khattab")
    Traceback (most recent call last):
    ...
    geofront.errors.AmbiguousPlaceError: 'Khattab' may be 2 places: khattab-hama ...
    """
    gazetteer = shipped_gazetteer() if gazetteer is None else gazetteer
    by_id = gazetteer.get(name)
    if by_id is not None:
        return by_id
    # By sound only if need be: without a point to be near, nothing that merely sounds alike can
    # beat what is spelled so.
    ranking = Ranking(name, gazetteer, context)
    matches = ranking.by_spelling()
    if not _accepted(matches):
        phrase = read_phrase(name, lambda anchor: _anchor(anchor, gazetteer, context))
        if phrase is not None:
            return phrase.place
    if not _accepted(matches) or context.points:
        matches = ranking.by_sound()
    if not _accepted(matches):
        raise UnknownPlaceError(name, list(dict.fromkeys(m.place.name for m in matches))[:3])
    return _untied(name, matches)


def locate_in_turn(
    name: str, gazetteers: Iterable[Gazetteer], *, context: Context = NO_CONTEXT
) -> Place:
    """Return the place that a name means in the first of several gazetteers that has it.

    A gazetteer that has just this id or spelling comes before one that has something like it.

    Parameters
    ----------
    name
        An id or any spelling.
    gazetteers
        The gazetteers, the most trusted first.
    context
        What else is known.

    Returns
    -------
    Place
        The best match.

    Raises
    ------
    UnknownPlaceError
        If nothing matches well enough in any of them.
    AmbiguousPlaceError
        If the best matches of the one that has it tie.
    PhraseError
        If it is a phrase with a part that is not understood.
    """
    given = list(gazetteers)
    suggestions: list[str] = []
    exact = [g for g in given if name in g or g.spelled(name)]
    for gazetteer in exact or given:
        try:
            return locate(name, gazetteer, context=context)
        except UnknownPlaceError as error:
            suggestions.extend(error.suggestions)
    raise UnknownPlaceError(name, list(dict.fromkeys(suggestions))[:3])


def _accepted(matches: list[Match]) -> bool:
    return bool(matches) and matches[0].score >= ACCEPTED


def _anchor(name: str, gazetteer: Gazetteer, context: Context) -> Place:
    """Return the place that a phrase names; its feature word is not said of that place.

    Raises
    ------
    UnknownPlaceError
        If no place is spelled so.
    AmbiguousPlaceError
        If several are.
    """
    matches = Ranking(name, gazetteer, replace(context, feature="")).by_spelling()
    if not _accepted(matches):
        raise UnknownPlaceError(name, gazetteer.alike(name))
    return _untied(name, matches)


def _untied(name: str, matches: list[Match]) -> Place:
    """Return the place of the best match.

    Raises
    ------
    AmbiguousPlaceError
        If others are as good.
    """
    tied = [m for m in matches if m.score >= matches[0].score - _TIE]
    if len(tied) > 1:
        raise AmbiguousPlaceError(name, tied)
    return matches[0].place


def _phrase_or_none(name: str, gazetteer: Gazetteer, context: Context) -> Phrase | None:
    with contextlib.suppress(UnknownPlaceError, AmbiguousPlaceError, PhraseError):
        return read_phrase(name, lambda anchor: _anchor(anchor, gazetteer, context))
    return None
