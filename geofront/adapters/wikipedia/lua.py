"""The part of Lua that modules of marks are written in: tables of literals, read without running.

Lua 5.1, as MediaWiki runs it: strings in quotes and long brackets, numbers, names such as
``mk.red`` and tables with keys or without. What is an expression of another kind is known to be
one (`UNREAD`), and everything that has a value knows where it stands in the text, so that a writer
can change one mark and leave the rest as it is.

Of the two libraries on PyPI neither serves: ``luaparser`` takes fifty times as long, and ``slpp``
reads ``mk.red`` and ``[=[ ]=]`` as something else without a word and tells no positions.
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
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_LONG_COMMENT = re.compile(r"--\[=*\[")
_FIELD = re.compile(
    r"""\s*([A-Za-z_]\w*)\s*=\s*(?:"([^"\\\n]*)"|(-?(?:\d+\.?\d*)))[ \t]*(?:[,;]|(?=}))""", re.ASCII
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
        """Return what a name stands for, or any other value as it is; `UNREAD` if unknown.

        A name that leads to itself, or through too many others, stands for nothing known.
        """
        return self._followed(value, [_DEEPEST])

    def _followed(self, value: object, steps_left: list[int]) -> object:
        """Follow names, also those of tables that names stand in, as many steps as are left."""
        while isinstance(value, Name) and steps_left[0]:
            steps_left[0] -= 1
            value = self._named(value, steps_left)
        return UNREAD if isinstance(value, Name) else value

    def _named(self, name: Name, steps_left: list[int]) -> object:
        if name in self.names:
            return self.names[name]
        head, dot, last = name.rpartition(".")
        owner = self._followed(Name(head), steps_left) if dot else UNREAD
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


def _unescaped(body: str) -> str:
    return _ESCAPE.sub(_character, body) if "\\" in body else body


def _character(found: re.Match[str]) -> str:
    decimal, hexadecimal, other = found.groups()
    if other is not None:
        return _ESCAPED.get(other, other)
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if code else "\ufffd"


