"""What can be counted of how the code is kept: the figures of geofront's column in docs/craft.md.

A public function is one without a leading underscore, on a module or a public class, that is not a
stub of `overload`.
"""

from __future__ import annotations

import argparse
import ast
import re
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]


def modules(package: Path) -> dict[Path, ast.Module]:
    """Return the trees of the modules of a package, tests left out."""
    return {p: ast.parse(p.read_text(encoding="utf-8")) for p in sorted(package.rglob("*.py"))}


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield the public functions of a module and the public methods of its public classes."""
    for node in tree.body:
        members = node.body if isinstance(node, ast.ClassDef) and node.name[0] != "_" else [node]
        for member in members:
            if not isinstance(member, ast.FunctionDef) or member.name[0] == "_":
                continue
            if not any(ast.unparse(mark).endswith("overload") for mark in member.decorator_list):
                yield member


def raises(function: ast.FunctionDef) -> bool:
    """Return whether a function has a raise of its own, functions within it left out."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Raise):
            return True
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))
    return False


def annotated(function: ast.FunctionDef) -> bool:
    """Return whether all parameters and the result of a function are annotated."""
    told = function.args
    named = [a for a in (*told.posonlyargs, *told.args, *told.kwonlyargs) if a.arg not in _SELF]
    return function.returns is not None and all(a.annotation for a in named)


_SELF = {"self", "cls"}


def share(part: int, whole: int) -> str:
    """Write a share of a whole."""
    return f"{part} of {whole} ({100 * part / max(whole, 1):.0f} %)"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, default=ROOT / "geofront")
    package = parser.parse_args().package
    trees = modules(package)
    lines = [len(p.read_text(encoding="utf-8").splitlines()) for p in trees]
    functions = [f for tree in trees.values() for f in public_functions(tree)]
    documented = [f for f in functions if ast.get_docstring(f)]
    raising = [f for f in functions if raises(f)]
    told = [f for f in raising if re.search(r"^Raises$", ast.get_docstring(f) or "", re.MULTILINE)]
    with_example = [f for f in functions if ">>>" in (ast.get_docstring(f) or "")]
    tests = modules(ROOT / "tests")
    cases = sum(f.name.startswith("test") for t in tests.values() for f in public_functions(t))
    text = "\n".join(p.read_text(encoding="utf-8") for p in tests)
    print(f"modules: {len(lines)}, median {median(lines):.0f} lines, longest {max(lines)}")
    print(f"public functions with a docstring: {share(len(documented), len(functions))}")
    print(f"... with an example that is run: {share(len(with_example), len(functions))}")
    print(f"... that raise themselves and say so: {share(len(told), len(raising))}")
    print(f"... with all annotations: {share(sum(map(annotated, functions)), len(functions))}")
    print(f"test functions: {cases}, with {text.count('mark.parametrize')} parametrize marks,")
    print(f"    {len(re.findall('@given', text))} properties and {text.count('match=')} match=")


if __name__ == "__main__":
    main()
