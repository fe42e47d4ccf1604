"""Whom a colour of a module means: the module's own legend decides, where it has one.

A colour means another party in every module, and in one module over the years: red is the Yemeni
government here and Hezbollah there, and in Syria the government until December 2024 and the Russian
forces after it. So an actor is bound to a colour only where

- the user says so, or
- the legend in the revision's own ``containerArgs.caption`` puts a name to the colour that is known
  for that module (`_MODULES`), or
- there is no legend, and the module has meant the same by the colour up to `_UNTIL`.

What is left is unbound: its marks are dropped and reported, with the words of the legend.

The parties of each module are those of its captions and documentation: Syria and Iraq as of 2017 to
2023, Yemen, Lebanon, Israel and Palestine, Syria and Ukraine as of 2026. That of Libya is bound by
its legend alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import TYPE_CHECKING

from geofront.adapters.options import meanings_given
from geofront.adapters.wikipedia.icons import Shape, icon_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geofront.adapters.options import Pairs

__all__ = ["Bindings", "Party", "actor_name", "colors_given", "legend_of", "plain"]

_FILE = re.compile(r"\[\[(?:File|Image):([^|\]]+)(?:\|[^\]]*)?\]\]", re.IGNORECASE)
_ENDS = re.compile(r"\n|;|<br\s*/?>", re.IGNORECASE)
_LINK = re.compile(r"\[\[(?:[^|\]]*\|)?([^|\]]*)\]\]")
_TAG = re.compile(r"<[^<>]*>|'{2,}|\{\{[^{}]*\}\}")
_JOINT = "|"
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Party:
    """Who may be meant by a colour: an id, a name, and words that a legend calls it by.

    `lasting` tells that the colour meant it from the beginning, so that it needs no legend before
    `_UNTIL`. An id with ``|`` is several actors who hold a place together.
    """

    id: str
    name: str
    words: tuple[str, ...]
    lasting: bool = True

    def is_named_in(self, legend: str) -> bool:
        """Return whether a legend names this party."""
        text = legend.casefold().replace("\u2019", "'")
        return any(re.search(rf"\b{re.escape(word)}", text) for word in self.words)


_UNTIL = date(2024, 11, 27)
"""The day from which on the Syrian colours changed their meaning, one by one."""

_GOVERNMENT = Party("syrian-government", "Syrian government", ("government", "assad", "ba'ath"))
_SDF = Party(
    *("sdf", "Syrian Democratic Forces"),
    ("kurd", "rojava", "sdf", "ypg", "syrian democratic", "autonomous administration"),
)
_ISIL = Party("isil", "Islamic State (ISIL)", ("isil", "isis", "islamic state", "daesh"))
_OPPOSITION = Party(
    *("syrian-opposition", "Syrian opposition"),
    ("opposition", "rebel", "interim government", "national army", "free syrian"),
)
_HTS = Party(
    *("tahrir-al-sham", "Tahrir al-Sham (formerly Nusra Front)"),
    ("tahrir", "nusra", "hts", "salvation", "fatah al-sham", "fateh al-sham"),
)
_TRANSITION = Party(
    *("syrian-transitional-government", "Syrian transitional government"),
    ("transitional", "caretaker"),
    lasting=False,
)
_TRUCE = Party("syrian-government|syrian-opposition", "", ("truce", "mixed"))
_COMMANDO = Party(
    "revolutionary-commando-army", "Revolutionary Commando Army", ("commando", "new syrian army")
)
_HEZBOLLAH = Party("hezbollah", "Hezbollah", ("hezbollah",), lasting=False)
_ISRAEL = Party("israel", "Israel", ("israel", "idf", "ios"))
_ISRAEL_LATER = Party("israel", "Israel", _ISRAEL.words, lasting=False)
_RUSSIA_LATER = Party("russia", "Russia", ("russia",), lasting=False)
_DRUZE = Party("druze-militias", "Druze militias", ("druze", "bashan"), lasting=False)
_LEBANON = Party(
    "lebanon", "Lebanese Armed Forces", ("lebanese armed", "lebanese gov", "laf"), lasting=False
)
_HOUTHIS = Party("houthis", "Houthis (Ansar Allah)", ("houthi", "ansar"))
_ACCORD = Party(
    *("government-of-national-accord", "Government of National Accord"),
    ("national accord", "gna", "national unity"),
    lasting=False,
)

# By a word of the module's title; of several the first. Where a colour has several parties, the
# first one counts that the legend names.
_MODULES: dict[str, dict[str, tuple[Party, ...]]] = {
    # These join several countries, whose parties share colours.
    "and iraqi insurgency": {"black": (_ISIL,)},
    "and lebanese insurgenc": {"black": (_ISIL,)},
    "syrian civil war": {
        "red": (_GOVERNMENT, _RUSSIA_LATER),
        "lime": (_OPPOSITION, _DRUZE),
        "green": (_OPPOSITION, _DRUZE),
        "yellow": (_SDF,),
        "grey": (_TRANSITION, _HTS),
        "black": (_ISIL,),
        "blue": (_HEZBOLLAH, _ISRAEL_LATER),
        "teal": (_COMMANDO,),
        "purple": (_TRUCE,),
    },
    "iraqi insurgency": {
        "red": (Party("iraqi-government", "Iraqi government", ("government", "iraqi")),),
        "yellow": (Party("peshmerga", "Kurdistan Region", ("kurd", "krg", "peshmerga")),),
        "black": (_ISIL,),
    },
    "yemen": {
        "red": (Party("yemeni-government", "Yemeni government", ("government", "hadi")),),
        "lime": (_HOUTHIS,),
        "green": (_HOUTHIS,),
        "grey": (Party("aqap", "al-Qaeda in the Arabian Peninsula", ("qaeda", "aqap", "sunni")),),
        "blue": (Party("tribal-forces", "Tribal forces", ("tribal",)),),
        "black": (_ISIL,),
    },
    "lebanese insurgency": {
        "grey": (_LEBANON,),
        "red": (_HEZBOLLAH, _LEBANON),
        "blue": (_HEZBOLLAH, _ISRAEL_LATER),
        "black": (_ISIL,),
    },
    "israeli": {
        "blue": (_ISRAEL,),
        "green": (Party("palestinian-authority", "Palestinian Authority", ("palestinian auth",)),),
        "brightgreen": (
            Party("palestinian-authority", "Palestinian Authority", ("palestinian auth",)),
        ),
        "lime": (Party("hamas", "Hamas", ("hamas", "gaza")),),
        "red": (_HEZBOLLAH,),
        "grey": (_LEBANON,),
        "darkred": (Party("syria", "Syria", ("syria",), lasting=False),),
        "teal": (Party("jordan", "Jordan", ("jordan",), lasting=False),),
    },
    "ukrain": {
        "blue": (Party("ukraine", "Ukraine", ("ukrain",)),),
        "red": (Party("russia", "Russia", ("russia", "donetsk", "luhansk", "separatist")),),
    },
    "donbas": {
        "blue": (Party("ukraine", "Ukraine", ("ukrain",)),),
        "red": (Party("russia", "Russia", ("russia", "donetsk", "luhansk", "separatist")),),
    },
    "libyan": {
        "red": (
            Party(
                *("libyan-national-army", "Libyan National Army"),
                ("national army", "lna", "house of representatives", "haftar"),
                lasting=False,
            ),
        ),
        "lime": (_ACCORD,),
        "green": (_ACCORD,),
        "black": (_ISIL,),
    },
}
_TWINS = {"lime": "green", "green": "lime"}  # two files of one colour on most maps
_ALIKE_NOT = "israeli"  # where they are two parties


def colors_given(colors: Pairs) -> dict[str, tuple[str, ...]]:
    """Return the actors of each colour as the user says: a mapping, or ``red=isil,blue=a|b``.

    Raises
    ------
    DataFaultsError
        If a text is not written so, or a colour means nobody.
    """
    found = {
        "".join(c for c in colour if c.isalpha()).replace("gray", "grey"): tuple(
            dict.fromkeys(a.strip() for a in actors.split(_JOINT) if a.strip())
        )
        for colour, actors in meanings_given(colors, "colors").items()
    }
    return {colour: actors for colour, actors in found.items() if actors}


def legend_of(caption: str) -> dict[str, str]:
    """Return the words that a caption puts behind the dot of each colour.

    Parameters
    ----------
    caption
        Wikitext; ``[[File:Location dot red.svg|11px]] Government ; ...``.

    Returns
    -------
    dict[str, str]
        By colour; of two entries for one the first.
    """
    found: dict[str, str] = {}
    parts = _FILE.split(unescape(caption))  # the ; of &nbsp; ends no entry
    for name, behind in zip(parts[1::2], parts[2::2], strict=True):
        icon = icon_of(name)
        words = plain(_ENDS.split(behind, maxsplit=1)[0]).strip(" .:,;")
        if icon is not None and icon.shape is Shape.DOT and words:
            found.setdefault(icon.colours[0], words[:_LONGEST])
    return found


def plain(wikitext: str) -> str:
    """Return wikitext as a reader sees it: the words of links, without marks of style."""
    # Entities last, so that what they stand for is not taken for a mark.
    text = unescape(_TAG.sub(" ", _LINK.sub(r"\1", wikitext.replace("_", " "))))
    return " ".join(text.split())


@dataclass(slots=True)
class Bindings:
    """The actors of the colours of one module, as its legend says on a day or the user always."""

    title: str
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    legend: Mapping[str, str] = field(default_factory=dict)
    day: date | None = None
    _found: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def actors(self, colour: str) -> tuple[str, ...]:
        """Return the ids of the actors of a colour; of several, who hold together; or nothing."""
        if colour not in self._found:
            party = self._party(colour)
            bound = tuple(party.id.split(_JOINT)) if party else ()
            self._found[colour] = self.chosen.get(colour, bound)
        return self._found[colour]

    def colour_of(self, actor: str) -> str | None:
        """Return the colour that means just one actor, the user's own choice first, or None."""
        for colour in (*self.chosen, *self._parties):
            if self.actors(colour) == (actor,):
                return colour
        return None

    @property
    def _key(self) -> str:
        title = self.title.casefold().replace("_", " ")
        return next((key for key in _MODULES if key in title), "")

    @property
    def _parties(self) -> dict[str, tuple[Party, ...]]:
        return _MODULES.get(self._key, {})

    def _party(self, colour: str) -> Party | None:
        parties = self._parties.get(colour, ())
        told = self.legend.get(colour, "")
        if not told and self._key != _ALIKE_NOT:
            told = self.legend.get(_TWINS.get(colour, ""), "")
        if told:
            return next((p for p in parties if p.is_named_in(told)), None)
        if self.day is not None and self.day >= _UNTIL and len(parties) > 1:
            return None
        return next((p for p in parties if p.lasting), None)


def actor_name(actor: str) -> str:
    """Return the name of an actor that some module knows, or else its id."""
    return _NAMES.get(actor, actor)


_NAMES = {
    party.id: party.name
    for colours in _MODULES.values()
    for parties in colours.values()
    for party in parties
    if party.name
}
