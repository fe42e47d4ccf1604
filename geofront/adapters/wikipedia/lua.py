"""The part of Lua that modules of marks are written in: tables of literals, read without running.

Lua 5.1, as MediaWiki runs it: strings in quotes and long brackets, numbers, names such as
``mk.red`` and tables with keys or without. What is an expression of another kind is known to be
one (`UNREAD`), and everything that has a value knows where it stands in the text, so that a writer
can change one mark and leave the rest as it is.

Of the two libraries on PyPI neither serves: ``luaparser`` takes ten times as long, and ``slpp``
reads ``mk.red`` and ``[=[ ]=]`` as something else without a word; neither tells positions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["UNREAD", "Entry", "LuaError", "LuaModule", "LuaTable", "Name", "read_lua"]

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<comment>--\[=*\[|--[^\n]*)
    | (?P<string>"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*')
    | (?P<long>\[=*\[)
    | (?P<number>0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<name>[A-Za-z_]\w*)
    | (?P<symbol>\.\.\.?|[=~<>]=|.)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:(\d{1,3})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "nil": None}
_DEEPEST = 60
_OPENING, _CLOSING = frozenset("({["), frozenset(")}]")
_ENDS = frozenset({",", ";", "}"})
_BLOCKS = frozenset({"function", "do", "then", "repeat"})


class LuaError(ValueError):
    """A text that is no Lua of this kind; it says in which line."""

    def __init__(self, text: str, at: int, what: str) -> None:
        self.line = text.count("\n", 0, at) + 1
        super().__init__(f"line {self.line}: {what}")


class Name(str):
    """A name that stands for a value, such as ``mk.red``."""

    __slots__ = ()


class Unread:
    """A value that only running the code would give."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Tell what it is."""
        return "UNREAD"


UNREAD = Unread()


class Entry(NamedTuple):
    """A field of a table: its key, empty if it has none, its value, and where the value stands."""

    key: str
    value: object
    start: int
    end: int


@dataclass(slots=True)
class LuaTable:
    """A table as written, from its opening brace to behind the closing one."""

    start: int
    end: int = 0
    entries: list[Entry] = field(default_factory=list)

    def entry(self, key: str) -> Entry | None:
        """Return the field of a key; of several the last one, as Lua does."""
        return next((e for e in reversed(self.entries) if e.key == key), None)

    def get(self, key: str) -> object:
        """Return the value of a key, or None."""
        found = self.entry(key)
        return None if found is None else found.value


@dataclass(slots=True)
class LuaModule:
    """What a module says: the table that it returns, and what its names stand for."""

    text: str
    returned: LuaTable | None = None
    names: dict[str, object] = field(default_factory=dict)

    def resolve(self, value: object) -> object:
        """Return what a name stands for, or any other value as it is; `UNREAD` if unknown."""
        for _ in range(_DEEPEST):
            if not isinstance(value, Name):
                return value
            value = self._named(value)
        return UNREAD

    def _named(self, name: Name) -> object:
        if name in self.names:
            return self.names[name]
        head, dot, last = name.rpartition(".")
        owner = self.resolve(Name(head)) if dot else UNREAD
        entry = owner.entry(last) if isinstance(owner, LuaTable) else None
        return UNREAD if entry is None else entry.value


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def read_lua(text: str) -> LuaModule:
    """Read a module: the table that it returns, and the tables and literals that it names.

    Parameters
    ----------
    text
        The source.

    Returns
    -------
    LuaModule
        `returned` is None where it returns no table.

    Raises
    ------
    LuaError
        If a string, a comment or a bracket has no end, or tables are nested beyond all use.
    """
    return _Parser(text).module()


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    while match := _TOKEN.match(text, position):
        kind = match.lastgroup or ""
        start, position = match.span(kind)
        if kind == "long" or (kind == "comment" and text[position - 1] == "[" and _is_long(match)):
            closing = match[kind].lstrip("-").replace("[", "]")
            end = text.find(closing, position)
            if end < 0:
                raise LuaError(text, start, f"{match[kind]} has no end {closing}")
            body, position = text[position:end], end + len(closing)
            if kind == "long":
                found.append(_Token("string", body.removeprefix("\n"), start, position))
        elif kind == "string":
            found.append(_Token(kind, _unescaped(match[kind][1:-1]), start, position))
        elif kind != "comment":
            if match[kind] in {'"', "'"}:
                raise LuaError(text, start, "a quoted text has no end")
            word = match[kind]
            found.append(_Token(word if kind == "symbol" else kind, word, start, position))
    # As many as one ever looks ahead.
    return found + [_Token("end", "", len(text), len(text))] * 4


