"""What a spelling sounds like, whatever script it is in, so that spellings can be compared.

A toponym becomes words of phonemes in one small alphabet, the same for Arabic script, for the
Latin transliterations of Arabic (BGN/PCGN, ISO, French, the press's own), for Kurdish and Turkish
spellings, for Cyrillic, and for vowel-less transliterations letter by letter. Two spellings of a
name then differ in a few vowels, and in consonants that are easily taken for each other.

The alphabet: consonants ``b p t T d D z Z s S C j g G k q x h f v l m n r``, glides ``w y``,
vowels ``a i u``, and a back-quote for ayn. ``T`` and ``D`` are the sounds of *think* and *this*,
``S`` of *ship*, ``C`` of *chip*, ``Z`` of *measure*, ``G`` ghayn, ``x`` the sound of *loch*.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from geofront.gazetteer.names import ARABIC_ARTICLES

__all__ = ["alternatives", "pattern", "skeleton", "sounds", "words_of"]

_ARABIC = str.maketrans(
    {
        **dict(zip("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", "abtTjhxdDrzsSsdtD`Gfqklmnhwy", strict=True)),
        **dict(zip("أإآٱىةءؤئپچژگڤکیہھەێۆ", "aiaaaA`wypCZgvkyhhaiu", strict=True)),
    }
)
_CYRILLIC = str.maketrans(
    {
        **dict(zip("абвгґдезиійклмнопрстуфхшыэ", "abvggdiziiyklmnuprstufxSii", strict=True)),
        "ж": "Z",
        "ч": "C",
        "щ": "SC",
        "ц": "ts",
        "ю": "yu",
        "я": "ya",
        "є": "yi",
        "ї": "yi",
        "ё": "yu",
        "ь": "",
        "ъ": "",
        "ў": "w",
    }
)
_MARKED_LATIN = str.maketrans(
    {
        **dict(zip("ḩḥħẖḫẕḏḍẓżžġğǧšçčəıʉŭṯ", "hhhxxDDdDDZGGjSCCaiuuT", strict=True)),
        **dict(zip("ʿ‘`ʽ‛ʻ", "`" * 6, strict=True)),
        **dict(zip("'’ʾʼ´ˈ′", "`" * 7, strict=True)),
    }
)
_KURDISH_OR_TURKISH = re.compile("[êîûçğı]")
_ARABIST = re.compile("[āīūḩţḑẕḥṭ‘`ʿ]")
# French maps of the Maghreb and the Levant write their own article: Le Kef, La Goulette.
_ARTICLES = ARABIC_ARTICLES | {"le", "la"}
# The order matters: a longer group is read before the shorter ones inside it.
_GROUPS = (
    *(("dsch", "j"), ("tsch", "C"), ("shch", "SC"), ("dzh", "j"), ("tch", "C"), ("sch", "S")),
    *(("kh", "x"), ("gh", "G"), ("sh", "S"), ("ch", "S"), ("th", "T"), ("dh", "D"), ("zh", "Z")),
    *(("dj", "j"), ("ph", "f"), ("ck", "k"), ("ou", "u"), ("oo", "u"), ("ee", "i")),
    *(("ei", "ay"), ("ey", "ay"), ("ai", "ay"), ("au", "aw"), ("ow", "aw")),
)
_PHONEMES_OF_GROUP = dict(_GROUPS)
_GROUP = re.compile("|".join(_PHONEMES_OF_GROUP))
_VOWEL_LETTERS = str.maketrans({"o": "u", "e": "i"})
_GLIDE_AFTER_U = re.compile("u(?=[ai])")
_GLIDE_AFTER_I = re.compile("i(?=[au])")
_T_FOR_A = re.compile("(?<=[^aiu][^aiu])t$")
_AT_FOR_A = re.compile("(?<=[^aiu]a)t$")
_FRENCH_AYN = re.compile("^aa")
_SLAVIC_J = re.compile("ij(?=[aeou])")
_Y_AS_VOWEL = re.compile("(?<![aiuy])y(?![aiuy])")
_DOUBLED = re.compile(r"(.)\1+")
_FINAL_A = re.compile("(?:[aei]h|[aeA])$")
_FIRST_ARABIC, _LAST_ARABIC = "\u0600", "\u06ff"
_FIRST_CYRILLIC, _LAST_CYRILLIC = "\u0400", "\u052f"
_PIECE = re.compile(r"[\w'’ʾʼ´ˈ′ʿ‘`ʽ‛ʻ\u064b-\u065f\u0670]+")
_SOFT_C = re.compile("c(?=[ei])")
_NOT_A_PHONEME = re.compile("[^A-Za-z0-9`]")
_ANY_VOWEL = re.compile("[aiu]")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_GLUED_ARTICLE = re.compile("^al(?=[^aiu'].{2})")

# Three characters for a consonant, so that missing one costs more than missing a vowel; what two
# have in common says how easily one is taken for the other.
_PATTERNS = str.maketrans(
    {
        "b": "bBb",
        "p": "bBp",
        "t": "tDt",
        "T": "tsT",
        "d": "dDd",
        "D": "dDz",
        "z": "zZz",
        "s": "sZs",
        "S": "cCS",
        "C": "cCj",
        "Z": "zZj",
        "j": "jJj",
        "g": "kgj",
        "G": "gGh",
        "k": "kKk",
        "q": "kKq",
        "x": "xXh",
        "h": "hXg",
        "f": "fFf",
        "v": "wwf",
        "l": "lLl",
        "m": "mMm",
        "n": "nNn",
        "r": "rRr",
        "w": "uw",
        "y": "iy",
        "A": "a",
    }
)
_SKELETON_CLASSES = str.maketrans(
    {
        **dict(zip("pTDZCqgx", "btdzSkkh", strict=True)),
        **dict.fromkeys("aiuA`wy", None),
    }
)
_SHORTEST_WORD = 2


@lru_cache(maxsize=65536)
def words_of(toponym: str) -> tuple[str, ...]:
    """Return the words of a spelling in phonemes, without the Arabic article.

    Parameters
    ----------
    toponym
        A name in any script.

    Returns
    -------
    tuple[str, ...]
        One text of phonemes a word; empty if there is no letter or digit.
    """
    text = unicodedata.normalize("NFKC", toponym).casefold()
    eastern = bool(_KURDISH_OR_TURKISH.search(text)) and not _ARABIST.search(text)
    words = []
    pieces = _PIECE.findall(text.replace("_", " "))
    for position, piece in enumerate(pieces):
        word = _word(piece, eastern=eastern)
        is_article = word in _ARTICLES or piece in _ARTICLES or piece == "ال"
        if word and not (is_article and position < len(pieces) - 1):
            words.append(word)
    return tuple(words)


def alternatives(toponym: str) -> list[str]:
    """Return the names that a toponym holds: ``A (B)`` and ``A/B`` hold two, the leading one first.

    Parameters
    ----------
    toponym
        A name in any script.

    Returns
    -------
    list[str]
        The names, without those that hold no letter or digit.
    """
    if "(" not in toponym and "/" not in toponym:
        return [toponym.strip()] if words_of(toponym) else []
    outer = _BRACKETED.sub(" ", toponym)
    names = [n for part in (outer, *_BRACKETED.findall(toponym)) for n in part.split("/")]
    return list(dict.fromkeys(name.strip() for name in names if words_of(name)))


def sounds(name: str) -> list[tuple[str, ...]]:
    """Return every way in which a name may be read, as words of phonemes.

    A word that begins with *al* may begin with the article, written without a space; a final *t*
    may stand for the ending -a, as letter-by-letter transliterations have it; *th* may be two
    sounds; and *aa* may hold an ayn.

    Parameters
    ----------
    name
        A name in any script.

    Returns
    -------
    list[tuple[str, ...]]
        The readings, the plain one first; empty if there is no letter or digit.

    Examples
    --------
    >>> from geofront.gazetteer.sounds import sounds
    >>> sounds("Tadmur"), sounds("تدمر")
    ([('tadmur',)], [('tdmr',)])
    """
    words = words_of(name)
    if not words:
        return []
    readings = [words]
    if any(word.startswith("al") for word in words):
        readings.append(tuple(_GLUED_ARTICLE.sub("", word, count=1) for word in words))
    if any(word.endswith("t") for word in words):
        readings += [tuple(_T_FOR_A.sub("a", word) for word in reading) for reading in readings]
    if any(word.endswith("at") for word in words):
        readings.append(tuple(_AT_FOR_A.sub("", word) for word in words))
    if any("T" in word for word in words):
        readings.append(tuple(word.replace("T", "th") for word in words))
    if "aa" in name:
        readings.append(words_of(name.replace("aa", "a`a")))
    return list(dict.fromkeys(readings))


def pattern(word: str) -> str:
    """Return a text whose likeness to another's tells how alike two words sound.

    Parameters
    ----------
    word
        A word in phonemes.

    Returns
    -------
    str
        Three characters for a consonant, one or two for a glide, one for a vowel or ayn.
    """
    return word.translate(_PATTERNS)


def skeleton(words: tuple[str, ...]) -> str:
    """Return the consonants of a name, run together, in classes of what is easily confused.

    Parameters
    ----------
    words
        Words in phonemes.

    Returns
    -------
    str
        The skeleton; empty where there are only vowels.
    """
    return _DOUBLED.sub(r"\1", "".join(words).translate(_SKELETON_CLASSES))


def _word(piece: str, *, eastern: bool) -> str:
    """Turn one word into phonemes; `eastern` for Kurdish and Turkish spelling."""
    script = next((c for c in piece if c.isalpha()), "a")
    if _FIRST_ARABIC <= script <= _LAST_ARABIC:
        word = _from_arabic(piece)
    elif _FIRST_CYRILLIC <= script <= _LAST_CYRILLIC:
        word = piece.translate(_CYRILLIC)
    else:
        word = _from_latin(piece, eastern=eastern)
    word = _GLIDE_AFTER_I.sub("iy", _GLIDE_AFTER_U.sub("uw", word))
    return _DOUBLED.sub(r"\1", word.replace("ai", "ay").replace("au", "aw"))


def _from_arabic(piece: str) -> str:
    letters = "".join(
        c for c in unicodedata.normalize("NFKC", piece) if not unicodedata.combining(c)
    )
    if letters.startswith("ال") and len(letters) > 2 + _SHORTEST_WORD:
        letters = letters[2:]
    if letters.endswith(("ه", "ہ", "ھ", "ە")):
        letters = letters[:-1] + "ة"
    word = _NOT_A_PHONEME.sub("", letters.replace("ـ", "").translate(_ARABIC))
    return _FINAL_A.sub("a", word) if len(word) > _SHORTEST_WORD else word


def _from_latin(piece: str, *, eastern: bool) -> str:
    text = piece if piece.isascii() else _plain(piece.replace("ş", "S" if eastern else "s"))
    text = text.replace("'", "`")
    if len(text) > _SHORTEST_WORD:
        text = _FINAL_A.sub("a", text)
    text = _FRENCH_AYN.sub("`a", _SLAVIC_J.sub("iy", text))
    text = _GROUP.sub(_phonemes_of_group, text)
    # Kurdish and Turkish write c for the sound of j, others for k.
    text = _SOFT_C.sub("j", text).replace("c", "j" if eastern else "k")
    text = _NOT_A_PHONEME.sub("", text.translate(_VOWEL_LETTERS))
    return _Y_AS_VOWEL.sub("i", text) if _ANY_VOWEL.search(text) else text


def _plain(piece: str) -> str:
    """Take the marks off Latin letters, or spell a word of another script in them."""
    decomposed = unicodedata.normalize("NFKD", piece.translate(_MARKED_LATIN))
    text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return text if text.isascii() else anyascii(text).lower()


def _phonemes_of_group(found: re.Match[str]) -> str:
    return _PHONEMES_OF_GROUP[found[0]]
