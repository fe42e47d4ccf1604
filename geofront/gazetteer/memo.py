"""What is made of a gazetteer once and kept beside it, for as long as the gazetteer is in use."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from geofront.gazetteer.index import Gazetteer

__all__ = ["memoised"]

_More = ParamSpec("_More")
_Made = TypeVar("_Made")
_MOST = 8


def memoised(
    make: Callable[Concatenate[Gazetteer, _More], _Made],
) -> Callable[Concatenate[Gazetteer, _More], _Made]:
    """Let a function keep what it makes of a gazetteer.

    An `lru_cache` would keep the gazetteers as well, each of which may fill much memory.

    Parameters
    ----------
    make
        A function of a gazetteer, and of further arguments that can be hashed. What it returns
        must not hold the gazetteer.

    Returns
    -------
    Callable[Concatenate[Gazetteer, _More], _Made]
        The function; it keeps the last eight answers for each gazetteer.
    """
    made: WeakKeyDictionary[Gazetteer, dict[Hashable, _Made]] = WeakKeyDictionary()

    @wraps(make)
    def keeping(gazetteer: Gazetteer, /, *args: _More.args, **kwargs: _More.kwargs) -> _Made:
        answers = made.setdefault(gazetteer, {})
        key = args, frozenset(kwargs.items())
        try:
            return answers[key]
        except KeyError:
            answer = make(gazetteer, *args, **kwargs)
        if len(answers) >= _MOST:
            answers.pop(next(iter(answers)), None)
        answers[key] = answer
        return answer

    return keeping
