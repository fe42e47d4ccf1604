"""Publishers that several formats name: one spelling each.

Two sources of one publisher do not confirm each other. A second spelling would make two of it.
"""

from __future__ import annotations

__all__ = ["DEEPSTATE", "ISW", "LIVEUAMAP", "VIINA", "WIKIPEDIA", "publisher_named"]

DEEPSTATE = "DeepState"
ISW = "ISW/CTP"
LIVEUAMAP = "Liveuamap"
VIINA = "VIINA (Zhukov and Ayers)"
WIKIPEDIA = "Wikipedia contributors"

_SPELLINGS = {
    DEEPSTATE: ("deepstatemap", "deepstatemaplive", "deepstateua", "deepstateukraine"),
    ISW: (
        "isw",
        "ctp",
        "iswandctp",
        "instituteforthestudyofwar",
        "instituteforthestudyofwarisw",
        "criticalthreatsproject",
        "instituteforthestudyofwarandaeiscriticalthreatsproject",
    ),
    LIVEUAMAP: ("liveuniversalawarenessmap", "liveuamapcom"),
    WIKIPEDIA: ("wikipedia", "wikipediaorg", "enwikipediaorg"),
}


def publisher_named(name: str) -> str:
    """Return a publisher's name as all adapters spell it; of others what is given.

    Parameters
    ----------
    name
        As a format has it.

    Returns
    -------
    str
        One of the names of this module, or `name`.
    """
    return _BY_SPELLING.get(_folded(name), name)


def _folded(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


_BY_SPELLING = {
    _folded(spelling): publisher
    for publisher, spellings in _SPELLINGS.items()
    for spelling in (publisher, *spellings)
}