def _is_long(match: re.Match[str]) -> bool:
    return re.fullmatch(r"--\[=*\[", match["comment"]) is not None


def _unescaped(body: str) -> str:
    return _ESCAPE.sub(_character, body) if "\\" in body else body


def _character(found: re.Match[str]) -> str:
    decimal, hexadecimal, other = found.groups()
    if other is not None:
        return _ESCAPED.get(other, other)
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if code else "\ufffd"


class _Parser:
    """Goes through the tokens of a module once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _is(self, kind: str, ahead: int = 0) -> bool:
        return self._tokens[self._at + ahead].kind == kind

    def module(self) -> LuaModule:
        module = LuaModule(self._text)
        while self._next.kind != "end":
            if self._next.kind != "name":
                self._at += 1
            elif self._next.text == "return":
                self._at += 1
                value = module.resolve(self._value())
                if isinstance(value, LuaTable):
                    module.returned = value
            else:
                self._statement(module)
        return module

    def _statement(self, module: LuaModule) -> None:
        """Read ``name = value``; of anything else skip a word, until one such begins."""
        if self._next.text == "local":
            self._at += 1
            return
        name = self._name()
        if not self._is("="):
            return
        self._at += 1
        module.names[str(name)] = self._value()

    def _name(self) -> Name:
        """Read a name and what follows it by dots or in brackets: ``mk.red``, ``mk["red"]``."""
        parts = [self._next.text]
        self._at += 1
        while True:
            following = self._tokens[self._at + 1]
            if self._is(".") and following.kind == "name":
                self._at += 2
            elif self._is("[") and following.kind == "string" and self._is("]", 2):
                self._at += 3
            else:
                return Name(".".join(parts))
            parts.append(following.text)

    def _value(self) -> object:
        """Read a value up to the comma, brace or statement behind it."""
        value = self._operand()
        while self._is(".."):
            self._at += 1
            other = self._operand()
            plain = all(isinstance(v, str) and not isinstance(v, Name) for v in (value, other))
            value = f"{value}{other}" if plain else UNREAD
        if self._depth and self._next.kind not in _ENDS:
            self._skip()
            return UNREAD
        return value

    def _operand(self) -> object:
        token = self._next
        if token.kind in {"string", "number"}:
            self._at += 1
            return token.text
        if token.kind == "name" and token.text in _WORDS:
            self._at += 1
            return _WORDS[token.text]
        if token.kind == "name" and token.text not in _BLOCKS:
            return self._name()
        if self._is("{"):
            return self._table()
        if self._is("-") and self._tokens[self._at + 1].kind == "number":
            self._at += 2
            return f"-{self._tokens[self._at - 1].text}"
        return UNREAD

    def _skip(self) -> None:
        """Go to the comma or brace that ends an expression which is not read."""
        open_brackets = 0
        while self._next.kind != "end":
            symbol = self._next.kind
            if open_brackets == 0 and symbol in _ENDS:
                return
            open_brackets += (symbol in _OPENING) - (symbol in _CLOSING)
            self._at += 1

    def _table(self) -> LuaTable:
        table = LuaTable(self._next.start)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise LuaError(self._text, table.start, "tables are nested too deep")
        self._at += 1
        while (kind := self._next.kind) != "}":
            if kind == "end":
                raise LuaError(self._text, table.start, "a table has no closing brace }")
            if kind in _ENDS:
                self._at += 1
            else:
                table.entries.append(self._entry())
        table.end = self._next.end
        self._at += 1
        self._depth -= 1
        return table

    def _entry(self) -> Entry:
        key = ""
        if self._next.kind == "name" and self._is("=", 1):
            key = self._next.text
            self._at += 2
        elif self._is("[") and self._is("]", 2) and self._is("=", 3):
            key = self._tokens[self._at + 1].text
            self._at += 4
        before = self._at
        start = self._next.start
        value = self._value()
        if self._at == before and not self._is("}"):
            self._at += 1  # what begins no value, such as a lone bracket
        return Entry(key, value, start, self._tokens[self._at - 1].end)
