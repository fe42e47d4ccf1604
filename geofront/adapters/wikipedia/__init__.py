"""Wikipedia's detailed maps: modules of marks in Lua, read as a timeline and written again."""

from geofront.adapters.wikipedia.reader import read_wikipedia
from geofront.adapters.wikipedia.writer import WrittenMarks, write_wikipedia

__all__ = ["WrittenMarks", "read_wikipedia", "write_wikipedia"]