class _Scanner:
    """The tokens of a text one after another, as many ahead as are asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.taken = 0
        self.end = 0
        self._position = 0
        self._ahead: list[_Token] = []

    def peek(self, ahead: int = 0) -> _Token:
        """Return a token that is to come."""
        while len(self._ahead) <= ahead:
            self._ahead.append(self._scanned())
        return self._ahead[ahead]

    def take(self, count: int = 1) -> _Token:
        """Go on behind some tokens, and return the last of them."""
        token = self.peek(count - 1)
        del self._ahead[:count]
        self.taken += 1
        self.end = token.end
        return token

    def field(self) -> re.Match[str] | None:
        """Return a field as most are written, ``key = "text",``, and go on behind it."""
        found = _FIELD.match(self.text, self._ahead[0].start if self._ahead else self._position)
        if found:
            self._ahead.clear()
            self._position = self.end = found.end()
        return found

    def _scanned(self) -> _Token:
        """Return the next token, which is no comment.

        Raises
        ------
        LuaError
            If a text or comment has no end.
        """
        while match := _TOKEN.match(self.text, self._position):
            kind = match.lastgroup or ""
            start, self._position = match.span(kind)
            word = match[kind]
            if kind == "long" or (kind == "comment" and _LONG_COMMENT.fullmatch(word)):
                body = self._up_to(word.lstrip("-").replace("[", "]"), start)
                if kind == "long":
                    return _Token("string", body.removeprefix("\n"), start, self._position)
            elif kind == "string":
                return _Token(kind, _unescaped(word[1:-1]), start, self._position)
            elif kind != "comment":
                if word in {'"', "'"}:
                    raise LuaError(self.text, start, "a quoted text has no end")
                return _Token(word if kind == "symbol" else kind, word, start, self._position)
        return _Token("end", "", len(self.text), len(self.text))

    def _up_to(self, closing: str, start: int) -> str:
        end = self.text.find(closing, self._position)
        if end < 0:
            opening = closing.replace("]", "[")
            raise LuaError(self.text, start, f"{opening} has no end {closing}")
        body = self.text[self._position : end]
        self._position = end + len(closing)
        return body


class _Parser:
    """Goes through the tokens of a module once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._scanner = _Scanner(text)
        self._depth = 0

    def _is(self, kind: str, ahead: int = 0) -> bool:
        return self._scanner.peek(ahead).kind == kind

    def module(self) -> LuaModule:
        module = LuaModule(self._text)
        while not self._is("end"):
            if not self._is("name"):
                self._scanner.take()
            elif self._scanner.peek().text == "return":
                self._scanner.take()
                value = module.resolve(self._value())
                if isinstance(value, LuaTable):
                    module.returned = value
            else:
                self._statement(module)
        return module

    def _statement(self, module: LuaModule) -> None:
        """Read ``name = value``; of anything else skip a word, until one such begins."""
        if self._scanner.peek().text == "local":
            self._scanner.take()
            return
        name = self._name()
        if self._is("="):
            self._scanner.take()
            module.names[str(name)] = self._value()

    def _name(self) -> Name:
        """Read a name and what follows it by dots or in brackets: ``mk.red``, ``mk["red"]``."""
        parts = [self._scanner.take().text]
        while True:
            if self._is(".") and self._is("name", 1):
                parts.append(self._scanner.take(2).text)
            elif self._is("[") and self._is("string", 1) and self._is("]", 2):
                parts.append(self._scanner.peek(1).text)
                self._scanner.take(3)
            else:
                return Name(".".join(parts))

    def _value(self) -> object:
        """Read a value up to the comma, brace or statement behind it."""
        value = self._operand()
        while self._is(".."):
            self._scanner.take()
            other = self._operand()
            plain = all(isinstance(v, str) and not isinstance(v, Name) for v in (value, other))
            value = f"{value}{other}" if plain else UNREAD
        if self._depth and self._scanner.peek().kind not in _ENDS:
            self._skip()
            return UNREAD
        return value

    def _operand(self) -> object:
        token = self._scanner.peek()
        if token.kind in {"string", "number"}:
            return self._scanner.take().text
        if token.kind == "name" and token.text in _WORDS:
            return _WORDS[self._scanner.take().text]
        if token.kind == "name" and token.text not in _BLOCKS:
            return self._name()
        if token.kind == "{":
            return self._table()
        if token.kind == "-" and self._is("number", 1):
            return f"-{self._scanner.take(2).text}"
        return UNREAD

    def _skip(self) -> None:
        """Go to the comma or brace that ends an expression which is not read."""
        open_brackets = 0
        while not self._is("end"):
            symbol = self._scanner.peek().kind
            if open_brackets == 0 and symbol in _ENDS:
                return
            open_brackets += (symbol in _OPENING) - (symbol in _CLOSING)
            self._scanner.take()

    def _table(self) -> LuaTable:
        table = LuaTable(self._scanner.take().start)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise LuaError(self._text, table.start, "tables are nested too deep")
        while True:
            while found := self._scanner.field():
                quoted = found[2] is not None
                start, end = found.span(2 if quoted else 3)
                entry = Entry(
                    found[1], found[2] if quoted else found[3], start - quoted, end + quoted
                )
                table.entries.append(entry)
            kind = self._scanner.peek().kind
            if kind == "end":
                raise LuaError(self._text, table.start, "a table has no closing brace }")
            if kind == "}":
                break
            if kind in _ENDS:
                self._scanner.take()
            else:
                table.entries.append(self._entry())
        table.end = self._scanner.take().end
        self._depth -= 1
        return table

    def _entry(self) -> Entry:
        key = ""
        if self._is("name") and self._is("=", 1):
            key = self._scanner.peek().text
            self._scanner.take(2)
        elif self._is("[") and self._is("]", 2) and self._is("=", 3):
            key = self._scanner.peek(1).text
            self._scanner.take(4)
        before = self._scanner.taken
        start = self._scanner.peek().start
        value = self._value()
        if self._scanner.taken == before and not self._is("}"):
            self._scanner.take()  # what begins no value, such as a lone bracket
        return Entry(key, value, start, self._scanner.end)
