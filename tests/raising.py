"""What a function of the library may raise for a user's input, read from the code below it.

Calls are followed as far as names tell where they lead: functions, classes, modules, and the
methods of one's own class. What methods of other objects raise is not seen.
"""

from __future__ import annotations

import ast
import builtins
import inspect
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from geofront.errors import GeofrontError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["errors_raised"]

Raised = dict[type[BaseException], str]

# What is raised below these never reaches a user of the functions above them.
SOUND = {
    ("geofront.gazetteer.outlines", "_outlines"),  # the shipped outlines are sound
    ("geofront.gazetteer.tables", "shipped_places"),  # so are the tables, whose names are fixed
    ("geofront.gazetteer.place", "Place.__post_init__"),  # readers have told file and row before
    ("geofront.gazetteer.match", "Context.__post_init__"),  # of a user's own, it is his own call
}


def errors_raised(function: Callable[..., Any]) -> Raised:
    """Return the errors for users that a function may raise, each with the way down to it."""
    raised = _raised(inspect.unwrap(function), ())
    return {error: way for error, way in raised.items() if issubclass(error, GeofrontError)}


_known: dict[tuple[str, str], Raised] = {}


def _raised(function: Callable[..., Any], above: tuple[tuple[str, str], ...]) -> Raised:
    key = (function.__module__, function.__qualname__)
    if key in above or (above and key in SOUND):
        return {}
    if key not in _known:
        body = _definitions(function.__module__).get(function.__qualname__)
        reader = _Reader(function, (*above, key))
        for node in body.body if body is not None else ():
            reader.visit(node)
        _known[key] = reader.raised
    return _known[key]


@cache
def _definitions(module: str) -> dict[str, ast.FunctionDef]:
    """Return the functions of a module, and the methods of its classes, by their names."""
    body = ast.parse(inspect.getsource(import_module(module))).body
    found = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
    for cls in (node for node in body if isinstance(node, ast.ClassDef)):
        methods = (node for node in cls.body if isinstance(node, ast.FunctionDef))
        found |= {f"{cls.name}.{node.name}": node for node in methods}
    return found


class _Reader(ast.NodeVisitor):
    """Gathers what the body of one function raises and does not catch."""

    def __init__(self, function: Callable[..., Any], above: tuple[tuple[str, str], ...]) -> None:
        self.raised: Raised = {}
        self._above = above
        self._caught: list[type[BaseException]] = []
        self._names: dict[str, Any] = dict(vars(import_module(function.__module__)))
        owner = function.__qualname__.rpartition(".")[0]
        self._owner = self._names.get(owner)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if (node.module or "").startswith("geofront"):
            for alias in node.names:
                self._names[alias.asname or alias.name] = _member(
                    import_module(str(node.module)), alias.name
                )

    def visit_Try(self, node: ast.Try) -> None:
        types = [each.type for each in node.handlers if each.type is not None]
        self._visit_catching(node.body, types)
        for handler in node.handlers:
            self._visit_all(handler.body)
        self._visit_all([*node.orelse, *node.finalbody])

    def visit_With(self, node: ast.With) -> None:
        calls = [each.context_expr for each in node.items]
        suppressed = [
            argument
            for call in calls
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("suppress")
            for argument in call.args
        ]
        self._visit_all(calls)
        self._visit_catching(node.body, suppressed)

    def visit_Raise(self, node: ast.Raise) -> None:
        error = self._meant(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
        if inspect.isclass(error) and issubclass(error, BaseException):
            self._add({error: "itself"})
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        self._follow(self._meant(node.func))
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name) and node.value.id == "self" and self._owner:
            member = inspect.getattr_static(self._owner, node.attr, None)
            self._follow(getattr(member, "fget", None) or getattr(member, "func", None))
        self.generic_visit(node)

    def _visit_all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)

    def _visit_catching(self, body: list[ast.stmt], types: Iterable[ast.expr]) -> None:
        before = list(self._caught)
        for each in types:
            meant = [self._meant(part) for part in getattr(each, "elts", [each])]
            for caught in (one for m in meant for one in (m if isinstance(m, tuple) else (m,))):
                if inspect.isclass(caught) and issubclass(caught, BaseException):
                    self._caught.append(caught)
        self._visit_all(body)
        self._caught = before

    def _meant(self, node: ast.AST | None) -> Any:
        """Return what an expression stands for, as far as names tell, or None."""
        if isinstance(node, ast.Name):
            return self._names.get(node.id, getattr(builtins, node.id, None))
        if not isinstance(node, ast.Attribute):
            return None
        if isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}:
            return getattr(self._owner, node.attr, None)
        holder = self._meant(node.value)
        is_named = isinstance(holder, ModuleType) or inspect.isclass(holder)
        return getattr(holder, node.attr, None) if is_named else None

    def _follow(self, called: Any) -> None:
        called = getattr(called, "__func__", called)
        if inspect.isclass(called) and not issubclass(called, BaseException):
            for method in ("__init__", "__post_init__"):
                self._follow(vars(called).get(method))
        elif callable(called) and not inspect.isclass(called):
            function = inspect.unwrap(called)
            if inspect.isfunction(function) and function.__module__.startswith("geofront"):
                below = _raised(function, self._above)
                name = function.__qualname__
                self._add(
                    {e: name if way == "itself" else f"{name} < {way}" for e, way in below.items()}
                )

    def _add(self, raised: Raised) -> None:
        for error, way in raised.items():
            if not issubclass(error, tuple(self._caught)):
                self.raised.setdefault(error, way)


def _member(module: ModuleType, name: str) -> Any:
    """Return what a module has under a name, be it a module in it."""
    if hasattr(module, name):
        return getattr(module, name)
    try:
        return import_module(f"{module.__name__}.{name}")
    except ModuleNotFoundError:
        return None
