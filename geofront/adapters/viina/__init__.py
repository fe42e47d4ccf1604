"""VIINA: territorial control of Ukrainian places by day, and events from news reports."""

from geofront.adapters.viina.control import read_viina_control
from geofront.adapters.viina.events import read_viina_events

__all__ = ["read_viina_control", "read_viina_events"]
