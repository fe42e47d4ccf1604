"""The names of a gazetteer as a tree of folded words, to find the longest one in running text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geofront.gazetteer.memo import memoised
from geofront.gazetteer.names import normalise
from geofront.gazetteer.text.tokens import even, words_in

if TYPE_CHECKING:
    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.place import Place

__all__ = ["Node", "name_tree"]


class Node:
    """A point in the tree: how names may go on from here, and which end here."""

    __slots__ = ("children", "place_ids", "single", "spellings", "strong")

    def __init__(self) -> None:
        self.children: dict[str, Node] = {}
        self.place_ids: set[str] = set()
        self.spellings: dict[str, str] = {}  # as written, and as compared
        self.single = ""  # the key of the one word, if it is one
        self.strong: set[str] = set()  # spellings, as compared, of what is more than a village

    def add(self, toponym: str, place: Place, keys: list[str]) -> None:
        """Let a name end here."""
        self.place_ids.add(place.id)
        self.spellings[even(toponym)] = normalise(even(toponym))
        self.single = keys[0] if len(keys) == 1 else ""
        feature = place.feature or "PPL"
        if not feature.startswith("PPL") or feature.startswith(("PPLA", "PPLC")):
            self.strong.add(normalise(even(toponym)))


@memoised
def name_tree(gazetteer: Gazetteer) -> tuple[Node, frozenset[str]]:
    """Return the names of a gazetteer as a tree.

    The article is left out of the keys; a spelling with brackets, which tell the readers of a table
    which of several places it is, is left out altogether.

    Parameters
    ----------
    gazetteer
        The places.

    Returns
    -------
    tuple[Node, frozenset[str]]
        The root, and the first words of the names that begin without a capital.
    """
    root, small = Node(), set()
    for place in gazetteer:
        for toponym in place.toponyms:
            words = words_in(toponym)
            if words and words[0].lower == "the" and words[0].small:
                words = words[1:]
            last = len(words) - 1
            kept = [w for n, w in enumerate(words) if w.forms and (n == last or not w.article)]
            if not kept or "(" in toponym:
                continue
            keys = [word.forms[0].key for word in kept]
            if words[0].small and not words[0].article:
                small.add(keys[0])
            node = root
            for key in keys:
                node = node.children.setdefault(key, Node())
            node.add(toponym, place, keys)
    return root, frozenset(small)
