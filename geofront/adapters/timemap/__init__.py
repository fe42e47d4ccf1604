"""Timemap, the platform of Forensic Architecture: its files read as a timeline, and written."""

from geofront.adapters.timemap.reader import read_timemap
from geofront.adapters.timemap.writer import write_timemap

__all__ = ["read_timemap", "write_timemap"]
